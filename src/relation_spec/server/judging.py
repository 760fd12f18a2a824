"""What somebody who tries messages on the server's page is told: a question in, findings with excerpts out.

The question is JSON: what is pasted, and as what. The answer is a plain value, ready for JSON. Nothing is kept.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Any, Final, Literal

import msgspec

from relation_spec.contract import ContractError, Side
from relation_spec.findings import Finding, Report
from relation_spec.findings.excerpt import excerpt, line_starts
from relation_spec.limits import MAX_TRIED_FINDINGS, MAX_TRIED_MESSAGES
from relation_spec.messages import Contract
from relation_spec.messages.message import Request, Response
from relation_spec.recordings import http_text
from relation_spec.recordings.entry import Entry, Place

__all__ = ["QuestionError", "judged"]

_Status = Annotated[int, msgspec.Meta(ge=100, le=599)]
_Fields = list[tuple[str, str]]
_NO_MESSAGE: Final = "found no message of HTTP; expected a first line such as POST /path HTTP/1.1"


class QuestionError(ValueError):
    """A question that cannot be answered; the text says why."""


class _Asked(msgspec.Struct, forbid_unknown_fields=True):
    """The request behind an answer, without what is secret in it."""

    method: str
    url: str
    headers: _Fields = []


class _Question(msgspec.Struct, forbid_unknown_fields=True, rename={"kind": "as"}):
    """The body of a ``request`` or ``response``, whole ``messages``, or the ``answer`` of this server."""

    kind: Literal["request", "response", "messages", "answer"]
    text: str
    content_type: str = "application/json"
    status: _Status = 200
    select: str | None = None
    headers: _Fields = []
    request: _Asked | None = None


def judged(contract: Contract, operation: str, body: bytes) -> dict[str, Any]:
    """The answer to a question: ``{"name", "valid", "findings", "omitted"}``.

    Args:
        contract: the contract.
        operation: the operationId.
        body: the question.

    Raises:
        QuestionError: for what is no question.
    """
    try:
        question = msgspec.json.decode(body, type=_Question)
        question.text.encode()
    except (msgspec.DecodeError, UnicodeError) as error:
        raise QuestionError(f"this is no question that can be answered: {error}") from None
    if question.kind == "messages":
        return _messages(contract, question.text)
    try:
        report = _report(contract, operation, question).at_most(MAX_TRIED_FINDINGS)
    except ContractError as error:
        raise QuestionError(str(error)) from None
    found = [_shown(finding, question.text, finding.line) for finding in report.findings]
    return {"name": "", "valid": report.valid, "findings": found, "omitted": report.omitted}


def _report(contract: Contract, operation: str, question: _Question) -> Report:
    most: dict[str, Any] = {"operation": operation, "max_findings": MAX_TRIED_FINDINGS}
    if question.kind == "request":
        return contract.validate_request_body(question.text, question.content_type, **most)
    if question.kind == "response":
        return contract.validate_response_body(
            question.text, question.content_type, status=question.status, select=question.select, **most
        )
    asked = question.request
    request = Request(asked.method, asked.url, asked.headers) if asked else None
    response = Response(question.status, question.headers, question.text)
    return contract.validate_response(response, request, **most)


def _messages(contract: Contract, text: str) -> dict[str, Any]:
    """All messages that are pasted, in one answer; lines are those of the text."""
    found: list[dict[str, Any]] = []
    count, valid, omitted = 0, True, 0
    for entry in islice(http_text.entries(text.encode()), MAX_TRIED_MESSAGES):
        for fault in entry.faults:
            valid = valid and fault.severity != "error"
            found.append(_fault(fault.message, fault.hint, fault.line, fault.severity))
        for side, report in _sides(contract, entry):
            count += 1
            valid, omitted = valid and report.valid, omitted + report.omitted
            found += [_placed(finding, entry, side, text) for finding in report.findings]
    if not count:
        valid = False
        found.append(_fault(_NO_MESSAGE, "Paste the first line, the header fields, an empty line and the body.", None))
    kept = found[:MAX_TRIED_FINDINGS]
    name = f"{count} message{'' if count == 1 else 's'}"
    return {"name": name, "valid": valid, "findings": kept, "omitted": omitted + len(found) - len(kept)}


def _sides(contract: Contract, entry: Entry) -> Iterator[tuple[Side, Report]]:
    if entry.request is not None:
        yield "request", contract.validate_request(entry.request, max_findings=MAX_TRIED_FINDINGS)
    if entry.response is not None:
        report = contract.validate_response(entry.response, entry.request, max_findings=MAX_TRIED_FINDINGS)
        yield "response", report


def _placed(finding: Finding, entry: Entry, side: Side, text: str) -> dict[str, Any]:
    """A finding where it stands in the pasted text."""
    place = entry.request_place if side == "request" else entry.response_place
    message = entry.request if side == "request" else entry.response
    if place is None or message is None:
        return _shown(finding, "", None)
    if finding.where != "body":
        return _shown(finding, "", None) | {"line": _line_of(finding, place, message.headers)}
    packed = bool(message.values("content-encoding"))  # lines are then those of what was unpacked
    if finding.line is None or place.body is None or packed:
        return _shown(finding, "", None)
    return _shown(finding, text, place.body + finding.line - 1)


def _line_of(finding: Finding, place: Place, headers: tuple[tuple[str, str], ...]) -> int:
    """The line of the header field that a finding is about, or else the first of the message."""
    wanted = finding.where.partition(".")[2].lower() if finding.where.startswith("header.") else ""
    lines = zip(headers, place.fields, strict=False)
    return next((line for (name, _), line in lines if name.lower() == wanted), place.line)


def _shown(finding: Finding, text: str, line: int | None) -> dict[str, Any]:
    """A finding, with the line of ``text`` that it is about and the caret's place under it."""
    column = finding.column
    shown: tuple[str, int] | tuple[None, None] = (None, None)
    if line is not None and column is not None and (starts := line_starts(text, [line])):
        shown = excerpt(text, starts[line], column)
    return finding.to_dict() | {"line": line, "column": None if line is None else column,
                                "excerpt": shown[0], "caret": shown[1]}  # fmt: skip


def _fault(message: str, hint: str, line: int | None, severity: str = "error") -> dict[str, Any]:
    """A fault of the pasted text itself."""
    return {"code": "recording", "severity": severity, "message": message, "where": "body", "pointer": "",
            "line": line, "column": None, "spec_pointer": "", "spec_line": None, "hint": hint, "excerpt": None,
            "caret": None}  # fmt: skip
