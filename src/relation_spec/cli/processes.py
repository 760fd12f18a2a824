"""A large file of lines gone through by several processes: each takes its share of the parts, and tells what it found.

They are forks of this one, which has all they need. The answers come in the order of the file. A process that ends
before its time is not missed: this one does the rest of its share.
"""

import marshal
import os
import sys
from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from typing import IO, Final

from relation_spec.cli.inputs import STDIN, is_packed, part

__all__ = ["Sifted", "shared", "worthwhile"]

Sifted = tuple[int, Iterable[tuple[int, bytes]]]
"""A number of lines, and those of them that have to be looked at, each with its number among them, from 1."""

_Sift = Callable[[Iterable[bytes]], Iterable[Sifted]]

_PART: Final = 1024 * 1024
_LEAST: Final = 8 * _PART  # a smaller file is done before further processes could help
_MOST: Final = 4  # more of them only wait for the one that words what they find


def worthwhile(file: str) -> int:
    """How many processes should share ``file``: none if it is small, packed or a stream, or where there is no fork."""
    if sys.platform != "linux" or file == STDIN or is_packed(file):
        return 0
    cores = len(os.sched_getaffinity(0))
    return min(cores, _MOST) if cores > 1 and os.path.isfile(file) and os.path.getsize(file) >= _LEAST else 0


def shared(
    file: str, sift: _Sift, crew: int, progress: Callable[[int], None] | None = None
) -> Generator[Sifted, None, None]:
    """What ``sift`` says of all lines of ``file``, in order, said by ``crew`` processes.

    Raises:
        UnreadableError: with the reason, after what could be read.
    """
    size = os.path.getsize(file)
    parts = [(begin, begin + _PART) for begin in range(0, size - _PART, _PART)]
    ends: list[tuple[int, int | None]] = [*parts, (len(parts) * _PART, None)]  # the file may have grown meanwhile
    members: dict[int, tuple[int, IO[bytes]]] = {}
    try:
        for first in range(crew):
            with suppress(OSError):  # where there is no room for one more process, its share is done here
                members[first] = _member(file, ends[first::crew], sift, [answers for _, answers in members.values()])
        for number, (begin, end) in enumerate(ends):
            member = members.get(number % crew)
            answer = _answer(member[1]) if member else None
            yield from sift(part(file, begin, end)) if answer is None else answer
            if progress is not None:
                progress(end or size)
    finally:
        for process, answers in members.values():
            answers.close()  # which ends a process that is still at work
            with suppress(ChildProcessError):
                os.waitpid(process, 0)


def _answer(answers: IO[bytes]) -> list[Sifted] | None:
    """The next answer of a process, or None when it has ended."""
    try:
        answer: list[Sifted] = marshal.load(answers)  # noqa: S302 - from our own process
    except (EOFError, ValueError, TypeError):
        return None
    return answer


def _member(
    file: str, parts: Iterable[tuple[int, int | None]], sift: _Sift, others: Iterable[IO[bytes]]
) -> tuple[int, IO[bytes]]:
    """Start a process that goes through ``parts``; the answer is its id, and where its answers come from."""
    source, sink = os.pipe()
    process = os.fork()
    if process:
        os.close(sink)
        return process, open(source, "rb")
    try:
        os.close(source)
        for answers in others:
            answers.close()  # when the one that reads all answers ends, so shall this one
        with open(sink, "wb") as out:
            for begin, end in parts:
                sifted = [(count, list(doubtful)) for count, doubtful in sift(part(file, begin, end))]
                marshal.dump(sifted, out)
                out.flush()
    finally:
        os._exit(0)  # whatever happened: what is missing is done by the one that waits
