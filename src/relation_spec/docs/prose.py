"""What a description of the contract says to a reader: plain text and pieces of code, and nothing that could act.

In: a text, in which only backticks mean something. Out: :class:`Piece` values, which each format escapes as it must.
"""

import re
from typing import Final, NamedTuple

__all__ = ["BREAK", "Piece", "Prose", "code", "joined", "pieces", "plain"]

_CODE: Final = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)  # CommonMark 0.31 section 6.1
_BLANK: Final = re.compile(r"\n[ \t]*\n\s*")
_SPACE: Final = re.compile(r"\s+")


class Piece(NamedTuple):
    """A run of text; ``is_code`` where it is to be read letter by letter."""

    text: str
    is_code: bool = False


Prose = tuple[Piece, ...]

BREAK: Final = Piece("\n")
"""Stands between two paragraphs."""


def pieces(text: str) -> Prose:
    """The pieces of a description: a break between paragraphs, and every other run of white space as one space."""
    found: list[Piece] = []
    for paragraph in filter(None, _BLANK.split(text.strip())):
        found += [BREAK] if found else []
        found += _pieces(paragraph)
    return tuple(found)


def _pieces(text: str) -> list[Piece]:
    found: list[Piece] = []
    at = 0
    for span in _CODE.finditer(text):
        found.append(Piece(_SPACE.sub(" ", text[at : span.start()])))
        found.append(Piece(_SPACE.sub(" ", span[2]).strip(" ") or " ", True))
        at = span.end()
    found.append(Piece(_SPACE.sub(" ", text[at:])))
    return [piece for piece in found if piece.text]


def plain(text: str) -> Prose:
    """A text in which nothing means anything."""
    return (Piece(text),) if text else ()


def code(text: str) -> Prose:
    """A piece of code."""
    return (Piece(text, True),) if text else ()


def joined(parts: list[Prose], between: str) -> Prose:
    """Several, with a text between each two."""
    made: list[Piece] = []
    for number, part in enumerate(parts):
        made += [Piece(between)] if number else []
        made += part
    return tuple(made)
