"""Texts and numbers of XML as simple types of XML Schema (part 2): one plain schema, one restriction.

In: a plain schema and the JSON type that its texts are read as. Out: the restriction, and which rules it lacks.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from relation_spec.export.markup import Node, node
from relation_spec.export.merging import FROM, Schema
from relation_spec.export.xml_patterns import xml_pattern

__all__ = ["SAID", "restriction"]

SAID: Final[dict[str, frozenset[str]]] = {
    "string": frozenset(("type", "enum", "const", "pattern", "not", "minLength", "maxLength")),
    "integer": frozenset(("type", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")),
    "number": frozenset(("type", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")),
    "boolean": frozenset(("type", "enum", "const")),
}
"""The keywords that the simple type of each JSON type says."""

# as texts are read as numbers: a sign, leading zeros, a bare point, an exponent
_NUMBER: Final = r"[+\-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+\-]?[0-9]+)?"
_BOUNDS: Final = {
    "minimum": "minInclusive",
    "maximum": "maxInclusive",
    "exclusiveMinimum": "minExclusive",
    "exclusiveMaximum": "maxExclusive",
}
_LENGTHS: Final = ("minLength", "maxLength")
# XML Schema's own names for ranges of integers (part 2 section 3.3)
_NAMED: Final = {(-(2**31), 2**31 - 1): "xs:int", (-(2**63), 2**63 - 1): "xs:long"}
LINE_FEEDS: Final = {"type": "string", "pattern": "\\n"}


def restriction(schema: Schema, kind: str, lost: list[str]) -> Node:
    """The restriction for values of ``kind``; the pointers of rules that it lacks are put into ``lost``."""
    source = schema.get(FROM, {})
    for keyword in schema:
        is_said = keyword in SAID[kind] and not (keyword == "not" and schema["not"] != LINE_FEEDS)
        if not is_said and keyword in source and _speaks_of(keyword, kind):
            lost.append(source[keyword])
    allowed = schema["enum"] if "enum" in schema else [schema["const"]] if "const" in schema else None
    if kind == "string":
        return _text(schema, source, allowed, lost)
    if kind == "boolean":
        words = ["true" if value else "false" for value in allowed or (True, False) if isinstance(value, bool)]
        return node("xs:restriction", node("xs:pattern", value="|".join(words)), base="xs:boolean")
    bounds = {keyword: schema[keyword] for keyword in _BOUNDS if keyword in schema}
    if kind == "integer":
        named = _NAMED.get((bounds.get("minimum"), bounds.get("maximum")))  # type: ignore[arg-type]
        if named and len(bounds) == 2:
            bounds = {}
        numbers = [v for v in allowed or () if isinstance(v, (int, float)) and not isinstance(v, bool)]
        facets = [*_bounded(bounds), *(node("xs:enumeration", value=int(value)) for value in numbers)]
        return node("xs:restriction", *facets, base=named or "xs:integer")
    return node("xs:restriction", node("xs:pattern", value=_NUMBER), *_bounded(bounds), base="xs:double")


def _speaks_of(keyword: str, kind: str) -> bool:
    of_texts = ("pattern", "minLength", "maxLength")
    of_numbers = (*_BOUNDS, "multipleOf")
    if keyword in of_texts:
        return kind == "string"
    if keyword in of_numbers:
        return kind in ("integer", "number")
    return keyword in ("enum", "const", "not", "anyOf", "oneOf", "allOf", "if")


def _bounded(bounds: dict[str, Any]) -> Iterator[Node]:
    for keyword, bound in bounds.items():
        yield node("xs:" + _BOUNDS[keyword], value=bound)


def _text(schema: Schema, source: dict[str, str], allowed: list[Any] | None, lost: list[str]) -> Node:
    facets = [node("xs:enumeration", value=value) for value in allowed or () if isinstance(value, str)]
    if "pattern" in schema:
        pattern = xml_pattern(schema["pattern"])
        if pattern is None:
            lost.append(source["pattern"])
        else:
            facets.append(node("xs:pattern", value=_without_lone_group(pattern)))
    facets += [node(f"xs:{keyword}", value=schema[keyword]) for keyword in _LENGTHS if keyword in schema]
    return node("xs:restriction", *facets, base="xs:string")


def _without_lone_group(pattern: str) -> str:
    """``pattern`` without parentheses around the whole."""
    if not re.fullmatch(r"\(.*\)", pattern):
        return pattern
    depth, escaped, in_class = 0, False, False
    for index, letter in enumerate(pattern):
        if escaped:
            escaped = False
        elif letter == "\\":
            escaped = True
        elif in_class:
            in_class = letter != "]"
        elif letter == "[":
            in_class = True
        elif letter in "()":
            depth += 1 if letter == "(" else -1
            if not depth and index < len(pattern) - 1:
                return pattern
    return pattern[1:-1]
