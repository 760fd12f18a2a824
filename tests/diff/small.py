"""A small contract with every keyword in it, and random edits of it; so that many pairs of contracts can be tried."""

import copy
import random
from collections.abc import Callable
from typing import Any

from relation_spec.contract.checks import walk

Document = dict[str, Any]


def contract() -> Document:
    """A contract whose one operation takes and answers values of the same schema."""
    thing = {
        "type": "object",
        "x-closed": True,
        "required": ["id", "name"],
        "properties": {
            "id": {"type": "integer", "minimum": 0, "maximum": 1000, "x-null-id": 0},
            "name": {"type": "string", "minLength": 1, "maxLength": 30},
            "kind": {"type": "string", "enum": ["a", "b", "c"]},
            "rights": {"type": ["string", "null"], "x-flags": {"Read": 1, "Write": 2}},
            "at": {"type": "string", "x-date-time": {"offset": "optional", "fractionDigits": 3}},
            "price": {"type": "number", "multipleOf": 5},
            "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 4, "uniqueItems": True},
            "parts": {"type": ["object", "null"], "additionalProperties": {"type": "integer"}},
            "owner": {"$ref": "#/components/schemas/Owner"},
            "either": {"anyOf": [{"type": "integer", "maximum": 9}, {"type": "boolean"}]},
            "stamp": {"type": "string", "readOnly": True},
        },
    }
    owner = {"type": ["object", "null"], "properties": {"login": {"type": "string"}, "rank": {"type": "integer"}}}
    media = {name: {"schema": {"$ref": "#/components/schemas/Thing"}} for name in ("application/json", "text/json")}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": "1.0.0"},
        "x-severity": {
            "unknown-property": {"request": "error", "response": "warning"},
            "null-id": {"request": "warning", "response": "none"},
            "read-only": {"request": "warning", "response": "none"},
            "missing-offset": {"request": "warning", "response": "none"},
        },
        "paths": {
            "/things": {
                "post": {
                    "operationId": "save",
                    "security": [{"Basic": []}, {"Key": []}],
                    "parameters": [
                        {"name": "$select", "in": "query", "explode": False, "schema": {"type": "array", "items": {"type": "string"}},
                         "x-select": {"pathSeparator": "/", "caseSensitive": False}},
                        {"name": "X-Level", "in": "header", "schema": {"type": "integer", "minimum": 1, "maximum": 9}},
                    ],
                    "requestBody": {"required": True, "content": media},
                    "responses": {
                        "200": {"description": "Saved.", "content": copy.deepcopy(media)},
                        "400": {"description": "Wrong.", "content": {"application/json": {"schema": {"type": "object"}}}},
                    },
                }
            }
        },
        "components": {
            "schemas": {"Thing": thing, "Owner": owner},
            "securitySchemes": {
                "Basic": {"type": "http", "scheme": "basic"},
                "Key": {"type": "apiKey", "in": "header", "name": "X-Key"},
            },
        },
    }  # fmt: skip


def _schemas(document: Document, needed: Callable[[dict[str, Any]], bool] = lambda held: True) -> list[dict[str, Any]]:
    held = [schema for kind, _, schema in walk(document) if kind == "Schema" and isinstance(schema, dict)]
    return [schema for schema in held if "$ref" not in schema and needed(schema)]


def _types(schema: dict[str, Any]) -> list[str]:
    named = schema.get("type", [])
    return [named] if isinstance(named, str) else list(named)


def _numbers(document: Document, source: random.Random) -> None:
    schema = source.choice(_schemas(document, lambda held: bool({"integer", "number"} & {*_types(held)})))
    keyword = source.choice(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "format"])
    if keyword in schema and source.random() < 0.4:
        del schema[keyword]
    elif keyword == "format":
        schema[keyword] = source.choice(["int32", "int64"])
    elif keyword == "multipleOf":
        schema[keyword] = source.choice([1, 2, 5, 10])
    else:
        low = "inimum" in keyword
        schema[keyword] = source.choice([-100, -1, 0, 1, 2] if low else [3, 8, 9, 10, 999, 1000, 1001, 5000])


def _texts(document: Document, source: random.Random) -> None:
    schema = source.choice(_schemas(document, lambda held: "string" in _types(held)))
    keyword = source.choice(["minLength", "maxLength", "pattern", "format", "x-date-time", "enum"])
    values: dict[str, list[Any]] = {
        "minLength": [0, 1, 2], "maxLength": [3, 29, 30, 31], "pattern": ["^[a-z]+$", "^.{1,9}$"],
        "format": ["uuid", "date", "uri"], "enum": [["a", "b"], ["a", "b", "c", "d"], ["x"]],
        "x-date-time": [{"offset": offset, "fractionDigits": n} for offset in ("required", "optional") for n in (0, 3, 7)],
    }  # fmt: skip
    if keyword in schema and source.random() < 0.4:
        del schema[keyword]
    else:
        schema[keyword] = source.choice(values[keyword])


def _type(document: Document, source: random.Random) -> None:
    schema = source.choice(_schemas(document, lambda held: "type" in held))
    types = _types(schema)
    other = source.choice(["null", "string", "integer", "number", "boolean"])
    if other in types and len(types) > 1:
        types.remove(other)
    elif other not in types:
        types.append(other)
    schema["type"] = types if len(types) > 1 else types[0]


