"""What reading a body gives: its value, what is wrong with the text itself, and where everything stands in it."""

from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

__all__ = ["MOST_NOTES", "UNREADABLE", "Note", "Offsets", "Place", "Reading"]

Place = tuple[str | int, ...]
"""The names and indices from the root to a value."""

Offsets = dict[Place, tuple[int, int]]
"""For each place the offsets, in characters, of its name and of its value."""

UNREADABLE: Final = object()
"""Stands for the value of a text that has none."""

MOST_NOTES: Final = 1_000
"""Notes kept of one text and code: many warnings must not hide an error, and longer lists help nobody."""


class Note(NamedTuple):
    """Something that reading itself finds: a code, what is wrong, what to do, the place, and the offset in the text."""

    code: str
    reason: str
    hint: str | None
    place: Place
    offset: int


class Reading(NamedTuple):
    """A text that was read.

    Attributes:
        value: the value that the same message has in JSON, or :data:`UNREADABLE`.
        notes: what is wrong with the text itself, at most :data:`MOST_NOTES`.
        text: the text, for lines and columns; a call, since a valid body never needs it.
        locate: finds places in the text.
    """

    value: Any
    notes: list[Note]
    text: Callable[[], str]
    locate: Callable[[Iterable[Place]], Offsets]
