"""Header fields and the bytes they describe: which hold, once a library has decoded a body on arrival?"""

from collections.abc import Iterable
from typing import Any, Final

__all__ = ["announces_body", "header_pairs", "seems_decoded", "without_coding"]

_DECODED: Final = frozenset({"gzip", "x-gzip", "deflate", "br", "zstd"})
_OF_THE_CODED: Final = frozenset({"content-encoding", "content-length"})


def header_pairs(fields: Iterable[tuple[Any, Any]]) -> list[tuple[str, str]]:
    """Names and values as text; bytes are read as ISO 8859-1 (RFC 9110 section 5.5)."""
    return [(_text(name), _text(value)) for name, value in fields]


def _text(part: Any) -> str:
    return part.decode("iso-8859-1") if isinstance(part, bytes) else str(part)


def without_coding(fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The fields that still hold for a body whose content coding was undone."""
    return [(name, value) for name, value in fields if name.lower() not in _OF_THE_CODED]


def seems_decoded(fields: Iterable[tuple[str, str]], body: bytes) -> bool:
    """Whether a client that undoes codings, but does not tell when it has, undid those of ``body``."""
    codings = [
        coding.strip().lower()
        for name, value in fields
        if name.lower() == "content-encoding"
        for coding in value.split(",")
    ]
    return bool(body) and bool(codings) and _DECODED.issuperset(codings)


def announces_body(fields: Iterable[tuple[str, str]]) -> bool:
    """Whether a request of HTTP/1.1 with these fields has a body (RFC 9112 section 6.3)."""
    for name, value in fields:
        lower = name.lower()
        if lower == "transfer-encoding" or (lower == "content-length" and value.strip() not in ("", "0")):
            return True
    return False
