"""``relation-spec fuzz``: runs that keep within the requests, and a longer one where those found nothing."""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

import relation_spec
from tools.bench.hunters.credit import Entry, Run, of_ours
from tools.bench.hunters.served import SPEC, TOKEN, Served

__all__ = ["NAME", "Ours"]

NAME: Final = "relation-spec"
_CREDENTIALS: Final = ("--auth", "basic:demo:demo", "--auth", f"bearer:{TOKEN}")
_TRIES: Final = 6  # at keeping within the requests, since shrinking sends some that are no cases
_MARGIN: Final = 0.97  # of the seconds, so that none is over
_RAW: Final = 200  # characters
_MANY: Final = 1_000_000  # random cases: the seconds end the run


class Ours:
    """The fuzzer of this package, as the interpreter of this process has it."""

    name, version = NAME, relation_spec.__version__

    def settings(self, requests: int, seconds: float, seed: int) -> list[str]:
        """The options of its runs, beside how many cases they make."""
        return ["--seed", str(seed), "--max-cases", f"{requests} or less", "--seconds", f"{seconds:g}"]

    def runs(self, served: Served, requests: int, seconds: float, seed: int, patience: float) -> list[Run]:
        """A run within ``requests``; and one of so many seconds, where that found nothing.

        A run that reports something in less than ``seconds`` has found it within the seconds as well.
        """
        cases = requests
        for number in range(_TRIES):
            run = self._run(served, ["--max-cases", str(cases)], seed, patience)
            if run.requests <= requests or run.trouble:
                break
            cases = max(cases * requests // run.requests - 2 * number, 1)
        if any(entry.seconds <= seconds for entry in run.entries):
            return [run]
        return [run, self.random(served, seconds, seed, patience)]

    def random(self, served: Served, seconds: float, seed: int, patience: float) -> Run:
        """A run of so many seconds, which is random where its plan is done."""
        return self._run(served, ["--examples", str(_MANY), "--seconds", f"{seconds * _MARGIN:g}"], seed, patience)

    def _run(self, served: Served, options: list[str], seed: int, patience: float) -> Run:
        words = [sys.executable, "-m", "relation_spec", "fuzz", served.url, "--spec", str(SPEC), *_CREDENTIALS]
        with tempfile.TemporaryDirectory() as folder:
            done = served.run([*words, "--seed", str(seed), "--format", "json", *options], Path(folder), patience)
        held: dict[str, Any] = {"defects": [], "cases": 0, "seconds": done.seconds}
        trouble = []
        if done.status in (0, 1, 3):
            held = json.loads(done.output)
        else:
            trouble.append(done.told())
        if held.get("untested"):
            trouble.append(f"untested: {held['untested']}")
        requests, clock, told = len(served.clock.ticks), held["seconds"], held["defects"]
        started = served.clock.processor_at(1)  # until the first answer the interpreter starts
        return Run(
            requests=requests,
            cases=held["cases"],
            seconds=done.seconds,
            processor=done.processor,
            clock=clock,
            entries=[Entry(*of_ours(one), one["times"], requests, clock, None, one["message"][:_RAW]) for one in told],
            trouble=trouble,
            fuzzed_cases=held["cases"],
            fuzzed_seconds=clock,
            fuzzed_processor=served.clock.processor_at(requests) - started,
        )
