"""Runs the command as people do, in a process of its own."""

import io
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from relation_spec.cli import main
from tests.conftest import ROOT

GOOD = b'{"SourceContactId": 1, "DestinationContactId": 2}'
BAD = b'{"SourceContactId": 1, "DestinationContactId": "x"}'
WARNED = b'{"SourceContactId": 0, "DestinationContactId": 2}'
COMMAND = [sys.executable, "-m", "relation_spec"]

Run = Callable[..., "Ran"]


class Ran(NamedTuple):
    """How a run ended; a failing test shows all of it."""

    status: int
    out: str
    err: str


def environment(**more: str) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT / "src"), "PYTHONIOENCODING": "utf-8"} | more


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """The real command in a process of its own, in the test's folder."""

    def call(*args: str, stdin: bytes = b"", env: Mapping[str, str] = {}, **options: Any) -> Ran:
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "input": stdin} | options
        done = subprocess.run([*COMMAND, *args], cwd=tmp_path, env=environment(**env), **streams)
        return Ran(done.returncode, (done.stdout or b"").decode(), (done.stderr or b"").decode())

    return call


@pytest.fixture
def quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The same in this process, where nothing of the process is at stake."""
    monkeypatch.chdir(tmp_path)

    def call(*args: str, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(stdin))))
        with pytest.raises(SystemExit) as end:
            main(list(args))
        return Ran(end.value.code or 0, *capsys.readouterr())

    return call
