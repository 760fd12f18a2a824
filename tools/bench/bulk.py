"""A large file of lines: the command beside sourcemeta's, in wall time and peak memory."""

import json
import random
import re
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Final

import relation_spec
from tools.bench.measure import rounds_of_processes, spawn, summary
from tools.bench.payloads import Material
from tools.bench.peers import UnfitError, sourcemeta
from tools.bench.settings import Settings
from tools.bench.table import Goal, Row, seconds

__all__ = ["rows"]

EVERY: Final = 1000
"""One line in so many is broken."""

_STATUS: Final = 2  # what sourcemeta ends with when a line is invalid


def rows(settings: Settings) -> Iterator[Row]:
    """All on the same lines, no two of them alike."""
    material = Material.of(settings.contract, "response")
    count = settings.rounds(20_000, 200_000)
    lines, schema = settings.work / "lines.ndjson", settings.work / "schema.json"
    with lines.open("wb") as file:
        file.writelines(material.lines(count, EVERY, settings.seed))
    schema.write_text(json.dumps(material.schema), encoding="utf-8")
    twin = lines.with_suffix(".jsonl")  # the only ending that sourcemeta takes for lines
    twin.unlink(missing_ok=True)
    twin.hardlink_to(lines)
    ours, theirs = f"relation-spec {relation_spec.__version__}", sourcemeta.name(settings.envs)
    base = sourcemeta.command(settings.envs, schema, twin)
    commands = {
        ours: settings.ours("validate", lines, "--as", "response"),
        theirs: base,
        f"{theirs}, formats too": [*base, "--format-assertion"],
    }
    for name, words in commands.items():
        _check(name, words, count // EVERY, settings)
    source = random.Random(settings.seed)
    found = rounds_of_processes(commands, settings.rounds(3, 7), source, settings.work, _STATUS)
    comparison = summary({name: [finished.seconds for finished in held] for name, held in found.items()})
    peaks = {name: median(finished.peak_bytes for finished in held) / 1e6 for name, held in found.items()}
    what = f"{count:,} lines, {lines.stat().st_size / 1e6:.0f} MB, one in {EVERY:,} broken"
    others = [name for name in commands if name != ours]
    for name in others:
        times, ratio = comparison.seconds, comparison.ratios[name]
        yield Row(what, seconds(times[ours]), name, seconds(times[name]), ratio, Goal(0.25))
    for name in others:
        figures = [f"{peaks[each]:.0f} MB" for each in (ours, name)]
        ratio = peaks[ours] / peaks[name]
        goal = Goal(150, "MB") if name == theirs else None  # it is no goal against a peer, so it is told once
        yield Row(f"{what}: peak memory", figures[0], name, figures[1], ratio, goal, peaks[ours])


def _check(name: str, words: Sequence[object], broken: int, settings: Settings) -> None:
    """See that a command reads all lines and finds the broken ones."""
    spawn(words, settings.work)
    said = "".join((settings.work / file).read_text(encoding="utf-8", errors="replace") for file in ("out", "err"))
    if not re.search(rf"\b{broken} (failed|invalid)\b", said):
        raise UnfitError(f"{name} does not find the {broken} broken lines: {said[-300:]}")
