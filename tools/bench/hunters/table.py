"""The table of what each tool found, and the page that shows it."""

import os
import platform
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from tools.bench.hunters.credit import Budget, Key, Run, found
from tools.bench.hunters.results import CLEAN, RATE, Results, Tool

__all__ = ["FASTER", "Asked", "Table", "write"]

FASTER: Final = 10.0
"""How many times as fast as another tool's random cases ours shall be."""

_BEGIN: Final = "<!-- made by `python -m tools.bench.hunters.run --write`; do not edit from here -->"
_END: Final = "<!-- to here -->"
_ABSENT: Final = "not measured"
_WHOLE: Final = Budget()
_SAID: Final = {True: "reached", False: "**missed**", None: "open, not all is measured"}


class Asked(NamedTuple):
    """What was asked for: both budgets, the first seed, how many seeds at the clean server, and rounds of speed."""

    requests: int
    seconds: float
    seed: int
    clean_seeds: int
    rounds: int


class Table:
    """What the results say of some defects. The first tool is ours."""

    def __init__(self, results: Results, tools: list[Tool], defects: list[str], asked: Asked) -> None:
        self._results, self._tools, self._defects, self._asked = results, tools, defects, asked
        self._clean = {tool.name: self._at(tool, CLEAN, asked.clean_seeds) for tool in tools}

    def _at(self, tool: Tool, defect: str, seeds: int = 1) -> list[Run]:
        return [run for seed in range(seeds) for run in self._results.runs(tool, defect, self._asked.seed + seed)]

    def finds(self, tool: Tool, defect: str, budget: Budget) -> set[Key]:
        """What credits a tool with a defect."""
        return found(self._at(tool, defect), self._clean[tool.name], budget)

    def _budgets(self) -> dict[str, Budget]:
        requests, seconds = Budget(requests=self._asked.requests), Budget(seconds=self._asked.seconds)
        return {f"{requests.requests} requests": requests, f"{seconds.seconds:g} s": seconds, "its whole run": _WHOLE}

    def caught(self, tool: Tool, budget: Budget) -> list[str]:
        """The defects that a tool found within a budget."""
        return [defect for defect in self._defects if self.finds(tool, defect, budget)]

    def _count(self, tool: Tool, budget: Budget) -> str:
        measured = sum(bool(self._at(tool, defect)) for defect in self._defects)
        short = "" if measured == len(self._defects) else f" (of {measured} measured)"
        return f"{len(self.caught(tool, budget))}{short}"

    def _cell(self, tool: Tool, defect: str, budget: Budget) -> str:
        if not self._at(tool, defect):
            return "?"
        return "yes" if self.finds(tool, defect, budget) else "-"

    def alone(self, one: Tool, other: Tool) -> list[str]:
        """The defects that one tool finds, in its whole run, and the other, which hunted for them too, does not."""
        missed = [defect for defect in self._defects if self._cell(other, defect, _WHOLE) == "-"]
        return [defect for defect in self.caught(one, _WHOLE) if defect in missed]

    def _false_alarms(self, tool: Tool) -> str:
        said = {entry.key for run in self._clean[tool.name] for entry in run.entries}
        times = sum(entry.times for run in self._clean[tool.name] for entry in run.entries)
        return f"{len(said)} (of {times} answers)" if said else "0"

    def _entries(self, tool: Tool) -> tuple[int, float]:
        """Entries over all defects, and those of the median found defect."""
        counts = [len(self.finds(tool, defect, _WHOLE)) for defect in self._defects]
        return sum(counts), median([count for count in counts if count] or [0])

    def _rates(self, tool: Tool) -> tuple[float, float]:
        """Random cases in a second of the wall, and in one of the processors; medians of rounds."""
        runs = [run for run in self._at(tool, RATE, self._asked.rounds) if run.fuzzed_seconds]
        if not runs:
            return 0.0, 0.0
        return (
            median(run.fuzzed_cases / run.fuzzed_seconds for run in runs),
            median(run.fuzzed_cases / run.fuzzed_processor for run in runs if run.fuzzed_processor),
        )

    def _whole(self, tool: Tool) -> str:
        runs = [run for defect in self._defects for run in self._at(tool, defect)]
        if not runs:
            return _ABSENT
        return f"{median(run.requests for run in runs):.0f} requests, {median(run.clock for run in runs):.1f} s"

    def _failed(self, tool: Tool) -> int:
        return sum(bool(run.trouble) for defect in [CLEAN, *self._defects] for run in self._at(tool, defect))

    def goals(self) -> list[tuple[str, bool | None]]:
        """What our fuzzer shall reach, and whether it does; None where that is not measured yet."""
        ours, *others = self._tools
        measured = all(self._at(tool, defect) for tool in self._tools for defect in [CLEAN, *self._defects])
        made: list[tuple[str, bool | None]] = []
        for name, budget in list(self._budgets().items())[:2]:
            counts = [len(self.caught(tool, budget)) for tool in self._tools]
            made.append((f"more found than any other, {name}", counts[0] > max(counts[1:]) if measured else None))
        alarms = any(run.entries for run in self._clean[ours.name])
        made.append(("no false alarm", not alarms if self._clean[ours.name] else None))
        for other in others:
            rate, theirs = self._rates(ours)[0], self._rates(other)[0]
            times = f" ({rate / theirs:.1f} times)" if theirs else ""
            goal = f"at least {FASTER:g} times the random cases a second of {other.name}{times}"
            made.append((goal, rate >= FASTER * theirs if rate and theirs else None))
        return made

    def met(self) -> bool:
        """Whether all goals are."""
        return all(reached for _, reached in self.goals())

    def summary(self) -> str:
        """The table of all tools, and the goals."""
        rows: dict[str, list[str]] = {}
        for name, budget in self._budgets().items():
            said = [self._count(tool, budget) for tool in self._tools]
            rows[f"found of {len(self._defects)}, {name}"] = said
        rows["median run: requests, seconds"] = [self._whole(tool) for tool in self._tools]
        rows["entries over all defects, whole runs"] = [str(self._entries(tool)[0]) for tool in self._tools]
        rows["entries for a found defect, median"] = [f"{self._entries(tool)[1]:g}" for tool in self._tools]
        rows[f"false alarms at the clean server, {self._asked.clean_seeds} seeds"] = [
            self._false_alarms(tool) for tool in self._tools
        ]
        rates = [self._rates(tool) for tool in self._tools]
        rows["random cases a second"] = [f"{rate[0]:.0f}" if rate[0] else _ABSENT for rate in rates]
        rows["random cases in a second of processor"] = [f"{rate[1]:.0f}" if rate[1] else _ABSENT for rate in rates]
        rows["runs that failed"] = [str(self._failed(tool)) for tool in self._tools]
        head = ["", *(f"{tool.name} {tool.version}" for tool in self._tools), "CATS"]
        lines = [_row(head), "|---|" + "--:|" * (len(head) - 1)]
        lines += [_row([what, *said, _ABSENT]) for what, said in rows.items()]
        goals = [f"- {goal}: {_SAID[reached]}" for goal, reached in self.goals()]
        return "\n".join([*lines, "", "Goals:", "", *goals])

    def each(self) -> str:
        """A row for each defect. Our runs end with the seconds, so they have no column for a whole run."""
        ours, *others = self._tools
        columns = [
            (tool, name, budget)
            for tool in self._tools
            for name, budget in self._budgets().items()
            if budget != _WHOLE or tool is not ours
        ]
        heads = [f"{tool.name}, {name}" for tool, name, _ in columns]
        checks = [f"checks of {other.name}" for other in others]
        lines = [_row(["defect", *heads, *checks]), "|---|" + ":-:|" * len(heads) + "---|" * len(checks)]
        for defect in self._defects:
            cells = [self._cell(tool, defect, budget) for tool, _, budget in columns]
            said = [sorted({check for check, _ in self.finds(tool, defect, _WHOLE)}) for tool in others]
            lines.append(_row([f"`{defect}`", *cells, *map(", ".join, said)]))
        return "\n".join(lines)

    def differences(self) -> str:
        """Who alone finds what."""
        ours, *others = self._tools
        told = {}
        for other in others:
            for one, two in ((other, ours), (ours, other)):
                told[f"Found by {one.name} and never by {two.name}"] = self.alone(one, two)
        cells = {defect: [self._cell(tool, defect, _WHOLE) for tool in self._tools] for defect in self._defects}
        told["Found by nobody"] = [defect for defect, held in cells.items() if set(held) == {"-"}]
        told["Not measured with every tool yet"] = [defect for defect, held in cells.items() if "?" in held]
        return "\n".join(
            f"- {what}: {len(names)}{': ' if names else ''}{', '.join(f'`{name}`' for name in names)}."
            for what, names in told.items()
            if names or not what.startswith("Not")
        )

    def about(self) -> str:
        """Versions, machine, dates and settings."""
        day = " to ".join(dict.fromkeys(self._results.days()))
        machine = f"{_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"
        lines = [f"Measured {day} with Python {platform.python_version()} on {machine}. Seed {self._asked.seed}."]
        lines += ["", "| tool | options |", "|---|---|"]
        for tool in self._tools:
            settings = " ".join(tool.settings(self._asked.requests, self._asked.seconds, self._asked.seed))
            lines.append(_row([f"{tool.name} {tool.version}", f"`{settings}`"]))
        return "\n".join(lines)

    def page(self) -> str:
        """All that the page shows."""
        parts = (self.summary(), self.about(), "## Who finds what", self.differences(), "## Every defect", self.each())
        return "\n\n".join(parts)


def write(page: Path, table: Table) -> None:
    """Put the table into the page, between its marks.

    Raises:
        SystemExit: where the page does not have them.
    """
    text = page.read_text(encoding="utf-8")
    head, begin, rest = text.partition(_BEGIN)
    _, end, tail = rest.partition(_END)
    if not begin or not end:
        raise SystemExit(f"{page} lacks the lines {_BEGIN!r} and {_END!r}")
    page.write_text(f"{head}{_BEGIN}\n\n{table.page()}\n\n{_END}{tail}", encoding="utf-8")


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _processor() -> str:
    """The name of the processor, as Linux tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.processor()
    )
