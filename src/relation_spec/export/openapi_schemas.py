"""Plain schemas in the dialect of OpenAPI 3.0.3 (section 4.7.24), a changed subset of JSON Schema draft wright-00.

In: a schema of :mod:`relation_spec.export.plain`. Out: one that validators and generators for OpenAPI 3.0 read. What
3.0 says in other words is turned into them; what it cannot say is left out and noted, and where leaving it out would
refuse more (under ``not``, or as one of several alternatives) the whole is left out.
"""

from typing import Any, Final

from relation_spec.export.dialects import Lost, below, loses, spared
from relation_spec.export.merging import FROM, Schema

__all__ = ["openapi_30"]

_NULL: Final = {"nullable": True, "enum": [None]}
_GONE: Final = ("$comment", FROM)


def openapi_30(schema: Any, lost: Lost) -> Any:
    """A plain schema in OpenAPI 3.0."""
    if not isinstance(schema, dict):
        return {} if schema else {"not": {}}
    source: dict[str, str] = schema.get(FROM, {})
    given = spared(schema, openapi_30, lost)
    made = below(given, lambda inner: openapi_30(inner, lost))
    _objects(made, source, lost)
    _arrays(made, given, source, lost)
    _numbers(made)
    _conditions(made)
    _values(made)
    _types(made)
    if "examples" in made:
        examples = made.pop("examples")
        if examples:
            made.setdefault("example", examples[0])
    if "$ref" in made and len(made.keys() - set(_GONE)) > 1:
        made = {"allOf": [{"$ref": made.pop("$ref")}, *made.pop("allOf", ())], **made}
    return {k: v for k, v in made.items() if k not in _GONE}


def _all(made: Schema, *schemas: Schema) -> None:
    made["allOf"] = [*made.get("allOf", []), *schemas]


def _objects(made: Schema, source: dict[str, str], lost: Lost) -> None:
    if "patternProperties" in made:
        del made["patternProperties"]
        lost(source["patternProperties"])
        if "additionalProperties" in made:  # it would now speak of names that a pattern described
            del made["additionalProperties"]
            lost(source["additionalProperties"])
    for keyword in ("propertyNames", "unevaluatedProperties"):
        if keyword in made:
            del made[keyword]
            lost(source[keyword])
    if "additionalProperties" in made and made["additionalProperties"] in ({}, {"not": {}}):
        made["additionalProperties"] = made["additionalProperties"] == {}
    for name, needed in made.pop("dependentRequired", {}).items():
        _all(made, {"anyOf": [{"not": {"required": [name]}}, {"required": needed}]} if needed else {})
    for name, schema in made.pop("dependentSchemas", {}).items():
        # a value that is no object has no property
        absent = {"not": {"type": "object", "required": [name]}}
        _all(made, {"anyOf": [absent, schema]})
    if made.get("required") == []:
        del made["required"]


def _arrays(made: Schema, given: Schema, source: dict[str, str], lost: Lost) -> None:
    if "unevaluatedItems" in made:
        del made["unevaluatedItems"]
        lost(source["unevaluatedItems"])
    if "prefixItems" in made:
        first = made.pop("prefixItems")
        lost(source["prefixItems"])
        if given.get("items") is False:
            made["maxItems"] = min(len(first), made.get("maxItems", len(first)))
        elif "items" in given:
            lost(source["items"])
        made["items"] = {}
    if "contains" in made:
        wanted = made.pop("contains")
        least, greatest = made.pop("minContains", 1), made.pop("maxContains", None)
        if least > 1:
            lost(source["minContains"])
        if greatest is not None:
            lost(source["maxContains"])
        if least and loses(given["contains"], openapi_30):
            lost(source["contains"])
        elif least:
            _all(made, {"not": {"type": "array", "items": {"not": wanted}}})


def _numbers(made: Schema) -> None:
    for keyword, exclusive, choose in (("minimum", "exclusiveMinimum", max), ("maximum", "exclusiveMaximum", min)):
        if exclusive in made:
            bound = made[exclusive]
            made[exclusive] = choose(bound, made.get(keyword, bound)) == bound
            made[keyword] = choose(bound, made.get(keyword, bound))


def _conditions(made: Schema) -> None:
    if "if" in made:
        test = made.pop("if")
        then, otherwise = made.pop("then", {}), made.pop("else", {})
        _all(made, {"anyOf": [{"not": test}, then]}, {"anyOf": [test, otherwise]})
    made.pop("then", None)
    made.pop("else", None)


def _values(made: Schema) -> None:
    if "const" in made:
        value = made.pop("const")
        if "enum" in made:
            _all(made, {"enum": [value]})
        else:
            made["enum"] = [value]


def _types(made: Schema) -> None:
    types = made.get("type")
    if isinstance(types, str):
        types = [types]
    if types is None:
        return
    others = [name for name in types if name != "null"]
    if "number" in others and "integer" in others:
        others.remove("integer")
    is_null = "null" in types
    del made["type"]
    if len(others) == 1:
        made["type"] = others[0]
        if is_null:
            made["nullable"] = True
            if "enum" in made and None not in made["enum"]:
                del made["nullable"]
    elif not others:
        _all(made, dict(_NULL))
    else:
        branches: list[Schema] = [{"type": name, **({"items": {}} if name == "array" else {})} for name in others]
        _all(made, {"anyOf": [*branches, *([dict(_NULL)] if is_null else [])]})
    if made.get("type") == "array":
        made.setdefault("items", {})
