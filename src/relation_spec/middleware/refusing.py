"""The answer to an invalid request: a report in; status, header fields and the contract's own error object out.

What the error object looks like stands in the contract: its schema is filled with what was found.
"""

import re
from http import HTTPStatus
from typing import Any, Final, NamedTuple

from relation_spec.contract import Body, ContractError, Document, Operation
from relation_spec.contract.document import target
from relation_spec.contract.pointer import join
from relation_spec.findings import Report
from relation_spec.messages import Contract
from relation_spec.messages.message import Request
from relation_spec.messages.negotiation import allows, parse_accept
from relation_spec.messages.request_target import find_operations, split_target

__all__ = ["Refusal", "challenges", "listed", "refusal"]

_BAD: Final = 400
_UNAUTHENTICATED: Final = 401
_UNREADABLE: Final = 415
_ALONE: Final = {"unauthenticated": _UNAUTHENTICATED, "not-acceptable": 406}
_MOST: Final = 10  # findings in one answer
_DEEPEST: Final = 16
_PLAIN: Final[dict[str, Any]] = {"boolean": True, "integer": 0, "number": 0, "array": [], "null": None}


class Refusal(NamedTuple):
    """An answer: its status, its header fields, and its body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def reason(self) -> str:
        """The phrase that goes with the status."""
        return HTTPStatus(self.status).phrase


def refusal(contract: Contract, request: Request, report: Report) -> Refusal:
    """The answer to ``request``, which ``report`` finds invalid.

    The status is 415 for a media type that is not read; 406 or 401 where acceptance or credentials alone are wrong; and
    400 for everything else, or where the contract does not document the other.
    """
    operation = _operation(contract.document, request)
    status = _status(operation, report)
    body = operation.response(status)
    content_type, encoded = _encoded(contract, request, operation, status, body, report) if body else ("", b"")
    headers = [("Content-Type", content_type)] if encoded else []
    if status == _UNAUTHENTICATED:
        headers += challenges(contract.document, operation)
    return Refusal(status, (*headers, ("Content-Length", str(len(encoded)))), encoded)


def _operation(document: Document, request: Request) -> Operation:
    found = find_operations(document.operations.values(), split_target(request.url).path, fold=True)
    return next(operation for operation in found if operation.method == request.method.upper())


def _status(operation: Operation, report: Report) -> int:
    """Which status says best what is wrong, of those that the operation documents."""
    findings = report.errors or report.findings  # under strict, warnings alone make a message invalid
    codes = {finding.code for finding in findings}
    wanted = _UNREADABLE if "unsupported-media-type" in codes else _BAD
    if len(codes) == 1:
        wanted = _ALONE.get(next(iter(codes)), wanted)
    return wanted if operation.response(wanted) else _BAD


def _encoded(
    contract: Contract, request: Request, operation: Operation, status: int, body: Body, report: Report
) -> tuple[str, bytes]:
    """The error object in a media type that the request accepts, and that type; empty where the contract has none."""
    text = listed(report)
    for name in _preferred(request, list(body.content)):
        schema = body.content[name].schema
        if schema is None:
            continue
        value = _filled(contract.document, schema, text, 0)
        try:
            encoded = contract.encode_response_body(value, name, status=status, operation=operation.operation_id)
            told = contract.validate_response_body(encoded, name, status=status, operation=operation.operation_id)
        except ContractError:
            continue  # not a type that can be written, or a schema that no such value fits
        if told.valid:
            return name, encoded
    return "", b""


def _preferred(request: Request, names: list[str]) -> list[str]:
    """Media types by the weight that the request gives them; all of them where it accepts none."""
    ranges = parse_accept(",".join(request.values("Accept")))
    if isinstance(ranges, str) or not ranges:
        return names
    found: list[str] = []
    for weight in sorted({one.weight for one in ranges if one.weight}, reverse=True):
        heavy = [one if one.weight >= weight else one._replace(weight=0.0) for one in ranges]
        found += [name for name in names if name not in found and allows(heavy, [name])]
    return found or names


def listed(report: Report) -> str:
    """What was found, in words that show no secrets."""
    findings = report.errors or report.findings
    more = len(report.findings) + report.omitted - min(len(findings), _MOST)
    return "; ".join([*map(str, findings[:_MOST]), *([f"and {more} more"] if more else [])])


def _filled(document: Document, pointer: str, text: str, depth: int) -> Any:
    """A value for a schema: constants as they stand, required properties alone, and ``text`` for every text."""
    schema = document.get(pointer)
    while isinstance(schema, dict) and "$ref" in schema and not schema.keys() & {"const", "enum"}:
        pointer = target(schema["$ref"])
        schema = document.get(pointer)
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return None
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    named = schema.get("type", "object" if "properties" in schema else "null")
    kinds = [named] if isinstance(named, str) else named
    if "string" in kinds:
        return text[: schema.get("maxLength")]
    if "object" in kinds:
        names = [name for name in schema.get("required", ()) if name in schema.get("properties", {})]
        return {name: _filled(document, join(pointer, "properties", name), text, depth + 1) for name in names}
    return next((_PLAIN[kind] for kind in kinds if kind in _PLAIN), None)


def challenges(document: Document, operation: Operation) -> list[tuple[str, str]]:
    """One field with a challenge for each scheme of HTTP that would do alone (RFC 9110 section 11.6.1)."""
    realm = re.sub(r"[^ !#-\[\]-~]", "", document.get("/info/title"))
    schemes = [way[0].scheme for way in operation.security if len(way) == 1 and way[0].kind == "http"]
    return [("WWW-Authenticate", ", ".join(f'{scheme} realm="{realm}"' for scheme in schemes))] if schemes else []
