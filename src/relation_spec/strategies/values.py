"""Valid values straight from a schema, rich in edges, by a seeded random source.

In: a document, a side, a schema's pointer and a ``random.Random``. Out: plain JSON values that have no error on that
side (with ``clean``, no finding at all). What only a search could satisfy (``not``, ``if``, a pattern that neither the
schema's examples nor the usual texts match) is left to the caller's own examples.
"""

import contextlib
import json
import math
import random
from collections.abc import Callable
from typing import Any, Final

from relation_spec.contract import Document, Side
from relation_spec.contract.pointer import join
from relation_spec.schema.conjuncts import Conjunct, conjuncts
from relation_spec.schema.formats import INTEGER_FORMATS
from relation_spec.schema.patterns import compile_pattern
from relation_spec.schema.rules import text_format
from relation_spec.strategies.edges import (
    CLOCKS,
    DAYS,
    FORMATTED,
    LEAP_SECONDS,
    NAMES,
    OFFSETS,
    PLAIN_TEXTS,
    TEXTS,
    random_json,
    random_text,
)

__all__ = [
    "NoValueError",
    "examples_in",
    "fits",
    "held",
    "integer_bounds",
    "is_name",
    "kinds_of",
    "may_grow",
    "valid_value",
]

_DEEPEST: Final = 6


class NoValueError(LookupError):
    """No valid value was found for the schema at ``pointer``: it asks for a search, or nothing satisfies it."""

    def __init__(self, pointer: str) -> None:
        super().__init__(pointer)
        self.pointer = pointer

    def __str__(self) -> str:
        return f"no value found for the schema at {self.pointer}"


def valid_value(
    document: Document,
    side: Side,
    schema: str | tuple[str, ...],
    source: random.Random,
    *,
    whole: bool = False,
    least: bool = False,
    clean: bool = False,
) -> Any:
    """A value that has no error against the schema at ``schema``, or against all of several.

    Args:
        document: the contract.
        side: what only the server sets, and how findings count, differs by side.
        schema: a pointer, or several.
        source: where all choices come from.
        whole: every optional property is there, and no null where something else fits.
        least: nothing is there that need not be, and no null where something else fits.
        clean: the value has no warning either.

    Raises:
        NoValueError: where only a search could tell.
    """
    maker = _Maker(document, side, source, whole, least, clean)
    return maker.make((schema,) if isinstance(schema, str) else schema, 0)


