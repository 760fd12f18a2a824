"""The rows of the result and how they are printed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from tools.bench.measure import Comparison

__all__ = ["Goal", "Row", "compared", "render", "seconds"]


class Goal(NamedTuple):
    """The most that a value may be; ``unit`` is ``x`` for a ratio."""

    most: float
    unit: str = "x"

    def __str__(self) -> str:
        return f"<= {self.most:g} {self.unit}"


class Row(NamedTuple):
    """One line: what was measured, our figure, the peer and its figure, their ratio, and the goal for ``judged``."""

    what: str
    ours: str
    peer: str = ""
    theirs: str = ""
    ratio: float | None = None
    goal: Goal | None = None
    judged: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the goal is met, None where there is none."""
        value = self.ratio if self.judged is None else self.judged
        return None if self.goal is None or value is None else value <= self.goal.most

    def cells(self) -> list[str]:
        """The line's texts."""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}" if self.ratio >= 0.1 else f"{self.ratio:.2g}"
        met = {None: "", True: "yes", False: "NO"}[self.met]
        return [self.what, self.ours, self.peer, self.theirs, ratio, str(self.goal or ""), met]


_HEAD = ["what", "ours", "peer", "peer's", "ratio", "goal", "met"]
_RIGHT = frozenset({1, 3, 4, 5})


def render(rows: Iterable[Row]) -> str:
    """The rows as a Markdown table; what repeats the line above is left out."""
    lines, last = [], ""
    for row in rows:
        cells = row.cells()
        if row.what == last:
            cells[0] = '"'
        last = row.what
        lines.append(cells)
    widths = [max(len(line[column]) for line in [_HEAD, *lines]) for column in range(len(_HEAD))]
    rule = ["-" * (width - 1) + (":" if column in _RIGHT else "-") for column, width in enumerate(widths)]
    return "\n".join(_line(line, widths) for line in [_HEAD, rule, *lines])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    aligned = [
        cell.rjust(width) if column in _RIGHT else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "| " + " | ".join(aligned) + " |"


def seconds(value: float) -> str:
    """A time in the unit that reads best."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value * 1e9:.0f} ns"


def compared(what: str, comparison: Comparison, goals: Mapping[str, Goal | None]) -> Iterator[Row]:
    """A row for each contender but the first, which is ours."""
    ours, *others = comparison.seconds
    for name in others:
        own, theirs = seconds(comparison.seconds[ours]), seconds(comparison.seconds[name])
        yield Row(what, own, name, theirs, comparison.ratios[name], goals[name])
