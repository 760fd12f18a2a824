"""Run the groups that were asked for in one environment, and print what they found as one table.

Started by ``run.py``, which makes the environment.
"""

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import relation_spec
from tools.bench import bodies, bulk, growth, messages, processes
from tools.bench.peers import UnfitError
from tools.bench.settings import Settings
from tools.bench.table import Row, render

_GROUPS: Final[dict[str, Callable[[Settings], Iterator[Row]]]] = {
    "bodies": bodies.rows,
    "messages": messages.rows,
    "import": processes.imports,
    "process": processes.process,
    "bulk": bulk.rows,
    "growth": growth.rows,
}


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tools.bench.suite", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", action="append", choices=list(_GROUPS))
    parser.add_argument("--envs", type=Path, required=True)
    parser.add_argument("--spec", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args(arguments)


def _processor() -> str:
    """The processor's name, as far as the machine tells."""
    cpuinfo = Path("/proc/cpuinfo")
    for line in cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else ():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _head(options: argparse.Namespace) -> str:
    load = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    lines = [
        f"machine: {_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, {load}",
        f"Python {platform.python_version()} ({platform.python_implementation()})",
        f"relation-spec {relation_spec.__version__}, contract {options.spec or 'bundled'}, seed {options.seed}",
        "ratio: our time by the peer's in the same round, the median over rounds; below 1 we are faster",
    ]
    if options.quick:
        lines.append("quick: fewer rounds and smaller bodies, not for quoting")
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Exit status 1 where a contender failed; a goal that is missed is told in the table alone."""
    options = _parse(arguments)
    print(_head(options), end="\n\n", flush=True)
    failures: list[str] = []
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="work-", dir=options.envs) as work:
        contract = relation_spec.load(options.spec)
        settings = Settings(options.quick, options.seed, options.envs, Path(work), options.spec, contract, failures)
        for name in options.only or _GROUPS:
            print(f"measuring {name}", file=sys.stderr, flush=True)
            _run(partial(_GROUPS[name], settings), rows, settings, name)
    print(render(rows))
    missed = sum(row.met is False for row in rows)
    print(f"\n{sum(row.met is True for row in rows)} goals met, {missed} missed, {len(failures)} contenders failed")
    for failure in failures:
        print(f"failed: {failure}")
    return 1 if failures else 0


def _run(group: Callable[[], Iterator[Row]], rows: list[Row], settings: Settings, name: str) -> None:
    """Gather a group's rows; what it has when a contender fails is kept."""
    try:
        rows.extend(group())
    except (UnfitError, ImportError, OSError, RuntimeError, LookupError, ValueError) as error:
        settings.failed(f"{name}: {error}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
