"""The public :class:`Contract`: a document that validates, decodes and encodes; and :func:`load`, which makes it."""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, NoReturn

from relation_spec.contract import Document, Side, UnencodableValueError, WrongCallError, read
from relation_spec.contract.pointer import join
from relation_spec.findings import Report
from relation_spec.limits import MAX_CACHED_CONTENT_TYPES, MAX_FINDINGS
from relation_spec.messages.bodies import BodyJudge, Engine
from relation_spec.messages.judges import Judges, check_limit
from relation_spec.schema.accept import Acceptor

if TYPE_CHECKING:
    from relation_spec.messages.message import Request, Response

__all__ = ["Contract", "load"]

_JSON: Final = "application/json"


class UndecodableMediaTypeError(WrongCallError):
    """The contract lists the media type, and this package does not decode its bytes; pass the decoded value."""


class Contract:
    """One contract, ready to judge. Immutable, cached and safe to share between threads; made by :func:`load`.

    Attributes:
        document: the OpenAPI document behind it.
    """

    __slots__ = ("_hot", "_judges", "document")

    document: Document
    _judges: "Judges"

    def __init__(self, document: Document) -> None:
        put = object.__setattr__
        put(self, "document", document)
        put(self, "_judges", Judges(document))
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
        judge = self._judges.body("request", content_type, 0, None, operation, engine)
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
        judge = self._judges.body("response", content_type, status, select, operation, engine)
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
        judge = self._judges.body(side, content_type, status if side == "response" else 0, select, operation, None)
        if isinstance(judge, Report) or not judge.decodes or judge.charset is not None:
            return None
        return judge.valid

    def validate_request(
        self,
        request: Any,
        *,
        strict: bool = False,
        engine: Engine = None,
        operation: str | None = None,
        max_findings: int = MAX_FINDINGS,
    ) -> Report:
        """Judge a whole request: method, path, query, header fields, credentials, media type and body, all in one.

        Args:
            request: a :class:`~relation_spec.Request`, or a request object of httpx, requests, aiohttp, Starlette,
                FastAPI, Flask, Werkzeug or Django whose body has been read.
            strict: as for :meth:`validate_request_body`.
            engine: as for :meth:`validate_request_body`.
            operation: the operationId; by default the operation is found by path and method.
            max_findings: as for :meth:`validate_request_body`.

        Raises:
            WrongCallError: for an impossible argument, such as a body that has not been read yet. Never for any data.
        """
        taken = _request(request)
        judge = self._judges.message(taken, operation, engine, max_findings)
        if isinstance(judge, Report):
            return judge
        return judge.request(taken, strict=strict, engine=engine, max_findings=max_findings)

    def validate_response(
        self,
        response: Any,
        request: Any = None,
        *,
        strict: bool = False,
        engine: Engine = None,
        operation: str | None = None,
        max_findings: int = MAX_FINDINGS,
    ) -> Report:
        """Judge a whole response: status, header fields, media type and body; with its request also the negotiation
        and whether ``$select`` was obeyed.

        Args:
            response: a :class:`~relation_spec.Response`, or a response object of the libraries that
                :meth:`validate_request` names, or of urllib3.
            request: the request that it answers, in any form that :meth:`validate_request` takes; by default the one
                that the response object carries, if any.
            strict: as for :meth:`validate_request_body`.
            engine: as for :meth:`validate_request_body`.
            operation: as for :meth:`validate_request`.
            max_findings: as for :meth:`validate_request_body`.

        Raises:
            WrongCallError: as for :meth:`validate_request`.
        """
        taken = _response(response)
        answered = _request_of(response) if request is None else _request(request)
        judge = self._judges.message(answered, operation, engine, max_findings)
        if isinstance(judge, Report):
            return judge
        return judge.response(taken, answered, strict=strict, engine=engine, max_findings=max_findings)

    def concerns(self, request: Any) -> bool:
        """Whether a request is for an operation of this contract, by its method and path alone.

        Letter case does not count here, so that a request that gets it wrong is judged, and told so.
        """
        taken = _request(request)
        method = taken.method.upper()
        return any(found.method == method for found in self._judges.operations_at(taken.url, fold=True))

    def decode_request_body(self, body: bytes | str, content_type: str = _JSON, *, operation: str | None = None) -> Any:
        """The value of a request body, valid or not: what JSON gives for the same message.

        Types of XML and form texts follow from the schema. A text that has not its type stays a text, so that judging
        the value finds it; of a name that stands twice the last one counts.

        Args:
            body: bytes or text.
            content_type: the Content-Type of the message.
            operation: as for :meth:`validate_request_body`.

        Raises:
            InvalidMessageError: where the body cannot be decoded, or the contract does not list the media type; its
                ``report`` says why.
            WrongCallError: where this package does not decode the media type.
        """
        return self._decode("request", body, content_type, 0, operation)

    def decode_response_body(
        self, body: bytes | str, content_type: str = _JSON, *, status: int = 200, operation: str | None = None
    ) -> Any:
        """The value of a response body, as :meth:`decode_request_body` gives requests'."""
        return self._decode("response", body, content_type, status, operation)

    def encode_request_body(
        self, value: Any, content_type: str = _JSON, *, operation: str | None = None, indent: int | None = None
    ) -> bytes:
        """The request body that carries ``value``: what :meth:`validate_request_body` reads back from it.

        Args:
            value: a decoded JSON value, valid or not.
            content_type: a media type of the contract; its charset parameter is obeyed.
            operation: as for :meth:`validate_request_body`.
            indent: spaces for each level of JSON and XML, for people; by default there is no white space.

        Raises:
            UnencodableValueError: where the media type cannot carry the value, such as a control character in XML.
            WrongCallError: for a media type that the contract does not list.
        """
        return self._encode("request", value, content_type, 0, operation, indent)

    def encode_response_body(
        self,
        value: Any,
        content_type: str = _JSON,
        *,
        status: int = 200,
        operation: str | None = None,
        indent: int | None = None,
    ) -> bytes:
        """The response body that carries ``value``, as :meth:`encode_request_body` makes requests'."""
        return self._encode("response", value, content_type, status, operation, indent)

    def _decode(self, side: Side, body: bytes | str, content_type: str, status: int, operation: str | None) -> Any:
        judge = self._judges.body(side, content_type, status, None, operation, None)
        if isinstance(judge, Report):
            judge.raise_if_invalid()
            raise WrongCallError(f"the contract describes no body of {content_type!r} here")
        if not isinstance(body, (bytes, bytearray, memoryview, str)):
            raise WrongCallError(f"a body to decode is bytes or text, not {type(body).__name__}")
        self._decodable(judge, body)
        return judge.decode(body if isinstance(body, str) else bytes(body))

    def _encode(
        self, side: Side, value: Any, content_type: str, status: int, operation: str | None, indent: int | None
    ) -> bytes:
        from relation_spec.media import json_value

        judge = self._judges.body(side, content_type, status, None, operation, None)
        if isinstance(judge, Report) or not judge.decodes:
            raise WrongCallError(f"the contract gives no way to write {content_type!r} here: {judge}")
        if misfits := json_value.faults(value):
            raise UnencodableValueError(join("", *misfits[0].path), misfits[0].reason)
        return judge.decoder.encode(json_value.plain(value), judge.charset, indent)

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
        judge = self._judges.body(side, content_type, status, select, operation, engine)
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
        check_limit(max_findings)
        if isinstance(judge, Report):
            return judge.at_most(max_findings)
        self._decodable(judge, body)
        return judge.validate(body, strict=strict, engine=engine, max_findings=max_findings)

    def _decodable(self, judge: BodyJudge, body: Any) -> None:
        if not judge.decodes and isinstance(body, (bytes, bytearray, memoryview, str)):
            raise UndecodableMediaTypeError(
                f"bodies of {judge.media.name} are not decoded by this version; pass the decoded value"
            )


def _request(given: Any) -> "Request":
    from relation_spec.messages.message import Request

    if type(given) is Request:
        return given
    from relation_spec.messages.frameworks import as_request

    return as_request(given)


def _request_of(given: Any) -> "Request | None":
    """The request that a client's response object carries, if any."""
    from relation_spec.messages.message import Response

    if type(given) is Response:
        return None
    from relation_spec.messages.frameworks import request_of

    return request_of(given)


def _response(given: Any) -> "Response":
    from relation_spec.messages.message import Response

    if type(given) is Response:
        return given
    from relation_spec.messages.frameworks import as_response

    return as_response(given)


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
        from relation_spec.messages.enforceable import check  # the bundled contract is checked by the tests

        document = read(path, check)
    held = _LOADED.get(id(document))
    if held is None or held[0] is not document:
        held = (document, Contract(document))
        if len(_LOADED) >= 32:
            _LOADED.clear()
        _LOADED[id(document)] = held
    return held[1]
