"""The line of a text where a finding is, with a caret under the place: short, printable, and without secrets.

In: a text, where the line begins, and the column. Out: what to print, and how far to indent the caret.
"""

import json
import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from relation_spec.findings.quoting import escape, looks_secret

__all__ = ["excerpt", "line_starts"]

_WIDTH: Final = 96
_BEFORE: Final = 64 * 1024  # how far back of the caret strings are followed, so that endless lines cost no more
_AFTER: Final = 1024
_LINE_END: Final = re.compile(r"\r\n?|\n")
# a string (its end may be missing), or what stands between strings
_PIECE: Final = re.compile(r'"((?:[^"\\]|\\.)*)"?|[^"]+', re.DOTALL)
_WORD: Final = re.compile(r"""[^\s"',{}\[\]]+""")
_NUMBER: Final = re.compile(r"[-+.0-9eE]+")
_FRAGMENT: Final = re.compile(r"[A-Za-z0-9+/_=.-]{16,}")


def line_starts(text: str, lines: Iterable[int]) -> dict[int, int]:
    """Where each of ``lines`` (from 1; LF, CR and CRLF end one) begins in ``text``; one pass for all of them."""
    starts = {}
    line, start = 1, 0
    lone = "\r" in text  # mostly not, and looking for LF alone is much faster
    for wanted in sorted(lines):
        while line < wanted:
            end = _LINE_END.search(text, start) if lone else None
            after = end.end() if end else text.find("\n", start) + 1
            if not after:
                break
            line, start = line + 1, after
        starts[wanted] = start
    return starts


def excerpt(text: str, start: int, column: int) -> tuple[str, int]:
    """The line of ``text`` that begins at ``start``, around ``column`` (from 1), and how far to indent the caret."""
    at = start + column - 1
    first = max(start, at - _BEFORE)
    end = _LINE_END.search(text, at, at + _AFTER)
    last = end.start() if end else min(at + _AFTER, len(text))
    seen = max(first, at - _WIDTH) - first, at - first + _WIDTH + 1
    shown = _masked(text[first:last], first == start, seen)
    before, after = _cells(shown[seen[0] : at - first]), _cells(shown[at - first : seen[1]])
    cut = at - start > len(before)
    if _columns(before) > _WIDTH // 2 and (cut or _columns(before) + _columns(after) > _WIDTH):
        before, cut = _fitting(before[::-1], _WIDTH // 2)[::-1], True
    fitting = _fitting(after, _WIDTH - _columns(before))
    head = "…" if cut else ""
    tail = "…" if len(fitting) < len(after) or (not end and last < len(text)) else ""
    return head + "".join(before + fitting) + tail, len(head) + _columns(before)


def _cells(text: str) -> list[str]:
    """What to print for each character of ``text``."""
    if text.isascii() and text.isprintable():
        return list(text)
    return [" " if char == "\t" else escape(char) for char in text]


def _columns(cells: list[str]) -> int:
    """How many columns of a terminal ``cells`` take."""
    if (text := "".join(cells)).isascii():
        return len(text)
    width = 0
    for cell in cells:
        if len(cell) > 1 or cell.isascii():
            width += len(cell)
        elif unicodedata.category(cell) not in ("Mn", "Me", "Cf"):
            width += 2 if unicodedata.east_asian_width(cell) in "WF" else 1
    return width


def _fitting(cells: list[str], width: int) -> list[str]:
    """As many of ``cells``, from the first, as fit into ``width`` columns."""
    if (text := "".join(cells)).isascii() and len(text) == len(cells):
        return cells[: max(width, 0)]
    for count, cell in enumerate(cells):
        width -= _columns([cell])
        if width < 0:
            return cells[:count]
    return cells


def _masked(line: str, whole: bool, seen: tuple[int, int]) -> str:
    """``line`` with what looks secret in the ``seen`` part replaced by as many stars, so that columns stay.

    Where it is not ``whole``, nobody knows whether it begins inside a string, so both are thought of.
    """
    if whole:
        return _mask(line, *seen)
    head, quotation, rest = line.partition('"')
    head = _FRAGMENT.sub(_stars, head)
    begin, end = seen[0] - len(head), seen[1] - len(head)
    outside, inside = _mask(quotation + rest, begin, end), _mask(rest, begin - 1, end)
    return head + "".join("*" if "*" in pair else pair[0] for pair in zip(outside, quotation + inside, strict=True))


def _mask(line: str, begin: int, end: int) -> str:
    """``line`` with stars from ``begin`` to ``end``, and maybe before; what comes after is left as it is."""
    pieces: list[str] = []
    name = ""
    for found in _PIECE.finditer(line):
        piece, string = found.group(), found.group(1)
        if found.start() >= end:
            pieces.append(line[found.start() :])
            break
        if string is None:
            pieces.append(_outside(piece) if found.end() > begin else piece)
            name = name if piece.strip() == ":" else ""
        elif found.end() > begin and (looks_secret(_plain(string)) or _announces_secret(name)):
            pieces.append(piece[0] + "*" * len(string) + piece[1 + len(string) :])
            name = ""
        else:
            pieces.append(piece)
            name = string
    return "".join(pieces)


def _announces_secret(name: str) -> bool:
    """Whether a secret follows after ``name``; one that looks secret itself was no name."""
    return bool(name) and looks_secret(f"{name}:") and not looks_secret(_plain(name))


def _plain(string: str) -> str:
    """What a literal means, where it can be told."""
    if "\\" in string:
        try:
            return str(json.loads(f'"{string}"', strict=False))
        except ValueError:
            return string
    return string


def _outside(piece: str) -> str:
    """What stands between strings: in broken texts anything, and secrets without quotes too."""
    for word in _WORD.finditer(piece):
        if _NUMBER.fullmatch(word.group()):
            continue
        if looks_secret(word.group()):
            piece = piece[: word.start()] + _stars(word) + piece[word.end() :]
        elif looks_secret(piece[word.start() :]):
            return piece[: word.end()] + re.sub(r"\S", "*", piece[word.end() :])
    return piece


def _stars(found: re.Match[str]) -> str:
    return "*" * len(found.group())
