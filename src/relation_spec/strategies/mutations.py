"""Breaches: from a valid value or body, every way to break exactly one rule, with the finding it must give.

In: a document, a schema's pointer, a valid value. Out: :class:`Mutation` values, each with the expected code and
pointer. :func:`byte_mutations` does the same for the text of a body, below any schema.
"""

import copy
import json
import random
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from relation_spec.contract import Document, Side
from relation_spec.contract.pointer import join
from relation_spec.schema.conjuncts import Conjunct, conjuncts
from relation_spec.schema.json_type import has_type
from relation_spec.strategies.values import valid_value

__all__ = ["ByteMutation", "Mutation", "byte_mutations", "mutations"]

_SAMPLES: Final[tuple[Any, ...]] = (None, True, False, 7, 1.5, "text", "7", [], [1], {}, {"a": 1})
_BAD_DATES: Final = (
    "2017-02-30T00:00:00Z", "2017-12-11T24:00:00Z", "2017-12-11 03:41:58", "2017-12-11T03:41:58.12345678Z",
    "2017-12-11T03:41:58+24:00", "2017-12-11T03:41:58+01:60", "2017-12-11t03:41:58Z", "2017-12-11T03:41:58z",
    "2017-13-01T00:00:00Z", "0000-01-01T00:00:00Z", "2017-12-11T03:41Z", "2017-12-11", "12/11/2017", "",
    "2017-12-11T03:41:58+0100", "2017-12-11T03:41:58.Z", "2016-12-31T23:58:60Z", "17-12-11T03:41:58Z",
    "2017-12-11T03:41:58Z\n", " 2017-12-11T03:41:58Z", "2017-12-11T03:41:58\u0660Z", "2019-02-29T00:00:00",
)  # fmt: skip
_BAD_URIS: Final = ("", "/api/v1/contact", "//host/x", "https://a b/", "https://h/%zz", "https://h/\n", "http://ü/", "no")


class Mutation(NamedTuple):
    """A value that breaks one rule: the ``code`` and ``pointer`` of the finding it must give, and what was done."""

    code: str
    pointer: str
    value: Any
    note: str


class ByteMutation(NamedTuple):
    """A body that breaks one rule of its format: the ``code`` of the finding it must give, and what was done."""

    code: str
    body: bytes
    note: str


def mutations(document: Document, side: Side, schema: str, value: Any) -> Iterator[Mutation]:
    """Every single breach of every rule of the schema at ``schema``, from the valid ``value``.

    Properties that ``value`` lacks are added first, nulls are filled in, so that nested rules are reached too.
    """
    yield from _Breaker(document, side, value).at((schema,), (), 0)


