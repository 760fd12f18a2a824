"""Within 500 draws every place of a body comes, and every edge of its rules; a walk over the YAML tells what there is."""

import json
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from typing import Any

import pytest

from relation_spec.strategies import (
    Breach,
    invalid_request_bodies,
    invalid_response_bodies,
    request_bodies,
    response_bodies,
)
from relation_spec.strategies.making import making
from tests.strategies.test_valid import CONTRACT, LONG, drawn, never_missed

Schemas = list[dict[str, Any]]
Side = Any
ENTRY = "*"


@lru_cache
def bodies(side: Side, first: int = 0) -> list[Any]:
    return drawn(request_bodies() if side == "request" else response_bodies(), LONG, first)


def every_part(schema: dict[str, Any]) -> Schemas:
    """A schema with those that it refers to, which all hold."""
    found = [schema]
    while "$ref" in schema:
        schema = CONTRACT.document.get(schema["$ref"].removeprefix("#"))
        found.append(schema)
    return found


def top(side: Side) -> Schemas:
    maker = making(CONTRACT)
    pointer = maker.media(side, 200, None).schema
    assert pointer
    return every_part(CONTRACT.document.get(pointer))


def described(schemas: Schemas) -> dict[str, Schemas]:
    """What stands within an object, by name; the entries of a map under one."""
    found: dict[str, Schemas] = {}
    for schema in schemas:
        for name, below in schema.get("properties", {}).items():
            found.setdefault(name, []).extend(every_part(below))
        if isinstance(below := schema.get("additionalProperties"), dict):
            found.setdefault(ENTRY, []).extend(every_part(below))
    return found


def walked(schemas: Schemas, place: str = "") -> Iterator[tuple[str, Schemas, bool]]:
    """Every place below an object, its schemas, and whether it must be there."""
    required = {name for schema in schemas for name in schema.get("required", ())}
    for name, below in described(schemas).items():
        yield f"{place}/{name}", below, name in required
        yield from walked(below, f"{place}/{name}")


def types(schemas: Schemas) -> set[str]:
    named = [schema["type"] for schema in schemas if "type" in schema]
    return set.intersection(*({one} if isinstance(one, str) else set(one) for one in named))


def held(schemas: Schemas, keyword: str) -> Any:
    return next((schema[keyword] for schema in schemas if keyword in schema), None)


def basics(schemas: Schemas, required: bool) -> set[str]:
    """Presence, absence, null and emptiness, as far as they are allowed."""
    kinds = types(schemas)
    wanted = {"present", *([] if required else ["absent"]), *(["null"] if "null" in kinds else [])}
    if "object" in kinds:
        wanted |= {"{}", "filled"}
    formed = any(word in schema for schema in schemas for word in ("enum", "x-flags", "x-date-time", "format"))
    if "string" in kinds and not formed:
        wanted |= {"empty", "text"}
    return wanted


def edges(schemas: Schemas) -> set[str]:
    """Every bound, listed value, flag and form."""
    wanted = set()
    kinds = types(schemas)
    if "integer" in kinds:
        wanted |= {str(held(schemas, "minimum")), str(held(schemas, "maximum")), "0", "-1"}
    if "boolean" in kinds:
        wanted |= {"True", "False"}
    wanted |= {str(value) for value in held(schemas, "enum") or ()}
    if flags := held(schemas, "x-flags"):
        wanted |= {*flags, "joined"}
    if rules := held(schemas, "x-date-time"):
        wanted |= {"no fraction", "finest fraction", "Z", "far east", "far west", "leap day", "first year", "last year"}
        wanted |= {"no offset"} if rules["offset"] == "optional" else set()
    return wanted


def labels(value: Any, schemas: Schemas) -> Iterator[str]:
    """What of :func:`basics` and :func:`edges` a value shows."""
    yield "present"
    if value is None:
        yield "null"
    elif isinstance(value, dict):
        yield "filled" if value else "{}"
    elif isinstance(value, str):
        yield "text" if value else "empty"
        yield value
        if held(schemas, "x-flags") and ", " in value:
            yield "joined"
        if rules := held(schemas, "x-date-time"):
            yield from forms(value, rules["fractionDigits"])
    else:
        yield str(int(value) if isinstance(value, float) else value)


def forms(text: str, digits: int) -> Iterator[str]:
    clock = text[19:].rstrip("Z")
    fraction = clock[1:].partition("+")[0].partition("-")[0] if clock.startswith(".") else ""
    yield from ["no fraction"] if not fraction else ["finest fraction"] if len(fraction) == digits else []
    yield from ["Z"] if text.endswith("Z") else []
    yield from ["far east"] if text.endswith("+23:59") else ["far west"] if text.endswith("-23:59") else []
    yield from ["leap day"] if text[4:10] == "-02-29" else []
    yield from ["first year"] if text.startswith("0001-01-01") else []
    yield from ["last year"] if text.startswith("9999-12-31") else []
    yield from ["no offset"] if not text.endswith("Z") and text[-6:-5] not in ("+", "-") else []


