"""Schemathesis: one run of all its phases, from whose report every failure gets the request at which it was known."""

import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any, Final

import relation_spec
from tools.bench.hunters.credit import Entry, Key, Run, normalised, of_schemathesis
from tools.bench.hunters.served import SPEC, Clock, Served
from tools.bench.run import environment
from tools.schemathesis.complaints import cases_of
from tools.schemathesis.exported import exported

__all__ = ["NAME", "OPTIONS", "Schemathesis", "entries_of"]

NAME: Final = "Schemathesis"
_FUZZING: Final = "fuzzing"
_PHASES: Final = f"examples,coverage,{_FUZZING},stateful"
OPTIONS: Final = (
    *("--checks", "all", "--phases", _PHASES, "--mode", "all", "--continue-on-failure"),
    *("--generation-database", "none", "--output-sanitize", "false", "--output-truncate", "false", "--no-color"),
)
_REQUIREMENTS: Final = Path(__file__).parents[2] / "schemathesis" / "requirements.txt"
_TROUBLE: Final = ("NonFatalError", "FatalError")
_RAW: Final = 400  # characters
_GUESSED: Final = 40  # random cases that it makes in a second


class Schemathesis:
    """The tool, in an environment of its own under ``envs``, with the contract as it takes it best."""

    name = NAME

    def __init__(self, envs: Path) -> None:
        self._command = environment(envs / "schemathesis", _REQUIREMENTS).with_name("schemathesis")
        pins = _REQUIREMENTS.read_text(encoding="utf-8").splitlines()
        self.version = next(pin.partition("==")[2] for pin in pins if pin.startswith("schemathesis=="))
        self._spec = envs / "exported.json"
        self._spec.write_text(json.dumps(exported(relation_spec.load(SPEC))), encoding="utf-8")

    def settings(self, requests: int, seconds: float, seed: int) -> list[str]:
        """The options of a run: as many random cases as there may be requests; those of other phases come on top."""
        del seconds
        return [*OPTIONS, "--max-examples", str(requests), "--seed", str(seed)]

    def runs(self, served: Served, requests: int, seconds: float, seed: int, patience: float) -> list[Run]:
        """One run, past both budgets; its entries say which of them covers each."""
        return [self._run(served, self.settings(requests, seconds, seed), patience)]

    def random(self, served: Served, seconds: float, seed: int, patience: float) -> Run:
        """Its random phase alone."""
        words = self.settings(max(int(seconds * _GUESSED), 1), seconds, seed)
        words[words.index(_PHASES)] = _FUZZING
        return self._run(served, words, patience)

    def _run(self, served: Served, options: list[str], patience: float) -> Run:
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder) / "report.ndjson"
            words = [str(self._command), "run", str(self._spec), "--url", served.url, "--auth", "demo:demo"]
            words += [*options, "--report", "ndjson", "--report-ndjson-path", str(report)]
            # a folder without settings of anybody's, and nobody's own hooks
            done = served.run(words, Path(folder), patience, SCHEMATHESIS_HOOKS="")
            lines = report.read_text(encoding="utf-8").splitlines() if report.exists() else []
        events = [json.loads(line) for line in lines if line.endswith("}")]
        trouble = (
            [] if done.status in (0, 1) else [f"exit status {done.status}: {done.output[-500:]}{done.errors[-500:]}"]
        )
        clock = served.clock
        entries, phases = entries_of(events, clock)
        begin, end = _fuzzing(events)
        last = len(clock.ticks)
        first = last - phases[_FUZZING]
        return Run(
            requests=last,
            cases=phases.total(),
            seconds=done.seconds,
            processor=done.processor,
            clock=done.processor,
            entries=entries,
            trouble=trouble,
            fuzzed_cases=phases[_FUZZING],
            fuzzed_seconds=end - begin,
            fuzzed_processor=clock.processor_at(last) - clock.processor_at(first),
        )


def _fuzzing(events: list[dict[str, Any]]) -> tuple[float, float]:
    """When the random phase began and ended."""
    times = [
        held["timestamp"]
        for event in events
        for name in ("PhaseStarted", "PhaseFinished")
        if (held := event.get(name)) and held["phase"]["name"] == _FUZZING
    ]
    return (times[0], times[-1]) if len(times) > 1 else (0.0, 0.0)


def entries_of(events: list[dict[str, Any]], clock: Clock) -> tuple[list[Entry], Counter[str]]:
    """All entries of a run, and how many cases each phase made. The cases stand in the report as they were sent."""
    made: dict[Key, Entry] = {}

    def note(key: Key, raw: str, request: int, fuzzed: int | None) -> None:
        held = made.get(key) or Entry(*key, 0, request, clock.processor_at(request), None, raw[:_RAW])
        made[key] = held._replace(times=held.times + 1, fuzzed=fuzzed if held.fuzzed is None else held.fuzzed)

    phases = Counter[str]()
    probes = clock.requests_until(_started(events))
    for number, case in enumerate(cases_of(events), probes + 1):
        phases[case.phase] += 1
        for complaint in case.complaints:
            said = f"{case.status}, {complaint.says}"
            note(of_schemathesis(case, complaint), said, number, phases[_FUZZING] or None)
    for event in events:
        for name in _TROUBLE:
            if (held := event.get(name)) is not None:
                request = clock.requests_until(held["timestamp"])
                fuzzed = request - probes - phases.total() + phases[_FUZZING]
                note(("error", normalised(_words(held))), _words(held), request, fuzzed if fuzzed > 0 else None)
    return list(made.values()), phases


def _started(events: list[dict[str, Any]]) -> float:
    """When the first phase with cases began: what was sent before are probes."""
    return next((event["SuiteStarted"]["timestamp"] for event in events if "SuiteStarted" in event), 0.0)


def _words(held: dict[str, Any]) -> str:
    told = held.get("info") or held.get("value") or held
    return str(told.get("title") or told.get("message") or told) if isinstance(told, dict) else str(told)
