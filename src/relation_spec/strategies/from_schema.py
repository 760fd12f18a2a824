"""Hypothesis strategies for the values of a schema, built once per contract out of primitives that shrink well.

In: a document, a side, pointers of schemas that all hold. Out: a strategy whose values have no error on that side (with
``clean``, no finding at all). Optional properties shrink to absence, nullable values to null, numbers to 0 or, where 0
names nothing, to 1. What only a search could satisfy is drawn and filtered by whoever judges.
"""

import contextlib
import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from hypothesis import strategies as st

from relation_spec.contract import Document, Side
from relation_spec.contract.pointer import join
from relation_spec.messages.decoding import Kind
from relation_spec.schema.conjuncts import Conjunct, conjuncts
from relation_spec.schema.patterns import compile_pattern
from relation_spec.strategies import atoms
from relation_spec.strategies.edges import DAYS, FORMATTED, PLAIN_TEXTS, TEXTS
from relation_spec.strategies.objects import Plan
from relation_spec.strategies.placing import placed
from relation_spec.strategies.spots import spots
from relation_spec.strategies.values import NoValueError, examples_in, fits, held, integer_bounds, kinds_of

__all__ = ["Values"]

_Parts = tuple[Conjunct, ...]
_Strategy = st.SearchStrategy[Any]
_DEEPEST: Final = 8
# of 256 draws, those with values at places chosen evenly; with any properties; with all at the first level, or at all
_USUAL, _FREE, _SHALLOW, _DEEP = 239, 12, 4, 1
_CHOSEN, _CHOSEN_BELOW = 7, 3  # optional properties in usual draws, and of objects within objects


