"""A comparison in words: as text for a terminal, as Markdown for a review, as plain data for programs.

In: an :class:`Outcome`, which is everything that is known. Out: text, or values ready for JSON.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from relation_spec.comparison.changes import SIDES, VERDICTS, Change, Verdict
from relation_spec.comparison.versions import Move
from relation_spec.comparison.witnesses import Tally
from relation_spec.contract import Document, Side
from relation_spec.findings.quoting import escape

__all__ = ["Outcome", "as_dict", "as_markdown", "as_text", "summary"]

_MOST_PLACES: Final = 3
_LONGEST: Final = 90
_WHO: Final[dict[tuple[Verdict, Side], str]] = {
    ("breaking", "request"): "Breaks who sends requests",
    ("breaking", "response"): "Breaks who reads responses",
    ("unsorted", "request"): "Unsorted, in requests: look yourself",
    ("unsorted", "response"): "Unsorted, in responses: look yourself",
    ("notable", "request"): "Worth knowing for who sends requests",
    ("notable", "response"): "Worth knowing for who reads responses",
    ("harmless", "request"): "Harmless for who sends requests",
    ("harmless", "response"): "Harmless for who reads responses",
}


class Outcome(NamedTuple):
    """Everything that a comparison came to.

    Attributes:
        old: the contract that holds.
        new: the contract that shall hold.
        changes: what changed, the gravest first.
        move: what became of the contract's version.
        tally: how much was tried, or None where nothing was.
    """

    old: Document
    new: Document
    changes: Sequence[Change]
    move: Move
    tally: Tally | None

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many changes there are of each verdict."""
        return {verdict: sum(one.verdict == verdict for one in self.changes) for verdict in VERDICTS}

    def groups(self) -> Iterator[tuple[str, list[Change]]]:
        """The changes of each verdict and side, under a heading."""
        for verdict in VERDICTS:
            for side in SIDES:
                found = [one for one in self.changes if (one.verdict, one.side) == (verdict, side)]
                if found:
                    yield _WHO[verdict, side], found


def _line(document: Document, pointers: tuple[str, ...]) -> tuple[int | None, str]:
    """The line of the first of ``pointers`` and its text, cut where it is long."""
    line = document.line(pointers[0]) if pointers else None
    if line is None:
        return None, ""
    text = document.text.decode("utf-8", "replace").splitlines()[line - 1].strip()
    return line, escape(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")


def _lines(outcome: Outcome, change: Change) -> Iterator[str]:
    for document, pointers in ((outcome.old, change.old), (outcome.new, change.new)):
        line, text = _line(document, pointers)
        if line is not None:
            yield f"{escape(document.path)}:{line}: {text}"


def _places(change: Change) -> str:
    shown = [escape(str(place)) for place in change.places if str(place)]
    rest = f" and {len(shown) - _MOST_PLACES} more places" if len(shown) > _MOST_PLACES else ""
    return ", ".join(shown[:_MOST_PLACES]) + rest


def summary(outcome: Outcome) -> str:
    """All counts in one line."""
    total = len(outcome.changes)
    counted = ", ".join(f"{count} {verdict}" for verdict, count in outcome.counts.items())
    return f"{total or 'no'} change{'' if total == 1 else 's'}" + (f": {counted}" if total else "")


def _tried(outcome: Outcome) -> Iterator[str]:
    if outcome.tally is None:
        yield "Nothing was generated to try this sorting."
        return
    missed = sum(one.keyword == "generated" for one in outcome.changes)
    verdict = f"{missed} of them refused for no reason listed before" if missed else "none contradicts this sorting"
    yield f"Tried with {outcome.tally.requests} requests and {outcome.tally.responses} responses: {verdict}."
    yield from (f"Note: {escape(note)}." for note in outcome.tally.notes)


def as_text(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """Lines for a terminal, each with its kind: ``breaking`` and the other verdicts for headings, or ``plain``."""
    for heading, changes in outcome.groups():
        yield changes[0].verdict, f"{heading} ({len(changes)}):"
        for change in changes:
            place = _places(change)
            yield "plain", f"  {escape(change.what)}" + (f"  [{place}]" if place else "")
            if change.verdict != "harmless":
                yield from (("plain", f"      {line}") for line in _lines(outcome, change))
            if change.todo:
                yield "plain", f"      {escape(change.todo)}"
            if change.witness is not None:
                said = escape(change.witness.finding)
                yield "plain", f"      For example {escape(change.witness.message)}: {said}"
        yield "plain", ""
    if outcome.changes:
        yield from (("plain", line) for line in _tried(outcome))
        yield "plain", escape(str(outcome.move))
    yield "plain", summary(outcome)


def _cell(text: str) -> str:
    return escape(text).replace("|", "\\|").replace("<", "&lt;")


def as_markdown(outcome: Outcome) -> str:
    """A Markdown page with a table for each verdict and side."""
    lines = [f"# From {_cell(outcome.old.path)} to {_cell(outcome.new.path)}", "", f"{summary(outcome)}.", ""]
    for heading, changes in outcome.groups():
        lines += [f"## {heading}", "", "| what | where | old | new | what to do |", "|---|---|---|---|---|"]
        for change in changes:
            held = [_line(outcome.old, change.old)[0], _line(outcome.new, change.new)[0]]
            numbers = [f"line {line}" if line is not None else "" for line in held]
            todo = change.todo
            if change.witness is not None:
                todo += f" For example {change.witness.message}: {change.witness.finding}"
            shown = [_cell(change.what), _cell(_places(change)), *numbers, _cell(todo)]
            lines.append(f"| {' | '.join(shown)} |")
        lines.append("")
    if outcome.changes:
        lines += [*_tried(outcome), _cell(str(outcome.move)), ""]
    return "\n".join(lines)


def as_dict(outcome: Outcome) -> dict[str, Any]:
    """Everything, ready for JSON."""
    return {
        "old": outcome.old.path,
        "new": outcome.new.path,
        "counts": dict(outcome.counts),
        "version": {**outcome.move._asdict(), "text": str(outcome.move)},
        "tried": outcome.tally._asdict() if outcome.tally else None,
        "changes": [
            {
                "side": one.side,
                "verdict": one.verdict,
                "keyword": one.keyword,
                "what": one.what,
                "todo": one.todo,
                "places": [str(place) for place in one.places if str(place)],
                "old": {"pointers": list(one.old), "line": _line(outcome.old, one.old)[0]},
                "new": {"pointers": list(one.new), "line": _line(outcome.new, one.new)[0]},
                "prose": one.prose,
                "witness": one.witness._asdict() if one.witness else None,
            }
            for one in outcome.changes
        ],
    }
