"""A copy of a body that streams by, up to a limit: chunks in, bytes out, or why there are none."""

from typing import Final

__all__ = ["Copy"]

_EMPTY: Final = b""


class Copy:
    """A bounded copy of one body.

    Args:
        limit: a body of more bytes is counted, not kept.
        expected: how many bytes the message announces, or None where it does not.

    Attributes:
        size: how many bytes were seen.
        ended: whether the end was seen, however many bytes came.
    """

    __slots__ = ("_chunks", "_expected", "_limit", "ended", "size")

    def __init__(self, limit: int, expected: int | None = None) -> None:
        self._limit, self._expected = limit, expected
        self._chunks: list[bytes] = []
        self.size = 0
        self.ended = expected == 0

    def add(self, chunk: bytes | bytearray | memoryview) -> None:
        """Keep ``chunk``, which may change afterwards."""
        if chunk:
            self.size += len(chunk)
            if self.over:
                self._chunks.clear()
            else:
                self._chunks.append(bytes(chunk))

    def wanted(self, most: int) -> int:
        """How many bytes to read next, ``most`` or fewer: to the announced end, or to one past the limit."""
        end = self._limit + 1 if self._expected is None else self._expected
        return min(most, end - self.size)

    def restart(self) -> None:
        """Forget what came: it was never sent."""
        self._chunks.clear()
        self.size = 0

    @property
    def unbounded(self) -> bool:
        """Whether the message does not say how long the body is."""
        return self._expected is None

    @property
    def over(self) -> bool:
        """Whether the body is longer than the limit, as far as it is known."""
        return self.size > self._limit or (self._expected is not None and self._expected > self._limit)

    @property
    def whole(self) -> bool:
        """Whether all of the body was seen."""
        return self.ended or (self._expected is not None and self.size >= self._expected)

    @property
    def body(self) -> bytes | None:
        """The bytes, or None where not all of them are here."""
        return _EMPTY.join(self._chunks) if self.whole and not self.over else None

    @property
    def is_empty(self) -> bool:
        """Whether there is no body, as far as anybody can tell."""
        return not (self.size or self._expected)
