"""Growth: whether time and memory stay linear in the size of one body and in the number of its findings.

Each step runs in a process of its own. The ratio is the largest step's cost per unit by the smallest step's, 1 where
growth is linear. Memory is compared from the first step on that is large enough to tell (1 MB of it).
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
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
    of_findings: bool = False


def _broken(made: Any) -> Any:
    """``made`` with its first property of another type."""
    name = next(iter(made))
    return {**made, name: []}


_TEXT: Final = ((1_000_000, 10_000_000, 100_000_000), (100_000, 1_000_000, 10_000_000))
_MAP: Final = ((10_000, 100_000, 1_000_000), (1_000, 10_000, 100_000))
_SERIES: Final = (
    _Series("is_valid(bytes), one long text", "is_valid", with_long_text, *_TEXT),
    _Series("validate(bytes), one long text", "validate", with_long_text, *_TEXT),
    _Series("validate(bytes), one long text, 1 fault", "validate", lambda m, n: _broken(with_long_text(m, n)), *_TEXT),
    _Series("is_valid(bytes), map entries", "is_valid", with_entries, *_MAP),
    _Series("validate(bytes), map entries", "validate", with_entries, *_MAP),
    _Series("validate(bytes), map entries, 1 fault", "validate", lambda m, n: _broken(with_entries(m, n)), *_MAP),
    _Series(
        "validate(bytes), findings read",
        "validate",
        lambda m, n: with_entries(m, n, broken=True),
        (100, 1_000, 10_000, 100_000),
        (100, 1_000, 10_000),
        of_findings=True,
    ),
)


def rows(settings: Settings) -> Iterator[Row]:
    """Two rows a series: time and extra memory."""
    material = Material.of(settings.contract, "response")
    for series in _SERIES:
        sizes = series.quick if settings.quick else series.sizes
        try:
            steps = [_step(series, material, size, settings) for size in sizes]
        except (RuntimeError, LookupError) as error:
            settings.failed(f"growth, {series.what}: {error}")
            continue
        units = list(sizes) if series.of_findings else [step["size"] / 1e6 for step in steps]
        unit, scale, word = ("finding", 1e6, "us") if series.of_findings else ("MB", 1e3, "ms")
        title = f"{series.what}, {_labels(units, series.of_findings)}"
        times = [step["seconds"] * scale / count for step, count in zip(steps, units, strict=True)]
        yield Row(f"{title}: time", f"{_list(times)} {word}/{unit}", "", "", times[-1] / times[0], _LINEAR)
        telling = [
            step["extra"] / 1e6 / count for step, count in zip(steps, units, strict=True) if step["extra"] >= _TELLING
        ]
        small, word = (1e3, "kB") if series.of_findings else (1, "MB")
        ratio = telling[-1] / telling[0] if len(telling) > 1 else None
        figures = _list([value * small for value in telling]) if telling else "less than 1 MB in all,"
        yield Row(f"{title}: extra memory", f"{figures} {word}/{unit}", "", "", ratio, _LINEAR)


def _labels(units: Sequence[float], of_findings: bool) -> str:
    named = ", ".join(f"{unit:.3g}" if unit < 1000 else f"{unit:,.0f}" for unit in units)
    return named if of_findings else f"{named} MB"


def _list(values: Sequence[float]) -> str:
    return " ".join(f"{value:.3g}" for value in values)


def _step(series: _Series, material: Material, size: int, settings: Settings) -> dict[str, Any]:
    """One body judged in a process of its own.

    Raises:
        RuntimeError: where it fails or gives another answer than it must.
    """
    file = settings.work / "body.json"
    file.write_bytes(compact(series.make(material, size)))
    most = settings.rounds(1, 4) / 4
    words: list[object] = [
        series.call,
        file,
        "response",
        max(size, 100) if series.of_findings else 100,
        most,
        settings.spec or "",
    ]
    command = [str(word) for word in words if word != ""]
    done = subprocess.run([sys.executable, str(_STEP), *command], check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"ended with {done.returncode}: {done.stderr[-400:]}")
    step: dict[str, Any] = json.loads(done.stdout)
    wanted = {"is_valid": True, "validate": size if series.of_findings else int("1 fault" in series.what)}[series.call]
    if step["answer"] != wanted:
        raise RuntimeError(f"the answer is {step['answer']}, not {wanted}")
    return step
