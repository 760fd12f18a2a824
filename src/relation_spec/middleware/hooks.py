"""Messages of HTTP clients judged: hooks for httpx and for requests, each a dictionary to hand to the client.

Messages that are not of the contract pass unseen. Neither library is imported here.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from relation_spec.contract import WrongCallError
from relation_spec.findings import InvalidMessageError, Report
from relation_spec.messages import Contract, load
from relation_spec.messages.frameworks import as_request, request_of
from relation_spec.messages.message import Request
from relation_spec.messages.request_target import split_target
from relation_spec.middleware.exchange import Exchange, OnReport, around_body, tell

__all__ = ["httpx_async_hook", "httpx_hook", "requests_hook"]


class _Judge:
    """What all hooks do with the messages that they are given."""

    def __init__(
        self, contract: Contract | None, on_report: OnReport | None, raise_invalid: bool, strict: bool
    ) -> None:
        self._contract = load() if contract is None else contract
        self._on_report, self._raises, self._strict = on_report, raise_invalid, strict

    def concerns(self, request: Any) -> bool:
        """Whether a client's request is one of the contract."""
        return self._contract.concerns(Request(request.method or "", str(request.url)))

    def sending(self, request: Any) -> None:
        """Judge a request before it is sent; an invalid one ends here if that was asked for."""
        if self._raises:
            taken = as_request(request)
            report = self._contract.validate_request(taken, strict=self._strict)
            if not report.valid:
                self._tell(taken, None, report, None)
                raise InvalidMessageError(report)

    def received(self, response: Any) -> None:
        """Judge an answer whose body was read, and tell of both messages."""
        request = request_of(response)
        if request is None:
            raise WrongCallError(f"{type(response).__name__} carries no request")
        notes: tuple[str, ...] = ()
        if request.body is None:  # the client has sent it and kept nothing
            taken, notes = Request(request.method, request.url, request.headers, {}), ("request-body-unread",)
            sent = around_body(self._contract.validate_request(taken, strict=self._strict), self._strict)
        else:
            sent = self._contract.validate_request(request, strict=self._strict)
        answer = self._contract.validate_response(response, request, strict=self._strict)
        self._tell(request, response, sent, answer, notes)
        if self._raises:
            sent.raise_if_invalid()
            answer.raise_if_invalid()

    def _tell(
        self, request: Request, response: Any, sent: Report, answer: Report | None, notes: tuple[str, ...] = ()
    ) -> None:
        status = None if response is None else response.status_code
        seconds = None if response is None else _seconds(response)
        path = split_target(request.url).path
        tell(Exchange(request.method, path, status, seconds, sent, answer, notes=notes), self._on_report)


def _seconds(response: Any) -> float | None:
    """How long an answer took; httpx does not know of one that came whole, as its mock transport gives them."""
    try:
        seconds: float = response.elapsed.total_seconds()
    except RuntimeError:
        return None
    return seconds


def httpx_hook(
    contract: Contract | None = None,
    *,
    on_report: OnReport | None = None,
    raise_invalid: bool = True,
    strict: bool = False,
) -> dict[str, list[Callable[[Any], None]]]:
    """The ``event_hooks`` of an ``httpx.Client`` that judges its messages.

    Bodies are read into memory, also those that would be streamed.

    Args:
        contract: the contract, or None for the bundled one.
        on_report: called with the :class:`~relation_spec.middleware.exchange.Exchange` of every answer, and of every
            request that was not sent.
        raise_invalid: whether an invalid message raises: a request before it is sent, an answer before the caller
            sees it.
        strict: warnings count as errors.

    Returns:
        hooks that raise :class:`~relation_spec.InvalidMessageError` if so wanted.
    """
    judge = _Judge(contract, on_report, raise_invalid, strict)

    def sending(request: Any) -> None:
        if judge.concerns(request):
            request.read()
            judge.sending(request)

    def received(response: Any) -> None:
        if judge.concerns(response.request):
            response.read()
            judge.received(response)

    return {"request": [sending], "response": [received]}


def httpx_async_hook(
    contract: Contract | None = None,
    *,
    on_report: OnReport | None = None,
    raise_invalid: bool = True,
    strict: bool = False,
) -> dict[str, list[Callable[[Any], Awaitable[None]]]]:
    """The ``event_hooks`` of an ``httpx.AsyncClient``; otherwise as :func:`httpx_hook`.

    Args:
        contract: as for :func:`httpx_hook`.
        on_report: as for :func:`httpx_hook`.
        raise_invalid: as for :func:`httpx_hook`.
        strict: as for :func:`httpx_hook`.

    Returns:
        hooks that raise :class:`~relation_spec.InvalidMessageError` if so wanted.
    """
    judge = _Judge(contract, on_report, raise_invalid, strict)

    async def sending(request: Any) -> None:
        if judge.concerns(request):
            await request.aread()
            judge.sending(request)

    async def received(response: Any) -> None:
        if judge.concerns(response.request):
            await response.aread()
            judge.received(response)

    return {"request": [sending], "response": [received]}


def requests_hook(
    contract: Contract | None = None,
    *,
    on_report: OnReport | None = None,
    raise_invalid: bool = True,
    strict: bool = False,
) -> dict[str, Callable[..., None]]:
    """The ``hooks`` of ``requests``, for one call or for a session's ``hooks.update``.

    requests calls hooks for answers alone, so an invalid request was sent when it is judged; the body of a request that
    was a file or an iterator is gone by then, and is not judged.

    Args:
        contract: as for :func:`httpx_hook`.
        on_report: called with the :class:`~relation_spec.middleware.exchange.Exchange` of every answer.
        raise_invalid: whether an invalid request or answer raises before the caller sees the answer.
        strict: warnings count as errors.

    Returns:
        a hook that raises :class:`~relation_spec.InvalidMessageError` if so wanted.
    """
    judge = _Judge(contract, on_report, raise_invalid, strict)

    def received(response: Any, *_: Any, **__: Any) -> None:
        if judge.concerns(response.request):
            judge.received(response)

    return {"response": received}
