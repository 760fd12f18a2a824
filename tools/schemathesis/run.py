"""Let Schemathesis try the server, with all its checks, and say which of its complaints are its own.

    python -m tools.schemathesis.run [--seeds 1 2 3] [--cases 700] [--envs DIR]

From the project's folder, by a Python that has this package. Makes an environment for the pinned Schemathesis under
``--envs``; nothing but the package registry is asked. The server runs on the loopback interface, on a new database, and
holds its own answers against the contract as well. Every seed is run against two forms of the contract: the file as it
is written, and exported, which says in plain JSON Schema what the file says by keywords of its own. Exit status 1 where
a complaint is not known to be Schemathesis' own (``complaints.py``), an answer breaks the contract, or a run fails.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import textwrap
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

import relation_spec
from tools.bench.run import environment
from tools.schemathesis.complaints import AS_WRITTEN, KNOWN, Case, Complaint, cases_of, reason_of
from tools.schemathesis.exported import exported

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parent.parent
SPEC: Final = ROOT / "spec" / "relation.openapi.yaml"
_SECONDS: Final = 1800  # for one run
_TROUBLE: Final = ("NonFatalError", "FatalError", "Interrupted")
_SHOWN: Final = 5


class Server(NamedTuple):
    """A running server: its address, and the lines that it wrote since."""

    url: str
    lines: list[str]

    def breaches(self) -> list[str]:
        """What it said of its own answers and faults."""
        return [line for line in self.lines if " ERROR " in line]


class Outcome(NamedTuple):
    """One run: what it tried, and the complaints that are not known."""

    cases: list[Case]
    known: Counter[str]
    unknown: list[tuple[Case, Complaint]]
    trouble: list[str]


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """The server, clean, on a database in ``folder``."""
    words = [sys.executable, "-m", "relation_spec", "serve", "--port", "0", "--check", "--no-access-log"]
    process = subprocess.Popen(
        [*words, "--spec", str(SPEC), "--database", str(folder / "relations.db")], stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    try:
        found = re.search(r"(http://[^ ,]+:\d+),", first := process.stderr.readline())
        if found is None:
            raise SystemExit(f"the server did not start: {first}{process.stderr.read()}")
        lines: list[str] = []
        threading.Thread(target=lines.extend, args=(process.stderr,), daemon=True).start()
        yield Server(found[1], lines)
    finally:
        process.terminate()
        process.wait(60)


def tried(python: Path, server: Server, spec: tuple[str, Path], seed: int, cases: int) -> Outcome:
    """Run Schemathesis once."""
    name, path = spec
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.ndjson"
        words = [str(python.with_name("schemathesis")), "run", str(path), "--url", server.url, "--auth", "demo:demo"]
        words += ["--checks", "all", "--max-examples", str(cases), "--seed", str(seed), "--continue-on-failure"]
        words += ["--generation-database", "none", "--output-sanitize", "false", "--output-truncate", "false"]
        words += ["--no-color", "--report", "ndjson", "--report-ndjson-path", str(report)]
        # a folder without settings of anybody's
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=_SECONDS, check=False)
        if done.returncode not in (0, 1) or not report.exists():
            return Outcome([], Counter(), [], [f"exit status {done.returncode}: {done.stdout}{done.stderr}"])
        events = [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]
    return _outcome(events, name)


def _outcome(events: list[dict[str, Any]], spec: str) -> Outcome:
    trouble = [f"{kind}: {json.dumps(event[kind])[:1000]}" for event in events for kind in _TROUBLE if kind in event]
    made, known, unknown = list(cases_of(events)), Counter[str](), []
    for case in made:
        for complaint in case.complaints:
            kind = reason_of(case, complaint, spec)
            if kind is None:
                unknown.append((case, complaint))
            else:
                known[f"{complaint.check}: {kind.name}"] += 1
    if not made:
        trouble.append("no case was made")
    return Outcome(made, known, unknown, trouble)


def tell(name: str, seed: int, outcome: Outcome) -> None:
    """Print what one run found."""
    phases = Counter(case.phase for case in outcome.cases)
    modes = Counter((case.mode, "accepted" if (case.status or 999) < 300 else "refused") for case in outcome.cases)
    said = ", ".join(f"{count} {phase}" for phase, count in phases.items())
    kinds = ", ".join(f"{count} {mode} {fate}" for (mode, fate), count in sorted(modes.items()))
    checks = sum(case.checks for case in outcome.cases)
    print(f"{name}, seed {seed}: {len(outcome.cases)} cases ({said}; {kinds}), {checks} checks", flush=True)
    for kind, count in sorted(outcome.known.items()):
        print(f"    {count} known: {kind}")
    if outcome.unknown:
        print(f"    {len(outcome.unknown)} UNKNOWN:")
    for case, complaint in sorted(outcome.unknown, key=lambda one: len(one[0].uri) + len(one[0].body))[:_SHOWN]:
        print(f"      {complaint.check}: {complaint.says}\n        {case.uri} {case.headers}")
        print(f"        {case.body!r}\n        {case.status} {case.answer[:1000]}")
    for line in outcome.trouble:
        print(f"    TROUBLE: {line}")


def _sum_up(outcomes: list[Outcome], version: str) -> None:
    kinds = sum((outcome.known for outcome in outcomes), Counter[str]())
    fuzzed = sum(case.phase == "fuzzing" for outcome in outcomes for case in outcome.cases)
    total = sum(len(outcome.cases) for outcome in outcomes)
    unknown = sum(len(outcome.unknown) for outcome in outcomes)
    print(f"\nSchemathesis {version}: {total} cases in {len(outcomes)} runs, {fuzzed} of them drawn by a seed")
    print(f"complaints: {sum(kinds.values())} known, {unknown} unknown")
    for known in KNOWN:
        count = kinds[f"{known.check}: {known.name}"]
        print(textwrap.fill(f"{count} x {known.name} ({known.check}): {known.reason}", 110, subsequent_indent="    "))


def main(arguments: Sequence[str]) -> int:
    """Run it for all seeds, against both forms of the contract."""
    parser = argparse.ArgumentParser(
        prog="tools.schemathesis.run", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--cases", type=int, default=700, help="drawn by each seed, beside those that are always made")
    parser.add_argument("--envs", type=Path, default=ROOT / ".bench", help="where environments are kept")
    options = parser.parse_args(arguments)
    envs = options.envs.resolve()
    envs.mkdir(parents=True, exist_ok=True)
    (envs / ".gitignore").write_text("*\n", encoding="utf-8")
    python = environment(envs / "schemathesis", HERE / "requirements.txt")
    about = "from importlib.metadata import version; print(version('schemathesis'))"
    version = subprocess.run([python, "-c", about], check=True, capture_output=True, text=True).stdout.strip()
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as server:
        plain = Path(folder) / "exported.json"
        plain.write_text(json.dumps(exported(relation_spec.load(SPEC))), encoding="utf-8")
        for spec in ((AS_WRITTEN, SPEC), ("exported", plain)):
            for seed in options.seeds:
                outcomes.append(tried(python, server, spec, seed, options.cases))
                tell(spec[0], seed, outcomes[-1])
        breaches = server.breaches()
    _sum_up(outcomes, version)
    print(f"answers that the server itself found to break the contract, and faults: {len(breaches)}")
    for line in breaches[:_SHOWN]:
        print(f"    {line.strip()}")
    bad = breaches or any(outcome.unknown or outcome.trouble for outcome in outcomes)
    return 1 if bad else 0


if __name__ == "__main__":
    os.environ["SCHEMATHESIS_HOOKS"] = ""  # nobody's own hooks
    sys.exit(main(sys.argv[1:]))
