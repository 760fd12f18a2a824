"""The public strategies: bodies, messages and their parts as Hypothesis draws them, valid or broken in one rule.

In: a contract (the bundled one by default) and options. Out: strategies, each of which shrinks to the smallest message
that a person would write. Everything is worked out once per contract.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from hypothesis import reject
from hypothesis import strategies as st

from relation_spec.contract import Side, UnencodableValueError
from relation_spec.messages import Contract, load
from relation_spec.messages.message import Request, Response
from relation_spec.strategies.body_breaches import Broken
from relation_spec.strategies.drawn import Drawn, kind_named, prepare, values
from relation_spec.strategies.making import BrokenRequest, BrokenResponse, Making, making

__all__ = [
    "credentials",
    "headers",
    "invalid_request_bodies",
    "invalid_requests",
    "invalid_response_bodies",
    "invalid_responses",
    "malformed_request_bodies",
    "malformed_response_bodies",
    "request_bodies",
    "requests",
    "response_bodies",
    "responses",
    "selects",
]

T = TypeVar("T")

_Make = Callable[[Making, Drawn], T]


def _strategy(contract: Contract | None, operation: str | None, clean: bool, make: _Make[T]) -> st.SearchStrategy[T]:
    """What ``make`` makes; what a media type cannot carry is drawn again."""
    held = contract or load()
    maker = making(held, operation)

    @st.composite
    def drawn(draw: st.DrawFn) -> T:
        try:
            return make(maker, Drawn(draw, held, clean))
        except UnencodableValueError:
            reject()

    return drawn()


def _bodies(
    side: Side,
    contract: Contract | None,
    content_type: str | None,
    status: int,
    select: str | Sequence[str] | None,
    operation: str | None,
    clean: bool,
    encoded: bool,
) -> st.SearchStrategy[Any]:
    held = contract or load()
    maker = making(held, operation)
    label, names = maker.content_type(side, status, content_type), _names(select)
    schema = maker.media(side, status, label).schema
    kind = kind_named(label)
    if kind == "json" and not encoded and names is None and schema:
        return values(held, side, kind, clean)(schema)

    prepare(held, side, operation, label, status, clean=clean)

    def make(maker: Making, chooser: Drawn) -> Any:
        value = maker.value(chooser, side, label, status, names)
        body = maker.encoded(side, value, label, status)
        return body if encoded else value

    return _strategy(held, operation, clean, make)


def _names(select: str | Sequence[str] | None) -> tuple[str, ...] | None:
    if select is None:
        return None
    items = select.split(",") if isinstance(select, str) else select
    return tuple(name for item in items if (name := item.strip()))


def request_bodies(
    contract: Contract | None = None,
    *,
    content_type: str | None = None,
    operation: str | None = None,
    clean: bool = False,
    encoded: bool = False,
) -> st.SearchStrategy[Any]:
    """Request bodies without an error.

    Args:
        contract: the bundled one by default.
        content_type: the media type that must be able to carry them; by default the first that the contract lists.
        operation: the operationId, needed only where the contract holds several.
        clean: without a warning either.
        encoded: bytes of that media type, instead of decoded values.
    """
    return _bodies("request", contract, content_type, 0, None, operation, clean, encoded)


def response_bodies(
    contract: Contract | None = None,
    *,
    content_type: str | None = None,
    status: int = 200,
    select: str | Sequence[str] | None = None,
    operation: str | None = None,
    clean: bool = False,
    encoded: bool = False,
) -> st.SearchStrategy[Any]:
    """Response bodies without an error; with ``select`` what it leaves out is null, or zero. See
    :func:`request_bodies`.
    """
    return _bodies("response", contract, content_type, status, select, operation, clean, encoded)


def requests(
    contract: Contract | None = None,
    *,
    content_type: str | None = None,
    select: str | Sequence[str] | None = None,
    operation: str | None = None,
    clean: bool = False,
) -> st.SearchStrategy[Request]:
    """Whole requests without an error, of every media type unless ``content_type`` names one.

    Args:
        contract: the bundled one by default.
        content_type: the value of Content-Type.
        select: names for ``$select``; by default there are any or none.
        operation: the operationId, needed only where the contract holds several.
        clean: without a warning either.
    """
    names = _names(select)
    prepare(contract or load(), "request", operation, content_type, None, clean=clean)
    return _strategy(
        contract, operation, clean,
        lambda maker, chooser: maker.requests.draft(
            chooser, content_type=content_type, select=names, clean=clean
        ).message(),
    )  # fmt: skip


def responses(
    contract: Contract | None = None,
    *,
    status: int | None = None,
    content_type: str | None = None,
    select: str | Sequence[str] | None = None,
    operation: str | None = None,
    clean: bool = False,
) -> st.SearchStrategy[Response]:
    """Whole responses without an error, with every documented status unless ``status`` says one; ``select`` are the
    names of the request's ``$select``. See :func:`requests`.
    """
    names = _names(select)
    prepare(contract or load(), "response", operation, content_type, status, clean=clean)
    return _strategy(
        contract, operation, clean,
        lambda maker, chooser: maker.responses.draft(
            chooser, status=status, content_type=content_type, select=names
        ).message(),
    )  # fmt: skip


def selects(contract: Contract | None = None, *, operation: str | None = None) -> st.SearchStrategy[str]:
    """Lists for ``$select``: names with commas between them, in any case where case does not count."""
    return _strategy(contract, operation, False, lambda maker, chooser: ",".join(maker.requests.names(chooser)))


def headers(contract: Contract | None = None, *, operation: str | None = None) -> st.SearchStrategy[dict[str, str]]:
    """The header fields that the contract describes, without credentials, each with a text that it takes."""
    return _strategy(
        contract, operation, True,
        lambda maker, chooser: dict(maker.requests.parameters(chooser, clean=True).fields),
    )  # fmt: skip


def credentials(
    contract: Contract | None = None, *, operation: str | None = None
) -> st.SearchStrategy[tuple[tuple[str, str], ...]]:
    """Header fields, cookies among them, that follow one of the ways to authenticate; all invented."""
    return _strategy(contract, operation, True, lambda maker, chooser: maker.requests.authorized(chooser))


def invalid_request_bodies(
    contract: Contract | None = None,
    *,
    rule: str | None = None,
    content_type: str | None = None,
    operation: str | None = None,
    encoded: bool = False,
) -> st.SearchStrategy[Broken]:
    """Request bodies that break exactly one rule of their schema, as ``(body, breach)``.

    Args:
        contract: the bundled one by default.
        rule: a code, such as ``"range"``, a keyword, or the pointer of a rule in the contract; by default any.
        content_type: the media type that must be able to carry them.
        operation: the operationId, needed only where the contract holds several.
        encoded: bytes of that media type, instead of decoded values.
    """
    return _broken_bodies("request", contract, rule, content_type, 0, operation, encoded)


def invalid_response_bodies(
    contract: Contract | None = None,
    *,
    rule: str | None = None,
    content_type: str | None = None,
    status: int = 200,
    select: str | Sequence[str] | None = None,
    operation: str | None = None,
    encoded: bool = False,
) -> st.SearchStrategy[Broken]:
    """Response bodies that break exactly one rule of their schema, as ``(body, breach)``; with ``select`` they have one
    value that should have been nulled. See :func:`invalid_request_bodies`.
    """
    names = _names(select)
    if names is None:
        return _broken_bodies("response", contract, rule, content_type, status, operation, encoded)

    def make(maker: Making, chooser: Drawn) -> Broken:
        label = maker.content_type("response", status, content_type)
        broken = maker.not_selected(chooser, label, status, names)
        return broken._replace(body=maker.encoded("response", broken.body, label, status)) if encoded else broken

    return _strategy(contract, operation, True, make)


def _broken_bodies(
    side: Side,
    contract: Contract | None,
    rule: str | None,
    content_type: str | None,
    status: int,
    operation: str | None,
    encoded: bool,
) -> st.SearchStrategy[Broken]:
    maker = making(contract or load(), operation)
    label = maker.content_type(side, status, content_type)
    as_bytes = encoded or kind_named(label) != "json"
    maker.breaches(side, maker.media(side, status, label)).named(rule)
    prepare(contract or load(), side, operation, label, status)

    def make(maker: Making, chooser: Drawn) -> Broken:
        return maker.broken_body(chooser, side, label, status, rule, as_bytes=as_bytes)

    return _strategy(contract, operation, True, make)


def malformed_request_bodies(
    contract: Contract | None = None,
    *,
    rule: str | None = None,
    content_type: str | None = None,
    operation: str | None = None,
) -> st.SearchStrategy[Broken]:
    """Bytes that break exactly one rule of the format of a request body, as ``(body, breach)``: cut off, in the wrong
    encoding, with a name twice, and so on. ``rule`` is a kind, such as ``"bad-escape"``, or a code.
    """
    return _malformed("request", contract, rule, content_type, 0, operation)


def malformed_response_bodies(
    contract: Contract | None = None,
    *,
    rule: str | None = None,
    content_type: str | None = None,
    status: int = 200,
    operation: str | None = None,
) -> st.SearchStrategy[Broken]:
    """The same of response bodies. See :func:`malformed_request_bodies`."""
    return _malformed("response", contract, rule, content_type, status, operation)


def _malformed(
    side: Side,
    contract: Contract | None,
    rule: str | None,
    content_type: str | None,
    status: int,
    operation: str | None,
) -> st.SearchStrategy[Broken]:
    label = making(contract or load(), operation).content_type(side, status, content_type)
    prepare(contract or load(), side, operation, label, status)
    return _strategy(
        contract, operation, True, lambda maker, chooser: maker.malformed_body(chooser, side, label, status, rule)
    )


def invalid_requests(
    contract: Contract | None = None,
    *,
    rule: str | None = None,
    content_type: str | None = None,
    operation: str | None = None,
) -> st.SearchStrategy[BrokenRequest]:
    """Whole requests that break exactly one rule, as ``(request, breach)``: of method, path, query, header fields,
    credentials, negotiation, label, format or body. See :func:`invalid_request_bodies`.
    """
    prepare(contract or load(), "request", operation, content_type, None, broken=True)
    return _strategy(
        contract, operation, True, lambda maker, chooser: maker.broken_request(chooser, content_type, rule)
    )


def invalid_responses(
    contract: Contract | None = None,
    *,
    rule: str | None = None,
    status: int = 200,
    content_type: str | None = None,
    operation: str | None = None,
) -> st.SearchStrategy[BrokenResponse]:
    """Whole responses that break exactly one rule, as ``(response, breach)``. See :func:`invalid_requests`."""
    prepare(contract or load(), "response", operation, content_type, status, broken=True)
    return _strategy(
        contract, operation, True, lambda maker, chooser: maker.broken_response(chooser, status, content_type, rule)
    )
