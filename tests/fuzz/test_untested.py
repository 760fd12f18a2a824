"""What cannot be tested never ends green: each case has its exit status, and a sentence that says what to do."""

import asyncio
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from relation_spec.fuzz import run
from tests.fuzz.other_server import other_server

AUTH = "basic:demo:demo-word"
OPTIONS: dict[str, Any] = {"auth": AUTH, "examples": 0, "max_cases": 60}


def always(status: int, body: bytes = b"", *headers: tuple[bytes, bytes]) -> Any:
    """An application that answers everything alike."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            raise NotImplementedError
        await send({"type": "http.response.start", "status": status, "headers": list(headers)})
        await send({"type": "http.response.body", "body": body})

    return app


PAGE = (b"content-type", b"text/html")


@pytest.mark.parametrize(
    ("app", "said"),
    [
        (always(500), "status 500"),
        (always(200), "status 200"),
        (always(200, b"<h1>It works!</h1>", PAGE), "status 200"),
        (always(404, b"<h1>Not found</h1>", PAGE), "status 404"),
        (always(302, b"", (b"location", b"https://elsewhere.example/login")), "to https://elsewhere.example/login"),
        (always(401), "--auth"),
        (always(403), "--auth"),
        (always(429, b"", (b"retry-after", b"1")), "status 429"),
        (always(503), "status 503"),
        (always(503, b"", (b"retry-after", b"1")), "status 503"),
    ],
    ids=["500", "empty", "page", "404", "redirect", "401", "403", "429", "503", "503 with Retry-After"],
)
def test_an_answer_that_is_always_the_same_is_not_green(app: Any, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("relation_spec.fuzz.session.time.sleep", lambda seconds: None)
    result = run(app, **OPTIONS)
    assert result.status == 3
    assert result.untested is not None
    assert said in result.untested
    assert result.defects == []


@pytest.mark.parametrize(
    ("app", "advice"),
    [(always(500), "look at its log"), (always(200), "--sample"), (always(404), "the address"),
     (always(429), "--rate"), (always(503), "until it is ready")],
    ids=["500", "200", "404", "429", "503"],
)  # fmt: skip
def test_it_is_said_what_to_do(app: Any, advice: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("relation_spec.fuzz.session.time.sleep", lambda seconds: None)
    assert advice in str(run(app, **OPTIONS).untested)


def test_a_closed_port_is_not_green() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        result = run(f"http://127.0.0.1:{held.getsockname()[1]}", **OPTIONS)
    assert result.status == 3
    assert "is it running" in str(result.untested)


def test_a_wrong_password_is_not_green() -> None:
    result = run(other_server(), **{**OPTIONS, "auth": "basic:demo:another-word"})
    assert result.status == 3
    assert "--auth" in str(result.untested)


def test_a_redirect_is_not_followed_with_credentials() -> None:
    """RFC 9110 section 15.4: who follows must see to credentials, so that nobody follows here."""
    asked: list[str] = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(307 if self.server is door else 200)
            if self.server is door:
                self.send_header("Location", f"http://127.0.0.1:{other.server_port}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Elsewhere) as door, HTTPServer(("127.0.0.1", 0), Elsewhere) as other:
        for server in (door, other):
            threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        result = run(f"http://127.0.0.1:{door.server_port}", **OPTIONS)
        for server in (door, other):
            server.shutdown()
    assert result.status == 3
    assert f"to http://127.0.0.1:{other.server_port}/elsewhere" in str(result.untested)
    assert set(asked) == {"/api/v1/Relation"}


def test_a_server_as_slow_as_a_snail_is_not_green(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("relation_spec.fuzz.session._WAIT", 0.02)
    asked = 0

    async def app(scope: Any, receive: Any, send: Any) -> None:
        nonlocal asked
        asked += scope["type"] == "http"
        await asyncio.sleep(3600)

    async def started(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            raise NotImplementedError
        await app(scope, receive, send)

    result = run(started, **OPTIONS)
    assert result.status == 3
    assert "is it running" in str(result.untested)
    assert asked == 2
