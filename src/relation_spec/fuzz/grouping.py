"""Grouping: which failures have one cause, and which of them tells it best.

In: what was found, by check, place and cause, with the cases in which it was seen. Out: groups, each with the failure
that leads it. What is wrong in one answer is wrong in comparisons with others too; a media type that is never answered
cannot be liked better; one rule that is not looked at shows at every place where it holds.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

from relation_spec.fuzz.model import Case, Failure, Key

__all__ = ["Seen", "grouped"]

_LAYERS: Final = {
    "schema": 0, "isolation": 1, "references": 2, "update": 2, "clock": 2, "echo": 3, "nulls": 3, "read-back": 4,
    "parity": 5, "determinism": 5, "controls": 5, "select": 6,
}  # fmt: skip
"""Checks of values: what one finds at a property explains what those below it find there."""
_ANSWERS: Final = frozenset({"schema", "content-type", "errors"})
_NEGOTIATION: Final = ("accepted", "content-type", "refused")
_LAST: Final = 99
_CHANGING: Final = re.compile(r"[\d\"'`].*?[\s\"'`]|\d+")
_LONGEST: Final = 80


@dataclass
class Seen:
    """A failure, the first case that showed it, and where it was seen since."""

    case: Case
    failure: Failure
    number: int
    times: int = 0
    cases: set[int] = field(default_factory=set)
    at: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)

    def add(self, failure: Failure, number: int) -> None:
        """Note that it was seen once more."""
        self.times += 1
        self.cases.add(number)
        if failure.at.startswith("/"):
            self.at.add(failure.at.split("/")[1])
        if failure.words:
            self.words.add(_CHANGING.sub("", failure.words)[:_LONGEST])


def grouped(found: Mapping[Key, Seen]) -> list[list[Key]]:
    """The keys of what has one cause, the one that tells it best first; groups in the order in which they were seen."""
    groups = [[key] for key in found]
    for are_one in (_alike, _about_negotiation, _explained):
        groups = _merged(groups, found, are_one)
    ordered = [sorted(group, key=lambda key: _rank(found[key])) for group in groups]
    return sorted(ordered, key=lambda group: min(found[key].number for key in group))


def _rank(seen: Seen) -> tuple[int, int, int]:
    """What comes first tells best: the deeper layer, then what valid requests show, then what was seen earlier."""
    check = seen.failure.check
    layer = _NEGOTIATION.index(check) if check in _NEGOTIATION else _LAYERS.get(check, _LAST)
    valid = 0 if seen.case.expect == "accepted" else 1
    return layer, valid, seen.number


_Test = Callable[[Collection[Seen], Collection[Seen]], bool]


def _merged(groups: list[list[Key]], found: Mapping[Key, Seen], are_one: _Test) -> list[list[Key]]:
    """Groups of which ``are_one`` says so become one, until there are none any more."""
    merging = True
    while merging:
        merging = False
        for one, other in combinations(groups, 2):
            if are_one([found[key] for key in one], [found[key] for key in other]):
                groups = [group for group in groups if group is not one and group is not other] + [[*one, *other]]
                merging = True
                break
    return groups


def _alike(one: Collection[Seen], other: Collection[Seen]) -> bool:
    """One check that finds the same at one place, in one case, about one part of requests, or in the same words."""
    return any(_are_alike(a, b) for a in one for b in other)


def _are_alike(a: Seen, b: Seen) -> bool:
    first, second = a.failure, b.failure
    if {first.check, second.check} <= _ANSWERS and first.check != second.check:  # one writer writes both
        return (first.place, first.cause) == (second.place, second.cause) or bool(a.words & b.words)
    if first.check != second.check:
        return False
    if first.check == "server-error":
        return bool(a.words & b.words) and first.cause.partition(",")[0] == second.cause.partition(",")[0]
    if first.check == "authentication" and a.case.auth != "none":
        return (first.place, a.case.auth) == (second.place, b.case.auth)
    if first.check == "errors":
        return bool(a.cases & b.cases)
    if first.check in _LAYERS and a.at & b.at:
        return True
    if first.cause != second.cause:
        return False
    if first.check == "refused":
        return bool({*a.case.breach.split()} & {*b.case.breach.split()} - {"body"})
    if first.check not in _ANSWERS and a.words & b.words:
        return True
    return first.check in _LAYERS and bool(a.cases & b.cases)


def _about_negotiation(one: Collection[Seen], other: Collection[Seen]) -> bool:
    return all(map(_negotiates, (*one, *other)))


def _negotiates(seen: Seen) -> bool:
    """Whether it is about which media type is answered (RFC 9110 section 12.5.1)."""
    failure = seen.failure
    if failure.check == "accepted":
        return failure.cause == "406"
    asks = "header.Accept" in seen.case.breach.split()
    return failure.check == "content-type" or (failure.check == "refused" and asks)


def _explained(one: Collection[Seen], other: Collection[Seen]) -> bool:
    """Whether all places of the one are wrong in a deeper layer too, which the other tells."""
    return _explains(one, other) or _explains(other, one)


def _explains(cause: Collection[Seen], effect: Collection[Seen]) -> bool:
    cause = [seen for seen in cause if seen.failure.check in _LAYERS]
    if not cause or not all(seen.failure.check in _LAYERS for seen in effect):
        return False
    shown = _places(effect)
    return bool(shown) and shown <= _places(cause) and _layer(cause) < _layer(effect)


def _places(group: Iterable[Seen]) -> set[str]:
    return {place for seen in group for place in seen.at}


def _layer(group: Iterable[Seen]) -> int:
    return min(_LAYERS[seen.failure.check] for seen in group)
