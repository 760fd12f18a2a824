"""What texts without types of their own stand for: the schema read as a guide for XML and forms.

JSON says of each value what it is; an XML element or a form field is only text. A :class:`Shape` tells, for one place
of a message, which JSON types its schemas allow, how its properties are named on the wire (OpenAPI's ``xml`` keyword),
and thereby which value a text means. It never judges: what does not read as an allowed type stays text, and the
engines then report ``type`` as they do for JSON.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from relation_spec.contract import Document
from relation_spec.contract.document import target
from relation_spec.contract.pointer import join, split
from relation_spec.schema.conjuncts import conjuncts

__all__ = ["SEPARATOR", "Child", "Shape", "qualified", "read_text", "root_name", "shape_of"]

SEPARATOR: Final = "\n"
"""Stands between a namespace and a local name; no XML name holds it."""

# XML Schema part 2 sections 3.3.13 and 3.2.3 (a sign, leading zeros, a bare point), and the exponent of JSON
_NUMBER: Final = r"[ \t\r\n]*([+-]?)(?:0*)([0-9]+(?:\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?[ \t\r\n]*"
_SPACE: Final = " \t\r\n"
_ALTERNATIVES: Final = ("anyOf", "oneOf")
_CONDITIONAL: Final = ("if", "then", "else")
_OBJECT_WORDS: Final = frozenset({"properties", "required", "additionalProperties", "patternProperties"})


class Child(NamedTuple):
    """A named place below an object: the property's name, its shape, and whether its texts gather in an array."""

    name: str
    shape: "Shape"
    repeats: bool


class Shape:
    """The schemas at one place of a message, read as a guide.

    Attributes:
        types: the JSON types that they allow, or None where they allow all.
        wire: the name on the wire that the ``xml`` keyword gives, with its namespace before :data:`SEPARATOR`, or None.
        prefix: the prefix for that namespace, or None.
        wrapped: whether an array stands inside an element of its own (``xml: {wrapped: true}``).
        attribute: whether the value is an XML attribute (``xml: {attribute: true}``).
    """

    def __init__(self, document: Document, pointers: tuple[str, ...], shapes: "_Shapes") -> None:
        self._document, self._shapes = document, shapes
        self._parts = [(p.pointer, p.schema) for p in _all(document, pointers) if isinstance(p.schema, dict)]
        self.types = _types(document, pointers)
        xml: Mapping[str, Any] = next((schema["xml"] for _, schema in self._parts if "xml" in schema), {})
        self.prefix: str | None = xml.get("prefix")
        self.wrapped, self.attribute = bool(xml.get("wrapped")), bool(xml.get("attribute"))
        self._name: str | None = xml.get("name")
        self.namespace: str | None = xml.get("namespace")
        self.wire = self._name and qualified(self.namespace, self._name)
        self._made: dict[str, Any] = {}
        self.is_text = self.types is None or (
            "string" in self.types and not self.types & {"integer", "number", "boolean"}
        )

    def _once(self, key: str, make: Any) -> Any:
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    @property
    def properties(self) -> dict[str, "Shape"]:
        """The shape of every described property, by its name."""
        held: dict[str, Shape] = self._once("properties", self._properties)
        return held

    def _properties(self) -> dict[str, "Shape"]:
        found: dict[str, list[str]] = {}
        for pointer, schema in self._parts:
            for name in schema.get("properties", ()):
                found.setdefault(name, []).append(join(pointer, "properties", name))
        return {name: shape_of(self._document, tuple(below), self._shapes) for name, below in found.items()}

    @property
    def entries(self) -> "Shape":
        """The shape of a property that is not described by name."""
        held: Shape = self._once("entries", lambda: self._below("additionalProperties", "unevaluatedProperties"))
        return held

    @property
    def items(self) -> "Shape":
        """The shape of an array's items."""
        held: Shape = self._once("items", lambda: self._below("items"))
        return held

    def _below(self, *keywords: str) -> "Shape":
        below = [
            join(pointer, keyword)
            for pointer, schema in self._parts
            for keyword in keywords
            if isinstance(schema.get(keyword), dict)
        ]
        return shape_of(self._document, tuple(below), self._shapes)

    @property
    def is_array(self) -> bool:
        """Whether an array is what the schemas expect here."""
        return self.types is not None and "array" in self.types and "object" not in self.types

    @property
    def is_object(self) -> bool:
        """Whether an object is what the schemas expect here."""
        return self.types is not None and "object" in self.types

    @property
    def elements(self) -> dict[str, Child]:
        """The child elements that are described, by name on the wire."""
        held: dict[str, Child] = self._once("elements", lambda: dict(self._named(attribute=False)))
        return held

    @property
    def attributes(self) -> dict[str, Child]:
        """The attributes that are described, by name on the wire."""
        held: dict[str, Child] = self._once("attributes", lambda: dict(self._named(attribute=True)))
        return held

    def _named(self, *, attribute: bool) -> Iterator[tuple[str, Child]]:
        for name, shape in self.properties.items():
            if shape.attribute is not attribute:
                continue
            if shape.is_array and not shape.wrapped and not attribute:
                yield shape.items.wire_for(shape.wire_for(name)), Child(name, shape.items, repeats=True)
            else:
                yield shape.wire_for(name), Child(name, shape, repeats=False)

    def wire_for(self, name: str) -> str:
        """The name on the wire of a property called ``name``."""
        return self.wire or qualified(self.namespace, name)


