"""One small message per kind of finding: an example from the contract, broken until it shows the code.

In: a contract and a code. Out: the broken body and the report that it gives, or None where no body of this contract
can show the code.
"""

import json
from typing import Any, NamedTuple

from relation_spec.contract import Document, Operation, Side
from relation_spec.findings import Report
from relation_spec.messages import Contract
from relation_spec.strategies.byte_mutations import byte_mutations
from relation_spec.strategies.mutations import mutations

__all__ = ["Example", "example_of", "named_example"]


class Example(NamedTuple):
    """A broken body of one side and what is said of it."""

    side: Side
    body: bytes
    report: Report


def named_example(document: Document, operation: Operation, side: Side) -> tuple[str, str, Any] | None:
    """The media type, its schema's pointer, and the value of its first named example; JSON types only."""
    body = operation.request if side == "request" else operation.response(200)
    for media in body.content.values() if body else ():
        examples = document.get(media.pointer).get("examples", {})
        for name in examples:
            value = document.get(document.follow(f"{media.pointer}/examples/{name}"))["value"]
            if media.schema and isinstance(value, dict):
                return media.name, media.schema, value
    return None


def example_of(contract: Contract, code: str) -> Example | None:
    """The shortest broken body that has exactly one kind of finding, ``code``; requests before responses."""
    operation = contract.document.operation(next(iter(contract.document.operations)))
    sides: tuple[Side, ...] = ("request", "response")
    for side in sides:
        found = named_example(contract.document, operation, side)
        if found is None:
            continue
        name, schema, value = found
        validate = contract.validate_request_body if side == "request" else contract.validate_response_body
        made = [
            json.dumps(m.value, indent=2, ensure_ascii=False).encode()
            for m in mutations(contract.document, side, schema, value)
            if m.code == code
        ]
        made += [m.body for m in byte_mutations(json.dumps(value, indent=2).encode()) if m.code == code]
        for body in sorted(made, key=len):
            report = validate(body, name, operation=operation.operation_id)
            if {finding.code for finding in report.findings} == {code}:
                return Example(side, body, report)
    return None
