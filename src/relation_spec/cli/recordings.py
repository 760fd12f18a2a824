"""Files of recorded traffic: which ones are, and every message of the contract in them judged.

In: the file's bytes. Out: what the reporter was told, and a :class:`Verdict`.
"""

from collections.abc import Iterator
from typing import Any, Final, Literal, NamedTuple

import click

from relation_spec.cli.reporters import Reporter, counted
from relation_spec.cli.reporters.recorded import Recorded
from relation_spec.contract import Side
from relation_spec.findings import Finding, Report
from relation_spec.messages import Contract
from relation_spec.messages.message import Request
from relation_spec.recordings import har, http_text
from relation_spec.recordings.entry import Entry, Fault

__all__ = ["Judging", "Kind", "Verdict", "judge", "kind_of_bytes"]

Kind = Literal["har", "http"]
Verdict = Literal["valid", "invalid", "untested"]

_READERS: Final = {"har": har, "http": http_text}
_BOTH: Final[tuple[Side, ...]] = ("request", "response")


class Judging(NamedTuple):
    """How messages are judged: ``side`` limits it to one, the others are arguments of the contract's calls."""

    side: Side | None
    strict: bool
    engine: Any
    operation: str | None
    max_findings: int
    show_warnings: bool


def kind_of_bytes(data: bytes) -> Kind | None:
    """Which kind of recording ``data`` looks like, or None for a payload."""
    return "har" if har.looks_like(data) else "http" if http_text.looks_like(data) else None


def judge(contract: Contract, file: str, data: bytes, kind: Kind, how: Judging, reporter: Reporter) -> Verdict:
    """Judge every message of the contract in ``data`` and tell ``reporter``."""
    total = invalid = skipped = 0
    reporter.begin_recording(file)
    for entry in _READERS[kind].entries(data):
        if entry.request is not None and not _concerns(contract, entry.request, how.operation):
            skipped += len(_sides(entry, how.side))
            continue
        for side, report in _reports(contract, entry, how):
            total += 1
            invalid += not report.valid
            reporter.add(Recorded(file, entry, side, report, how.show_warnings))
    if skipped:
        reporter.skip(skipped)
    if not total:
        others = f"; {counted(skipped, 'message')} of other endpoints skipped" if skipped else ""
        reason = f"it holds no message of this contract, so nothing was tested{others}"
        click.echo(f"Error: {file}: {reason}", err=True)
        reporter.untested(file, reason)
    reporter.end_bulk(file, total, invalid)
    return "invalid" if invalid else "valid" if total else "untested"


def _concerns(contract: Contract, request: Request, operation: str | None) -> bool:
    if operation is None:
        return contract.concerns(request)
    from relation_spec.messages.request_target import match_path, split_target

    wanted = contract.document.operation(operation)
    return request.method == wanted.method and match_path(wanted.path, split_target(request.url).path) is not None


def _sides(entry: Entry, only: Side | None) -> list[Side]:
    """The sides of an exchange that it is about, whether or not they can be read."""
    there = {"request": entry.request is not None and not entry.again, "response": entry.response is not None}
    about = {fault.side for fault in entry.faults}
    return [side for side in _BOTH if only in (None, side) and (there[side] or side in about)]


def _reports(contract: Contract, entry: Entry, how: Judging) -> Iterator[tuple[Side | None, Report]]:
    """What is said of each message of an exchange, and of what is no message."""
    sides = _sides(entry, how.side)
    for side in sides:
        faults = [fault for fault in entry.faults if fault.side == side]
        yield side, _joined(faults, _judged(contract, entry, side, how), how)
    loose = [fault for fault in entry.faults if fault.side is None]
    if loose:
        yield None, _joined(loose, Report(), how)


def _judged(contract: Contract, entry: Entry, side: Side, how: Judging) -> Report:
    arguments = {
        "strict": how.strict, "engine": how.engine, "operation": how.operation, "max_findings": how.max_findings,
    }  # fmt: skip
    report = Report()
    if side == "request" and entry.request is not None:
        report = contract.validate_request(entry.request, **arguments)
    elif side == "response" and entry.response is not None:
        report = contract.validate_response(entry.response, entry.request, **arguments)
    if side not in entry.lacking:
        return report
    # the message had a body, of which nothing can be said
    kept = [finding for finding in report.findings if finding.where != "body"]
    return Report(kept, valid=_holds(kept, how.strict), omitted=report.omitted)


def _joined(faults: list[Fault], report: Report, how: Judging) -> Report:
    """The faults of the recording before what the contract says, errors first, within the bound."""
    if not faults:
        return report
    found = [_finding(fault, how.strict) for fault in faults]
    ordered = sorted([*found, *report.findings], key=lambda finding: finding.severity != "error")
    valid = report.valid and _holds(found, how.strict)
    omitted = report.omitted + max(len(ordered) - how.max_findings, 0)
    return Report(ordered[: how.max_findings], valid=valid, omitted=omitted)


def _holds(findings: list[Finding], strict: bool) -> bool:
    return not findings if strict else all(finding.severity != "error" for finding in findings)


def _finding(fault: Fault, strict: bool) -> Finding:
    severity = "error" if strict else fault.severity
    words, place = (fault.message, fault.hint), (fault.line, None if fault.line is None else 1)
    return Finding(
        (
            *(fault.code, severity, "recording", "", ""),
            lambda value, detail: words,
            None,
            None,
            lambda pointer, code: place,
            lambda pointer: None,
        )
    )
