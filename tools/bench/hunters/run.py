"""Set our fuzzer beside other tools that hunt for defects by a contract, over every defect the server can be given.

    python -m tools.bench.hunters.run [--quick] [--defects a,b] [--only TOOL] [--again TOOL] [--rates] [--write]

From the project's folder, by a Python that has this package with its extras ``server`` and ``fuzz``. Defect by defect
and tool by tool, each against a server of its own on the loopback interface. Results are written as they come, and
what is written is not measured again, unless ``--again`` names the tool or its version or settings changed; so a run
that was interrupted goes on where it was. ``--rates`` measures the speed anew, tool by tool in turn with nothing
beside it. At the end prints one table; ``--write`` puts it into ``docs/hunters.md``, which says how it is measured.
Exit status 1 where a goal is missed, 2 where something is not measured yet.
"""

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from tools.bench.hunters import table
from tools.bench.hunters.ours import NAME as OURS
from tools.bench.hunters.ours import Ours
from tools.bench.hunters.results import CLEAN, RATE, Results, Tool
from tools.bench.hunters.schemathesis import NAME as SCHEMATHESIS
from tools.bench.hunters.schemathesis import Schemathesis
from tools.bench.hunters.served import ROOT, defects, serving

_QUICK: Final = 10  # defects, spread over all
_CLEAN_SEEDS: Final = 3  # runs against the clean server, from whose complaints a defect must differ
_ROUNDS: Final = 3  # of measuring the speed
_PAGE: Final = ROOT / "docs" / "hunters.md"
_RESULTS: Final = Path(__file__).with_name("results.ndjson")


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tools.bench.hunters.run", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=500, help="that a tool may send to one server")
    parser.add_argument("--seconds", type=float, default=20, help="that a tool may take for one server")
    parser.add_argument("--seed", type=int, default=1, help="of the tools")
    parser.add_argument("--defects", type=lambda text: text.split(","), help="these alone, parted by commas")
    parser.add_argument("--quick", action="store_true", help=f"{_QUICK} defects: for a look, not to quote")
    parser.add_argument("--only", choices=(OURS, SCHEMATHESIS), help="this tool alone is measured")
    parser.add_argument("--again", action="append", default=[], choices=(OURS, SCHEMATHESIS), help="forget its results")
    parser.add_argument("--rates", action="store_true", help="measure the speed anew")
    parser.add_argument("--as-is", action="store_true", help="measure nothing: what is known already")
    parser.add_argument("--jobs", type=int, default=1, choices=(1, 2), help="servers at once")
    parser.add_argument("--patience", type=float, default=600, help="seconds after which a tool is ended")
    parser.add_argument("--results", type=Path, default=_RESULTS, help="where results are kept")
    parser.add_argument("--envs", type=Path, default=ROOT / ".bench", help="where environments are kept")
    parser.add_argument("--write", action="store_true", help=f"put the table into {_PAGE.relative_to(ROOT)}")
    options = parser.parse_args(arguments)
    options.envs, options.results = options.envs.resolve(), options.results.resolve()
    return options


def _chosen(options: argparse.Namespace, names: list[str]) -> list[str]:
    if options.defects:
        if unknown := [name for name in options.defects if name not in names]:
            raise SystemExit(f"the server knows no such defect: {', '.join(unknown)}")
        return [name for name in names if name in options.defects]
    return names[:: max(len(names) // _QUICK, 1)][:_QUICK] if options.quick else names


def _measure(tool: Tool, defect: str, seed: int, options: argparse.Namespace, results: Results) -> None:
    with serving(None if defect == CLEAN else defect) as served:
        runs = tool.runs(served, options.requests, options.seconds, seed, options.patience)
    results.add(tool, defect, seed, runs)
    told = ", ".join(f"{run.requests} requests in {run.seconds:.1f} s, {len(run.entries)} entries" for run in runs)
    trouble = "".join(f"\n    TROUBLE: {line}" for run in runs for line in run.trouble)
    print(f"{defect}, seed {seed}, {tool.name}: {told}{trouble}", file=sys.stderr, flush=True)


def _measure_rates(tools: list[Tool], options: argparse.Namespace, results: Results) -> None:
    """How fast each tool sends random cases, in turn."""
    results.forget(defect=RATE)
    for number in range(_ROUNDS):
        for tool in tools:
            seed = options.seed + number
            with serving(None) as served:
                run = tool.random(served, options.seconds / 2, seed, options.patience)
            results.add(tool, RATE, seed, [run])
            print(
                f"speed, {tool.name}: {run.fuzzed_cases / run.fuzzed_seconds:.0f} cases/s", file=sys.stderr, flush=True
            )


def main(arguments: Sequence[str]) -> int:
    """Measure what is missing, and print the table."""
    options = _parsed(arguments)
    options.envs.mkdir(parents=True, exist_ok=True)
    (options.envs / ".gitignore").write_text("*\n", encoding="utf-8")
    tools: list[Tool] = [Ours(), Schemathesis(options.envs)]
    results = Results(options.results, options.requests, options.seconds)
    for name in options.again:
        results.forget(tool=name)
    listed = defects()
    chosen = _chosen(options, [one["name"] for one in listed])
    # clean servers first, since every other result is read against them
    wanted = [(CLEAN, options.seed + number) for number in range(_CLEAN_SEEDS)]
    wanted += [(name, options.seed) for name in chosen]
    work = [
        (tool, defect, seed)
        for defect, seed in wanted
        for tool in tools
        if not options.as_is and options.only in (None, tool.name) and not results.has(tool, defect, seed)
    ]
    with ThreadPoolExecutor(options.jobs) as pool:
        for done in [pool.submit(_measure, *one, options, results) for one in work]:
            done.result()
    if options.rates and not options.as_is:
        _measure_rates(tools, options, results)
    complete = all(results.has(tool, defect, seed) for defect, seed in wanted for tool in tools)
    asked = table.Asked(options.requests, options.seconds, options.seed, _CLEAN_SEEDS, _ROUNDS)
    told = table.Table(results, tools, chosen, asked)
    print(told.summary())
    if options.write:
        table.write(_PAGE, told)
    return 2 if not complete else 0 if told.met() else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
