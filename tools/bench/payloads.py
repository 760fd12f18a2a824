"""Bodies to measure with, made from the contract's own examples: one, many different ones, broken and large ones.

A thousand different bodies and lines stand beside the one example because a cache of seen texts, names or dates would
flatter whoever has it. Everything follows from a seed.
"""

import json
import random
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import relation_spec
from relation_spec.contract import Body, Side
from tools.bench.export import DATE_TIME, Schema, export

__all__ = ["Material", "compact", "with_entries", "with_long_text"]

_SYLLABLES: Final = tuple(a + b for a in "bdfghklmnprstvw" for b in ("a", "e", "i", "o", "u", "an", "er", "il"))
_OFFSETS: Final = ("Z", "+01:00", "+02:00", "-05:00", "+05:30")
_LINK: Final = re.compile(r"(https?://)[^/]*(/.*?)/?[^/]*")
_UNKNOWN_NAME: Final = "NoSuchName"


def compact(value: Any) -> bytes:
    """``value`` as JSON without spaces."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


class Material(NamedTuple):
    """What one side of the operation gives to measure with.

    Attributes:
        media: the media type's name.
        pointer: where its schema stands in the document.
        schema: the rules of that body as plain JSON Schema.
        page: the contract's example.
    """

    contract: relation_spec.Contract
    side: Side
    media: str
    pointer: str
    schema: Schema
    page: Any

    @classmethod
    def of(cls, contract: relation_spec.Contract, side: Side) -> "Material":
        """The first media type of ``side`` that has an example.

        Raises:
            LookupError: where there is none.
        """
        document = contract.document
        operation = document.operation(next(iter(document.operations)))
        body: Body | None = operation.request if side == "request" else operation.response(200)
        for media in body.content.values() if body else ():
            for name in document.get(media.pointer).get("examples", {}):
                value = document.get(document.follow(f"{media.pointer}/examples/{name}"))["value"]
                if media.schema and isinstance(value, dict):
                    schema = export(document, side, media.schema)
                    return cls(contract, side, media.name, media.schema, schema, value)
        raise LookupError(f"the contract holds no example of a {side} body")

    def varied(self, source: random.Random) -> Any:
        """The example with other ids, dates, names, texts and links."""
        return _vary(self.page, self.schema, self.schema, source)

    def different(self, count: int, seed: int) -> list[Any]:
        """``count`` different bodies without any finding.

        Raises:
            ValueError: where the contract does not take one.
        """
        source = random.Random(seed)
        made = [self.varied(source) for _ in range(count)]
        for value in made:
            if report := self.validate(value).findings:
                raise ValueError(f"a varied {self.side} has a finding: {report[0]}")
        return made

    def validate(self, value: Any) -> Any:
        """The report of this package."""
        call = "validate_request_body" if self.side == "request" else "validate_response_body"
        return getattr(self.contract, call)(value, self.media)

    def broken(self, value: Any, faults: int) -> Any:
        """``value`` with so many faults of different kinds, each at a property of its own."""
        made, used = dict(value), set[str]()
        for _, fault in zip(range(faults), _kinds(self.schema), strict=False):
            fault(made, used)
        return made

    def lines(self, count: int, every: int, seed: int) -> Iterator[bytes]:
        """``count`` different lines of NDJSON, the middle one of each ``every`` with one fault."""
        source = random.Random(seed)
        kinds = [kind for kind in _kinds(self.schema) if not self.validate(self._with(kind)).valid]
        for number in range(count):
            value = self.varied(source)
            if number % every == every // 2:
                kinds[number // every % len(kinds)](value, set())
            yield compact(value) + b"\n"

    def _with(self, kind: "_Fault") -> Any:
        made = dict(self.page)
        kind(made, set())
        return made


_Fault = Callable[[dict[str, Any], set[str]], None]


def _kinds(schema: Schema) -> list[_Fault]:
    """The faults, each as a function that breaks one property which no other has broken."""

    def fits(value: dict[str, Any], used: set[str], test: Callable[[Schema], bool]) -> str:
        for name, held in schema.get("properties", {}).items():
            if name in value and name not in used and test(_plain(held, schema)):
                used.add(name)
                return str(name)
        raise LookupError("the contract's example has too few properties to break")

    def missing(value: dict[str, Any], used: set[str]) -> None:
        name = next(name for name in reversed(schema["required"]) if name not in used)
        used.add(name)
        del value[name]

    def type_(value: dict[str, Any], used: set[str]) -> None:
        value[fits(value, used, lambda held: held.get("type") == "integer")] = "12"

    def range_(value: dict[str, Any], used: set[str]) -> None:
        name = fits(value, used, lambda held: held.get("type") == "integer" and "maximum" in held)
        value[name] = _plain(schema["properties"][name], schema)["maximum"] + 1

    def text(value: dict[str, Any], used: set[str]) -> None:
        value[fits(value, used, lambda held: "pattern" in held)] = "the day before yesterday"

    def other(value: dict[str, Any], used: set[str]) -> None:
        if schema.get("additionalProperties") is False:
            value[_UNKNOWN_NAME] = 1
        else:
            value[fits(value, used, lambda held: "string" in held.get("type", ""))] = 12

    return [missing, type_, range_, text, other]


def _plain(held: Any, root: Schema) -> Schema:
    """A schema with its reference followed; nothing is said of what is no object."""
    while isinstance(held, dict) and held.keys() == {"$ref"}:
        held = root["$defs"][held["$ref"].rpartition("/")[2]]
    return held if isinstance(held, dict) else {}


def _vary(value: Any, held: Any, root: Schema, source: random.Random) -> Any:
    """``value`` with every part replaced by one like it that ``held`` takes, as far as ``held`` is understood."""
    schema = _plain(held, root)
    if isinstance(value, dict):
        described, others = schema.get("properties", {}), schema.get("additionalProperties")
        made = {}
        for name, item in value.items():
            is_open = name not in described and isinstance(others, dict)
            key = _words(len(name), source, "") if is_open else name
            made[key] = _vary(item, described.get(name, others), root, source)
        return made
    if isinstance(value, int) and not isinstance(value, bool):
        return source.randint(max(schema.get("minimum", 1), 1), min(schema.get("maximum", 10**6), 10**6))
    if not isinstance(value, str):
        return value
    if schema.get("enum"):
        return source.choice(schema["enum"])
    if DATE_TIME in (schema.get("$comment"), schema.get("format")):
        return _moment(source)
    if found := _LINK.fullmatch(value) if schema.get("format") == "uri" else None:
        host = f"{source.choice(_SYLLABLES)}{source.randrange(10**4)}.example.com"
        return f"{found[1]}{host}{found[2]}/{source.randrange(10**6)}"
    if "pattern" in schema or "format" in schema:
        return value
    return _words(len(value), source, " ")[: schema.get("maxLength")]


def _moment(source: random.Random) -> str:
    moment = datetime.fromtimestamp(source.randrange(1_000_000_000, 1_700_000_000), UTC).replace(tzinfo=None)
    return f"{moment.isoformat()}.{source.randrange(10**6, 10**7)}{source.choice(_OFFSETS)}"


def _words(length: int, source: random.Random, between: str) -> str:
    """About ``length`` letters of names that nobody has."""
    words: list[str] = []
    while sum(map(len, words)) < length:
        words.append("".join(source.choices(_SYLLABLES, k=source.randint(2, 4))).capitalize())
    return between.join(words)


def with_long_text(material: Material, size: int) -> Any:
    """The example with one text of ``size`` characters."""
    for name, held in material.schema["properties"].items():
        schema = _plain(held, material.schema)
        if "string" in schema.get("type", "") and not schema.keys() & {"pattern", "format", "enum", "maxLength"}:
            return {**material.page, name: "the quick brown fox " * (size // 20)}
    raise LookupError("the contract has no property of free text")


def with_entries(material: Material, count: int, *, broken: bool = False) -> Any:
    """The example with ``count`` entries in its first open map, each of them broken if so wanted."""
    for name, held in material.schema["properties"].items():
        schema = _plain(held, material.schema)
        if isinstance(schema.get("additionalProperties"), dict) and isinstance(material.page.get(name), dict):
            entry = next(iter(material.page[name].values()))
            return {**material.page, name: {f"name{number}": [] if broken else entry for number in range(count)}}
    raise LookupError("the contract has no open map with an example")
