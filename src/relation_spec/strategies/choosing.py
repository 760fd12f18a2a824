"""Who chooses: whole messages are put together in one way, whether Hypothesis chooses or a seed.

A :class:`Chooser` picks from lists whose first item is the simplest, and makes values of a schema. :class:`Seeded` does
it by a seed, always alike: :class:`SteadyRandom` uses nothing of :mod:`random` but its bits, whose sequence Python
keeps.
"""

import random
from collections.abc import MutableSequence, Sequence
from typing import Any, Final, Protocol, TypeVar

from relation_spec.contract import Document, Side
from relation_spec.strategies.values import NoValueError, valid_value

__all__ = ["Chooser", "Seeded", "SteadyRandom"]

_MOST_TRIES: Final = 1000  # a media type may be unable to carry any value, such as null in XML

T = TypeVar("T")


class Chooser(Protocol):
    """Makes choices."""

    def pick(self, options: Sequence[T]) -> T:
        """One of ``options``, whose first is the simplest."""

    def value(self, side: Side, schema: str, content_type: str) -> Any:
        """A value of the schema at the pointer ``schema`` that bodies of ``content_type`` can carry."""


class SteadyRandom(random.Random):
    """A source of choices that are the same for the same seed on every Python and platform."""

    def below(self, count: int) -> int:
        """A number from 0, below ``count``."""
        return (self.getrandbits(64) * count) >> 64

    def random(self) -> float:
        return self.getrandbits(53) / 2.0**53

    def randrange(self, start: int, stop: int | None = None, step: int = 1) -> int:
        if stop is None:
            start, stop = 0, start
        return start + step * self.below(-(-(stop - start) // step))

    def randint(self, a: int, b: int) -> int:
        return a + self.below(b - a + 1)

    def choice(self, seq: Sequence[T]) -> T:  # type: ignore[override]
        return seq[self.below(len(seq))]

    def shuffle(self, x: MutableSequence[Any]) -> None:
        for last in range(len(x) - 1, 0, -1):
            other = self.below(last + 1)
            x[last], x[other] = x[other], x[last]

    def sample(self, population: Sequence[T], k: int, *, counts: Any = None) -> list[T]:
        rest = list(population)
        return [rest.pop(self.below(len(rest))) for _ in range(k)]


class Seeded:
    """Chooses by a seed.

    Args:
        document: the contract.
        source: where all choices come from.
        clean: values have no warning either.
        carries: tells whether bodies of a side and media type can carry a value.
    """

    def __init__(self, document: Document, source: SteadyRandom, *, clean: bool, carries: Any) -> None:
        self._document, self._source, self._clean, self._carries = document, source, clean, carries

    def pick(self, options: Sequence[T]) -> T:
        return self._source.choice(options)

    def value(self, side: Side, schema: str, content_type: str) -> Any:
        for _ in range(_MOST_TRIES):
            whole = self._source.below(8) == 0
            value = valid_value(self._document, side, schema, self._source, whole=whole, clean=self._clean)
            if self._carries(side, value, content_type):
                return value
        raise NoValueError(schema)
