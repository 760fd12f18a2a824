"""Many payloads in one file, one a line: judged in a stream, with a progress bar for people.

The loop is the hot path of the command: lines come in batches, and a whole batch is judged without any work per line
but the judging itself. Only lines that fail are looked at again.
"""

import os
import sys
from collections.abc import Callable, Iterator
from typing import Any, Self

import click

from relation_spec.cli.inputs import STDIN, UnreadableError, batches, chunks
from relation_spec.cli.reporters import Outcome, Reporter
from relation_spec.findings import Report

__all__ = ["judge"]


def judge(
    file: str,
    content_type: str,
    validate: Callable[[Any], Report],
    is_valid: Callable[[Any], bool] | None,
    reporter: Reporter,
    show_warnings: bool,
) -> bool:
    """Judge every line of ``file`` that is not blank and tell ``reporter``; the answer is whether all are valid.

    Without ``is_valid`` every line is validated in full, for its warnings.

    Raises:
        UnreadableError: after the lines that could be read were judged.
    """
    number = blank = invalid = 0
    reporter.begin_bulk(file)
    with _Progress(file) as progress:
        try:
            for lines in batches(chunks(file, progress.update if progress.shown else None)):
                empty = lines.count(b"") + lines.count(b"\r")
                if is_valid is None:
                    verdicts = [False] * len(lines)
                elif empty:
                    verdicts = [line not in (b"", b"\r") and is_valid(line) for line in lines]
                else:
                    verdicts = list(map(is_valid, lines))
                for at, body in _doubtful(lines, verdicts, number + 1) if False in verdicts else ():
                    if not body:
                        blank += 1
                        continue
                    report = validate(body)
                    if report.findings:
                        invalid += not report.valid
                        progress.clear()
                        reporter.add(Outcome(file, at, report, body, content_type, show_warnings))
                number += len(lines)
        except UnreadableError as error:
            reporter.unreadable(file, str(error))
            raise
        finally:
            reporter.end_bulk(file, number - blank, invalid)
    return not invalid


def _doubtful(lines: list[bytes], verdicts: list[bool], first: int) -> Iterator[tuple[int, bytes]]:
    """Number and text of each line that is not known to be valid; the text of a blank one is empty."""
    for number, (line, valid) in enumerate(zip(lines, verdicts, strict=True), first):
        if not valid:
            yield number, b"" if line.isspace() else line.rstrip(b"\r")


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
