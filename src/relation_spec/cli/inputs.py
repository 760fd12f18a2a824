"""Files to bodies: opened, unpacked and split, in bounded memory, with a plain reason where that fails."""

import os
import sys
import zlib
from collections.abc import Callable, Iterator
from typing import IO, Any, Final

from relation_spec.limits import MAX_BODY_BYTES

__all__ = ["STDIN", "UnreadableError", "is_bulk", "read", "records"]

STDIN: Final = "-"
_BULK: Final = (".ndjson", ".jsonl")


class UnreadableError(Exception):
    """An input cannot be read; the text says why."""


def is_bulk(name: str) -> bool:
    """Whether a file of this name holds one JSON text a line."""
    return name.removesuffix(".gz").endswith(_BULK)


def _open(name: str) -> IO[bytes]:
    if name == STDIN:
        return sys.stdin.buffer
    if os.path.isdir(name):
        raise UnreadableError("it is a directory")
    stream: IO[bytes] = open(name, "rb")  # noqa: SIM115 - closed by the caller
    return stream


def _unpacked(stream: IO[bytes], name: str) -> Any:
    if not name.endswith(".gz"):
        return stream
    import gzip

    return gzip.GzipFile(fileobj=stream)


def read(name: str) -> bytes:
    """The whole body in a file, or at standard input; one byte past the limit at most.

    Raises:
        UnreadableError: with the reason.
    """
    try:
        with _open(name) as stream:
            body: bytes = _unpacked(stream, name).read(MAX_BODY_BYTES + 1)
            return body
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableError(_reason(error)) from None


def records(name: str, progress: Callable[[int], None] | None = None) -> Iterator[tuple[int, bytes]]:
    """The lines of a file of JSON texts as ``(line number, line)``, blank ones left out.

    ``progress`` is told now and then how many bytes of the file were taken.

    Raises:
        UnreadableError: with the reason, after the lines that could be read.
    """
    try:
        with _open(name) as stream:
            source = _unpacked(stream, name)
            number, told = 0, 0
            while line := source.readline(MAX_BODY_BYTES + 2):
                number += 1
                if not line.isspace():
                    yield number, line
                if len(line) > MAX_BODY_BYTES:
                    _skip_line(source, line)
                if progress is not None and not number % 4096:
                    progress(stream.tell() - told)
                    told = stream.tell()
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableError(_reason(error)) from None


def _skip_line(source: Any, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = source.readline(1 << 20)


def _reason(error: Exception) -> str:
    if isinstance(error, EOFError):
        return "the gzip data ends too soon"
    if isinstance(error, zlib.error):
        return f"the gzip data is damaged ({error})"
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
