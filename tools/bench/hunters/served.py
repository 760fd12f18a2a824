"""A server to be tested, whose requests are counted as they end, by the clock of the processors.

The server is ``relation-spec serve`` on the loopback interface with a new database in memory; its access log, a line
for each request, is what counts.
"""

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

__all__ = ["ROOT", "SPEC", "TOKEN", "Clock", "Done", "Served", "Tick", "defects", "serving"]

ROOT: Final = Path(__file__).resolve().parents[3]
SPEC: Final = ROOT / "spec" / "relation.openapi.yaml"
TOKEN: Final = "8A:a-token-of-eve"
_COMMAND: Final = (sys.executable, "-m", "relation_spec", "serve", "--spec", str(SPEC))
_OPTIONS: Final = ("--port", "0", "--user", "eve:eve-word", "--user", "demo:demo", "--token", TOKEN)
_TICKS: Final = os.sysconf("SC_CLK_TCK")


class Tick(NamedTuple):
    """A moment at which a request had ended: by the wall, and by the processors since the tool began."""

    wall: float
    processor: float


class Clock:
    """When each request of a run had ended."""

    def __init__(self, ticks: Iterable[Tick] = ()) -> None:
        self.ticks = list(ticks)

    def requests_until(self, wall: float) -> int:
        """How many requests had ended at a time of the wall."""
        return sum(tick.wall <= wall for tick in self.ticks)

    def processor_at(self, request: int) -> float:
        """What the processors had given when so many requests had ended."""
        return self.ticks[min(max(request, 1), len(self.ticks)) - 1].processor if self.ticks else 0.0


class Done(NamedTuple):
    """How the command of a tool ended; status None where its time was over."""

    status: int | None
    output: str
    errors: str
    seconds: float
    processor: float

    def told(self) -> str:
        """How it failed."""
        ended = "did not end in time" if self.status is None else f"exit status {self.status}"
        return f"{ended}: {self.output[-500:]}{self.errors[-500:]}"


class Served:
    """A running server, and the clock of the tool that was run at it last."""

    def __init__(self, process: "subprocess.Popen[str]", url: str) -> None:
        self.url, self.clock = url, Clock()
        self._process, self._tool, self._before = process, 0, 0.0

    def count(self) -> None:
        """Take a tick for every line of the access log, until the server ends."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("{"):
                self.clock.ticks.append(Tick(time.time(), self.processor()))

    def processor(self) -> float:
        """Seconds that the processors gave to the tool and the server since the tool began."""
        return _busy(self._process.pid) - self._before + _busy(self._tool)

    def run(self, words: Sequence[str], folder: Path, patience: float, **environment: str) -> Done:
        """Run a tool to its end, or until ``patience`` seconds are over."""
        self.clock.ticks.clear()
        self._before = _busy(self._process.pid)
        began = time.perf_counter()
        with (folder / "output").open("w+b") as output, (folder / "errors").open("w+b") as errors:
            tool = subprocess.Popen(
                list(words), cwd=folder, stdout=output, stderr=errors, env={**os.environ, **environment}
            )
            self._tool = tool.pid
            status, used = _waited(tool, began + patience)
            seconds = time.perf_counter() - began
            time.sleep(0.1)  # for the last lines of the log
            processor = _busy(self._process.pid) - self._before + used
            self._tool = 0
            said = [Path(file.name).read_text(encoding="utf-8", errors="replace") for file in (output, errors)]
        return Done(status, said[0], said[1], seconds, processor)


def _busy(process: int) -> float:
    """Seconds that the processors gave to a process; 0 for none."""
    if not process:
        return 0.0
    with suppress(OSError):
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS
    return 0.0


def _waited(tool: "subprocess.Popen[bytes]", until: float) -> tuple[int | None, float]:
    """The status of a tool that ended, or None for one that had to be; and the seconds of processor that it took."""
    late = False
    while True:
        pid, status, usage = os.wait4(tool.pid, os.WNOHANG)
        if pid:
            tool.returncode = os.waitstatus_to_exitcode(status)
            return (None if late else tool.returncode), usage.ru_utime + usage.ru_stime
        if time.perf_counter() > until and not late:
            late = True
            os.kill(tool.pid, 9)
        time.sleep(0.02)


@contextmanager
def serving(defect: str | None) -> Iterator[Served]:
    """The server with a defect, or clean, for one run."""
    words = [*_COMMAND, *_OPTIONS, *(["--defect", defect] if defect else [])]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stderr is not None
    try:
        said = ""
        while (address := re.search(r"(http://[^ ,]+:\d+)", said)) is None:
            said = process.stderr.readline()
            if not said:
                raise SystemExit(f"the server did not start with {defect or 'no defect'}")
        served = Served(process, address[1])
        for work in (served.count, process.stderr.read):
            threading.Thread(target=work, daemon=True).start()
        yield served
    finally:
        process.terminate()
        process.wait(60)


def defects() -> list[dict[str, Any]]:
    """What the server can do wrong, as it lists it."""
    words = [*_COMMAND, "--list-defects", "--format", "json"]
    listed: list[dict[str, Any]] = json.loads(subprocess.run(words, check=True, capture_output=True).stdout)
    return listed
