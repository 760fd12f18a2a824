"""Texts that were found good: header fields and lists repeat from message to message, and need one look."""

from typing import Final

from relation_spec.limits import MAX_CACHED_TEXTS

__all__ = ["Memo"]

_LONGEST: Final = 500


class Memo:
    """A bounded set of short texts; never given a credential."""

    __slots__ = ("_texts",)

    def __init__(self) -> None:
        self._texts: set[str] = set()

    def holds(self, text: str) -> bool:
        """Whether ``text`` was found good before."""
        return text in self._texts

    def add(self, text: str) -> None:
        """Remember ``text``, while there is room."""
        if len(text) <= _LONGEST and len(self._texts) < MAX_CACHED_TEXTS:
            self._texts.add(text)
