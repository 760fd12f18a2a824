"""How the command ends: its exit status, what it says on stderr, and that it never ends in a traceback."""

import gzip
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import BAD, COMMAND, GOOD, WARNED, Run, environment


@pytest.mark.parametrize(
    ("args", "stdin", "status"),
    [
        (["-"], GOOD, 0),
        (["-"], WARNED, 0),
        (["--strict", "-"], WARNED, 1),
        (["-"], BAD, 1),
        (["--engine", "reference", "-"], BAD, 1),
        (["--content-type", "text/nothing", "-"], GOOD, 1),
        (["--as", "response", "--status", "418", "-"], GOOD, 1),
        (["--as", "both", "-"], GOOD, 2),
        (["--status", "200", "-"], GOOD, 2),
        (["--select", "Comment", "-"], GOOD, 2),
        (["--operation", "nobody", "-"], GOOD, 2),
        (["--max-findings", "0", "-"], GOOD, 2),
        (["--spec", "missing.yaml", "-"], GOOD, 2),
        (["-", "-"], GOOD, 2),
    ],
)  # fmt: skip
def test_the_status_says_how_it_went(run: Run, args: list[str], stdin: bytes, status: int) -> None:
    ran = run("validate", *args, stdin=stdin)
    assert ran.status == status
    assert ("Error: " in ran.err) == (status == 2)
    assert "Traceback" not in ran.err


def test_unreadable_files_are_told_and_win_and_the_others_are_judged(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_bytes(BAD)
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "no.json.gz").write_bytes(GOOD)
    (tmp_path / "cut.json.gz").write_bytes(gzip.compress(GOOD)[:-9])
    (tmp_path / "good.json.GZ").write_bytes(gzip.compress(GOOD))
    names = ("missing.json", "folder.json", "no.json.gz", "cut.json.gz", "bad.json", "good.json.GZ")
    ran = run("validate", *names)
    assert ran.status == 2
    assert ran.err == (
        "Error: missing.json: No such file or directory\n"
        "Error: folder.json: it is a directory\n"
        f"Error: no.json.gz: Not a gzipped file ({GOOD[:2]!r})\n"
        "Error: cut.json.gz: the gzip data ends too soon\n"
    )
    assert ran.out.endswith("2 payloads: 1 valid, 1 invalid; 1 error, 0 warnings; 4 files could not be read\n")


def test_a_contract_that_cannot_be_used_is_named_with_its_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text("openapi: 3.1.0\nopenapi: 3.1.0\n")
    for command in (["validate", "-"], ["explain", "type"]):
        ran = run(*command, "--spec", "spec.yaml", stdin=GOOD)
        assert (ran.status, ran.out) == (2, "")
        assert ran.err == "Error: spec.yaml:2: duplicate key 'openapi'; first on line 1\n"


def test_an_unknown_command_is_told_the_nearest(run: Run) -> None:
    ran = run("validat")
    assert ran.status == 2
    assert ran.err.endswith("Error: No such command 'validat'. Did you mean validate?\n")


def test_a_reader_that_leaves_ends_it_quietly(run: Run, tmp_path: Path) -> None:
    """As a shell counts it: 128 and SIGPIPE."""
    (tmp_path / "bad.ndjson").write_bytes((BAD + b"\n") * 3000)
    reading, writing = os.pipe()
    os.close(reading)
    ran = run("validate", "bad.ndjson", stdout=writing)
    os.close(writing)
    assert (ran.status, ran.err) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_output_that_cannot_be_written_is_no_fault_of_ours(run: Run) -> None:
    with Path("/dev/full").open("wb") as full:
        ran = run("validate", "-", stdin=GOOD, stdout=full)
    assert (ran.status, ran.err) == (2, "Error: the output cannot be written: No space left on device\n")


@pytest.mark.skipif(os.name != "posix", reason="signals and descriptors of POSIX")
def test_closed_streams_are_no_fault_of_ours(tmp_path: Path) -> None:
    (tmp_path / "good.json").write_bytes(GOOD)
    for redirection, status in (("- <&-", 2), ("<&-", 2), ("good.json >&-", 0), ("good.json 2>&-", 0)):
        call = ["/bin/sh", "-c", f'"$@" {redirection}', "sh", *COMMAND, "validate"]
        done = subprocess.run(call, cwd=tmp_path, env=environment(), capture_output=True)
        assert done.returncode == status, redirection
        assert b"Traceback" not in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("options", [["-"], ["--ndjson", "-"]])
def test_an_interrupt_while_it_waits_for_input_ends_it_quietly(options: list[str]) -> None:
    process = subprocess.Popen(
        [*COMMAND, "validate", *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(GOOD[:20])
    process.stdin.flush()
    _wait_until_it_reads(process)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()
    assert (process.returncode, out, err) == (130, b"", b"")


def _wait_until_it_reads(process: "subprocess.Popen[bytes]") -> None:
    """Until what was written is gone from the pipe, and the process sleeps: it is then waiting for more."""
    import fcntl
    import struct
    import termios

    assert process.stdin is not None
    left = 1
    while left:
        time.sleep(0.02)
        (left,) = struct.unpack("i", fcntl.ioctl(process.stdin, termios.FIONREAD, struct.pack("i", 0)))
    time.sleep(0.05)


BREAKING = """
import sys
import relation_spec.cli.validate as validate
from relation_spec import cli

def broken(path):
    raise ZeroDivisionError("\\x1b" + "x" * 1000)

validate.load = broken
cli.main(["validate", "-"])
"""


def test_a_fault_of_our_own_is_told_apart_and_where_it_is_only_on_demand(tmp_path: Path) -> None:
    def ended(**more: str) -> tuple[int, list[str]]:
        done = subprocess.run(
            [sys.executable, "-c", BREAKING], input=GOOD, capture_output=True, env=environment(**more)
        )
        return done.returncode, done.stderr.decode().splitlines()

    status, said = ended()
    assert status == 4
    assert len(said) == 2
    assert said[0].startswith("relation-spec failed, and not because of your input: ZeroDivisionError: \\u001bxxx")
    assert len(said[0]) < 400
    assert said[1].startswith("Please report this")
    status, said = ended(RELATION_SPEC_DEBUG="1")
    assert status == 4
    assert "Traceback (most recent call last):" in said


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-16"])
def test_no_encoding_of_the_output_ends_it(run: Run, tmp_path: Path, encoding: str) -> None:
    (tmp_path / "\udcff.json").write_bytes(BAD.replace(b'"x"', '"日"'.encode()))
    ran = run("validate", "\udcff.json", env={"PYTHONIOENCODING": encoding}, stdout=subprocess.DEVNULL)
    assert (ran.status, ran.err) == (1, "")
