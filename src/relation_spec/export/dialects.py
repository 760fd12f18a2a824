"""Plain schemas in a dialect of JSON Schema: 2020-12 as it is, and draft-07.

In: a schema of :mod:`relation_spec.export.plain`. Out: one that a validator of the dialect reads, with what the dialect
has no words for left out and noted. A schema that says less than the contract never stands where it would refuse more.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

from relation_spec.contract.vocabulary import ANNOTATIONS, ASSERTIONS
from relation_spec.export.merging import FROM, Schema

__all__ = ["DIALECTS", "Lost", "Translate", "below", "draft_07", "loses", "references", "spared", "standard"]

DIALECTS: Final = {
    "2020-12": "https://json-schema.org/draft/2020-12/schema",
    "draft-07": "http://json-schema.org/draft-07/schema#",
}
"""The dialects of JSON Schema that can be exported, with their meta-schemas."""

Lost = Callable[[str], None]
"""Called with the pointer of a schema or keyword of the contract that a dialect cannot say."""

Translate = Callable[[Any, Lost], Any]

_OPENAPI: Final = ("format", "xml", "externalDocs", "example", FROM)


def below(schema: Schema, make: Callable[[Any], Any]) -> Schema:
    """``schema`` with each schema directly inside it made anew."""
    made: Schema = {}
    for keyword, value in schema.items():
        shape = ASSERTIONS.get(keyword) or ANNOTATIONS.get(keyword)
        if shape == "schema":
            made[keyword] = make(value)
        elif shape == "schemas":
            made[keyword] = [make(item) for item in value]
        elif shape == "schema map":
            made[keyword] = {name: make(item) for name, item in value.items()}
        else:
            made[keyword] = value
    return made


def references(schema: Any) -> Iterator[str]:
    """Every ``$ref`` in a plain schema."""
    if not isinstance(schema, dict):
        return
    if "$ref" in schema:
        yield schema["$ref"]
    found: list[Any] = []
    below(schema, found.append)
    for inner in found:
        yield from references(inner)


def loses(value: Any, translate: Translate) -> bool:
    """Whether a schema, or one of several, cannot be said in full."""
    found: list[str] = []
    for schema in value if isinstance(value, list) else [value]:
        translate(schema, found.append)
    return bool(found)


def spared(schema: Schema, translate: Translate, lost: Lost) -> Schema:
    """``schema`` without those of its parts that would refuse more if they said less than they should."""
    made, source = dict(schema), schema.get(FROM, {})
    for keyword in ("not", "oneOf", "if"):
        if keyword not in made or not loses(made[keyword], translate):
            continue
        value = made.pop(keyword)
        lost(source[keyword])
        if keyword == "oneOf":
            made["allOf"] = [*made.get("allOf", []), {"anyOf": value}]
        for branch in ("then", "else") if keyword == "if" else ():
            if made.pop(branch, None) is not None:
                lost(source[branch])
    return made


def standard(schema: Any, lost: Lost) -> Any:
    """A plain schema without what JSON Schema leaves to OpenAPI and to this package."""
    if not isinstance(schema, dict):
        return schema
    return _bare(below(schema, lambda inner: standard(inner, lost)))


def _bare(schema: Schema) -> Schema:
    if "example" in schema:
        schema.setdefault("examples", [schema["example"]])
    return {k: v for k, v in schema.items() if k not in _OPENAPI and not k.startswith("x-")}


def draft_07(schema: Any, lost: Lost) -> Any:
    """A plain schema in draft-07, whose ``$ref`` lets nothing stand beside it."""
    if not isinstance(schema, dict):
        return schema
    source = schema.get(FROM, {})
    made = below(spared(schema, draft_07, lost), lambda inner: draft_07(inner, lost))
    made = _bare(made)
    for keyword in ("unevaluatedProperties", "unevaluatedItems"):
        if keyword in made:
            del made[keyword]
            lost(source[keyword])
    made.pop("deprecated", None)
    _contains(made, source, lost)
    _items(made)
    _dependencies(made)
    if "$ref" in made and len(made) > 1:
        made = {"allOf": [{"$ref": made.pop("$ref")}, *made.pop("allOf", ())], **made}
    return made


def _contains(made: Schema, source: dict[str, str], lost: Lost) -> None:
    least, greatest = made.pop("minContains", 1), made.pop("maxContains", None)
    if least == 0:
        made.pop("contains", None)
    elif least > 1:
        lost(source["minContains"])
    if greatest is not None:
        lost(source["maxContains"])


def _items(made: Schema) -> None:
    if "prefixItems" in made:
        others = made.pop("items", True)
        made["items"] = made.pop("prefixItems")
        if others is not True:
            made["additionalItems"] = others


def _dependencies(made: Schema) -> None:
    needed, schemas = made.pop("dependentRequired", {}), made.pop("dependentSchemas", {})
    found: dict[str, Any] = {}
    for name in (*needed, *(name for name in schemas if name not in needed)):
        parts = [{"required": needed[name]}] if name in needed and name in schemas else []
        found[name] = {"allOf": [*parts, schemas[name]]} if parts else schemas.get(name, needed.get(name))
    if found:
        made["dependencies"] = found
