"""Growth: whether time and memory stay linear in the size of one body and in the number of its findings.

Each step runs in a process of its own. The ratio is the largest step's cost per unit by the smallest step's, 1 where
growth is linear. Memory is compared from the first step on that is large enough to tell (1 MB of it).
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from platform import python_version
from typing import Any, Final, NamedTuple

from tools.bench.payloads import Material, compact, with_entries, with_long_text
from tools.bench.settings import Settings
from tools.bench.table import Goal, Row

__all__ = ["rows"]

_LINEAR: Final = Goal(1.5)
_TELLING: Final = 1_000_000
_STEP: Final = Path(__file__).with_name("growth_step.py")


class _Series(NamedTuple):
    """Bodies of growing size and the call that judges them."""

    what: str
    call: str
    make: Callable[[Material, int], Any]
    sizes: Sequence[int]
    quick: Sequence[int]


def _broken(made: Any) -> Any:
    """``made`` with its first property of another type."""
    name = next(iter(made))
    return {**made, name: []}


def _all_broken(material: Material, count: int) -> Any:
    """A map in which each of ``count`` entries has a finding."""
    return with_entries(material, count, broken=True)


_TEXT: Final = ((1_000_000, 10_000_000, 100_000_000), (100_000, 1_000_000, 10_000_000))
_MAP: Final = ((10_000, 100_000, 1_000_000), (1_000, 10_000, 100_000))
_MANY: Final = ((100, 1_000, 10_000, 100_000), (100, 1_000, 10_000))
_SERIES: Final = (
    _Series("is_valid(bytes), one long text", "is_valid", with_long_text, *_TEXT),
    _Series("validate(bytes), one long text", "validate", with_long_text, *_TEXT),
    _Series("validate(bytes), one long text, 1 fault", "validate", lambda m, n: _broken(with_long_text(m, n)), *_TEXT),
    _Series("is_valid(bytes), map entries", "is_valid", with_entries, *_MAP),
    _Series("validate(bytes), map entries", "validate", with_entries, *_MAP),
    _Series("validate(bytes), map entries, 1 fault", "validate", lambda m, n: _broken(with_entries(m, n)), *_MAP),
    _Series("validate(bytes), findings with pointers", "validate", _all_broken, *_MANY),
    _Series("validate(bytes), findings with message and place", "read", _all_broken, *_MANY),
)


def rows(settings: Settings) -> Iterator[Row]:
    """Two rows a series: time, with the time that json takes to parse the same bodies, and extra memory."""
    material = Material.of(settings.contract, "response")
    for series in _SERIES:
        sizes = series.quick if settings.quick else series.sizes
        try:
            steps, parsed = zip(*(_step(series, material, size, settings) for size in sizes), strict=True)
        except (RuntimeError, LookupError) as error:
            settings.failed(f"growth, {series.what}: {error}")
            continue
        yield from _rows(series, sizes, steps, parsed)


def _rows(series: _Series, sizes: Sequence[int], steps: Sequence[Any], parsed: Sequence[Any]) -> Iterator[Row]:
    counted = series.make is _all_broken
    units = list(sizes) if counted else [step["size"] / 1e6 for step in steps]
    unit, scale, word, small = ("finding", 1e6, "us", "kB") if counted else ("MB", 1e3, "ms", "MB")
    named = ", ".join(f"{size:.3g}" if size < 1000 else f"{size:,.0f}" for size in units)
    title = f"{series.what}, {named}{'' if counted else ' MB'}"

    def each(steps: Sequence[Any]) -> list[float]:
        return [step["seconds"] * scale / size for step, size in zip(steps, units, strict=True)]

    times, theirs = each(steps), each(parsed)
    growth = times[-1] / times[0]
    peer = (f"json {python_version()}, parsing", f"{_list(theirs)} {word}/MB") if not counted else ("", "")
    yield Row(f"{title}: time", f"{_list(times)} {word}/{unit}", *peer, growth, _LINEAR)
    telling = [step["extra"] / 1e6 / size for step, size in zip(steps, units, strict=True) if step["extra"] >= _TELLING]
    ratio = telling[-1] / telling[0] if len(telling) > 1 else None
    figures = _list([size * (1e3 if counted else 1) for size in telling]) or "less than 1"
    yield Row(f"{title}: extra memory", f"{figures} {small}/{unit}", "", "", ratio, (ratio and _LINEAR) or None)


def _list(values: Sequence[float]) -> str:
    return " ".join(f"{value:.3g}" for value in values)


def _step(series: _Series, material: Material, size: int, settings: Settings) -> tuple[Any, Any]:
    """One body judged, and parsed by json, each in a process of its own.

    Raises:
        RuntimeError: where it fails or gives another answer than it must.
    """
    file = settings.work / "body.json"
    file.write_bytes(compact(series.make(material, size)))
    counted = series.make is _all_broken
    most = settings.rounds(1, 4) / 4
    spec = [settings.spec] if settings.spec else []
    steps = []
    for call in (series.call, "parse"):
        words = [_STEP, call, file, "response", max(size, 100) if counted else 100, most, *spec]
        done = subprocess.run([sys.executable, *map(str, words)], check=False, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{call} ended with {done.returncode}: {done.stderr[-400:]}")
        steps.append(json.loads(done.stdout))
    wanted = size if counted else True if series.call == "is_valid" else int("1 fault" in series.what)
    if steps[0]["answer"] != wanted:
        raise RuntimeError(f"the answer is {steps[0]['answer']}, not {wanted}")
    return steps[0], steps[1]
