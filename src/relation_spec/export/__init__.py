"""The contract in the formats of other tools: OpenAPI 3.1 and 3.0, JSON Schema 2020-12 and draft-07, XML Schema.

An export says by the keywords of its format what the contract counts as an error, and lists in its header what it
cannot say. Names are loaded when they are first used.
"""

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from relation_spec.export.calls import json_schema, openapi, xsd
    from relation_spec.export.exported import Exported
    from relation_spec.export.unsaid import Unsaid

__all__ = ["Exported", "Unsaid", "json_schema", "openapi", "xsd"]

_HOMES: Final = {
    "Exported": "exported",
    "Unsaid": "unsaid",
    "json_schema": "calls",
    "openapi": "calls",
    "xsd": "calls",
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"relation_spec.export.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
