"""Plain XML to its value with little work: for bodies such as programs write them, and no others.

The text is cut at every ``<``, and a loop matches the pieces with the schema's names: each start tag, its text, and the
end tag that must follow. Whatever is not plain (namespaces, attributes but ``xsi:nil``, comments, CDATA, references to
characters, repeated or mixed content, characters that do not print) is left to :mod:`relation_spec.media.xml_text`,
which gives the same value for what is plain; a differential test holds the two together.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from relation_spec.limits import MAX_DEPTH
from relation_spec.media.reading import UNREADABLE
from relation_spec.media.shape import Shape, read_text
from relation_spec.media.xml_name import is_name, unescape

__all__ = ["Plan", "read_plain"]

# XML section 2.8; other declarations, as good as they may be, are not plain
_DECLARATION: Final = re.compile(
    "\\?xml version=(?:\"1\\.0\"|'1\\.0')(?: encoding=(?:\"utf-8\"|'utf-8'|\"UTF-8\"|'UTF-8'))?"
    '(?: standalone=(?:"yes"|"no"))?\\?>[ \t\n]*'
)
_REFERENCE: Final = re.compile("&(?:(amp|lt|gt|quot|apos);)?")
_CHARACTERS: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_NIL_TAG: Final = ' xsi:nil="true"/'
_SPACE: Final = " \t\n"
_DIGITS: Final = 18  # numbers shorter than this need no care

# kinds of tags: what follows is mostly one text, mostly one whole number, or unknown; or the element is empty, or null
_TEXT: Final = 0
_INTEGER: Final = 1
_START: Final = 2
_EMPTY: Final = 3
_NULL: Final = 4

_Tag = tuple[str, "Plan", int, str]


class _NotPlainError(Exception):
    """The text holds something that this reader leaves to the other."""


class Plan:
    """The tags that may come inside one element; made once for a shape.

    Attributes:
        tags: for each tag, as it stands between the brackets, the property's name, the plan of its content, what kind
            of tag it is, and the piece that ends the element.
    """

    def __init__(self, shape: Shape, plans: dict[int, "Plan"], *, nil: bool, escaped: bool) -> None:
        plans[id(shape)] = self
        self.shape, self.types = shape, shape.types
        self.is_text, self.is_object = shape.is_text, shape.is_object and "string" not in (shape.types or ())
        self.kind = _TEXT if self.is_text else _INTEGER if "integer" in (shape.types or ()) else _START
        self.nil, self.escaped = nil, escaped
        self.plain = not (shape.attributes or shape.is_array)
        self._plans = plans
        self._others: Plan | None = None
        self.described = shape.elements if self.plain else {}
        self.tags: dict[str, _Tag] = {}
        for wire, child in self.described.items():
            self.plain = self.plain and not child.repeats and is_name(wire)
            self._tag(wire, child.name, self.of(child.shape))

    def _tag(self, wire: str, name: str, below: "Plan") -> None:
        self.tags[wire] = (name, below, below.kind, f"/{wire}>")
        self.tags[f"{wire}/"] = (name, below, _EMPTY, "")
        if self.nil:
            self.tags[wire + _NIL_TAG] = (name, below, _NULL, "")

    def of(self, shape: Shape) -> "Plan":
        """The plan of a shape below this one."""
        return self._plans.get(id(shape)) or Plan(shape, self._plans, nil=self.nil, escaped=self.escaped)

    def undescribed(self, tag: str) -> _Tag:
        """What a tag means that :attr:`tags` does not hold."""
        local, kind = tag, _START
        if tag.endswith("/"):
            kind = _NULL if self.nil and tag.endswith(_NIL_TAG) else _EMPTY
            local = tag.removesuffix(_NIL_TAG) if kind == _NULL else tag[:-1]
        if not is_name(local):
            raise _NotPlainError
        name = unescape(local) if self.escaped else local
        if not self.plain or name in self.described:
            raise _NotPlainError
        below = self._others = self._others or self.of(self.shape.entries)
        return name, below, below.kind if kind == _START else kind, f"/{local}>"


def read_plain(data: bytes, openings: Mapping[str, bool], closing: str, plan: Plan) -> Any:
    """The value of a plain XML text in UTF-8, or UNREADABLE where it is not plain or no XML.

    Args:
        data: the text; no byte order mark, and nobody names another encoding than UTF-8.
        openings: the start tags of the root element that are plain, without brackets, and whether they declare ``xsi``.
        closing: its end tag, without the opening bracket.
        plan: what may come inside it.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return UNREADABLE
    if not _prints(data, text) or ("]" in text and "]]>" in text):  # XML section 2.4 forbids that in text
        return UNREADABLE
    pieces = text.split("<")
    at = 1
    try:
        if pieces[0]:
            return UNREADABLE
        if pieces[1][:1] == "?":
            if not _DECLARATION.fullmatch(pieces[1]):
                return UNREADABLE
            at = 2
        opening, bracket, first = pieces[at].partition(">")
        declares = openings.get(opening)
        if declares is None or not bracket or not plan.plain or (not declares and _NIL_TAG in text):
            return UNREADABLE
        value, at = _Reader(text, pieces).content(at + 1, first, closing, plan, 0)
        return value if at == len(pieces) else UNREADABLE
    except (_NotPlainError, IndexError):
        return UNREADABLE


