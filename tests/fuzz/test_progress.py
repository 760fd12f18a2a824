"""Progress is for people who look on: it goes to standard error, to a terminal alone, and leaves nothing behind."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import environment
from tests.conftest import ROOT

pty = pytest.importorskip("pty", reason="terminals of POSIX")

ARGS = [
    sys.executable,
    "-m",
    "relation_spec",
    "fuzz",
    "tests.fuzz.other_server:other_server()",
    "--examples=0",
    "--max-cases=60",
]


def run_with(stderr: int, **env: str) -> subprocess.CompletedProcess[bytes]:
    env = environment(RELATION_AUTH="basic:demo:demo-word", TERM="xterm") | env
    return subprocess.run([*ARGS, "--format=json"], stdout=subprocess.PIPE, stderr=stderr, cwd=ROOT, env=env)


def terminal_sees(**env: str) -> tuple[bytes, bytes]:
    """What a run writes to standard output, and to a terminal that is its standard error."""
    ours, theirs = pty.openpty()
    done = run_with(theirs, **env)
    os.close(theirs)
    seen = b""
    try:
        while part := os.read(ours, 65536):
            seen += part
    except OSError:  # Linux's way to say that the other end is closed
        pass
    os.close(ours)
    return done.stdout, seen


def test_a_terminal_sees_how_far_it_is_and_in_the_end_nothing(tmp_path: Path) -> None:
    out, seen = terminal_sees()
    assert out.startswith(b"{")
    assert re.findall(rb"(\d+) of \d+ cases, 0 found", seen) == [b"25", b"50"]
    assert seen.endswith(b"\r\x1b[K")
    assert b"\n" not in seen


@pytest.mark.parametrize("stream", ["a pipe", "a terminal without control sequences"])
def test_nobody_else_sees_any(stream: str) -> None:
    if stream == "a pipe":
        assert run_with(subprocess.PIPE).stderr == b""
    else:
        assert terminal_sees(TERM="dumb")[1] == b""
