"""The server as a process of its own, as people start it, and raw sockets to treat it badly with."""

import base64
import contextlib
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx

from tests.conftest import ROOT
from tests.server.conftest import DEMO, PATH

AUTHORIZATION = "Basic " + base64.b64encode(b"demo:demo").decode()
VALUE = {"SourceContactId": 874, "DestinationContactId": 955}


class Process(NamedTuple):
    """A server that runs; its address and port."""

    process: subprocess.Popen[str]
    url: str
    port: int
    said: str

    def post(self, value: Any = VALUE, **options: Any) -> httpx.Response:
        return httpx.post(self.url + PATH, json=value, auth=DEMO, timeout=20, **options)


@contextlib.contextmanager
def started(*options: str, **popen: Any) -> Iterator[Process]:
    """The command on a free port, until the block ends."""
    command = [sys.executable, "-m", "relation_spec", "serve", "--port", "0", *options]
    env = os.environ | {"PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": "1"}
    given = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True, "env": env} | popen
    with subprocess.Popen(command, **given) as process:
        try:
            assert process.stderr is not None
            said = process.stderr.readline()
            found = re.search(r"at (http://[\d.]+:(\d+))", said)
            assert found, said + process.stderr.read()
            yield Process(process, found[1], int(found[2]), said)
        finally:
            process.kill()


def head(length: int | None = None, *lines: str, method: str = "POST", path: str = PATH) -> bytes:
    """The head of a request, with a body of so many bytes to follow."""
    fields = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Authorization: {AUTHORIZATION}",
              "Content-Type: application/json", *lines]  # fmt: skip
    if length is not None:
        fields.append(f"Content-Length: {length}")
    return "\r\n".join([*fields, "", ""]).encode()


def whole(value: Any = VALUE, *lines: str) -> bytes:
    body = json.dumps(value).encode()
    return head(len(body), *lines) + body


def connected(port: int, sent: bytes = b"") -> socket.socket:
    opened = socket.create_connection(("127.0.0.1", port), timeout=20)
    opened.sendall(sent)
    return opened


def answered(opened: socket.socket) -> bytes:
    """Everything until the server closes."""
    pieces = []
    with contextlib.suppress(ConnectionError):
        while piece := opened.recv(65536):
            pieces.append(piece)
    opened.close()
    return b"".join(pieces)
