"""Samples by a seed: good and broken bodies and messages, the same for the same seed on every Python and platform.

In: a contract, a side, a seed. Out: :class:`Sample` values. Hypothesis has no part in it.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from relation_spec.contract import Side, UnencodableValueError
from relation_spec.messages import Contract
from relation_spec.messages.message import Request, Response
from relation_spec.strategies.choosing import Seeded, SteadyRandom
from relation_spec.strategies.drafts import Breach
from relation_spec.strategies.making import Making, making

__all__ = ["Sample", "body_samples", "message_samples"]

_MALFORMED_OF = 4  # one broken body of so many is broken below any schema


class Sample(NamedTuple):
    """One sample.

    Attributes:
        body: the bytes of the body, or None for none.
        value: its value, or None where its bytes are broken, or it is part of a message.
        content_type: what the body is, or None.
        message: the whole message, where that was asked for.
        breach: what is broken, or None.
    """

    body: bytes | None
    value: Any
    content_type: str | None
    message: Request | Response | None
    breach: Breach | None


def _chooser(maker: Making, source: SteadyRandom, status: int, *, clean: bool) -> Seeded:
    def carries(side: Side, value: Any, content_type: str) -> bool:
        try:
            maker.encoded(side, value, content_type, status)
        except UnencodableValueError:
            return False
        return True

    return Seeded(maker.contract.document, source, clean=clean, carries=carries)


def body_samples(
    contract: Contract,
    side: Side,
    *,
    count: int,
    seed: int,
    content_type: str | None = None,
    status: int = 200,
    invalid: bool = False,
    operation: str | None = None,
    indent: int | None = None,
) -> Iterator[Sample]:
    """``count`` bodies of one side; ``indent`` is for people, where nothing is broken.

    Raises:
        WrongCallError: where the contract describes no such body.
    """
    maker = making(contract, operation)
    label = maker.content_type(side, status, content_type)
    source = SteadyRandom(seed)
    chooser = _chooser(maker, source, status, clean=invalid)
    for _ in range(count):
        if not invalid:
            value = maker.value(chooser, side, label, status)
            yield Sample(maker.encoded(side, value, label, status, indent), value, label, None, None)
        elif source.below(_MALFORMED_OF) == 0:
            broken = maker.malformed_body(chooser, side, label, status, None)
            yield Sample(broken.body, None, label, None, broken.breach)
        else:
            broken = maker.broken_body(chooser, side, label, status, None, as_bytes=True)
            yield Sample(broken.body, None, label, None, broken.breach)


def message_samples(
    contract: Contract,
    side: Side,
    *,
    count: int,
    seed: int,
    content_type: str | None = None,
    status: int = 200,
    invalid: bool = False,
    operation: str | None = None,
) -> Iterator[Sample]:
    """``count`` whole messages of one side, such as can be written as text: without line ends in header fields.

    Raises:
        WrongCallError: as :func:`body_samples`.
    """
    maker = making(contract, operation)
    if content_type is not None:
        maker.content_type(side, status, content_type)
    chooser = _chooser(maker, SteadyRandom(seed), status, clean=invalid)

    def made() -> Iterator[Sample]:
        while True:
            message, breach = _message(maker, chooser, side, content_type, status, invalid)
            if not any("\n" in value for _, value in message.headers):
                label = next(iter(message.values("content-type")), None)
                yield Sample(message.body, None, label, message, breach)

    yield from islice(made(), count)


def _message(
    maker: Making, chooser: Seeded, side: Side, content_type: str | None, status: int, invalid: bool
) -> tuple[Request | Response, Breach | None]:
    if invalid and side == "request":
        return maker.broken_request(chooser, content_type, None)
    if invalid:
        return maker.broken_response(chooser, status, content_type, None)
    if side == "request":
        return maker.requests.draft(chooser, content_type=content_type, clean=False).message(), None
    return maker.responses.draft(chooser, content_type=content_type, status=status).message(), None
