"""Both middlewares behind real servers on loopback: many requests at once, streams, and clients that leave."""

import asyncio
import contextlib
import io
import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import httpx
import pytest
import starlette.applications
import starlette.requests
import starlette.responses
import starlette.routing
import uvicorn
import werkzeug.serving

import relation_spec as rs
from relation_spec.middleware import asgi, wsgi
from relation_spec.middleware.exchange import Exchange
from tests.traffic import AUTHORIZED, BAD, GOOD, JSON, PATH, STORED

MANY = 200
HEADERS = AUTHORIZED | JSON
Serve = Callable[..., contextlib.AbstractContextManager[str]]


def stored(body: bytes) -> bytes:
    """The answer to a request: with its number, so that nobody can be given another's."""
    value: dict[str, Any] = json.loads(STORED)
    value["RelationId"] = json.loads(body)["RelationId"]
    return json.dumps(value).encode()


async def save(request: starlette.requests.Request) -> starlette.responses.Response:
    body = await request.body()
    await asyncio.sleep(0.01)

    async def chunks() -> AsyncIterator[bytes]:
        answer = stored(body)
        for start in range(0, len(answer), 100):
            yield answer[start : start + 100]
            await asyncio.sleep(0)

    return starlette.responses.StreamingResponse(chunks(), media_type="application/json")


async def fail(request: starlette.requests.Request) -> starlette.responses.Response:
    raise ZeroDivisionError


STARLETTE = starlette.applications.Starlette(
    routes=[
        starlette.routing.Route("/failing" + PATH, fail, methods=["POST"]),
        starlette.routing.Route(PATH, save, methods=["POST"]),
    ]
)


def wsgi_app(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
    body = environ["wsgi.input"].read(*([int(environ["CONTENT_LENGTH"])] if environ.get("CONTENT_LENGTH") else []))
    # not before it has read the body: Werkzeug's server waits for ten megabytes of one that came late and was left unread
    if environ["PATH_INFO"].startswith("/failing"):
        raise ZeroDivisionError
    time.sleep(0.01)
    answer = stored(body)
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))])
    for start in range(0, len(answer), 100):
        yield answer[start : start + 100]


@contextlib.contextmanager
def by_uvicorn(**options: Any) -> Iterator[str]:
    app = asgi.RelationMiddleware(STARLETTE, **options)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    with socket.create_server(("127.0.0.1", 0), backlog=MANY) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(30)


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None: ...

    def get_stderr(self) -> Any:
        return io.StringIO()


class ThreadingServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = MANY


@contextlib.contextmanager
def _threaded(server: Any) -> Iterator[str]:
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(30)
        server.server_close()


@contextlib.contextmanager
def by_wsgiref(**options: Any) -> Iterator[str]:
    server = ThreadingServer(("127.0.0.1", 0), QuietHandler)
    server.set_app(wsgi.RelationMiddleware(wsgi_app, **options))  # type: ignore[arg-type]
    with _threaded(server) as address:
        yield address


@contextlib.contextmanager
def by_werkzeug(**options: Any) -> Iterator[str]:
    class Handler(werkzeug.serving.WSGIRequestHandler):
        def log(self, *_: Any) -> None: ...

    app: Any = wsgi.RelationMiddleware(wsgi_app, **options)
    server = werkzeug.serving.make_server("127.0.0.1", 0, app, threaded=True, request_handler=Handler)
    with _threaded(server) as address:
        yield address


servers = pytest.mark.parametrize("serve", [by_uvicorn, by_wsgiref, by_werkzeug])


def numbered(number: int) -> bytes:
    value = json.loads(GOOD if number % 2 else b'{"SourceContactId": 1}')
    value["RelationId"] = number
    return json.dumps(value).encode()


def waited(told: list[Exchange], count: int) -> list[Exchange]:
    """``told``, once it holds so many: servers finish an answer after the client has read it."""
    end = time.monotonic() + 10
    while len(told) < count and time.monotonic() < end:
        time.sleep(0.005)
    return told


