"""What an OpenAPI document cannot say of whole messages: rules that our keywords on parameters and schemes state.

In: a document. Out: entries for the list in the header of an OpenAPI export.
"""

from collections.abc import Iterator
from typing import Final

from relation_spec.contract import Document
from relation_spec.contract.document import Parameter
from relation_spec.contract.pointer import join
from relation_spec.export.unsaid import Unsaid

__all__ = ["message_rules"]

_SELECT: Final = (
    ("select", "request", "which names can be selected follows from the schema of the answer, in any letter case"),
    ("not-selected", "response", "what was not selected must be null; that depends on the request"),
)


def message_rules(document: Document) -> Iterator[Unsaid]:
    """The entries about what is around the bodies."""
    for operation in document.operations.values():
        for parameter in operation.parameters:
            yield from _parameter(document, parameter)
        if operation.select is not None:
            here = join(operation.select.pointer, "x-select")
            for code, side, reason in _SELECT:
                yield Unsaid(code, here, reason, side, "message")  # type: ignore[arg-type]
        for scheme in (scheme for way in operation.security for scheme in way if scheme.equals):
            reason = f"that it equals {scheme.equals} is no matter of one scheme (a warning only)"
            yield Unsaid("header", join(scheme.pointer, "x-equals"), reason, "request", "message")
        severity = document.severity("unknown-parameter", "request")
        if severity != "none":
            reason = "a document names the parameters that there are, and forbids no others"
            reason = reason if severity == "error" else f"{reason} (a warning only)"
            yield Unsaid("unknown-parameter", join(operation.pointer, "parameters"), reason, "request", "message")


def _parameter(document: Document, parameter: Parameter) -> Iterator[Unsaid]:
    if parameter.ignored_without:
        reason = "that it does nothing unless others are sent is a warning about several parameters"
        yield Unsaid("header", join(parameter.pointer, "x-ignored-without"), reason, "request", "message")