def _prints(data: bytes, text: str) -> bool:
    """Whether only characters that print, tabs and line feeds stand in ``text``, whose UTF-8 is ``data``."""
    if text.isascii():  # four times as fast
        return len(data.translate(None, _CONTROLS)) == len(data)
    return text.isprintable() or text.translate(_BLANKS).isprintable()


_BLANKS: Final = {ord("\n"): " ", ord("\t"): " "}
_CONTROLS: Final = bytes(code for code in (*range(0x20), 0x7F) if code not in _BLANKS)


class _Reader:
    """Goes through the pieces of one text."""

    __slots__ = ("_digits", "_pieces", "_refers")

    def __init__(self, text: str, pieces: list[str]) -> None:
        self._pieces = pieces
        self._refers = "&" in text
        self._digits = _DIGITS if text.isascii() else 0

    def content(self, at: int, text: str, end: str, plan: Plan, depth: int) -> tuple[Any, int]:
        """The value of an element whose content begins with ``text``, and where the pieces after its end tag begin.

        The piece of the end tag holds the text after it as well: nothing, or spaces.
        """
        piece = self._pieces[at]
        if piece[0] == "/":
            if not _ends(piece, end):
                raise _NotPlainError
            if self._refers:
                text = _REFERENCE.sub(_character, text)
            if plan.is_text:
                return text, at + 1
            if plan.is_object and not text.strip(_SPACE):
                return {}, at + 1
            return read_text(text, plan.types), at + 1
        if depth >= MAX_DEPTH - 1 or not plan.plain or text.strip(_SPACE):
            raise _NotPlainError
        return self._elements(at, end, plan, depth)

    def _elements(self, at: int, end: str, plan: Plan, depth: int) -> tuple[dict[str, Any], int]:
        held: dict[str, Any] = {}
        tags, pieces, refers, digits = plan.tags, self._pieces, self._refers, self._digits
        while True:
            piece = pieces[at]
            at += 1
            tag, bracket, text = piece.partition(">")
            found = tags.get(tag)
            if found is None:
                if piece[0] == "/":
                    if not _ends(piece, end):
                        raise _NotPlainError
                    return held, at
                found = plan.undescribed(tag)
            name, below, kind, close = found
            if name in held or not bracket:
                raise _NotPlainError
            if kind < _START and pieces[at] == close and not (refers and "&" in text):  # most elements hold one text
                if kind == _TEXT:
                    held[name] = text
                    at += 1
                    continue
                if len(text) < digits and text.isdigit():
                    held[name] = int(text)
                    at += 1
                    continue
            if kind < _EMPTY:
                held[name], at = self.content(at, text, close, below, depth + 1)
            elif text and text.strip(_SPACE):
                raise _NotPlainError
            elif kind == _NULL:
                held[name] = None
            elif below.plain:
                held[name] = "" if below.is_text else read_text("", below.types)
            else:
                raise _NotPlainError


def _ends(piece: str, end: str) -> bool:
    return piece == end or (piece.startswith(end) and not piece[len(end) :].strip(_SPACE))


def _character(found: re.Match[str]) -> str:
    if found.group(1) is None:
        raise _NotPlainError
    return _CHARACTERS[found.group(1)]