def qualified(namespace: str | None, name: str) -> str:
    """A name with its namespace, as XML readers give it."""
    return f"{namespace}{SEPARATOR}{name}" if namespace else name


def root_name(document: Document, pointer: str) -> str:
    """The name of the component that the schema at ``pointer`` refers to: the root element where ``xml`` is silent."""
    held = document.get(pointer)
    while isinstance(held, dict) and set(held) == {"$ref"}:
        pointer = target(held["$ref"])
        held = document.get(pointer)
    return split(pointer)[-1]


def _branches(document: Document, pointers: tuple[str, ...], keywords: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for part in conjuncts(document, pointers):
        if not isinstance(part.schema, dict):
            continue
        for keyword in keywords:
            held = part.schema.get(keyword)
            if isinstance(held, list):
                yield from ((join(part.pointer, keyword, index),) for index in range(len(held)))
            elif isinstance(held, dict):
                yield (join(part.pointer, keyword),)


def _all(document: Document, pointers: tuple[str, ...]) -> Iterator[Any]:
    """Every schema that may have a say at one place, branches included."""
    yield from conjuncts(document, pointers)
    for branch in _branches(document, pointers, (*_ALTERNATIVES, *_CONDITIONAL)):
        yield from _all(document, branch)


def _types(document: Document, pointers: tuple[str, ...]) -> frozenset[str] | None:
    allowed: frozenset[str] | None = None
    spoken_of: frozenset[str] | None = None
    for part in conjuncts(document, pointers):
        schema = part.schema
        if isinstance(schema, dict):
            for names in filter(None, (_own_types(schema), _branch_types(document, part.pointer, schema))):
                allowed = names if allowed is None else allowed & names
            if _OBJECT_WORDS & schema.keys():
                spoken_of = frozenset({"object"})
    return spoken_of if allowed is None else allowed


def _own_types(schema: Mapping[str, Any]) -> frozenset[str] | None:
    named = schema.get("type")
    types = None if named is None else frozenset([named] if isinstance(named, str) else named)
    if "const" not in schema and "enum" not in schema:
        return types
    values = [schema["const"]] if "const" in schema else schema["enum"]
    listed = frozenset(_TYPE_OF[type(value)] for value in values)
    return listed if types is None or "number" in types else types & listed


_TYPE_OF: Final = {
    str: "string", bool: "boolean", int: "integer", float: "number", dict: "object", list: "array", type(None): "null"
}  # fmt: skip


def _branch_types(document: Document, pointer: str, schema: Mapping[str, Any]) -> frozenset[str] | None:
    found: frozenset[str] = frozenset()
    for keyword in _ALTERNATIVES:
        for index in range(len(schema.get(keyword, ()))):
            below = _types(document, (join(pointer, keyword, index),))
            if below is None:
                return None
            found |= below
    return found or None


_Shapes = dict[tuple[str, ...], Shape]


def shape_of(document: Document, pointers: tuple[str, ...], shapes: _Shapes | None = None) -> Shape:
    """The shape of the schemas at ``pointers``; ``shapes`` are those made before, since schemas refer to themselves."""
    if shapes is None:
        shapes = {}
    if pointers not in shapes:
        shapes[pointers] = Shape(document, pointers, shapes)
    return shapes[pointers]


def read_text(text: str, types: frozenset[str] | None) -> Any:
    """The value that ``text`` means where ``types`` are allowed.

    A number or boolean where one is allowed and the text reads as one (spaces around it do not count); else the text
    itself. An empty text is an empty object or array where no text is allowed and such a thing is.
    """
    if types is None:
        return text
    if not text and "string" not in types:
        return {} if "object" in types else [] if "array" in types else text
    if ("integer" in types or "number" in types) and (found := re.fullmatch(_NUMBER, text)):
        return _read_number(*found.groups(default=""))
    if "boolean" in types and text.strip(_SPACE) in ("true", "false"):
        return text.strip(_SPACE) == "true"
    return text


def _read_number(sign: str, digits: str, exponent: str) -> Any:
    if len(digits) < 18 and digits.isdigit() and not exponent:
        return -int(digits) if sign == "-" else int(digits)
    from relation_spec.media import json_text

    whole, point, fraction = digits.partition(".")
    text = ("-" if sign == "-" else "") + (whole or "0") + (f".{fraction}" if point and fraction else "") + exponent
    return json_text.number(text)
