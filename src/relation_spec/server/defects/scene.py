"""What a defect can break in a contract: its targets are found by what the YAML says of them, never by name."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator
from functools import cached_property
from typing import Any, Final, NamedTuple, TypeVar

from relation_spec.contract import Document, WrongCallError
from relation_spec.contract.pointer import join
from relation_spec.media import media_type
from relation_spec.media.shape import shape_of
from relation_spec.messages import Contract
from relation_spec.messages.message import Request
from relation_spec.schema.conjuncts import conjuncts
from relation_spec.schema.selection import properties_of
from relation_spec.server.meaning import Meaning, Property, blank, keyword

__all__ = ["MissingTargetError", "Scene", "Target", "Value", "with_field"]

Value = dict[str, Any]
_PLACE: Final = re.compile(r"\{(\w+)(?:\.([\w$/-]+))?\}")
_DEEPEST: Final = 4
_Found = TypeVar("_Found")


class MissingTargetError(WrongCallError):
    """The contract has nothing of the kind that a defect breaks."""


class Target(NamedTuple):
    """A place of messages: its path from the top, and its schemas."""

    path: tuple[str, ...]
    pointers: tuple[str, ...]

    @property
    def name(self) -> str:
        """The property's name."""
        return self.path[-1]

    def of(self, value: Any) -> Any:
        """What stands there, or None."""
        for name in self.path:
            value = value.get(name) if isinstance(value, dict) else None
        return value

    def change(self, value: Any, make: Callable[[Any], Any]) -> None:
        """Put ``make`` of what stands there in its place, where there is anything."""
        above = Target(self.path[:-1], ()).of(value)
        if isinstance(above, dict) and above.get(self.name) is not None:
            above[self.name] = make(above[self.name])


