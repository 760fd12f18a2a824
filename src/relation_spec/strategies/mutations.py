"""Mutations: from a valid value or body, every way to break exactly one rule, with the finding it must give.

In: a document, a side, a schema's pointer, a valid value. Out: :class:`Mutation` values, each with the expected code
and pointer, and the edits by which any other valid value can be broken alike. What breaks a keyword about one value
stands in :mod:`relation_spec.strategies.breaches`; here is the walk through the message, and the rules about the names
of properties. Below any schema, :mod:`relation_spec.strategies.byte_mutations` breaks the text of a body.
"""

import random
from collections.abc import Iterator
from functools import lru_cache
from string import ascii_lowercase
from typing import Any, Final, NamedTuple

from relation_spec.contract import Document, Side
from relation_spec.contract.pointer import join
from relation_spec.schema.conjuncts import Conjunct, conjuncts
from relation_spec.schema.json_type import has_type
from relation_spec.strategies.breaches import SAMPLES, breaks, candidates
from relation_spec.strategies.edits import GONE, Edit, Place, edited
from relation_spec.strategies.referring import referred
from relation_spec.strategies.values import NoValueError, is_name, valid_value

__all__ = ["Mutation", "mutations", "sites"]


_BARE_DATES: Final = ("2017-12-11T03:41:58", "0001-01-01T00:00:00", "9999-12-31T23:59:59")


class Mutation(NamedTuple):
    """A value that breaks one rule.

    Attributes:
        code: of the finding it must give.
        pointer: of that finding.
        value: the broken value.
        note: what was done.
        rule: the pointer of the broken rule in the contract.
        place: the value or object that breaks it.
        edits: what was changed, for other values to be broken alike.
        containers: by depth, what those others get on the way where they have nothing.
        also: findings, as (code, pointer), that come along because something only the server sets stands on the way.
    """

    code: str
    pointer: str
    value: Any
    note: str
    rule: str
    place: Place
    edits: tuple[Edit, ...]
    containers: tuple[Any, ...]
    also: tuple[tuple[str, str], ...]


def mutations(document: Document, side: Side, schema: str, value: Any) -> Iterator[Mutation]:
    """Every single breach of every rule of the schema at ``schema``, from the valid ``value``.

    Properties that ``value`` lacks are added first and nulls are filled in, so that nested rules are reached too; where
    such a property has a warning of its own, that is found as well. The values share what they have in common, so they
    must not be changed.
    """
    yield from _Breaker(document, side, value, whole=True).at((schema,), (), frozenset())


def sites(document: Document, side: Side, schema: str) -> tuple[Mutation, ...]:
    """The same from the smallest valid value, which gets no more than each breach needs.

    Raises:
        NoValueError: where only a search could tell a valid value.
    """
    return _sites(document, side, referred(document, schema))


@lru_cache(maxsize=32)
def _sites(document: Document, side: Side, schema: str) -> tuple[Mutation, ...]:
    source = random.Random(1)  # noqa: S311 - no secret is made here
    least = valid_value(document, side, schema, source, least=True, clean=True)
    return tuple(_Breaker(document, side, least, whole=False).at((schema,), (), frozenset()))


