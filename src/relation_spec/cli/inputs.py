"""Files to bodies: opened, unpacked and split, in bounded memory, with a plain reason where that fails.

In: the name of a file, or ``-`` for standard input. Out: its whole body, or its lines a batch at a time.
"""

import os
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any, Final

from relation_spec.limits import MAX_BODY_BYTES

__all__ = ["STDIN", "UnreadableError", "batches", "chunks", "is_bulk", "is_packed", "part", "read"]

STDIN: Final = "-"
_BULK: Final = (".ndjson", ".jsonl")
_PACKED: Final = b"\x1f\x8b"  # RFC 1952 section 2.3.1; no JSON text starts like this
_CHUNK: Final = 64 * 1024  # fits the processor's cache, and makes the cost of a read vanish
_TAIL: Final = 8 * 1024  # how much is read at a time to find where the last line of a part ends


class UnreadableError(Exception):
    """An input cannot be read; the text says why."""


def is_bulk(name: str) -> bool:
    """Whether a file of this name holds one JSON text a line."""
    return name.lower().removesuffix(".gz").endswith(_BULK)


def is_packed(name: str) -> bool:
    """Whether a file of this name is gzipped."""
    return name.lower().endswith(".gz")


def _open(name: str) -> IO[bytes]:
    if name == STDIN:
        if sys.stdin is None:
            raise UnreadableError("standard input is closed")
        return sys.stdin.buffer
    if os.path.isdir(name):
        raise UnreadableError("it is a directory")
    stream: IO[bytes] = open(name, "rb")  # noqa: SIM115 - closed by the caller
    return stream


def _unpacked(stream: Any, name: str) -> Any:
    piped = name == STDIN
    if not (hasattr(stream, "peek") and stream.peek(2).startswith(_PACKED) if piped else is_packed(name)):
        return stream
    import gzip

    return gzip.GzipFile(fileobj=stream)


def chunks(name: str, progress: Callable[[int], None] | None = None) -> Iterator[bytes]:
    """The bytes of a file, unpacked, as they come; ``progress`` is told how many of the packed ones were taken.

    Raises:
        UnreadableError: with the reason, after what could be read.
    """
    stream = None
    try:
        stream = _open(name)
        source = _unpacked(stream, name)
        # one read at a time: what comes before a fault is not lost, and what comes slowly is not waited for
        while chunk := source.read1(_CHUNK):
            yield chunk
            if progress is not None:
                progress(stream.tell())
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableError(_reason(error)) from None
    finally:
        if stream is not None and name != STDIN:
            stream.close()


def part(name: str, begin: int, end: int | None) -> Iterator[bytes]:
    """The bytes of the lines in a plain file that begin at ``begin`` or later, but before ``end``.

    Raises:
        UnreadableError: with the reason, after what could be read.
    """
    try:
        with open(name, "rb", buffering=0) as stream:
            at = stream.seek(max(begin - 1, 0))
            within = begin == 0
            while chunk := stream.read(_CHUNK if end is None else min(_CHUNK, max(end - at, _TAIL))):
                # a line begins after a line break, so what stands before the first is of the part before
                first = 0 if within else chunk.find(b"\n") + 1
                last = 0 if end is None else chunk.find(b"\n", max(end - 1 - at, 0)) + 1
                within = within or (first > 0 and (end is None or at + first < end))
                if within and (held := chunk[first : last or None]):
                    yield held
                at += len(chunk)
                if last or (end is not None and not within and at >= end):
                    return
    except OSError as error:
        raise UnreadableError(_reason(error)) from None


def read(name: str) -> bytes:
    """The whole body in a file; one byte past the limit at most, by which it is known to be too large.

    Raises:
        UnreadableError: with the reason.
    """
    parts, length = [], 0
    for chunk in chunks(name):
        parts.append(chunk)
        length += len(chunk)
        if length > MAX_BODY_BYTES:
            break
    return b"".join(parts)[: MAX_BODY_BYTES + 1]


def batches(source: Iterable[bytes]) -> Iterator[list[bytes]]:
    r"""The lines in ``source``, whole and without their ``\n``, as many at a time as come together.

    Of a line that is too large one byte past the limit is kept, and the rest skipped.
    """
    parts: list[bytes] = []
    length = 0
    for chunk in source:
        lines = chunk.split(b"\n")
        if len(lines) == 1:
            if length <= MAX_BODY_BYTES:
                parts.append(chunk)
                length += len(chunk)
            continue
        if parts:
            lines[0] = b"".join([*parts, lines[0]])[: MAX_BODY_BYTES + 1]
        rest = lines.pop()
        parts = [rest] if rest else []
        length = len(rest)
        yield lines
    if parts:
        yield [b"".join(parts)[: MAX_BODY_BYTES + 1]]


def _reason(error: Exception) -> str:
    if isinstance(error, EOFError):
        return "the gzip data ends too soon"
    if isinstance(error, zlib.error):
        return f"the gzip data is damaged ({error})"
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
