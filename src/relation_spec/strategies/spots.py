"""Which places does a body have, and what may stand at each on the edges of its rules?

In: a document, a side, a schema's pointer. Out: a :class:`Spot` for every place that can be changed alone in the
smallest valid value without breaking a rule. Objects whose properties depend on each other, and values with
alternatives, are left to whoever makes whole values.
"""

import math
import random
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from relation_spec.contract import Document, Side
from relation_spec.contract.pointer import join
from relation_spec.messages.decoding import Kind
from relation_spec.schema.conjuncts import Conjunct, conjuncts
from relation_spec.strategies.breaches import breaks
from relation_spec.strategies.edges import DATE_TIMES, DAYS, FORMATTED, NAMES, is_carried
from relation_spec.strategies.edits import Place
from relation_spec.strategies.values import NoValueError, fits, held, integer_bounds, kinds_of, valid_value

__all__ = ["Spot", "spots"]

_Parts = tuple[Conjunct, ...]
_DEEPEST: Final = 8
_ALONE: Final = frozenset({
    "$ref", "$defs", "$comment", "allOf", "type", "properties", "required", "additionalProperties",
    "unevaluatedProperties", "title", "description", "readOnly", "writeOnly", "deprecated", "xml", "example",
    "examples", "default", "externalDocs",
})  # fmt: skip
"""Keywords of objects under which a property can be put in, left out or changed without a look at its neighbours."""
_ALTERNATIVES: Final = frozenset({"anyOf", "oneOf", "not", "if"})


class Spot(NamedTuple):
    """A place, and what may stand there.

    Attributes:
        place: the names that lead there.
        pointers: of the schemas that hold there.
        edges: values on the edges of their rules, the simplest first.
        containers: by depth, the smallest valid value of what stands on the way.
        is_object: whether it holds places of its own.
        range: the least and the greatest whole number, where nothing but whole numbers may stand there.
    """

    place: Place
    pointers: tuple[str, ...]
    edges: tuple[Any, ...]
    containers: tuple[Any, ...]
    is_object: bool
    range: tuple[int, int] | None


def spots(document: Document, side: Side, schema: str, *, kind: Kind | None, clean: bool) -> tuple[Spot, ...]:
    """Every place below the top of the object at ``schema``; none where the object's properties hang together. What
    stands within an object comes before it.

    Args:
        document: the contract.
        side: what only the server sets, and how findings count, differs by side.
        schema: a pointer.
        kind: the media types that must be able to carry the values.
        clean: the values have no warning either.
    """
    return tuple(_Walk(document, side, kind, clean).below((schema,), (), (), frozenset()))


