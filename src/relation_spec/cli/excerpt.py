"""The line of a text where a finding is, with a caret under the place: short, printable, and without secrets."""

import re
import unicodedata
from typing import Final

from relation_spec.findings.quoting import escape, looks_secret

__all__ = ["excerpt"]

_WIDTH: Final = 96
_STRING: Final = re.compile(r'"((?:[^"\\]|\\.)*)"?')


def _mask(line: str) -> str:
    """``line`` with what looks secret replaced by as many stars, so that columns stay."""
    return _STRING.sub(lambda m: m.group().replace(m.group(1), "*" * len(m.group(1))) if looks_secret(m.group(1)) else m.group(), line)


def _columns(text: str) -> int:
    """How many columns of a terminal ``text`` takes."""
    width = 0
    for char in text:
        if not unicodedata.combining(char):
            width += 2 if unicodedata.east_asian_width(char) in "WF" else 1
    return width


def excerpt(text: str, line: int, column: int) -> tuple[str, int]:
    """The line numbered ``line`` of ``text`` around ``column`` (both from 1), and how far to indent the caret."""
    start = 0
    for _ in range(line - 1):
        breaks = [at for at in (text.find("\n", start), text.find("\r", start)) if at >= 0]
        if not breaks:
            break
        start = min(breaks) + 1
        if text[start - 1] == "\r" and text[start : start + 1] == "\n":
            start += 1
    at = start + column - 1
    first = max(start, at - 4 * _WIDTH)  # enough to see where a string begins, little enough for endless lines
    cut = re.search(r"[\r\n]", text[at : at + 4 * _WIDTH])
    last = at + (cut.start() if cut else 4 * _WIDTH)
    shown, place = _mask(text[first:last]), at - first
    head = "" if first == start else "…"
    if place > _WIDTH // 2 and len(shown) > _WIDTH:
        head, shown, place = "…", shown[place - _WIDTH // 2 :], _WIDTH // 2
    tail = "…" if len(shown) > _WIDTH or last < len(text) and not cut else ""
    before, after = (escape(part.replace("\t", " ")) for part in (shown[:place], shown[place:_WIDTH]))
    return head + before + after + tail, _columns(head + before)
