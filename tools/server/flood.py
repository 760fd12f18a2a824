"""Treat the server as badly as the network can, and see whether others are answered meanwhile.

    python tools/server/flood.py --clients 200 --requests 100000

Each kind of trouble is made by that many clients at once: heads that never end, bodies that never end, connections that
say nothing, heads that are too long, and, by a few, bodies of 100 MB. Meanwhile a good client sends requests, of which
none may fail or take longer than ``--patience`` seconds. Then so many good requests are sent over a few connections,
and the memory of the server is read before and after. Exit status 1 where a good client suffered, or memory grew.
"""

import argparse
import base64
import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import relation_spec

AUTHORIZATION = "Authorization: Basic " + base64.b64encode(b"demo:demo").decode()
BODY = json.dumps({"SourceContactId": 874, "DestinationContactId": 955}).encode()
GROWTH = 16 * 1024 * 1024  # bytes that allocators and SQLite's cache may still take


def head(path: str, length: int | None, *lines: str) -> bytes:
    fields = [f"POST {path} HTTP/1.1", "Host: localhost", AUTHORIZATION, "Content-Type: application/json", *lines]
    fields += [f"Content-Length: {length}"] if length is not None else []
    return "\r\n".join([*fields, "", ""]).encode()


class Server:
    """The command in a process of its own."""

    def __init__(self, database: str) -> None:
        command = [sys.executable, "-m", "relation_spec", "serve", "--port", "0", "--no-access-log"]
        self.process = subprocess.Popen([*command, "--database", database], stderr=subprocess.PIPE, text=True)
        assert self.process.stderr is not None
        found = re.search(r":(\d+),", self.process.stderr.readline())
        assert found, "the server did not start"
        self.port, self.path = int(found[1]), relation_spec.load().document.operation().path
        threading.Thread(target=self.process.stderr.read, daemon=True).start()

    def connect(self, sent: bytes = b"") -> socket.socket:
        opened = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        with contextlib.suppress(ConnectionError):
            opened.sendall(sent)
        return opened

    def memory(self) -> int:
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def good(self, opened: socket.socket) -> float:
        """Seconds until a good request is answered."""
        started = time.perf_counter()
        opened.sendall(head(self.path, len(BODY)) + BODY)
        answer = b""
        while b"\r\n\r\n" not in answer or not answer.endswith(b"}"):
            piece = opened.recv(65536)
            if not piece:
                raise ConnectionError("the server closed")
            answer += piece
        if not answer.startswith(b"HTTP/1.1 200 "):
            raise ConnectionError(answer[:200].decode("iso-8859-1"))
        return time.perf_counter() - started


def big(server: Server) -> None:
    """100 MB, whole, and what is answered."""
    opened = server.connect(head(server.path, 100_000_000))
    with contextlib.suppress(ConnectionError):
        for _ in range(100):
            opened.sendall(b" " * 1_000_000)
    assert opened.recv(1000).startswith(b"HTTP/1.1 413 ")
    opened.close()


def troubles(server: Server) -> dict[str, Callable[[], object]]:
    unfinished = head(server.path, None)[:-4]
    return {
        "heads that never end": lambda: server.connect(unfinished),
        "bodies that never end": lambda: server.connect(head(server.path, 1000) + b"{"),
        "silence": server.connect,
        "heads that are too long": lambda: server.connect(unfinished + b"\r\nX: y" * 100_000),
    }


def during(server: Server, make: Callable[[], object], clients: int) -> tuple[int, float, str]:
    """Good requests while trouble is made, the slowest one's seconds, and the first failure."""
    kept: list[object] = []
    ended = threading.Event()

    def trouble() -> None:
        kept.extend(make() for _ in range(clients))
        ended.set()

    threading.Thread(target=trouble, daemon=True).start()
    count, slowest, failure = 0, 0.0, ""
    until = time.monotonic() + 3
    while not ended.is_set() or time.monotonic() < until:
        try:
            with server.connect() as opened:
                slowest = max(slowest, server.good(opened))
            count += 1
        except (OSError, ConnectionError) as error:
            failure = failure or str(error)
    for one in kept:
        if isinstance(one, socket.socket):
            one.close()
    return count, slowest, failure


def steady(server: Server, requests: int, connections: int = 8) -> int:
    """By how many bytes the memory grew over so many requests, the first tenth of which do not count."""

    def send(count: int) -> None:
        def one() -> None:
            with server.connect() as opened:
                for _ in range(count // connections):
                    server.good(opened)

        threads = [threading.Thread(target=one) for _ in range(connections)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    send(requests // 10)
    before = server.memory()
    send(requests - requests // 10)
    return server.memory() - before


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--patience", type=float, default=2.0)
    options = parser.parse_args()
    bad = False
    with tempfile.TemporaryDirectory() as folder:
        server = Server(str(Path(folder) / "relations.db"))
        kinds = {**troubles(server), "bodies of 100 MB": lambda: big(server)}
        for name, make in kinds.items():
            clients = options.clients if "MB" not in name else 5
            count, slowest, failure = during(server, make, clients)
            bad |= bool(failure) or not count or slowest > options.patience
            told = f"{clients} clients with {name}: {count} others answered, slowest {slowest:.3f} s"
            print(f"{told}; {failure}" if failure else told)
        started = time.perf_counter()
        growth = steady(server, options.requests)
        rate = options.requests / (time.perf_counter() - started)
        bad |= growth > GROWTH
        print(f"{options.requests} requests, {rate:.0f} a second: memory grew by {growth / 1024 / 1024:.1f} MiB")
        server.process.terminate()
        bad |= server.process.wait(60) != 0
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
