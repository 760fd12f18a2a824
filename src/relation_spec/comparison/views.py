"""The schemas that hold for one value, put together: what they say of each matter, however they are spread over files
of ``$ref`` and ``allOf``. Two contracts that say the same in different ways have equal views.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final, NamedTuple

from relation_spec.comparison.facets import ALL_TYPES, Facet, types_of
from relation_spec.contract import Document, Severity, Side
from relation_spec.contract.pointer import join
from relation_spec.schema.conjuncts import Conjunct, conjuncts
from relation_spec.schema.json_type import has_type
from relation_spec.schema.patterns import compile_pattern

__all__ = ["Entry", "View"]

_IN_PLACE: Final = ("anyOf", "oneOf", "if", "then", "else", "dependentSchemas")
_GRAVITY: Final[tuple[Severity, ...]] = ("none", "warning", "error")


class Entry(NamedTuple):
    """What holds for one name of an object: the schemas of its value, how a finding that the name is unknown counts,
    and the rules that make it unknown.
    """

    pointers: tuple[str, ...]
    closed: Severity
    closers: tuple[str, ...]


class View:
    """What the schemas at ``pointers`` say together on one side.

    Attributes:
        parts: the schemas that are objects, the outermost first.
        denied: the pointers of those that are ``false``, which no value keeps to.
    """

    def __init__(self, document: Document, side: Side, pointers: tuple[str, ...]) -> None:
        self.document, self.side, self.pointers = document, side, pointers
        found = conjuncts(document, pointers)
        self.parts = tuple(part for part in found if isinstance(part.schema, dict))
        self.denied = tuple(part.pointer for part in found if part.schema is False)

    def said(self, *keywords: str) -> list[tuple[str, Any]]:
        """Each of ``keywords`` with its value, wherever it stands."""
        return [
            (keyword, part.schema[keyword]) for part in self.parts for keyword in keywords if keyword in part.schema
        ]

    def at(self, *keywords: str) -> tuple[str, ...]:
        """Where each of ``keywords`` stands."""
        return tuple(join(p.pointer, keyword) for p in self.parts for keyword in keywords if keyword in p.schema)

    def facet(self, facet: Facet) -> Any:
        """The answer to one question; None where nothing is asked of values."""
        said = self.said(*facet.keywords)
        return facet.merge(said) if said else None

    @cached_property
    def types(self) -> frozenset[str]:
        """The types that values may have; listed values narrow them."""
        allowed = ALL_TYPES
        for keyword, value in self.said("type", "enum", "const"):
            if keyword == "type":
                allowed &= types_of(value)
                continue
            listed = [value] if keyword == "const" else value
            allowed &= frozenset(name for name in ALL_TYPES if any(has_type(item, (name,)) for item in listed))
        return allowed

    @cached_property
    def names(self) -> dict[str, None]:
        """The names of the described properties, in order."""
        return {name: None for part in self.parts for name in part.schema.get("properties", ())}

    @cached_property
    def patterns(self) -> frozenset[str]:
        """The patterns by which properties are described."""
        return frozenset(pattern for _, held in self.said("patternProperties") for pattern in held)

    def own(self, name: str) -> tuple[str, ...]:
        """Where the property ``name`` is described by its name."""
        return tuple(join(p.pointer, "properties", name) for p in self.parts if name in p.schema.get("properties", {}))

    def entry(self, name: str | None) -> Entry:
        """What holds for the property ``name``; None stands for a name that nothing describes."""
        pointers = tuple(pointer for part in self.parts for pointer in self._of(part, name))
        closed: Severity = "none"
        closers = [pointer for pointer in pointers if self.document.get(pointer) is False]
        if closers:
            closed = "error"
        for part in self.parts:
            for keyword in ("unevaluatedProperties", "x-closed"):
                held = part.schema.get(keyword, True)
                if (keyword == "x-closed" and keyword not in part.schema) or self._is_evaluated(part, name):
                    continue
                place = join(part.pointer, keyword)
                if isinstance(held, dict):
                    pointers = (*pointers, place)
                elif held is False or keyword == "x-closed":
                    severity = (
                        self.document.severity("unknown-property", self.side) if keyword == "x-closed" else "error"
                    )
                    closed = max(closed, severity, key=_GRAVITY.index)
                    closers.append(place)
        return Entry(tuple(p for p in pointers if self.document.get(p) is not False), closed, tuple(closers))

    def _of(self, part: Conjunct, name: str | None) -> Iterator[str]:
        """Where one schema describes the property: by name and pattern, or else as an additional one."""
        found = [join(part.pointer, "properties", name)] if name in part.schema.get("properties", {}) else []
        for pattern in part.schema.get("patternProperties", ()):
            if name is not None and compile_pattern(pattern).search(name):
                found += [join(part.pointer, "patternProperties", pattern)]
        if not found and "additionalProperties" in part.schema:
            found.append(join(part.pointer, "additionalProperties"))
        yield from found

    def _is_evaluated(self, part: Conjunct, name: str | None) -> bool:
        """Whether a schema, or one that it is built from, describes the property, or may do so for some values."""
        return any(
            any(True for _ in self._of(one, name)) or any(self._may_describe(one, name))
            for one in part.all()
            if isinstance(one.schema, dict)
        )

    def _may_describe(self, part: Conjunct, name: str | None) -> Iterator[bool]:
        for keyword in _IN_PLACE:
            held = part.schema.get(keyword)
            if keyword == "dependentSchemas":
                below = [join(part.pointer, keyword, key) for key in held or ()]
            elif isinstance(held, list):
                below = [join(part.pointer, keyword, index) for index in range(len(held))]
            else:
                below = [join(part.pointer, keyword)] * isinstance(held, dict)
            for pointer in below:
                view = View(self.document, self.side, (pointer,))
                yield any(view._is_evaluated(one, name) for one in view.parts)
