"""Plain forms to their value with little work: for bodies such as programs write them, and no others.

Plain is an ASCII body whose names are all described, each there once and spelled without escapes, and whose fields are
no lists and no JSON. Anything else (names with brackets, empty fields between ampersands, escapes that are broken or no
UTF-8) is left to :mod:`relation_spec.media.form_text`, which gives the same value for what is plain; a differential
test holds the two together.
"""

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from relation_spec.media.form_text import Form
from relation_spec.media.reading import UNREADABLE
from relation_spec.media.shape import read_text

__all__ = ["Field", "plain_fields", "read_plain"]

_NAME: Final = re.compile(r"[A-Za-z0-9_.$-]+")
_DIGITS: Final = 18  # numbers shorter than this need no care
_HEXADECIMAL: Final = "0123456789ABCDEFabcdef"
_ESCAPED: Final = {a + b: bytes.fromhex(a + b) for a in _HEXADECIMAL for b in _HEXADECIMAL}
_ASCII: Final = {digits: byte.decode() for digits, byte in _ESCAPED.items() if byte < b"\x80"}


class Field(NamedTuple):
    """One described field: whether its text is taken as it is, whether it may be a whole number, and its types."""

    is_text: bool
    is_whole: bool
    types: frozenset[str] | None


def plain_fields(form: Form) -> dict[str, Field]:
    """The fields that may stand in a plain form."""
    return {
        name: Field(shape.is_text, "integer" in (shape.types or ()), shape.types)
        for name, shape in form.shape.properties.items()
        if _NAME.fullmatch(name)
        and (style := form.style(name, shape)) in ("form", "deepObject")
        and not (style == "form" and shape.is_array)
    }


def read_plain(body: bytes | str, fields: Mapping[str, Field], *, bare_null: bool) -> Any:
    """The value of a plain form in UTF-8, or UNREADABLE where it is not plain or no form.

    Args:
        body: the text, or its bytes.
        fields: what :func:`plain_fields` gave.
        bare_null: whether a name without ``=`` means null.
    """
    try:
        text = body.decode() if isinstance(body, bytes) else body
    except UnicodeDecodeError:
        return UNREADABLE
    if not text.isascii():  # a text may hold halves of characters
        return UNREADABLE
    pieces = text.split("&", len(fields))
    if len(pieces) > len(fields):
        return UNREADABLE
    held: dict[str, Any] = {}
    for piece in pieces:
        name, sign, value = piece.partition("=")
        field = fields.get(name)
        if field is None or name in held:
            return UNREADABLE
        is_text, is_whole, types = field
        if not sign and bare_null:
            held[name] = None
        elif is_whole and len(value) < _DIGITS and value.isdigit():
            held[name] = int(value)
        else:
            if "%" in value or "+" in value:
                read = _unescaped(value.replace("+", " "))
                if read is None:
                    return UNREADABLE
                value = read
            held[name] = value if is_text else read_text(value, types)
    return held


def _unescaped(text: str) -> str | None:
    """``text`` with its percent-encoded bytes read as UTF-8, or None where that cannot be."""
    first, *others = text.split("%")
    if not others:
        return text
    try:
        return first + "".join([_ASCII[other[:2]] + other[2:] for other in others])
    except KeyError:
        pass
    try:
        return first + b"".join([_ESCAPED[other[:2]] + other[2:].encode() for other in others]).decode()
    except (KeyError, UnicodeDecodeError):
        return None
