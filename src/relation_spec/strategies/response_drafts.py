"""Whole responses of an operation, valid and broken, and bodies in which ``$select`` was obeyed.

In: a contract and a :class:`Chooser`. Out: drafts of responses without an error, and the breaches of the rules around
their bodies.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple

from relation_spec.contract import Body, Operation, WrongCallError
from relation_spec.contract.pointer import join
from relation_spec.messages import Contract
from relation_spec.messages.decoding import kind_of
from relation_spec.schema.selection import Selection, properties_of
from relation_spec.strategies.choosing import Chooser
from relation_spec.strategies.drafts import Breach, ResponseDraft
from relation_spec.strategies.pools import Pool
from relation_spec.strategies.request_drafts import media_of

__all__ = ["ResponseBreach", "ResponsePlan", "number_of", "outside", "selected"]

_MAYBE: Final = (False, True)


class ResponseBreach(NamedTuple):
    """A breach of a rule around the body of a response, and the change to a draft that makes it."""

    breach: Breach
    change: Callable[[ResponseDraft], None]


def number_of(key: str, keys: Collection[str]) -> int:
    """A status that a key of a Responses Object stands for, such as 400 for ``4XX`` (OpenAPI 3.1 section 4.8.16).

    Args:
        key: a status, a range of them, or ``default``.
        keys: all keys of the object; a status that has a key of its own is not the others'.
    """
    if key.isdecimal():
        return int(key)
    ranges = [key[0]] if key != "default" else [digit for digit in "54321" if f"{digit}XX" not in keys]
    statuses = [int(digit) * 100 + below for digit in ranges or ["5"] for below in range(100)]
    return next((status for status in statuses if str(status) not in keys), statuses[0])


def _selection(contract: Contract, operation: Operation, schema: str, names: Sequence[str]) -> Selection:
    if operation.select is None:
        raise WrongCallError(f"the operation {operation.operation_id} has no parameter with x-select")
    made = Selection(contract.document, "response", operation.select, schema, tuple(names))
    if made.unknown:
        raise WrongCallError(f"select names no property: {', '.join(name for name, _ in made.unknown)}")
    return made


def selected(contract: Contract, operation: Operation, schema: str, names: Sequence[str], value: Any) -> Any:
    """``value`` as a server answers it to a ``$select`` of ``names``: everything else is null, or zero.

    Raises:
        WrongCallError: for a name that is no property.
    """
    return _selection(contract, operation, schema, names).applied(value)


def outside(contract: Contract, operation: Operation, schema: str, names: Sequence[str]) -> list[str]:
    """The properties at the top that ``names`` leave out, and which could not be mistaken for nulled ones."""
    selection = _selection(contract, operation, schema, names)
    return [name for name in properties_of(contract.document, (schema,)) if not selection.covers((None, name))]


class ResponsePlan:
    """What responses of one operation may hold."""

    def __init__(self, contract: Contract, operation: Operation) -> None:
        self.contract, self.operation = contract, operation
        self._pools: dict[str, tuple[Pool, ...]] = {}

    def _headers(self, body: Body) -> tuple[Pool, ...]:
        if body.pointer not in self._pools:
            made = tuple(Pool(self.contract.document, header, "response") for header in body.headers)
            self._pools[body.pointer] = made
        return self._pools[body.pointer]

    @cached_property
    def statuses(self) -> tuple[int, ...]:
        """Every documented status, successes first."""
        return tuple(
            sorted(
                {number_of(key, self.operation.responses) for key in self.operation.responses},
                key=lambda s: (s >= 300, s),
            )
        )

    def body(self, status: int) -> Body:
        """What is documented for ``status``.

        Raises:
            WrongCallError: where nothing is.
        """
        body = self.operation.response(status)
        if body is None:
            raise WrongCallError(f"status {status} is not documented, only: {', '.join(self.operation.responses)}")
        return body

    def draft(
        self,
        chooser: Chooser,
        *,
        status: int | None = None,
        content_type: str | None = None,
        select: Sequence[str] | None = None,
        bodiless: bool = False,
    ) -> ResponseDraft:
        """A response without an error.

        Args:
            chooser: who chooses.
            status: the status, or None for any.
            content_type: the value of Content-Type, or None for any.
            select: the names of the request's ``$select``.
            bodiless: no body is there, for the caller to add one.
        """
        draft = ResponseDraft(chooser.pick(self.statuses) if status is None else status)
        body = self.body(draft.status)
        for pool in self._headers(body):
            if pool.good and (pool.parameter.required or chooser.pick(_MAYBE)):
                draft.fields.append((pool.parameter.name, chooser.pick(pool.good)))
        names = tuple(name for name in body.content if kind_of(name))
        if not names or bodiless or draft.status in (204, 304):
            return draft
        draft.content_type = content_type
        if content_type is None:
            name = chooser.pick(names)
            draft.content_type = chooser.pick((name, f"{name}; charset=utf-8"))
        label = draft.content_type or ""
        value = self.value(chooser, body, label, draft.status, select)
        draft.body = self.contract.encode_response_body(
            value, label, status=draft.status, operation=self.operation.operation_id
        )
        return draft

    def value(self, chooser: Chooser, body: Body, label: str, status: int, select: Sequence[str] | None) -> Any:
        """A value for a body, nulled where ``select`` leaves it out."""
        media = media_of(body, label)
        value = chooser.value("response", media.schema, label) if media.schema else {}
        if select is not None and media.schema and 200 <= status <= 299:
            value = selected(self.contract, self.operation, media.schema, select, value)
        return value

    def breaches(self, status: int) -> Iterator[ResponseBreach]:
        """Every breach of the rules around the body of a response with this status."""
        operation, body = self.operation, self.body(status)
        rule = join(operation.pointer, "responses")
        for wrong in (100, 201, 204, 302, 404, 418, 501, 599):
            if operation.response(wrong) is None:
                breach = Breach("status", where="status", rule=rule, note=f"status {wrong}")
                yield ResponseBreach(breach, _changed(status=wrong))
        if not any(kind_of(name) for name in body.content) or status in (204, 304):
            return
        rule = join(body.pointer, "content")
        for label in (None, "application/pdf", "text/plain", "json"):
            note = f"Content-Type: {label}" if label else "no Content-Type"
            breach = Breach("unsupported-media-type", where="header.Content-Type", rule=rule, note=note)
            yield ResponseBreach(breach, _changed(content_type=label))
        if 200 <= status <= 299:
            yield ResponseBreach(Breach("required", rule=rule, note="an empty body"), _changed(body=b""))
        for note, length in (("no number", "all"), ("too long", "99999999")):
            breach = Breach("header", where="header.Content-Length", rule=body.pointer, note=f"its length: {note}")
            yield ResponseBreach(breach, _with("Content-Length", length))
        yield ResponseBreach(
            Breach("header", where="header.X-Unknown", rule=body.pointer, note="a line's end in a value"),
            _with("X-Unknown", "a\r\nb"),
        )
        for pool in self._headers(body):
            where = f"header.{pool.parameter.name}"
            for code, broken, note, text in pool.bad:
                yield ResponseBreach(
                    Breach(code, where=where, rule=broken, note=note), _with(pool.parameter.name, text)
                )


def _changed(**parts: Any) -> Callable[[ResponseDraft], None]:
    def change(draft: ResponseDraft) -> None:
        for name, value in parts.items():
            setattr(draft, name, value)

    return change


def _with(name: str, value: str) -> Callable[[ResponseDraft], None]:
    def change(draft: ResponseDraft) -> None:
        draft.fields = [held for held in draft.fields if held[0].lower() != name.lower()]
        draft.fields.append((name, value))

    return change
