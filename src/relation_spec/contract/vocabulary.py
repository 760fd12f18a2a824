"""Which keywords a contract may use: JSON Schema's that are enforced or only annotate, OpenAPI's objects, and ours.

These tables drive the walk over a document (:mod:`relation_spec.contract.checks`). A keyword that stands in none of
them is refused, never ignored. Tests hold every engine against :data:`ASSERTIONS`.
"""

from typing import Any, Final, Literal, NamedTuple

__all__ = ["ANNOTATIONS", "ASSERTIONS", "EXTENSIONS", "MEANINGS", "OBJECTS", "Extension", "Shape"]

Shape = Literal["value", "schema", "schemas", "schema map"]

ASSERTIONS: Final[dict[str, Shape]] = {
    "$ref": "value",
    "type": "value",
    "enum": "value",
    "const": "value",
    "multipleOf": "value",
    "maximum": "value",
    "exclusiveMaximum": "value",
    "minimum": "value",
    "exclusiveMinimum": "value",
    "maxLength": "value",
    "minLength": "value",
    "pattern": "value",
    "format": "value",
    "items": "schema",
    "prefixItems": "schemas",
    "contains": "schema",
    "minContains": "value",
    "maxContains": "value",
    "maxItems": "value",
    "minItems": "value",
    "uniqueItems": "value",
    "unevaluatedItems": "schema",
    "properties": "schema map",
    "patternProperties": "schema map",
    "additionalProperties": "schema",
    "unevaluatedProperties": "schema",
    "propertyNames": "schema",
    "required": "value",
    "maxProperties": "value",
    "minProperties": "value",
    "dependentRequired": "value",
    "dependentSchemas": "schema map",
    "allOf": "schemas",
    "anyOf": "schemas",
    "oneOf": "schemas",
    "not": "schema",
    "if": "schema",
    "then": "schema",
    "else": "schema",
    "readOnly": "value",
}
"""Keywords of JSON Schema 2020-12 that the engines enforce, with the shape of their value."""

ANNOTATIONS: Final[dict[str, Shape]] = {
    "$comment": "value",
    "$defs": "schema map",
    "title": "value",
    "description": "value",
    "default": "value",
    "example": "value",
    "examples": "value",
    "deprecated": "value",
    "externalDocs": "value",
    "xml": "value",
}
"""Keywords that say nothing about which values are valid."""

_TEXT: Final = {"type": "string", "minLength": 1}
_SEVERITY: Final = {"enum": ["error", "warning", "none"]}


MEANINGS: Final = ("x-zero", "x-refers", "x-value", "x-translated")
"""Extensions of schemas that say nothing about which values are valid, but what a value means."""


def _value_from(source: list[str], **fields: Any) -> dict[str, Any]:
    """The schema of one form of ``x-value``."""
    properties = {"from": {"enum": source}, **fields}
    return {"type": "object", "properties": properties, "required": [*properties], "additionalProperties": False}


class Extension(NamedTuple):
    """One of our keywords: the OpenAPI objects on which it may stand, the schema of its value, and what it says."""

    objects: tuple[str, ...]
    schema: dict[str, Any]
    meaning: str


