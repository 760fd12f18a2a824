"""The plain fields of two OpenAPI objects: those that only describe, extensions, and what nobody thought of.

Every field of an object is either compared elsewhere (and named in :data:`COMPARED`) or here, so that none is passed
over: what this package does not know is told as unsorted.
"""

from collections.abc import Iterator
from typing import Any, Final

from relation_spec.comparison.changes import SIDES, Change
from relation_spec.comparison.differences import change_of
from relation_spec.comparison.meanings import Context, meaning
from relation_spec.contract import Document, Side
from relation_spec.contract.pointer import join

__all__ = ["COMPARED", "Fields"]

COMPARED: Final[dict[str, frozenset[str]]] = {
    "OpenAPI": frozenset({"openapi", "info", "servers", "paths", "components", "security", "x-severity", "tags"}),
    "Info": frozenset({"version"}),
    "PathItem": frozenset(
        {"get", "put", "post", "delete", "options", "head", "patch", "trace", "servers", "parameters", "$ref"}
    ),
    "Operation": frozenset({"parameters", "requestBody", "responses", "security", "servers"}),
    "Parameter": frozenset({"name", "in", "required", "style", "explode", "schema", "x-select"}),
    "Header": frozenset({"required", "style", "explode", "schema"}),
    "RequestBody": frozenset({"content", "required"}),
    "Response": frozenset({"content", "headers"}),
    "MediaType": frozenset({"schema", "encoding"}),
    "SecurityScheme": frozenset({"type", "scheme", "in", "name", "x-equals"}),
}
"""By kind of object the fields that are compared elsewhere."""

_FOLLOWED: Final = frozenset({"examples"})


class Fields:
    """Compares plain fields of two documents."""

    def __init__(self, old: Document, new: Document) -> None:
        self.old, self.new = old, new

    def compare(
        self, kind: str, before: str, after: str, side: Side | None, where: str, scope: str = ""
    ) -> Iterator[Change]:
        """The changes in the fields of two objects of one kind.

        Args:
            kind: the kind of object, a key of :data:`COMPARED`.
            before: its pointer in the old document.
            after: its pointer in the new one.
            side: whose messages it concerns; None for both.
            where: the place as findings name it.
            scope: a status or media type to which it is limited.
        """
        old, new = self.old.get(before), self.new.get(after)
        for name in dict.fromkeys([*old, *new]):
            if name in COMPARED[kind]:
                continue
            values = self._value(self.old, old.get(name), name), self._value(self.new, new.get(name), name)
            places = tuple(
                (join(pointer, name),) if name in held else () for pointer, held in ((before, old), (after, new))
            )
            for one in (side,) if side else SIDES:
                found = meaning(Context(one, self.old, self.new), name, *values, (places[0], places[1]))
                if found is not None and not (found.prose and side is None and one != SIDES[0]):
                    yield change_of(found, one, where, scope)

    def _value(self, document: Document, value: Any, name: str) -> Any:
        """The value of a field; examples that stand elsewhere are looked up."""
        if name not in _FOLLOWED or not isinstance(value, dict):
            return value
        return {key: self._example(document, held) for key, held in value.items()}

    def _example(self, document: Document, held: Any) -> Any:
        while isinstance(held, dict) and isinstance(held.get("$ref"), str):
            from relation_spec.contract.document import target

            held = document.get(target(held["$ref"]))
        return held
