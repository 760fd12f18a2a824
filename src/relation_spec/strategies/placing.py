"""Hypothesis strategies for objects in which every place gets its turn: a small object, and values put in at places
chosen evenly, however deep they lie.

In: a strategy for small objects, the spots, and strategies for their values. Out: a strategy for objects. Values on the
edges of their rules are ready made, so that one choice tells the place and the value; each can be taken out alone.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from hypothesis import strategies as st

from relation_spec.strategies.atoms import EVEN_FROM
from relation_spec.strategies.edits import Edit, Place, edited
from relation_spec.strategies.spots import Spot
from relation_spec.strategies.values import NoValueError

__all__ = ["placed"]

_Strategy = st.SearchStrategy[Any]
_CHOSEN: Final = 12  # places in one object at most
_FEW: Final = 4  # where there are fewer edges, such as at free texts, any value is put in more often
_OFTEN, _AT_TOP = 2, 6  # so often; and more still where most programs look


class _Way(NamedTuple):
    """A place, what stands on the way, and the value to put in: ready made, or drawn."""

    place: Place
    containers: tuple[Any, ...]
    value: Any
    there: _Strategy | None


def placed(small: _Strategy, spots: tuple[Spot, ...], make: Callable[[tuple[str, ...]], _Strategy]) -> _Strategy:
    """Objects drawn by ``small``, with values at some of ``spots``.

    Args:
        small: gives objects with no more than they need.
        spots: the places, in the order of the contract, what is within an object before it.
        make: gives the strategy for all values of the schemas at pointers, or raises :class:`NoValueError`.
    """
    ways = [way for spot in spots for way in _ways(spot, make)]
    # the first is none, so that shrinking takes out one by one
    index = st.integers(EVEN_FROM, EVEN_FROM + len(ways))

    @st.composite
    def drawn(draw: st.DrawFn) -> Any:
        value = draw(small)
        chosen = {draw(index) - EVEN_FROM for _ in range(_CHOSEN)}
        for number in sorted(chosen - {0}):  # an object takes the place of what was put into it
            place, containers, new, there = ways[number - 1]
            value = edited(value, (Edit(place, new if there is None else draw(there)),), containers)
        return value

    return drawn()


def _ways(spot: Spot, make: Callable[[tuple[str, ...]], _Strategy]) -> Iterator[_Way]:
    """What may be put in at one place."""
    if spot.range is not None:
        small = [edge for edge in spot.edges if abs(edge) <= 1]
        ranges = [(edge, edge) for edge in small]
        # shrinking goes over from a large edge to the whole range, which comes just before it, with the same number
        for edge in [edge for edge in spot.edges if edge not in small]:
            ranges += [spot.range, (edge, edge)]
        for least, most in ranges if len(ranges) > len(small) else [*ranges, spot.range]:
            yield _Way(spot.place, spot.containers, None, st.integers(least, most))
        return
    yield from (_Way(spot.place, spot.containers, value, None) for value in spot.edges)
    try:
        there = make(spot.pointers)
    except NoValueError:
        return
    often = _AT_TOP if len(spot.place) == 1 else _OFTEN
    for _ in range(1 if spot.is_object or len(spot.edges) >= _FEW else often):
        yield _Way(spot.place, spot.containers, None, there)