@servers
@pytest.mark.parametrize("mode", ["report", "enforce"])
def test_many_requests_at_once_lose_nothing(serve: Serve, mode: str) -> None:
    """Each answer is its caller's own, and each exchange is told once."""
    told: list[Exchange] = []

    async def ask_all(address: str) -> list[httpx.Response]:
        limits = httpx.Limits(max_connections=MANY)
        async with httpx.AsyncClient(base_url=address, limits=limits, timeout=60, trust_env=False) as client:
            asked = (client.post(PATH, content=numbered(number), headers=HEADERS) for number in range(MANY))
            return await asyncio.gather(*asked)

    with serve(mode=mode, on_report=told.append) as address:
        answers = asyncio.run(ask_all(address))
    waited(told, MANY)
    for number, answer in enumerate(answers):
        if mode == "enforce" and not number % 2:
            assert (answer.status_code, answer.json()["Error"]) == (400, True)
        else:
            assert (answer.status_code, answer.json()["RelationId"]) == (200, number)
    assert len(told) == MANY
    assert sum(exchange.request == rs.Report() for exchange in told) == MANY / 2
    assert sum(exchange.refused for exchange in told) == (MANY / 2 if mode == "enforce" else 0)


@servers
def test_a_handler_that_fails_gives_what_it_gave_without_the_middleware(serve: Serve) -> None:
    told: list[Exchange] = []
    with serve(on_report=told.append) as address:
        answer = httpx.post(f"{address}/failing{PATH}", content=GOOD, headers=HEADERS, trust_env=False)
    assert answer.status_code == 500
    assert answer.text.lower().find("internal server error") >= 0 or "error occurred" in answer.text
    assert len(waited(told, 1)) == 1


@servers
@pytest.mark.parametrize("mode", ["report", "enforce"])
def test_a_client_that_leaves_in_the_middle_harms_nobody(serve: Serve, mode: str) -> None:
    told: list[Exchange] = []
    with serve(mode=mode, on_report=told.append) as address:
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as client:
            head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\nContent-Type: application/json\r\n"
            client.sendall(f"{head}Authorization: Bearer 8A:abcdefgh\r\n\r\n{{".encode())
        left = httpx.post(f"{address}{PATH}", content=GOOD, headers=HEADERS, trust_env=False, timeout=30)
        assert left.status_code == 200
        exchanges = waited(told, 2)
    assert {exchange.notes for exchange in exchanges} >= {()}
    assert all("request-body-unread" in exchange.notes for exchange in exchanges if exchange.status != 200)


@pytest.mark.parametrize("serve", [by_uvicorn, by_werkzeug])
@pytest.mark.parametrize("mode", ["report", "enforce"])
def test_chunked_requests_are_judged_whole(serve: Serve, mode: str) -> None:
    told: list[Exchange] = []
    pieces = [numbered(0)[:5], numbered(0)[5:]]
    with serve(mode=mode, on_report=told.append) as address:
        answer = httpx.post(f"{address}{PATH}", content=iter(pieces), headers=HEADERS, trust_env=False, timeout=30)
    [exchange] = waited(told, 1)
    assert answer.status_code == (400 if mode == "enforce" else 200)
    assert not exchange.notes
    assert exchange.request is not None
    assert not exchange.request.valid


def test_the_middleware_of_starlette_takes_it() -> None:
    told: list[Exchange] = []
    app = starlette.applications.Starlette(routes=STARLETTE.routes)
    app.add_middleware(asgi.RelationMiddleware, mode="enforce", on_report=told.append)
    transport = httpx.ASGITransport(app)

    async def ask() -> list[int]:
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            answers = [await client.post(PATH, content=body, headers=HEADERS) for body in (GOOD, BAD)]
            return [answer.status_code for answer in answers]

    assert asyncio.run(ask()) == [200, 400]
    assert [exchange.refused for exchange in told] == [False, True]
