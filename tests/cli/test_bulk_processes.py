"""A large file gone through by several processes: the same words as by one, whatever becomes of the others."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import relation_spec
from relation_spec.cli import bulk, inputs, processes
from relation_spec.cli.inputs import UnreadableError, batches, part
from relation_spec.cli.processes import Sifted, shared, worthwhile
from tests.cli.conftest import BAD, COMMAND, GOOD, Run, environment

forking = pytest.mark.skipif(sys.platform != "linux", reason="files are shared on Linux alone")


def lines_of(source: Iterable[bytes]) -> list[bytes]:
    return [line for lines in batches(source) for line in lines]


def test_parts_together_hold_each_line_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever parts and reads begin and end, and wherever lines do."""
    source, path = random.Random(1), tmp_path / "x"
    for _ in range(300):
        text = b"\n".join(
            bytes(source.choices(b"abc", k=source.choice([0, 1, 2, 9]))) for _ in range(source.randint(1, 9))
        )
        text += source.choice([b"", b"\n", b"\n\n"])
        path.write_bytes(text)
        expected = text.split(b"\n")[: -1 if text.endswith(b"\n") or not text else None]
        monkeypatch.setattr(inputs, "_CHUNK", source.randint(1, 12))
        monkeypatch.setattr(inputs, "_TAIL", source.randint(1, 12))
        for size in range(1, len(text) + 3):
            ends = [*range(size, len(text), size), None]
            parts = [lines_of(part(str(path), begin, end)) for begin, end in zip([0, *ends[:-1]], ends, strict=True)]
            assert [line for lines in parts for line in lines] == expected, (text, size)


def test_a_file_that_cannot_be_read_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="No such file"):
        list(part(str(tmp_path / "x"), 0, None))


@forking
def test_large_plain_files_are_shared_where_there_are_processors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large, small, packed = (tmp_path / name for name in ("a.ndjson", "b.ndjson", "c.ndjson.gz"))
    for path in (large, packed):
        path.write_bytes(b"\n" * (8 << 20))
    small.write_bytes(b"\n" * 1000)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    assert [worthwhile(str(file)) for file in (large, small, packed, "-", tmp_path, tmp_path / "x")] == [
        2,
        0,
        0,
        0,
        0,
        0,
    ]
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    assert worthwhile(str(large)) == 0
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)))
    assert worthwhile(str(large)) == 4


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    source, path = random.Random(2), tmp_path / "x.ndjson"
    pool = [b"", b" ", BAD, GOOD + GOOD, GOOD[:20], b"\xff", GOOD + b"\r", b" " + GOOD, b"[" * 3000]
    path.write_bytes(b"\n".join(source.choice(pool) if source.random() < 0.1 else GOOD for _ in range(2000)))
    return path


def plain(sifted: Iterable[Sifted]) -> tuple[int, list[tuple[int, bytes]]]:
    """How many lines there were, and the doubtful ones with their numbers in the file."""
    number, found = 0, []
    for count, doubtful in sifted:
        found += [(number + at, line) for at, line in doubtful]
        number += count
    return number, found


@forking
@pytest.mark.parametrize("size", [1, 60, 1000, 10**6])
def test_several_processes_find_what_one_finds(
    contract: relation_spec.Contract, mixed: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    sift = partial(bulk._sift, accept=contract.acceptor("request"))
    if size == 1:
        mixed.write_bytes(mixed.read_bytes()[:300])
    expected = plain(sift(inputs.chunks(str(mixed))))
    monkeypatch.setattr(processes, "_PART", size)
    for crew in (1, 2, 3):
        told: list[int] = []
        assert plain(shared(str(mixed), sift, crew, told.append)) == expected
        assert told[-1] == mixed.stat().st_size
        assert told == sorted(told)


@forking
def test_a_process_that_ends_is_not_missed(
    contract: relation_spec.Contract, mixed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may never start, end at once, in the middle of its work, or in the middle of an answer."""
    accept, here = contract.acceptor("request"), os.getpid()
    expected = plain(bulk._sift(inputs.chunks(str(mixed)), accept))
    monkeypatch.setattr(processes, "_PART", 5000)

    def fragile(source: Iterable[bytes], after: int) -> Iterable[Sifted]:
        nonlocal calls
        calls += 1
        if os.getpid() != here and calls > after:
            raise KeyboardInterrupt
        return bulk._sift(source, accept)

    for after in (0, 1, 3):
        calls = 0
        assert plain(shared(str(mixed), partial(fragile, after=after), 2)) == expected

    def no_room() -> int:
        raise BlockingIOError

    with monkeypatch.context() as patch:
        patch.setattr(os, "fork", no_room)
        assert plain(shared(str(mixed), partial(bulk._sift, accept=accept), 2)) == expected
    half = processes.marshal.dumps([(7, [(1, b"x" * 100)])])[:50]
    with monkeypatch.context() as patch:
        patch.setattr(processes.marshal, "dump", lambda _, out: (out.write(half), out.close()))
        assert plain(shared(str(mixed), partial(bulk._sift, accept=accept), 2)) == expected


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """12 MB in which one line of a thousand is broken, or blank."""
    lines = [GOOD[:-1] + b', "Comment": "%s"}' % (b"c" * 250)] * 40_000
    lines[999::2000] = [BAD] * 20
    lines[1999::2000] = [b"\r"] * 20
    path = tmp_path / "x.ndjson"
    path.write_bytes(b"\n".join(lines))
    return path


def test_a_file_is_judged_like_a_stream(run: Run, large: Path) -> None:
    def findings(found: str) -> Any:
        return [{**each, "file": ""} for each in json.loads(found)["files"][0]["findings"]]

    options = ("validate", "--ndjson", "--format", "json")
    file, stream = run(*options, large.name), run(*options, "-", stdin=large.read_bytes())
    assert (file.status, file.err) == (1, "")
    assert findings(file.out) == findings(stream.out)
    assert len(findings(file.out)) == 20
    text = run("validate", large.name).out
    assert text.endswith("39980 payloads: 39960 valid, 20 invalid; 20 errors, 0 warnings\n")


@pytest.mark.skipif(os.name != "posix", reason="signals and processes of POSIX")
def test_nobody_is_left_when_it_is_interrupted_or_the_reader_leaves(large: Path) -> None:
    large.write_bytes(large.read_bytes().replace(GOOD[:30], BAD[:30]) * 8)
    for end in ("interrupt", "leave"):
        words = [*COMMAND, "validate", "--format", "github", large.name]
        with subprocess.Popen(
            words, cwd=large.parent, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        ) as process:  # fmt: skip
            assert process.stdout is not None
            assert process.stderr is not None
            assert process.stdout.readline().startswith(b"::error")
            if end == "interrupt":
                os.killpg(process.pid, signal.SIGINT)
                process.stdout.read()
            else:
                process.stdout.close()
            assert process.stderr.read() == b""
            assert process.wait(20) == (130 if end == "interrupt" else 141)
        assert _is_gone(process.pid)


def _is_gone(group: int) -> bool:
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False