class _Breaker:
    def __init__(self, document: Document, side: Side, value: Any, *, whole: bool) -> None:
        self._document, self._side, self._value, self._all = document, side, value, whole
        self._small: dict[tuple[str, ...], Any] = {}
        self._filled: dict[tuple[str, ...], Any] = {}
        self._trail: dict[Place, tuple[str, ...]] = {}

    def _severity(self, code: str) -> str:
        return self._document.severity(code, self._side)

    def _reports(self, code: str) -> bool:
        return self._severity(code) != "none"

    def _whole(self, pointers: tuple[str, ...]) -> Any:
        """A valid value with everything in it, always the same for the same schemas."""
        if pointers not in self._filled:
            source = random.Random(1)  # noqa: S311 - no secret is made here
            try:
                held = valid_value(self._document, self._side, pointers, source, whole=True, clean=True)
            except NoValueError:
                held = None
            self._filled[pointers] = held
        return self._filled[pointers]

    def _container(self, pointers: tuple[str, ...]) -> Any:
        """What is put where a value has no container: everything, or no more than must be there."""
        whole = self._whole(pointers)
        if self._all or not isinstance(whole, dict):
            return whole
        if pointers not in self._small:
            source = random.Random(1)  # noqa: S311 - no secret is made here
            self._small[pointers] = valid_value(self._document, self._side, pointers, source, least=True, clean=True)
        return self._small[pointers]

    def _held(self, path: Place) -> Any:
        """What stands at ``path``; a valid container where the value has none or null."""
        held = self._value
        for index, token in enumerate(path):
            inside = isinstance(held, dict) and token in held
            inside = inside or (isinstance(held, list) and isinstance(token, int) and token < len(held))
            held = held[token] if inside else None
            if not isinstance(held, (dict, list)):
                held = self._container(self._trail[path[: index + 1]])
        return held

    def _mutation(
        self, code: str, path: Place, edits: Any, note: str, rule: str, *below: str, put: bool = True
    ) -> Mutation:
        """What breaks ``rule`` at ``path``: a new value there, or with ``put=False`` edits."""
        made = (*self._needed(path), *((Edit(path, edits),) if put else edits))
        containers = tuple(self._container(self._trail[path[:depth]]) for depth in range(len(path) + 1))
        pointer, also = join("", *path, *below), self._owned(path)
        if code in ("read-only", "type"):  # of what has the wrong type nothing else is said
            also = tuple(one for one in also if one[1] != pointer)
        value = edited(self._value, made, containers)
        made = self._within_counts(made, value)
        return Mutation(code, pointer, value, note, rule, path, made, containers, also)

    def _within_counts(self, edits: tuple[Edit, ...], value: Any) -> tuple[Edit, ...]:
        """``edits``; or, where they add to an object that may hold so many properties only, that object as it is in the
        broken ``value``, so that a full one does not hold one too many.
        """
        place = edits[-1].place
        for depth, name in enumerate(place):
            parts = conjuncts(self._document, self._trail[place[:depth]])
            schemas = [part.schema for part in parts if isinstance(part.schema, dict)]
            if any("maxProperties" in s for s in schemas) and not any(name in s.get("properties", ()) for s in schemas):
                return (Edit(place[:depth], value),)
            value = value.get(name) if isinstance(value, dict) else value[name] if isinstance(name, int) else None
        return edits

    def _needed(self, path: Place) -> Iterator[Edit]:
        """What must stand beside the properties on the way to ``path``."""
        for depth, name in enumerate(path):
            parts = conjuncts(self._document, self._trail[path[:depth]])
            for part in parts:
                needs = part.schema.get("dependentRequired", {}) if isinstance(part.schema, dict) else {}
                for other in needs.get(name, ()):
                    yield Edit((*path[:depth], other), self._item(parts, other), gap=True)

    def _item(self, parts: tuple[Conjunct, ...], name: str) -> Any:
        """A valid value of a property, wherever beside the rule it is described; null where it is not."""
        described = [p for p in parts if isinstance(p.schema, dict) and name in p.schema.get("properties", ())]
        pointers = tuple(join(part.pointer, "properties", name) for part in described)
        return self._whole(pointers) if pointers else None

    def _owned(self, path: Place) -> tuple[tuple[str, str], ...]:
        """The findings that only the server sets something on the way to ``path``."""
        found = []
        for depth in range(1, len(path) + 1) if self._reports("read-only") else ():
            parts = conjuncts(self._document, self._trail[path[:depth]])
            if any(isinstance(part.schema, dict) and part.schema.get("readOnly") for part in parts):
                found.append(("read-only", join("", *path[:depth])))
        return tuple(found)

    def at(self, pointers: tuple[str, ...], path: Place, seen: frozenset[Any]) -> Iterator[Mutation]:
        """The breaches of the schemas at ``pointers`` that stand at ``path``; ``seen`` are the schemas on the way."""
        if pointers in seen:  # a schema that refers to itself
            return
        self._trail[path] = pointers
        parts = tuple(part for part in conjuncts(self._document, pointers) if isinstance(part.schema, dict))
        single = self._alternatives(parts, path)
        if single is not None:  # one alternative beside null: its faults are reported as they are
            misfits = {"type", "enum"}
            place = join("", *path)
            for made in self.at((*pointers, single), path, seen | {pointers}):
                if made.pointer != place or made.code not in misfits:
                    yield made
            yield from self._no_match(parts, path)
            return
        schemas = [part.schema for part in parts]
        if any(schema.get("readOnly") for schema in schemas) and self._severity("read-only") == "error":
            yield from self._server_owned(parts, pointers, path)
            return  # whatever else is wrong with it, being there is wrong already
        for bad in candidates(schemas):
            rule = join(parts[bad.part].pointer, bad.keyword)
            yield self._mutation(bad.code, path, bad.value, bad.note, rule)
        yield from self._warned(parts, path)
        yield from self._server_owned(parts, pointers, path)
        held = self._held(path)
        if isinstance(held, dict) and not breaks(schemas, held):
            yield from self._names(parts, path, held)
            yield from self._sizes(parts, path, held)
            yield from self._properties(parts, path, held, seen | {pointers})
        elif isinstance(held, list) and not breaks(schemas, held):
            yield from self._items(parts, path, held, seen | {pointers})

    def _alternatives(self, parts: tuple[Conjunct, ...], path: Place) -> str | None:
        """The one alternative beside null, where that is how ``parts`` say nullable, and nothing else stands beside."""
        for part in parts:
            for keyword in ("anyOf", "oneOf"):
                count = len(part.schema.get(keyword, ()))
                branches = [join(part.pointer, keyword, index) for index in range(count)]
                if any(branch in self._trail.get(path, ()) for branch in branches):
                    continue
                real = [branch for branch in branches if self._document.get(branch) != {"type": "null"}]
                if count == 2 and len(real) == 1:
                    return real[0]
        return None

    def _no_match(self, parts: tuple[Conjunct, ...], path: Place) -> Iterator[Mutation]:
        for part in parts:
            for keyword in ("anyOf", "oneOf"):
                types: list[str] = []
                for index in range(len(part.schema.get(keyword, ()))):
                    for below in conjuncts(self._document, (join(part.pointer, keyword, index),)):
                        named = below.schema.get("type", []) if isinstance(below.schema, dict) else []
                        types += [named] if isinstance(named, str) else named
                for sample in SAMPLES if types else ():
                    if not has_type(sample, tuple(types)):
                        rule = join(part.pointer, keyword)
                        yield self._mutation("no-match", path, sample, f"{sample!r} fits no alternative", rule)

    def _warned(self, parts: tuple[Conjunct, ...], path: Place) -> Iterator[Mutation]:
        """Breaches of the rules that the contract may let pass with a warning, or without."""
        for part in parts:
            schema = part.schema
            if "x-date-time" in schema and schema["x-date-time"]["offset"] == "optional":
                for text in _BARE_DATES if self._reports("missing-offset") else ():
                    yield self._mutation("missing-offset", path, text, "no offset", join(part.pointer, "x-date-time"))
            if "x-null-id" in schema and self._reports("null-id"):
                rule = join(part.pointer, "x-null-id")
                yield self._mutation("null-id", path, schema["x-null-id"], "names nothing", rule)

    def _server_owned(self, parts: tuple[Conjunct, ...], pointers: tuple[str, ...], path: Place) -> Iterator[Mutation]:
        owner = next((part.pointer for part in parts if part.schema.get("readOnly")), None)
        if owner is not None and self._reports("read-only"):
            rule = join(owner, "readOnly")
            yield self._mutation("read-only", path, self._whole(pointers), "only the server sets it", rule)
            if not breaks([part.schema for part in parts], None):
                yield self._mutation("read-only", path, None, "only the server sets it, null too", rule)

    def _names(self, parts: tuple[Conjunct, ...], path: Place, held: dict[str, Any]) -> Iterator[Mutation]:
        """Breaches of the rules about which properties there are."""
        known = list(dict.fromkeys(name for part in parts for name in part.schema.get("properties", ())))
        for part in parts:
            for name in part.schema.get("required", ()):
                gone, rule = (Edit((*path, name), GONE),), join(part.pointer, "required")
                yield self._mutation("required", path, gone, f"without {name}", rule, put=False)
        if closing := self._closing(parts):
            for name in _unknown(known):
                new = (Edit((*path, name), None),)
                yield self._mutation("unknown-property", path, new, f"unknown {name!r}", closing, name, put=False)
        for part in parts:
            for name, others in part.schema.get("dependentRequired", {}).items():
                for other in others if name in known else ():
                    item = held[name] if name in held else self._item(parts, name)
                    less, rule = (
                        (Edit((*path, name), item), Edit((*path, other), GONE)),
                        join(part.pointer, "dependentRequired"),
                    )
                    yield self._mutation("dependent", path, less, f"{name} without {other}", rule, put=False)
            if "propertyNames" in part.schema and not closing:
                yield from self._misnamed(part, path, held)

    def _misnamed(self, part: Conjunct, path: Place, held: dict[str, Any]) -> Iterator[Mutation]:
        rules = conjuncts(self._document, (join(part.pointer, "propertyNames"),))
        item = next(iter(held.values()), None)
        for made in candidates([rule.schema for rule in rules if isinstance(rule.schema, dict)]):
            if isinstance(made.value, str) and made.value not in held:
                new, rule = (Edit((*path, made.value), item),), join(part.pointer, "propertyNames")
                yield self._mutation("property-name", path, new, made.note, rule, made.value, put=False)

    def _closing(self, parts: tuple[Conjunct, ...]) -> str | None:
        """The rule that closes the object, if any."""
        for part in parts:
            for keyword in ("additionalProperties", "unevaluatedProperties"):
                if part.schema.get(keyword) is False:
                    return join(part.pointer, keyword)
            if "x-closed" in part.schema and self._reports("unknown-property"):
                taken = any("additionalProperties" in each.schema for each in parts)
                return None if taken else join(part.pointer, "x-closed")
        return None

    def _sizes(self, parts: tuple[Conjunct, ...], path: Place, held: dict[str, Any]) -> Iterator[Mutation]:
        required = {name for part in parts for name in part.schema.get("required", ())}
        spare = [name for name in held if name not in required]
        entries = self._entries(parts)
        for part in parts:
            least, greatest = part.schema.get("minProperties", 0), part.schema.get("maxProperties")
            if len(required) < least:
                kept = required.union(spare[: least - 1 - len(required)])
                less = {k: v for k, v in held.items() if k in kept}
                yield self._mutation("count", path, less, "too few properties", join(part.pointer, "minProperties"))
            if greatest is not None and entries:
                names = [name for name in ascii_lowercase if name not in held and is_name(self._document, parts, name)]
                more = {**held, **dict.fromkeys(names[: greatest + 1 - len(held)], self._whole(entries))}
                if len(more) > greatest:
                    rule = join(part.pointer, "maxProperties")
                    yield self._mutation("count", path, more, "too many properties", rule)

    def _entries(self, parts: tuple[Conjunct, ...]) -> tuple[str, ...]:
        return tuple(
            join(part.pointer, "additionalProperties")
            for part in parts
            if isinstance(part.schema.get("additionalProperties"), dict)
        )

    def _properties(
        self, parts: tuple[Conjunct, ...], path: Place, held: dict[str, Any], seen: frozenset[Any]
    ) -> Iterator[Mutation]:
        named: dict[str, list[str]] = {}
        for part in parts:
            for name in part.schema.get("properties", ()):
                named.setdefault(name, []).append(join(part.pointer, "properties", name))
        for name, below in named.items():
            yield from self.at(tuple(below), (*path, name), seen)
        if entries := self._entries(parts):
            name = next((name for name in held if name not in named), "x.y-z")
            yield from self.at(entries, (*path, name), seen)

    def _items(
        self, parts: tuple[Conjunct, ...], path: Place, held: list[Any], seen: frozenset[Any]
    ) -> Iterator[Mutation]:
        rests = tuple(join(part.pointer, "items") for part in parts if isinstance(part.schema.get("items"), dict))
        for part in parts:
            fixed = len(part.schema.get("prefixItems", ()))
            for index in range(min(fixed, len(held))):
                yield from self.at((join(part.pointer, "prefixItems", index),), (*path, index), seen)
            if rests and "maxItems" in part.schema:
                more = [*held, *[self._whole(rests)] * (part.schema["maxItems"] + 1 - len(held))]
                if not any(one.schema.get("uniqueItems") for one in parts):
                    yield self._mutation("count", path, more, "too many items", join(part.pointer, "maxItems"))
            if part.schema.get("minItems", 0) > 1:
                less, rule = held[: part.schema["minItems"] - 1], join(part.pointer, "minItems")
                yield self._mutation("count", path, less, "too few items", rule)
            if part.schema.get("uniqueItems") and held:
                kept = held[: part.schema.get("maxItems", len(held) + 1) - 1]
                twice, rule = [*kept, kept[0] if kept else held[0]], join(part.pointer, "uniqueItems")
                yield self._mutation("unique", path, twice, "repeats an item", rule)
        if rests and not any("prefixItems" in part.schema for part in parts):
            yield from self.at(rests, (*path, 0), seen)


def _unknown(known: list[str]) -> list[str]:
    """Names that are not ``known``: other cases, misspellings, and some that nobody expects."""
    made = ["", " ", "unknown", "\U0001f600", "a/b~c", "__proto__", "\u0000"]
    for name in known:
        made += [name.lower(), name.upper(), name.swapcase(), name[:1].swapcase() + name[1:]]
        made += [name[:-1], name[1:], f"{name}s", f"{name} ", f" {name}", name[:1] + name]
        made += [name[1:2] + name[:1] + name[2:]]
    return [name for name in dict.fromkeys(made) if name not in known]
