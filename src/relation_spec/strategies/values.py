"""Valid values straight from a schema, rich in edges, by a seeded random source.

In: a document, a schema's pointer and a ``random.Random``. Out: plain JSON values that every engine accepts. Schemas
that only a search could satisfy (``not``, ``if``, patterns beyond simple ones) are left to the caller's examples.
"""

import random
from typing import Any, Final

from relation_spec.contract import Document
from relation_spec.contract.pointer import join
from relation_spec.schema.conjuncts import Conjunct, conjuncts

__all__ = ["random_json", "random_text", "valid_value"]

_TEXTS: Final = (
    "", " ", "est", "Ärger & Söhne", "東京", "\U0001f600 astral", "e\u0301 combining", "\u202eright to left", "שלום",
    "line\nbreak", "tab\t", '"quoted" \\ back', "</xml>", "\u0000", "\u007f", "null", "0", "a" * 300,
)  # fmt: skip
_NAMES: Final = ("Self", "Self.Simple", "UserDefinedFields.function-1", "a/b~c", "", "ключ", "\U0001f600", "x" * 80)
_URIS: Final = (
    "https://www.example.com/api/v1/contact/321", "http://h:8080/a/", "https://h/%20?q=1#f", "urn:x:y", "https://[::1]/",
)  # fmt: skip
_DAYS: Final = ("0001-01-01", "9999-12-31", "2000-02-29", "2024-02-29", "2017-12-11", "1999-04-30", "2038-01-19")
_CLOCKS: Final = ("00:00:00", "23:59:59", "03:41:58")
_OFFSETS: Final = ("Z", "+00:00", "-00:00", "+23:59", "-23:59", "+05:30", "+01:00")


def random_text(source: random.Random) -> str:
    """A text, often an odd one."""
    return source.choice(_TEXTS)


def random_json(source: random.Random, depth: int = 3) -> Any:
    """Any JSON value, nested at most ``depth`` deep."""
    kind = source.randrange(9 if depth else 7)
    match kind:
        case 0:
            return None
        case 1:
            return source.random() < 0.5
        case 2:
            return source.choice((0, -1, 1, 2**31 - 1, 2**31, -(2**31), 2**63, 10**30))
        case 3:
            return source.choice((0.0, 1.0, -1.5, 1e300, 1e-300, 2147483647.0, 0.1))
        case 4 | 5 | 6:
            return random_text(source)
        case 7:
            return [random_json(source, depth - 1) for _ in range(source.randrange(3))]
    return {source.choice(_NAMES): random_json(source, depth - 1) for _ in range(source.randrange(4))}


def valid_value(document: Document, pointers: tuple[str, ...], source: random.Random, whole: bool = False) -> Any:
    """A value that fits all schemas at ``pointers``; with ``whole`` every optional property is there, and no null
    where something else fits."""
    parts = [part for part in conjuncts(document, pointers) if isinstance(part.schema, dict)]
    for part in parts:
        if "const" in part.schema:
            return part.schema["const"]
        if "enum" in part.schema:
            return source.choice(part.schema["enum"])
        for keyword in ("anyOf", "oneOf"):
            if keyword in part.schema:
                index = source.randrange(len(part.schema[keyword]))
                return valid_value(document, (*pointers, join(part.pointer, keyword, index))[-1:], source, whole)
    types = _types(parts)
    if whole and len(types) > 1:
        types.discard("null")
    return _MAKERS[source.choice(sorted(types))](document, parts, source, whole)


def _types(parts: list[Conjunct]) -> set[str]:
    types = set(_MAKERS)
    for part in parts:
        named = part.schema.get("type")
        if named is not None:
            types &= {named} if isinstance(named, str) else set(named)
    return types


def _integer(document: Document, parts: list[Conjunct], source: random.Random, whole: bool) -> int:
    least = max([part.schema["minimum"] for part in parts if "minimum" in part.schema], default=-(2**31))
    greatest = min([part.schema["maximum"] for part in parts if "maximum" in part.schema], default=2**31 - 1)
    null = next((part.schema["x-null-id"] for part in parts if "x-null-id" in part.schema), None)
    step = next((part.schema["multipleOf"] for part in parts if "multipleOf" in part.schema), 1)
    edges = [least, greatest, 0, -1, 1, source.randint(least, greatest)]
    fitting = [edge // step * step for edge in edges if least <= edge // step * step <= greatest]
    return int(source.choice([edge for edge in fitting if edge != null] or [least]))


def _number(document: Document, parts: list[Conjunct], source: random.Random, whole: bool) -> Any:
    return _integer(document, parts, source, whole)


def _string(document: Document, parts: list[Conjunct], source: random.Random, whole: bool) -> str:
    for part in parts:
        schema = part.schema
        if "x-date-time" in schema:
            return _date_time(schema["x-date-time"], source)
        if "x-flags" in schema:
            return ", ".join(source.sample(list(schema["x-flags"]), source.randint(1, min(3, len(schema["x-flags"])))))
        if schema.get("format") == "uri":
            return source.choice(_URIS)
        if schema.get("format") == "date":
            return source.choice(_DAYS)
        if schema.get("format") == "date-time":
            return f"{source.choice(_DAYS)}T{source.choice(_CLOCKS)}{source.choice(_OFFSETS)}"
        if schema.get("format") == "uuid":
            return "123e4567-e89b-12d3-a456-426614174000"
    least = max([part.schema.get("minLength", 0) for part in parts], default=0)
    greatest = min([part.schema["maxLength"] for part in parts if "maxLength" in part.schema], default=10_000)
    text = random_text(source)[:greatest]
    return text + "x" * (least - len(text))


def _date_time(rules: dict[str, Any], source: random.Random) -> str:
    digits = source.randint(0, rules["fractionDigits"])
    fraction = "." + "6211452000000000000"[:digits] if digits else ""
    offsets = _OFFSETS if rules["offset"] == "required" else (*_OFFSETS, "", "")
    return f"{source.choice(_DAYS)}T{source.choice(_CLOCKS)}{fraction}{source.choice(offsets)}"


def _object(document: Document, parts: list[Conjunct], source: random.Random, whole: bool) -> dict[str, Any]:
    named: dict[str, list[str]] = {}
    for part in parts:
        for name in part.schema.get("properties", ()):
            named.setdefault(name, []).append(join(part.pointer, "properties", name))
    required = {name for part in parts for name in part.schema.get("required", ())}
    result = {
        name: valid_value(document, tuple(pointers), source, whole)
        for name, pointers in named.items()
        if name in required or whole or source.random() < 0.7
    }
    additional = tuple(
        join(part.pointer, "additionalProperties")
        for part in parts
        if isinstance(part.schema.get("additionalProperties"), dict)
    )
    if additional and not named:
        for _ in range(source.randint(1, 3) if whole else source.randrange(4)):
            result[source.choice(_NAMES)] = valid_value(document, additional, source, whole)
    return result


def _array(document: Document, parts: list[Conjunct], source: random.Random, whole: bool) -> list[Any]:
    pointers = tuple(join(part.pointer, "items") for part in parts if "items" in part.schema)
    least = max([part.schema.get("minItems", 0) for part in parts], default=0)
    greatest = min([part.schema["maxItems"] for part in parts if "maxItems" in part.schema], default=least + 3)
    return [valid_value(document, pointers, source, whole) for _ in range(source.randint(least, greatest))]


_MAKERS: Final[dict[str, Any]] = {
    "null": lambda document, parts, source, whole: None,
    "boolean": lambda document, parts, source, whole: source.random() < 0.5,
    "integer": _integer,
    "number": _number,
    "string": _string,
    "object": _object,
    "array": _array,
}
