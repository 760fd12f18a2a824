"""What Prism's mock server says of requests: each is sent to it on the loopback interface."""

import http.client
import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tools.side_by_side.asked import Asked, Said

__all__ = ["said", "serving", "version"]

_HOST: Final = "127.0.0.1"
_SECONDS: Final = 60
_PROBLEMS: Final = {"NO_METHOD_MATCHED_ERROR": "method", "NOT_ACCEPTABLE": "Accept"}
_STATUSES: Final = {401: "credentials", 415: "Content-Type"}


def version(modules: Path) -> str:
    """The version that is installed."""
    about = modules / "@stoplight" / "prism-cli" / "package.json"
    return str(json.loads(about.read_text(encoding="utf-8"))["version"])


def said(modules: Path, node: Path, spec: Path, requests: tuple[Asked, ...]) -> list[list[Said]]:
    """The violations of each request, as the ``sl-violations`` field of the answer or its problem body names them."""
    with serving(modules, node, spec) as (port, _):
        return [_one(port, asked) for asked in requests]


@contextmanager
def serving(modules: Path, node: Path, spec: Path, *options: str) -> Iterator[tuple[int, int]]:
    """Prism's mock server while it runs: its port, and the number of its process."""
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port = int(probe.getsockname()[1])
    words = [str(node), str(modules / ".bin" / "prism"), "mock", *options, "--host", _HOST, "--port", str(port)]
    words.append(str(spec))
    server = subprocess.Popen(
        words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "CI": "1"}
    )
    try:
        _await(port, server)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(_SECONDS)


def _await(port: int, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            socket.create_connection((_HOST, port), 1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("Prism does not listen")


def _one(port: int, asked: Asked) -> list[Said]:
    connection = http.client.HTTPConnection(_HOST, port, timeout=_SECONDS)
    try:
        connection.request(asked.method, f"{asked.path}?{asked.query}", asked.body.encode(), asked.headers)
        answer = connection.getresponse()
        body, violations = answer.read(), json.loads(answer.getheader("sl-violations", "[]"))
    finally:
        connection.close()
    if violations:
        return [Said(_layer(one), f"{_place(one)}: {one['message']}") for one in violations]
    if answer.status < 400:
        return []
    problem = json.loads(body)
    kind = problem["type"].rpartition("#")[2]
    return [Said(_PROBLEMS[kind], f"{answer.status} {kind}: {problem['detail']}")]


def _layer(violation: Any) -> str:
    location = violation["location"]
    return str(location[1]) if len(location) > 1 else _STATUSES[violation["code"]]


def _place(violation: Any) -> str:
    return ".".join([*violation["location"], str(violation["code"])])
