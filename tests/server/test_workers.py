"""``relation-spec serve --workers N``: several processes on one port and one database."""

import contextlib
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from relation_spec import WrongCallError
from relation_spec.cli import cli
from relation_spec.server.workers import check
from tests.server.conftest import DEMO, PATH
from tests.server.processes import Process, started
from tests.server.test_durability import numbers

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")


def children(parent: int) -> list[int]:
    """The numbers of the processes that serve."""
    found = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [int(one) for one in found if b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes()]


def gone(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def until(true: Any) -> None:
    """Wait until something holds: twice as long as uvicorn waits for a process that died while it was being asked."""
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def save(server: Process, made: list[int], wrong: list[Any], count: int) -> None:
    """Save records, each over a connection of its own, so that all processes get some."""
    for _ in range(count):
        answer = server.post()
        if answer.status_code == 200:
            made.append(answer.json()["RelationId"])
        else:
            wrong.append(answer.text)


def test_they_share_port_database_sessions_and_log_and_stop_together(database: str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("w") as out, started("--workers", "2", "--database", database, stdout=out) as server:
        assert server.said.rstrip().endswith(", by 2 processes.") or ", by 2 processes; " in server.said
        made: list[int] = []
        wrong: list[Any] = []
        threads = [threading.Thread(target=save, args=(server, made, wrong, 15)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not wrong
        assert len(set(made)) == len(made) == 60
        session = httpx.request("OPTIONS", server.url + PATH, auth=DEMO).headers["set-cookie"].partition(";")[0]
        good = {"Cookie": session, "X-XSRF-TOKEN": session.partition("=")[2]}
        for number in made[:10]:
            assert httpx.get(f"{server.url}{PATH}/{number}", headers=good).json()["RelationId"] == number
        serving = children(server.process.pid)
        assert len(serving) == 2
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(30) == 0
        assert all(gone(one) for one in serving)
        assert not Path(database + "-wal").exists()
    assert set(made) <= set(numbers(database))
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert sum(line["method"] == "POST" and line["status"] == 200 for line in lines) == 60


def test_one_that_is_killed_loses_nothing_and_is_replaced(database: str) -> None:
    with started("--workers", "2", "--no-access-log", "--database", database) as server:
        made = [server.post().json()["RelationId"] for _ in range(5)]
        until(lambda: len(children(server.process.pid)) == 2)
        first, _ = children(server.process.pid)
        os.kill(first, signal.SIGKILL)
        until(lambda: first not in (now := children(server.process.pid)) and len(now) == 2)
        for _ in range(5):
            with contextlib.suppress(httpx.TransportError):
                made.append(server.post().json()["RelationId"])
        serving = children(server.process.pid)
        server.process.kill()
        until(lambda: all(gone(one) for one in serving))
    assert set(made) <= set(numbers(database))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "2 workers need a database that they share: say --database FILE"),
        (["--database", "x.db", "--defect", "date-without-offset"], "a defect needs a single worker"),
    ],
)
def test_what_several_processes_cannot_do_is_refused(options: list[str], said: str) -> None:
    done = CliRunner().invoke(cli, ["serve", "--port", "0", "--workers", "2", *options])
    assert isinstance(done.exception, WrongCallError)
    assert said in str(done.exception)


def test_one_process_may_do_both() -> None:
    check(1, ":memory:", "date-without-offset")
