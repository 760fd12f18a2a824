"""The contract as data: one immutable OpenAPI document, its operations, and the line of everything it says."""

import copy
from collections.abc import Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from relation_spec.contract.errors import WrongCallError
from relation_spec.contract.pointer import join, split
from relation_spec.contract.source import Source

__all__ = [
    "Body",
    "Document",
    "MediaType",
    "Operation",
    "Parameter",
    "SecurityScheme",
    "Select",
    "Severity",
    "Side",
]

Side = Literal["request", "response"]
Severity = Literal["error", "warning", "none"]

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class MediaType(NamedTuple):
    """One entry of a ``content`` map: its name, its pointer, and its schema's pointer (None without a schema)."""

    name: str
    pointer: str
    schema: str | None


class Parameter(NamedTuple):
    """A parameter, or a response's header.

    Attributes:
        name: as it stands in the message.
        location: ``"query"``, ``"header"``, ``"path"`` or ``"cookie"``.
        pointer: its place in the YAML.
        required: whether it must be there.
        schema: its schema's pointer, or None.
        style: how arrays and objects are written (OpenAPI 3.1 section 4.8.12.2).
        explode: whether each item of an array stands alone.
        ignored_without: header names without all of which it has no effect (``x-ignored-without``).
        secret: whether its value is a credential (``x-secret``).
    """

    name: str
    location: str
    pointer: str
    required: bool
    schema: str | None
    style: str
    explode: bool
    ignored_without: tuple[str, ...]
    secret: bool


class SecurityScheme(NamedTuple):
    """One security scheme (OpenAPI 3.1 section 4.8.27).

    Attributes:
        name: its name in the contract.
        pointer: its place in the YAML.
        kind: ``"http"``, ``"apiKey"``, ``"mutualTLS"``, ``"oauth2"`` or ``"openIdConnect"``.
        scheme: the authentication scheme of ``http``, else "".
        location: where an ``apiKey`` stands, else "".
        key: the name of an ``apiKey``, else "".
        equals: the scheme whose value this one's must equal (``x-equals``), or None.
    """

    name: str
    pointer: str
    kind: str
    scheme: str
    location: str
    key: str
    equals: str | None


class Body(NamedTuple):
    """A request body, or one response: its pointer, its media types by name in the YAML's order, and its headers."""

    pointer: str
    required: bool
    content: Mapping[str, MediaType]
    headers: tuple[Parameter, ...] = ()


class Select(NamedTuple):
    """The parameter that lists the properties to keep in the answer (``x-select``)."""

    name: str
    pointer: str
    separator: str
    case_sensitive: bool


class Operation(NamedTuple):
    """One operation; ``responses`` maps a status, a range such as ``4XX``, or ``default`` to the body it documents."""

    operation_id: str
    method: str
    path: str
    pointer: str
    request: Body | None
    responses: Mapping[str, Body]
    select: Select | None
    parameters: tuple[Parameter, ...]
    security: tuple[tuple[SecurityScheme, ...], ...]
    security_pointer: str

    def response(self, status: int) -> Body | None:
        """The body documented for ``status`` (OpenAPI 3.1 section 4.8.16), or None."""
        for key in (str(status), f"{status // 100}XX", "default"):
            if key in self.responses:
                return self.responses[key]
        return None