class _Maker:
    def __init__(
        self, document: Document, side: Side, source: random.Random, whole: bool, least: bool, clean: bool
    ) -> None:
        self._document, self._side, self._source = document, side, source
        self._whole, self._least, self._clean = whole, least, clean

    def _bans(self, code: str) -> bool:
        """Whether a finding of ``code`` must not arise."""
        severity = self._document.severity(code, self._side)
        return severity == "error" or (self._clean and severity == "warning")

    def make(self, pointers: tuple[str, ...], depth: int) -> Any:
        parts = conjuncts(self._document, pointers)
        if any(part.schema is False for part in parts):
            raise NoValueError(pointers[0])
        parts = tuple(part for part in parts if isinstance(part.schema, dict))
        for part in parts:
            for keyword in ("anyOf", "oneOf"):
                if keyword in part.schema and not _is_branch_in(pointers, part, keyword):
                    return self._branch(pointers, part, keyword, depth)
        listed = [part.schema.get("enum", [part.schema.get("const")]) for part in parts if _lists(part)]
        if listed:
            shared = [item for item in listed[0] if all(item in others for others in listed[1:])]
            if not shared:
                raise NoValueError(pointers[0])
            return self._source.choice(shared)
        if not parts:
            return random_json(self._source, 1)
        kinds = kinds_of(parts)
        if not kinds:
            raise NoValueError(pointers[0])
        if (self._whole or self._least or depth > _DEEPEST) and len(kinds) > 1:
            kinds = ["null"] if depth > _DEEPEST and "null" in kinds else [kind for kind in kinds if kind != "null"]
        self._source.shuffle(kinds)
        for kind in kinds[1:]:
            try:
                return _MAKERS[kind](self, parts, depth)
            except NoValueError:
                continue
        return _MAKERS[kinds[0]](self, parts, depth)

    def _branch(self, pointers: tuple[str, ...], part: Conjunct, keyword: str, depth: int) -> Any:
        branches = [join(part.pointer, keyword, index) for index in range(len(part.schema[keyword]))]
        self._source.shuffle(branches)
        if self._whole or self._least:  # null comes last
            branches.sort(key=lambda branch: kinds_of(conjuncts(self._document, (branch,))) == ["null"])
        for branch in branches:
            try:
                return self.make((*pointers, branch), depth)
            except NoValueError:
                continue
        raise NoValueError(part.pointer)

    def null(self, parts: tuple[Conjunct, ...], depth: int) -> None:
        return None

    def boolean(self, parts: tuple[Conjunct, ...], depth: int) -> bool:
        return self._source.random() < 0.5

    def integer(self, parts: tuple[Conjunct, ...], depth: int) -> int | float:
        least, greatest = integer_bounds(parts)
        banned = held(parts, "x-null-id") if self._bans("null-id") else []
        step = math.lcm(*(int(one) for one in held(parts, "multipleOf") if one == int(one)))
        edges = [least, greatest, least + 1, greatest - 1, 0, -1, 1, 100, self._source.randint(least, greatest)]
        edges = [edge for near in edges for edge in (near // step * step, -(-near // step) * step)]
        fitting = [edge for edge in edges if least <= edge <= greatest and edge not in banned]
        if not fitting:
            raise NoValueError(parts[0].pointer)
        value = self._source.choice(fitting)
        if self._source.random() < 0.05 and abs(value) < 2**53 and not self._clean:
            return float(value)  # 1.0 is an integer
        return value

    def number(self, parts: tuple[Conjunct, ...], depth: int) -> int | float:
        if self._source.random() < 0.5 or held(parts, "multipleOf"):
            try:
                return self.integer(parts, depth)
            except NoValueError:  # no whole number stands between the bounds
                if held(parts, "multipleOf"):
                    raise
        least = max(held(parts, "minimum") + held(parts, "exclusiveMinimum"), default=-1e9)
        greatest = min(held(parts, "maximum") + held(parts, "exclusiveMaximum"), default=1e9)
        return float(least + (greatest - least) * self._source.choice((0.25, 0.5, 0.75, 1 / 3)))

    def string(self, parts: tuple[Conjunct, ...], depth: int) -> str:
        made = [text for part in parts for text in self._formed(part)]
        least = max(held(parts, "minLength"), default=0)
        greatest = min(held(parts, "maxLength"), default=10_000)
        if not made:
            text = random_text(self._source)[:greatest]
            made = [text + self._source.choice("xé\U0001f600") * (least - len(text))]
            if any("pattern" in part.schema for part in parts):
                made += [*examples_in(parts), *PLAIN_TEXTS, *(text[:greatest] for text in TEXTS)]
        self._source.shuffle(made)
        banned = held(parts, "x-null-id") if self._bans("null-id") else []
        for text in made:
            if least <= len(text) <= greatest and text not in banned and all(fits(part, text) for part in parts):
                return text
        raise NoValueError(parts[0].pointer)

    def _formed(self, part: Conjunct) -> list[str]:
        """Texts in the form that ``part`` asks for; none where it asks for none."""
        schema, choose = part.schema, self._source.choice
        if "x-date-time" in schema:
            return [self._date_time(**schema["x-date-time"])]
        if "x-flags" in schema:
            names = list(schema["x-flags"])
            return [", ".join(self._source.sample(names, self._source.randint(1, min(4, len(names)))))]
        if "x-language" in schema:
            return [choose(schema["x-language"]["codes"])]
        match schema.get("format"):
            case "date":
                return [choose(DAYS)]
            case "date-time":
                return [self._date_time("required", 9)]
            case str(name):
                return list(FORMATTED.get(name, ()))
        return []

    def _date_time(self, offset: str, fractionDigits: int) -> str:  # noqa: N803 - the names of the keyword's fields
        choose, digits = self._source.choice, self._source.randint(0, fractionDigits)
        if self._source.random() < 0.05:
            return choose(LEAP_SECONDS)
        fraction = "." + "".join(choose("0123456789") for _ in range(digits)) if digits else ""
        bare = offset == "optional" and not self._bans("missing-offset") and self._source.random() < 0.3
        return f"{choose(DAYS)}T{choose(CLOCKS)}{fraction}{'' if bare else choose(OFFSETS)}"

    def object(self, parts: tuple[Conjunct, ...], depth: int) -> dict[str, Any]:
        named: dict[str, list[str]] = {}
        for part in parts:
            for name in part.schema.get("properties", ()):
                named.setdefault(name, []).append(join(part.pointer, "properties", name))
        required = {name for part in parts for name in part.schema.get("required", ())}
        maps = [part for part in parts if isinstance(part.schema.get("additionalProperties"), dict)]
        entries = tuple(join(part.pointer, "additionalProperties") for part in maps)
        result: dict[str, Any] = {}
        for name, pointers in named.items():
            if name in required:
                result[name] = self.make(tuple(pointers), depth + 1)
            elif self._wants(depth) and not self._server_owned(pointers):
                with contextlib.suppress(NoValueError):
                    result[name] = self.make(tuple(pointers), depth + 1)
        for name in sorted(required - named.keys()):
            result[name] = self.make(entries, depth + 1) if entries else random_json(self._source, 1)
        least = max(held(parts, "minProperties"), default=0)
        greatest = min(held(parts, "maxProperties"), default=least + 3)
        if entries:
            names = [name for name in NAMES if name not in named and is_name(self._document, parts, name)]
            extra = 0 if depth > _DEEPEST or self._least else self._source.randint(1 if self._whole else 0, 3)
            while names and len(result) < min(max(least, len(result) + extra), greatest):
                result[names.pop(self._source.randrange(len(names)))] = self.make(entries, depth + 1)
                extra -= 1
        if may_grow(parts) and not self._bans("unknown-property") and not maps and self._source.random() < 0.05:
            result["later addition"] = random_json(self._source, 1)
        self._complete(parts, named, result, depth)
        return result

    def _wants(self, depth: int) -> bool:
        if depth > _DEEPEST or self._least:
            return False
        return self._whole or self._source.random() < 0.7

    def _server_owned(self, pointers: list[str]) -> bool:
        parts = conjuncts(self._document, tuple(pointers))
        owned = any(isinstance(part.schema, dict) and part.schema.get("readOnly") for part in parts)
        return owned and self._bans("read-only")

    def _complete(
        self, parts: tuple[Conjunct, ...], named: dict[str, list[str]], result: dict[str, Any], depth: int
    ) -> None:
        """Add what properties that are there need beside them."""
        needs = [need for part in parts for need in part.schema.get("dependentRequired", {}).items()]
        changed = True
        while changed:
            changed = False
            for name, others in needs:
                for other in others if name in result else ():
                    if other not in result:
                        result[other] = self.make(tuple(named.get(other, ())), depth + 1) if other in named else None
                        changed = True

    def array(self, parts: tuple[Conjunct, ...], depth: int) -> list[Any]:
        items = tuple(join(part.pointer, "items") for part in parts if "items" in part.schema)
        least = max(held(parts, "minItems"), default=0)
        greatest = min(held(parts, "maxItems"), default=least + 3)
        unique = any(held(parts, "uniqueItems"))
        least = max(least, min(greatest, 1)) if self._whole and depth <= _DEEPEST else least
        size = least if depth > _DEEPEST else self._source.randint(least, greatest)
        made: list[Any] = []
        seen: set[str] = set()
        for _ in range(20 * size):
            prefix = tuple(
                join(part.pointer, "prefixItems", len(made))
                for part in parts
                if len(made) < len(part.schema.get("prefixItems", ()))
            )
            item = self.make(prefix or items, depth + 1)
            key = json.dumps(item, sort_keys=True)
            if not unique or key not in seen:
                made.append(item)
                seen.add(key)
            if len(made) == size:
                break
        if len(made) < least:
            raise NoValueError(parts[0].pointer)
        return made


_MAKERS: Final[dict[str, Callable[[_Maker, tuple[Conjunct, ...], int], Any]]] = {
    "null": _Maker.null,
    "boolean": _Maker.boolean,
    "integer": _Maker.integer,
    "number": _Maker.number,
    "string": _Maker.string,
    "object": _Maker.object,
    "array": _Maker.array,
}


def _is_branch_in(pointers: tuple[str, ...], part: Conjunct, keyword: str) -> bool:
    start = join(part.pointer, keyword) + "/"
    return any(pointer.startswith(start) and "/" not in pointer[len(start) :] for pointer in pointers)


_FIRM: Final = frozenset({"unevaluatedProperties", "additionalProperties", "propertyNames", "maxProperties"})


def may_grow(parts: tuple[Conjunct, ...]) -> bool:
    """Whether a property that is not described is no more than unknown."""
    return any("x-closed" in part.schema for part in parts) and not any(_FIRM & part.schema.keys() for part in parts)


def held(parts: tuple[Conjunct, ...], keyword: str) -> list[Any]:
    """What each of ``parts`` that has ``keyword`` says by it."""
    return [part.schema[keyword] for part in parts if keyword in part.schema]


def _lists(part: Conjunct) -> bool:
    return "enum" in part.schema or "const" in part.schema


def kinds_of(parts: tuple[Conjunct, ...]) -> list[str]:
    """The types that all ``parts`` allow; where none names one, those that their keywords speak of."""
    kinds = set(_MAKERS)
    for part in parts:
        named = part.schema.get("type") if isinstance(part.schema, dict) else None
        if named is not None:
            names = {named} if isinstance(named, str) else set(named)
            kinds &= names | ({"integer"} if "number" in names else set())
    return sorted(kinds)


def integer_bounds(parts: tuple[Conjunct, ...]) -> tuple[int, int]:
    """The least and the greatest whole number that all ``parts`` allow."""
    lows, highs = [-(2**31)], [2**31 - 1]
    for part in parts:
        schema = part.schema
        if bounds := INTEGER_FORMATS.get(schema.get("format", "")):
            lows.append(bounds[0])
            highs.append(bounds[1])
        if "minimum" in schema:
            lows.append(math.ceil(schema["minimum"]))
        if "exclusiveMinimum" in schema:
            lows.append(math.floor(schema["exclusiveMinimum"]) + 1)
        if "maximum" in schema:
            highs.append(math.floor(schema["maximum"]))
        if "exclusiveMaximum" in schema:
            highs.append(math.ceil(schema["exclusiveMaximum"]) - 1)
    least, greatest = max(lows), min(highs)
    if len(lows) == 2 and lows[1] > 2**31 - 1:
        greatest = lows[1] + 1000 if len(highs) == 1 else highs[1]
    if least > greatest:
        raise NoValueError(parts[0].pointer)
    return least, greatest


def examples_in(parts: tuple[Conjunct, ...]) -> list[str]:
    """The texts that the schemas themselves give as examples."""
    found: list[Any] = []
    for part in parts:
        found += part.schema.get("examples", [])
        found += [part.schema[keyword] for keyword in ("example", "default") if keyword in part.schema]
    return [text for text in found if isinstance(text, str)]


def fits(part: Conjunct, text: str) -> bool:
    """Whether ``text`` fits the pattern and the format of ``part``."""
    schema = part.schema
    if "pattern" in schema and not compile_pattern(schema["pattern"]).search(text):
        return False
    held = [keyword for keyword in ("x-date-time", "x-flags", "x-language", "format") if keyword in schema]
    return all(form.check(text) for keyword in held if (form := text_format(keyword, schema[keyword])))


def is_name(document: Document, parts: tuple[Conjunct, ...], name: str) -> bool:
    """Whether the rules for names take ``name``, as far as patterns and lengths say."""
    pointers = tuple(join(part.pointer, "propertyNames") for part in parts if "propertyNames" in part.schema)
    for rule in conjuncts(document, pointers):
        held = rule.schema
        if not isinstance(held, dict):
            if held is False:
                return False
            continue
        lengths = range(held.get("minLength", 0), held.get("maxLength", len(name)) + 1)
        if len(name) not in lengths or not fits(rule, name) or name not in held.get("enum", [name]):
            return False
    return True
