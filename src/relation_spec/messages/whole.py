"""Whole requests and responses: every layer judged, none hiding another, in one report.

Layers: method, path, query, header fields, credentials, negotiation, media type, body; for answers also the status and
what the request selected.
"""

import re
from collections.abc import Callable
from functools import cached_property
from typing import Any, Final

from relation_spec.contract import Body, Document, Operation, Parameter, Side
from relation_spec.contract.pointer import join
from relation_spec.findings import Report, quote, quote_name
from relation_spec.media import media_type
from relation_spec.messages import security
from relation_spec.messages.bodies import BodyJudge, Engine, Engines
from relation_spec.messages.content_coding import decoded_body
from relation_spec.messages.decoding import kind_of
from relation_spec.messages.header_fields import CONTENT_TYPE, HeaderJudge, fields_of, misspelt
from relation_spec.messages.memo import Memo
from relation_spec.messages.message import Request, Response
from relation_spec.messages.negotiation import allows, parse_accept
from relation_spec.messages.parameters import ParameterJudge
from relation_spec.messages.request_target import PathMatch, Target, match_path, query_pairs, split_target
from relation_spec.messages.selecting import SelectJudge
from relation_spec.messages.writer import WordedRule, Writer

__all__ = ["MessageJudge"]

_ACCEPT: Final = "accept"
_BODILESS: Final = frozenset({204, 304})  # RFC 9110 section 6.4.1
_FORM: Final = re.compile(r"[^=&<{\[\s]+=")

JudgeOf = Callable[[Side, str, int], BodyJudge | Report]


