"""Sending requests: over the network by httpx, or into an ASGI or WSGI application in this process without any.

In: a request of the contract's own class. Out: what came back, or why nothing did. Redirects are never followed.
"""

import asyncio
import inspect
import io
import re
import ssl
import sys
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final, NamedTuple, Protocol
from urllib.parse import unquote_to_bytes

from relation_spec.contract import WrongCallError
from relation_spec.messages.message import Request, Response

__all__ = ["Application", "Live", "Outcome", "Sender", "can_be_sent"]

_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE: Final = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_TARGET: Final = re.compile(r"/[!-~]*")
_FRAMING: Final = frozenset({"content-length", "transfer-encoding", "host", "connection"})
_HOST: Final = "localhost"
_ASGI_ARGUMENTS: Final = 3  # WSGI has two


class Outcome(NamedTuple):
    """What came of a request: a response, or the reason why there is none; and the time that it took."""

    response: Response | None
    fault: str | None
    seconds: float


class Sender(Protocol):
    """Sends requests; from several threads at once where ``is_parallel`` says so."""

    name: str
    origin: str
    is_parallel: bool

    def send(self, request: Request, seconds: float) -> Outcome:
        """Send one request, and wait no longer than ``seconds``."""

    def close(self) -> None:
        """Give back what is held."""


def can_be_sent(request: Request) -> bool:
    """Whether HTTP/1.1 can carry the request as it is; framing (RFC 9112 section 6) is left to the client."""
    method = request.method  # httpx writes it in capitals
    fine = _TARGET.fullmatch(request.url) and _NAME.fullmatch(method) and method == method.upper()
    return bool(fine) and all(
        _NAME.fullmatch(name)
        and _VALUE.fullmatch(value)
        and value == value.strip(" \t")
        and name.lower() not in _FRAMING
        for name, value in request.headers
    )


class Live:
    """A server at an address.

    Args:
        address: scheme, host, port, and maybe a path before the contract's own.
        verify: whether certificates are checked.
    """

    def __init__(self, address: str, *, verify: bool = True) -> None:
        try:
            import httpx
        except ImportError:
            raise WrongCallError("testing a live server needs httpx: pip install 'relation-spec[fuzz]'") from None
        self.name, self.origin, self.is_parallel = address, address, True
        self._errors: tuple[type[Exception], ...] = (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError)
        self._request: Any = httpx.Request
        self._client = httpx.Client(verify=verify, follow_redirects=False, trust_env=False)
        self._url: Any = httpx.URL(address)

    def send(self, request: Request, seconds: float) -> Outcome:
        """Send one request; the address is taken as it is, without being tidied up."""
        target = self._url.raw_path.rstrip(b"/") + request.url.encode("ascii")
        body = request.body
        headers: list[tuple[str, str]] = [("Host", self._url.netloc.decode("ascii")), *request.headers]
        if body is not None:
            headers.append(("Content-Length", str(len(body))))
        started = time.perf_counter()
        made = self._request(
            request.method, self._url, content=body,
            headers=[(name.encode("ascii"), value.encode("iso-8859-1")) for name, value in headers],
            extensions={"target": target, "timeout": dict.fromkeys(("connect", "read", "write", "pool"), seconds)},
        )  # fmt: skip
        try:
            got = self._client.send(made)
        except self._errors as error:
            reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            return Outcome(None, reason, time.perf_counter() - started)
        taken = time.perf_counter() - started
        fields = [(n.decode("iso-8859-1"), v.decode("iso-8859-1")) for n, v in got.headers.raw]
        if "content-encoding" in got.headers:  # httpx has unpacked it
            fields = [f for f in fields if f[0].lower() not in ("content-encoding", "content-length")]
        return Outcome(Response(got.status_code, fields, got.content), None, taken)

    def close(self) -> None:
        self._client.close()


