"""Requests and answers of an ASGI application judged: an application in, an application out (ASGI 3, HTTP 2.4).

Other scopes (lifespan, websocket) and requests that are not of the contract go straight to the application.
"""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, Final

from relation_spec.messages import Contract
from relation_spec.messages.frameworks.gateway import scope_headers, scope_url
from relation_spec.middleware.exchange import OnReport
from relation_spec.middleware.refusing import Refusal
from relation_spec.middleware.watching import Mode, Visit, Watch, announced

__all__ = ["RelationMiddleware"]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

# in these versions a request without a length and without chunks has no body (RFC 9112 section 6.3)
_DELIMITED: Final = ("1.0", "1.1")


class RelationMiddleware:
    """An ASGI application that judges what goes to and from another one.

    In ``report`` mode every byte passes unchanged and as it comes; copies are judged once the answer was sent. In
    ``enforce`` mode a request is read up to ``max_body`` before the application is called, and an invalid one is
    answered with the error object that the contract documents; a valid one is then given to the application chunk by
    chunk as it came. Answers of the application are never replaced: they are only judged and told, since the work
    behind them is done.

    Findings go to the logger ``relation_spec``, one line for each message that has some.

    Args:
        app: the application.
        contract: the contract, or None for the bundled one.
        mode: ``"report"`` or ``"enforce"``.
        on_report: called with an :class:`~relation_spec.middleware.exchange.Exchange` for every request of the
            contract, valid or not, on the thread that serves it.
        max_body: a body of more bytes passes unjudged, with a note in the exchange; what is around it is judged.
        validate_responses: whether answers are judged too.
        strict: warnings count as errors.

    Raises:
        WrongCallError: for an impossible argument.
    """

    def __init__(
        self,
        app: Application,
        *,
        contract: Contract | None = None,
        mode: Mode = "report",
        on_report: OnReport | None = None,
        max_body: int = 1_048_576,
        validate_responses: bool = True,
        strict: bool = False,
    ) -> None:
        self.app = app
        self._watch = Watch(contract, mode, on_report, max_body, validate_responses, strict)
        self._tails = self._watch.tails

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].lower().endswith(self._tails):
            await self.app(scope, receive, send)
            return
        if not isinstance(scope["headers"], (list, tuple)):
            scope["headers"] = list(scope["headers"])  # an iterator can be read only once
        headers = scope_headers(scope)
        visit = self._watch.visit(scope["method"], scope_url(scope), headers)
        if visit is None:
            await self.app(scope, receive, send)
            return
        visit.expect(_length(scope, headers))
        if self._watch.enforces:
            receive = await _read_ahead(visit, receive)
            if refused := visit.refuse():
                await _answer(refused, scope["method"], send)
                return
        else:
            receive = _copied(visit, receive)
        try:
            await self.app(scope, receive, _observed(visit, send))
        finally:
            visit.finish()


def _length(scope: Scope, headers: Iterable[tuple[str, str]]) -> int | None:
    length, otherwise = None, 0 if scope.get("http_version") in _DELIMITED else None
    for name, value in headers:
        if name == "content-length":
            length = value
        elif name == "transfer-encoding":
            otherwise = None
    return announced(length, otherwise=otherwise)


def _seen(visit: Visit, message: Message) -> None:
    if message["type"] == "http.request":
        visit.request.add(message.get("body", b""))
        if not message.get("more_body", False):
            visit.request.ended = True


def _copied(visit: Visit, receive: Receive) -> Receive:
    """A ``receive`` whose messages are copied as they pass."""

    async def copied() -> Message:
        message = await receive()
        _seen(visit, message)
        return message

    return copied


async def _read_ahead(visit: Visit, receive: Receive) -> Receive:
    """Read the request up to the limit; a ``receive`` that gives the same messages again, then what follows."""
    held: list[Message] = []
    copy = visit.request
    while not copy.ended and not copy.over:
        message = await receive()
        held.append(message)
        if message["type"] != "http.request":
            break  # the client has gone
        _seen(visit, message)
    held.reverse()

    async def replayed() -> Message:
        return held.pop() if held else await receive()

    return replayed


def _observed(visit: Visit, send: Send) -> Send:
    """A ``send`` that copies what passes, and ends the visit after the last byte of the body."""

    async def observed(message: Message) -> None:
        kind = message["type"]
        last = False
        if kind == "http.response.start":
            headers = message.get("headers", ())
            if not isinstance(headers, (list, tuple)):
                headers = list(headers)  # an iterator can be read only once
                message = {**message, "headers": headers}
            visit.answered(message["status"], list(headers))
        elif kind == "http.response.body":
            last = not message.get("more_body", False)
            if (copy := visit.response) is not None:
                copy.add(message.get("body", b""))
                copy.ended = last
        await send(message)
        if last:
            visit.finish()  # background work of the application may go on for long

    return observed


async def _answer(refused: Refusal, method: str, send: Send) -> None:
    headers = [(name.lower().encode("iso-8859-1"), value.encode("iso-8859-1")) for name, value in refused.headers]
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else refused.body})
