"""Runs the command as people do, in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner

from relation_spec.cli import cli
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
def quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The same in this process, where nothing of the process is at stake."""
    monkeypatch.chdir(tmp_path)

    def call(*args: str, stdin: bytes = b"") -> Ran:
        done = CliRunner().invoke(cli, args, input=stdin, catch_exceptions=False)
        return Ran(done.exit_code, done.stdout, done.stderr)

    return call
