"""What was answered is on disk, whole, whatever happens to the process, the file or the disk."""

import asyncio
import contextlib
import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

import relation_spec as rs
from relation_spec.server import Limits, UnusableDatabaseError, create_app
from relation_spec.server.running import running_server
from tests.conftest import ROOT
from tests.server.conftest import DEMO, PATH, Connect, Local
from tests.server.processes import VALUE, started

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and limits of POSIX")


def files(database: str) -> list[str]:
    return [database, database + "-wal", database + "-shm"]


def numbers(database: str) -> list[int]:
    with contextlib.closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return [row[0] for row in connection.execute("SELECT id FROM records ORDER BY id")]


def test_every_answered_record_outlives_a_kill(database: str) -> None:
    """Three rounds of what ``tools/server/kill.py`` does thirty times."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "server" / "kill.py"), "--rounds", "3", "--database", database],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 lost, 0 broken" in done.stdout


def test_what_was_stored_is_there_for_the_next_server(connect: Connect, new: dict[str, Any], database: str) -> None:
    first = connect(database=database)
    made = first.post(new).json()
    session = first.request("OPTIONS").headers["set-cookie"].partition(";")[0]
    first.app.state.store.close()
    second = connect(database=database)
    assert second.get(made["_Links"]["Self"]).json() == made
    good = {"Cookie": session, "X-XSRF-TOKEN": session.partition("=")[2]}
    assert second.get(made["_Links"]["Self"], headers=good, auth=None).status_code == 200


def test_two_processes_on_one_database_lose_nothing(database: str) -> None:
    with started("--database", database) as one, started("--database", database) as two:
        made: list[int] = []
        wrong: list[Any] = []

        def save(url: str, writer: int) -> None:
            with httpx.Client(auth=DEMO, timeout=20) as client:
                for number in range(15):
                    answer = client.post(url + PATH, json=VALUE | {"Comment": f"{writer}.{number}"})
                    if answer.status_code != 200:
                        wrong.append(answer.text)
                        continue
                    made.append(answer.json()["RelationId"])

        threads = [threading.Thread(target=save, args=(server.url, n)) for n, server in enumerate((one, two, one, two))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not wrong
        assert len(set(made)) == len(made) == 60
        for number in made[:5]:
            assert httpx.get(f"{two.url}{PATH}/{number}", auth=DEMO).json()["RelationId"] == number
    assert set(made) <= set(numbers(database))


def test_a_full_disk_is_told_and_the_server_goes_on(connect: Connect, database: str) -> None:
    """SQLite says the same when the disk has no room and when it may not grow."""
    local = connect(database=database, limits=Limits(database=100_000))
    full = [local.post(VALUE | {"Comment": "x" * 30_000}) for _ in range(5)]
    assert [answer.status_code for answer in full] == [200, 200, 500, 500, 500]
    assert "database or disk is full" in full[-1].json()["ErrorMessage"]
    assert local.get(full[0].json()["_Links"]["Self"]).status_code == 200
    assert local.post(VALUE).status_code == 200
    assert len(numbers(database)) == 2 + 3


def test_a_disk_that_takes_no_more_bytes_is_told(database: str) -> None:
    """A limit of the system on the size of files, which stops the journal in the middle of a write."""
    limit = 400_000

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    with started("--database", database, preexec_fn=limited) as server:
        answers = [server.post(VALUE | {"Comment": "x" * 30_000}) for _ in range(16)]
        good = [answer for answer in answers if answer.status_code == 200]
        bad = [answer for answer in answers if answer.status_code != 200]
        assert good
        assert bad
        assert {answer.status_code for answer in bad} == {500}
        assert rs.load().validate_response(bad[0]).valid
        assert httpx.get(good[-1].json()["_Links"]["Self"], auth=DEMO).json() == good[-1].json()
    assert {answer.json()["RelationId"] for answer in good} == set(numbers(database)) - {685, 959}


def test_a_database_that_somebody_locks_is_told_and_waited_for(connect: Connect, database: str) -> None:
    local = connect(database=database, limits=Limits(database_wait=0.05))
    other = sqlite3.connect(database, isolation_level=None)
    with contextlib.closing(other):
        other.execute("BEGIN EXCLUSIVE")
        busy = local.post(VALUE)
        assert (busy.status_code, busy.headers["retry-after"]) == (503, "1")
        assert "database is locked" in busy.json()["ErrorMessage"]
        assert local.get(f"{PATH}/959").status_code == 200, "readers need not wait"
        other.execute("COMMIT")
    assert local.post(VALUE).status_code == 200


def test_a_short_lock_is_only_waited_for(connect: Connect, database: str) -> None:
    local = connect(database=database)
    other = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
    with contextlib.closing(other):
        other.execute("BEGIN IMMEDIATE")
        timer = threading.Timer(0.2, other.execute, ["COMMIT"])
        timer.start()
        assert local.post(VALUE).status_code == 200
        timer.join()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs another user")
def test_a_file_that_may_only_be_read_is_told(connect: Connect, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opened for reading alone, since the tests may run as a user who may write everywhere."""
    connect(database=database).app.state.store.close()
    from relation_spec.server import committing, storage

    def read_only(place: Any) -> sqlite3.Connection:
        return sqlite3.connect(f"file:{place.path}?mode=ro", uri=True, isolation_level=None, check_same_thread=False)

    monkeypatch.setattr(storage, "_connect", read_only)
    monkeypatch.setattr(committing, "reopened", read_only)
    local = connect(database=database)
    for _ in range(2):
        answer = local.post(VALUE)
        assert answer.status_code == 500
        assert "readonly database" in answer.json()["ErrorMessage"]
        assert local.get(f"{PATH}/959").status_code == 200


