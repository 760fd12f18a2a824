"""One exchange watched from its first line to its last byte: the heads and copies of both messages in, reports out.

A :class:`Watch` is what a middleware was told to do; it makes one :class:`Visit` for each request of the contract.
"""

from collections.abc import Callable
from time import perf_counter
from typing import Any, Literal
from urllib.parse import unquote

from relation_spec.contract import ContractError, WrongCallError
from relation_spec.findings import Report
from relation_spec.messages import Contract, load
from relation_spec.messages.message import HeaderFields, Request, Response
from relation_spec.messages.request_target import split_target
from relation_spec.middleware.copying import Copy
from relation_spec.middleware.exchange import Exchange, OnReport, around_body, tell
from relation_spec.middleware.packing import opens_to_more
from relation_spec.middleware.refusing import Refusal, refusal

__all__ = ["Mode", "Visit", "Watch", "announced"]

Mode = Literal["report", "enforce"]
"""``report`` only tells what is wrong; ``enforce`` also answers invalid requests itself."""


class Watch:
    """What a middleware was told to do.

    Args:
        contract: the contract, or None for the bundled one.
        mode: see :data:`Mode`.
        on_report: called with the :class:`Exchange` of every request of the contract, valid or not.
        max_body: a longer body passes without being judged.
        validate_responses: whether answers are judged too.
        strict: warnings count as errors.

    Attributes:
        tails: a path, percent-decoded and in small letters, that ends in none of these is none of the contract's.

    Raises:
        WrongCallError: for an impossible argument.
        UnusableContractError: where the bundled contract cannot be read.
    """

    def __init__(
        self,
        contract: Contract | None,
        mode: Mode,
        on_report: OnReport | None,
        max_body: int,
        validate_responses: bool,
        strict: bool,
    ) -> None:
        if mode not in ("report", "enforce"):
            raise WrongCallError(f"mode must be 'report' or 'enforce', not {mode!r}")
        if type(max_body) is not int or max_body < 0:
            raise WrongCallError(f"max_body must be a whole number from 0, not {max_body!r}")
        if on_report is not None and not callable(on_report):
            raise WrongCallError(f"on_report must be callable, not {on_report!r}")
        self.contract = load() if contract is None else contract
        self.enforces = mode == "enforce"
        self.on_report, self.max_body = on_report, max_body
        self.validate_responses, self.strict = validate_responses, strict
        # what follows the last parameter of a path's template ends every path that fits it, but for a slash
        operations = self.contract.document.operations.values()
        tails = {unquote(operation.path.rpartition("}")[2]).lower().rstrip("/") for operation in operations}
        self.tails = tuple(tail + slash for tail in tails for slash in ("", "/"))

    def visit(self, method: str, url: str, headers: HeaderFields) -> "Visit | None":
        """The visit of a request, or None where it is none of the contract's."""
        return Visit(self, method, url, headers) if self.contract.concerns(Request(method, url)) else None


class Visit:
    """One request of the contract and its answer, while they pass.

    Attributes:
        request: the copy of the request's body.
        response: the copy of the answer's body, or None where nobody judges it.
    """

    __slots__ = (
        "_answer",
        "_began",
        "_done",
        "_head",
        "_message",
        "_notes",
        "_report",
        "_watch",
        "request",
        "response",
    )

    def __init__(self, watch: Watch, method: str, url: str, headers: HeaderFields) -> None:
        self._began = perf_counter()
        self._watch, self._head = watch, (method, url, headers)
        self.request = Copy(watch.max_body)
        self.response = Copy(watch.max_body) if watch.validate_responses else None
        self._answer: tuple[int, HeaderFields] | None = None
        self._message: Request | None = None
        self._report: Report | None = None
        self._notes: list[str] = []
        self._done = False

    def expect(self, length: int | None) -> None:
        """The request's body has ``length`` bytes, or an unknown number."""
        self.request = Copy(self._watch.max_body, length)

    def answered(self, status: int, headers: HeaderFields) -> None:
        """The answer begins; a later call replaces an earlier one, whose answer was never sent."""
        self._answer = status, headers
        if self.response is not None:
            self.response.restart()

    def refuse(self) -> Refusal | None:
        """The answer to a request that must not reach the application, or None where it may.

        To be called when as much of the body is here as there will be; the exchange ends here if it is refused.
        """
        message, report = self._judge_request()
        if report is None or report.valid:
            return None
        self._done = True
        made = refusal(self._watch.contract, message, report)
        self._tell(made.status, report, None, refused=True)
        return made

    def finish(self) -> None:
        """The answer has ended, or never will: judge both messages and tell. Further calls do nothing."""
        if self._done:
            return
        self._done = True
        message, report = self._judge_request()
        if self._answer is None:
            self._notes.append("response-missing")
            self._tell(None, report, None, refused=False)
        else:
            self._tell(self._answer[0], report, self._judge_response(message, *self._answer), refused=False)

    def _tell(self, status: int | None, request: Report | None, response: Report | None, *, refused: bool) -> None:
        method, url, _ = self._head
        seconds, notes = perf_counter() - self._began, tuple(self._notes)
        exchange = Exchange(method, split_target(url).path, status, seconds, request, response, refused, notes)
        tell(exchange, self._watch.on_report)

    def _judge_request(self) -> tuple[Request, Report | None]:
        message = self._message
        if message is None:
            body, judged = self._taken("request", self.request, "request-body-unread", self._head[2])
            message = self._message = Request(*self._head, body)
            contract, strict = self._watch.contract, self._watch.strict
            self._report = self._judged(lambda: contract.validate_request(message, strict=strict), judged)
        return message, self._report

    def _judge_response(self, request: Request, status: int, headers: HeaderFields) -> Report | None:
        if self.response is None:
            return None
        body, judged = None, True
        if request.method != "HEAD":  # whatever an application gives there as a body, no server sends it
            body, judged = self._taken("response", self.response, "response-body-incomplete", headers)
        contract, strict = self._watch.contract, self._watch.strict
        return self._judged(
            lambda: contract.validate_response(Response(status, headers, body), request, strict=strict), judged
        )

    def _taken(self, side: str, copy: Copy, note: str, headers: HeaderFields) -> tuple[Any, bool]:
        """A body and whether it can be judged; where not, a value that says whether there is one, and a note."""
        body = copy.body
        if body is not None and not (body and opens_to_more(body, headers, self._watch.max_body)):
            return body, True
        self._notes.append(note if body is None and not copy.over else f"{side}-body-too-large")
        return b"" if copy.is_empty else {}, False

    def _judged(self, call: Callable[[], Report], whole: bool) -> Report | None:
        try:
            report = call()
        except ContractError as fault:
            self._notes.append(f"not-judged: {fault}")
            return None
        return report if whole else around_body(report, self._watch.strict)


def announced(length: Any, *, otherwise: int | None) -> int | None:
    """The number of bytes that a Content-Length value names, or ``otherwise`` where there is none.

    What is no number gives None, since nobody can tell how long such a body is.
    """
    if length is None or length == "":
        return otherwise
    return int(length) if length.isascii() and length.isdigit() and len(length) < 19 else None
