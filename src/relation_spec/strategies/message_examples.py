"""One small request per kind of finding that is not about JSON: the contract's own example, sent whole, then broken.

In: a contract and a code. Out: the broken request and the report that it gives, or None where no request of this
contract can show the code.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from relation_spec.contract import Document, Operation, UnencodableValueError
from relation_spec.findings import Report
from relation_spec.messages import Contract
from relation_spec.messages.decoding import kind_of
from relation_spec.messages.message import Request
from relation_spec.schema.conjuncts import conjuncts
from relation_spec.strategies.authentication_breaches import of_authentication
from relation_spec.strategies.byte_mutations import Text
from relation_spec.strategies.drafts import RequestDraft
from relation_spec.strategies.examples import named_example
from relation_spec.strategies.label_breaches import of_the_label
from relation_spec.strategies.markup_mutations import FORM_RULES, XML_RULES
from relation_spec.strategies.request_breaches import around_the_body
from relation_spec.strategies.request_drafts import RequestPlan, put

__all__ = ["MessageExample", "message_example_of"]


class MessageExample(NamedTuple):
    """A broken request and what is said of it."""

    request: Request
    report: Report


def message_example_of(contract: Contract, code: str) -> MessageExample | None:
    """The shortest broken request that has exactly one kind of finding, ``code``."""
    operation = contract.document.operation(next(iter(contract.document.operations)))
    found = named_example(contract.document, operation, "request")
    if found is None:
        return None
    plan = RequestPlan(contract, operation)
    examples = []
    value = _required(contract.document, found[1], found[2])
    for request in _broken(contract, plan, code, found[0], value):
        report = contract.validate_request(request, operation=operation.operation_id)
        if {finding.code for finding in report.findings} == {code}:
            examples.append(MessageExample(request, report))
    return min(examples, key=lambda example: _length(example.request), default=None)


def _required(document: Document, schema: str, value: Any) -> Any:
    """As little of an example as the schema takes."""
    parts = [part.schema for part in conjuncts(document, (schema,)) if isinstance(part.schema, dict)]
    names = {name for part in parts for name in part.get("required", ())}
    return {name: held for name, held in value.items() if name in names} or value


def _broken(contract: Contract, plan: RequestPlan, code: str, name: str, value: Any) -> Iterator[Request]:
    base = _healthy(contract, plan, name, value)
    for rules in (around_the_body, of_authentication, of_the_label):
        for breach, change in rules(plan):
            if breach.code == code:
                draft = base.copy()
                change(draft)
                yield draft.message()
    for media in plan.operation.request.content if plan.operation.request else ():
        rules_of = {"xml": XML_RULES, "form": FORM_RULES}.get(kind_of(media) or "", ())
        if not any(rule.code == code for rule in rules_of):
            continue
        try:
            draft = _healthy(contract, plan, media, value)
        except UnencodableValueError:
            continue
        text = Text(draft.body or b"")
        for rule in rules_of:
            if rule.code == code and not rule.is_large and (body := rule.make(text)) is not None:
                changed = draft.copy()
                changed.body = body
                yield changed.message()


def _healthy(contract: Contract, plan: RequestPlan, name: str, value: Any) -> RequestDraft:
    operation: Operation = plan.operation
    draft = RequestDraft(operation.method, "", operation.path, content_type=name)
    for credential in plan.ways[0][0] if plan.ways else ():
        put(draft, credential)
    indent = 2 if kind_of(name) == "json" else None  # the breaches of markup take it as programs write it
    draft.body = contract.encode_request_body(value, name, operation=operation.operation_id, indent=indent)
    return draft


def _length(request: Request) -> tuple[bool, int]:
    """How long a request is; an empty header field shows least, and comes last."""
    length = len(request.url) + sum(len(name) + len(value) for name, value in request.headers)
    return not all(value for _, value in request.headers), length + len(request.body or b"")