EXTENSIONS: Final[dict[str, Extension]] = {
    "x-provenance": Extension(
        ("any",),
        {"enum": ["page", "seen", "vendor", "choice"]},
        "Where the statement comes from: the vendor's reference page, recorded live answers, other publications of "
        "the vendor, or a choice of this contract.",
    ),
    "x-reason": Extension(("any",), _TEXT, "Why a choice was made."),
    "x-severity": Extension(
        ("OpenAPI",),
        {
            "type": "object",
            "propertyNames": {
                "enum": [
                    "unknown-property",
                    "read-only",
                    "missing-offset",
                    "null-id",
                    "duplicate-key",
                    "byte-order-mark",
                    "unknown-attribute",
                    "encoding",
                    "unknown-parameter",
                ]
            },
            "additionalProperties": {
                "type": "object",
                "properties": {"request": _SEVERITY, "response": _SEVERITY},
                "required": ["request", "response"],
                "additionalProperties": False,
            },
        },
        "How a finding of this code counts on each side.",
    ),
    "x-closed": Extension(
        ("Schema",),
        {"const": True},
        "Property names that neither this schema nor the ones it is built from describe are unknown; x-severity says "
        "how that counts.",
    ),
    "x-date-time": Extension(
        ("Schema",),
        {
            "type": "object",
            "properties": {
                "offset": {"enum": ["required", "optional"]},
                "fractionDigits": {"type": "integer", "minimum": 0, "maximum": 18},
            },
            "required": ["offset", "fractionDigits"],
            "additionalProperties": False,
        },
        "Date-time text of RFC 3339 section 5.6 with capital T and Z, a bounded fraction, and an offset that may be "
        "optional; without one it has a missing-offset finding.",
    ),
    "x-flags": Extension(
        ("Schema",),
        {"type": "object", "minProperties": 1, "additionalProperties": {"type": "integer"}},
        "Flags in .NET text form: one of these names, or several joined by a comma and a space.",
    ),
    "x-language": Extension(
        ("Schema",),
        {
            "type": "object",
            "properties": {
                "list": {"type": "boolean"},
                "codes": {"type": "array", "items": {**_TEXT, "pattern": "^[a-z]{2,8}$"}, "minItems": 1},
            },
            "required": ["list", "codes"],
            "additionalProperties": False,
        },
        "A language by one of these codes, letter case aside; or, with list, the weighted list of language ranges of "
        "RFC 9110 section 12.5.4, whose ranges start with one of these codes.",
    ),
    "x-null-id": Extension(
        ("Schema",),
        {"type": ["integer", "string"]},
        "This value has the right type and names nothing; it has a null-id finding.",
    ),
    "x-zero": Extension(
        ("Schema",),
        {"type": ["integer", "string", "boolean", "number"]},
        "What stands for nothing where the type has no null; $select puts it into what was not selected.",
    ),
    "x-null": Extension(
        ("MediaType",),
        {"enum": ["xsi-nil", "bare-name"]},
        "How null is written where the media type has none of its own: an empty element with an xsi:nil of true (XML "
        "Schema part 1 section 2.6.2), or a form's name without an equals sign. Without this keyword null cannot be "
        "written.",
    ),
    "x-names": Extension(
        ("MediaType",),
        {"const": "escaped"},
        "In XML, characters of property names that may not stand in an element's name are written _xHHHH_, as .NET's "
        "XmlConvert.EncodeLocalName does. Without this keyword such names cannot be written.",
    ),
    "x-select": Extension(
        ("Parameter",),
        {
            "type": "object",
            "properties": {"pathSeparator": {**_TEXT, "maxLength": 1}, "caseSensitive": {"type": "boolean"}},
            "required": ["pathSeparator", "caseSensitive"],
            "additionalProperties": False,
        },
        "The parameter lists the properties to keep in the answer; the separator reaches into nested objects.",
    ),
    "x-ignored-without": Extension(
        ("Parameter",),
        {"type": "array", "items": _TEXT, "minItems": 1},
        "The header has no effect unless one of these headers is sent too.",
    ),
    "x-secret": Extension(
        ("Parameter",), {"const": True}, "The value is a credential; no finding shows it or any part of it."
    ),
    "x-refers": Extension(
        ("Schema",),
        {
            "type": "object",
            "properties": {"to": _TEXT, "where": {"type": "object", "additionalProperties": _TEXT}},
            "required": ["to"],
            "additionalProperties": False,
        },
        "The value is the id of an item in this collection of a server's data; with where, of one whose field equals "
        "that other property. Zero (x-zero) refers to nothing, which a required property may not do.",
    ),
    "x-value": Extension(
        ("Schema",),
        {
            "oneOf": [
                _value_from(["identity"]),
                _value_from(["clock", "user"], when={"enum": ["created", "saved"]}),
                _value_from(["reference"], property=_TEXT, field=_TEXT),
                _value_from(["collection"], collection=_TEXT, item=_TEXT),
                _value_from(["item"], field=_TEXT),
                _value_from(["links"], names={"type": "object", "additionalProperties": {"const": "record"}}),
            ]
        },
        "A server sets the property, whatever a request says: from the record's number, its clock, the user, the item "
        "that another property refers to, an item of its own data, the item that the object around shows, or as links.",
    ),
    "x-translated": Extension(
        ("Schema",),
        {"const": True},
        "A resource name in square brackets becomes text where a request names a language.",
    ),
    "x-controls": Extension(
        ("Parameter",),
        {
            "type": "object",
            "properties": {
                "what": {"enum": ["language", "culture", "time-zone"]},
                "overrules": {"type": "array", "items": _TEXT, "minItems": 1},
            },
            "required": ["what"],
            "additionalProperties": False,
        },
        "The parameter chooses this of an answer; it counts more than the parameters that it overrules.",
    ),
    "x-equals": Extension(
        ("SecurityScheme",), _TEXT, "The value must equal that of the security scheme with this name."
    ),
}
"""The extensions of this package; any other ``x-`` keyword is refused."""

