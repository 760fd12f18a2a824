"""What one place of a message holds: its type in words, whether null fits, and the rules that bind it.

In: a contract and the pointers of the schemas that meet at a place. Out: :class:`Field` values for properties and
parameters, and :class:`Kind` for a type.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from relation_spec.contract import Document
from relation_spec.contract.document import target
from relation_spec.contract.pointer import join, split
from relation_spec.docs.prose import Piece, Prose, pieces
from relation_spec.docs.wording import SILENT, value_words, words
from relation_spec.media.shape import shape_of
from relation_spec.schema.conjuncts import Conjunct, conjuncts
from relation_spec.schema.selection import properties_of

__all__ = ["Bound", "Field", "Kind", "bounds_of", "description_of", "fields_of", "kind_of", "named", "source_of"]

_ORDER: Final = ("object", "array", "string", "integer", "number", "boolean")
# said by the type in words, by columns of their own, or of the object and not of the place
_ELSEWHERE: Final = SILENT | {"type", "readOnly", "required", "xml", "allOf", "additionalProperties",
                              "unevaluatedProperties", "x-closed", "x-translated", "items"}  # fmt: skip
_COMPONENTS: Final = "/components/schemas/"


class Kind(NamedTuple):
    """A type in words.

    Attributes:
        words: such as ``int32``, ``date-time``, ``map of uri``, or the name of an object.
        component: the name of the component that describes it, or "".
        nullable: whether null fits.
    """

    words: str
    component: str
    nullable: bool


class Bound(NamedTuple):
    """A rule at one place: where it stands in the contract, and what it says."""

    pointer: str
    words: Prose


class Field(NamedTuple):
    """A property or a parameter.

    Attributes:
        name: as it stands in the message.
        kind: its type.
        required: whether it must be there.
        read_only: whether only the server sets it.
        description: what it means.
        bounds: the rules that bind its value, but for its type.
        pointer: where the contract describes it.
        provenance: where the statement comes from, or "".
        reason: why, where it is a choice; else "".
    """

    name: str
    kind: Kind
    required: bool
    read_only: bool
    description: Prose
    bounds: tuple[Bound, ...]
    pointer: str
    provenance: str
    reason: str


def _parts(document: Document, pointers: tuple[str, ...]) -> Iterator[Conjunct]:
    return (part for part in conjuncts(document, pointers) if isinstance(part.schema, dict))


def description_of(document: Document, pointers: tuple[str, ...]) -> Prose:
    """The first description that the schemas at ``pointers`` or those they are built from have."""
    return pieces(next((part.schema["description"] for part in _parts(document, pointers)
                        if "description" in part.schema), ""))  # fmt: skip


def named(document: Document, pointers: tuple[str, ...]) -> str:
    """The name of the component that describes a value there, or ""."""
    for pointer in pointers:
        held = document.get(pointer)
        if isinstance(held, dict) and "$ref" in held:
            pointer = target(held["$ref"])  # noqa: PLW2901
        if pointer.startswith(_COMPONENTS) and len(split(pointer)) == 3:
            return split(pointer)[-1]
    return ""


def _first(document: Document, pointers: tuple[str, ...], keyword: str) -> tuple[str, Any] | None:
    found = ((join(part.pointer, keyword), part.schema[keyword]) for part in _parts(document, pointers)
             if keyword in part.schema)  # fmt: skip
    return next(found, None)


def kind_of(document: Document, pointers: tuple[str, ...]) -> Kind:
    """The type that the schemas at ``pointers`` allow together."""
    types = shape_of(document, pointers).types
    component = named(document, pointers)
    if types is None:
        return Kind("anything", component, True)
    shown = [name for name in _ORDER if name in types]
    words = _special(document, pointers) or " or ".join(shown) or "null"
    if shown in (["array"], ["object"]):
        keyword, head = ("items", "array") if shown == ["array"] else ("additionalProperties", "map")
        inner = _first(document, pointers, keyword)
        if properties_of(document, pointers):
            words = component or "object"
        elif inner and isinstance(inner[1], dict):
            entry = kind_of(document, (inner[0],))
            words, component = f"{head} of {entry.words}", entry.component
    return Kind(words, component, "null" in types)


def _special(document: Document, pointers: tuple[str, ...]) -> str:
    """A word that says more than the JSON type."""
    if found := _first(document, pointers, "format"):
        return str(found[1])
    for keyword, word in (("x-date-time", "date-time"), ("x-flags", "flags"), ("x-language", "language")):
        if _first(document, pointers, keyword):
            return word
    return "enum" if _first(document, pointers, "enum") else ""


def bounds_of(document: Document, pointers: tuple[str, ...], *, short: bool = True) -> tuple[Bound, ...]:
    """The rules that bind a value there, each once: those at the place itself before those of its type. ``short``
    cuts long lists.
    """
    found: dict[Prose, Bound] = {}
    kind = kind_of(document, pointers).words
    for part in _parts(document, pointers):
        ranged = {"minimum", "maximum"} <= part.schema.keys()
        for keyword, value in part.schema.items():
            if keyword in _ELSEWHERE or value is False or (keyword == "format" and value == kind):
                continue
            if ranged and keyword == "maximum":
                continue
            said = words(keyword, value, short=short)
            if ranged and keyword == "minimum":
                said = (*value_words(value), Piece(" to "), *value_words(part.schema["maximum"]))
            found.setdefault(said, Bound(join(part.pointer, keyword), said))
    zero = next((bound for bound in found.values() if bound.pointer.endswith("/x-zero")), None)
    if zero and any(bound.pointer.endswith("/x-null-id") for bound in found.values()):
        del found[zero.words]  # said already
    return tuple(found.values())


def source_of(document: Document, pointer: str) -> tuple[str, str]:
    """Where the statement at ``pointer`` comes from, and why: told there, or by what stands around it."""
    while True:
        held = document.get(pointer)
        if isinstance(held, dict) and "x-provenance" in held:
            return held["x-provenance"], held.get("x-reason", "")
        if not pointer:
            return "", ""
        pointer = pointer.rpartition("/")[0]


def fields_of(document: Document, pointers: tuple[str, ...]) -> tuple[Field, ...]:
    """The described properties of the object at ``pointers``, in the order of the contract."""
    required = {name for part in _parts(document, pointers) for name in part.schema.get("required", ())}
    made = []
    described = properties_of(document, pointers)
    order = [name for part in (*_parts(document, pointers),)[::-1] for name in part.schema.get("properties", ())]
    for name in dict.fromkeys(order):  # what a schema refines keeps the place that it has in the schema it refers to
        below = described[name]
        last = below[-1]  # the place that describes it first; refinements of a later schema come before it
        made.append(Field(
            name, kind_of(document, below), name in required,
            any(part.schema.get("readOnly") for part in _parts(document, below)),
            description_of(document, (*below[::-1],)), bounds_of(document, below), last, *_choice(document, below),
        ))  # fmt: skip
    return tuple(made)


def _choice(document: Document, pointers: tuple[str, ...]) -> tuple[str, str]:
    """The source of a property; a choice anywhere among its schemas is what a reader must know."""
    sources = [source_of(document, pointer) for pointer in pointers]
    return next((source for source in sources if source[0] == "choice"), sources[-1])