class _Walk:
    def __init__(self, document: Document, side: Side, kind: Kind | None, clean: bool) -> None:
        self._document, self._side, self._kind, self._clean = document, side, kind, clean

    def _bans(self, code: str) -> bool:
        severity = self._document.severity(code, self._side)
        return severity == "error" or (self._clean and severity == "warning")

    def _parts(self, pointers: tuple[str, ...]) -> _Parts:
        """The schemas at ``pointers``; none where they take nothing, or anything."""
        parts = conjuncts(self._document, pointers)
        return parts if all(isinstance(part.schema, dict) for part in parts) else ()

    def _smallest(self, pointers: tuple[str, ...]) -> Any:
        source = random.Random(1)  # noqa: S311 - no secret is made here
        return valid_value(self._document, self._side, pointers, source, least=True, clean=True)

    def below(
        self, pointers: tuple[str, ...], place: Place, above: tuple[Any, ...], seen: frozenset[Any]
    ) -> Iterator[Spot]:
        """The places within the object at ``place``."""
        parts = self._parts(pointers)
        if pointers in seen or len(place) >= _DEEPEST or not _stands_alone(parts):
            return
        named: dict[str, list[str]] = {}
        for part in reversed(parts):  # what is referred to comes first, in its order
            for name in part.schema.get("properties", ()):
                named.setdefault(name, []).append(join(part.pointer, "properties", name))
        maps = [part for part in parts if isinstance(part.schema.get("additionalProperties"), dict)]
        below = {name: tuple(held) for name, held in named.items()}
        if maps and not named:
            entry = tuple(join(part.pointer, "additionalProperties") for part in maps)
            below = {next(name for name in NAMES if "." in name): entry}
        try:
            containers = (*above, self._smallest(pointers))
        except NoValueError:
            return
        for name, schemas in below.items():
            yield from self._at(schemas, (*place, name), containers, seen | {pointers})

    def _at(
        self, pointers: tuple[str, ...], place: Place, above: tuple[Any, ...], seen: frozenset[Any]
    ) -> Iterator[Spot]:
        parts = self._parts(pointers)
        if not parts or (self._bans("read-only") and any(held(parts, "readOnly"))):
            return
        alternatives = any(_ALTERNATIVES & part.schema.keys() for part in parts)
        is_object = "object" in kinds_of(parts) and not alternatives
        edges = () if alternatives else tuple(self._edges(pointers, parts))
        if is_object:
            yield from self.below(pointers, place, above, seen)
        yield Spot(place, pointers, edges, above, is_object, None if alternatives else _range(parts))

    def _edges(self, pointers: tuple[str, ...], parts: _Parts) -> Iterator[Any]:
        """What keeps to all ``parts``, each value once."""
        schemas = [part.schema for part in parts]
        found: set[tuple[str, str]] = set()
        for value in self._candidates(pointers, parts):
            key = (type(value).__name__, repr(value))
            if key not in found and not breaks(schemas, value) and not self._is_banned(parts, value):
                found.add(key)
                yield value

    def _is_banned(self, parts: _Parts, value: Any) -> bool:
        if isinstance(value, str) and not (is_carried(value, self._kind) and all(fits(part, value) for part in parts)):
            return True
        return value in held(parts, "x-null-id") and self._bans("null-id") and value is not False

    def _candidates(self, pointers: tuple[str, ...], parts: _Parts) -> Iterator[Any]:
        listed = [*held(parts, "enum"), *([only] for only in held(parts, "const"))]
        if listed:
            yield from listed[0]
            return
        kinds = kinds_of(parts)
        if "null" in kinds:
            yield None
        if "boolean" in kinds:
            yield from (False, True)
        if "integer" in kinds:
            yield from _whole_numbers(parts)
        if "number" in kinds:
            yield from (float(bound) for word in _BOUNDS for bound in held(parts, word))
            yield from (0.5, -0.5)
        if "string" in kinds:
            yield from self._texts(parts)
        if "object" in kinds or "array" in kinds:
            try:
                yield self._smallest(pointers)
            except NoValueError:
                return

    def _texts(self, parts: _Parts) -> Iterator[str]:
        for part in parts:
            match part.schema:
                case {"x-date-time": rules}:
                    bare = rules["offset"] == "optional" and not self._bans("missing-offset")
                    yield from (text for text in DATE_TIMES if bare or text.endswith("Z") or text[-6] in "+-")
                case {"x-flags": flags}:
                    names = list(flags)
                    yield from (*names, ", ".join((names[0], names[-1])), ", ".join(names[1:4]))
                case {"x-language": rules}:
                    codes = rules["codes"]
                    yield from (codes[0], codes[-1], codes[len(codes) // 2].upper())
                case {"format": "date-time"}:
                    yield from (text for text in DATE_TIMES if text.endswith("Z") or text[-6] in "+-")
                case {"format": "date"}:
                    yield from DAYS
                case {"format": str(name)} if name in FORMATTED:
                    yield from FORMATTED[name]
        least, most = max(held(parts, "minLength"), default=0), min(held(parts, "maxLength"), default=None)
        if not held(parts, "pattern"):
            yield from ("a" * least, "a" * (least + 1), *(letter * most for letter in ("a", "\U0001f600") if most))


_BOUNDS: Final = ("minimum", "maximum")


def _whole_numbers(parts: _Parts) -> Iterator[int]:
    try:
        least, most = integer_bounds(parts)
    except NoValueError:
        return
    step = math.lcm(*(int(one) for one in held(parts, "multipleOf") if one == int(one)))
    yield from (0, 1, -1, -(-least // step) * step, most // step * step)


def _range(parts: _Parts) -> tuple[int, int] | None:
    if kinds_of(parts) != ["integer"] or any(held(parts, word) for word in ("enum", "const", "multipleOf")):
        return None
    least, most = integer_bounds(parts)
    nothing = held(parts, "x-null-id")
    above = max(nothing, default=least - 1) + 1
    return (above if least <= above <= most else least, most)


def _stands_alone(parts: _Parts) -> bool:
    """Whether ``parts`` describe an object in which each property can be changed without a look at the others."""
    known = all(word in _ALONE or word.startswith("x-") for part in parts for word in part.schema)
    closed = not any(held(parts, "unevaluatedProperties"))  # by a schema it would say what else may be there
    return bool(parts) and known and closed and "object" in kinds_of(parts)
