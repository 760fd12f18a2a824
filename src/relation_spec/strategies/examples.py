"""One small message per kind of finding: an example from the contract, broken until it shows the code.

In: a contract and a code. Out: the broken body and the report that it gives, or None where no body of this contract
can show the code.
"""

import json
from functools import lru_cache
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


@lru_cache(maxsize=2)  # a page that shows every code asks for each of them
def _broken(document: Document, operation: str, side: Side) -> tuple[tuple[str, bytes], ...]:
    """The named example of one side broken in every way, each with the code that it may show."""
    found = named_example(document, document.operation(operation), side)
    if found is None:
        return ()
    _, schema, value = found
    made = [
        (m.code, json.dumps(m.value, indent=2, ensure_ascii=False).encode())
        for m in mutations(document, side, schema, value)
    ]
    made += [(m.code, m.body) for m in byte_mutations(json.dumps(value, indent=2).encode())]
    return tuple(sorted(made, key=lambda pair: len(pair[1])))


def example_of(contract: Contract, code: str) -> Example | None:
    """The shortest broken body that has exactly one kind of finding, ``code``; requests before responses."""
    operation = contract.document.operation(next(iter(contract.document.operations)))
    sides: tuple[Side, ...] = ("request", "response")
    for side in sides:
        found = named_example(contract.document, operation, side)
        if found is None:
            continue
        validate = contract.validate_request_body if side == "request" else contract.validate_response_body
        for shown, body in _broken(contract.document, operation.operation_id, side):
            if shown != code:
                continue
            report = validate(body, found[0], operation=operation.operation_id)
            if {finding.code for finding in report.findings} == {code}:
                return Example(side, body, report)
    return None
