"""The public :class:`Contract`: the six validating calls over one document, and :func:`load`, which makes it."""

import os
from collections.abc import Iterable
from typing import Any, Final, NoReturn

from relation_spec.contract import Body, Document, MediaType, Operation, Side, WrongCallError, read
from relation_spec.contract.pointer import join
from relation_spec.findings import Report, quote
from relation_spec.limits import MAX_CACHED_CONTENT_TYPES, MAX_CACHED_SELECTS, MAX_FINDINGS
from relation_spec.media import media_type
from relation_spec.messages.bodies import BodyJudge, Engine, Engines
from relation_spec.messages.writer import WordedRule, Writer
from relation_spec.schema.accept import Acceptor
from relation_spec.schema.selection import Selection

__all__ = ["Contract", "load"]

_JSON: Final = "application/json"


class UndecodableMediaTypeError(WrongCallError):
    """The contract lists the media type, and this package does not decode its bytes; pass the decoded value."""


class Contract:
    """One contract, ready to judge. Immutable, cached and safe to share between threads; made by :func:`load`.

    Attributes:
        document: the OpenAPI document behind it.
    """

    __slots__ = ("_engines", "_hot", "_judges", "document")

    document: Document

    def __init__(self, document: Document) -> None:
        put = object.__setattr__
        put(self, "document", document)
        put(self, "_engines", {"request": Engines(document, "request"), "response": Engines(document, "response")})
        put(self, "_judges", {})
        put(self, "_hot", {"request": {}, "response": {}})

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a Contract cannot be changed: {name}")

    def __repr__(self) -> str:
        return f"<Contract {self.document.path}: {', '.join(self.document.operations)}>"

    def validate_request_body(
        self,
        body: Any,
        content_type: str = _JSON,
        *,
        strict: bool = False,
        engine: Engine = None,
        operation: str | None = None,
        max_findings: int = MAX_FINDINGS,
    ) -> Report:
        """Judge a request body and list every finding.

        Args:
            body: bytes or text of the body, or its decoded JSON value, which is never changed.
            content_type: the value of Content-Type (RFC 9110 section 8.3), parameters included.
            strict: warnings count as errors.
            engine: ``"reference"`` to ask jsonschema alone.
            operation: the operationId, needed only where the contract holds several.
            max_findings: how many findings the report keeps, from 1.

        Raises:
            WrongCallError: for an impossible argument. Never for any body.
        """
        judge = self._judge("request", content_type, 0, None, operation, engine)
        return self._validate(judge, body, strict, engine, max_findings)

    def validate_response_body(
        self,
        body: Any,
        content_type: str = _JSON,
        *,
        status: int = 200,
        select: str | Iterable[str] | None = None,
        strict: bool = False,
        engine: Engine = None,
        operation: str | None = None,
        max_findings: int = MAX_FINDINGS,
    ) -> Report:
        """Judge a response body and list every finding.

        Args:
            body: as for :meth:`validate_request_body`.
            content_type: as for :meth:`validate_request_body`.
            status: the status code of the response, 100 to 599.
            select: the request's ``$select``, as text or as names; what it leaves out must be null or zero.
            strict: as for :meth:`validate_request_body`.
            engine: as for :meth:`validate_request_body`.
            operation: as for :meth:`validate_request_body`.
            max_findings: as for :meth:`validate_request_body`.

        Raises:
            WrongCallError: for an impossible argument. Never for any body.
        """
        judge = self._judge("response", content_type, status, select, operation, engine)
        return self._validate(judge, body, strict, engine, max_findings)

    def is_valid_request_body(
        self,
        body: Any,
        content_type: str = _JSON,
        *,
        strict: bool = False,
        engine: Engine = None,
        operation: str | None = None,
    ) -> bool:
        """The verdict of :meth:`validate_request_body`, at about the cost of parsing when it is yes."""
        if not strict and engine is None and operation is None:
            accept = self._hot["request"].get(content_type)  # type: ignore[attr-defined]
            if accept is not None and accept(body):
                return True
        return self._is_valid("request", body, content_type, 0, None, operation, strict, engine)

    def is_valid_response_body(
        self,
        body: Any,
        content_type: str = _JSON,
        *,
        status: int = 200,
        select: str | Iterable[str] | None = None,
        strict: bool = False,
        engine: Engine = None,
        operation: str | None = None,
    ) -> bool:
        """The verdict of :meth:`validate_response_body`, at about the cost of parsing when it is yes."""
        if status == 200 and select is None and not strict and engine is None and operation is None:
            accept = self._hot["response"].get(content_type)  # type: ignore[attr-defined]
            if accept is not None and accept(body):
                return True
        return self._is_valid("response", body, content_type, status, select, operation, strict, engine)

    def acceptor(
        self,
        side: Side,
        content_type: str = _JSON,
        *,
        status: int = 200,
        select: str | Iterable[str] | None = None,
        operation: str | None = None,
    ) -> Acceptor | None:
        """What says yes to valid bodies at the least cost, many lines at a time too; None where nothing does.

        What it does not accept may be valid all the same: the other calls tell.

        Raises:
            WrongCallError: for an impossible argument.
        """
        judge = self._judge(side, content_type, status if side == "response" else 0, select, operation, None)
        if isinstance(judge, Report) or not judge.decodes or judge.charset is not None:
            return None
        return judge.valid

    def _is_valid(
        self,
        side: Side,
        body: Any,
        content_type: str,
        status: int,
        select: Any,
        operation: str | None,
        strict: bool,
        engine: Engine,
    ) -> bool:
        judge = self._judge(side, content_type, status, select, operation, engine)
        if isinstance(judge, Report):
            return judge.valid
        usual = judge.is_json and select is None and operation is None and status in (0, 200) and judge.charset is None
        hot = self._hot[side]  # type: ignore[attr-defined]
        if usual and content_type not in hot and len(hot) < MAX_CACHED_CONTENT_TYPES and judge.valid is not None:
            hot[content_type] = judge.valid.any
        self._decodable(judge, body)
        return judge.is_valid(body, strict=strict, engine=engine)

    def _validate(
        self, judge: "BodyJudge | Report", body: Any, strict: bool, engine: Engine, max_findings: int
    ) -> Report:
        if type(max_findings) is not int or max_findings < 1:
            raise WrongCallError(f"max_findings must be a whole number from 1, not {max_findings!r}")
        if isinstance(judge, Report):
            return judge
        self._decodable(judge, body)
        return judge.validate(body, strict=strict, engine=engine, max_findings=max_findings)

    def _judge(
        self, side: Side, content_type: str, status: int, select: Any, operation: str | None, engine: Engine
    ) -> "BodyJudge | Report":
        """The judge for these arguments, or the report that makes judging needless."""
        if engine not in (None, "reference"):
            raise WrongCallError(f"engine must be None or 'reference', not {engine!r}")
        names = None if select is None else _names(select)
        key = (side, content_type, status, names, operation)
        try:
            judge: BodyJudge | Report | None = self._judges.get(key)  # type: ignore[attr-defined]
        except TypeError:
            raise WrongCallError(f"content_type must be a text and status a number, not {content_type!r}") from None
        if judge is None:
            judge = self._make_judge(side, content_type, status, names, self.document.operation(operation))
            if len(self._judges) < MAX_CACHED_CONTENT_TYPES + MAX_CACHED_SELECTS:  # type: ignore[attr-defined]
                self._judges[key] = judge  # type: ignore[attr-defined]
        return judge

    def _make_judge(
        self, side: Side, content_type: str, status: int, names: tuple[str, ...] | None, operation: Operation
    ) -> "BodyJudge | Report":
        if not isinstance(content_type, str):
            raise WrongCallError(f"content_type must be a text, not {content_type!r}")
        body = self._body(side, status, operation)
        if isinstance(body, Report):
            return body
        parsed = media_type.parse(content_type)
        found = media_type.match(parsed, body.content) if parsed else None
        if parsed is None or found is None:
            return self._unsupported(body, content_type)
        media = body.content[found]
        charset = self._charset(media, parsed)
        if isinstance(charset, Report):
            return charset
        selection = (
            self._selection(operation, status, media, names) if names is not None and side == "response" else None
        )
        if isinstance(selection, Report):
            return selection
        return BodyJudge(self._engines[side], media, charset, selection)  # type: ignore[attr-defined]

    def _body(self, side: Side, status: int, operation: Operation) -> "Body | Report":
        if side == "request":
            if operation.request is None:
                raise WrongCallError(f"the operation {operation.operation_id} has no request body")
            return operation.request
        if type(status) is not int or not 100 <= status <= 599:
            raise WrongCallError(f"status must be a whole number from 100 to 599, not {status!r}")
        body = operation.response(status)
        if body is None:
            known = ", ".join(operation.responses)
            words = (f"found status {status}; expected one of {known}", "Answer with a documented status.")
            pointer = join(operation.pointer, "responses")
            return self._single(WordedRule("status", "error", pointer, "responses", words), "status")
        return body

    def _unsupported(self, body: Body, content_type: str) -> Report:
        known = ", ".join(body.content) or "none, the body must be empty"
        words = (f"found {quote(content_type)}; expected one of {known}", "Send one of these media types.")
        pointer = join(body.pointer, "content")
        rule = WordedRule("unsupported-media-type", "error", pointer, "content", words)
        return self._single(rule, "header.Content-Type")

    def _charset(self, media: MediaType, parsed: media_type.ContentType) -> "str | Report | None":
        charset = parsed.parameters.get("charset")
        if charset is None or charset.lower() in ("utf-8", "utf8"):
            return None
        from relation_spec.media.charset import is_known

        if is_known(charset):
            return charset
        words = (f"found the charset {quote(charset)}, which is not known; expected utf-8", "Send UTF-8.")
        rule = WordedRule("unsupported-media-type", "error", media.pointer, "content", words)
        return self._single(rule, "header.Content-Type")

    def _selection(
        self, operation: Operation, status: int, media: MediaType, names: tuple[str, ...]
    ) -> "Selection | Report | None":
        if operation.select is None:
            raise WrongCallError(f"the operation {operation.operation_id} has no parameter with x-select")
        if not 200 <= status <= 299 or media.schema is None:
            return None  # an error answer is not the entity that the list speaks of
        selection = Selection(self.document, "response", operation.select, media.schema, names)
        if not selection.unknown:
            return selection
        writer = Writer(self.document, strict=False, limit=MAX_FINDINGS)
        for name, rule in selection.unknown:
            writer.add(rule, (), value=name, where=f"query.{operation.select.name}")
        return writer.report()

    def _single(self, rule: WordedRule, where: str) -> Report:
        writer = Writer(self.document, strict=False, limit=1)
        writer.add(rule, (), where=where)
        return writer.report()

    def _decodable(self, judge: BodyJudge, body: Any) -> None:
        if not judge.decodes and isinstance(body, (bytes, bytearray, memoryview, str)):
            raise UndecodableMediaTypeError(
                f"bodies of {judge.media.name} are not decoded by this version; pass the decoded value"
            )


def _names(select: str | Iterable[str]) -> tuple[str, ...]:
    items = select.split(",") if isinstance(select, str) else list(select)
    if not all(isinstance(item, str) for item in items):
        raise WrongCallError("select must be a text of names with commas between them, or names")
    return tuple(name for item in items if (name := item.strip()))


_LOADED: Final[dict[int, tuple[Document, Contract]]] = {}


def load(path: str | os.PathLike[str] | None = None) -> Contract:
    """The contract at ``path``, or the bundled one.

    The same file gives the same object while its content stays the same.

    Raises:
        UnusableContractError: for a YAML that cannot be used, naming file, line and reason.
    """
    if path is None:
        document = read()
    else:
        from relation_spec.schema.enforceable import check  # the bundled contract is checked by the tests

        document = read(path, check)
    held = _LOADED.get(id(document))
    if held is None or held[0] is not document:
        held = (document, Contract(document))
        if len(_LOADED) >= 32:
            _LOADED.clear()
        _LOADED[id(document)] = held
    return held[1]
