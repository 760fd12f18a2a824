"""Connections of the server: uvicorn's protocol with limits on slow clients, long heads and many connections."""

import asyncio
import sys
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from importlib import import_module
from typing import Any, Final, cast

from relation_spec.server.answering import Reply
from relation_spec.server.limits import Limits

__all__ = ["limited"]

_LINGERED: Final = 8 * 1024 * 1024  # bytes that are read after a refusal, so that the client gets to read it
_WORDS: Final = {
    400: "this is no HTTP request that can be read",
    408: "the request line and the header fields did not come in time",
    431: "the request line and the header fields are too long",
    503: "too many connections at once; try again later",
}


# parsers of HTTP that uvicorn knows, the fastest first
_PARSERS: Final = {"httptools": "HttpToolsProtocol", "h11": "H11Protocol"}


def limited(refusal: Callable[[int, str], Reply], limits: Limits, parser: str | None = None) -> type[asyncio.Protocol]:
    """The protocol class of a server with these limits, which answers what it refuses by ``refusal``.

    Args:
        refusal: makes an answer from a status and what it says.
        limits: the limits.
        parser: ``"httptools"`` or ``"h11"``; by default the first that is installed.
    """
    for name in [parser] if parser else _PARSERS:
        with suppress(ImportError):
            base = getattr(import_module(f"uvicorn.protocols.http.{name}_impl"), _PARSERS[name])
            return type("Limited", (_Limited, base), {"refusal": staticmethod(refusal), "limits": limits})
    raise ImportError(f"neither of {', '.join(_PARSERS)} is installed")


class _Joined:
    """A transport that writes the head of an answer together with what follows it: one packet, and half the cost."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport, self._head = transport, b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send ``data``, or keep it until more comes where it is the head of an answer, after which more must come."""
        if not self._head and data.startswith(b"HTTP/1.1 ") and data.endswith(b"\r\n\r\n") and data[9:10] != b"1":
            self._head = data
        else:
            self._transport.write(self._head + data)
            self._head = b""

    def _flush(self) -> None:
        if self._head:
            self.write(b"")

    def write_eof(self) -> None:
        """Send what is kept, and nothing more."""
        self._flush()
        self._transport.write_eof()

    def close(self) -> None:
        """Send what is kept, and close."""
        self._flush()
        self._transport.close()


class _Limited(asyncio.Protocol):
    """What is put before one of uvicorn's protocol classes; these are the attributes of theirs that it uses."""

    refusal: Callable[[int, str], Reply]
    limits: Limits
    connections: set[Any]
    cycle: Any
    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport
    _unset_keepalive_if_required: Callable[[], None]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._head = 0  # bytes of a head that is not complete
        self._timer: asyncio.TimerHandle | None = None
        self._write_timer: asyncio.TimerHandle | None = None
        self._lingering: int | None = None  # bytes that are still read and thrown away, once something was refused

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has come; its request must follow soon."""
        super().connection_made(cast("asyncio.Transport", _Joined(cast("asyncio.Transport", transport))))
        if len(self.connections) > self.limits.connections:
            self._refuse(503)
        else:
            self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """It has gone."""
        self._cancel()
        if self._write_timer is not None:
            self._write_timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, or throw away what comes after a refusal."""
        if self._lingering is not None:
            self._lingering -= len(data)
            if self._lingering < 0:
                self.transport.abort()
            return
        before = self.cycle
        super().data_received(data)
        if self._lingering is not None:
            return
        if self.cycle is not before:
            self._head = 0
            self._cancel()
        elif before is None or before.response_complete:
            self._head += len(data)
            if self._head > self.limits.head:
                self._refuse(431)
            elif self._timer is None:
                self._await_head()  # the head of a further request has begun

    def _await_head(self) -> None:
        self._timer = self.loop.call_later(self.limits.seconds, self._late)

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _late(self) -> None:
        self._timer = None
        if not self.transport.is_closing():
            self._refuse(408)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, or too long; uvicorn calls this while the error is handled."""
        hint = getattr(sys.exc_info()[1], "error_status_hint", 400)  # h11's
        self._refuse(hint if hint in _WORDS else 400)

    def _refuse(self, status: int) -> None:
        """Answer and close; read on for a while, since closing at once would take the answer from the client."""
        self._cancel()
        self._unset_keepalive_if_required()
        reply = self.refusal(status, _WORDS[status])
        fields = [*reply.headers, ("Content-Length", str(len(reply.body))), ("Connection", "close")]
        head = "".join(f"{name}: {value}\r\n" for name, value in fields)
        self._lingering = _LINGERED
        self.transport.resume_reading()
        self.transport.write(
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n{head}\r\n".encode("iso-8859-1") + reply.body
        )
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._timer = self.loop.call_later(self.limits.seconds / 5, self.transport.abort)

    def eof_received(self) -> None:
        """The client sends no more."""
        if self._lingering is not None:
            self.transport.close()

    def pause_writing(self) -> None:
        """The client does not read its answer; it must go on soon."""
        super().pause_writing()
        if self._write_timer is None:
            self._write_timer = self.loop.call_later(self.limits.seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """It does."""
        super().resume_writing()
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None

    def shutdown(self) -> None:
        """The server stops."""
        if self._lingering is not None:
            self.transport.abort()
        else:
            super().shutdown()  # type: ignore[misc]
