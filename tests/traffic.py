"""Messages of the contract, and ways to send them through an application without a network."""

import asyncio
import io
import json
from collections.abc import Callable, Iterable
from typing import Any

import relation_spec

PATH = "/api/v1/Relation"
# each stands where a credential or a token stands
SENTINELS = {
    "authorization": "Bearer 8A:Cust1-SENTINEL-bearer",
    "so-apptoken": "SENTINEL-apptoken",
    "x-xsrf-token": "SENTINEL-xsrf",
    "cookie": "XSRF-TOKEN=SENTINEL-cookie; session=SENTINEL-session",
}
AUTHORIZED = {"authorization": "Bearer 8A:Cust1.abcdefgh"}
JSON = {"content-type": "application/json"}

_CONTRACT = relation_spec.load()
GOOD = json.dumps(_CONTRACT.document.get("/components/examples/SampleRequest/value")).encode()
STORED = json.dumps(_CONTRACT.document.get("/components/examples/SampleResponse/value")).encode()
BAD = b'{"SourceContactId": "1"}'


def scope(path: str = PATH, headers: dict[str, str] | None = None, **changes: Any) -> dict[str, Any]:
    """The scope of a request of the contract."""
    given = AUTHORIZED | JSON if headers is None else headers
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        **changes,
    }


def in_chunks(*chunks: bytes) -> list[dict[str, Any]]:
    """The messages of a body that comes in these chunks."""
    last = len(chunks) - 1
    return [{"type": "http.request", "body": chunk, "more_body": number < last} for number, chunk in enumerate(chunks)]


def call(app: Any, where: dict[str, Any], messages: Iterable[dict[str, Any]] = ()) -> list[dict[str, Any]]:
    """What an ASGI application sends when it is given these messages, and then a disconnect for ever."""
    pending = list(messages)
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return pending.pop(0) if pending else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    given = where["headers"]
    if pending and isinstance(given, list) and not any(name == b"content-length" for name, _ in given):
        given.append((b"transfer-encoding", b"chunked"))
    asyncio.run(app(where, receive, send))
    return sent


def environ(body: bytes = GOOD, headers: dict[str, str] | None = None, **changes: Any) -> dict[str, Any]:
    """The environment of a request of the contract."""
    given = AUTHORIZED | JSON if headers is None else headers
    fields = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in given.items()}
    return {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": PATH,
        "QUERY_STRING": "",
        "SERVER_NAME": "x",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": fields.pop("HTTP_CONTENT_TYPE", ""),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **fields,
        **changes,
    }


class Gateway:
    """A WSGI server's side: calls an application and keeps what it answers."""

    def __init__(self) -> None:
        self.status = ""
        self.headers: list[tuple[str, str]] = []
        self.chunks: list[bytes] = []
        self.began: list[tuple[Any, ...]] = []

    def start_response(self, status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Callable[[bytes], None]:
        self.began.append((status, headers, *exc_info))
        if exc_info and self.chunks:
            raise exc_info[0][1]
        self.status, self.headers = status, headers
        return self.chunks.append

    def call(self, app: Any, given: dict[str, Any]) -> "Gateway":
        made = app(given, self.start_response)
        try:
            for chunk in made:
                self.chunks.append(chunk)
        finally:
            if hasattr(made, "close"):
                made.close()
        return self

    @property
    def body(self) -> bytes:
        return b"".join(self.chunks)
