"""Hypothesis strategies for objects: which properties are there, in the order of the contract, and what else may be.

In: the schemas of an object, and strategies for what is in it. Out: a strategy for the object. Optional properties are
drawn as a list of names, so that shrinking takes them out one by one, to none.
"""

from collections.abc import Callable
from operator import itemgetter
from typing import Any

from hypothesis import strategies as st

from relation_spec.contract import Document
from relation_spec.contract.pointer import join
from relation_spec.messages.decoding import Kind
from relation_spec.schema.conjuncts import Conjunct, conjuncts
from relation_spec.strategies import atoms
from relation_spec.strategies.values import NoValueError, held, is_name, may_grow

__all__ = ["Plan"]

_Strategy = st.SearchStrategy[Any]


class Plan:
    """What an object may hold.

    Args:
        document: the contract.
        parts: the schemas that all hold for the object.
        make: gives the strategy for the schemas at pointers, or raises :class:`NoValueError`.
        kind: the media types that must be able to carry the object.
    """

    def __init__(
        self,
        document: Document,
        parts: tuple[Conjunct, ...],
        make: Callable[[tuple[str, ...]], _Strategy],
        kind: Kind | None,
    ) -> None:
        self._document, self._parts, self._make, self._kind = document, parts, make, kind
        named: dict[str, list[str]] = {}
        for part in reversed(parts):  # what is referred to comes first, in its order
            for name in part.schema.get("properties", ()):
                named.setdefault(name, []).append(join(part.pointer, "properties", name))
        self._named = {name: tuple(pointers) for name, pointers in named.items()}
        self._required = {name for part in parts for name in part.schema.get("required", ())}
        maps = [part for part in parts if isinstance(part.schema.get("additionalProperties"), dict)]
        self._entries = tuple(join(part.pointer, "additionalProperties") for part in maps)

    def strategy(self, *, without_owned: bool, whole: bool, grows: bool, most_chosen: int) -> _Strategy:
        """The strategy for such objects.

        Args:
            without_owned: nothing is there that only the server sets.
            whole: nearly everything else is.
            grows: something may be there that the contract does not know.
            most_chosen: how many of the optional properties are usually there at most.

        Raises:
            NoValueError: where something must be there for which nothing can be drawn.
        """
        fields, optional = self._fields(without_owned)
        entry = self._entry()
        least = max(held(self._parts, "minProperties"), default=0)
        most = min(held(self._parts, "maxProperties"), default=len(fields) + 3)
        room = max(0, most - len(self._required))
        some = _some({name: fields[name] for name in optional}, min(room, most_chosen))
        more = self._more(entry, least, most)
        later = atoms.json_values(self._kind) if grows and may_grow(self._parts) and not self._entries else None
        needs = [need for part in self._parts for need in part.schema.get("dependentRequired", {}).items()]

        required = [name for name in fields if name not in optional]

        @st.composite
        def drawn(draw: st.DrawFn) -> dict[str, Any]:
            if whole:  # each can be taken out, so that shrinking goes as far as from the usual draws
                result = {n: draw(held) for n, held in fields.items() if n in required or draw(_NEARLY_ALWAYS)}
            else:
                result = {name: draw(fields[name]) for name in required}
                if some is not None and (chosen := dict(draw(some))):
                    result = {name: (result if name in result else chosen)[name] for name in fields
                              if name in result or name in chosen}  # fmt: skip
            if more is not None:
                for name in draw(more):
                    result[name] = draw(entry)  # type: ignore[arg-type]
            if later is not None and draw(_RARELY):
                result["later addition"] = draw(later)
            return self._completed(draw, result, fields, needs, least)

        return drawn()

    def _fields(self, without_owned: bool) -> tuple[dict[str, _Strategy], tuple[str, ...]]:
        """The strategies by name, in the contract's order, and the names that may be left out."""
        fields: dict[str, _Strategy] = {}
        for name, pointers in self._named.items():
            if name in self._required:
                fields[name] = self._make(pointers)
            elif not (without_owned and self._is_owned(pointers)):
                try:
                    fields[name] = self._make(pointers)
                except NoValueError:
                    continue
        for name in sorted(self._required - self._named.keys()):
            fields[name] = self._make(self._entries) if self._entries else atoms.json_values(self._kind)
        return fields, tuple(name for name in fields if name not in self._required)

    def _is_owned(self, pointers: tuple[str, ...]) -> bool:
        parts = conjuncts(self._document, pointers)
        return any(isinstance(part.schema, dict) and part.schema.get("readOnly") for part in parts)

    def _entry(self) -> _Strategy | None:
        try:
            return self._make(self._entries) if self._entries else None
        except NoValueError:
            return None

    def _more(self, entry: _Strategy | None, least: int, most: int) -> _Strategy | None:
        """Names of entries of a map."""
        room = most - len(self._required)
        if entry is None or room <= 0:
            return None
        names = atoms.names(self._kind)
        if self._named or held(self._parts, "propertyNames"):
            names = names.filter(lambda name: name not in self._named and is_name(self._document, self._parts, name))
        return st.lists(names, min_size=max(0, least - len(self._named)), max_size=min(2, room), unique=True)

    def _completed(
        self, draw: st.DrawFn, result: dict[str, Any], fields: dict[str, _Strategy], needs: list[Any], least: int
    ) -> dict[str, Any]:
        """``result`` with what its properties need beside them, and with as many as there must be."""
        changed = bool(needs)
        while changed:
            changed = False
            for name, others in needs:
                for other in others if name in result else ():
                    if other not in result:
                        result[other] = draw(fields[other]) if other in fields else None
                        changed = True
        for name in fields if len(result) < least else ():
            if name not in result and len(result) < least:
                result[name] = draw(fields[name])
        return result


def _some(fields: dict[str, _Strategy], most: int) -> st.SearchStrategy[list[tuple[str, Any]]] | None:
    """Some of ``fields``, none of them first; a name and its value are drawn together, so that both go together."""
    if not fields or not most:
        return None
    names = st.sampled_from(tuple(fields))

    @st.composite
    def field(draw: st.DrawFn) -> tuple[str, Any]:
        name = draw(names)
        return name, draw(fields[name])

    return st.lists(field(), unique_by=itemgetter(0), max_size=min(most, len(fields)))


_RARELY = st.sampled_from([False] * 15 + [True])  # what shrinks has nothing that need not be
_NEARLY_ALWAYS = st.integers(0, 99).map(bool)
