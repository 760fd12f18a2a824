"""One payload a line: what is counted, which lines are named, and that a stream stays a stream."""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from relation_spec.cli import inputs
from relation_spec.cli.inputs import batches, is_bulk
from tests.cli.conftest import BAD, COMMAND, GOOD, WARNED, Run, environment


def test_the_broken_line_of_ten_thousand_is_found(quick: Run, tmp_path: Path) -> None:
    lines = [GOOD] * 10_000
    lines[6543] = BAD
    (tmp_path / "x.ndjson").write_bytes(b"\n".join(lines))
    ran = quick("validate", "x.ndjson")
    assert ran.status == 1
    assert " --> x.ndjson:6544:48  at /DestinationContactId\n" in ran.out
    assert ran.out.count("error[") == 1
    assert ran.out.endswith("10000 payloads: 9999 valid, 1 invalid; 1 error, 0 warnings\n")


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("blank", [b"", b"  \t"])
def test_blank_lines_are_skipped_and_counted_as_lines(quick: Run, end: bytes, blank: bytes) -> None:
    text = end.join([blank, GOOD, blank, blank, BAD, GOOD[:-1], blank, WARNED, blank])
    ran = quick("validate", "--ndjson", "--format", "json", "-", stdin=text)
    findings = json.loads(ran.out)["files"][0]["findings"]
    assert [(f["record"], f["line"], f["column"], f["code"]) for f in findings] == [
        (5, 5, 48, "type"),
        (6, 6, len(GOOD), "malformed"),  # at the end of its own line, not at the start of the next
    ]
    assert quick("validate", "--ndjson", "-", stdin=text).out.endswith(
        "4 payloads: 2 valid, 2 invalid; 2 errors, 0 warnings\n"
    )


def test_a_lone_carriage_return_is_white_space_within_a_line(quick: Run) -> None:
    ran = quick("validate", "--ndjson", "-", stdin=GOOD + b"\n" + BAD.replace(b", ", b",\r"))
    assert ' --> -:2:48  at /DestinationContactId\n  |\n2 | "DestinationContactId": "x"}\n' in ran.out


def test_warnings_are_shown_on_demand_and_count_under_strict(quick: Run) -> None:
    text = b"\n".join([GOOD, WARNED, GOOD])
    assert quick("validate", "--ndjson", "-", stdin=text) == (
        0,
        "3 payloads: 3 valid, 0 invalid; 0 errors, 0 warnings\n",
        "",
    )
    shown = quick("validate", "--ndjson", "--warnings", "-", stdin=text)
    assert shown.status == 0
    assert "warning[null-id]" in shown.out
    assert shown.out.endswith("3 payloads: 3 valid, 0 invalid; 0 errors, 1 warning\n")
    strict = quick("validate", "--ndjson", "--strict", "-", stdin=text)
    assert strict.status == 1
    assert strict.out.endswith("3 payloads: 2 valid, 1 invalid; 1 error, 0 warnings\n")


def test_the_reference_says_the_same(quick: Run) -> None:
    text = b"\n".join([GOOD, BAD, WARNED, GOOD[:-1]])
    ours = quick("validate", "--ndjson", "--warnings", "-", stdin=text)
    assert quick("validate", "--ndjson", "--warnings", "--engine", "reference", "-", stdin=text) == ours


def test_names_say_what_is_bulk_and_the_option_overrules_them(quick: Run, tmp_path: Path) -> None:
    assert [name for name in ("a.ndjson", "a.JSONL.gz", "a.json", "a.json.gz", "ndjson") if is_bulk(name)] == [
        "a.ndjson",
        "a.JSONL.gz",
    ]
    (tmp_path / "x.ndjson").write_bytes(GOOD + b"\n" + GOOD)
    assert "error[malformed]" in quick("validate", "--no-ndjson", "x.ndjson").out


def test_gzip_of_many_members_is_one_text_also_from_a_pipe(run: Run, quick: Run, tmp_path: Path) -> None:
    packed = b"".join(gzip.compress(part) for part in (GOOD + b"\n" + BAD[:30], BAD[30:], b"\n" + GOOD))
    (tmp_path / "x.ndjson.gz").write_bytes(packed)
    counts = "3 payloads: 2 valid, 1 invalid; 1 error, 0 warnings\n"
    assert quick("validate", "x.ndjson.gz").out.endswith(counts)
    assert run("validate", "--ndjson", "-", stdin=packed).out.endswith(counts)


