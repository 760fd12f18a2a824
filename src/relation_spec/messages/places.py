"""Pointers to lines and columns of one body's text, worked out when the first is asked for."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from relation_spec.media.reading import Offsets, Place

__all__ = ["Places", "Position", "nowhere"]

Position = Callable[[str, str], tuple[int | None, int | None]]
"""From a finding's pointer and code to its line and column, from 1, or to nothing."""

# these findings are about a property's name, the others about its value
_ABOUT_NAMES: Final = frozenset({"unknown-property", "property-name", "read-only"})


def nowhere(pointer: str, code: str) -> tuple[int | None, int | None]:
    """The position of what stands in no text."""
    return None, None


class Places:
    """Positions in one text, looked up together when the first is asked for.

    Args:
        text: gives the text.
        locate: gives the offsets of places in it.

    Attributes:
        paths: the places by pointer; whoever notes a finding adds its own.
    """

    def __init__(self, text: Callable[[], str], locate: Callable[[Iterable[Place]], Offsets]) -> None:
        self._text, self._locate = text, locate
        self.paths: dict[str, Place] = {}
        self._offsets: Offsets | None = None
        self._lines: Any = None

    def position(self, pointer: str, code: str) -> tuple[int | None, int | None]:
        """The line and column of the name or value at ``pointer``, or of the nearest place above it."""
        if self._offsets is None:
            self._offsets = self._locate(self.paths.values())
        place = self.paths.get(pointer, ())
        offsets = self._offsets.get(place)
        while offsets is None and place:
            place = place[:-1]
            offsets = self._offsets.get(place)
        if offsets is None:
            return None, None
        return self._line_column(offsets[code not in _ABOUT_NAMES])

    def at(self, offset: int) -> Position:
        """The position of an offset that is known already."""
        return lambda pointer, code: self._line_column(offset)

    def _line_column(self, offset: int) -> tuple[int, int]:
        from relation_spec.media.json_text import Lines

        if self._lines is None:
            self._lines = Lines(self._text())
        found: tuple[int, int] = self._lines.line_column(offset)
        return found
