"""Servers that tell what they were told: credentials come back from them in every form that one can think of."""

import base64
import html
import json
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, Final
from urllib.parse import quote, quote_plus

from relation_spec.server import create_app

SENTINEL: Final = "S3nt1nel"
NAMES: Final = ("Annasentinel", "Bertasentinel")
PASSWORDS: Final = tuple(f'{SENTINEL}+p/{name[:2]}&ss "w<é0{SENTINEL}rd-{name[::-1]}' for name in NAMES)
TOKENS: Final = tuple(f"7T:{SENTINEL}{number}abc-{SENTINEL}_0123456789.{SENTINEL}" for number in (1, 2))
USERS: Final = {"demo": "demo", **dict(zip(NAMES, PASSWORDS, strict=True))}
"""The first is the one for whom tickets and tokens stand."""

TELLING: Final = (b"authorization", b"cookie", b"x-xsrf-token", b"so-apptoken", b"x-api-key", b"proxy-authorization")

App = Callable[[dict[str, Any], Callable[[], Awaitable[Any]], Callable[[Any], Awaitable[None]]], Awaitable[None]]


def forms(text: str) -> Iterator[str]:
    """The ways in which a text may come back."""
    raw = text.encode()
    yield from (text, text.upper(), text.lower(), quote(text, safe=""), quote_plus(text), html.escape(text), repr(raw))
    yield from (json.dumps(text), json.dumps(json.dumps(text)), html.escape(json.dumps(text)), quote(quote(text)))
    for before in (b"", b"x", b"xy", b"Authorization: "):
        yield base64.b64encode(before + raw + b" and more").decode()
        yield base64.urlsafe_b64encode(before + raw).decode()
    yield from (f"{text}{text}", f"x={text}&y=1", f"<a>{html.escape(text)}</a>")


def told(scope: dict[str, Any]) -> Iterator[str]:
    """What the request told: its credentials whole, without their scheme, decoded, and each half of a pair."""
    for name, value in scope["headers"]:
        text = value.decode("latin-1")
        if name.lower() not in TELLING:
            continue
        yield text
        bare = text.partition(" ")[2] or text.partition("=")[2] or text
        yield bare
        try:
            pair = base64.b64decode(bare, validate=True).decode()
        except ValueError:
            continue
        yield from (pair, *pair.split(":", 1))


class Mirror:
    """Lets everybody in, and shows in place of one property, in a header and in every error what the request told.

    How much stands before it changes from answer to answer, so that what shortens texts cuts it in all places.
    """

    def __init__(self) -> None:
        self._app: Any = create_app()
        self._turns = count()
        self._basic = b"Basic " + base64.b64encode(b"demo:demo")

    def _shown(self, scope: dict[str, Any]) -> str:
        turn = next(self._turns)
        ways = [form for text in told(scope) for form in forms(text)] or ["nothing"]
        return "." * (turn % 75) + ways[turn * 7 % len(ways)]

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        kept = [(name, value) for name, value in scope["headers"] if name.lower() not in TELLING]
        shown, parts = self._shown(scope), []
        start: dict[str, Any] = {}

        async def take(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            parts.append(message.get("body", b""))
            if message.get("more_body"):
                return
            body = self._said(b"".join(parts), start["status"], shown)
            fields = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
            fields += [(b"x-told", quote(shown, safe="=+/ ").encode()), (b"content-length", str(len(body)).encode())]
            await send(start | {"headers": fields})
            await send({"type": "http.response.body", "body": body})

        inner = scope | {"headers": [*kept, (b"authorization", self._basic)]}
        await self._app(inner, receive, take)

    def _said(self, body: bytes, status: int, shown: str) -> bytes:
        try:
            value = json.loads(body)
        except ValueError:
            return body.replace(b"est", html.escape(shown).encode())
        if isinstance(value, dict):
            value |= {"ErrorMessage": shown} if status >= 400 else {"Comment": shown, shown: 1}
        return json.dumps(value).encode()


def mirror() -> Mirror:
    """A new one, as the command imports it."""
    return Mirror()


def clean() -> Any:
    """The reference server, to which the credentials are known."""
    return create_app(users=USERS, tickets=TOKENS, tokens=TOKENS)


def echoing() -> Any:
    """The same with the gallery's own way of telling secrets."""
    return create_app(users=USERS, tickets=TOKENS, tokens=TOKENS, defect="error-echoes-secret")


def refusing() -> App:
    """Refuses everything, and says what it refuses."""
    turns = count()

    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            said = [form for text in told(scope) for form in forms(text)]
            body = " ".join(said[next(turns) % 7 :]).encode()
            await send({"type": "http.response.start", "status": 418, "headers": [(b"content-type", b"text/plain")]})
            await send({"type": "http.response.body", "body": body})

    return app


def raising() -> App:
    """Fails at everything, and its exception says what was sent."""

    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            raise RuntimeError(f"cannot read {[*told(scope)]} of {scope['headers']}")

    return app


@contextmanager
def babbling() -> Iterator[str]:
    """The address of a server that answers each request with the request, which is no answer."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.sendall(connection.recv(65536).split(b"\r\n", 1)[1])

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
