"""How things are timed: contenders in turn, round after round, each ratio taken inside one round.

A machine that slows down for a while slows all contenders of a round, so the median of the rounds' ratios says more
than the ratio of two medians. The garbage collector stays on.
"""

import json
import random
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final, NamedTuple

__all__ = ["Comparison", "Finished", "Slice", "compare", "in_process", "rounds_of_processes", "spawn"]

SLICE_SECONDS: Final = 0.02
_SPAWNER: Final = Path(__file__).with_name("spawn.py")

Slice = Callable[[int, int], float]
"""Makes ``count`` calls from the ``start``-th input on, and says how many seconds they took."""


def in_process(call: Callable[[Any], Any], inputs: Sequence[Any]) -> Slice:
    """A slice of calls in this process; the cost of an empty loop, some 10 ns a call, is in it for everybody."""

    def run(start: int, count: int) -> float:
        at = start % len(inputs)
        chosen = list(islice(cycle(inputs), at, at + count))
        begin = perf_counter()
        for item in chosen:
            call(item)
        return perf_counter() - begin

    return run


class Comparison(NamedTuple):
    """Median seconds of one call by contender, and the median over rounds of the first's time by each other's."""

    seconds: Mapping[str, float]
    ratios: Mapping[str, float]


def compare(contenders: Mapping[str, Slice], rounds: int, source: random.Random) -> Comparison:
    """Time ``contenders``, of which the first is ours."""
    counts = {name: _calibrated(run) for name, run in contenders.items()}
    order = list(contenders)
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(rounds):
        source.shuffle(order)
        for name in order:
            count = counts[name]
            times[name].append(contenders[name](number * count, count) / count)
    return summary(times)


def summary(times: Mapping[str, Sequence[float]]) -> Comparison:
    """Medians of times and of the rounds' ratios."""
    ours = next(iter(times.values()))
    ratios = {name: median(a / b for a, b in zip(ours, theirs, strict=True)) for name, theirs in times.items()}
    return Comparison({name: median(held) for name, held in times.items()}, ratios)


def _calibrated(run: Slice) -> int:
    """How many calls fill a slice; also warms up."""
    count = 1
    while (seconds := run(0, count)) < SLICE_SECONDS / 4:
        count *= 2
    return max(1, round(count * SLICE_SECONDS / seconds))


class Finished(NamedTuple):
    """A process that ended: its wall time, peak memory (of the largest process in it) and exit status."""

    seconds: float
    peak_bytes: int
    status: int


def spawn(words: Sequence[object], folder: Path) -> Finished:
    """Run a command in ``folder``, its output going to the files ``out`` and ``err`` there.

    A small process of its own starts it: a child's peak memory includes what its parent held at the fork.
    """
    spawner = [sys.executable, "-I", "-S", str(_SPAWNER), *map(str, words)]
    done = subprocess.run(spawner, cwd=folder, capture_output=True, text=True, check=True)
    return Finished(*json.loads(done.stdout))


def rounds_of_processes(
    commands: Mapping[str, Sequence[object]], rounds: int, source: random.Random, folder: Path, status: int = 0
) -> dict[str, list[Finished]]:
    """Run every command once a round, in shuffled order, after one run to warm up.

    Args:
        commands: words by name.
        rounds: how often to go round.
        source: of the order.
        folder: where they run.
        status: the largest exit status that is no failure.

    Raises:
        RuntimeError: for a command that fails, with what it said.
    """
    found: dict[str, list[Finished]] = {name: [] for name in commands}
    order = list(commands)
    for number in range(-1, rounds):
        source.shuffle(order)
        for name in order:
            finished = spawn(commands[name], folder)
            if finished.status > status:
                said = (folder / "err").read_text(encoding="utf-8", errors="replace")[-400:]
                raise RuntimeError(f"{name} ended with {finished.status}: {said}")
            if number >= 0:
                found[name].append(finished)
    return found
