"""Edits: changes to a value at named places, which can be made in any value of the same shape.

In: a value, the edits, and containers for places on the way that the value lacks. Out: a new value, which shares with
the old one what was not changed.
"""

from typing import Any, Final, NamedTuple

__all__ = ["GONE", "Edit", "Place", "edited"]

Place = tuple[str | int, ...]
"""Where something stands in a value: names of properties and indexes of items, from the outside in."""

GONE: Final[Any] = object()
"""In place of a new value: the property is to be taken out."""


class Edit(NamedTuple):
    """Put ``value`` at ``place``, or take out what stands there; with ``gap`` only where nothing does."""

    place: Place
    value: Any
    gap: bool = False


def edited(value: Any, edits: tuple[Edit, ...], containers: tuple[Any, ...]) -> Any:
    """``value`` after ``edits``, one after the other.

    Args:
        value: a JSON value, which is not changed.
        edits: what to do.
        containers: by depth, what is put on the way where the value has no container; places of all edits share them.
    """
    for place, new, gap in edits:
        if not (gap and _is_there(value, place)):
            value = _put(value, place, new, containers)
    return value


def _is_there(value: Any, place: Place) -> bool:
    for token in place:
        if not isinstance(value, dict) or token not in value:
            return False
        value = value[token]
    return True


def _put(held: Any, place: Place, new: Any, containers: tuple[Any, ...]) -> Any:
    if not place:
        return new
    token, rest = place[0], place[1:]
    if isinstance(token, int):
        items = list(held if isinstance(held, list) else containers[0] or ())
        inner = items[token] if token < len(items) else None
        items[token:] = [_put(inner, rest, new, containers[1:]), *items[token + 1 :]]
        return items
    fields = dict(held if isinstance(held, dict) else containers[0] or {})
    if new is GONE and not rest:
        fields.pop(token, None)
    else:
        fields[token] = _put(fields.get(token), rest, new, containers[1:])
    return fields
