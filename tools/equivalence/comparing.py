"""One payload, two verdicts: do they agree, or does the header of the export say why not?"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from relation_spec.contract.pointer import split
from relation_spec.export import Exported, Unsaid
from relation_spec.findings import Finding, Report
from tools.equivalence.milder import Milder
from tools.equivalence.payloads import Payload
from tools.equivalence.validators import Validator

__all__ = ["Outcome", "compare", "table"]


class Outcome(NamedTuple):
    """What came of one export.

    Attributes:
        name: of the export.
        counts: by row and validator.
        seen: the entries of the header that a payload shows.
        listed: all its entries.
        unexplained: every difference that no entry explains.
        group: names the exports that share a list.
    """

    name: str
    validators: list[str]
    counts: "Counter[tuple[str, str]]"
    seen: set[Unsaid]
    listed: tuple[Unsaid, ...]
    unexplained: list[str]
    group: str = ""

    @property
    def unseen(self) -> list[Unsaid]:
        """Entries that no payload shows."""
        return [entry for entry in self.listed if entry not in self.seen]


def _explains(entry: Unsaid, payload: Payload, finding: Finding, home: str) -> bool:
    if entry.stricter or entry.code != finding.code:
        return False
    if entry.kind == "text":
        if payload.kind == "digits":
            return entry.code == "type"
        of_this = entry.pointer == home or (finding.spec_pointer or "").startswith(entry.pointer)
        return payload.kind != "broken" and of_this
    if entry.pointer != finding.spec_pointer:
        return False
    if entry.code == "format" and not entry.places and payload.value is not None:
        return _LEAP in str(_at(payload.value, finding.pointer))
    return not entry.places or any(_is_at(place, finding.pointer) for place in entry.places)


_LEAP: Final = ":60"  # what patterns of dates own up to


def _at(value: Any, pointer: str) -> Any:
    for token in split(pointer):
        value = value[int(token)] if isinstance(value, list) else value[token]
    return value


def _is_at(place: str, pointer: str) -> bool:
    pattern = re.escape(place).replace(r"\*\*", ".*").replace(r"\*", "[^/]+")
    pattern = pattern.replace(".[^/]+", ".*") if "**" in place else pattern
    return re.fullmatch(f"{pattern}(/.*)?", pointer) is not None


def compare(
    export: Exported,
    entries: Iterable[Unsaid],
    validators: Sequence[Validator],
    payloads: Sequence[Payload],
    reports: Sequence[Report],
    milder: Milder,
    home: str,
) -> Outcome:
    """Judge all ``payloads`` by all ``validators``; ``milder`` makes payloads without what a stricter entry refuses;
    ``home`` is where in the contract an OpenAPI document lists what concerns all bodies of a side.
    """
    outcome = Outcome(export.name, [one.name for one in validators], Counter(), set(), tuple(entries), [])
    for validator in validators:
        said = validator.judge([payload.body for payload in payloads])
        refused = []
        for index, (payload, report, verdict) in enumerate(zip(payloads, reports, said, strict=True)):
            _one(outcome, validator.name, payload, report, verdict, home)
            if verdict is False and report.valid:
                refused.append(index)
        _stricter(outcome, validator, [(payloads[index], reports[index]) for index in refused], milder)
    return outcome


def _one(outcome: Outcome, name: str, payload: Payload, report: Report, verdict: bool | None, home: str) -> None:
    counts = outcome.counts
    counts["payloads", name] += 1
    if payload.code:
        counts[f"  broken: {payload.code}", name] += 1
    if verdict is None:
        counts["not read by the reader of the text", name] += 1
        if report.valid:
            _unexplained(outcome, name, payload, "not read, though valid")
        for entry in outcome.listed:
            if any(_explains(entry, payload, finding, home) for finding in report.errors):
                outcome.seen.add(entry)
        return
    counts[
        "both say valid" if verdict and report.valid else "both say invalid" if verdict is report.valid else "differ",
        name,
    ] += 1
    if not verdict:
        return
    for finding in report.findings:
        found = [entry for entry in outcome.listed if _explains(entry, payload, finding, home)]
        outcome.seen.update(found)
        if not found:
            _unexplained(
                outcome, name, payload, f"taken in spite of {finding.severity} {finding.code} at {finding.spec_pointer}"
            )
        for entry in found[:1]:
            key = "warned of" if finding.severity == "warning" else "passes"
            counts[f"  {key}: {entry.code} {entry.pointer}", name] += 1


def _stricter(outcome: Outcome, validator: Validator, refused: list[tuple[Payload, Report]], milder: Milder) -> None:
    """What is refused though valid must pass once that is gone which a stricter entry names, or several together."""
    for payload, report in refused:
        tries: list[tuple[tuple[Unsaid, ...], bytes]] = []
        everything, applied = payload.body, []
        for entry in outcome.listed:
            if (alone := milder(entry, payload.body, report)) is not None:
                tries.append(((entry,), alone))
            if (more := milder(entry, everything, report)) is not None:
                everything, applied = more, [*applied, entry]
        tries.append((tuple(applied), everything))
        said = validator.judge([body for _, body in tries])
        reasons = next((reasons for (reasons, _), verdict in zip(tries, said, strict=True) if verdict), None)
        if not reasons:
            _unexplained(outcome, validator.name, payload, "refused, though valid")
        outcome.seen.update(reasons or ())
        for entry in reasons or ():
            outcome.counts[f"  refused: {entry.code} {entry.pointer}", validator.name] += 1


def _unexplained(outcome: Outcome, name: str, payload: Payload, reason: str) -> None:
    outcome.counts["UNEXPLAINED", name] += 1
    outcome.unexplained.append(
        f"{outcome.name}, {name}: {payload.kind} {payload.code}: {reason}\n    {payload.body[:600]!r}"
    )


_FIRST: Final = ("payloads", "both say valid", "both say invalid", "not read by the reader of the text", "differ")


def table(outcome: Outcome) -> str:
    """The counts, one column for each validator."""
    rows = {row for row, _ in outcome.counts}
    ordered = [row for row in _FIRST if row in rows] + sorted(rows - {*_FIRST})
    width = max(map(len, ordered))
    lines = [outcome.name, " " * width + "".join(f"{name:>16}" for name in outcome.validators)]
    lines += [
        f"{row:{width}}" + "".join(f"{outcome.counts[row, name]:16,}" for name in outcome.validators) for row in ordered
    ]
    seen, wrong = len(outcome.seen), len(outcome.unexplained)
    lines.append(f"{seen} of {len(outcome.listed)} entries of the header seen, {wrong} unexplained")
    lines += [f"  not seen: {entry}" for entry in outcome.unseen]
    return "\n".join(lines)
