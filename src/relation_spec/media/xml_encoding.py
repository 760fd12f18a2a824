"""Which encoding an XML body is in: byte order mark, charset parameter and declaration, by RFC 7303 section 3.2."""

import codecs
import re
from typing import Final, NamedTuple

from relation_spec.findings import quote
from relation_spec.media import charset as charsets
from relation_spec.media.reading import Note

__all__ = ["Utf8", "utf8"]

# XML section 4.3.3, in bytes of any encoding that writes ASCII as ASCII
_DECLARED: Final = re.compile(
    rb"<\?xml[ \t\r\n][^>]{0,200}?encoding[ \t\r\n]*=[ \t\r\n]*[\"']([A-Za-z][A-Za-z0-9._-]*)"
)
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HINT: Final = "Send UTF-8, and say so everywhere or nowhere."


class Utf8(NamedTuple):
    """A body in UTF-8 without a byte order mark, or None and as much ``text`` as could be read."""

    data: bytes | None
    notes: list[Note]
    text: str = ""


def utf8(body: bytes | str, charset: str | None) -> Utf8:
    """``body`` in UTF-8. What names disagree, or cannot be read, is noted. Never raises for any body."""
    if isinstance(body, str):
        text = body.removeprefix("\ufeff")
        try:
            return Utf8(text.encode(), [])
        except UnicodeEncodeError as error:
            reason = "found a lone surrogate, half of a character"
            note = Note("malformed", reason, "Such text has no UTF-8 form; mend its source.", (), error.start)
            return Utf8(None, [note], text)
    if charset is None and not body.startswith((b"\xef", b"\xfe", b"\xff", b"\0")) and b"encoding" not in body[:256]:
        return Utf8(body, []) if body[1:2] != b"\0" else _decoded(body, None, [])
    return _named(body, charset)


def _named(body: bytes, charset: str | None) -> Utf8:
    marked = next((name for mark, name in _MARKS if body.startswith(mark)), None)
    head = body[:1024].decode(marked, "ignore").encode("ascii", "ignore") if marked else body[:1024]
    found = _DECLARED.match(head.lstrip(b"\xef\xbb\xbf"))
    declared = found.group(1).decode() if found else None
    notes: list[Note] = []
    names = {"the byte order mark": marked, "the Content-Type": charset, "the XML declaration": declared}
    said = {where: name for where, name in names.items() if name is not None}
    if declared is not None and len(said) == 1 and not charsets.is_known(declared):
        reason = f"found the encoding {quote(declared)}, which is not known; expected UTF-8"
        return Utf8(None, [Note("malformed", reason, "Send UTF-8.", (), 0)])
    winner = next(iter(said.values()), None)
    if len({_canonical(name) for name in said.values()}) > 1:
        listed = ", ".join(f"{where} says {name}" for where, name in said.items())
        reason = f"found encodings that disagree: {listed}; expected one. The first of these was taken"
        notes.append(Note("encoding", reason, _HINT, (), 0))
    return _decoded(body, winner, notes)


def _canonical(name: str) -> str:
    known = charsets.canonical(name)
    if known is None:
        return name
    # a mark tells the byte order, so the names with and without it mean the same
    return known.removesuffix("-le").removesuffix("-be")


def _decoded(body: bytes, name: str | None, notes: list[Note]) -> Utf8:
    read = charsets.decode(body, name)
    if read.reason:
        note = Note("malformed", f"{read.reason}; expected text", read.hint, (), len(read.text))
        return Utf8(None, [*notes, note], read.text)
    try:
        return Utf8(read.text.encode(), notes)
    except UnicodeEncodeError as error:  # UTF-16 and UTF-32 of other writers may hold halves of characters
        reason = "found a lone surrogate, half of a character"
        return Utf8(None, [*notes, Note("malformed", reason, "Mend its source.", (), error.start)], read.text)
