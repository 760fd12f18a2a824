"""What a page says that a contract does not, and the other way round: one row for each difference.

In: a :class:`Page` and a contract. Out: :class:`Difference` values. Words are never compared with the contract's, which
are written afresh, but with the fingerprints of those that the page had when somebody last looked.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from relation_spec.contract import Body, Document, Operation
from relation_spec.contract.pointer import join
from relation_spec.messages import Contract
from relation_spec.messages.message import Request, Response
from relation_spec.schema.conjuncts import conjuncts
from relation_spec.schema.selection import properties_of
from tools.drift.page import Page, Row, Sample, UnreadablePageError

__all__ = ["Difference", "differences", "fingerprints"]

_TYPES: Final[dict[str, str]] = {
    "integer": "integer", "int16": "integer", "int32": "integer", "int64": "integer", "short": "integer",
    "long": "integer", "string": "string", "date-time": "string", "date": "string", "boolean": "boolean",
    "bool": "boolean", "number": "number", "double": "number", "float": "number", "decimal": "number",
    "object": "object", "array": "array",
}  # fmt: skip
"""The words by which such pages name types, and what JSON Schema calls them."""

_FORMS: Final[dict[str, tuple[str, ...]]] = {"date-time": ("x-date-time", "format"), "date": ("format",)}
_MEDIA: Final = re.compile(r"`([\w.+-]+/[\w.+*-]+)`")
_SCHEMES: Final = re.compile(r"'([A-Za-z0-9._~+-]+)'")
_MANDATORY: Final = re.compile(r"(?<!not )\bmandatory\b", re.IGNORECASE)
_COMPONENT: Final = re.compile(r"/components/schemas/[^/]+")
_PAGE: Final = "page"


class Difference(NamedTuple):
    """One difference.

    Attributes:
        kind: ``added`` and ``removed`` say what the page did; ``retyped``, ``redescribed``, ``mandatory``, ``sample``.
        where: what differs, such as ``request property Name``.
        page: what the page says.
        contract: what the contract says.
        page_line: the line of the page, or None.
        contract_line: the line of the YAML, or None.
    """

    kind: str
    where: str
    page: str
    contract: str
    page_line: int | None
    contract_line: int | None


def differences(page: Page, contract: Contract, known: Mapping[str, str]) -> list[Difference]:
    """Every difference between a page and the contract of its operation.

    Args:
        page: what the page says.
        contract: what the YAML says.
        known: fingerprints of descriptions by what they describe; {} where they are not to be compared.

    Raises:
        UnreadablePageError: where the page is about no operation of the contract.
    """
    document = contract.document
    operation = next(
        (one for one in document.operations.values() if (one.method, one.path) == (page.method, page.path)), None
    )
    if operation is None:
        held = ", ".join(f"{one.method} {one.path}" for one in document.operations.values())
        raise UnreadablePageError(f"the page is about {page.method} {page.path}, the contract about {held}", page.line)
    return [
        *_parameters(page, document, operation),
        *_headers(page, document, operation),
        *_media_types(page, document, operation),
        *_statuses(page, document, operation),
        *_bodies(page, document, operation),
        *_words(page, known),
        *_samples(page, contract, operation),
    ]


def _sets(
    where: str,
    on_page: Mapping[str, int],
    described: Mapping[str, int | None],
    from_page: Iterable[str],
    *,
    fold: bool = False,
) -> Iterator[Difference]:
    """Names that only one of both has; the contract's own decisions, which are not ``from_page``, may be missing."""

    def key(name: str) -> str:
        return name.lower() if fold else name

    known = {key(name) for name in described}
    for name, line in on_page.items():
        if key(name) not in known:
            yield Difference("added", f"{where} {name}", name, "", line, None)
    named = {key(name) for name in on_page}
    for name in from_page:
        if key(name) not in named:
            yield Difference("removed", f"{where} {name}", "", name, None, described[name])


def _is_from_page(document: Document, pointer: str) -> bool:
    held = document.get(pointer)
    return isinstance(held, dict) and held.get("x-provenance") == _PAGE


