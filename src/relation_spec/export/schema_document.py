"""The JSON Schema of a body: one document for one side, in the dialect that is asked for.

In: a document, an operation and a side. Out: :class:`Exported`. Every reference stays inside, ``$id`` changes with the
contract's title and version alone, and ``$comment`` lists what the schema does not say.
"""

import re
from typing import Any, Final, Literal

from relation_spec import __version__
from relation_spec.contract import Document, Operation, Side, WrongCallError
from relation_spec.contract.document import Body
from relation_spec.export.dialects import DIALECTS, Translate, draft_07, standard
from relation_spec.export.exported import Exported
from relation_spec.export.names import named, referring
from relation_spec.export.plain import Plain
from relation_spec.export.text_rules import text_rules
from relation_spec.export.unsaid import Unsaid, Unsaids, lines, rules_at
from relation_spec.media import media_type
from relation_spec.media.shape import root_name

__all__ = ["Dialect", "body_of", "json_schema", "media_of"]

Dialect = Literal["2020-12", "draft-07"]
_TRANSLATE: Final[dict[str, Translate]] = {"2020-12": standard, "draft-07": draft_07}


def body_of(operation: Operation, side: Side, status: int) -> Body:
    """The body of an operation that messages of ``side`` carry.

    Raises:
        WrongCallError: where the contract describes none.
    """
    body = operation.request if side == "request" else operation.response(status)
    if body is None:
        what = "request body" if side == "request" else f"response {status}"
        raise WrongCallError(f"{operation.operation_id} has no {what}")
    return body


def media_of(body: Body, is_kind: Any, what: str) -> tuple[str, str]:
    """Name and schema pointer of the first media type of a kind.

    Raises:
        WrongCallError: where there is none with a schema.
    """
    for media in body.content.values():
        parsed = media_type.parse(media.name)
        if media.schema and parsed and is_kind(parsed.name):
            return media.name, media.schema
    raise WrongCallError(f"the contract has no {what} with a schema at {body.pointer}")


def json_schema(
    document: Document, operation: Operation, side: Side, status: int = 200, dialect: Dialect = "2020-12"
) -> Exported:
    """The schema of the JSON bodies of one side.

    Raises:
        WrongCallError: for an unknown dialect, and where the contract describes no such body.
    """
    if dialect not in DIALECTS:
        raise WrongCallError(f"unknown dialect {dialect!r}; known are {', '.join(DIALECTS)}")
    body = body_of(operation, side, status)
    _, pointer = media_of(body, media_type.is_json, "JSON body")
    plain = Plain(document, side)
    root = plain.resolved(plain.at(pointer))
    if not isinstance(root, dict):
        root = {"not": {}} if root is False else {}
    found = named({side: plain}, {side: [root]})
    unsaid = Unsaids()

    def lost(source: str) -> None:
        for code, rule in rules_at(document, side, source):
            unsaid.add(Unsaid(code, rule, f"{dialect} has no words for it", side))

    place = "$defs" if dialect == "2020-12" else "definitions"

    def made(schema: Any) -> Any:
        return _TRANSLATE[dialect](referring(schema, lambda to: f"#/{place}/{found.names[side, to]}"), lost)

    body_schema = made(root)
    definitions = {name: made(schema) for name, (_, schema) in found.schemas.items()}
    unsaid.extend(plain.unsaid.entries())
    unsaid.extend(text_rules(document, side, body.pointer, plain, root))
    entries = unsaid.entries()
    name = f"{operation.operation_id} {side}" + (f" {status}" if side == "response" else "")
    head = {
        "$schema": DIALECTS[dialect],
        "$id": _identifier(document, operation, side, status, dialect),
        "$comment": "\n".join([_made_from(document, name), *lines(entries)]),
        "title": body_schema.pop("title", None) or root_name(document, pointer),
    }
    body_schema.pop("$comment", None)
    value = {**head, **body_schema, **({place: definitions} if definitions else {})}
    return Exported(f"JSON Schema {dialect} of {name}", value, entries)


def _made_from(document: Document, name: str) -> str:
    info = document.get("/info")
    return f"{name} of {info['title']} {info['version']}, exported by relation-spec {__version__}; do not edit."


def _identifier(document: Document, operation: Operation, side: Side, status: int, dialect: str) -> str:
    """A URN (RFC 8141) of our own; nothing is to be fetched there."""
    info = document.get("/info")
    body = side if side == "request" else f"{side}-{status}"
    parts = [info["title"], info["version"], operation.operation_id, body, dialect]
    return "urn:relation-spec:" + ":".join(re.sub(r"[^A-Za-z0-9._-]+", "-", part).strip("-") or "x" for part in parts)
