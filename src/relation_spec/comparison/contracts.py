"""Two contracts side by side: every change from the old to the new one, sorted for each side.

In: two documents. Out: :class:`Change` values, the gravest first. Nothing is generated here; see
:mod:`relation_spec.comparison.witnesses` for the check of what this sorting says.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from relation_spec.comparison.changes import SIDES, Change, Direction, Place, Verdict, merged
from relation_spec.comparison.credentials import credentials
from relation_spec.comparison.differences import Difference, change_of
from relation_spec.comparison.facets import key_of
from relation_spec.comparison.fields import Fields
from relation_spec.comparison.messages import requests, responses
from relation_spec.comparison.parameters import selecting
from relation_spec.contract import Document, Operation, Side
from relation_spec.contract.pointer import join, split

__all__ = ["compare", "pairs"]

_RANK: Final = ("none", "warning", "error")


def compare(old: Document, new: Document) -> list[Change]:
    """Every change from ``old`` to ``new``, each once; none where both say the same in whatever order and way."""
    return merged(_changes(Fields(old, new)))


def pairs(old: Document, new: Document) -> list[tuple[Operation | None, Operation | None]]:
    """The operations that correspond: by method and path, or else by operationId."""
    before, after = list(old.operations.values()), list(new.operations.values())
    found: list[tuple[Operation | None, Operation | None]] = []
    for same in (lambda one: (one.method, re.sub(r"\{[^}]*\}", "{}", one.path)), lambda one: one.operation_id):
        for one in list(before):
            other = next((held for held in after if same(held) == same(one)), None)
            if other is not None:
                found.append((one, other))
                before.remove(one)
                after.remove(other)
    return [*found, *((one, None) for one in before), *((None, one) for one in after)]


def _changes(fields: Fields) -> Iterator[Change]:
    old, new = fields.old, fields.new
    yield from fields.compare("OpenAPI", "", "", None, "")
    yield from fields.compare("Info", "/info", "/info", None, "")
    yield from _severities(old, new)
    for one, other in pairs(old, new):
        if one is not None and other is not None:
            yield from _operations(fields, one, other)
        elif one is not None:
            what, todo = f"{one.method} {one.path} is gone", "Stop sending such requests."
            yield Change("request", "breaking", "paths", what, todo, (Place("path"),), (one.pointer,), ())
        elif other is not None:
            what = f"{other.method} {other.path} is new"
            yield Change("request", "harmless", "paths", what, "", (Place("path"),), (), (other.pointer,))


def _operations(fields: Fields, old: Operation, new: Operation) -> Iterator[Change]:
    at = ((old.pointer,), (new.pointer,))
    for where, before, after in (("method", old.method, new.method), ("path", *_templates(old, new))):
        if before != after:
            what, todo = f"the {where} was {before} and is {after}", f"Send requests with the new {where}."
            yield Change("request", "breaking", where, what, todo, (Place(where),), *at)
    yield from fields.compare("Operation", old.pointer, new.pointer, None, "")
    items = old.pointer.rpartition("/")[0], new.pointer.rpartition("/")[0]
    yield from fields.compare("PathItem", *items, None, "")
    yield from _servers(fields, old, new)
    yield from credentials(fields, old, new)
    yield from selecting(fields, old, new)
    yield from requests(fields, old, new)
    yield from responses(fields, old, new)


def _templates(old: Operation, new: Operation) -> tuple[str, str]:
    """Both paths, or the old one twice where they differ in names of parameters alone."""
    same = re.sub(r"\{[^}]*\}", "{}", old.path) == re.sub(r"\{[^}]*\}", "{}", new.path)
    return old.path, old.path if same else new.path


def _server_list(document: Document, operation: Operation) -> tuple[str, list[dict[str, Any]]]:
    """The servers of an operation and where they are listed (OpenAPI 3.1 section 4.8.5)."""
    for owner in (operation.pointer, operation.pointer.rpartition("/")[0], ""):
        held = document.get(owner).get("servers")
        if held:
            return join(owner, "servers"), held
    return "", [{"url": "/"}]


def _servers(fields: Fields, old: Operation, new: Operation) -> Iterator[Change]:
    (before_at, before), (after_at, after) = _server_list(fields.old, old), _server_list(fields.new, new)
    places = (Place("path"),)
    for index, server in enumerate(before):
        at = (join(before_at, index),) if before_at else ()
        same = next((held for held in after if held["url"] == server["url"]), None)
        if same is None:
            what, todo = f"the server {server['url']} is gone", "Send requests to a server that is left."
            yield Change("request", "breaking", "servers", what, todo, places, at, (after_at,) if after_at else ())
        elif key_of(server.get("variables")) != key_of(same.get("variables")):
            what, todo = f"the variables of the server {server['url']} changed", "Look where your requests go."
            yield Change("request", "breaking", "servers", what, todo, places, at, (after_at,))
        elif key_of(server) != key_of(same):
            what = f"the words about the server {server['url']} changed"
            yield Change("request", "harmless", "servers", what, "", places, at, (after_at,), prose=True)
    for index, server in enumerate(after):
        if not any(held["url"] == server["url"] for held in before):
            at = (join(after_at, index),) if after_at else ()
            yield Change("request", "harmless", "servers", f"the server {server['url']} is new", "", places, (), at)


def _severities(old: Document, new: Document) -> Iterator[Change]:
    """How findings count, code by code; an error where nothing is said."""
    held = [document.get("").get("x-severity", {}) for document in (old, new)]
    for code in dict.fromkeys([*held[0], *held[1]]):
        for side in SIDES:
            before, after = old.severity(code, side), new.severity(code, side)
            if before != after:
                yield _severity(code, side, before, after, [code in one for one in held])


def _severity(code: str, side: Side, before: str, after: str, said: list[bool]) -> Change:
    direction, verdict = Direction.SAME, None
    if after == "error":
        direction = Direction.NARROWER
    elif before == "error":
        direction = Direction.WIDER
    else:
        verdict = "notable" if _RANK.index(after) > _RANK.index(before) else "harmless"
    pointer = join("", "x-severity", code)
    at = [(join(pointer, side) if here else "/x-severity",) for here in said]
    what = f"findings of {code} counted as {before} in {side}s, and count as {after} now"
    send, read = f"Send nothing that has a {code} finding.", f"Be ready for what has a {code} finding."
    held: Verdict | None = verdict  # type: ignore[assignment]
    found = Difference("x-severity", direction, what, send, read, (), at[0], at[1], held)
    return change_of(found, side, split(pointer)[-1])
