"""What properties mean to a server: the keywords ``x-value`` and ``x-refers`` of one operation, read once."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from relation_spec.contract import Document, Operation, UnusableContractError, WrongCallError
from relation_spec.contract.pointer import join
from relation_spec.media.shape import shape_of
from relation_spec.schema.conjuncts import conjuncts
from relation_spec.schema.selection import properties_of

__all__ = ["Meaning", "Property", "Reference", "blank", "fill", "keyword"]

_ZEROS: Final[dict[str, Any]] = {"integer": 0, "number": 0, "boolean": False, "string": ""}
_ABSENT: Final = object()
_DEEPEST: Final = 16

Source = Mapping[str, Any]


def keyword(document: Document, pointers: tuple[str, ...], name: str, default: Any = None) -> Any:
    """The value of a keyword in the first that has it of the schemas at ``pointers`` and those they are built from."""
    for part in conjuncts(document, pointers):
        if isinstance(part.schema, dict) and name in part.schema:
            return part.schema[name]
    return default


@lru_cache(maxsize=1024)
def blank(document: Document, pointers: tuple[str, ...]) -> Any:
    """What stands for nothing: null where the schemas at ``pointers`` allow it, else ``x-zero`` or the type's zero,
    brought within the bounds.
    """
    for fixed in ("const", "default"):
        value = keyword(document, pointers, fixed, _ABSENT)
        if value is not _ABSENT:
            return value
    types = shape_of(document, pointers).types
    if types is None or "null" in types:
        return None
    zero = keyword(document, pointers, "x-zero", _ABSENT)
    if zero is not _ABSENT:
        return zero
    if "enum" in (held := {name for part in conjuncts(document, pointers) for name in part.schema or ()}):
        return keyword(document, pointers, "enum")[0]
    if types & {"integer", "number"}:
        low = keyword(document, pointers, "minimum", 0) if "minimum" in held else 0
        return max(low, min(keyword(document, pointers, "maximum", 0), 0)) if "maximum" in held else max(low, 0)
    return next((_ZEROS[kind] for kind in _ZEROS if kind in types), {} if "object" in types else [])


def fill(document: Document, pointers: tuple[str, ...], item: Mapping[str, Any], depth: int = 0) -> Any:
    """The object that shows ``item``: properties that ``x-value`` takes from its fields, and all others blank."""
    filled: dict[str, Any] = {}
    for name, below in properties_of(document, pointers).items():
        source: Source = keyword(document, below, "x-value", {})
        value = item.get(source["field"]) if source.get("from") == "item" else None
        if isinstance(value, Mapping) and depth < _DEEPEST:
            value = fill(document, below, value, depth + 1)
        filled[name] = blank(document, below) if value is None else value
    return filled


class Reference(NamedTuple):
    """A property that is the id of an item (``x-refers``).

    Attributes:
        name: the property.
        collection: where the item lies.
        where: fields of the item, each with the property that it must equal.
        required: whether it must refer to something.
        nothing: the id that refers to nothing.
    """

    name: str
    collection: str
    where: tuple[tuple[str, str], ...]
    required: bool
    nothing: Any


class Property(NamedTuple):
    """A property of the answer: its schemas, where its value comes from (``x-value``), and what it is without one."""

    name: str
    pointers: tuple[str, ...]
    source: Source
    blank: Any


class Meaning:
    """What the properties of an operation's messages mean.

    Attributes:
        operation: the operation.
        taken: the body of its requests.
        schema: the pointer of the answer's schema.
        identity: the property that is the record's number.
        kept: the properties that are stored as they are sent.
        references: those of them that refer to items.
        answered: every property of the answer, in the order in which the contract requires them.
    """

    def __init__(self, document: Document, operation: Operation) -> None:
        self.document, self.operation = document, operation
        taken, answer = operation.request, operation.response(200)
        asked, told = (_schema(body.content if body else {}) for body in (taken, answer))
        if taken is None or asked is None or told is None:
            raise WrongCallError(
                f"{operation.operation_id} does not say what it takes and answers; it cannot be served"
            )
        self.taken, self.schema = taken, told
        described = properties_of(document, (asked,))
        required, order = _required(document, asked), _required(document, told)
        answered = [
            Property(name, below, keyword(document, below, "x-value", {}), blank(document, below))
            for name, below in properties_of(document, (told,)).items()
        ]
        answered.sort(key=lambda prop: order.index(prop.name) if prop.name in order else len(order))
        self.answered = tuple(answered)
        sources = {name: keyword(document, below, "x-value", {}) for name, below in described.items()}
        self.identity = next((name for name, source in sources.items() if source.get("from") == "identity"), None)
        self.kept = tuple(
            name
            for name, below in described.items()
            if not sources[name] and not keyword(document, below, "readOnly", False)
        )
        self.references = tuple(
            self._reference(name, described, name in required)
            for name, below in described.items()
            if keyword(document, below, "x-refers")
        )
        self._check(described)

    def _reference(self, name: str, described: Mapping[str, tuple[str, ...]], required: bool) -> Reference:
        held = keyword(self.document, described[name], "x-refers")
        nothing = keyword(self.document, described[name], "x-zero")
        return Reference(name, held["to"], tuple(held.get("where", {}).items()), required, nothing)

    def _check(self, described: Mapping[str, tuple[str, ...]]) -> None:
        """Refuse keywords that name a property which is not there, or not a reference."""
        references = {reference.name for reference in self.references}
        named = [(p.pointers[0], "x-value", p.source["property"]) for p in self.answered if "property" in p.source]
        for reference in self.references:
            named += [(described[reference.name][0], "x-refers", other) for _, other in reference.where]
        for pointer, word, name in named:
            if name not in references:
                line = self.document.line(join(pointer, word))
                raise UnusableContractError(self.document.path, line, f"{word}: {name!r} is no property with x-refers")


def _required(document: Document, schema: str) -> list[str]:
    parts = [part.schema for part in conjuncts(document, (schema,)) if isinstance(part.schema, dict)]
    return [name for part in parts for name in part.get("required", ())]


def _schema(content: Mapping[str, Any]) -> str | None:
    return next((media.schema for media in content.values() if media.schema), None)
