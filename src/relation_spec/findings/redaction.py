"""Credentials of a message are kept out of everything that is said of it.

A :class:`Redaction` knows the secrets of one message. Whatever a finding would show goes through it first: a value that
holds a secret, or is part of one, is replaced before any words are made of it, so that shortening cannot leave a half.
"""

from collections.abc import Iterable
from typing import Any, Final

__all__ = ["Hidden", "Redaction"]

_SHORTEST: Final = 4  # hiding shorter texts would blot out common letters, and tells nobody anything
_SHORTEST_PART: Final = 8


class Hidden(str):
    """Stands for a text that must not be shown; as long as it, and of stars."""

    __slots__ = ()


class Redaction:
    """What must not be shown of one message.

    Args:
        secrets: the credentials, in every form in which they stand in the message.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = sorted({text for text in secrets if len(text) >= _SHORTEST}, key=len, reverse=True)

    def hide(self, value: Any) -> Any:
        """``value``, or a :class:`Hidden` text where it is a text that gives a secret away."""
        if isinstance(value, str) and not isinstance(value, Hidden) and self._tells(value):
            return Hidden("*" * len(value))
        return value

    def _tells(self, text: str) -> bool:
        return any(secret in text or (len(text) >= _SHORTEST_PART and text in secret) for secret in self._secrets)

    def cover(self, text: str) -> str:
        """``text`` with every secret in it replaced."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text

    def words(self, words: tuple[str, str | None]) -> tuple[str, str | None]:
        """A message and a hint, both covered."""
        message, hint = words
        return self.cover(message), hint and self.cover(hint)

    def pointer(self, pointer: str) -> str:
        """``pointer``, or the nearest one above it that names no secret."""
        tokens = pointer.split("/")
        for count, token in enumerate(tokens):
            if self._tells(token.replace("~1", "/").replace("~0", "~")):
                return "/".join(tokens[:count])
        return pointer