class Values:
    """Strategies for the values of one side of a contract.

    Args:
        document: the contract.
        side: what only the server sets, and how findings count, differs by side.
        kind: the media types that must be able to carry the values.
        clean: the values have no warning either.
    """

    def __init__(self, document: Document, side: Side, kind: Kind | None, *, clean: bool) -> None:
        self._document, self._side, self._kind, self._clean = document, side, kind, clean
        self._made: dict[tuple[tuple[str, ...], int], _Strategy] = {}

    def of(self, pointers: tuple[str, ...]) -> _Strategy:
        """The strategy for values that keep to the schemas at ``pointers``.

        Raises:
            NoValueError: where nothing can be drawn.
        """
        placed_ones, any_ones = self._placed(pointers), self._make(pointers, ())
        ways = [any_ones if placed_ones is None else placed_ones] * _USUAL + [any_ones] * _FREE
        for whole, times in ((1, _SHALLOW), (_DEEPEST, _DEEP)):
            with contextlib.suppress(NoValueError):
                ways += [self._make(pointers, (), whole)] * times
        return st.sampled_from(ways).flatmap(_itself)

    def _placed(self, pointers: tuple[str, ...]) -> _Strategy | None:
        """Objects in which every place gets its turn; None where places cannot be changed alone."""
        found = spots(self._document, self._side, pointers[0], kind=self._kind, clean=self._clean)
        if len(pointers) > 1 or not found:
            return None
        parts = conjuncts(self._document, pointers)
        small = self._plan(parts, (pointers,), 0).strategy(
            without_owned=self._bans("read-only"), whole=False, grows=not self._bans("unknown-property"), most_chosen=0
        )
        return placed(small, found, lambda below: self._make(below, (pointers,)))

    def _bans(self, code: str) -> bool:
        severity = self._document.severity(code, self._side)
        return severity == "error" or (self._clean and severity == "warning")

    def _make(self, pointers: tuple[str, ...], above: tuple[Any, ...], whole: int = 0) -> _Strategy:
        """As :meth:`of`; ``whole`` is how many levels have all their properties."""
        key = (pointers, whole)
        if pointers in above or len(above) > _DEEPEST:  # what contains itself ends here
            return self._ended(pointers)
        if key not in self._made:
            self._made[key] = self._build(pointers, (*above, pointers), whole)
        return self._made[key]

    def _ended(self, pointers: tuple[str, ...]) -> _Strategy:
        parts = tuple(p for p in conjuncts(self._document, pointers) if isinstance(p.schema, dict))
        kinds = kinds_of(parts)
        if "null" in kinds:
            return st.none()
        if "array" in kinds and not held(parts, "minItems"):
            return st.just([])
        raise NoValueError(pointers[0])

    def _build(self, pointers: tuple[str, ...], above: tuple[Any, ...], whole: int) -> _Strategy:
        parts = conjuncts(self._document, pointers)
        if any(part.schema is False for part in parts):
            raise NoValueError(pointers[0])
        parts = tuple(part for part in parts if isinstance(part.schema, dict))
        for part in parts:
            for keyword in ("anyOf", "oneOf"):
                branches = [join(part.pointer, keyword, index) for index in range(len(part.schema.get(keyword, ())))]
                if branches and not any(branch in pointers for branch in branches):
                    below = [partial(self._make, (*pointers, branch), above, whole) for branch in branches]
                    return self._any(pointers[0], below)
        listed = [part.schema.get("enum", [part.schema.get("const")]) for part in parts
                  if "enum" in part.schema or "const" in part.schema]  # fmt: skip
        if listed:
            shared = [item for item in listed[0] if all(item in others for others in listed[1:])]
            if not shared:
                raise NoValueError(pointers[0])
            return st.sampled_from(shared)
        if not parts:
            return atoms.json_values(self._kind)
        order = [kind for kind in _ORDER if kind in kinds_of(parts)]
        if whole and order == ["null", "object"]:
            made = _ORDER["object"](self, parts, above, whole)
            return st.sampled_from([st.none(), *[made] * 7]).flatmap(_itself)
        return self._any(pointers[0], [partial(_ORDER[kind], self, parts, above, whole) for kind in order])

    def _any(self, pointer: str, ways: Sequence[Callable[[], _Strategy]]) -> _Strategy:
        """Whatever one of ``ways`` gives, the first of them simplest; those that give nothing are left out."""
        found = []
        for way in ways:
            try:
                found.append(way())
            except NoValueError:
                continue
        if not found:
            raise NoValueError(pointer)
        return st.one_of(found)

    def null(self, parts: _Parts, above: tuple[Any, ...], whole: int) -> _Strategy:
        return st.none()

    def boolean(self, parts: _Parts, above: tuple[Any, ...], whole: int) -> _Strategy:
        return st.booleans()

    def integer(self, parts: _Parts, above: tuple[Any, ...], whole: int) -> _Strategy:
        least, most = integer_bounds(parts)
        nothing = tuple(held(parts, "x-null-id"))
        steps = [int(one) for one in held(parts, "multipleOf") if one == int(one)]
        if steps:
            step = math.lcm(*steps)
            return st.integers(-(-least // step), most // step).map(lambda times: times * step)
        banned = nothing if self._bans("null-id") else ()
        return atoms.integers(least, most, banned, 1 if nothing else 0)

    def number(self, parts: _Parts, above: tuple[Any, ...], whole: int) -> _Strategy:
        ways: list[_Strategy] = []
        try:
            ways.append(self.integer(parts, above, whole))
        except NoValueError:  # no whole number stands between the bounds
            if held(parts, "multipleOf"):
                raise
        if not held(parts, "multipleOf"):
            least = max(held(parts, "minimum") + held(parts, "exclusiveMinimum"), default=-1e9)
            most = min(held(parts, "maximum") + held(parts, "exclusiveMaximum"), default=1e9)
            shares = (0.5, 0.25, 0.75, 1 / 3)
            ways.append(st.sampled_from([float(least + (most - least) * share) for share in shares]))
        return st.one_of(ways)

    def string(self, parts: _Parts, above: tuple[Any, ...], whole: int) -> _Strategy:
        least, most = max(held(parts, "minLength"), default=0), min(held(parts, "maxLength"), default=None)
        banned = held(parts, "x-null-id") if self._bans("null-id") else []
        formed = [form for part in parts if (form := self._formed(part)) is not None]
        if formed:
            made = formed[0]
            if len(formed) == 1 and not (least or most is not None or banned or held(parts, "pattern")):
                return made
            return made.filter(lambda text: all(fits(part, text) for part in parts) and text not in banned)
        if not held(parts, "pattern"):
            made = atoms.texts(least, most, self._kind)
            return made.filter(lambda text: text not in banned) if banned else made
        known = [*examples_in(parts), *PLAIN_TEXTS, *TEXTS]
        top = math.inf if most is None else most
        fitting = [
            text for text in known
            if least <= len(text) <= top and text not in banned and all(fits(part, text) for part in parts)
        ]  # fmt: skip
        return st.sampled_from(fitting) if fitting else self._matching(parts, least, top)

    def _matching(self, parts: _Parts, least: int, top: float) -> _Strategy:
        """Texts drawn from the pattern itself, where it means the same in Python."""
        pattern = compile_pattern(held(parts, "pattern")[0])
        made = st.from_regex(pattern)
        return made.filter(lambda text: least <= len(text) <= top and all(fits(part, text) for part in parts))

    def _formed(self, part: Conjunct) -> _Strategy | None:
        """Texts in the form that ``part`` asks for; None where it asks for none."""
        schema = part.schema
        if "x-date-time" in schema:
            rules = schema["x-date-time"]
            bare = rules["offset"] == "optional" and not self._bans("missing-offset")
            return atoms.date_times(rules["fractionDigits"], bare)
        if "x-flags" in schema:
            names = list(schema["x-flags"])
            joined = st.lists(st.sampled_from(names), min_size=2, max_size=4, unique=True).map(", ".join)
            return st.one_of(st.sampled_from(names), joined)
        if "x-language" in schema:
            return st.sampled_from(schema["x-language"]["codes"])
        match schema.get("format"):
            case "date":
                return st.sampled_from(DAYS)
            case "date-time":
                return atoms.date_times(9, bare=False)
            case str(name) if name in FORMATTED:
                return st.sampled_from(FORMATTED[name])
        return None

    def array(self, parts: _Parts, above: tuple[Any, ...], whole: int) -> _Strategy:
        least, most = max(held(parts, "minItems"), default=0), min(held(parts, "maxItems"), default=None)
        items = tuple(join(part.pointer, "items") for part in parts if "items" in part.schema)
        fixed = [join(p.pointer, "prefixItems", i) for p in parts for i in range(len(p.schema.get("prefixItems", ())))]
        top = least + 3 if most is None else most
        if fixed:
            count = max(least, min(top, len(fixed)))
            ways = [self._make((fixed[i],) if i < len(fixed) else items, above) for i in range(count)]
            return st.tuples(*ways).map(list)
        try:
            item = self._make(items, above)
        except NoValueError:
            if least:
                raise
            return st.just([])
        unique = repr if any(held(parts, "uniqueItems")) else None
        return st.lists(item, min_size=least, max_size=top, unique_by=unique)

    def object(self, parts: _Parts, above: tuple[Any, ...], whole: int) -> _Strategy:
        outermost = len(above) == 1
        return self._plan(parts, above, max(0, whole - 1)).strategy(
            without_owned=self._bans("read-only"),
            whole=whole > 0,
            grows=outermost and not self._bans("unknown-property"),
            most_chosen=_CHOSEN if outermost else _CHOSEN_BELOW,
        )

    def _plan(self, parts: _Parts, above: tuple[Any, ...], whole: int) -> Plan:
        return Plan(self._document, parts, lambda below: self._make(below, above, whole), self._kind)


def _itself(strategy: _Strategy) -> _Strategy:
    return strategy


_ORDER: Final[dict[str, Callable[[Values, _Parts, tuple[Any, ...], int], _Strategy]]] = {
    "null": Values.null,
    "boolean": Values.boolean,
    "integer": Values.integer,
    "number": Values.number,
    "string": Values.string,
    "array": Values.array,
    "object": Values.object,
}
"""How values of each type are drawn, the simplest type first."""