class _Breaker:
    def __init__(self, document: Document, side: Side, value: Any) -> None:
        self._document, self._side, self._value = document, side, value
        self._source = random.Random(1)  # noqa: S311 - no secret is made here

    def _with(self, path: tuple[Any, ...], new: Any) -> Any:
        """The whole value with ``new`` at ``path``, containers on the way made where they are missing."""
        root = copy.deepcopy(self._value)
        if not path:
            return new
        held = root
        pointers: tuple[str, ...] = self._roots
        for token in path[:-1]:
            pointers = self._below(pointers, token)
            below = held.get(token) if isinstance(held, dict) else held[token]
            if not isinstance(below, (dict, list)):
                below = held[token] = self._empty(pointers)
            held = below
        held[path[-1]] = new
        return root

    def _empty(self, pointers: tuple[str, ...]) -> Any:
        value = valid_value(self._document, pointers, self._source, whole=True)
        return value if isinstance(value, (dict, list)) else {}

    def _below(self, pointers: tuple[str, ...], token: Any) -> tuple[str, ...]:
        found = []
        for part in conjuncts(self._document, pointers):
            if isinstance(part.schema, dict):
                if token in part.schema.get("properties", ()):
                    found.append(join(part.pointer, "properties", token))
                elif isinstance(part.schema.get("additionalProperties"), dict):
                    found.append(join(part.pointer, "additionalProperties"))
                elif isinstance(token, int) and "items" in part.schema:
                    found.append(join(part.pointer, "items"))
        return tuple(found)

    def at(self, pointers: tuple[str, ...], path: tuple[Any, ...], depth: int) -> Iterator[Mutation]:
        """The breaches of the schemas at ``pointers`` that stand at ``path``."""
        if not path:
            self._roots = pointers
        if depth > 6:
            return
        parts = [part for part in conjuncts(self._document, pointers) if isinstance(part.schema, dict)]
        yield from self._types(parts, path)
        for part in parts:
            for code, bad, note in self._leaves(part):
                yield Mutation(code, join("", *path), self._with(path, bad), note)
        if any("object" in _named(part) or "properties" in part.schema for part in parts):
            yield from self._objects(parts, pointers, path, depth)

    def _types(self, parts: list[Conjunct], path: tuple[Any, ...]) -> Iterator[Mutation]:
        named = [frozenset(types) for part in parts if (types := _named(part))]
        if named:
            for sample in _SAMPLES:
                if not all(has_type(sample, types) for types in named):
                    yield Mutation("type", join("", *path), self._with(path, sample), f"{sample!r} for {sorted(named[0])}")

    def _leaves(self, part: Conjunct) -> Iterator[tuple[str, Any, str]]:
        schema = part.schema
        if "minimum" in schema:
            yield from (("range", schema["minimum"] - by, "below the minimum") for by in (1, 10**12))
        if "maximum" in schema:
            yield from (("range", schema["maximum"] + by, "above the maximum") for by in (1, 10**12, 10**400))
        if "exclusiveMinimum" in schema:
            yield "range", schema["exclusiveMinimum"], "at the exclusive minimum"
        if "exclusiveMaximum" in schema:
            yield "range", schema["exclusiveMaximum"], "at the exclusive maximum"
        if schema.get("minLength"):
            yield "length", "x" * (schema["minLength"] - 1), "too short"
        if "maxLength" in schema:
            yield "length", "x" * (schema["maxLength"] + 1), "too long"
        texts = [item for item in schema.get("enum", ()) if isinstance(item, str)]
        for text in texts[:3]:
            yield from (("enum", bad, "none of the enum") for bad in (text.lower(), text + " ") if bad not in texts)
        if "x-flags" in schema:
            first, *_, last = schema["x-flags"]
            for bad in (f"{first},{last}", f"{first}, ", "", f"{last.upper()}x", f"{first}, {last}\n", f" {first}"):
                yield "enum", bad, "not flags"
        if "x-date-time" in schema:
            yield from (("format", bad, "not a date-time") for bad in _BAD_DATES)
            if self._document.severity("missing-offset", self._side) != "none":
                yield "missing-offset", "2017-12-11T03:41:58", "no offset"
        if schema.get("format") == "uri":
            yield from (("format", bad, "not an absolute URI") for bad in _BAD_URIS)
        if "x-null-id" in schema and self._document.severity("null-id", self._side) != "none":
            yield "null-id", schema["x-null-id"], "names nothing"
        if schema.get("readOnly") and self._document.severity("read-only", self._side) != "none":
            whole = valid_value(self._document, (part.pointer,), self._source, whole=False)
            yield "read-only", whole, "only the server sets it"

    def _objects(
        self, parts: list[Conjunct], pointers: tuple[str, ...], path: tuple[Any, ...], depth: int
    ) -> Iterator[Mutation]:
        names = list(dict.fromkeys(name for part in parts for name in part.schema.get("properties", ())))
        held = self._held(path, pointers)
        for name in dict.fromkeys(name for part in parts for name in part.schema.get("required", ())):
            less = {key: item for key, item in held.items() if key != name}
            yield Mutation("required", join("", *path), self._with(path, less), f"without {name}")
        if self._closed(parts):
            for name in [names[0].lower(), names[-1] + "s", "Unknown", ""]:
                if name not in names:
                    more = {**held, name: None}
                    yield Mutation("unknown-property", join("", *path, name), self._with(path, more), f"unknown {name!r}")
        for name in names or (["x.y-z"] if self._below(pointers, "x.y-z") else []):
            yield from self.at(self._below(pointers, name), (*path, name), depth + 1)

    def _held(self, path: tuple[Any, ...], pointers: tuple[str, ...]) -> dict[str, Any]:
        held = self._value
        for token in path:
            held = held.get(token) if isinstance(held, dict) else None
        return held if isinstance(held, dict) else {}

    def _closed(self, parts: list[Conjunct]) -> bool:
        for part in parts:
            if part.schema.get("additionalProperties") is False or part.schema.get("unevaluatedProperties") is False:
                return True
            if "x-closed" in part.schema and self._document.severity("unknown-property", self._side) != "none":
                return True
        return False