class Document:
    """An OpenAPI document that passed every check. Immutable: what it hands out are copies or read-only views.

    Attributes:
        path: the file it came from.
        text: the YAML as it was read.
    """

    def __init__(self, source: Source, path: str, text: bytes) -> None:
        self._value, self._lines = source
        self.path = path
        self.text = text

    def get(self, pointer: str) -> Any:
        """The value at ``pointer``. Callers inside the package must not change it.

        Raises:
            KeyError: where nothing stands there.
        """
        value = self._value
        for token in split(pointer):
            value = value[int(token)] if isinstance(value, list) else value[token]
        return value

    def line(self, pointer: str) -> int | None:
        """The line (from 1) of the key or item at ``pointer``, or of the nearest one above it."""
        while pointer not in self._lines and pointer:
            pointer = pointer.rpartition("/")[0]
        return self._lines.get(pointer)

    def follow(self, pointer: str) -> str:
        """``pointer``, or where the Reference Objects standing there lead to."""
        value = self.get(pointer)
        while isinstance(value, dict) and isinstance(value.get("$ref"), str):
            pointer = target(value["$ref"])
            value = self.get(pointer)
        return pointer

    def severity(self, code: str, side: Side) -> Severity:
        """How a finding of ``code`` counts on ``side``; an error where ``x-severity`` is silent."""
        severity: Severity = self._value.get("x-severity", {}).get(code, {}).get(side, "error")
        return severity

    def to_dict(self) -> dict[str, Any]:
        """The whole document as plain values, a copy of its own."""
        value: dict[str, Any] = copy.deepcopy(self._value)
        return value

    def source(self) -> Source:
        """A copy of the value and the lines, as the precompiled form stores them."""
        return Source(self.to_dict(), dict(self._lines))

    @cached_property
    def operations(self) -> Mapping[str, Operation]:
        """Every operation by its operationId, or by ``METHOD path`` where it has none."""
        return MappingProxyType({operation.operation_id: operation for operation in self._operations()})

    def operation(self, operation_id: str | None = None) -> Operation:
        """The operation of that name, or the only one.

        Raises:
            WrongCallError: where there is no such operation, or no name was given and there are several.
        """
        operations = self.operations
        if operation_id is None:
            if len(operations) == 1:
                return next(iter(operations.values()))
            raise WrongCallError(f"say operation=, one of: {', '.join(operations) or 'none, the contract is empty'}")
        if operation_id not in operations:
            raise WrongCallError(f"no operation {operation_id!r}; the contract holds: {', '.join(operations)}")
        return operations[operation_id]

    def _operations(self) -> Iterator[Operation]:
        for path in self._value.get("paths", {}):
            item = self.follow(join("", "paths", path)) if not path.startswith("x-") else ""
            for method in _METHODS:
                if item and method in self.get(item):
                    yield self._operation(path, method, item)

    def _operation(self, path: str, method: str, item: str) -> Operation:
        pointer = join(item, method)
        held = self.get(pointer)
        request = self.follow(join(pointer, "requestBody")) if "requestBody" in held else None
        responses = {
            status: self._body(self.follow(join(pointer, "responses", status)))
            for status in held.get("responses", {})
            if not status.startswith("x-")
        }
        parameters = [
            self.follow(join(base, "parameters", index))
            for base in (pointer, item)
            for index in range(len(self.get(base).get("parameters", ())))
        ]
        return Operation(
            held.get("operationId", f"{method.upper()} {path}"),
            method.upper(),
            path,
            pointer,
            self._body(request) if request else None,
            MappingProxyType(responses),
            next((self._select(p) for p in parameters if "x-select" in self.get(p)), None),
            tuple(self._parameter(p, self.get(p)["name"], self.get(p)["in"]) for p in self._overriding(parameters)),
            *self._security(pointer),
        )

    def _overriding(self, pointers: list[str]) -> list[str]:
        """An operation's parameter stands for the path's of the same name and place (OpenAPI 3.1 section 4.8.9)."""
        found: dict[tuple[str, str], str] = {}
        for pointer in pointers:
            held = self.get(pointer)
            found.setdefault((held["in"], held["name"]), pointer)
        return list(found.values())

    def _parameter(self, pointer: str, name: str, location: str) -> Parameter:
        held = self.get(pointer)
        style = held.get("style", "form" if location in ("query", "cookie") else "simple")
        return Parameter(
            name,
            location,
            pointer,
            held.get("required", False),
            join(pointer, "schema") if "schema" in held else None,
            style,
            held.get("explode", style == "form"),
            tuple(held.get("x-ignored-without", ())),
            held.get("x-secret", False),
        )

    def _security(self, operation: str) -> tuple[tuple[tuple[SecurityScheme, ...], ...], str]:
        """The alternatives of an operation, or of the whole document; an empty one asks for nothing."""
        owner = operation if "security" in self.get(operation) else ""
        alternatives = self.get(owner).get("security", ())
        schemes = tuple(tuple(self._scheme(name) for name in alternative) for alternative in alternatives)
        return schemes, join(owner, "security")

    def _scheme(self, name: str) -> SecurityScheme:
        pointer = self.follow(join("", "components", "securitySchemes", name))
        held = self.get(pointer)
        return SecurityScheme(
            name,
            pointer,
            held["type"],
            held.get("scheme", ""),
            held.get("in", ""),
            held.get("name", ""),
            held.get("x-equals"),
        )

    def _select(self, pointer: str) -> Select:
        held = self.get(pointer)
        rules = held["x-select"]
        return Select(held["name"], pointer, rules["pathSeparator"], rules["caseSensitive"])

    def _body(self, pointer: str) -> Body:
        held = self.get(pointer)
        content = {}
        for name, media in held.get("content", {}).items():
            here = join(pointer, "content", name)
            content[name] = MediaType(name, here, join(here, "schema") if "schema" in media else None)
        headers = tuple(
            self._parameter(self.follow(join(pointer, "headers", name)), name, "header")
            for name in held.get("headers", {})
            if name.lower() != "content-type"  # OpenAPI 3.1 section 4.8.17: it is ignored here
        )
        return Body(pointer, held.get("required", False), MappingProxyType(content), headers)

    def __repr__(self) -> str:
        return f"<Document {self.path}: {', '.join(self.operations)}>"


def target(ref: str) -> str:
    """The pointer that a checked ``$ref`` names."""
    if "%" not in ref:
        return ref[1:]
    from urllib.parse import unquote  # rare, and its import is not free

    return unquote(ref[1:])
