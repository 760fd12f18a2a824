"""Kill the server at random moments, and see whether every record that it answered is there, whole.

    python tools/server/kill.py --rounds 30 [--workers N]

In each round the server is started on the same database, several clients save records as fast as they can, and at a
random time after the first answer its process, or all of them, get SIGKILL. It is started again, and every record that
was answered with 200 must read back as it was answered. Records that nobody was told of must be whole, too. Exit
status 1 where one is lost or broken.
"""

import argparse
import base64
import contextlib
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import relation_spec

AUTHORIZATION = "Basic " + base64.b64encode(b"demo:demo").decode()
HEADERS = {"Authorization": AUTHORIZATION, "Content-Type": "application/json"}


def start(database: str, workers: int) -> tuple["subprocess.Popen[str]", int]:
    command = [sys.executable, "-m", "relation_spec", "serve", "--port", "0", "--no-access-log", "--database", database]
    command += ["--workers", str(workers)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ, start_new_session=True)
    assert process.stderr is not None
    line = process.stderr.readline()
    found = re.search(r":(\d+),", line)
    if found is None:
        raise SystemExit(f"the server did not start: {line}{process.stderr.read()}")
    return process, int(found[1])


def kill(process: "subprocess.Popen[str]") -> None:
    """Kill it and the processes that it started, which are a group of their own."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class Saved:
    """What one client was answered, by the links of the records; and the text that it sent last, answered or not."""

    def __init__(self) -> None:
        self.answered: dict[str, Any] = {}
        self.last = ""


def client(port: int, path: str, body: dict[str, Any], saved: Saved) -> None:
    """Save records until the server is gone; every third time an old one again."""
    known: list[int] = []
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    count = 0
    try:
        while True:
            count += 1
            text = saved.last = f"{threading.get_ident()}.{count}." + "x" * random.randrange(2000)
            identity = known[-1] if count % 3 == 0 and known else 0
            connection.request("POST", path, json.dumps(body | {"Comment": text, "RelationId": identity}), HEADERS)
            answer = connection.getresponse()
            value = json.loads(answer.read())
            if answer.status == 200:
                saved.answered[value["_Links"]["Self"]] = value
                if not identity:
                    known.append(value["RelationId"])
    except (OSError, HTTPException, ValueError):
        return


def read(port: int, link: str) -> dict[str, Any]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", re.sub("^http://[^/]+", "", link), headers={"Authorization": AUTHORIZATION})
    answer = connection.getresponse()
    value = json.loads(answer.read())
    connection.close()
    return value if answer.status == 200 else {"status": answer.status}


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return {**one, "_Links": None} == {**other, "_Links": None}


def whole(database: str) -> int:
    """How many records are not whole."""
    connection = sqlite3.connect(database)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    values = [row[0] for row in connection.execute("SELECT value FROM records")]
    connection.close()
    broken = 0
    for value in values:
        try:
            broken += not isinstance(json.loads(value), dict)
        except ValueError:
            broken += 1
    return broken


def disturb(port: int, process: "subprocess.Popen[str]", clients: int) -> list[Saved]:
    """Save records, and kill the server in the midst of it."""
    path = relation_spec.load().document.operation().path
    body = {"SourceContactId": 874, "DestinationContactId": 955}
    saved = [Saved() for _ in range(clients)]
    threads = [threading.Thread(target=client, args=(port, path, body, held)) for held in saved]
    for thread in threads:
        thread.start()
    until = time.monotonic() + 30
    while not any(held.answered for held in saved) and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(random.uniform(0.02, 0.5))
    kill(process)
    for thread in threads:
        thread.join()
    return saved


def run(rounds: int, clients: int, database: str, workers: int) -> tuple[int, int, int]:
    """Answers, lost ones, and broken records."""
    total, lost, broken = 0, 0, 0
    kept: dict[str, Any] = {}
    saved: list[Saved] = []
    for number in range(rounds + 1):
        process, port = start(database, workers)
        fresh = {re.sub(r"^http://[^/]+", "", link): value for held in saved for link, value in held.answered.items()}
        total += len(fresh)
        looked = fresh | dict(random.sample(sorted(kept.items()), min(20, len(kept))))
        unanswered = {held.last for held in saved}  # the kill may have come between the commit and the answer
        for link, value in looked.items():
            there = kept[link] = read(port, link)
            lost += not same(there, value) and there.get("Comment") not in unanswered
        saved = disturb(port, process, clients) if number < rounds else []
        kill(process)
        broken += whole(database)
    return total, lost, broken


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--database", help="a file, by default a new one")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = options.database or str(Path(folder) / "relations.db")
        total, lost, broken = run(options.rounds, options.clients, database, options.workers)
    print(f"{options.rounds} kills, {total} records answered: {lost} lost, {broken} broken")
    return 1 if lost or broken or not total else 0


if __name__ == "__main__":
    sys.exit(main())
