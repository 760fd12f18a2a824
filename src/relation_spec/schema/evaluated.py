"""Which properties and items a schema describes for a value, as ``unevaluatedProperties`` and ``x-closed`` ask.

JSON Schema 2020-12 core section 11. Where only ``properties``, ``$ref`` and ``allOf`` describe names, the answer is the
same for every value and is worked out once.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

from relation_spec.contract import Document
from relation_spec.contract.pointer import join
from relation_spec.schema.conjuncts import Conjunct, conjuncts
from relation_spec.schema.patterns import compile_pattern

__all__ = ["Evaluated"]

_BY_VALUE: Final = frozenset({"anyOf", "oneOf", "if", "dependentSchemas", "patternProperties", "additionalProperties"})


class Evaluated:
    """Answers for one document; ``is_valid`` tells whether a value fits the schema at a pointer."""

    def __init__(self, document: Document, is_valid: Callable[[str, Any], bool]) -> None:
        self._document, self._is_valid = document, is_valid

    def static_names(self, part: Conjunct) -> set[str] | None:
        """The names that ``part`` describes whatever the value is, or None where the value decides."""
        for each in part.all():
            if isinstance(each.schema, dict):
                if _BY_VALUE & each.schema.keys():
                    return None
                if each is not part and "unevaluatedProperties" in each.schema:
                    return None
        return set(self.likely_names(part))

    def likely_names(self, part: Conjunct) -> list[str]:
        """The names that ``part`` describes by ``properties``, in the YAML's order."""
        names = (
            name for each in part.all() if isinstance(each.schema, dict) for name in each.schema.get("properties", ())
        )
        return list(dict.fromkeys(names))

    def names(self, part: Conjunct, value: dict[str, Any]) -> set[str] | None:
        """The names of ``value`` that ``part`` describes, or None for all of them."""
        found: set[str] = set()
        for each in part.all():
            schema = each.schema
            if not isinstance(schema, dict):
                continue
            if "additionalProperties" in schema or (each is not part and "unevaluatedProperties" in schema):
                return None
            found.update(schema.get("properties", ()))
            for pattern in schema.get("patternProperties", ()):
                search = compile_pattern(pattern).search
                found.update(name for name in value if search(name))
            for pointer in self._applied(each, value):
                for branch in self._roots(pointer):
                    below = None if "unevaluatedProperties" in branch.schema else self.names(branch, value)
                    if below is None:
                        return None
                    found |= below
        return found

    def indices(self, part: Conjunct, value: list[Any]) -> set[int] | None:
        """The indices of ``value`` that ``part`` describes, or None for all of them."""
        found: set[int] = set()
        for each in part.all():
            schema = each.schema
            if not isinstance(schema, dict):
                continue
            if "items" in schema or (each is not part and "unevaluatedItems" in schema):
                return None
            found.update(range(len(schema.get("prefixItems", ()))))
            if "contains" in schema:
                pointer = join(each.pointer, "contains")
                found.update(index for index, item in enumerate(value) if self._is_valid(pointer, item))
            for pointer in self._applied(each, value):
                for branch in self._roots(pointer):
                    below = None if "unevaluatedItems" in branch.schema else self.indices(branch, value)
                    if below is None:
                        return None
                    found |= below
        return found

    def _roots(self, pointer: str) -> list[Conjunct]:
        root = conjuncts(self._document, (pointer,))[0]
        return [root] if isinstance(root.schema, dict) else []

    def _applied(self, part: Conjunct, value: Any) -> Iterator[str]:
        """The subschemas that hold for this value because of what it is."""
        schema = part.schema
        for keyword in ("anyOf", "oneOf"):
            for index in range(len(schema.get(keyword, ()))):
                pointer = join(part.pointer, keyword, index)
                if self._is_valid(pointer, value):
                    yield pointer
        if "if" in schema:
            pointer = join(part.pointer, "if")
            holds = self._is_valid(pointer, value)
            if holds:
                yield pointer
            branch = "then" if holds else "else"
            if branch in schema:
                yield join(part.pointer, branch)
        if isinstance(value, dict):
            for name in schema.get("dependentSchemas", ()):
                if name in value:
                    yield join(part.pointer, "dependentSchemas", name)