class Application:
    """An ASGI or WSGI application, called in this process.

    Args:
        app: the application.
        name: how to call it in reports.
    """

    def __init__(self, app: Any, name: str = "application") -> None:
        self.name, self.origin, self.is_parallel = name, f"http://{_HOST}", False
        self._app = app
        self._is_async = is_asgi(app)
        self._runner = asyncio.Runner() if self._is_async else None
        self._lifespan: Any = None
        self._state: dict[str, Any] = {}
        if self._runner is not None:
            failed = self._runner.run(self._start())
            if failed is not None:
                self.close()
                raise WrongCallError(f"the application {name} does not start: {failed}")

    def send(self, request: Request, seconds: float) -> Outcome:
        """Send one request."""
        started = time.perf_counter()
        try:
            if self._runner is not None:
                response = self._runner.run(_within(seconds, _ask(self._app, request, self._state)))
            else:
                response = _call(self._app, request)
        except TimeoutError:
            return Outcome(None, f"no answer within {seconds:.0f} seconds", time.perf_counter() - started)
        except Exception as error:  # noqa: BLE001 - whatever the application under test lets out is its defect
            return Outcome(
                None, f"the application raised {type(error).__name__}: {error}", time.perf_counter() - started
            )
        return Outcome(response, None, time.perf_counter() - started)

    async def _start(self) -> str | None:
        """The first half of ASGI's lifespan, where the application knows it; why it failed, or None."""
        failed: list[str] = []
        begun, end = asyncio.Event(), asyncio.Event()
        told = [{"type": "lifespan.startup"}]

        async def receive() -> dict[str, Any]:
            if told:
                return told.pop()
            await end.wait()
            return {"type": "lifespan.shutdown"}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "lifespan.startup.failed":
                failed.append(str(message.get("message") or "it says no more"))
            begun.set()

        async def live() -> None:
            try:
                await self._app({"type": "lifespan", "asgi": {"version": "3.0"}, "state": self._state}, receive, send)
            except Exception:  # noqa: BLE001 - an application may say by this that it has no lifespan (ASGI)
                return
            finally:
                begun.set()

        self._lifespan = (asyncio.ensure_future(live()), end)
        await begun.wait()
        return failed[0].strip().splitlines()[-1] if failed else None

    async def _stop(self) -> None:
        task, end = self._lifespan
        end.set()
        await task

    def close(self) -> None:
        if self._runner is not None:
            self._runner.run(self._stop())
            self._runner.close()


def is_asgi(app: Any) -> bool:
    """Whether an application is one of ASGI 3: awaitable with three arguments."""
    call = app if inspect.isfunction(app) or inspect.ismethod(app) else getattr(app, "__call__", None)  # noqa: B004
    if inspect.iscoroutinefunction(call) or inspect.iscoroutinefunction(app):
        return True
    try:
        return len(inspect.signature(app).parameters) == _ASGI_ARGUMENTS
    except (TypeError, ValueError):
        return False


async def _within(seconds: float, asked: Coroutine[Any, Any, Response]) -> Response:
    """In this task, so that an interrupt that comes at the last moment is not lost, as in :func:`asyncio.wait_for`."""
    async with asyncio.timeout(seconds):
        return await asked


async def _ask(app: Any, request: Request, state: dict[str, Any]) -> Response:
    path, _, query = request.url.partition("?")
    body = request.body
    headers = [(n.lower().encode("ascii"), v.encode("iso-8859-1")) for n, v in _headers(request)]
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1",
        "method": request.method, "scheme": "http", "path": unquote_to_bytes(path).decode("utf-8", "replace"),
        "raw_path": path.encode("ascii"), "query_string": query.encode("ascii"), "root_path": "", "headers": headers,
        "client": ("127.0.0.1", 1), "server": (_HOST, 80), "state": dict(state),
    }  # fmt: skip
    inbox = [{"type": "http.request", "body": body or b"", "more_body": False}]
    started: list[dict[str, Any]] = []
    pieces: list[bytes] = []
    done = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if inbox:
            return inbox.pop()
        await done.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            started.append(message)
        elif message["type"] == "http.response.body":
            pieces.append(bytes(message.get("body", b"")))
            if not message.get("more_body"):
                done.set()

    await app(scope, receive, send)
    return Response(started[0]["status"], list(started[0].get("headers", ())), b"".join(pieces))


def _headers(request: Request) -> list[tuple[str, str]]:
    own = [("Host", _HOST)]
    if request.body is not None:
        own.append(("Content-Length", str(len(request.body))))
    return [*own, *request.headers]


def _call(app: Callable[..., Any], request: Request) -> Response:
    """PEP 3333."""
    path, _, query = request.url.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method, "SCRIPT_NAME": "", "QUERY_STRING": query, "SERVER_NAME": _HOST,
        "PATH_INFO": unquote_to_bytes(path).decode("iso-8859-1"), "SERVER_PORT": "80", "RAW_URI": request.url,
        "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "wsgi.version": (1, 0), "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body or b""), "wsgi.errors": sys.stderr, "wsgi.multithread": False,
        "wsgi.multiprocess": False, "wsgi.run_once": False,
    }  # fmt: skip
    for name, value in _headers(request):
        key = name.upper().replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    started: list[tuple[str, list[tuple[str, str]]]] = []
    written: list[bytes] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        started[:] = [(status, headers)]
        return written.append

    answer = app(environ, start_response)
    try:
        pieces = [*answer]
    finally:
        if hasattr(answer, "close"):
            answer.close()
    status, headers = started[0]
    return Response(int(status.split()[0]), headers, b"".join([*written, *pieces]))