def test_what_came_before_a_damage_is_judged(quick: Run, tmp_path: Path) -> None:
    noise = (b'{"SourceContactId": %d, "DestinationContactId": 2}' % (n * 7919 % 10**6) for n in range(20_000))
    packed = gzip.compress(b"\n".join([BAD, *noise]))
    (tmp_path / "x.ndjson.gz").write_bytes(packed[: len(packed) // 2])
    ran = quick("validate", "x.ndjson.gz")
    assert (ran.status, ran.err) == (2, "Error: x.ndjson.gz: the gzip data ends too soon\n")
    assert " --> x.ndjson.gz:1:48" in ran.out
    counts = ran.out.splitlines()[-1]
    assert 5_000 < int(counts.split()[0]) < 15_000
    assert counts.endswith(" 1 invalid; 1 error, 0 warnings; 1 file could not be read")


def test_lines_are_whole_however_they_come() -> None:
    text = b"a\n\nbb\r\nccc\nd"
    for size in range(1, len(text) + 1):
        chunks = (text[at : at + size] for at in range(0, len(text), size))
        assert [line for lines in batches(chunks) for line in lines] == [b"a", b"", b"bb\r", b"ccc", b"d"]


def test_a_line_without_an_end_is_cut_past_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "MAX_BODY_BYTES", 10)
    held = 0

    def endless() -> Iterator[bytes]:
        nonlocal held
        for _ in range(1000):
            held += 4
            yield b"xxxx"
        yield b"x\nshort\n" + b"y" * 30 + b"\nlast"

    assert [line for lines in batches(endless()) for line in lines] == [b"x" * 11, b"short", b"y" * 30, b"last"]
    assert held == 4000


def test_findings_come_while_the_stream_goes_on(tmp_path: Path) -> None:
    """Nothing waits for a full buffer: the answer to a line comes before the next one is sent."""
    process = subprocess.Popen(
        [*COMMAND, "validate", "--ndjson", "--format", "github", "-"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(),
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    for number in (1, 2, 3):
        process.stdin.write(BAD + b"\n")
        process.stdin.flush()
        assert process.stdout.readline().startswith(f"::error file=-,line={number},col=48,".encode())
    process.communicate()
    assert process.returncode == 1


MEASURED = """
import resource, sys
from relation_spec.cli import main
try:
    main(sys.argv[1:])
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, file=sys.stderr)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="units of ru_maxrss")
@pytest.mark.parametrize("form", ["json", "junit", "sarif"])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, form: str) -> None:
    """300,000 lines, 3,000 of them broken, in the formats that write at the end."""
    hundred = b"\n".join([*[GOOD[:-1] + b', "Comment": "%s"}' % (b"c" * 300)] * 99, BAD]) + b"\n"

    def megabytes(hundreds: int) -> int:
        path = tmp_path / f"{hundreds}.ndjson"
        path.write_bytes(hundred * hundreds)
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, "validate", "--format", form, str(path)], capture_output=True, env=environment()
        )  # fmt: skip
        assert done.returncode == 1
        return int(done.stderr)

    assert megabytes(3000) - megabytes(3) < 40


@pytest.mark.skipif(os.name != "posix", reason="terminals of POSIX")
def test_progress_and_colours_are_for_terminals_alone(tmp_path: Path) -> None:
    (tmp_path / "x.ndjson").write_bytes((GOOD + b"\n") * 3000 + BAD)
    shown = on_a_terminal(tmp_path, "validate", "x.ndjson")
    assert b"x.ndjson  [" in shown
    assert b"100%" in shown
    assert b"\x1b[31m\x1b[1merror[type]\x1b[0m" in shown
    assert shown.endswith(b"\r\n3001 payloads: 3000 valid, 1 invalid; 1 error, 0 warnings\r\n")
    (tmp_path / "bad.json").write_bytes(BAD)
    plain = on_a_terminal(tmp_path, "validate", "bad.json", NO_COLOR="1")
    assert b"error[type]" in plain
    assert b"\x1b" not in plain


def on_a_terminal(folder: Path, *args: str, **more: str) -> bytes:
    """What a terminal is sent on either stream."""
    import pty

    ours, theirs = pty.openpty()
    environ = {name: value for name, value in environment(TERM="xterm", **more).items() if name != "NO_COLOR" or more}
    process = subprocess.Popen([*COMMAND, *args], cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, env=environ)
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # how Linux says that the other end is closed
            break
        if not part:
            break
        shown += part
    process.wait()
    os.close(ours)
    return shown