def _named(part: Conjunct) -> list[str]:
    named = part.schema.get("type", [])
    return [named] if isinstance(named, str) else list(named)


def byte_mutations(body: bytes) -> Iterator[ByteMutation]:
    """Every breach of JSON itself, from the UTF-8 text of an object."""
    text = body.decode()
    for share in (0.1, 0.5, 0.9):
        yield ByteMutation("malformed", body[: max(1, int(len(body) * share))], "cut off")
    yield ByteMutation("malformed", body[:-1], "cut off by one byte")
    yield ByteMutation("malformed", b"", "empty")
    yield ByteMutation("malformed", b" \n\t", "white space alone")
    for name in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"):
        yield ByteMutation("malformed", text.encode(name), f"{name} without a label")
    yield ByteMutation("byte-order-mark", b"\xef\xbb\xbf" + body, "byte order mark")
    yield ByteMutation("malformed", body + b"x", "text after the end")
    yield ByteMutation("malformed", body + body, "two values")
    yield ByteMutation("malformed", body + b"\0", "NUL after the end")
    yield ByteMutation("malformed", body[:-1] + b",}", "comma before the bracket")
    yield ByteMutation("malformed", b"// comment\n" + body, "comment")
    yield ByteMutation("malformed", body.replace(b'"', b"'"), "single quotes")
    for bad, note in (
        (b"NaN", "NaN"),
        (b"Infinity", "Infinity"),
        (b"-Infinity", "-Infinity"),
        (b"01", "leading zero"),
        (b"1.", "no digit after the point"),
        (b"+1", "plus sign"),
        (b"0x1", "hexadecimal"),
        (b"tru", "misspelt literal"),
        (b'"\\x41"', "unknown escape"),
        (b'"\\u12"', "short escape"),
        (b'"\t"', "raw tab"),
        (b'"\x00"', "raw NUL"),
        (b'"\xff"', "not UTF-8"),
        (b'"\xc0\x80"', "overlong UTF-8"),
        (b'"\xed\xa0\x80"', "surrogate in UTF-8"),
        (b'"\\ud800"', "lone surrogate"),
        (b'"\\udc00\\ud800"', "swapped surrogates"),
    ):
        yield ByteMutation("malformed", body[:-1] + b',"":' + bad + b"}", note)
    yield ByteMutation("too-deep", b"[" * 200_000, "200,000 levels")
    yield ByteMutation("too-deep", body[:-1] + b',"":' + b"[" * 200_000 + b"]" * 200_000 + b"}", "200,000 levels inside")
    name = text[text.index('"') : text.index(":")]
    again = f"{text.rstrip()[:-1]},{name}:{_first_value(text)}}}"
    yield ByteMutation("duplicate-key", again.encode(), "a name twice")


def _first_value(text: str) -> str:
    """The text of the first property's value."""
    start = text.index(":") + 1
    while text[start] in " \n\t\r":
        start += 1
    _, end = json.JSONDecoder().raw_decode(text, start)
    return text[start:end]
