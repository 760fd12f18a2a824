"""What a comparison of two contracts comes to: changes, each with a verdict for one side, its places and its lines.

A request is judged as its writer sees it: what was taken yesterday must be taken tomorrow, so a narrower rule breaks. A
response is judged as its reader sees it: what may come tomorrow must have been possible yesterday, so a wider rule
breaks.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Flag
from typing import Final, Literal, NamedTuple

from relation_spec.contract import Side
from relation_spec.contract.pointer import split

__all__ = [
    "ANY",
    "SIDES",
    "VERDICTS",
    "Change",
    "Direction",
    "Place",
    "Verdict",
    "Witness",
    "by_gravity",
    "merged",
    "verdict_of",
]

Verdict = Literal["breaking", "unsorted", "notable", "harmless"]
"""``breaking``: a message that was good is so no longer. ``unsorted``: this package cannot tell. ``notable``: every
message is still good, but means or brings something else. ``harmless``: nobody has to do anything."""

VERDICTS: Final[tuple[Verdict, ...]] = ("breaking", "unsorted", "notable", "harmless")
SIDES: Final[tuple[Side, ...]] = ("request", "response")

ANY: Final = "*"
"""A step that stands for every item of an array, or every entry of a map."""


class Direction(Flag):
    """How the messages that a rule allows change: some are allowed no longer, some are allowed newly, both, neither."""

    SAME = 0
    NARROWER = 1
    WIDER = 2
    BOTH = 3

    def flipped(self) -> "Direction":
        """The direction of what rules out (``not``) what changes in this direction."""
        turned = {Direction.NARROWER: Direction.WIDER, Direction.WIDER: Direction.NARROWER}
        return turned.get(self, self)


_BREAKS: Final = {"request": Direction.NARROWER, "response": Direction.WIDER}


def verdict_of(side: Side, direction: Direction) -> Verdict:
    """The verdict on a change of what a rule allows."""
    return "breaking" if direction & _BREAKS[side] else "harmless"


class Place(NamedTuple):
    """A place in messages: ``where`` as findings name it, the steps into the body, and in what it stands alone.

    ``scope`` is the status of a response, a media type, or both; "" where there is only one.
    """

    where: str
    steps: tuple[str, ...] = ()
    scope: str = ""

    def __str__(self) -> str:
        path = "".join(f"/{step}" for step in self.steps)
        return " ".join(filter(None, (self.scope, self.where, path)))

    def holds(self, where: str, pointer: str, *, below: bool) -> bool:
        """Whether a finding at ``where`` and ``pointer`` is at this place, or with ``below`` inside of it."""
        tokens = split(pointer)
        if where != self.where or len(tokens) < len(self.steps) or (len(tokens) > len(self.steps) and not below):
            return False
        return all(step in (ANY, token) for step, token in zip(self.steps, tokens, strict=False))


class Witness(NamedTuple):
    """A generated message that shows a breaking change: its text, and what the stricter contract says of it."""

    message: str
    finding: str


_WHOLE: Final = frozenset({"xml", "x-null", "x-names", "encoding"})  # what they do shows anywhere in a body
_DEEP: Final = frozenset({
    "false", "properties", "patternProperties", "additionalProperties", "unevaluatedProperties", "x-closed",
    "propertyNames", "anyOf", "oneOf", "not", "if", "dependentSchemas", "prefixItems", "unevaluatedItems", "contains",
})  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One change, seen from one side.

    Attributes:
        side: whose messages it concerns.
        verdict: what it does to them.
        keyword: the field of OpenAPI, keyword of JSON Schema or extension that changed.
        what: what changed, in plain words.
        todo: what to do, or "".
        places: where in messages.
        old: pointers of the rule in the old contract, the most telling first; none where it is new.
        new: the same in the new contract; none where it is gone.
        prose: whether only words for people changed.
        witness: a message that shows it, where one was found.
    """

    side: Side
    verdict: Verdict
    keyword: str
    what: str
    todo: str = ""
    places: tuple[Place, ...] = ()
    old: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    prose: bool = False
    witness: Witness | None = None

    def explains(self, code: str, where: str, pointer: str, rule: str) -> bool:
        """Whether this change accounts for a finding of the stricter contract: by its code, its place or its rule.

        Only what somebody was told to look at does: a breaking change, or a parameter that counts newly.
        """
        if self.verdict != "breaking" and (self.verdict, self.keyword) != ("notable", "parameters"):
            return False
        if self.keyword == "x-severity":
            return any(place.where == code for place in self.places)
        if self.keyword in _WHOLE and where == "body":
            return True
        if self.keyword == "parameters" and any(place.where.partition(".")[0] == where for place in self.places):
            return True  # a query parameter that is not known is told of the whole query
        refuser = self.new if self.side == "request" else self.old
        return any(place.holds(where, pointer, below=self.keyword in _DEEP) for place in self.places) or any(
            rule == held or rule.startswith(f"{held}/") for held in refuser if held
        )


def merged(changes: Iterable[Change]) -> list[Change]:
    """Each change once, with all of its places; the gravest first, requests before responses."""
    found: dict[tuple[object, ...], Change] = {}
    for one in changes:
        key = (one.side, one.verdict, one.keyword, one.what, one.old, one.new)
        held = found.get(key)
        places = dict.fromkeys((*held.places, *one.places)) if held else dict.fromkeys(one.places)
        found[key] = replace(held or one, places=tuple(places))
    return by_gravity(found.values())


def by_gravity(changes: Iterable[Change]) -> list[Change]:
    """The gravest changes first, those of requests before those of responses."""
    return sorted(changes, key=lambda one: (VERDICTS.index(one.verdict), SIDES.index(one.side)))