def _parameters(page: Page, document: Document, operation: Operation) -> Iterator[Difference]:
    query = {one.name: one.pointer for one in operation.parameters if one.location == "query"}
    lines = {name: document.line(pointer) for name, pointer in query.items()}
    taken = [name for name, pointer in query.items() if _is_from_page(document, pointer)]
    yield from _sets("query parameter", {name: row.line for name, row in page.query.items()}, lines, taken)


def _headers(page: Page, document: Document, operation: Operation) -> Iterator[Difference]:
    """Header fields, wherever OpenAPI wants them described (3.1 sections 4.8.12 and 4.8.27)."""
    held = {one.name: one.pointer for one in operation.parameters if one.location == "header"}
    schemes = {scheme.name: scheme for alternative in operation.security for scheme in alternative}.values()
    held |= {scheme.key: scheme.pointer for scheme in schemes if scheme.location == "header"}
    http = [scheme for scheme in schemes if scheme.kind == "http"]
    if http:
        held["Authorization"] = http[0].pointer
    if operation.request is not None:
        held["Content-Type"] = operation.request.pointer
    answer = _answer(operation)
    if answer is not None and len(answer.content) > 1:
        held["Accept"] = answer.pointer
    lines = {name: document.line(pointer) for name, pointer in held.items()}
    taken = [name for name, pointer in held.items() if _is_from_page(document, pointer)]
    rows = {name: row.line for name, row in page.headers.items()}
    yield from _sets("header field", rows, lines, taken, fold=True)
    row = _row(page.headers, "authorization")
    if row is not None and (named := _SCHEMES.findall(row.description)):
        described = {scheme.scheme: document.line(scheme.pointer) for scheme in http}
        yield from _sets("scheme", dict.fromkeys(named, row.line), described, described, fold=True)


def _row(rows: Mapping[str, Row], name: str) -> Row | None:
    return next((row for held, row in rows.items() if held.lower() == name), None)


def _answer(operation: Operation) -> Body | None:
    """What is answered when all went well."""
    return next((body for status, body in operation.responses.items() if status.startswith("2")), None)


def _media_types(page: Page, document: Document, operation: Operation) -> Iterator[Difference]:
    for name, where, body in (
        ("content-type", "media type of requests", operation.request),
        ("accept", "media type of responses", _answer(operation)),
    ):
        row = _row(page.headers, name)
        if row is None or body is None:
            continue
        described = {media.name: document.line(media.pointer) for media in body.content.values()}
        yield from _sets(where, dict.fromkeys(_MEDIA.findall(row.description), row.line), described, described)


def _statuses(page: Page, document: Document, operation: Operation) -> Iterator[Difference]:
    described = {status: document.line(body.pointer) for status, body in operation.responses.items()}
    taken = [status for status, body in operation.responses.items() if _is_from_page(document, body.pointer)]
    yield from _sets("status", {name: row.line for name, row in page.statuses.items()}, described, taken)


def _schema(body: Body | None) -> str | None:
    return next((media.schema for media in body.content.values() if media.schema), None) if body else None


def _bodies(page: Page, document: Document, operation: Operation) -> Iterator[Difference]:
    for side, rows, schema in (
        ("request", page.request, _schema(operation.request)),
        ("response", page.response, _schema(_answer(operation))),
    ):
        held = properties_of(document, (schema,)) if schema else {}
        lines = {name: document.line(pointers[0]) for name, pointers in held.items()}
        taken = [
            name
            for name, pointers in held.items()
            if any(_is_from_page(document, pointer) for pointer in pointers)
            and not (side == "request" and _says(document, pointers, "readOnly"))
        ]
        yield from _sets(f"{side} property", {name: row.line for name, row in rows.items()}, lines, taken)
        for name in rows.keys() & held.keys():
            yield from _type(document, f"{side} property {name}", rows[name], held[name])
        if side == "request" and schema:
            yield from _mandatory(document, rows, held, schema)
    if page.entity and (schema := _schema(_answer(operation))):
        yield from _entity(page, document, schema)


