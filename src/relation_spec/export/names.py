"""Names for the schemas of an export: which schemas it needs, what each is called, and references that find them.

In: plain schemas of one side or both, and where they start. Out: the definitions by name, in the order of their first
use, and for each pointer its name.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from relation_spec.contract import Side
from relation_spec.contract.pointer import split
from relation_spec.export.dialects import below, references
from relation_spec.export.merging import FROM
from relation_spec.export.plain import Plain

__all__ = ["Named", "named", "referring", "same"]


class Named(NamedTuple):
    """``names`` by side and pointer, and ``schemas``, still plain, by name with the side that they are of."""

    names: dict[tuple[Side, str], str]
    schemas: dict[str, tuple[Side, Any]]


def _needed(plain: Plain, roots: Iterable[Any]) -> list[str]:
    """The pointers of all schemas that ``roots`` refer to, in the order of their first use."""
    found: dict[str, None] = {}
    waiting = [pointer for root in roots for pointer in references(root)]
    while waiting:
        pointer = waiting.pop(0)
        if pointer not in found:
            found[pointer] = None
            waiting.extend(references(plain.at(pointer)))
    return list(found)


def same(one: Any, other: Any) -> bool:
    """Whether two plain schemas say the same, up to where they come from."""
    return bool(_without_source(one) == _without_source(other))


def _without_source(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_source(v) for k, v in value.items() if k != FROM}
    # true is not 1 in JSON, though it is in Python
    return [_without_source(item) for item in value] if isinstance(value, list) else (type(value), value)


def _differing(sides: dict[Side, Plain], shared: set[str]) -> set[str]:
    """The ``shared`` pointers whose schemas are not the same on both sides, themselves or by what they refer to."""
    one, other = sides.values()
    found = {pointer for pointer in shared if not same(one.at(pointer), other.at(pointer))}
    changed = True
    while changed:
        more = {pointer for pointer in shared - found if found.intersection(references(one.at(pointer)))}
        found |= more
        changed = bool(more)
    return found


def named(sides: dict[Side, Plain], roots: dict[Side, list[Any]]) -> Named:
    """Names for all that ``roots`` refer to; a schema that the sides need in different forms gets two."""
    needed = {side: _needed(plain, roots[side]) for side, plain in sides.items()}
    shared = set.intersection(*map(set, needed.values())) if len(sides) > 1 else set()
    apart = _differing(sides, shared) if shared else set()
    made = Named({}, {})
    for side, pointers in needed.items():
        for pointer in pointers:
            other = next((key for key in made.names if key[1] == pointer), None)
            if other is not None and pointer not in apart:
                made.names[side, pointer] = made.names[other]
                continue
            name = _free(split(pointer)[-1] + (side.title() if pointer in apart else ""), made.schemas)
            made.names[side, pointer] = name
            made.schemas[name] = (side, sides[side].at(pointer))
    return made


def _free(name: str, taken: Iterable[str]) -> str:
    # component names of OpenAPI (3.1 section 4.8.7) are also safe in fragments
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in name) or "schema"
    found, number = plain, 2
    while found in taken:
        found, number = f"{plain}{number}", number + 1
    return found


def referring(schema: Any, find: Callable[[str], str]) -> Any:
    """A plain schema whose references are what ``find`` makes of their pointers."""
    if not isinstance(schema, dict):
        return schema
    made = below(schema, lambda inner: referring(inner, find))
    if "$ref" in made:
        made["$ref"] = find(made["$ref"])
    return made
