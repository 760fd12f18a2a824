"""The properties of an object in two contracts: added, gone, described in another way, and the names beyond them."""

from collections.abc import Iterator
from typing import Final

from relation_spec.comparison.changes import ANY, Direction
from relation_spec.comparison.differences import Difference, Walk
from relation_spec.comparison.facets import shown
from relation_spec.comparison.views import Entry, View
from relation_spec.contract.pointer import join

__all__ = ["objects"]

_CLOSERS: Final = ("additionalProperties", "unevaluatedProperties", "x-closed")


def objects(walk: Walk, old: View, new: View) -> Iterator[Difference]:
    """Every difference between the properties that two objects may have."""
    for name in {**old.names, **new.names}:
        before, after = old.entry(name), new.entry(name)
        if name in old.names and name in new.names:
            if "error" not in (before.closed, after.closed):
                yield from walk.below(before.pointers, after.pointers, name)
            yield from _closing(before, after, f"the property {shown(name)}", (name,))
        elif name in old.names:
            yield from _gone(walk, name, old, (before, after))
        else:
            yield from _come(walk, name, new, (before, after))
    if old.patterns == new.patterns:
        for pattern in sorted(old.patterns):
            at = [tuple(join(place, pattern) for place in view.at("patternProperties")) for view in (old, new)]
            if all(place in view_at for view_at in at for place in view_at):
                yield from walk.below(_held(old, at[0]), _held(new, at[1]), ANY)
    else:
        what = "the patterns of property names changed, and with them what holds for each name"
        places = (old.at("patternProperties"), new.at("patternProperties"))
        yield Difference("patternProperties", Direction.BOTH, what, "Compare them.", "Compare them.", (ANY,), *places)
    before, after = old.entry(None), new.entry(None)
    yield from walk.below(before.pointers, after.pointers, ANY)
    yield from _closing(before, after, "a property that is not described", (ANY,))


def _held(view: View, pointers: tuple[str, ...]) -> tuple[str, ...]:
    """Those of ``pointers`` that lead somewhere."""
    found = []
    for pointer in pointers:
        try:
            view.document.get(pointer)
        except KeyError:
            continue
        found.append(pointer)
    return tuple(found)


def _closing(before: Entry, after: Entry, noun: str, steps: tuple[str, ...]) -> Iterator[Difference]:
    """Whether names are known that were not, or the other way round, by other rules than before."""
    if before.closed == after.closed or _kinds(before) == _kinds(after):
        return  # where the same rules hold, x-severity alone makes the difference, which is told once
    places = (before.closers, after.closers)
    keyword = (after.closers or before.closers)[0].rpartition("/")[2]
    keyword = keyword if keyword in _CLOSERS else "properties"
    if after.closed == "error":
        yield Difference(
            keyword,
            Direction.NARROWER,
            f"{noun} is refused now",
            "Send described properties alone.",
            "",
            steps,
            *places,
        )
    elif before.closed == "error":
        todo = "Be ready for properties that the contract does not describe."
        yield Difference(keyword, Direction.WIDER, f"{noun} is allowed now", "", todo, steps, *places)
    else:
        what = f"{noun} {'gives a warning now' if after.closed == 'warning' else 'gives no warning any more'}"
        yield Difference(keyword, Direction.SAME, what, "", "", steps, *places, "notable")


def _kinds(entry: Entry) -> set[str]:
    return {pointer.rpartition("/")[2] for pointer in entry.closers}


def _gone(walk: Walk, name: str, old: View, entries: tuple[Entry, Entry]) -> Iterator[Difference]:
    before, after = entries
    places = (old.own(name), after.closers)
    what, send = f"the property {shown(name)} is described no longer", f"Stop sending {shown(name)}."
    read = f"Stop reading {shown(name)}: it may be absent, or anything."
    if walk.side == "response":
        yield Difference("properties", Direction.BOTH, what, send, read, (name,), *places)
    elif after.closed == "error":
        yield Difference("properties", Direction.NARROWER, f"{what}, and refused", send, read, (name,), *places)
    else:
        how = "taken with a warning" if after.closed == "warning" else "taken as anything else"
        yield Difference("properties", Direction.SAME, f"{what}; it is {how}", send, read, (name,), *places, "notable")
    if after.closed != "error" and after.pointers:
        yield from walk.below(before.pointers, after.pointers, name)


def _come(walk: Walk, name: str, new: View, entries: tuple[Entry, Entry]) -> Iterator[Difference]:
    before, after = entries
    places = (before.closers, new.own(name))
    what = f"the property {shown(name)} is new"
    read = f"Be ready for {shown(name)}; your reader refuses names that it does not know."
    if before.closed == "error":
        yield Difference("properties", Direction.WIDER, what, "", read, (name,), *places)
        return
    yield Difference("properties", Direction.SAME, what, "", "", (name,), *places, "notable")
    if before.pointers:  # what entries of a map may be
        yield from walk.below(before.pointers, after.pointers, name)
    elif walk.side == "request" and (what_is_ruled_out := walk.direction((), after.pointers)):
        what = f"under the name {shown(name)} anything could be sent, and must keep to its schema now"
        send = f"Send {shown(name)} as it is described, or leave it out."
        yield Difference("properties", what_is_ruled_out, what, send, "", (name,), *places)
