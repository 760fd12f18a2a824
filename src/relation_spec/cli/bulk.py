"""Many payloads in one file, one a line: judged in a stream, with a progress bar for people.

The loop is the hot path of the command: lines come in batches, and a whole batch is accepted in one call, without any
work per line. Only lines that are not accepted are looked at one by one. Several processes go through a
large file, and this one words what they find.
"""

import os
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from functools import partial
from typing import Any, Final, Self

import click

from relation_spec.cli import processes
from relation_spec.cli.inputs import STDIN, UnreadableError, batches, chunks
from relation_spec.cli.processes import Sifted
from relation_spec.cli.reporters import Outcome, Reporter
from relation_spec.findings import Report
from relation_spec.schema.accept import Acceptor

__all__ = ["judge"]

_PIECE: Final = 12  # lines around one that is not accepted: few to go through alone, and many to accept in one call

_SPACE: Final = b" \t\r"  # what may stand around a JSON text (RFC 8259 section 2) in a line


def judge(
    file: str,
    content_type: str,
    validate: Callable[[Any], Report],
    accept: Acceptor | None,
    reporter: Reporter,
    show_warnings: bool,
) -> bool:
    """Judge every line of ``file`` that is not blank and tell ``reporter``; the answer is whether all are valid.

    What ``accept`` says yes to is not looked at again; without it every line is validated in full.

    Raises:
        UnreadableError: after the lines that could be read were judged.
    """
    number = blank = invalid = 0
    reporter.begin_bulk(file)
    with _Progress(file) as progress, closing(_sifted(file, accept, progress)) as sifted:
        try:
            for count, doubtful in sifted:
                for at, line in doubtful:
                    body = line.rstrip(b"\r")
                    if not body or body.isspace():
                        blank += 1
                        continue
                    report = validate(body)
                    if not report.valid or (show_warnings and report.findings):
                        invalid += not report.valid
                        progress.clear()
                        reporter.add(Outcome(file, number + at, report, body, content_type, show_warnings))
                number += count
        except UnreadableError as error:
            reporter.unreadable(file, str(error))
            raise
        finally:
            reporter.end_bulk(file, number - blank, invalid)
    return not invalid


def _sifted(file: str, accept: Acceptor | None, progress: "_Progress") -> Generator[Sifted, None, None]:
    told = progress.update if progress.shown else None
    crew = processes.worthwhile(file) if accept else 0
    if crew:
        return processes.shared(file, partial(_sift, accept=accept), crew, told)
    return _sift(chunks(file, told), accept)


def _sift(source: Iterable[bytes], accept: Acceptor | None) -> Generator[Sifted, None, None]:
    for lines in batches(source):
        yield len(lines), _doubtful(lines, accept)


def _doubtful(lines: list[bytes], accept: Acceptor | None) -> Iterator[tuple[int, bytes]]:
    """The lines that are not known to be valid, each with its number in ``lines``, from 1."""
    if accept is None:
        yield from enumerate(lines, 1)
    elif not accept.lines(lines):
        for first in range(0, len(lines), _PIECE):
            piece = lines[first : first + _PIECE]
            if not accept.lines(piece):
                for number, line in enumerate(piece, first + 1):
                    if not accept.lines([line.strip(_SPACE)]):
                        yield number, line


class _Progress:
    """A progress bar on standard error by the file's size; nothing where that is no terminal."""

    def __init__(self, file: str) -> None:
        self._bar: Any = None
        self._told = 0
        terminal = sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        if terminal and file != STDIN and os.path.isfile(file):
            size = os.path.getsize(file)
            label = os.path.basename(file)
            self._bar = click.progressbar(
                length=size, label=label, file=sys.stderr, update_min_steps=size // 200 + 1, width=30
            )
            self._shared = sys.stdout is not None and sys.stdout.isatty()

    @property
    def shown(self) -> bool:
        """Whether anybody sees it."""
        return self._bar is not None

    def update(self, taken: int) -> None:
        """So many bytes of the file were taken."""
        self._bar.update(taken - self._told)
        self._told = taken

    def clear(self) -> None:
        """Make room for a finding on the same terminal."""
        if self._bar is not None and self._shared:
            click.echo("\r\033[K", err=True, nl=False)

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.__enter__()
        return self

    def __exit__(self, *failure: object) -> None:
        if self._bar is not None:
            self._bar.__exit__(*failure)
