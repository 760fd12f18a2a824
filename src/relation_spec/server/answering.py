"""Answers as bytes: in the media type that the request prefers, and for errors the contract's own error object."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

import msgspec

from relation_spec.contract import Body, ContractError, Document, Operation, UnencodableValueError
from relation_spec.media import media_type
from relation_spec.messages import Contract
from relation_spec.messages.negotiation import closeness, parse_accept
from relation_spec.schema.selection import properties_of
from relation_spec.server.meaning import fill, keyword

__all__ = ["Answers", "ProblemError", "Reply", "preferred"]

_JSON: Final = msgspec.json.Encoder(decimal_format="number")
_CHARSET: Final = "; charset=utf-8"
_BAD: Final = 400
_SOURCE: Final = "relation-spec"


class ProblemError(Exception):
    """An answer that refuses: its status, what it says, and further header fields."""

    def __init__(self, status: int, message: str, *headers: tuple[str, str]) -> None:
        self.status, self.message, self.headers = status, message, headers
        super().__init__(message)


class Reply(NamedTuple):
    """An answer: its status, its header fields without the body's length, and its body."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


def preferred(accept: str | None, names: Iterable[str]) -> list[str]:
    """The media types in ``names`` that an Accept field allows, best first: by weight, then by the order in which the
    field names them; all of them where there is no field, or none that can be read.
    """
    return list(_preferred(accept, tuple(names)))


@lru_cache(maxsize=256)
def _preferred(accept: str | None, names: tuple[str, ...]) -> tuple[str, ...]:
    ranges = parse_accept(accept) if accept is not None else ""
    if isinstance(ranges, str) or not ranges:
        return names
    ranked = []
    for name in names:
        parsed = media_type.parse(name)
        fitting = [
            (close, -place, one.weight)
            for place, one in enumerate(ranges)
            if (close := closeness(one, parsed.name if parsed else name))
        ]
        if fitting and (best := max(fitting))[2] > 0:
            ranked.append((-best[2], -best[1], name))
    return tuple(name for *_, name in sorted(ranked, key=lambda one: one[:2]))


class Answers:
    """Writes answers of one operation.

    Args:
        contract: the contract.
        operation: the operation.
    """

    def __init__(self, contract: Contract, operation: Operation) -> None:
        self._contract, self._operation = contract, operation
        self._document: Document = contract.document

    def media_types(self, accept: str | None, status: int = 200) -> list[str]:
        """The media types of a good answer that the Accept field allows, best first; all, where it allows none."""
        body = self._operation.response(status)
        names = body.content if body else ()
        return preferred(accept, names) or list(names)

    def good(self, value: Any, names: Iterable[str]) -> tuple[str, bytes] | UnencodableValueError:
        """The Content-Type and body of a good answer in the first of the media types that can carry ``value``, or why
        none can.
        """
        reason = UnencodableValueError("", "no media type is accepted")
        for name in names:
            try:
                body = _quick(value) if media_type.is_json(name) else None
                if body is None:
                    body = self._contract.encode_response_body(value, name, operation=self._operation.operation_id)
            except UnencodableValueError as error:
                reason = error
                continue
            return name + _CHARSET, body
        return reason

    def error(self, status: int, kind: str, message: str, accept: str | None) -> Reply:
        """The answer that says what went wrong; by the description of 400 where the contract has none of ``status``."""
        described = self._operation.response(status)
        known = status if described is not None else _BAD
        described = described or self._operation.response(_BAD)
        if described is None:
            return Reply(status, [], b"")
        names = preferred(accept, described.content) or list(described.content)
        for name in names:
            schema = described.content[name].schema
            if schema is None:
                continue
            value = _error_value(self._document, schema, kind, message)
            try:
                body = self._contract.encode_response_body(
                    value, name, status=known, operation=self._operation.operation_id
                )
            except ContractError:
                continue  # no type that can be written, or that carries these words
            return Reply(status, [("Content-Type", name + _CHARSET)], body)
        return Reply(status, [], b"")

    def documents(self, status: int) -> Body | None:
        """What the contract says of answers with this status, if anything."""
        return self._operation.response(status)


def _quick(value: Any) -> bytes | None:
    """A JSON body, or None for what only the exact writer can write: halves of characters, and in older releases of
    msgspec integers of more than 64 bits.
    """
    try:
        return _JSON.encode(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _error_value(document: Document, schema: str, kind: str, message: str) -> Any:
    """The error object: by ``x-value``; where that says nothing, every text of it is the message."""
    item: Mapping[str, Any] = {"kind": kind, "message": message, "source": _SOURCE}
    value = fill(document, (schema,), item)
    properties = properties_of(document, (schema,))
    if not any(keyword(document, below, "x-value") for below in properties.values()):
        for name, below in properties.items():
            types = keyword(document, below, "type", ())
            if "string" in ([types] if isinstance(types, str) else types):
                value[name] = message
    return value
