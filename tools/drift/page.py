"""What a reference page of the vendor says: its Markdown read into names, types, descriptions and samples.

In: the text of one page. Out: a :class:`Page`, each of whose rows knows its line; or :class:`UnreadablePageError`,
which says what is wrong on which line. Nothing is guessed: a table that is broken is no table. Tables are those of
GitHub Flavored Markdown section 4.10.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

__all__ = ["Page", "Row", "Sample", "UnreadablePageError", "read_page"]

MAX_LINES: Final = 20_000

_HEADING: Final = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*$")
_FENCE: Final = re.compile(r"```+\s*(\S*)")
_REQUEST_LINE: Final = re.compile(r"([A-Z]+)\s+(\S+)(?:\s+HTTP/\S+)?\s*$")
_STATUS_LINE: Final = re.compile(r"HTTP/\S+\s+([1-5][0-9]{2})\b")
_CELL: Final = re.compile(r"(?<!\\)\|")
_RULE: Final = re.compile(r":?-+:?")
_TAG: Final = re.compile(r"\s*<(?:!doctype|html|head|body|\?xml)\b", re.IGNORECASE)


class UnreadablePageError(ValueError):
    """A page that cannot be compared; ``line`` (from 1) says where, or is None."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        self.reason, self.line = reason, line
        super().__init__(f"line {line}: {reason}" if line is not None else reason)


@dataclass(frozen=True)
class Row:
    """One row of a table: the name that it is about, the other cells by the names of their columns, and its line."""

    name: str
    cells: Mapping[str, str]
    line: int

    @property
    def type(self) -> str:
        """The cell of the column ``Type``, or ""."""
        return self.cells.get("type", "")

    @property
    def description(self) -> str:
        """The cell of the column ``Description``, with its spaces made single."""
        return " ".join(self.cells.get("description", "").split())


@dataclass(frozen=True)
class Sample:
    """One sample message: its first line, its header fields, its body, and the line on which it starts."""

    start: str
    fields: tuple[tuple[str, str], ...]
    body: str
    line: int


@dataclass(frozen=True)
class Page:
    """What one page says of one operation; rows by their names, in order."""

    method: str
    path: str
    line: int
    entity: str
    query: Mapping[str, Row]
    headers: Mapping[str, Row]
    request: Mapping[str, Row]
    statuses: Mapping[str, Row]
    response: Mapping[str, Row]
    sample_request: Sample | None
    sample_response: Sample | None


@dataclass(frozen=True)
class _Section:
    title: str
    line: int
    lines: tuple[tuple[int, str], ...]
    blocks: tuple[tuple[int, str], ...]


def read_page(text: str) -> Page:
    """Read a page.

    Raises:
        UnreadablePageError: for anything but such a page.
    """
    if not text.strip():
        raise UnreadablePageError("the page is empty")
    if _TAG.match(text):
        raise UnreadablePageError("this is HTML; give the Markdown from which the page is made", 1)
    if text.count("\n") > MAX_LINES:
        raise UnreadablePageError(f"the page has more than {MAX_LINES} lines")
    sections = list(_sections(text))
    method, path, line = _operation(sections)
    answers = [one for one in sections if re.match(r"response body\b", one.title, re.IGNORECASE)]
    entity = answers[0].title.partition(":")[2].strip() if answers else ""
    return Page(
        method,
        path,
        line,
        entity,
        _rows(sections, r"query string parameters\b"),
        _rows(sections, r"request headers\b"),
        _rows(sections, r"request body\b", needed="a table of the properties of requests"),
        _rows(sections, r"response:?$"),
        _rows(sections, r"response body\b", needed="a table of the properties of responses"),
        _sample(sections, r"sample request\b"),
        _sample(sections, r"sample response\b"),
    )


def _sections(text: str) -> Iterator[_Section]:
    """The parts of a page between its headings, blocks of code apart."""
    title, start = "", 1
    lines: list[tuple[int, str]] = []
    blocks: list[tuple[int, str]] = []
    fence: tuple[int, list[str]] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if fence is not None:
            if line.strip().startswith("```"):
                blocks.append((fence[0], "\n".join(fence[1])))
                fence = None
            else:
                fence[1].append(line)
        elif _FENCE.match(line.strip()):
            fence = (number + 1, [])
        elif found := _HEADING.match(line):
            yield _Section(title, start, tuple(lines), tuple(blocks))
            title, start, lines, blocks = found[2], number, [], []
        else:
            lines.append((number, line))
    if fence is not None:
        raise UnreadablePageError("a block of code has no end", fence[0] - 1)
    yield _Section(title, start, tuple(lines), tuple(blocks))


def _operation(sections: list[_Section]) -> tuple[str, str, int]:
    for section in sections:
        for line, block in section.blocks:
            found = _REQUEST_LINE.match(block.strip().partition("\n")[0])
            if found:
                return found[1], found[2].partition("?")[0], line
    raise UnreadablePageError("no block of code shows a method and a path: this is no reference page")


def _rows(sections: list[_Section], pattern: str, *, needed: str = "") -> dict[str, Row]:
    """The rows of the table of the section whose title matches; {} where there is none and none is needed."""
    found = next((one for one in sections if re.match(pattern, one.title, re.IGNORECASE)), None)
    rows = dict(_table(found)) if found is not None else {}
    if needed and not rows:
        raise UnreadablePageError(f"{needed} is missing", found.line if found is not None else None)
    return rows


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|")
    parts = _CELL.split(inner)
    if parts and not parts[-1].strip():
        parts.pop()
    return [part.strip().replace("\\|", "|") for part in parts]


def _table(section: _Section) -> Iterator[tuple[str, Row]]:
    lines = [(number, line) for number, line in section.lines if "|" in line]
    if not lines:
        return
    head = [cell.lower() for cell in _cells(lines[0][1])]
    rule = _cells(lines[1][1]) if len(lines) > 1 else []
    if len(rule) != len(head) or not all(_RULE.fullmatch(cell) for cell in rule):
        reason = f"the table of {section.title!r} has no line of dashes that fits its head"
        raise UnreadablePageError(reason, lines[min(1, len(lines) - 1)][0])
    seen: dict[str, int] = {}
    for (before, _), (number, line) in pairwise(lines[1:]):
        if number != before + 1:
            raise UnreadablePageError(f"the table of {section.title!r} is broken by other lines", before + 1)
        cells = _cells(line)
        if len(cells) > len(head) or not cells or not cells[0]:
            reason = f"a row of the table of {section.title!r} has {len(cells)} cells, and its head {len(head)}"
            raise UnreadablePageError(reason, number)
        if cells[0] in seen:
            raise UnreadablePageError(f"{cells[0]!r} stands twice, first on line {seen[cells[0]]}", number)
        seen[cells[0]] = number
        cells += [""] * (len(head) - len(cells))
        yield cells[0], Row(cells[0], dict(zip(head[1:], cells[1:], strict=True)), number)


def _sample(sections: list[_Section], pattern: str) -> Sample | None:
    found = next((one for one in sections if re.match(pattern, one.title, re.IGNORECASE) and one.blocks), None)
    if found is None:
        return None
    line, block = found.blocks[0]
    head, _, body = block.strip("\n").partition("\n\n")
    start, *fields = head.split("\n")
    if not (_STATUS_LINE.match(start) or _REQUEST_LINE.match(start)):
        raise UnreadablePageError("the sample starts with neither a method and a path nor a status", line)
    pairs = tuple((name.strip(), value.strip()) for name, _, value in (field.partition(":") for field in fields))
    return Sample(start, pairs, body, line)