OBJECTS: Final[dict[str, dict[str, tuple[Literal["one", "list", "map", "map of lists"], str]]]] = {
    "OpenAPI": {
        "info": ("one", "Info"),
        "servers": ("list", "Server"),
        "paths": ("map", "PathItem"),
        "webhooks": ("map", "PathItem"),
        "components": ("one", "Components"),
        "tags": ("list", "Tag"),
        "externalDocs": ("one", "ExternalDocumentation"),
    },
    "Info": {"contact": ("one", "Contact"), "license": ("one", "License")},
    "Server": {"variables": ("map", "ServerVariable")},
    "Components": {
        "schemas": ("map", "Schema"),
        "responses": ("map", "Response"),
        "parameters": ("map", "Parameter"),
        "examples": ("map", "Example"),
        "requestBodies": ("map", "RequestBody"),
        "headers": ("map", "Header"),
        "securitySchemes": ("map", "SecurityScheme"),
        "links": ("map", "Link"),
        "callbacks": ("map", "Callback"),
        "pathItems": ("map", "PathItem"),
    },
    "PathItem": {
        **dict.fromkeys(("get", "put", "post", "delete", "options", "head", "patch", "trace"), ("one", "Operation")),
        "servers": ("list", "Server"),
        "parameters": ("list", "Parameter"),
    },
    "Operation": {
        "externalDocs": ("one", "ExternalDocumentation"),
        "parameters": ("list", "Parameter"),
        "requestBody": ("one", "RequestBody"),
        "responses": ("map", "Response"),
        "callbacks": ("map", "Callback"),
        "servers": ("list", "Server"),
    },
    "Parameter": {"schema": ("one", "Schema"), "examples": ("map", "Example"), "content": ("map", "MediaType")},
    "Header": {"schema": ("one", "Schema"), "examples": ("map", "Example"), "content": ("map", "MediaType")},
    "RequestBody": {"content": ("map", "MediaType")},
    "Response": {"headers": ("map", "Header"), "content": ("map", "MediaType"), "links": ("map", "Link")},
    "MediaType": {"schema": ("one", "Schema"), "examples": ("map", "Example"), "encoding": ("map", "Encoding")},
    "Encoding": {"headers": ("map", "Header")},
    "Example": {},
    "Link": {"server": ("one", "Server")},
    "SecurityScheme": {},
    "Callback": {},
    "Tag": {"externalDocs": ("one", "ExternalDocumentation")},
    "ExternalDocumentation": {},
    "Contact": {},
    "License": {},
    "ServerVariable": {},
}
"""The objects of OpenAPI 3.1 section 4.8 and which objects their fields hold."""
