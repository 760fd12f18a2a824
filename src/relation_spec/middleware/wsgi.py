"""Requests and answers of a WSGI application judged: an application in, an application out (PEP 3333).

Requests that are not of the contract go straight to the application.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from relation_spec.messages import Contract
from relation_spec.messages.frameworks.gateway import environ_headers, environ_url
from relation_spec.middleware.exchange import OnReport
from relation_spec.middleware.reading import CopiedInput, read_ahead
from relation_spec.middleware.refusing import Refusal
from relation_spec.middleware.watching import Mode, Visit, Watch, announced

__all__ = ["RelationMiddleware"]

Environ = dict[str, Any]
StartResponse = Callable[..., Callable[[bytes], object]]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

_INPUT: Final = "wsgi.input"


class RelationMiddleware:
    """A WSGI application that judges what goes to and from another one.

    In ``report`` mode every byte passes unchanged and as it comes; copies are judged once the answer was sent. In
    ``enforce`` mode a request is read up to ``max_body`` before the application is called, and an invalid one is
    answered with the error object that the contract documents. Answers of the application are never replaced: they
    are only judged and told, since the work behind them is done.

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
        # a path in the environment is its bytes, each as one character
        self._tails = tuple(tail.encode().decode("iso-8859-1").lower() for tail in self._watch.tails)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        if not path.lower().endswith(self._tails):
            return self.app(environ, start_response)
        url = environ_url(environ, path.encode("iso-8859-1", "replace"))
        visit = self._watch.visit(environ["REQUEST_METHOD"], url, environ_headers(environ))
        if visit is None:
            return self.app(environ, start_response)
        terminated = bool(environ.get("wsgi.input_terminated"))
        # only a server that ends the stream itself may leave the length open
        length = announced(environ.get("CONTENT_LENGTH"), otherwise=None if terminated else 0)
        visit.expect(length)
        if self._watch.enforces:
            if terminated or length is not None:
                environ[_INPUT] = read_ahead(environ[_INPUT], visit.request)
            if refused := visit.refuse():
                return _answer(refused, environ["REQUEST_METHOD"], start_response)
        else:
            environ[_INPUT] = CopiedInput(environ[_INPUT], visit.request)
        try:
            made = self.app(environ, _observed(visit, start_response))
        except BaseException:
            visit.finish()
            raise
        return _SizedAnswer(made, visit) if hasattr(made, "__len__") else _Answer(made, visit)


def _observed(visit: Visit, start_response: StartResponse) -> StartResponse:
    """A ``start_response`` that notes the head of the answer, and copies what is written by its ``write``."""

    def observed(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Callable[[bytes], object]:
        write = start_response(status, headers, *exc_info)  # raises exc_info where the answer was begun already
        code = status[:3]
        visit.answered(int(code) if code.isascii() and code.isdigit() else 0, list(headers))

        def copied(data: bytes) -> object:
            if visit.response is not None:
                visit.response.add(data)
            return write(data)

        return copied

    return observed


class _Answer:
    """The body of an answer: copied as it is iterated, judged at its end, closed when it is closed."""

    def __init__(self, made: Iterable[bytes], visit: Visit) -> None:
        self._made, self._visit = made, visit
        self._chunks: Iterator[bytes] | None = None

    def __iter__(self) -> "_Answer":
        return self

    def __next__(self) -> bytes:
        try:
            if self._chunks is None:
                self._chunks = iter(self._made)
            chunk = next(self._chunks)
        except StopIteration:
            if self._visit.response is not None:
                self._visit.response.ended = True
            self._visit.finish()
            raise
        except BaseException:
            self._visit.finish()
            raise
        if self._visit.response is not None:
            self._visit.response.add(chunk)
        return chunk

    def close(self) -> None:
        """Close what the application returned, and tell of an answer that was not read to its end."""
        try:
            if hasattr(self._made, "close"):
                self._made.close()
        finally:
            self._visit.finish()


class _SizedAnswer(_Answer):
    """The same where the number of chunks is known, from which servers conclude the length of the body."""

    def __len__(self) -> int:
        return len(self._made)  # type: ignore[arg-type]


def _answer(refused: Refusal, method: str, start_response: StartResponse) -> list[bytes]:
    start_response(f"{refused.status} {refused.reason}", list(refused.headers))
    return [b"" if method == "HEAD" else refused.body]
