"""What the contract says that a tester must know: who sets a property, what a valid entity is, where a rule comes from.

In: a contract and its operation. Out: properties by who sets them (``x-value``, ``x-refers``, ``readOnly``), an
entity to begin with, the decoded value of an answer, and the provenance of a rule.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final, NamedTuple

from relation_spec.contract import Body, Document, Operation
from relation_spec.contract.pointer import join
from relation_spec.fuzz.model import ABSENT
from relation_spec.media import charset, json_text, media_type
from relation_spec.media.reading import UNREADABLE
from relation_spec.messages import Contract
from relation_spec.messages.decoding import Decoder, kind_of
from relation_spec.messages.message import Response
from relation_spec.schema.conjuncts import conjuncts
from relation_spec.schema.selection import properties_of
from relation_spec.strategies.choosing import SteadyRandom
from relation_spec.strategies.values import valid_value

__all__ = ["Facts", "Property"]

_ZEROS: Final[Mapping[str, Any]] = {"integer": 0, "number": 0, "boolean": False}
_BASES: Final = ("page", "seen", "vendor", "choice")


class Property(NamedTuple):
    """A property of the entity.

    Attributes:
        pointer: the place that describes it.
        pointers: its schemas.
        source: what sets it (``x-value``), empty for the client.
        refers: whether it is the id of something (``x-refers``).
        read_only: whether only the server sets it.
        types: the JSON types that it may have.
        keywords: every keyword about it, the nearest first.
    """

    name: str
    pointer: str
    pointers: tuple[str, ...]
    source: Mapping[str, Any]
    refers: bool
    read_only: bool
    types: tuple[str, ...]
    keywords: Mapping[str, Any]

    @property
    def is_client_set(self) -> bool:
        """Whether what was sent must come back."""
        return not self.source and not self.read_only

    @property
    def blank(self) -> tuple[Any, ...]:
        """What may stand for nothing in an answer."""
        zero = self.keywords.get("x-zero", next((_ZEROS[kind] for kind in self.types if kind in _ZEROS), None))
        return (None, zero) if "null" in self.types else (zero,)


class Facts:
    """What one operation's contract says."""

    def __init__(self, contract: Contract, operation: Operation, sample: Mapping[str, Any] | None = None) -> None:
        self.contract, self.operation, self._sample = contract, operation, sample
        self.document: Document = contract.document
        self._known: dict[tuple[str, ...], Property] = {}
        self._decoders: dict[str, Decoder] = {}

    def _media(self, body: Body | None) -> tuple[str, ...]:
        return tuple(name for name in body.content if kind_of(name)) if body else ()

    @cached_property
    def sends(self) -> tuple[str, ...]:
        """The media types of requests."""
        return self._media(self.operation.request)

    @cached_property
    def success(self) -> tuple[int, Body | None]:
        """The status of a success, and what its body is."""
        status = next((int(s) for s in self.operation.responses if s.isdecimal() and s.startswith("2")), 200)
        return status, self.operation.response(status)

    @cached_property
    def answers(self) -> tuple[str, ...]:
        """The media types of good answers."""
        return self._media(self.success[1])

    def _schema(self, body: Body | None) -> str | None:
        return next((m.schema for m in body.content.values() if m.schema), None) if body else None

    @cached_property
    def sent(self) -> Mapping[str, Property]:
        """The properties of requests."""
        return self._properties(self._schema(self.operation.request))

    @cached_property
    def answered(self) -> Mapping[str, Property]:
        """The properties of good answers."""
        return self._properties(self._schema(self.success[1]))

    def _properties(self, schema: str | None) -> dict[str, Property]:
        held = properties_of(self.document, (schema,)) if schema else {}
        return {name: self.property(name, pointers) for name, pointers in held.items()}

    def property(self, name: str, pointers: tuple[str, ...]) -> Property:
        """What the schemas at ``pointers`` say."""
        if pointers not in self._known:
            self._known[pointers] = self._read(name, pointers)
        return self._known[pointers]

    def _read(self, name: str, pointers: tuple[str, ...]) -> Property:
        keywords: dict[str, Any] = {}
        types: list[str] | None = None
        for part in conjuncts(self.document, pointers):
            if isinstance(part.schema, dict):
                keywords = part.schema | keywords
                if "type" in part.schema:
                    said = part.schema["type"]
                    named = [said] if isinstance(said, str) else list(said)
                    types = named if types is None else [kind for kind in types if kind in named]
        return Property(
            name, pointers[-1], pointers, keywords.get("x-value", {}), "x-refers" in keywords,
            bool(keywords.get("readOnly")), tuple(types or ()), keywords,
        )  # fmt: skip

    def first(self, **wanted: str) -> Property | None:
        """The first property of the answer whose ``x-value`` has these members."""
        return next((p for p in self.answered.values() if wanted.items() <= p.source.items()), None)

    @cached_property
    def identity(self) -> Property | None:
        """The property that is the record's number."""
        return self.first(**{"from": "identity"})

    @cached_property
    def base(self) -> dict[str, Any]:
        """An entity for a new record, with everything that clients set: the sample, or the contract's first example."""
        held = dict(self._sample) if self._sample is not None else self._example()
        known = {name: value for name, value in held.items() if name in self.sent or self._sample is not None}
        if self.identity is not None and self.identity.name in self.sent:
            known.pop(self.identity.name, None)
        return known

    def _example(self) -> dict[str, Any]:
        body = self.operation.request
        for media in (body.content if body else {}).values():
            held = self.document.get(media.pointer)
            examples = [
                self.document.follow(join(media.pointer, "examples", name)) for name in held.get("examples", {})
            ]
            for value in [*(self.document.get(e).get("value") for e in examples), held.get("example")]:
                if isinstance(value, dict):
                    return dict(value)
        schema = self._schema(body)
        value = valid_value(self.document, "request", schema, SteadyRandom(1), clean=True) if schema else {}
        return value if isinstance(value, dict) else {}

    @cached_property
    def least(self) -> dict[str, Any]:
        """The base with no more than what refers to something or must be there."""
        return {
            name: value for name, value in self.base.items()
            if name in self.required or (name in self.sent and self.sent[name].refers)
        }  # fmt: skip

    @cached_property
    def required(self) -> frozenset[str]:
        """The names that a request must have."""
        schema = self._schema(self.operation.request)
        parts = [p.schema for p in conjuncts(self.document, (schema,) if schema else ()) if isinstance(p.schema, dict)]
        return frozenset(name for part in parts for name in part.get("required", ()))

    def is_valid(self, value: Any) -> bool:
        """Whether ``value`` is a valid entity to send."""
        operation = self.operation.operation_id
        return self.contract.is_valid_request_body(value, self.sends[0], operation=operation)

    def decoded(self, response: Response) -> Any:
        """The value of an answer's body, or ``ABSENT`` where there is none that can be read."""
        body = self.operation.response(response.status)
        if body is None and 200 <= response.status <= 299:
            body = self.success[1]
        unsaid = self.answers[0] if self.answers else ""
        label = media_type.parse(next(iter(response.values("content-type")), unsaid))
        name = media_type.match(label, body.content) if label and body else None
        if body is None or label is None or name is None:
            return ABSENT
        decoder = self._decoders.get(body.content[name].pointer)
        if decoder is None:
            decoder = self._decoders[body.content[name].pointer] = Decoder(self.document, body.content[name])
        said = label.parameters.get("charset")
        if decoder.kind == "json":
            text = charset.decode(response.body, said)
            value, fault, _ = json_text.decode(text.text)
            return ABSENT if fault is not None or text.reason is not None else value
        value = decoder.read(response.body, said).value if decoder.kind else UNREADABLE
        return ABSENT if value is UNREADABLE else value

    def rule(self, *steps: str) -> str:
        """The pointer of a rule: of the operation itself, or of a part of it that may be missing."""
        pointer = join(self.operation.pointer, *steps)
        try:
            self.document.get(pointer)
        except (KeyError, IndexError, ValueError, TypeError):
            return self.operation.pointer
        return pointer

    def response_rule(self, status: int) -> str:
        """The pointer of what the contract says of answers with a status; of its 400 where it has none of that."""
        operation = self.operation
        found = operation.response(status) or operation.response(400 if status >= 400 else self.success[0])
        return found.pointer if found is not None else operation.pointer

    def basis(self, pointer: str) -> str:
        """Where the rule at ``pointer`` comes from: the provenance of the nearest statement around it."""
        while True:
            try:
                held = self.document.get(pointer)
            except (KeyError, IndexError, ValueError, TypeError):
                held = None
            if isinstance(held, dict) and "$ref" in held and "x-provenance" not in held:
                held = self.document.get(self.document.follow(pointer))
            if isinstance(held, dict) and held.get("x-provenance") in _BASES:
                return str(held["x-provenance"])
            if not pointer:
                return "choice"
            pointer = pointer.rpartition("/")[0]