def test_the_writing_thread_outlives_values_that_no_database_takes(connect: Connect, database: str) -> None:
    """The contract lets none of them through, but a planted defect may."""
    from relation_spec.server.committing import StoreError
    from relation_spec.server.storage import Saving

    local = connect(database=database)
    for saving in (Saving(2**70, "{}", "", ""), Saving(None, "\ud800", "", ""), Saving(None, {}, "", "")):  # type: ignore[arg-type]
        with pytest.raises(StoreError):
            local._runner.run(local.app.state.store.save(saving))
    assert local.post(VALUE).status_code == 200


def test_many_are_saved_in_few_transactions(connect: Connect, new: dict[str, Any], database: str) -> None:
    """What waits together is committed together, and each gets its own record."""
    local = connect(database=database)
    commits: list[str] = []
    from relation_spec.server import committing

    real = committing._commit

    def counted(connection: sqlite3.Connection, batch: list[Any]) -> list[Any]:
        commits.append(str(len(batch)))
        return real(connection, batch)

    committing._commit = counted
    try:
        answers = local._runner.run(_together(local, new))
    finally:
        committing._commit = real
    comments = {answer.json()["RelationId"]: answer.json()["Comment"] for answer in answers}
    assert len(comments) == 50
    assert len(commits) < 50
    for number, comment in comments.items():
        assert local.get(f"{PATH}/{number}").json()["Comment"] == comment


async def _together(local: Local, new: dict[str, Any]) -> list[httpx.Response]:
    return list(await asyncio.gather(*(local._client.post(PATH, json=new | {"Comment": str(n)}) for n in range(50))))


@pytest.mark.parametrize(
    ("statements", "reason"),
    [
        (
            ["PRAGMA application_id=1381191747", "PRAGMA user_version=7"],
            "has version 7, and this server keeps version 1",
        ),
        (["CREATE TABLE other (x)"], "was not made by this server"),
        (["PRAGMA user_version=1"], "was not made by this server"),
    ],
)
def test_a_database_of_another_kind_or_version_is_refused_by_name(
    database: str, statements: list[str], reason: str
) -> None:
    with contextlib.closing(sqlite3.connect(database)) as connection:
        for statement in statements:
            connection.execute(statement)
    before = Path(database).read_bytes()
    with pytest.raises(UnusableDatabaseError, match=rf"relations\.db {reason}"):
        create_app(database=database)
    assert Path(database).read_bytes() == before


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Buy milk. " * 100)
    for wrong in (path, tmp_path, tmp_path / "none" / "x.db"):
        with pytest.raises(UnusableDatabaseError, match=r"notes\.txt|tmp|x\.db"):
            create_app(database=str(wrong))
    assert path.read_text() == "Buy milk. " * 100


def test_a_server_that_is_told_to_stop_closes_its_database(database: str) -> None:
    with started("--database", database) as server:
        assert server.post().status_code == 200
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(20) == 0
        assert [Path(name).exists() for name in files(database)] == [True, False, False]
    assert len(numbers(database)) == 3


def test_a_server_on_a_thread_leaves_nothing_behind(database: str) -> None:
    before = threading.active_count()
    with running_server(database=database) as server:
        saved = httpx.post(server.url + PATH, json=VALUE, auth=DEMO).json()
        assert httpx.get(saved["_Links"]["Self"], auth=DEMO).status_code == 200
    assert threading.active_count() == before
    assert not Path(database + "-wal").exists()
    assert json.dumps(saved)
