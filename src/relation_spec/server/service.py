"""The endpoint: a request in, an answer out, all of it by the contract; an ASGI application (ASGI 3, HTTP).

What is checked, in this order: the address, the method, who sends it, whether they may, the body's length, and then the
whole message by the contract. A request that passes is saved, and answered when it is on disk.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from relation_spec.contract import UnencodableValueError
from relation_spec.findings import Report
from relation_spec.media import media_type
from relation_spec.messages import Contract
from relation_spec.messages.content_coding import decoded_body
from relation_spec.messages.frameworks.gateway import scope_headers, scope_url
from relation_spec.messages.header_fields import fields_of
from relation_spec.messages.message import Request, Response
from relation_spec.messages.request_target import query_pairs, split_target
from relation_spec.messages.security import Credentials
from relation_spec.messages.selecting import items_of
from relation_spec.middleware.refusing import challenges, listed
from relation_spec.schema.selection import Selection
from relation_spec.server.access_log import Line
from relation_spec.server.accounts import Accounts
from relation_spec.server.again import Head, Heads, View, length_of
from relation_spec.server.answering import Answers, ProblemError, Reply
from relation_spec.server.bodies import BodyTooLargeError, Budget, GoneError, Incoming, Reader, Receive, SlowError
from relation_spec.server.committing import BusyError, Store, StoreError
from relation_spec.server.controls import Controls
from relation_spec.server.dates import text_of
from relation_spec.server.defects import Defect
from relation_spec.server.limits import Limits
from relation_spec.server.meaning import Meaning
from relation_spec.server.places import Place, base_of, find
from relation_spec.server.records import Draft, Records, RefusedError, kept_of, plain_value
from relation_spec.server.showing import Shower
from relation_spec.server.storage import Record, Saving

__all__ = ["Parts", "Service"]

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_LOGGER: Final = logging.getLogger("relation_spec.server")
_LARGE: Final = 64 * 1024  # longer bodies are judged on another thread, so that short ones need not wait for them
# which status says best what is wrong, the first that applies; everything else is 400
_STATUSES: Final = (("unauthenticated", 401), ("unsupported-media-type", 415), ("not-acceptable", 406))
_KINDS: Final = {400: "BadRequest", 401: "Unauthorized", 403: "Forbidden", 404: "NotFound", 405: "MethodNotAllowed",
                 406: "NotAcceptable", 408: "RequestTimeout", 413: "ContentTooLarge", 415: "UnsupportedMediaType",
                 431: "RequestHeaderFieldsTooLarge", 500: "ServerError", 503: "ServiceUnavailable"}  # fmt: skip


class Parts(NamedTuple):
    """What an endpoint is made of."""

    contract: Contract
    meaning: Meaning
    records: Records
    shower: Shower
    store: Store
    accounts: Accounts
    writers: Callable[[str], bool]
    defect: Defect
    clock: Callable[[], datetime]
    limits: Limits
    check: bool


class _Visit(NamedTuple):
    """One request on its way."""

    scope: Scope
    request: Request
    fields: dict[str, list[str]]
    place: Place
    user: str
    incoming: Incoming

    @property
    def accept(self) -> str | None:
        held = self.fields.get("accept")
        return None if held is None else ", ".join(held)


class Service:
    """The endpoint of one contract.

    Attributes:
        breaches: the reports of its own answers that broke the contract, the last hundred (with ``check``).
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._operation = parts.meaning.operation
        self._document = parts.contract.document
        self._answers = Answers(parts.contract, self._operation)
        self._controls = Controls(self._document, self._operation)
        self._reader = Reader(self._document, parts.meaning.taken)
        self._heads = Heads(parts.contract, self._operation.operation_id, parts.limits)
        self._budget = Budget(parts.limits.held)
        self._selections: dict[str, Selection | None] = {}
        self.breaches: list[Report] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
            return
        line, incoming = Line(scope), Incoming(receive, self._budget)
        ended: tuple[int | None, int] = 500, 0
        try:
            head = self._heads.found(scope)
            request, fields = (head.request, head.fields) if head else self._taken(scope)
            reply = await self._reply(scope, request, fields, incoming, line, head)
            ended = reply.status, len(reply.body)
            await self._send(reply, request, fields, incoming, send)
        except GoneError:
            ended = None, 0
        finally:
            incoming.release()
            line.write(*ended)

    def _taken(self, scope: Scope) -> tuple[Request, dict[str, list[str]]]:
        """A request without its body, and its header fields by name."""
        request = Request(scope["method"], scope_url(scope), scope_headers(scope))
        request = self._parts.defect.request(request)
        return request, fields_of(request.headers)

    async def _reply(
        self,
        scope: Scope,
        request: Request,
        fields: dict[str, list[str]],
        incoming: Incoming,
        line: Line,
        head: Head | None,
    ) -> Reply:
        judged = request
        try:
            if head is not None:
                if (quick := await self._again(head, scope, incoming, line)) is not None:
                    return self._checked(quick, request)
                request, fields = self._taken(scope)
                judged = request
            visit = self._admitted(scope, request, fields, incoming, line)
            if request.method == "OPTIONS":
                return self._options(visit)
            if visit.place.identity is not None:
                judged = self._as_saving(visit)
                reply = await self._read(visit, judged)
            else:
                judged = await self._whole(visit)
                reply = await self._save(visit, judged)
        except ProblemError as problem:
            reply = self._problem(problem, fields)
        except BodyTooLargeError as error:
            most = self._parts.limits.body
            told = (503, "too many bodies at once; send it again later") if error.busy else (
                413, f"found a body that is longer than {most} bytes; send less in one message")  # fmt: skip
            reply = self._problem(ProblemError(*told), fields)
        except SlowError:
            reply = self._problem(ProblemError(408, "the body did not come in time; send it again"), fields)
        except StoreError as error:
            reply = self._stored_not(error, fields)
        return self._checked(self._parts.defect.reply(reply, judged), judged)

    def _admitted(
        self, scope: Scope, request: Request, fields: dict[str, list[str]], incoming: Incoming, line: Line
    ) -> _Visit:
        """The visit of somebody who may come in."""
        operation, parts = self._operation, self._parts
        if len(request.url) + sum(len(name) + len(value) + 4 for name, value in request.headers) > parts.limits.head:
            raise ProblemError(431, "the request line and the header fields are too long")
        if scope.get("http_version") == "1.1" and len(fields.get("host", ())) != 1:
            raise ProblemError(400, "found no Host, or several; expected one (RFC 9112 section 3.2)")
        place = find(operation, request.url)
        if place is None:
            raise ProblemError(404, f"nothing is served at this address; the operation is at {operation.path}")
        methods = place.methods(operation)
        if request.method not in methods:
            raise ProblemError(405, f"this address takes {', '.join(methods)}", ("Allow", ", ".join(methods)))
        query = {pair.name: pair.raw for pair in query_pairs(split_target(request.url).query or "")}
        user = parts.defect.user(parts.accounts.user_of(Credentials.of(fields, query)), request)
        line.user = user or ""
        if user is None and request.method == "OPTIONS":
            user = ""
        if user is None:
            raise self._unauthenticated(request)
        if request.method == operation.method and place.identity is None and not parts.writers(user):
            raise ProblemError(403, f"the user {user} may read, and not save")
        return _Visit(scope, request, fields, place, user, incoming)

    def _unauthenticated(self, request: Request) -> ProblemError:
        report = self._parts.contract.validate_request(request, operation=self._operation.operation_id)
        found = [finding for finding in report.findings if finding.code == "unauthenticated"]
        message = listed(Report(found)) if found else "the credentials are not known here; check them"
        return ProblemError(401, message, *challenges(self._document, self._operation))

    def _options(self, visit: _Visit) -> Reply:
        """The methods of an address, and for a known user the cookies of a session."""
        headers = [("Allow", ", ".join(visit.place.methods(self._operation)))]
        if visit.user:
            headers += [("Set-Cookie", cookie) for cookie in self._parts.accounts.cookies(visit.user)]
        return Reply(204, headers, b"")

    async def _whole(self, visit: _Visit) -> Request:
        """The request with its body, which is unpacked."""
        limits, fields = self._parts.limits, visit.fields
        said = next(iter(fields.get("content-length", ())), "")
        body = await visit.incoming.read(int(said) if said.isdecimal() else None, limits.body, limits.seconds)
        headers = visit.request.headers
        if "content-encoding" in fields:
            body, fault = decoded_body(body, fields, limits.body)
            if fault is not None:
                raise ProblemError(400, f"{fault[0]}. {fault[1]}")
            if len(body) > limits.body:
                raise BodyTooLargeError(busy=False)
            gone = ("content-encoding", "content-length")
            headers = tuple(field for field in headers if field[0].lower() not in gone)
        return Request(visit.request.method, visit.request.url, headers, body)

    def _as_saving(self, visit: _Visit) -> Request:
        """A request to read, as the contract can judge it: what it says apart from path, method and body."""
        query = split_target(visit.request.url).query
        url = visit.place.path if query is None else f"{visit.place.path}?{query}"
        headers = [field for field in visit.request.headers if not field[0].lower().startswith("content-")]
        return Request(self._operation.method, url, headers)

    async def _save(self, visit: _Visit, request: Request) -> Reply:
        parts = self._parts
        body: bytes = request.body
        large = len(body) > _LARGE
        report = await asyncio.to_thread(self._judge, request) if large else self._judge(request)
        self._refuse_invalid(report)
        reader = self._reader.value
        value = await asyncio.to_thread(reader, body, visit.fields) if large else reader(body, visit.fields)
        try:
            draft = parts.records.draft(parts.defect.value(value if isinstance(value, dict) else {}, request))
        except RefusedError as refused:
            raise ProblemError(400, str(refused)) from None
        view, names = self._view(visit, request), self._answers.media_types(visit.accept)
        reply = await self._stored(draft, visit.user, request, view, names)
        if type(parts.defect) is Defect:
            self._heads.learn(visit.scope, visit.request, visit.fields, (visit.user, view, names))
        return reply

    async def _again(self, head: Head, scope: Scope, incoming: Incoming, line: Line) -> Reply | None:
        """The answer to a request whose head is known, or None where it must go the long way."""
        limits, line.user = self._parts.limits, head.user
        said = length_of(scope)
        body = await incoming.read(said, limits.body, limits.seconds)
        if len(body) != said or said > _LARGE or not head.accepts(body):
            return None
        value = plain_value(body)
        try:
            draft = self._parts.records.draft(value if isinstance(value, dict) else {}, is_plain=True)
        except RefusedError:
            return None
        return await self._stored(draft, head.user, head.request, head.view, head.names)

    async def _stored(self, draft: Draft, user: str, request: Request, view: View, names: list[str]) -> Reply:
        parts = self._parts
        kept = parts.defect.record(draft.kept)
        saving = Saving(draft.identity, draft._replace(kept=kept).text(), text_of(parts.clock()), user or None)
        if not media_type.is_json(names[0]):
            # what cannot be written must not be saved either; the number comes later, and is one in any media type
            trial = Record(draft.identity or 0, "", saving.at, saving.by, saving.at, saving.by)
            content_type, _ = self._written(request, trial, kept, view, names)
            names = [content_type.partition(";")[0]]
        record = await parts.defect.save(saving, parts.store)
        if record is None:
            raise ProblemError(400, str(parts.records.unknown(draft.identity or 0)))
        content_type, encoded = self._written(request, record, kept, view, names)
        return Reply(200, [("Content-Type", content_type), ("Cache-Control", "no-store")], encoded)

    async def _read(self, visit: _Visit, request: Request) -> Reply:
        report = self._judge(request)
        self._refuse_invalid(Report([f for f in report.findings if f.where not in ("body", "header.Content-Type")]))
        record = await self._parts.defect.read(visit.place.identity or 0, self._parts.store)
        if record is None:
            raise ProblemError(404, f"no record has the number {visit.place.identity}")
        names = self._answers.media_types(visit.accept)
        content_type, encoded = self._written(request, record, kept_of(record), self._view(visit, request), names)
        return Reply(200, [("Content-Type", content_type), ("Cache-Control", "no-store")], encoded)

    def _judge(self, request: Request) -> Report:
        parts = self._parts
        report = parts.contract.validate_request(request, operation=self._operation.operation_id)
        return parts.defect.judged(report, request)

    def _refuse_invalid(self, report: Report) -> None:
        if not report.valid:
            codes = {finding.code for finding in report.errors}
            status = next((status for code, status in _STATUSES if code in codes), 400)
            raise ProblemError(status, listed(report))

    def _written(
        self, request: Request, record: Record, kept: dict[str, Any], view: View, names: list[str]
    ) -> tuple[str, bytes]:
        """A record as Content-Type and body, shown as the request asked."""
        parts = self._parts
        value = parts.records.answer(record, kept, f"{view.base}{record.identity}")
        value = parts.shower.show(value, view.asked)
        if view.selection is not None:
            value = parts.defect.selected(view.selection.applied(value), value, request)
        made = self._answers.good(parts.defect.answer(value, request, names[0]), names)
        if isinstance(made, UnencodableValueError):
            raise ProblemError(406, f"no media type that is accepted can carry the record: {made}")
        return made

    def _view(self, visit: _Visit, request: Request) -> View:
        base = base_of(visit.scope, visit.fields, visit.place.path)
        return View(base, self._controls.asked(visit.fields), self._selection(request))

    def _selection(self, request: Request) -> Selection | None:
        query, asked = split_target(request.url).query, self._operation.select
        if not query or asked is None:
            return None
        raw = next((pair.raw for pair in query_pairs(query) if pair.name == asked.name), None)
        if raw is None:
            return None
        if raw not in self._selections:
            if len(self._selections) >= self._parts.limits.selections:
                self._selections.clear()
            names = tuple(filter(None, items_of(raw)))
            made = Selection(self._document, "response", asked, self._parts.meaning.schema, names) if names else None
            self._selections[raw] = made
        return self._selections[raw]

    def _problem(self, problem: ProblemError, fields: dict[str, list[str]]) -> Reply:
        accept = ", ".join(fields["accept"]) if "accept" in fields else None
        kind = _KINDS.get(problem.status, _KINDS[400])
        message = self._parts.defect.message(problem.message, problem.status, fields)
        reply = self._answers.error(problem.status, kind, message, accept)
        more = [("Retry-After", "1")] if problem.status == 503 else []
        return reply._replace(headers=[*reply.headers, *problem.headers, *more])

    def refusal(self, headers: list[tuple[str, str]], status: int, message: str) -> Reply:
        """An answer from outside the endpoint, to a request with these header fields as far as they are known."""
        return self._problem(ProblemError(status, message), fields_of(headers))

    def _stored_not(self, error: StoreError, fields: dict[str, list[str]]) -> Reply:
        busy = isinstance(error, BusyError)
        _LOGGER.error("the database refused: %s", error)
        message = f"nothing was saved: {error}; send it again later" if busy else f"the database failed: {error}"
        return self._problem(ProblemError(503 if busy else 500, message), fields)

    def _checked(self, reply: Reply, request: Request) -> Reply:
        """The reply, after it was held against the contract where that is asked for."""
        if self._parts.check and self._answers.documents(reply.status) is not None:
            response = Response(reply.status, reply.headers, reply.body)
            report = self._parts.contract.validate_response(response, request, operation=self._operation.operation_id)
            if not report.valid:
                self.breaches = [*self.breaches[-99:], report]
                _LOGGER.error("an answer of this server breaks the contract: %s", listed(report))
        return reply

    async def _send(
        self, reply: Reply, request: Request, fields: dict[str, list[str]], incoming: Incoming, send: Send
    ) -> None:
        headers = reply.headers if reply.status == 204 else [*reply.headers, ("Content-Length", str(len(reply.body)))]
        unread = not incoming.ended and ("transfer-encoding" in fields or fields.get("content-length", ["0"]) != ["0"])
        if unread or reply.status == 431:
            headers = [*headers, ("Connection", "close")]
        encoded = [(name.lower().encode("iso-8859-1"), value.encode("iso-8859-1")) for name, value in headers]
        await send({"type": "http.response.start", "status": reply.status, "headers": encoded})
        body = b"" if request.method == "HEAD" else reply.body
        if unread and "expect" not in fields and reply.status != 408:
            await send({"type": "http.response.body", "body": body, "more_body": True})
            await incoming.discard(self._parts.limits.seconds)
            body = b""
        await send({"type": "http.response.body", "body": body})
