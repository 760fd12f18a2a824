"""The server's reference page, and what judges the messages that are tried on it. Neither is part of the contract.

An ASGI application in front of the endpoint. It answers only under addresses and names of this machine or network that
no other site can take (against DNS rebinding), and judges only for its own page.
"""

import asyncio
import ipaddress
import json
import re
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any, Final, NamedTuple, Protocol

from relation_spec.contract import ContractError, Operation
from relation_spec.limits import MAX_TRIED_AT_ONCE, MAX_TRIED_BYTES, MAX_TRIED_SECONDS
from relation_spec.media import media_type
from relation_spec.messages import Contract
from relation_spec.messages.frameworks.gateway import scope_headers
from relation_spec.messages.header_fields import fields_of
from relation_spec.server.access_log import Line
from relation_spec.server.bodies import BodyTooLargeError, Budget, GoneError, Incoming, Receive, SlowError
from relation_spec.server.judging import QuestionError, judged
from relation_spec.server.places import find

__all__ = ["PAGE", "MadePage", "MakePage", "Reference", "is_free", "with_page"]

PAGE: Final = "/docs"
"""Where the page is."""

_JUDGE: Final = f"{PAGE}/judge"
_HOST: Final = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::[0-9]{1,5})?")
_CACHED: Final = 8  # addresses under which one server is reached, for each of which the page is made once
_PLAIN: Final = ("Content-Type", "text/plain; charset=utf-8")
_SAFE: Final = (
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
_Fields = dict[str, list[str]]


class MadePage(Protocol):
    """A page: its HTML, and its Content-Security-Policy."""

    @property
    def text(self) -> str:
        """The HTML."""

    @property
    def policy(self) -> str:
        """The value of the header field."""


MakePage = Callable[[str, str], MadePage]
"""Makes the page from the path that judges and the server's own address; may raise ContractError."""


class _Answer(NamedTuple):
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class _RefusedError(Exception):
    def __init__(self, status: int, message: str, *headers: tuple[str, str]) -> None:
        super().__init__(message)
        self.status, self.headers = status, headers


def is_free(operation: Operation) -> bool:
    """Whether the contract leaves these addresses to the server."""
    return find(operation, PAGE) is None and find(operation, _JUDGE) is None


def with_page(endpoint: Any, contract: Contract, operation: Operation, page: MakePage | None) -> Any:
    """The endpoint, behind the page where there is one and the contract leaves room for it."""
    if page is None or not is_free(operation):
        return endpoint
    return Reference(endpoint, contract, operation, page)


class Reference:
    """Serves the page and judges for it; everything else goes on to ``inner``.

    Args:
        inner: the endpoint.
        contract: the contract.
        operation: the operation that is served.
        page: makes the page.
    """

    def __init__(self, inner: Any, contract: Contract, operation: Operation, page: MakePage) -> None:
        self._inner, self._contract, self._operation, self._make = inner, contract, operation, page
        self._pages: dict[str, MadePage] = {}
        self._budget = Budget(MAX_TRIED_AT_ONCE * MAX_TRIED_BYTES)
        self._running = 0
        self._making = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on."""
        if scope["type"] != "http" or scope["path"] not in (PAGE, _JUDGE):
            await self._inner(scope, receive, send)
            return
        line, incoming = Line(scope), Incoming(receive, self._budget)
        ended: tuple[int | None, int] = 500, 0
        try:
            answer = await self._answer(scope, incoming)
            ended = answer.status, len(answer.body)
            await self._send(scope, answer, incoming, send)
        except GoneError:
            ended = None, 0
        finally:
            incoming.release()
            line.write(*ended)

    async def _answer(self, scope: Scope, incoming: Incoming) -> _Answer:
        fields = fields_of(scope_headers(scope))
        try:
            origin = _origin(scope, fields)
            if scope["path"] == PAGE:
                return await self._page(scope["method"], origin)
            return await self._judgement(scope["method"], origin, fields, incoming)
        except _RefusedError as refused:
            return _Answer(refused.status, (_PLAIN, *refused.headers), f"{refused}\n".encode())

    async def _page(self, method: str, origin: str) -> _Answer:
        if method not in ("GET", "HEAD"):
            raise _RefusedError(405, "this address takes GET and HEAD", ("Allow", "GET, HEAD"))
        async with self._making:  # one at a time, since it takes a while and anybody may ask under many ports
            page = await self._made(origin)
        headers = (("Content-Type", "text/html; charset=utf-8"), ("Content-Security-Policy", page.policy))
        return _Answer(200, headers, page.text.encode())

    async def _made(self, origin: str) -> MadePage:
        if origin not in self._pages:
            try:
                made = await asyncio.to_thread(self._make, _JUDGE, origin)
            except ContractError as error:
                raise _RefusedError(500, f"the page cannot be made: {error}") from None
            if len(self._pages) >= _CACHED:
                self._pages.clear()
            self._pages[origin] = made
        return self._pages[origin]

    async def _judgement(self, method: str, origin: str, fields: _Fields, incoming: Incoming) -> _Answer:
        if method != "POST":
            raise _RefusedError(405, "this address takes POST", ("Allow", "POST"))
        _own(origin, fields)
        body = await self._body(fields, incoming)
        if self._running >= MAX_TRIED_AT_ONCE:
            raise _RefusedError(503, "too much is tried at once; try again", ("Retry-After", "1"))
        self._running += 1
        work = asyncio.get_running_loop().run_in_executor(
            None, judged, self._contract, self._operation.operation_id, body
        )
        work.add_done_callback(self._done)
        try:
            answer = await asyncio.wait_for(asyncio.shield(work), MAX_TRIED_SECONDS)
        except QuestionError as error:
            raise _RefusedError(400, str(error)) from None
        except TimeoutError:
            raise _RefusedError(503, "judging it takes too long; try less at once") from None
        return _Answer(200, (("Content-Type", "application/json"),), json.dumps(answer).encode())

    def _done(self, work: "asyncio.Future[Any]") -> None:
        self._running -= 1
        if not work.cancelled():
            work.exception()  # so that it counts as seen where nobody waits any more

    async def _body(self, fields: _Fields, incoming: Incoming) -> bytes:
        said = next(iter(fields.get("content-length", ())), "")
        try:
            return await incoming.read(int(said) if said.isdecimal() else None, MAX_TRIED_BYTES, MAX_TRIED_SECONDS)
        except BodyTooLargeError:
            raise _RefusedError(413, f"found more than {MAX_TRIED_BYTES} bytes; try less at once") from None
        except SlowError:
            raise _RefusedError(408, "the message did not come in time") from None

    async def _send(self, scope: Scope, answer: _Answer, incoming: Incoming, send: Send) -> None:
        fields = [*answer.headers, *_SAFE, ("Content-Length", str(len(answer.body)))]
        if not incoming.ended and scope["method"] == "POST":
            fields.append(("Connection", "close"))
        headers = [(name.lower().encode(), value.encode("iso-8859-1", "replace")) for name, value in fields]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answer.body})


def _origin(scope: Scope, fields: _Fields) -> str:
    """The origin under which the client reaches this server.

    Raises:
        _RefusedError: for a name that another site could let point here; addresses and localhost cannot.
    """
    hosts = fields.get("host", [])
    found = _HOST.fullmatch(hosts[0]) if len(hosts) == 1 else None
    if found is None or not _is_own(found.group(1)):
        phrase = HTTPStatus.MISDIRECTED_REQUEST.phrase
        raise _RefusedError(421, f"{phrase}: this page is served by addresses and as localhost alone")
    return f"{scope.get('scheme', 'http')}://{hosts[0]}"


def _is_own(host: str) -> bool:
    name = host.lower()
    if name == "localhost" or name.endswith(".localhost"):  # RFC 6761 section 6.3
        return True
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _own(origin: str, fields: _Fields) -> None:
    """Refuse what another site made a browser send (Fetch standard, sections 3.1 and 3.2.7)."""
    origins, sites = fields.get("origin", []), fields.get("sec-fetch-site", [])
    if any(held != origin for held in origins) or any(held != "same-origin" for held in sites):
        raise _RefusedError(403, "this address answers its own page alone")
    parsed = media_type.parse(next(iter(fields.get("content-type", ())), ""))
    if parsed is None or parsed.name != "application/json":
        raise _RefusedError(415, "found another media type; expected application/json")
