"""What a row of the matrix is: a program of others, what it was given, and what came of it."""

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from subprocess import SubprocessError
from typing import Final, NamedTuple

from tools.consumers.workshop import Refusal, Workshop, shortened

__all__ = [
    "BEGIN",
    "END",
    "Known",
    "Outcome",
    "Row",
    "exit_status",
    "names_in",
    "outcome_of",
    "selected",
    "table",
    "write",
]

BEGIN: Final = "<!-- made by `python -m tools.consumers.run --write`; do not edit below -->"
END: Final = "<!-- until here -->"
_HEAD: Final = "| row | program | what was run | what came of it |\n|---|---|---|---|"


class Known(NamedTuple):
    """A fault of a program's own.

    Attributes:
        words: what is said where it shows; any other failure is not this one.
        case: the smallest case, for a reader of the page.
    """

    words: str
    case: str


class Row(NamedTuple):
    """A program, and how it is tried.

    Attributes:
        name: what the row is called by, on the page and on the command line.
        program: the name of the program, as its registry has it.
        run: runs it in the workshop and returns the decisive figure; raises a ``Refusal`` where the program does not
            take what it is given.
        theirs: where it is known to fail by a fault of its own, that fault.
    """

    name: str
    program: str
    run: Callable[[Workshop], str]
    theirs: Known | None = None


class Outcome(NamedTuple):
    """What came of a row: whether it passed, in one line why, the program's version, and the commands."""

    row: Row
    passed: bool
    said: str
    version: str = ""
    commands: tuple[str, ...] = ()

    @property
    def bad(self) -> bool:
        """Whether this must be looked into: it failed and nobody knows why, or what is listed as theirs passes now."""
        known = self.row.theirs
        return known is not None if self.passed else known is None or known.words not in self.said

    def line(self) -> str:
        """The row as the table has it."""
        verdict = "passes" if self.passed else "FAILS" if self.bad else "fails, by a fault of its own"
        commands = "<br>".join(f"`{_cell(command)}`" for command in self.commands)
        program = f"{self.row.program} {self.version}".strip()
        return f"| {self.row.name} | {program} | {commands} | {verdict}: {_cell(self.said)} |"


def outcome_of(row: Row, workshop: Workshop) -> Outcome:
    """Run a row."""
    workshop.commands.clear()
    try:
        passed, said = True, row.run(workshop)
    except Refusal as refusal:
        passed, said = False, shortened(str(refusal))
    # what a program wrote is not what it should be, or it never ended: the other rows are run all the same
    except (LookupError, OSError, RuntimeError, SubprocessError, TypeError, ValueError) as error:
        passed, said = False, f"{type(error).__name__}: {shortened(str(error))}"
    return Outcome(row, passed, said, workshop.version(row.program), tuple(workshop.commands))


def selected(rows: Sequence[Row], names: Iterable[str]) -> list[Row]:
    """The rows of these names, or all where none is named.

    Raises:
        LookupError: where there is no such row.
    """
    wanted = set(names)
    if unknown := sorted(wanted - {row.name for row in rows}):
        raise LookupError(f"no such row: {', '.join(unknown)}; there are {', '.join(row.name for row in rows)}")
    return [row for row in rows if not wanted or row.name in wanted]


def exit_status(outcomes: Iterable[Outcome]) -> int:
    """1 where a row must be looked into, else 0."""
    return int(any(outcome.bad for outcome in outcomes))


def table(lines: Iterable[str], rows: Sequence[Row]) -> str:
    """The whole table, and below it the smallest case of each fault of theirs."""
    cases = [f"- **{row.name}**: {row.theirs.case}" for row in rows if row.theirs]
    below = ["", "## Their faults, with the smallest case", "", *(cases or ["None."])]
    return "\n".join([_HEAD, *lines, *below])


def write(page: Path, outcomes: Sequence[Outcome], rows: Sequence[Row]) -> None:
    """Put what came out into the page between its marks; lines of rows that were not run stay."""
    head, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    held, _, tail = rest.partition(END)
    lines = {_name(line): line for line in held.splitlines() if _name(line)}
    lines |= {outcome.row.name: outcome.line() for outcome in outcomes}
    ordered = [lines[row.name] for row in rows if row.name in lines]
    page.write_text(f"{head}{BEGIN}\n\n{table(ordered, rows)}\n\n{END}{tail}", encoding="utf-8")


def names_in(page: Path) -> list[str]:
    """The names of the rows that the table of a page has."""
    text = page.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    return [name for name in map(_name, text.splitlines()) if name]


def _name(line: str) -> str:
    found = re.match(r"\| ([a-z][^|]*?) \|", line)
    return found[1] if found and found[1] != "row" else ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
