"""Two schemas side by side: every difference between the values that they allow, wherever it lies below them.

In: two documents, a side, and the pointers of the schemas that hold. Out: :class:`Difference` values, whose steps lead
from there. What is no question about one value alone is compared as far as its direction can be told; where it cannot,
it counts as both narrower and wider, so that nothing is called harmless that may break.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from relation_spec.comparison.changes import Direction
from relation_spec.comparison.combined import arrays, combined
from relation_spec.comparison.differences import Difference, told
from relation_spec.comparison.facets import FACETS, key_of
from relation_spec.comparison.meanings import EXTENSION_CONSEQUENCES, PROSE, Context, meaning, unsorted
from relation_spec.comparison.objects import objects
from relation_spec.comparison.views import View
from relation_spec.contract import Document, Side
from relation_spec.contract.document import target

__all__ = ["Comparison"]

_Key = tuple[tuple[str, ...], tuple[str, ...]]

_STRUCTURE: Final = frozenset({
    "$ref", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas", "items", "prefixItems",
    "contains", "minContains", "maxContains", "unevaluatedItems", "properties", "patternProperties",
    "additionalProperties", "unevaluatedProperties", "propertyNames", "x-closed",
})  # fmt: skip
_SORTED: Final = _STRUCTURE | {keyword for facet in FACETS for keyword in facet.keywords} | {"xml"}


class Comparison:
    """Compares schemas of two documents on one side.

    Args:
        old: the contract that holds.
        new: the contract that shall hold.
        side: whose messages the schemas describe.
        xml: whether XML is among the ways to write the values; only there the keyword ``xml`` counts.
    """

    def __init__(self, old: Document, new: Document, side: Side, *, xml: bool = False) -> None:
        self.old, self.new, self.side, self._xml = old, new, side, xml
        self._done: dict[_Key, tuple[Difference, ...]] = {}
        self._open: set[_Key] = set()

    def below(self, old: tuple[str, ...], new: tuple[str, ...], *steps: str) -> Iterator[Difference]:
        """The differences between the schemas at these pointers; none of them means that anything is allowed."""
        for one in self._compared(old, new):
            yield replace(one, steps=(*steps, *one.steps)) if steps else one

    def same(self, old: tuple[str, ...], new: tuple[str, ...]) -> bool:
        """Whether nothing but words differs."""
        return all(one.prose for one in self._compared(old, new))

    def direction(self, old: tuple[str, ...], new: tuple[str, ...]) -> Direction:
        """How the allowed values change; both where something is unsorted."""
        found = Direction.SAME
        for one in self._compared(old, new):
            found |= Direction.BOTH if one.verdict == "unsorted" else one.direction
        return found

    def _compared(self, before: tuple[str, ...], after: tuple[str, ...]) -> tuple[Difference, ...]:
        key = (
            tuple(_led(self.old, pointer) for pointer in before),
            tuple(_led(self.new, pointer) for pointer in after),
        )
        if key in self._open:  # a schema that contains itself: the outer comparison tells
            return ()
        if key not in self._done:
            self._open.add(key)
            old, new = View(self.old, self.side, key[0]), View(self.new, self.side, key[1])
            self._done[key] = tuple(self._compare(old, new))
            self._open.remove(key)
        return self._done[key]

    def _compare(self, old: View, new: View) -> Iterator[Difference]:
        if old.denied or new.denied:
            if bool(old.denied) != bool(new.denied):
                closed = bool(new.denied)
                what = f"no value is allowed here {'now' if closed else 'no longer'}"
                direction = Direction.NARROWER if closed else Direction.WIDER
                yield Difference(
                    "false", direction, what, "Leave it out.", "Be ready for it.", (), old.denied, new.denied
                )
            return
        yield from self._facets(old, new)
        common = old.types & new.types
        if "object" in common:
            yield from objects(self, old, new)
        if common & {"array", "object"}:
            yield from arrays(self, old, new)
        yield from combined(self, old, new)
        yield from self._annotations(old, new)

    def _facets(self, old: View, new: View) -> Iterator[Difference]:
        for facet in FACETS:
            if facet.keywords == ("type",):
                if old.types != new.types:
                    yield told(facet.compare(old.types, new.types), "type", old, new, "type", "enum", "const")
                continue
            before, after = old.facet(facet), new.facet(facet)
            if before == after:
                continue
            found = told(facet.compare(before, after), facet.keywords[0], old, new, *facet.keywords)
            keyword = next(name for view in (new, old) for name in facet.keywords if view.at(name))
            found = replace(found, keyword=keyword)
            if facet.types & old.types & new.types:
                notable = found.direction == Direction.SAME and facet.keywords in (("format",), ("x-flags",))
                yield replace(found, verdict="notable") if notable else found
            elif not facet.types & (old.types | new.types):
                yield replace(found, direction=Direction.SAME, what=f"{found.what}, which has no effect on this type")

    def _annotations(self, old: View, new: View) -> Iterator[Difference]:
        """What the other keywords say, of which the outermost counts."""
        context = Context(self.side, self.old, self.new)
        names = dict.fromkeys(name for view in (old, new) for part in view.parts for name in part.schema)
        for name in names:
            if name == "xml":
                yield from self._naming(old, new)
            if name in _SORTED:
                continue
            before, after = (next((value for _, value in view.said(name)), None) for view in (old, new))
            if name == "readOnly":
                before, after = before or None, after or None
            if name == "x-null-id" and {key_of(v) for _, v in old.said(name)} == {key_of(v) for _, v in new.said(name)}:
                continue
            if name in PROSE or name in EXTENSION_CONSEQUENCES:
                found = meaning(context, name, before, after, (old.at(name), new.at(name)))
            elif key_of(old.said(name)) != key_of(new.said(name)):
                found = unsorted(name, f"{name} changed", (old.at(name), new.at(name)))
            else:
                found = None
            if found is not None:
                yield found

    def _naming(self, old: View, new: View) -> Iterator[Difference]:
        """The keyword ``xml``, which :mod:`relation_spec.comparison.wire` judges where there is XML."""
        before, after = (next((value for _, value in view.said("xml")), None) for view in (old, new))
        if not self._xml and key_of(before) != key_of(after):
            what = "the keyword xml changed, and no message is XML here"
            yield Difference("xml", Direction.SAME, what, "", "", (), old.at("xml"), new.at("xml"))


def _led(document: Document, pointer: str) -> str:
    """Where a schema that is nothing but a reference leads."""
    held = document.get(pointer)
    while isinstance(held, dict) and set(held) == {"$ref"}:
        pointer = target(held["$ref"])
        held = document.get(pointer)
    return pointer
