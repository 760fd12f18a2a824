"""Whether a document is valid OpenAPI 3.1: openapi-spec-validator's verdict, with the line of its first complaint."""

from relation_spec.contract.errors import UnusableContractError
from relation_spec.contract.pointer import join
from relation_spec.contract.source import Source

__all__ = ["check"]


def check(source: Source, file: str) -> None:
    """Judge a parsed document by openapi-spec-validator.

    Raises:
        UnusableContractError: with the line of the fault that lies deepest, which names the cause best.
    """
    from openapi_spec_validator import OpenAPIV31SpecValidator

    errors = list(OpenAPIV31SpecValidator(source.value).iter_errors())
    if not errors:
        return
    error = max(errors, key=lambda e: len(e.absolute_path))
    while error.context:  # of an anyOf's branches, the one that got furthest was meant
        error = max(error.context, key=lambda e: len(e.absolute_path))
    pointer = join("", *error.absolute_path)
    while pointer and pointer not in source.lines:
        pointer = pointer.rpartition("/")[0]
    message = error.message if len(error.message) < 200 else f"{error.message[:200]}…"
    raise UnusableContractError(file, source.lines.get(pointer), f"not valid OpenAPI 3.1: {message} (at {pointer})")
