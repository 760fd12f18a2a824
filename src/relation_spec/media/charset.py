"""Bytes to text: by the charset that was named, or UTF-8 (RFC 8259 section 8.1), and never by guessing."""

import codecs
import re
from encodings import normalize_encoding
from encodings.aliases import aliases
from typing import Final, NamedTuple

__all__ = ["Text", "canonical", "decode", "is_known"]

# RFC 8259 section 8.1 and its predecessor RFC 4627 section 3, by which the encodings can be told apart
_SIGNATURES: Final = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)


class Text(NamedTuple):
    """Decoded text without its byte order mark, or why there is none.

    ``text`` is as far as it could be read; ``reason`` and ``hint`` are None when all is well.
    """

    text: str
    marked: bool = False
    reason: str | None = None
    hint: str | None = None


_NAME: Final = re.compile("[a-z0-9_]{1,20}")
# families of codecs that are encodings of text; Python has others, such as unicode_escape, that no message means
_FAMILIES: Final = (
    "ascii",
    "utf_16",
    "utf_32",
    "iso8859_",
    "latin_1",
    "cp125",
    "koi8_",
    "shift_jis",
    "euc_",
    "gb",
    "big5",
)


def canonical(charset: str) -> str | None:
    """Python's name of an encoding of text that can be read, or None. Only the codecs of such encodings are loaded:
    a name may come from a message, and others would be looked for on disk.
    """
    name = normalize_encoding(charset).lower()
    module = aliases.get(name) or aliases.get(name.replace(".", "_"), name)
    if not _NAME.fullmatch(module) or not (module == "utf_8" or module.startswith(_FAMILIES)):
        return None
    try:
        return codecs.lookup(charset).name
    except (LookupError, ValueError):
        return None


def is_known(charset: str) -> bool:
    """Whether ``charset`` names an encoding of text that can be read."""
    return canonical(charset) is not None


def decode(body: bytes, charset: str | None) -> Text:
    """The text of ``body`` in ``charset``, UTF-8 where that is None. Never raises for any bytes."""
    name = charset or "utf-8"
    if charset is None and (guess := _unlabelled(body)):
        hint = "Encode JSON as UTF-8, or name the charset in the Content-Type."
        return Text("", reason=f"the bytes look like {guess}, but nothing says so", hint=hint)
    try:
        text = body.decode(name)
    except UnicodeDecodeError as error:
        read = body[: error.start].decode(name, "replace")
        found = f"found the byte {body[error.start]:#04x} at offset {error.start}, which is not {name.upper()}"
        return Text(read, reason=found, hint=f"Encode the body as {name.upper()}; in Python: text.encode({name!r}).")
    except (UnicodeError, ValueError) as error:
        return Text("", reason=f"the bytes are not {name.upper()}: {error}", hint="Encode the body in its charset.")
    return Text(text[1:], marked=True) if text.startswith("\ufeff") else Text(text)


def _unlabelled(body: bytes) -> str | None:
    for signature, name in _SIGNATURES:
        if body.startswith(signature):
            return name
    if len(body) >= 4 and body[0] + body[1] and 0 in body[:4]:
        zeros = (not body[0], not body[1], not body[2], not body[3])
        return {
            (False, True, True, True): "UTF-32",
            (False, True, False, True): "UTF-16",
            (True, False, True, False): "UTF-16",
            (True, True, True, False): "UTF-32",
        }.get(zeros)
    return "UTF-32" if body[:3] == b"\0\0\0" and len(body) >= 4 and body[3] else None