class MessageJudge:
    """Judges the requests of one operation and their responses.

    Args:
        document: the contract.
        engines: the engines by side.
        operation: the operation.
        judge_of: gives, for a side, a Content-Type and a status, the judge of such bodies, or the report of why there
            is none.
    """

    def __init__(
        self, document: Document, engines: dict[Side, Engines], operation: Operation, judge_of: JudgeOf
    ) -> None:
        self._document, self._engines, self._operation = document, engines, operation
        self._judge_of = judge_of
        self._acceptable = Memo()
        self._select = SelectJudge(document, operation) if operation.select else None

    @cached_property
    def _request_headers(self) -> HeaderJudge:
        operation = self._operation
        parameters = [p for p in operation.parameters if p.location == "header"]
        keys = [s.key for way in operation.security for s in way if s.location == "header"]
        return HeaderJudge(self._engines["request"], parameters, operation.pointer, keys)

    def _selects(self, parameter: Parameter) -> bool:
        """Whether a parameter lists the properties to keep in the answer."""
        return self._select is not None and self._select.pointer == parameter.pointer

    @cached_property
    def _query(self) -> dict[str, ParameterJudge]:
        return {
            p.name: ParameterJudge(self._engines["request"], p, "select" if self._selects(p) else None)
            for p in self._operation.parameters
            if p.location == "query"
        }

    @cached_property
    def _placed(self) -> list[ParameterJudge]:
        """The judges of path and cookie parameters."""
        return [
            ParameterJudge(self._engines["request"], p, None)
            for p in self._operation.parameters
            if p.location in ("path", "cookie")
        ]

    def request(self, request: Request, *, strict: bool, engine: Engine, max_findings: int) -> Report:
        """Every finding of a request."""
        operation = self._operation
        target = split_target(request.url)
        fields = fields_of(request.headers)
        pairs = query_pairs(target.query) if target.query else []
        credentials = security.Credentials.of(fields, {pair.name: pair.raw for pair in pairs})
        writer = Writer(
            self._document,
            strict,
            max_findings,
            lambda: security.secrets(operation, credentials, target.userinfo),
        )
        if request.method != operation.method:
            self._method(request.method, writer)
        match = match_path(operation.path, target.path)
        if match is None or match.trailing_slash:
            self._path(target, match, writer)
        if self._placed:
            self._check_placed(match, credentials, writer, engine)
        if pairs or self._query:
            self._check_query(pairs, writer, engine)
        self._request_headers.check(request.headers, fields, writer, engine)
        security.check(operation, credentials, writer)
        self._check_accept(fields, writer)
        self._request_body(request.body, fields, writer, engine)
        return writer.report()

    def _note(
        self, code: str, pointer: str, where: str, words: tuple[str, str], writer: Writer, severity: str = "error"
    ) -> None:
        writer.add(WordedRule(code, severity, pointer, pointer.rpartition("/")[2], words), (), where=where)

    def _method(self, method: str, writer: Writer) -> None:
        wanted = self._operation.method
        shown = f"the method {quote_name(method)}" if method.isalpha() and len(method) < 20 else "another method"
        hint = "Write the method in capitals." if method.upper() == wanted else f"Send it with {wanted}."
        words = (f"found {shown}; expected {wanted}", hint)
        self._note("method", self._operation.pointer, "method", words, writer)

    def _path(self, target: Target, match: PathMatch | None, writer: Writer) -> None:
        pointer, wanted = self._operation.pointer.rpartition("/")[0], self._operation.path
        found = quote(target.path or "/")
        if match is not None:
            words = (f"found {found}, with a slash at the end; expected {wanted}", "Leave the slash out.")
            self._note("path", pointer, "path", words, writer, "warning")
            return
        other_case = match_path(wanted.lower(), target.path.lower()) is not None
        hint = (
            "Letter case counts in paths." if other_case else f"Send it to {wanted}, after the address of your server."
        )
        self._note("path", pointer, "path", (f"found {found}; expected a path that ends with {wanted}", hint), writer)

    def _check_placed(
        self, match: PathMatch | None, credentials: security.Credentials, writer: Writer, engine: Engine
    ) -> None:
        for judge in self._placed:
            parameter = judge.parameter
            held = (match.values if match else {}) if parameter.location == "path" else credentials.cookies
            text = held.get(parameter.name)
            if text is not None:
                judge.check_text(text, writer, engine)
            elif parameter.required and not (parameter.location == "path" and match is None):
                words = (f"the {parameter.location} parameter is missing; expected it here", f"Add {parameter.name}.")
                self._note("required", join(parameter.pointer, "required"), judge.where, words, writer)

    def _check_query(self, pairs: list[Any], writer: Writer, engine: Engine) -> None:
        given: dict[str, list[str]] = {}
        for pair in pairs:
            if pair.broken:
                words = ("found a percent sign that starts no encoded byte; expected two hexadecimal digits after it",
                         "Write %25 for a percent sign itself.")  # fmt: skip
                where = f"query.{pair.name}" if pair.name in self._query else "query"
                self._note("malformed", join(self._operation.pointer, "parameters"), where, words, writer)
            given.setdefault(pair.name, []).append(pair.raw)
        for name, raws in given.items():
            judge = self._query.get(name)
            if judge is None:
                self._unknown_parameter(name, writer)
            elif len(raws) > 1 and not (judge.parameter.explode and judge.shape.is_array):
                words = (f"found this parameter {len(raws)} times; expected it once", "Send one, with one value.")
                code = "select" if self._selects(judge.parameter) else "unique"
                self._note(code, judge.parameter.pointer, judge.where, words, writer)
            elif self._select is not None and self._selects(judge.parameter):
                self._select.check(raws[0], judge, writer, engine)
            else:
                judge.check_query(raws, writer, engine)
        for judge in self._query.values():
            if judge.parameter.required and judge.parameter.name not in given:
                words = ("the query parameter is missing; expected it here", f"Add {judge.parameter.name}.")
                self._note("required", join(judge.parameter.pointer, "required"), judge.where, words, writer)

    def _unknown_parameter(self, name: str, writer: Writer) -> None:
        keys = [s.key for way in self._operation.security for s in way if s.location == "query"]
        severity = self._document.severity("unknown-parameter", "request")
        if name in keys or severity == "none":
            return
        known = {held.lower(): held for held in (*self._query, *keys)}
        near = known.get(name.lower()) or misspelt(name.lower(), known)
        near = near or next((held for held in known.values() if held.strip("$") == name.strip("$")), None)
        expected = f"; expected {near}" if near else f"; expected one of {', '.join(known.values()) or 'none'}"
        hint = f"Did you mean {near}?" if near else "Remove it, or check its name."
        words = (f"the query parameter {quote_name(name)} is not known{expected}", hint)
        self._note("unknown-parameter", join(self._operation.pointer, "parameters"), "query", words, writer, severity)

    def _check_accept(self, fields: dict[str, list[str]], writer: Writer) -> None:
        held = fields.get(_ACCEPT)
        if held is None or self._acceptable.holds(text := ", ".join(held)):
            return
        ranges = parse_accept(text)
        if isinstance(ranges, str):
            words = (f"found {quote(ranges)}; expected a media range such as text/*;q=0.5 (RFC 9110 section 12.5.1)",
                     "Correct or remove it.")  # fmt: skip
            self._note("header", join(self._operation.pointer, "responses"), "header.Accept", words, writer)
            return
        names = {name: None for status in self._successes for name in self._operation.responses[status].content}
        if names and not allows(ranges, names):
            words = (
                f"found {quote(', '.join(held))}; expected at least one of {', '.join(names)}",
                "Accept one of these.",
            )
            pointer = join(self._operation.responses[self._successes[0]].pointer, "content")
            self._note("not-acceptable", pointer, "header.Accept", words, writer)
            return
        self._acceptable.add(text)

    @cached_property
    def _successes(self) -> list[str]:
        return [status for status in self._operation.responses if status.startswith("2")]

    def _request_body(self, body: Any, fields: dict[str, list[str]], writer: Writer, engine: Engine) -> None:
        described = self._operation.request
        if described is None:
            return
        self._request_headers.check_length(fields, b"" if body is None else body, writer)
        if body is None or (isinstance(body, (bytes, str)) and not body):
            if described.required:
                names = ", ".join(described.content)
                words = ("found no body; expected one", f"Send a body of one of these media types: {names}.")
                self._note("required", join(described.pointer, "required"), "body", words, writer)
            return
        self._body("request", described, 0, body, fields, writer, engine, None)

    def _body(
        self,
        side: Side,
        described: Body,
        status: int,
        body: Any,
        fields: dict[str, list[str]],
        writer: Writer,
        engine: Engine,
        selection: Any,
    ) -> None:
        body, fault = decoded_body(body, fields)
        if fault is not None:
            self._note("malformed", described.pointer, "body", fault, writer)
            return
        held = fields.get(CONTENT_TYPE)
        if held is None:
            known = ", ".join(described.content) or "none, the body must be empty"
            words = (f"found a body without a Content-Type; expected one of {known}", "Say what the body is.")
            pointer = join(described.pointer, "content")
            self._note("unsupported-media-type", pointer, "header.Content-Type", words, writer)
            judge = self._sniffed(side, described, status, body)
        else:
            found = self._judge_of(side, held[0], status)
            if isinstance(found, Report):
                writer.take(found)
                judge = self._sniffed(side, described, status, body)
            else:
                judge = found
        if judge is None or (not judge.decodes and isinstance(body, (bytes, str))):
            return
        if selection is not None:
            judge = BodyJudge(judge.engines, judge.media, judge.charset, selection)
        judge.note(body, writer, engine)

    def _sniffed(self, side: Side, described: Body, status: int, body: Any) -> BodyJudge | None:
        """The judge of what a body looks like, where its label says nothing that the contract knows."""
        kind = _looks_like(body)
        for name in described.content:
            if kind == kind_of(name):
                judge = self._judge_of(side, name, status)
                return None if isinstance(judge, Report) else judge
        return None

    def response(
        self, response: Response, request: Request | None, *, strict: bool, engine: Engine, max_findings: int
    ) -> Report:
        """Every finding of a response; with its request, also what the request asked for."""
        operation = self._operation
        fields = fields_of(response.headers)
        target = split_target(request.url if request is not None else "")
        asked = fields_of(request.headers if request is not None else ())
        pairs = query_pairs(target.query) if target.query else []

        def secrets() -> list[str]:
            credentials = security.Credentials.of(asked, {pair.name: pair.raw for pair in pairs})
            found = security.secrets(operation, credentials, target.userinfo)
            cookies = fields.get("set-cookie", [])
            return [*found, *cookies, *(cookie.partition("=")[2].partition(";")[0] for cookie in cookies)]

        writer = Writer(self._document, strict, max_findings, secrets)
        described = operation.response(response.status)
        if described is None:
            known = ", ".join(operation.responses)
            words = (f"found status {response.status}; expected one of {known}", "Answer with a documented status.")
            self._note("status", join(operation.pointer, "responses"), "status", words, writer)
            HeaderJudge(self._engines["response"], (), operation.pointer).check(
                response.headers, fields, writer, engine
            )
            return writer.report()
        headers = self._response_headers(described)
        headers.check(response.headers, fields, writer, engine)
        body, bodiless = response.body, request is not None and request.method == "HEAD"
        if bodiless or response.status in _BODILESS or not described.content:
            return writer.report()
        headers.check_length(fields, b"" if body is None else body, writer)
        success = 200 <= response.status <= 299
        if success:
            self._check_accepted(asked, fields, described, writer)
        if body is None or (isinstance(body, (bytes, str)) and not body):
            if success:
                words = ("found no body; expected one", "Answer with the documented body.")
                self._note("required", join(described.pointer, "content"), "body", words, writer)
            return writer.report()
        selection = None
        if success and self._select is not None:
            raws = [pair.raw for pair in pairs if pair.name == self._select.name]
            selection = self._select.selection(raws, self._schema(described, fields))
        self._body("response", described, response.status, body, fields, writer, engine, selection)
        return writer.report()

    def _schema(self, described: Body, fields: dict[str, list[str]]) -> str | None:
        """The schema of an answer's media type, or the first where its label says nothing."""
        held = fields.get(CONTENT_TYPE)
        parsed = media_type.parse(held[0]) if held else None
        name = media_type.match(parsed, described.content) if parsed else None
        chosen = [described.content[name]] if name else list(described.content.values())
        return next((media.schema for media in chosen if media.schema), None)

    @cached_property
    def _made_headers(self) -> dict[str, HeaderJudge]:
        return {}

    def _response_headers(self, described: Body) -> HeaderJudge:
        if described.pointer not in self._made_headers:
            made = HeaderJudge(self._engines["response"], described.headers, described.pointer)
            self._made_headers[described.pointer] = made
        return self._made_headers[described.pointer]

    def _check_accepted(
        self, asked: dict[str, list[str]], fields: dict[str, list[str]], described: Body, writer: Writer
    ) -> None:
        accept, held = asked.get(_ACCEPT), fields.get(CONTENT_TYPE)
        parsed = media_type.parse(held[0]) if held else None
        if accept is None or parsed is None:
            return
        ranges = parse_accept(", ".join(accept))
        if not isinstance(ranges, str) and not allows(ranges, [parsed.name]):
            words = (f"found {quote(parsed.name)}; expected what the request accepts, {quote(', '.join(accept))}",
                     "Answer with an accepted media type, or with status 406.")  # fmt: skip
            self._note("not-acceptable", join(described.pointer, "content"), "header.Content-Type", words, writer)


def _looks_like(body: Any) -> str | None:
    """What the start of a body says: ``json``, ``xml``, ``form``, or nothing."""
    if not isinstance(body, (bytes, bytearray, memoryview, str)):
        return "json"
    head = body[:200] if isinstance(body, str) else bytes(body[:200]).decode("utf-8", "replace")
    head = head.lstrip("\ufeff \t\r\n")
    if head[:1] in ("{", "["):
        return "json"
    if head[:1] == "<":
        return "xml"
    return "form" if _FORM.match(head) else None
