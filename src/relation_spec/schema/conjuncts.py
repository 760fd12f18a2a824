"""A schema with its ``$ref`` and ``allOf`` followed: the schemas that all hold for one value at once.

``$ref`` beside other keywords and ``allOf`` both mean "and". Engines that look at one value once want the parts side by
side; a :class:`Conjunct` is one such part, with the parts that it contains (whose properties count as described when
it says ``unevaluatedProperties`` or ``x-closed``).
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from relation_spec.contract import Document
from relation_spec.contract.document import target
from relation_spec.contract.pointer import join

__all__ = ["Conjunct", "conjuncts"]


class Conjunct(NamedTuple):
    """The schema at ``pointer`` (a dict, or a boolean) and the conjuncts it reaches, itself included."""

    pointer: str
    schema: Any
    within: tuple["Conjunct", ...]

    def all(self) -> Iterator["Conjunct"]:
        """This conjunct and those it reaches."""
        yield self
        yield from self.within


def _reach(document: Document, pointer: str) -> Iterator[Conjunct]:
    schema = document.get(pointer)
    below: list[Conjunct] = []
    if isinstance(schema, dict):
        if "$ref" in schema:
            below.extend(_reach(document, target(schema["$ref"])))
        for index in range(len(schema.get("allOf", ()))):
            below.extend(_reach(document, join(pointer, "allOf", index)))
    yield Conjunct(pointer, schema, tuple(below))
    yield from below


def conjuncts(document: Document, pointers: tuple[str, ...]) -> tuple[Conjunct, ...]:
    """Every schema that holds where all of those at ``pointers`` hold, each once."""
    found: dict[str, Conjunct] = {}
    for pointer in pointers:
        for conjunct in _reach(document, pointer):
            found.setdefault(conjunct.pointer, conjunct)
    return tuple(found.values())
