"""Results of all runs, in a file of one JSON line each, that is read where it is there and grows as results come."""

import hashlib
import json
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Protocol

from tools.bench.hunters.credit import Run
from tools.bench.hunters.served import SPEC, Served

__all__ = ["CLEAN", "RATE", "Results", "Tool"]

CLEAN: Final = "clean"
"""In place of a defect's name: the server without one."""

RATE: Final = "rate"
"""In place of a defect's name: the server without one, at which the speed of random cases is measured."""


class Tool(Protocol):
    """A tool that hunts for defects."""

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def version(self) -> str:
        """Its version."""
        ...

    def settings(self, requests: int, seconds: float, seed: int) -> list[str]:
        """The options it is given."""
        ...

    def runs(self, served: Served, requests: int, seconds: float, seed: int, patience: float) -> list[Run]:
        """Hunt at a server that nothing else uses."""
        ...

    def random(self, served: Served, seconds: float, seed: int, patience: float) -> Run:
        """Send random cases alone, for about so many seconds: how fast it is."""
        ...


class Results:
    """What is known; ``requests`` and ``seconds`` are the budgets, and part of what a result is known by."""

    def __init__(self, path: Path, requests: int, seconds: float) -> None:
        self._path, self._budgets, self._lock = path, (requests, seconds), threading.Lock()
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        self._held: list[dict[str, Any]] = [json.loads(line) for line in lines]
        self._contract = hashlib.sha256(SPEC.read_bytes()).hexdigest()[:16]

    def _about(self, tool: Tool, defect: str, seed: int) -> dict[str, Any]:
        settings = tool.settings(*self._budgets, seed)
        return {"tool": tool.name, "version": tool.version, "defect": defect, "seed": seed, "settings": settings}

    def _of(self, tool: Tool, defect: str, seed: int) -> dict[str, Any] | None:
        about = self._about(tool, defect, seed)
        return next((held for held in self._held if about.items() <= held.items()), None)

    def has(self, tool: Tool, defect: str, seed: int) -> bool:
        """Whether a result is known."""
        return self._of(tool, defect, seed) is not None

    def runs(self, tool: Tool, defect: str, seed: int) -> list[Run]:
        """The runs of a tool against a server with a defect; none where it was not measured."""
        held = self._of(tool, defect, seed)
        return [Run.from_json(run) for run in held["runs"]] if held else []

    def days(self) -> list[str]:
        """The first and the last day on which something was measured."""
        days = sorted({str(held["day"]) for held in self._held})
        return [days[0], days[-1]] if days else []

    def stale(self) -> int:
        """How many results are of another contract than the one of today."""
        return sum(held["contract"] != self._contract for held in self._held)

    def add(self, tool: Tool, defect: str, seed: int, runs: list[Run]) -> None:
        """Take a result, and write it down at once."""
        day = datetime.now(UTC).date().isoformat()
        held = self._about(tool, defect, seed) | {"contract": self._contract, "day": day}
        held["runs"] = [run.to_json() for run in runs]
        with self._lock:
            self._held.append(held)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(held, ensure_ascii=False) + "\n")

    def forget(self, tool: str | None = None, defect: str | None = None) -> None:
        """Let go of all results of a tool, or of a defect."""
        with self._lock:
            self._held = [held for held in self._held if tool != held["tool"] and defect != held["defect"]]
            text = "".join(json.dumps(held, ensure_ascii=False) + "\n" for held in self._held)
            self._path.write_text(text, encoding="utf-8")