class Scene:
    """One contract as defects see it, and what the planted one remembers.

    Attributes:
        memory: what the defect keeps from one request for others.
        request: the request that is answered, while a value is made; None at other steps.
        media: the name of the media type that it likes best, likewise.
        pause: waits so many seconds.
    """

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.document: Document = contract.document
        self.operation = self.document.operation()
        self.meaning = Meaning(self.document, self.operation)
        self.memory: dict[Any, Any] = {}
        self.request: Request | None = None
        self.media = ""
        self.pause: Callable[[float], Awaitable[None]] = asyncio.sleep

    def pointer(self, template: str) -> str:
        """A template's pointer into the YAML: ``{text}`` is a target, ``{text.type}`` a keyword of its schemas.

        Raises:
            MissingTargetError: where the contract has no such place.
        """
        found = _PLACE.fullmatch(template)
        held = getattr(self, found.group(1)) if found else template
        word = found.group(2) if found else None
        pointers = held.pointers if isinstance(held, Target) else (held,)
        if word is None:
            return str(pointers[0])
        for part in conjuncts(self.document, pointers):
            if isinstance(part.schema, dict) and word in part.schema:
                return join(part.pointer, word)
        raise MissingTargetError(f"the contract says no {word} there")

    def blank(self, name: str) -> Any:
        """What stands for nothing in a property of the answer."""
        return blank(self.document, self.place(name).pointers)

    def place(self, name: str) -> Target:
        """A property of the answer."""
        return Target((name,), properties_of(self.document, (self.meaning.schema,))[name])

    # the properties that a client sets

    def _kept(self, kind: str) -> tuple[Target, ...]:
        references = {reference.name for reference in self.meaning.references}
        kept = [prop for prop in self.meaning.answered if prop.name in self.meaning.kept]
        found = [Target((prop.name,), prop.pointers) for prop in kept if prop.name not in references]
        found = [one for one in found if kind in (shape_of(self.document, one.pointers).types or ())]
        return tuple(one for one in found if keyword(self.document, one.pointers, "x-date-time") is None)

    @cached_property
    def numbers(self) -> tuple[Target, ...]:
        """The whole numbers that refer to nothing."""
        return self._kept("integer")

    @cached_property
    def number(self) -> Target:
        """The first of them."""
        return _first(self.numbers, "whole number that a client sets")

    @cached_property
    def texts(self) -> tuple[Target, ...]:
        """The texts."""
        return self._kept("string")

    @cached_property
    def text(self) -> Target:
        """The first of them."""
        return _first(self.texts, "text that a client sets")

    @cached_property
    def references(self) -> tuple[Target, ...]:
        """The ids that must refer to something."""
        return tuple(self.place(one.name) for one in self.meaning.references if one.required)

    @cached_property
    def reference(self) -> Target:
        """The first of them."""
        return _first(self.references, "id that must refer to something")

    @cached_property
    def names(self) -> tuple[Target, ...]:
        """What is shown of the items to which those refer."""
        wanted = [one.name for one in self.references]
        return tuple(self._valued("reference", lambda prop: prop.source["property"] in wanted))

    @cached_property
    def shown(self) -> Target:
        """The first of them."""
        return _first(self.names, "property that shows an item")

    # the properties that the server sets

    def _valued(self, origin: str, wanted: Callable[[Property], bool]) -> Iterator[Target]:
        for prop in self.meaning.answered:
            if prop.source.get("from") == origin and wanted(prop):
                yield Target((prop.name,), prop.pointers)

    @cached_property
    def moment(self) -> Target:
        """When the record was saved."""
        return _first(self._valued("clock", lambda prop: prop.source["when"] == "saved"), "date-time of saving")

    @cached_property
    def creation(self) -> Target:
        """When the record was created."""
        return _first(self._valued("clock", lambda prop: prop.source["when"] == "created"), "date-time of creating")

    @cached_property
    def identity(self) -> Target:
        """The record's number."""
        return _first(self._valued("identity", lambda _: True), "number of the record")

    @cached_property
    def user(self) -> Target:
        """Who saved the record."""
        return _first(self._valued("user", lambda prop: prop.source["when"] == "saved"), "user who saved")

    @cached_property
    def links(self) -> Target:
        """The addresses by name."""
        return _first(self._valued("links", lambda _: True), "map of links")

    def _deep(self, path: tuple[str, ...], pointers: tuple[str, ...]) -> Iterator[Target]:
        for name, below in properties_of(self.document, pointers).items():
            if keyword(self.document, below, "x-value") and len(path) < _DEEPEST:
                yield Target((*path, name), below)
                yield from self._deep((*path, name), below)

    def _saying(self, word: str, value: Any = None) -> Target:
        """The first property of the answer, at any depth, that the server sets and whose schema says ``word``."""
        for target in self._deep((), (self.meaning.schema,)):
            held = keyword(self.document, target.pointers, word)
            if held is not None and value in (None, held):
                return target
        raise MissingTargetError(f"the contract has no property with {word} that the server sets")

    @cached_property
    def boolean(self) -> Target:
        """A boolean."""
        return self._saying("type", "boolean")

    @cached_property
    def enum(self) -> Target:
        """One of several names."""
        return self._saying("enum")

    @cached_property
    def flags(self) -> Target:
        """One or several of several names."""
        return self._saying("x-flags")

    @cached_property
    def translated(self) -> Target:
        """A text in the language of the request."""
        return self._saying("x-translated")

    @cached_property
    def object(self) -> Target:
        """An object or map that may be null, and is."""
        for prop in self.meaning.answered:
            if (
                prop.blank is None
                and not prop.source
                and "object" in (shape_of(self.document, prop.pointers).types or ())
            ):
                return Target((prop.name,), prop.pointers)
        raise MissingTargetError("the contract has no object that is null")

    # the rest of the messages, by pointers

    @property
    def answer(self) -> str:
        """The answer's schema."""
        return self.meaning.schema

    @property
    def asked(self) -> str:
        """The request's schema."""
        body = self.operation.request
        return _first((media.schema for media in body.content.values() if media.schema) if body else (), "body")

    @property
    def takes(self) -> str:
        """The media types of requests."""
        return join(self.operation.request.pointer if self.operation.request else "", "content")

    @property
    def gives(self) -> str:
        """The media types of good answers."""
        body = self.operation.response(200)
        return join(body.pointer if body else "", "content")

    def _media(self, fits: Callable[[str], bool], pointer: str) -> str:
        names = [name for name in self.document.get(pointer) if fits(name.lower())]
        return join(pointer, _first(names, "such media type"))

    @property
    def xml(self) -> str:
        """XML, as good answers write it."""
        return self._media(media_type.is_xml, self.gives)

    @property
    def sent_xml(self) -> str:
        """XML, as requests write it."""
        return self._media(media_type.is_xml, self.takes)

    @property
    def form(self) -> str:
        """Forms, as requests write them."""
        return self._media(media_type.is_form, self.takes)

    @property
    def suffixed(self) -> str:
        """JSON under a name of its own, in good answers."""
        return self._media(is_suffixed, self.gives)

    @property
    def select(self) -> str:
        """The parameter that selects."""
        return _first([self.operation.select.pointer] if self.operation.select else (), "parameter with x-select")

    @property
    def secret(self) -> str:
        """A parameter that is a credential."""
        return _first((one.pointer for one in self.operation.parameters if one.secret), "parameter with x-secret")

    def control(self, what: str) -> list[str]:
        """The names of the headers that control ``what``."""
        return [self.document.get(pointer)["name"] for pointer in self._controls(what)]

    def _controls(self, what: str) -> list[str]:
        pointers = [one.pointer for one in self.operation.parameters if one.location == "header"]
        return [one for one in pointers if self.document.get(one).get("x-controls", {}).get("what") == what]

    @property
    def language(self) -> str:
        """The first header that chooses a language."""
        return _first(self._controls("language"), "header that chooses a language")

    @property
    def culture(self) -> str:
        """The header that chooses a culture."""
        return _first(self._controls("culture"), "header that chooses a culture")

    @property
    def zone(self) -> str:
        """The header that chooses a time zone."""
        return _first(self._controls("time-zone"), "header that chooses a time zone")

    @property
    def overruling(self) -> str:
        """The header that overrules another one."""
        found = [one for one in self._controls("language") if "overrules" in self.document.get(one)["x-controls"]]
        return _first(found, "header that overrules another")

    @property
    def security(self) -> str:
        """Who may come in."""
        return self.operation.security_pointer

    @property
    def session(self) -> str:
        """The scheme that repeats the value of another one."""
        schemes = [scheme for way in self.operation.security for scheme in way]
        return _first((scheme.pointer for scheme in schemes if scheme.equals), "security scheme with x-equals")

    @property
    def password(self) -> str:
        """The scheme of names and passwords."""
        schemes = [scheme for way in self.operation.security for scheme in way]
        return _first((one.pointer for one in schemes if one.scheme.lower() == "basic"), "scheme with passwords")

    def status(self, number: int) -> str:
        """The answer with that status."""
        body = self.operation.response(number)
        return _first([body.pointer] if body else (), f"answer with status {number}")

    @property
    def success(self) -> str:
        """The good answer."""
        return self.status(200)

    @property
    def refusal(self) -> str:
        """The answer to a bad request."""
        return self.status(400)

    @property
    def unauthenticated(self) -> str:
        """The answer to somebody unknown."""
        return self.status(401)

    @property
    def not_allowed(self) -> str:
        """The answer to a method that an address does not take."""
        return self.status(405)

    @property
    def error(self) -> str:
        """The schema of errors."""
        body = self.operation.response(400)
        return _first((one.schema for one in body.content.values() if one.schema) if body else (), "object for errors")

    @cached_property
    def constant(self) -> Target:
        """The property of errors that is always the same."""
        for name, below in properties_of(self.document, (self.error,)).items():
            if keyword(self.document, below, "const") is not None:
                return Target((name,), below)
        raise MissingTargetError("errors have no property that is always the same")


def is_suffixed(name: str) -> bool:
    """Whether a media type is JSON under a name of its own."""
    return name.partition(";")[0].strip().endswith("+json")


def with_field(request: Request, name: str, *values: str) -> Request:
    """The request with these values alone for a header field."""
    others = [field for field in request.headers if field[0].lower() != name.lower()]
    return Request(request.method, request.url, [*others, *((name, value) for value in values)], request.body)


def _first(found: Iterable[_Found], what: str) -> _Found:
    for one in found:
        return one
    raise MissingTargetError(f"the contract has no {what}")
