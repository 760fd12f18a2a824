"""Which targets are tested, and that a target which cannot be tested never ends green."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.applications import Starlette

from relation_spec.contract import WrongCallError
from relation_spec.fuzz import run
from relation_spec.fuzz.senders import Application
from relation_spec.messages.frameworks.gateway import environ_headers
from relation_spec.messages.message import Request
from tests.fuzz.other_server import other_server

AUTH = "basic:demo:demo-word"


def test_a_target_that_is_down_is_not_tested() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        result = run(f"http://127.0.0.1:{held.getsockname()[1]}", auth=AUTH)
    assert result.status == 3
    assert result.untested is not None
    assert "does not answer" in result.untested


def test_a_wrong_password_is_told_and_is_not_shown() -> None:
    result = run(other_server(), auth="basic:demo:another-word")
    assert result.status == 3
    assert result.untested == "the target refuses the credentials (status 401); see --auth"


def page(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/html")])
    return [b"<h1>It works!</h1>"]


def test_one_page_for_everything_is_not_green() -> None:
    result = run(page, auth=AUTH)
    assert result.status == 3
    assert result.untested is not None
    assert "no valid request was accepted" in result.untested


def test_a_wsgi_application_is_tested_alike() -> None:
    """PEP 3333; the application behind it is the same as in other tests."""
    inner = Application(other_server())

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read()
        headers = [(n, v) for n, v in environ_headers(environ) if n not in ("Host", "Content-Length")]
        request = Request(environ["REQUEST_METHOD"], environ["RAW_URI"], headers, body)
        response = inner.send(request, 10).response
        assert response is not None
        start_response(f"{response.status} Told", list(response.headers))
        return [response.body]

    result = run(app, auth=AUTH, examples=0, max_cases=400)
    inner.close()
    assert [(defect.check, defect.place, defect.message) for defect in result.defects] == []
    assert result.status == 0


def json_alone() -> Any:
    """A server that takes and gives nothing but JSON."""
    inner = other_server()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        labels = [value for name, value in scope.get("headers", ()) if name == b"content-type"]
        if scope["type"] == "http" and labels and b"json" not in labels[0]:
            await send({"type": "http.response.start", "status": 415, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        await inner(scope, receive, send)

    return app


def test_a_pair_that_never_succeeds_is_a_hole() -> None:
    result = run(json_alone(), auth=AUTH, examples=0, only=["echo"])
    assert result.status == 3
    assert any("media pairs never succeeded" in hole for hole in result.holes)


def test_an_application_that_raises_has_a_defect() -> None:
    inner = other_server()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and b"select" in scope["query_string"]:
            raise RuntimeError("boom")
        await inner(scope, receive, send)

    result = run(app, auth=AUTH, examples=0, only=["server-error"])
    assert {defect.fault for defect in result.defects} == {"the application raised RuntimeError: boom"}


def test_a_field_that_makes_it_slow_is_found() -> None:
    inner = other_server()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        message = await receive() if scope["type"] == "http" else None
        if message is not None and b"O'Brien's" in message["body"]:
            await asyncio.sleep(0.3)

        async def again() -> Any:
            return message if message is not None else await receive()

        await inner(scope, again, send)

    result = run(app, auth=AUTH, examples=0, only=["time"], max_cases=170)
    assert [defect.check for defect in result.defects] == ["time"]


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("http://crm.example/", "--i-may-test-this-host crm.example"),
        ("http://demo:secret@127.0.0.1/", "not within the address"),
        ("ftp://127.0.0.1", "no address of a server"),
        ("http://127.0.0.1:99999", "is no address"),
        ("no_such_module:app", "cannot be imported"),
        ("tests.fuzz.other_server:nothing", "names nothing"),
        ("words", "neither an address nor module:app"),
        (7, "found int"),
    ],
)
def test_what_is_no_target_is_told(target: Any, said: str) -> None:
    with pytest.raises(WrongCallError, match=said):
        run(target, auth=AUTH)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"auth": "basic:demo"}, "basic:NAME:PASSWORD"),
        ({"auth": "other:x"}, "KIND of the contract"),
        ({"auth": [AUTH] * 3}, "once or twice"),
        ({"only": ["nothing"]}, "no check 'nothing'"),
        ({"seconds": 0}, "must be positive"),
    ],
)
def test_impossible_options_are_told(options: dict[str, Any], said: str) -> None:
    with pytest.raises(WrongCallError, match=said):
        run(other_server(), **{"auth": AUTH, **options})


def test_an_application_that_does_not_start_is_told() -> None:
    """ASGI, Lifespan Protocol: lifespan.startup.failed."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        raise RuntimeError("no database")
        yield

    with pytest.raises(WrongCallError, match="does not start: RuntimeError: no database"):
        run(Starlette(lifespan=lifespan), auth=AUTH)


def test_the_state_of_a_lifespan_reaches_requests() -> None:
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            scope["state"]["pool"] = 7
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        seen.append(scope["state"]["pool"])
        await send({"type": "http.response.start", "status": 401, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    assert run(app, auth=AUTH).status == 3
    assert seen == [7]


def test_a_server_that_is_busy_to_the_end_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """RFC 9110 section 15.6.4; the pauses are not spent here."""
    inner, pauses = other_server(), []
    monkeypatch.setattr("relation_spec.fuzz.session.time.sleep", pauses.append)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and b"select" in scope["query_string"]:
            await send({"type": "http.response.start", "status": 503, "headers": [(b"retry-after", b"2")]})
            await send({"type": "http.response.body", "body": b""})
            return
        await inner(scope, receive, send)

    result = run(app, auth=AUTH, examples=0, max_cases=400)
    assert set(pauses) == {2.0}
    assert any("503 to the end" in note for note in result.notes)
    assert result.status == 0
    assert run(app, auth=AUTH, examples=0, max_cases=400, require_matrix=True).status == 3


def test_a_server_that_asks_for_pauses_gets_them() -> None:
    """RFC 9110 section 10.2.3 and RFC 6585 section 4."""
    inner, count = other_server(), 0

    async def app(scope: Any, receive: Any, send: Any) -> None:
        nonlocal count
        count += scope["type"] == "http"
        if count % 400 == 399:
            await send({"type": "http.response.start", "status": 429, "headers": [(b"retry-after", b"0")]})
            await send({"type": "http.response.body", "body": b""})
            return
        await inner(scope, receive, send)

    result = run(app, auth=AUTH, examples=0)
    assert result.status == 0
    assert any("429" in note for note in result.notes)