def _says(document: Document, pointers: tuple[str, ...], keyword: str) -> bool:
    return any(isinstance(p.schema, dict) and p.schema.get(keyword) is True for p in conjuncts(document, pointers))


def _type(document: Document, where: str, row: Row, pointers: tuple[str, ...]) -> Iterator[Difference]:
    parts = [part for part in conjuncts(document, pointers) if isinstance(part.schema, dict)]
    held: set[str] = set()
    for part in parts:
        named = part.schema.get("type", ())
        held |= {named} if isinstance(named, str) else set(named)
    names = [part.pointer.rpartition("/")[2] for part in parts if _COMPONENT.fullmatch(part.pointer)]
    word = row.type.lower()
    if word in _TYPES:
        fits = _TYPES[word] in held
        fits &= word not in _FORMS or any(key in part.schema for part in parts for key in _FORMS[word])
    else:
        fits = row.type in names
    if not fits:
        says = ", ".join(dict.fromkeys([*names, *sorted(held)]))
        yield Difference("retyped", where, row.type or "(no type)", says, row.line, document.line(pointers[0]))


def _mandatory(
    document: Document, rows: Mapping[str, Row], held: Mapping[str, tuple[str, ...]], schema: str
) -> Iterator[Difference]:
    required: dict[str, str] = {}
    for part in conjuncts(document, (schema,)):
        for name in part.schema.get("required", ()) if isinstance(part.schema, dict) else ():
            required[name] = join(part.pointer, "required")
    for name in rows.keys() & held.keys():
        said = bool(_MANDATORY.search(rows[name].description))
        if said != (name in required):
            where, words = f"request property {name}", ("mandatory", "not mandatory")
            line = document.line(required.get(name, held[name][0]))
            yield Difference("mandatory", where, words[not said], words[said], rows[name].line, line)


def _entity(page: Page, document: Document, schema: str) -> Iterator[Difference]:
    names = [part.pointer.rpartition("/")[2] for part in conjuncts(document, (schema,))]
    if page.entity not in names:
        yield Difference("renamed", "response entity", page.entity, names[1] if len(names) > 1 else names[0], None,
                         document.line(schema))  # fmt: skip


def _described(page: Page) -> Iterator[tuple[str, Row]]:
    tables = {
        "query parameter": page.query, "header field": page.headers, "request property": page.request,
        "status": page.statuses, "response property": page.response,
    }  # fmt: skip
    for where, rows in tables.items():
        for name, row in rows.items():
            yield f"{where} {name}", row


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def fingerprints(page: Page) -> dict[str, str]:
    """A fingerprint of every description of a page, by that of what it describes.

    They tell whether words changed, and repeat none of them.
    """
    return {_digest(where): _digest(row.description) for where, row in _described(page)}


def _words(page: Page, known: Mapping[str, str]) -> Iterator[Difference]:
    for where, row in _described(page):
        digest = _digest(row.description)
        if known.get(_digest(where), digest) != digest:
            yield Difference("redescribed", where, row.description, "(other words when last looked at)", row.line, None)


def _samples(page: Page, contract: Contract, operation: Operation) -> Iterator[Difference]:
    for where, sample in (("sample request", page.sample_request), ("sample response", page.sample_response)):
        if sample is None:
            yield Difference("removed", where, "", "a sample", None, None)
            continue
        body = sample.body.encode()
        if where == "sample request":
            method, target = sample.start.split()[:2]
            message = Request(method, target, sample.fields, body)
            report = contract.validate_request(message, operation=operation.operation_id)
        else:
            answer = Response(int(sample.start.split()[1]), sample.fields, body)
            report = contract.validate_response(answer, operation=operation.operation_id)
        for finding in report.errors:
            place = " ".join(filter(None, (finding.where, finding.pointer)))
            line = _line(sample, finding.where, finding.line)
            yield Difference("sample", f"{where} {place}", finding.message, finding.code, line, finding.spec_line)


def _line(sample: Sample, where: str, line: int | None) -> int:
    """The line of the page on which a finding in a sample stands."""
    return sample.line + len(sample.fields) + 1 + line if where == "body" and line is not None else sample.line
