"""Real servers on loopback that note what ``as_request`` makes of what they get, and real clients that call them.

A server answers a case by its number, which stands in the header field X-Case, together with the caller's name.
"""

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import aiohttp
import aiohttp.web
import flask
import httpx
import requests
import starlette.applications
import starlette.requests
import starlette.responses
import starlette.routing
import urllib3
import uvicorn
import werkzeug.serving
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import re_path
from multidict import CIMultiDict
from yarl import URL

from relation_spec import Request, Response
from relation_spec.messages.frameworks import as_request, as_response, request_of
from tests.frameworks_cases import CASES, Case

METHODS = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]

if not settings.configured:
    settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="-", USE_TZ=True, LOGGING_CONFIG=None)


@dataclass
class Server:
    """A server that listens, and what it was asked and said: by X-Case, the request and the answer as it saw them."""

    name: str
    port: int = 0
    seen: dict[str, tuple[Request, Response]] = field(default_factory=dict)

    def note(self, obj: Any, answer: Callable[[Case], Any]) -> Any:
        """The answer to ``obj``, made by ``answer`` and noted."""
        request = as_request(obj)
        [key] = request.values("X-Case")
        response = answer(CASES[int(key.partition(" ")[0])])
        self.seen[key] = (request, as_response(response))
        return response


def listening() -> socket.socket:
    # named in full, or asyncio does not know it for TCP and lets small packets wait
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    return listener


@contextlib.contextmanager
def running(run: Callable[[], Any]) -> Iterator[None]:
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield
    thread.join(10)
    assert not thread.is_alive()


@contextlib.contextmanager
def starlette_server() -> Iterator[Server]:
    noted = Server("starlette")

    def answer(case: Case) -> starlette.responses.Response:
        made = starlette.responses.Response(case.answer, case.status)
        made.raw_headers += [(name.encode(), value.encode("latin-1")) for name, value in case.sent]
        return made

    async def endpoint(request: starlette.requests.Request) -> starlette.responses.Response:
        await request.body()
        made: starlette.responses.Response = noted.note(request, answer)
        return made

    app = starlette.applications.Starlette(
        routes=[starlette.routing.Route("/{rest:path}", endpoint, methods=METHODS)],
    )
    with listening() as listener:
        noted.port = listener.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", http="h11"))
        with running(lambda: server.run(sockets=[listener])):
            yield noted
            server.should_exit = True


@contextlib.contextmanager
def aiohttp_server() -> Iterator[Server]:
    noted = Server("aiohttp")

    def answer(case: Case) -> aiohttp.web.Response:
        return aiohttp.web.Response(status=case.status, headers=CIMultiDict(case.sent), body=case.answer or None)

    async def endpoint(request: aiohttp.web.Request) -> aiohttp.web.Response:
        await request.read()
        made: aiohttp.web.Response = noted.note(request, answer)
        return made

    ready = threading.Event()
    stop = asyncio.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    async def serve(listener: socket.socket) -> None:
        app = aiohttp.web.Application()
        app.router.add_route("*", "/{rest:.*}", endpoint)
        runner = aiohttp.web.AppRunner(app, access_log=None)
        await runner.setup()
        await aiohttp.web.SockSite(runner, listener).start()
        loops.append(asyncio.get_running_loop())
        ready.set()
        await stop.wait()
        await runner.cleanup()

    with listening() as listener:
        noted.port = listener.getsockname()[1]
        with running(lambda: asyncio.run(serve(listener))):
            assert ready.wait(10)
            yield noted
            loops[0].call_soon_threadsafe(stop.set)


@contextlib.contextmanager
def flask_server() -> Iterator[Server]:
    noted = Server("flask")
    app = flask.Flask("noting")
    app.url_map.merge_slashes = False

    def answer(case: Case) -> flask.Response:
        made = flask.Response(case.answer, case.status)
        del made.headers["Content-Type"]
        for name, value in case.sent:
            made.headers.add(name, value)
        return made

    @app.route("/<path:rest>", methods=METHODS, provide_automatic_options=False)
    def endpoint(rest: str) -> flask.Response:
        made: flask.Response = noted.note(flask.request, answer)
        return made

    class Quiet(werkzeug.serving.WSGIRequestHandler):
        def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
            pass

    server = werkzeug.serving.make_server("127.0.0.1", 0, app, request_handler=Quiet)
    noted.port = server.server_port
    with running(lambda: server.serve_forever(poll_interval=0.05)):
        yield noted
        server.shutdown()
    server.server_close()


