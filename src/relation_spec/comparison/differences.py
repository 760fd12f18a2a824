"""One difference between two schemas, before anybody asked whom it concerns; and what a walk over both must offer."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from relation_spec.comparison.changes import Change, Direction, Place, Verdict, verdict_of
from relation_spec.comparison.facets import Told
from relation_spec.comparison.views import View
from relation_spec.contract import Document, Side

__all__ = ["Difference", "Walk", "change_of", "told"]


@dataclass(frozen=True)
class Difference:
    """What became of one rule.

    Attributes:
        keyword: the keyword or field.
        direction: how the allowed messages change.
        what: in plain words.
        send: what to do for who sends such messages, or "".
        read: what to do for who reads them, or "".
        steps: where, from the place at which the comparison started.
        old: pointers of the rule in the old document.
        new: pointers in the new one.
        verdict: the verdict where the direction does not give it.
        prose: whether only words for people changed.
    """

    keyword: str
    direction: Direction
    what: str
    send: str = ""
    read: str = ""
    steps: tuple[str, ...] = ()
    old: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    verdict: Verdict | None = None
    prose: bool = False


class Walk(Protocol):
    """A comparison on its way through two schemas."""

    side: Side
    old: Document
    new: Document

    def below(self, old: tuple[str, ...], new: tuple[str, ...], *steps: str) -> Iterator[Difference]:
        """The differences between the schemas at these pointers, which hold ``steps`` further down in messages."""

    def same(self, old: tuple[str, ...], new: tuple[str, ...]) -> bool:
        """Whether both allow the same values, as far as can be told."""

    def direction(self, old: tuple[str, ...], new: tuple[str, ...]) -> Direction:
        """How the values change that are allowed."""


def told(said: Told, keyword: str, old: View, new: View, *keywords: str) -> Difference:
    """A difference from what a facet tells, with the places of ``keywords`` (or of ``keyword`` alone)."""
    named = keywords or (keyword,)
    return Difference(keyword, said.direction, said.what, said.send, said.read, (), old.at(*named), new.at(*named))


def change_of(difference: Difference, side: Side, where: str, scope: str = "") -> Change:
    """The difference as a change for one side, at a place of its messages."""
    verdict = difference.verdict or verdict_of(side, difference.direction)
    send, read = difference.send, difference.read
    todo = ""
    if verdict == "breaking":
        todo = send if side == "request" else read
    elif verdict != "harmless":
        todo = read or send
    place = Place(where, difference.steps, scope)
    return Change(
        side,
        verdict,
        difference.keyword,
        difference.what,
        todo,
        (place,),
        difference.old,
        difference.new,
        difference.prose,
    )
