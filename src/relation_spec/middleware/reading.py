"""The input of a WSGI request: copied while the application reads it, or read before and given again."""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

from relation_spec.middleware.copying import Copy

__all__ = ["CopiedInput", "read_ahead"]

_PIECE = 65_536


class CopiedInput:
    """A ``wsgi.input`` that copies what is read from it. What it does not know, it leaves to the input itself."""

    def __init__(self, stream: Any, copy: Copy) -> None:
        self._stream, self._copy = stream, copy

    def _seen(self, data: bytes, *, ended: bool) -> bytes:
        self._copy.add(data)
        if ended:
            self._copy.ended = True
        return data

    def read(self, *size: int | None) -> bytes:
        """As the input's own."""
        data = self._stream.read(*size)
        unbounded = not size or size[0] is None or size[0] < 0
        return self._seen(data, ended=unbounded or (not data and size[0] != 0))

    def readline(self, *size: int | None) -> bytes:
        """As the input's own."""
        data = self._stream.readline(*size)
        return self._seen(data, ended=not data and size[:1] != (0,))

    def readlines(self, *hint: int | None) -> list[bytes]:
        """As the input's own."""
        lines: list[bytes] = self._stream.readlines(*hint)
        for line in lines:
            self._copy.add(line)
        if not hint or not lines:
            self._copy.ended = True
        return lines

    def __iter__(self) -> Iterator[bytes]:
        for line in self._stream:
            yield self._seen(line, ended=False)
        self._copy.ended = True

    def __getattr__(self, name: str) -> Any:
        held = getattr(self._stream, name)
        if name in ("readinto", "readinto1"):
            return self._into(held)
        return self._once(held) if name == "read1" else held

    def _into(self, readinto: Callable[[Any], int | None]) -> Callable[[Any], int | None]:
        def copied(buffer: Any) -> int | None:
            count = readinto(buffer)
            if count is not None:
                self._seen(bytes(memoryview(buffer).cast("B")[:count]), ended=not count and len(buffer) > 0)
            return count

        return copied

    def _once(self, read1: Callable[..., bytes]) -> Callable[..., bytes]:
        def copied(*size: int) -> bytes:
            data = read1(*size)
            return self._seen(data, ended=not data and size[:1] != (0,))

        return copied


class _Resumed:
    """What was read already, and then the rest of the input."""

    def __init__(self, head: bytes, rest: Any) -> None:
        self._head, self._rest = BytesIO(head), rest

    def read(self, size: int | None = -1) -> bytes:
        if size is None or size < 0:
            data: bytes = self._head.read() + self._rest.read()
            return data
        data = self._head.read(size)
        return data + self._rest.read(size - len(data)) if len(data) < size else data

    def readline(self, size: int | None = -1) -> bytes:
        limit = -1 if size is None else size
        line: bytes = self._head.readline(limit)
        if line.endswith(b"\n") or len(line) == limit:
            return line
        line += self._rest.readline() if limit < 0 else self._rest.readline(limit - len(line))
        return line

    def readlines(self, hint: int | None = -1) -> list[bytes]:
        lines: list[bytes] = []
        size = 0
        for line in self:
            lines.append(line)
            size += len(line)
            if hint is not None and 0 < hint <= size:
                break
        return lines

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")


def read_ahead(stream: Any, copy: Copy) -> Any:
    """Read a request's body into ``copy``, up to its limit; an input that gives it again, and then what follows."""
    if copy.whole or copy.over:
        return stream
    pieces: list[bytes] = []
    while not copy.whole and not copy.over:
        try:
            piece = stream.read(copy.wanted(_PIECE))
        except OSError:
            break  # the client has gone; the application meets that where it reads on
        if not piece:
            copy.ended = copy.unbounded
            break
        pieces.append(piece)
        copy.add(piece)
    head = b"".join(pieces)
    return BytesIO(head) if copy.whole and not copy.over else _Resumed(head, stream)