def seen(value: Any, schemas: Schemas, place: str = "") -> Iterator[tuple[str, str]]:
    """Every place within an object with the labels of what stands there."""
    for name, below in described(schemas).items() if isinstance(value, dict) else ():
        held = [value[name]] if name in value else list(value.values()) if name == ENTRY else []
        if not held:
            yield f"{place}/{name}", "absent"
        for item in held:
            yield from ((f"{place}/{name}", label) for label in labels(item, below))
            yield from seen(item, below, f"{place}/{name}")


@lru_cache
def reached(side: Side, first: int = 0) -> frozenset[tuple[str, str]]:
    schemas = top(side)
    return frozenset(pair for body in bodies(side, first) for pair in seen(body, schemas))


@pytest.mark.parametrize("side", ["request", "response"])
def test_every_place_is_there_absent_null_and_empty_in_500_draws(side: Side) -> None:
    wanted = {(place, label) for place, below, must in walked(top(side)) for label in basics(below, must)}
    assert len(wanted) > 180
    never_missed(wanted, partial(reached, side), most=2)


@pytest.mark.parametrize("side", ["request", "response"])
def test_every_edge_of_every_rule_is_reached_in_500_draws(side: Side) -> None:
    """Each edge of a rule at one of its places at least, and nearly each at each of its places."""
    places = {place: below for place, below, _ in walked(top(side))}
    wanted = {(place, edge) for place, below in places.items() for edge in edges(below)}
    assert len(wanted) > 190
    never_missed(wanted, partial(reached, side), most=4)

    def of_rules(pairs: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        return {(json.dumps(places[place][-1]), edge) for place, edge in pairs}

    assert of_rules(wanted & reached(side)) == of_rules(wanted)


@pytest.mark.parametrize("side", ["request", "response"])
def test_every_rule_and_nearly_every_place_is_broken_in_500_draws(side: Side) -> None:
    maker = making(CONTRACT)
    rules = maker.breaches(side, maker.media(side, 200, None)).rules
    strategy = invalid_request_bodies() if side == "request" else invalid_response_bodies()

    @lru_cache
    def breaches(first: int) -> tuple[Breach, ...]:
        return tuple(breach for _, breach in drawn(strategy, LONG, first))

    wanted = {rule.partition(" ")[0] for rule in rules}
    never_missed(wanted, lambda first: {breach.rule for breach in breaches(first)}, most=1)
    places: dict[Any, set[str]] = {}
    for site in (site for held in rules.values() for ways in held for site in ways):
        places.setdefault(site.place, set()).add(site.pointer)
    assert len(places) > 70
    broken = {breach.pointer for breach in breaches(0)}
    missed = [place for place, pointers in places.items() if not pointers & broken]
    assert len(missed) <= 10, missed


def texts() -> list[str]:
    return [text for body in bodies("request") for text in leaves(body) if isinstance(text, str)]


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for item in value.values():
            yield from leaves(item)
    else:
        yield value


def names(value: Any) -> Iterator[str]:
    for name, item in value.items() if isinstance(value, dict) else ():
        yield name
        yield from names(item)


def holds(*characters: str) -> Callable[[], bool]:
    return lambda: any(character in text for text in texts() for character in characters)


CLASSES: dict[str, Callable[[], bool]] = {
    "the numbers around zero and the bounds of 32 bits": lambda: (
        {0, 1, -1, 2**31 - 1, -(2**31)} <= {value for body in bodies("request") for value in leaves(body)
                                            if type(value) is int}
    ),
    "an astral character": holds("\U0001f600"),
    "the last character": holds("\U0010ffff"),
    "a combining accent": holds("\u0301"),
    "right to left": holds("\u05e9\u05dc\u05d5\u05dd"),
    "an override of direction": holds("\u202e"),
    "a line's end": holds("\n"),
    "a control character": holds("\u0000"),
    "a quotation mark": holds('"'),
    "a backslash": holds("\\"),
    "markup": holds("</xml>"),
    "white space alone": lambda: " " in texts(),
    "a text that looks like a number": lambda: "0" in texts(),
    "a text that says null": lambda: "null" in texts(),
    "a long text": lambda: max(map(len, texts())) >= 1000,
    "a leap second": lambda: any(":60" in text for text in texts()),
    "a fraction of seven digits": lambda: any(text[19:20] == "." and len(text[20:27]) == 7 for text in texts()),
    "an empty map": lambda: {} in [body.get("FieldProperties") for body in bodies("request")],
    "an empty object": lambda: {} in [body.get("CreatedBy") for body in bodies("request")],
    "a name with dots": lambda: any("." in name for body in bodies("request") for name in names(body)),
    "a name in another script": lambda: any("ключ" in name for body in bodies("request") for name in names(body)),
    "all properties at once": lambda: any(len(body) >= len(described(top("request"))) - 1 for body in bodies("request")),
    "nothing but what must be there": lambda: any(len(body) == 2 for body in bodies("request")),
    "a property that nobody knows yet": lambda: any("later addition" in body for body in bodies("response")),
}  # fmt: skip


@pytest.mark.parametrize("name", CLASSES)
def test_each_rich_class_comes_in_500_draws(name: str) -> None:
    assert CLASSES[name]()
