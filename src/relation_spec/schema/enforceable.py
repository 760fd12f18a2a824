"""Whether the engines can enforce every pattern and format of a document: asked once, when it is loaded."""

from relation_spec.contract import Document, UnusableContractError
from relation_spec.contract.checks import schemas
from relation_spec.contract.pointer import join
from relation_spec.schema.formats import FORMATS, INTEGER_FORMATS
from relation_spec.schema.patterns import UnsupportedPatternError, translate

__all__ = ["check"]


def check(document: Document) -> None:
    """Refuse what no engine could hold anybody to.

    Raises:
        UnusableContractError: at the first pattern or format that is not enforced.
    """
    for pointer, schema in schemas(document.get("")):
        if not isinstance(schema, dict):
            continue
        name = schema.get("format")
        if name is not None and name not in FORMATS and name not in INTEGER_FORMATS:
            known = ", ".join([*FORMATS, *INTEGER_FORMATS])
            line = document.line(join(pointer, "format"))
            raise UnusableContractError(document.path, line, f"the format {name!r} is not enforced; known are {known}")
        patterns = [("pattern", schema["pattern"])] if "pattern" in schema else []
        patterns.extend(("patternProperties", pattern) for pattern in schema.get("patternProperties", ()))
        for keyword, pattern in patterns:
            try:
                translate(pattern)
            except UnsupportedPatternError as error:
                line = document.line(join(pointer, keyword))
                reason = f"the pattern {pattern!r} cannot be enforced: {error}"
                raise UnusableContractError(document.path, line, reason) from None
