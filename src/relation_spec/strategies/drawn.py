"""Hypothesis as the one who chooses: see :mod:`relation_spec.strategies.choosing`.

In: a contract. Out: a :class:`Drawn` for each draw, and the strategies for values, each made once.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final, TypeVar

from hypothesis import strategies as st

from relation_spec.contract import Side
from relation_spec.contract.checks import schemas
from relation_spec.messages import Contract
from relation_spec.messages.decoding import Kind, kind_of
from relation_spec.strategies.atoms import indexes
from relation_spec.strategies.from_schema import Values
from relation_spec.strategies.making import making
from relation_spec.strategies.referring import referred

__all__ = ["Drawn", "kind_named", "prepare", "values"]

T = TypeVar("T")

# what no value can be built from; values are drawn as far as the rest says, and judged
_SEARCHED: Final = frozenset({
    "not", "if", "oneOf", "contains", "dependentSchemas", "patternProperties", "unevaluatedItems", "propertyNames",
})  # fmt: skip


@lru_cache(maxsize=256)
def kind_named(content_type: str) -> Kind | None:
    """How the body of a Content-Type is written, or None where this package does not read it."""
    return kind_of(content_type.partition(";")[0])


@lru_cache(maxsize=64)
def values(contract: Contract, side: Side, kind: Kind | None, clean: bool) -> Callable[[str], st.SearchStrategy[Any]]:
    """Gives the strategy for the values of a schema."""
    made_by = Values(contract.document, side, kind, clean=clean)
    searched = any(isinstance(s, dict) and _SEARCHED & s.keys() for _, s in schemas(contract.document.get("")))
    made: dict[str, st.SearchStrategy[Any]] = {}

    def of(pointer: str) -> st.SearchStrategy[Any]:
        if pointer in made:
            return made[pointer]
        schema = referred(contract.document, pointer)
        if schema not in made:
            drawn = made_by.of((schema,))
            made[schema] = drawn.filter(_judge(contract, side, schema, clean)) if searched else drawn
        return made.setdefault(pointer, made[schema])

    return of


def _judge(contract: Contract, side: Side, schema: str, clean: bool) -> Callable[[Any], bool]:
    from relation_spec.messages.bodies import Engines
    from relation_spec.schema.faults import Faults

    check = Engines(contract.document, side).explain.check(schema)

    def is_good(value: Any) -> bool:
        out = Faults(1)
        check(value, None, None, out)
        return not (out.error_count or (clean and out.warning_count))

    return is_good


class Drawn:
    """Chooses by Hypothesis."""

    __slots__ = ("_clean", "_contract", "_draw")

    def __init__(self, draw: st.DrawFn, contract: Contract, clean: bool) -> None:
        self._draw, self._contract, self._clean = draw, contract, clean

    def pick(self, options: Sequence[T]) -> T:
        count = len(options)
        return options[0] if count == 1 else options[self._draw(indexes(count))]

    def value(self, side: Side, schema: str, content_type: str) -> Any:
        return self._draw(values(self._contract, side, kind_named(content_type), self._clean)(schema))


def prepare(
    contract: Contract,
    side: Side,
    operation: str | None,
    content_type: str | None,
    status: int | None,
    *,
    clean: bool = True,
    broken: bool = False,
) -> None:
    """Make the strategies for values, and what can be ``broken`` in them, beforehand: Hypothesis takes what is made in
    the first draw for slow drawing.
    """
    maker = making(contract, operation)
    if side == "request":
        bodies = [maker.operation.request]
    else:
        bodies = [maker.responses.body(one) for one in ([status] if status else maker.responses.statuses)]
    for media in (media for body in bodies if body is not None for media in body.content.values()):
        kind = kind_named(media.name)
        if media.schema is None or kind is None or (content_type is not None and kind_named(content_type) != kind):
            continue
        values(contract, side, kind, clean)(media.schema)
        if broken:
            maker.breaches(side, media).prepare()
