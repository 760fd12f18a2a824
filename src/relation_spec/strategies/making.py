"""Good and broken messages of one operation, by whoever chooses: the one way behind strategies and samples.

In: a contract, an operation and a :class:`Chooser`. Out: values, bodies and messages; broken ones with their
:class:`Breach`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, Final, NamedTuple

from relation_spec.contract import Body, MediaType, Operation, Side, WrongCallError
from relation_spec.messages import Contract
from relation_spec.messages.decoding import kind_of
from relation_spec.messages.message import Request, Response
from relation_spec.strategies.authentication_breaches import of_authentication
from relation_spec.strategies.body_breaches import BodyBreaches, Broken, named
from relation_spec.strategies.choosing import Chooser
from relation_spec.strategies.drafts import Breach
from relation_spec.strategies.label_breaches import of_the_label
from relation_spec.strategies.request_breaches import around_the_body
from relation_spec.strategies.request_drafts import RequestPlan, media_of
from relation_spec.strategies.response_drafts import ResponsePlan, outside, selected

__all__ = ["BrokenRequest", "BrokenResponse", "Making", "making"]

_LAYERS: Final = ("around", "around", "around", "body", "body", "text")


class BrokenRequest(NamedTuple):
    """A request that breaks one rule, and which."""

    request: Request
    breach: Breach


class BrokenResponse(NamedTuple):
    """A response that breaks one rule, and which."""

    response: Response
    breach: Breach


class Making:
    """Makes the messages of one operation."""

    def __init__(self, contract: Contract, operation: Operation) -> None:
        self.contract, self.operation = contract, operation
        self.requests, self.responses = RequestPlan(contract, operation), ResponsePlan(contract, operation)
        self._broken: dict[tuple[Side, str], BodyBreaches] = {}
        self._answers: dict[int, Mapping[str, tuple[Any, ...]]] = {}
        self._found: dict[tuple[Side, str | None, int, str | None], list[str]] = {}

    def body(self, side: Side, status: int) -> Body:
        """What the contract says of a body.

        Raises:
            WrongCallError: where it says nothing.
        """
        if side == "response":
            return self.responses.body(status)
        if self.operation.request is None:
            raise WrongCallError(f"the operation {self.operation.operation_id} has no request body")
        return self.operation.request

    def content_type(self, side: Side, status: int, content_type: str | None) -> str:
        """``content_type``, or the first that the contract lists and this package reads.

        Raises:
            WrongCallError: where there is none.
        """
        body = self.body(side, status)
        label = content_type or next((name for name in body.content if kind_of(name)), None)
        if label is None:
            raise WrongCallError("no body is documented here")
        media_of(body, label)
        return label

    def media(self, side: Side, status: int, content_type: str | None) -> MediaType:
        """The media type behind :meth:`content_type`."""
        return media_of(self.body(side, status), self.content_type(side, status, content_type))

    def breaches(self, side: Side, media: MediaType) -> BodyBreaches:
        """The breaches of bodies of ``media``."""
        key = (side, media.pointer)
        if key not in self._broken:
            self._broken[key] = BodyBreaches(self.contract.document, side, media)
        return self._broken[key]

    def encoded(self, side: Side, value: Any, content_type: str, status: int, indent: int | None = None) -> bytes:
        """``value`` as a body.

        Raises:
            UnencodableValueError: where the media type cannot carry it.
        """
        operation = self.operation.operation_id
        if side == "request":
            return self.contract.encode_request_body(value, content_type, operation=operation, indent=indent)
        return self.contract.encode_response_body(
            value, content_type, status=status, operation=operation, indent=indent
        )

    def value(
        self, chooser: Chooser, side: Side, content_type: str, status: int, select: Sequence[str] | None = None
    ) -> Any:
        """A valid value for a body."""
        media = self.media(side, status, content_type)
        value = chooser.value(side, media.schema, content_type) if media.schema else {}
        if select is not None and media.schema and 200 <= status <= 299:
            value = selected(self.contract, self.operation, media.schema, select, value)
        return value

    @cached_property
    def broken_around(self) -> Mapping[str, tuple[Any, ...]]:
        """The breaches around the bodies of requests, by code and place."""
        plan = self.requests
        return _grouped([*around_the_body(plan), *of_authentication(plan), *of_the_label(plan)])

    def around(self) -> Iterator[Breach]:
        """Every breach around bodies, of requests and of responses with each status."""
        groups = [*self.broken_around.values()]
        for status in self.responses.statuses:
            groups += self._around_responses(status).values()
        yield from dict.fromkeys(one.breach for group in groups for one in group)

    def _around_responses(self, status: int) -> Mapping[str, tuple[Any, ...]]:
        if status not in self._answers:
            self._answers[status] = _grouped(self.responses.breaches(status))
        return self._answers[status]

    def broken_body(
        self,
        chooser: Chooser,
        side: Side,
        content_type: str,
        status: int,
        rule: str | None,
        *,
        as_bytes: bool,
    ) -> Broken:
        """A body that breaks one rule of its schema."""
        breaches = self.breaches(side, self.media(side, status, content_type))
        mutation = breaches.choose(chooser, rule)  # before the rest, so that all rules get their turn
        base = self.value(chooser, side, content_type, status)
        return breaches.encoded(mutation, base, rule) if as_bytes else breaches.value(mutation, base)

    def malformed_body(
        self, chooser: Chooser, side: Side, content_type: str, status: int, rule: str | None, *, some: bool = False
    ) -> Broken:
        """A body whose bytes break one rule of its format; with ``some`` there is a body at least."""
        breaches = self.breaches(side, self.media(side, status, content_type))
        rules = breaches.choose_text(chooser, rule)
        base = self.encoded(side, self.value(chooser, side, content_type, status), content_type, status)
        return breaches.malformed(rules, base, some=some)

    def not_selected(self, chooser: Chooser, content_type: str, status: int, select: Sequence[str]) -> Broken:
        """A body in which one property was not nulled although ``select`` leaves it out.

        Raises:
            WrongCallError: where ``select`` leaves nothing out.
        """
        media = self.media("response", status, content_type)
        base = self.value(chooser, "response", content_type, status, select)
        left = outside(self.contract, self.operation, media.schema or "", select) if media.schema else []
        whole = chooser.value("response", media.schema, content_type) if media.schema else {}
        kept = [name for name in left if self._shows(name, whole.get(name), base)]
        if not kept:
            kept, whole = [name for name in left if isinstance(base.get(name), (int, str))], _OTHERWISE
        if not kept:
            raise WrongCallError("select leaves out nothing that could be told from null")
        name = chooser.pick(kept)
        held = whole[name] if name in whole else _other(base[name])
        pointer = "/" + name.replace("~", "~0").replace("/", "~1")
        rule = f"{self.operation.select.pointer}/x-select" if self.operation.select else ""
        breach = Breach("not-selected", pointer, "body", rule, f"{name} is not nulled")
        return Broken({**base, name: held}, breach)

    def _shows(self, name: str, value: Any, base: Any) -> bool:
        """Whether ``value`` is one value that stands for something, not an object whose parts are told one by one."""
        return value is not None and not isinstance(value, (dict, list)) and value not in (base.get(name), 0, False)

    def broken_request(self, chooser: Chooser, content_type: str | None, rule: str | None) -> BrokenRequest:
        """A request that breaks one rule of any layer."""
        plan = self.requests
        layers = self._layers("request", content_type, 0, rule, self.broken_around)
        layer = chooser.pick([layer for layer in _LAYERS if layer in layers])
        if layer == "around":
            chosen = chooser.pick(_pick_group(chooser, self.broken_around, rule))
            draft = plan.draft(chooser, content_type=content_type, with_body=True)
            chosen.change(draft)
            return BrokenRequest(draft.message(), chosen.breach)
        label = content_type or chooser.pick(plan.media_types)
        broken = self._broken_inside(chooser, layer, "request", label, 0, rule)
        draft = plan.draft(chooser, bodiless=True)
        draft.content_type, draft.body = label, broken.body
        return BrokenRequest(draft.message(), broken.breach)

    def broken_response(
        self, chooser: Chooser, status: int, content_type: str | None, rule: str | None
    ) -> BrokenResponse:
        """A response that breaks one rule of any layer."""
        around = self._around_responses(status)
        layers = self._layers("response", content_type, status, rule, around)
        layer = chooser.pick([layer for layer in _LAYERS if layer in layers])
        if layer == "around":
            chosen = chooser.pick(_pick_group(chooser, around, rule))
            draft = self.responses.draft(chooser, status=status, content_type=content_type)
            chosen.change(draft)
            return BrokenResponse(draft.message(), chosen.breach)
        names = tuple(name for name in self.responses.body(status).content if kind_of(name))
        label = content_type or chooser.pick(names)
        broken = self._broken_inside(chooser, layer, "response", label, status, rule)
        draft = self.responses.draft(chooser, status=status, bodiless=True)
        draft.content_type, draft.body = label, broken.body
        return BrokenResponse(draft.message(), broken.breach)

    def _broken_inside(
        self, chooser: Chooser, layer: str, side: Side, label: str, status: int, rule: str | None
    ) -> Broken:
        if layer == "body":
            return self.broken_body(chooser, side, label, status, rule, as_bytes=True)
        return self.malformed_body(chooser, side, label, status, rule, some=True)

    def _layers(
        self, side: Side, content_type: str | None, status: int, rule: str | None, around: Mapping[str, Any]
    ) -> list[str]:
        """In which layers ``rule`` can be broken.

        Raises:
            WrongCallError: where in none.
        """
        key = (side, content_type, status, rule)
        if key not in self._found:
            self._found[key] = self._search_layers(side, content_type, status, rule, around)
        return self._found[key]

    def _search_layers(
        self, side: Side, content_type: str | None, status: int, rule: str | None, around: Mapping[str, Any]
    ) -> list[str]:
        found = {"around": [*around, *(one.breach.rule for held in around.values() for one in held)]}
        found["around"] += [key.partition(" ")[0] for key in around]
        described = self.operation.request if side == "request" else self.operation.response(status)
        if described is not None and any(kind_of(name) for name in described.content):
            breaches = self.breaches(side, self.media(side, status, content_type))
            keywords = [key.rpartition("/")[2] for key in breaches.rules]
            found |= {"body": [*breaches.rules, *keywords, *breaches.codes.values()], "text": [*breaches.kinds]}
            found["text"] += [held[0].code for held in breaches.kinds.values()]
        layers = [layer for layer, names in found.items() if names and (rule is None or rule in names)]
        if not layers:
            every = {name: name for names in found.values() for name in names}
            named(every, rule, every)
        return layers


_OTHERWISE: Final[dict[str, Any]] = {}


def _other(nothing: Any) -> Any:
    """Something else than what stands for nothing."""
    return nothing + 1 if isinstance(nothing, int) else f"{nothing}x"


def _grouped(breaches: Iterable[Any]) -> Mapping[str, tuple[Any, ...]]:
    found: dict[str, list[Any]] = {}
    for one in breaches:
        found.setdefault(f"{one.breach.code} {one.breach.where}", []).append(one)
    return {key: tuple(held) for key, held in found.items()}


def _pick_group(chooser: Chooser, groups: Mapping[str, tuple[Any, ...]], rule: str | None) -> Sequence[Any]:
    """The breaches of one code and place that ``rule`` names."""

    def fits(key: str) -> Callable[[Any], bool]:
        whole = rule is None or rule in (key, key.partition(" ")[0])
        return lambda one: whole or one.breach.rule == rule

    found = {key: kept for key, held in groups.items() if (kept := [*filter(fits(key), held)])}
    return found[chooser.pick(tuple(found))]


@lru_cache(maxsize=32)
def making(contract: Contract, operation: str | None = None) -> Making:
    """The one :class:`Making` of an operation of a contract.

    Raises:
        WrongCallError: where there is no such operation.
    """
    return Making(contract, contract.document.operation(operation))