def _objects(document: Document, source: random.Random) -> None:
    schema = source.choice(_schemas(document, lambda held: "properties" in held))
    names = list(schema["properties"])
    match source.randrange(7):
        case 0:
            schema["required"] = sorted({*schema.get("required", ()), source.choice(names)})
        case 1 if schema.get("required"):
            schema["required"].remove(source.choice(schema["required"]))
            if not schema["required"]:
                del schema["required"]
        case 2:
            schema["properties"][f"new{source.randrange(3)}"] = {
                "type": source.choice(["string", "integer", "boolean"])
            }
        case 3 if len(names) > 2:
            gone = source.choice(names)
            del schema["properties"][gone]
            schema["required"] = [name for name in schema.get("required", ()) if name != gone] or ["name"]
            if "name" not in schema["properties"]:
                del schema["required"]
        case 4:
            if schema.pop("x-closed", None) is None:
                schema["x-closed"] = True
        case 5:
            schema["additionalProperties"] = source.choice([False, True, {"type": "string"}])
        case _:
            schema[source.choice(["minProperties", "maxProperties"])] = source.choice([2, 5, 12])


def _arrays(document: Document, source: random.Random) -> None:
    schema = source.choice(_schemas(document, lambda held: "array" in _types(held)) or _schemas(document))
    keyword = source.choice(["minItems", "maxItems", "uniqueItems", "items"])
    if keyword in schema and source.random() < 0.4:
        del schema[keyword]
    else:
        values: dict[str, list[Any]] = {"minItems": [0, 1], "maxItems": [3, 4, 5], "uniqueItems": [True, False]}
        schema[keyword] = source.choice(
            values.get(keyword, [{"type": "string", "maxLength": 3}, {"type": ["string", "null"]}])
        )


def _listed(document: Document, source: random.Random) -> None:
    schema = source.choice(_schemas(document, lambda held: "enum" in held or "x-flags" in held) or _schemas(document))
    if "enum" in schema and len(schema["enum"]) > 1 and source.random() < 0.5:
        schema["enum"] = schema["enum"][1:]
    elif "enum" in schema:
        schema["enum"] = [*schema["enum"], "z"] if "z" not in schema["enum"] else schema["enum"]
    elif "x-flags" in schema:
        schema["x-flags"] = source.choice([{"Read": 1}, {"Read": 1, "Write": 2, "Run": 4}, {"Read": 1, "Write": 3}])


def _combined(document: Document, source: random.Random) -> None:
    schema = source.choice(_schemas(document, lambda held: "properties" in held or "anyOf" in held))
    branch = {"required": [source.choice(["name", "kind", "login", "id"])]}
    match source.randrange(5):
        case 0 if len(schema.get("anyOf", ())) > 1:
            del schema["anyOf"][source.randrange(len(schema["anyOf"]))]
        case 1:
            schema["anyOf"] = [*schema.get("anyOf", [{"type": "object"}]), {"type": "string"}]
        case 2:
            schema["allOf"] = [branch]
        case 3:
            schema["not"] = {"required": [source.choice(["kind", "tags"])]}
        case _:
            schema["dependentRequired"] = {source.choice(["kind", "rank"]): [source.choice(["tags", "login"])]}


def _extensions(document: Document, source: random.Random) -> None:
    code = source.choice(list(document["x-severity"]))
    side = source.choice(["request", "response"])
    if source.random() < 0.6:
        document["x-severity"][code][side] = source.choice(["error", "warning", "none"])
        return
    schema = source.choice(_schemas(document, lambda held: "integer" in _types(held) or "string" in _types(held)))
    keyword, value = source.choice([("x-null-id", 0), ("readOnly", True), ("x-zero", 0)])
    if schema.pop(keyword, None) is None:
        schema[keyword] = value


def _messages(document: Document, source: random.Random) -> None:
    operation = document["paths"]["/things"]["post"]
    match source.randrange(9):
        case 0 if len(operation["requestBody"]["content"]) > 1:
            del operation["requestBody"]["content"]["text/json"]
        case 1 if len(operation["responses"]["200"]["content"]) > 1:
            del operation["responses"]["200"]["content"]["text/json"]
        case 2:
            operation["responses"][source.choice(["404", "4XX", "500"])] = {"description": "Other."}
        case 3:
            operation["responses"].pop("400", None)
        case 4:
            operation["requestBody"]["required"] = not operation["requestBody"].get("required", False)
        case 5:
            operation["security"] = source.choice(
                [[{"Basic": []}], [{"Key": []}], [{"Key": [], "Basic": []}], [{"Key": []}, {}]]
            )
        case 6:
            operation["parameters"] = operation["parameters"][: source.randrange(3)]
        case 7:
            operation["parameters"] = [
                *operation["parameters"],
                {"name": f"p{source.randrange(3)}", "in": source.choice(["query", "header"]), "required": source.random() < 0.5,
                 "schema": {"type": "integer"}},
            ][-4:]  # fmt: skip
        case _:
            for parameter in operation["parameters"]:
                if "x-select" in parameter and source.random() < 0.5:
                    parameter["x-select"]["caseSensitive"] = not parameter["x-select"]["caseSensitive"]


EDITS = (_numbers, _texts, _type, _objects, _objects, _arrays, _listed, _combined, _extensions, _messages)


def edited(document: Document, source: random.Random) -> Document:
    """A copy with one to three random edits."""
    made = copy.deepcopy(document)
    for _ in range(source.randint(1, 3)):
        source.choice(EDITS)(made, source)
    return made
