"""For tests: the fixtures ``relation_contract`` and ``relation_server``, and :func:`assert_conforms`.

pytest loads this module in every project it is installed in, so nothing else of the package is loaded before a test
asks for it.
"""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from relation_spec.findings import Report
    from relation_spec.messages import Contract
    from relation_spec.messages.message import Request, Response
    from relation_spec.server.running import RunningServer

__all__ = ["assert_conforms", "relation_contract", "relation_server"]

_LONGEST_RULE = 100
_SHORTEST_SECRET = 4  # stars for shorter texts would blot out common letters


@pytest.fixture(scope="session")
def relation_contract() -> "Contract":
    """The bundled contract, loaded once a session."""
    from relation_spec.messages import load

    return load()


@pytest.fixture
def relation_server() -> "Iterator[RunningServer]":
    """A server of the bundled contract at a free port of this machine, for one test: its ``url`` says where.

    It takes the user demo with the password demo, and keeps what it stores in memory. The test fails where an answer of
    the server itself broke the contract. It needs the extra ``server``.
    """
    from relation_spec.server.running import running_server

    with running_server(check=True) as server:
        yield server
    if server.service.breaches:
        raise AssertionError(f"answers of the server broke the contract: {server.service.breaches}")


def assert_conforms(
    response: Any, request: Any = None, *, contract: "Contract | None" = None, strict: bool = False
) -> None:
    """Do nothing when the messages keep to the contract; fail with all that is wrong when not.

    Args:
        response: a :class:`relation_spec.Response`, or an answer of a framework that the contract recognises.
        request: the request that it answers, likewise; it is judged too. Without it only the answer is.
        contract: the contract, or None for the bundled one.
        strict: warnings count as errors.

    Raises:
        AssertionError: each finding with its code, place, excerpt, rule and help, as the command shows them.
        WrongCallError: for what is no message.
    """
    __tracebackhide__ = True
    if contract is None:
        from relation_spec.messages import load

        contract = load()
    judged = [("response", response, contract.validate_response(response, request, strict=strict))]
    if request is not None:
        judged.insert(0, ("request", request, contract.validate_request(request, strict=strict)))
    if not all(report.valid for _, _, report in judged):
        raise AssertionError(_told(contract, response, request, {side: report for side, _, report in judged}))


def _told(contract: "Contract", response: Any, request: Any, reports: "dict[str, Report]") -> str:
    """All that is wrong, as text."""
    from relation_spec.messages.frameworks import as_request, as_response, request_of

    taken = request_of(response) if request is None else as_request(request)
    secrets = [] if taken is None else _secrets(contract, taken)
    told = ["the messages do not keep to the contract" if len(reports) > 1 else "the response breaks the contract", ""]
    for side, report in reports.items():
        message = as_request(request) if side == "request" else as_response(response)
        told += _lines(contract, side, report, _text(message, secrets) if report.findings else "")
    return "\n".join(told).rstrip()


def _lines(contract: "Contract", side: str, report: "Report", text: str) -> list[str]:
    """The lines of all findings of one message, whose body reads ``text``."""
    from relation_spec.findings.excerpt import excerpt, line_starts
    from relation_spec.findings.quoting import escape
    from relation_spec.findings.rendering import lines

    starts = line_starts(text, {finding.line for finding in report if finding.line is not None})
    yaml = contract.document.text.decode("utf-8", "replace").splitlines()
    name = escape(contract.document.path.replace("\\", "/").rpartition("/")[2])
    made = []
    for finding in report:
        place = shown = None
        if finding.line is not None and finding.column is not None:
            place = finding.line, finding.column
            shown = excerpt(text, starts[finding.line], finding.column)
        line = finding.spec_line or 1
        rule = escape(yaml[line - 1].strip()[:_LONGEST_RULE])
        made += lines(finding, side, place, shown, f"{name}:{line}: {rule}")
    if report.omitted:
        made.append(f"and {report.omitted} more in the {side}, not shown")
    return made


def _text(message: "Request | Response", secrets: list[str]) -> str:
    """The body as text, in which the positions of findings hold, with stars for the request's credentials."""
    from relation_spec.media import charset, media_type
    from relation_spec.messages.content_coding import decoded_body
    from relation_spec.messages.header_fields import fields_of

    body, _ = decoded_body(message.body, fields_of(message.headers))
    if isinstance(body, bytes):
        parsed = media_type.parse(next(iter(message.values("Content-Type")), ""))
        read = charset.decode(body, parsed.parameters.get("charset") if parsed else None)
        body = body.decode("utf-8", "replace") if read.reason else read.text
    text = body if isinstance(body, str) else ""
    for secret in secrets:
        text = text.replace(secret, "*" * len(secret))
    return text


def _secrets(contract: "Contract", request: "Request") -> list[str]:
    from relation_spec.messages.header_fields import fields_of
    from relation_spec.messages.request_target import query_pairs, split_target
    from relation_spec.messages.security import Credentials, secrets

    target = split_target(request.url)
    query = {pair.name: pair.raw for pair in query_pairs(target.query or "")}
    credentials = Credentials.of(fields_of(request.headers), query)
    operations = contract.document.operations.values()
    found = {text for operation in operations for text in secrets(operation, credentials, target.userinfo)}
    return sorted((text for text in found if len(text) >= _SHORTEST_SECRET), key=len, reverse=True)
