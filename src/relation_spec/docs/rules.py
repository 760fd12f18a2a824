"""Every rule of one operation: where it stands in the contract, what it says, and what breaking it is reported as.

In: a contract and an operation. Out: :class:`Rule` values in the order of the YAML; a finding's ``spec_pointer`` is the
pointer of one of them, or leads to one above it.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from relation_spec.contract import Body, Document, Operation, Side
from relation_spec.contract.document import target
from relation_spec.contract.pointer import join, split
from relation_spec.contract.vocabulary import ASSERTIONS, EXTENSIONS
from relation_spec.docs.fields import source_of
from relation_spec.docs.prose import Piece, Prose, code, joined, plain
from relation_spec.docs.wording import SILENT, words
from relation_spec.schema.rules import CODES_BY_KEYWORD

__all__ = ["Rule", "place_of", "rules_of", "schemas_of"]

_SIDES: Final[tuple[Side, ...]] = ("request", "response")
_CHILDREN: Final = {keyword: shape for keyword, shape in ASSERTIONS.items() if shape != "value"}
_KEYWORDS: Final = frozenset({*ASSERTIONS, *(n for n, held in EXTENSIONS.items() if "Schema" in held.objects)} - SILENT)
_OF_PARAMETERS: Final = ("x-controls", "x-ignored-without", "x-secret", "x-select")
_OF_MEDIA: Final = ("x-null", "x-names")
_IDLE: Final = ("if", "then", "else", "items", "properties", "allOf")  # said by their own schemas


class Rule(NamedTuple):
    """One rule.

    Attributes:
        pointer: where it stands (RFC 6901).
        line: its line in the YAML, or None.
        place: what it is about, in few words.
        words: what it says.
        code: the code of its finding, or "" where nothing is judged.
        severity: ``"error"``, ``"warning"`` or ``"none"`` in a request and in a response.
        provenance: where the statement comes from, or "".
    """

    pointer: str
    line: int | None
    place: str
    words: Prose
    code: str
    severity: tuple[str, str]
    provenance: str


def place_of(pointer: str) -> str:
    """A pointer in few words: ``/components/schemas/Thing/properties/Name`` is ``Thing/Name``."""
    tokens = split(pointer)
    if tokens[:1] == ["components"]:
        tokens = tokens[2:]
    if tokens[:1] == ["paths"]:
        tokens = tokens[3:]
    return "/".join(token for number, token in enumerate(tokens) if number == 0 or token != "properties")


def _bodies(operation: Operation) -> list[Body]:
    return [*([operation.request] if operation.request else []), *operation.responses.values()]


def schemas_of(document: Document, operation: Operation) -> list[str]:
    """The pointer of every schema that an operation reaches, each once."""
    waiting = [media.schema for body in _bodies(operation) for media in body.content.values() if media.schema]
    described = [*operation.parameters, *(header for body in _bodies(operation) for header in body.headers)]
    waiting += [parameter.schema for parameter in described if parameter.schema]
    seen: dict[str, None] = {}
    while waiting:
        pointer = waiting.pop(0)
        if pointer not in seen:
            seen[pointer] = None
            waiting += _below(document.get(pointer), pointer)
    return list(seen)


def _below(schema: Any, pointer: str) -> Iterator[str]:
    if not isinstance(schema, dict):
        return
    if "$ref" in schema:
        yield target(schema["$ref"])
    for keyword, shape in _CHILDREN.items():
        held = schema.get(keyword)
        if held is None:
            continue
        here = join(pointer, keyword)
        if shape == "schema":
            yield here
        else:
            keys = held if shape == "schema map" else range(len(held))
            yield from (join(here, key) for key in keys)


def rules_of(document: Document, operation: Operation) -> tuple[Rule, ...]:
    """Every rule of an operation."""
    found = [*_around(document, operation)]
    for pointer in schemas_of(document, operation):
        schema = document.get(pointer)
        for keyword, value in schema.items() if isinstance(schema, dict) else ():
            if keyword in _KEYWORDS and keyword not in _IDLE and value is not None:
                said = words(keyword, value)
                found.append(_rule(document, pointer, keyword, said, CODES_BY_KEYWORD.get(keyword, "")))
    unique = {rule.pointer: rule for rule in found}
    return tuple(sorted(unique.values(), key=lambda rule: rule.line or 0))


def _rule(document: Document, owner: str, keyword: str, said: Prose, code: str) -> Rule:
    pointer = join(owner, keyword) if keyword else owner
    request, response = (document.severity(code, side) for side in _SIDES)
    place = place_of(owner) or document.get("/info/title")
    return Rule(pointer, document.line(pointer), place, said, code, (request, response),
                source_of(document, owner)[0])  # fmt: skip


def _around(document: Document, operation: Operation) -> Iterator[Rule]:
    """The rules about everything but values."""
    yield _rule(document, operation.pointer, "", (Piece("the method is "), *code(operation.method)), "method")
    path = operation.pointer.rpartition("/")[0]
    yield _rule(document, path, "", (Piece("the path ends with "), *code(operation.path)), "path")
    if operation.security:
        ways = [" with ".join(scheme.name for scheme in way) or "nothing" for way in operation.security]
        said = (Piece("credentials of one kind: "), *joined([code(way) for way in ways], ", or "))
        owner = operation.security_pointer.rpartition("/")[0]
        yield _rule(document, owner, "security", said, "unauthenticated")
    if operation.parameters:
        owner = operation.pointer if "parameters" in document.get(operation.pointer) else path
        yield _rule(document, owner, "parameters", plain("no other query parameters"), "unknown-parameter")
    for scheme in dict.fromkeys(scheme for way in operation.security for scheme in way if scheme.equals):
        yield _rule(document, scheme.pointer, "x-equals", words("x-equals", scheme.equals), "unauthenticated")
    for parameter in operation.parameters:
        held = document.get(parameter.pointer)
        code_of = {"x-select": "select", "x-ignored-without": "header"}
        if parameter.required:
            yield _rule(document, parameter.pointer, "required", plain("must be there"), "required")
        for keyword in _OF_PARAMETERS:
            if keyword in held:
                yield _rule(
                    document, parameter.pointer, keyword, words(keyword, held[keyword]), code_of.get(keyword, "")
                )
    yield from _of_bodies(document, operation)


def _of_bodies(document: Document, operation: Operation) -> Iterator[Rule]:
    if operation.request and operation.request.required:
        yield _rule(document, operation.request.pointer, "required", plain("a body must be there"), "required")
    statuses = joined([code(status) for status in operation.responses], ", ")
    yield _rule(document, operation.pointer, "responses", (Piece("the status is one of "), *statuses), "status")
    for body in _bodies(operation):
        names = joined([code(name) for name in body.content], ", ")
        if names:
            label = "unsupported-media-type"
            yield _rule(document, body.pointer, "content", (Piece("the media type is one of "), *names), label)
        for media in body.content.values():
            held = document.get(media.pointer)
            for keyword in _OF_MEDIA:
                if keyword in held:
                    yield _rule(document, media.pointer, keyword, words(keyword, held[keyword]), "")
