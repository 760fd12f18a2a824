"""How XML writes the values of a schema in two contracts: names of elements, wrapping, attributes, name spaces.

In: both documents and the pointers of a body's schema. Out: differences, each at a property. XML is read by what the
keyword ``xml`` says (OpenAPI 3.1 section 4.8.26), so each contract takes messages that the other does not.
"""

from collections.abc import Iterator
from typing import NamedTuple

from relation_spec.comparison.changes import ANY, Direction
from relation_spec.comparison.differences import Difference
from relation_spec.comparison.facets import shown
from relation_spec.contract import Document
from relation_spec.contract.pointer import join
from relation_spec.media.shape import SEPARATOR, Shape, root_name, shape_of
from relation_spec.schema.conjuncts import conjuncts
from relation_spec.schema.selection import properties_of

__all__ = ["wire"]

_SEND, _READ = "Write XML in the new way.", "Read XML in the new way."


class _Place(NamedTuple):
    """The schemas at one place of a document."""

    document: Document
    pointers: tuple[str, ...]

    @property
    def shape(self) -> Shape:
        return shape_of(self.document, self.pointers)

    def below(self, *keywords: str) -> "_Place":
        found = [
            join(part.pointer, keyword)
            for part in conjuncts(self.document, self.pointers)
            for keyword in keywords
            if isinstance(part.schema, dict) and isinstance(part.schema.get(keyword), dict)
        ]
        return _Place(self.document, tuple(found))

    def at(self) -> tuple[str, ...]:
        """Where the keyword stands, or else the schema."""
        parts = conjuncts(self.document, self.pointers)
        found = [join(part.pointer, "xml") for part in parts if isinstance(part.schema, dict) and "xml" in part.schema]
        return tuple(found) or self.pointers[:1]


def wire(old: Document, new: Document, before: str, after: str) -> Iterator[Difference]:
    """Every difference between how two bodies are written in XML."""
    places = _Place(old, (before,)), _Place(new, (after,))
    roots = [place.shape.wire_for(root_name(place.document, place.pointers[0])) for place in places]
    if roots[0] != roots[1]:
        yield _difference(f"the root element was {_name(roots[0])} and is {_name(roots[1])}", (), *places)
    yield from _compare(*places, (), set())


def _name(qualified: str) -> str:
    namespace, sign, local = qualified.rpartition(SEPARATOR)
    return f"{shown(local)} of {namespace}" if sign else shown(local)


def _difference(what: str, steps: tuple[str, ...], old: _Place, new: _Place) -> Difference:
    return Difference("xml", Direction.BOTH, what, _SEND, _READ, steps, old.at(), new.at())


def _compare(
    old: _Place, new: _Place, steps: tuple[str, ...], seen: set[tuple[_Place, _Place]]
) -> Iterator[Difference]:
    if (old, new) in seen:
        return
    seen.add((old, new))
    before, after = (properties_of(place.document, place.pointers) for place in (old, new))
    for name in [name for name in before if name in after]:
        below = _Place(old.document, before[name]), _Place(new.document, after[name])
        yield from _named(*below, name, (*steps, name))
        yield from _compare(*below, (*steps, name), seen)
    shapes = old.shape, new.shape
    if all(shape.is_array for shape in shapes):
        if shapes[0].wrapped != shapes[1].wrapped:
            words = "stand inside an element of their own" if shapes[1].wrapped else "have no element around them"
            yield _difference(f"the items {words} now", steps, old, new)
        items = old.below("items"), new.below("items")
        yield from _named(*items, "", (*steps, ANY))
        yield from _compare(*items, (*steps, ANY), seen)
    entries = [place.below("additionalProperties", "unevaluatedProperties") for place in (old, new)]
    if all(place.pointers for place in entries):
        yield from _compare(entries[0], entries[1], (*steps, ANY), seen)


def _named(old: _Place, new: _Place, name: str, steps: tuple[str, ...]) -> Iterator[Difference]:
    """The differences in the name of one element, and in whether it is one."""
    before, after = old.shape, new.shape
    if before.attribute != after.attribute:
        yield _difference(f"it is {'an attribute' if after.attribute else 'an element'} now", steps, old, new)
    names = [shape.wire_for(name) for shape in (before, after)]
    if names[0] != names[1]:
        kind = "attribute" if after.attribute else "element"
        yield _difference(f"the {kind} was {_name(names[0])} and is {_name(names[1])}", steps, old, new)
    elif before.prefix != after.prefix:
        what = "the prefix of its name space changed, which no reader goes by"
        yield Difference("xml", Direction.SAME, what, "", "", steps, old.at(), new.at())