DJANGO = Server("django")


def django_answer(case: Case) -> HttpResponse:
    made = HttpResponse(case.answer, status=case.status)
    del made["Content-Type"]
    for name, value in case.sent:
        if name == "Set-Cookie":
            made.cookies.load(value)
        else:
            made[name] = f"{made[name]}, {value}" if name in made else value
    return made


def django_view(request: HttpRequest) -> HttpResponse:
    made: HttpResponse = DJANGO.note(request, django_answer)
    return made


urlpatterns = [re_path("", django_view)]


class QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@contextlib.contextmanager
def django_server() -> Iterator[Server]:
    with WSGIServer(("127.0.0.1", 0), QuietHandler) as server:
        server.set_app(get_wsgi_application())
        DJANGO.port = server.server_port
        with running(lambda: server.serve_forever(poll_interval=0.05)):
            yield DJANGO
            server.shutdown()


SERVERS: dict[str, Callable[[], contextlib.AbstractContextManager[Server]]] = {
    "starlette": starlette_server,
    "aiohttp": aiohttp_server,
    "flask": flask_server,
    "django": django_server,
}


@dataclass
class Got:
    """What a client made of one case: its response, and the request it remembers."""

    key: str
    response: Response
    request: Request | None


def keyed(caller: str, number: int) -> str:
    return f"{number} {caller}"


def by_httpx(base: str) -> Iterator[Got]:
    with httpx.Client() as client:
        for number, case in enumerate(CASES):
            key = keyed("httpx", number)
            sent = [(name.encode(), value.encode("latin-1")) for name, value in [*case.headers, ("X-Case", key)]]
            got = client.request(case.method, base, headers=sent, content=case.body, extensions=target_of(case))
            yield Got(key, as_response(got), request_of(got))


def target_of(case: Case) -> dict[str, bytes]:
    return {"target": case.target.encode()}


def joined(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """What requests can send: one field of each name."""
    fields: dict[str, str] = {}
    for name, value in pairs:
        fields[name] = f"{fields[name]}, {value}" if name in fields else value
    return fields


def by_requests(base: str) -> Iterator[Got]:
    with requests.Session() as session:
        for number, case in enumerate(CASES):
            key = keyed("requests", number)
            sent = joined([*case.headers, ("X-Case", key)])
            got = session.request(
                case.method, base + case.target, headers=sent, data=case.body, stream=number % 2 > 0, timeout=10
            )
            yield Got(key, as_response(got), request_of(got))


def by_urllib3(base: str) -> Iterator[Got]:
    with urllib3.PoolManager() as pool:
        for number, case in enumerate(CASES):
            key = keyed("urllib3", number)
            sent = urllib3.HTTPHeaderDict([*case.headers, ("X-Case", key)])
            got = pool.request(
                case.method, base + case.target, headers=sent, body=case.body, preload_content=number % 2 > 0
            )
            response = as_response(got)
            got.release_conn()
            yield Got(key, response, request_of(got))


async def with_aiohttp(base: str) -> AsyncIterator[Got]:
    async with aiohttp.ClientSession(skip_auto_headers=["Content-Type"]) as session:
        for number, case in enumerate(CASES):
            key = keyed("aiohttp", number)
            address = URL(base + case.target, encoded=True)
            sent = CIMultiDict([*case.headers, ("X-Case", key)])
            async with session.request(case.method, address, headers=sent, data=case.body) as got:
                await got.read()
                yield Got(key, as_response(got), request_of(got))


def by_aiohttp(base: str) -> Iterator[Got]:
    async def all_of_them() -> list[Got]:
        return [got async for got in with_aiohttp(base)]

    yield from asyncio.run(all_of_them())


CLIENTS: dict[str, Callable[[str], Iterator[Got]]] = {
    "httpx": by_httpx,
    "requests": by_requests,
    "urllib3": by_urllib3,
    "aiohttp": by_aiohttp,
}
