"""What schemas of values cannot say of any body: how it is written, how deep and large it may be.

In: a document, a body and its plain schema. Out: entries for the list in the header of an export.
"""

from collections.abc import Iterator
from typing import Any, Final

from relation_spec.contract import Document, MediaType, Operation, Side
from relation_spec.contract.pointer import join
from relation_spec.export.dialects import below
from relation_spec.export.merging import Schema
from relation_spec.export.plain import Plain
from relation_spec.export.unsaid import Unsaid
from relation_spec.limits import MAX_BODY_BYTES, MAX_DEPTH
from relation_spec.media import media_type

__all__ = ["has_integers", "nests_deeper", "text_rules", "texts_of"]

_READERS: Final = {
    "malformed": "the reader of the text decides: broken syntax, NaN and Infinity, lone surrogates, other encodings",
    "duplicate-key": "readers of JSON keep one of the values and tell nobody",
    "byte-order-mark": "readers of JSON drop the mark or refuse the text",
    "too-large": f"a text of more than {MAX_BODY_BYTES} bytes is not limited",
    "too-deep": f"nesting deeper than {MAX_DEPTH} is not limited",
}
_DIGITS: Final = "readers that keep numbers as doubles round those with more digits, and may take them for whole ones"


def text_rules(document: Document, side: Side, pointer: str, plain: Plain, schema: Any) -> Iterator[Unsaid]:
    """The entries about JSON texts of the body at ``pointer``, whose plain schema is ``schema``."""
    for code, reason in _READERS.items():
        severity = document.severity(code, side)
        if severity == "none" or (code == "too-deep" and not nests_deeper(plain, schema)):
            continue
        said = reason if severity == "error" else f"{reason} (a warning only)"
        yield Unsaid(code, pointer, said, side, "text")
    if has_integers(plain, schema):
        yield Unsaid("type", pointer, _DIGITS, side, "text")


def texts_of(operation: Operation, sides: dict[Side, Plain]) -> Iterator[Unsaid]:
    """The entries about the JSON texts of an operation: one of each for its requests, and for its responses."""
    answers = [media for body in operation.responses.values() for media in body.content.values()]
    asked = list(operation.request.content.values()) if operation.request else []
    places: tuple[tuple[Side, str, list[MediaType]], ...] = (
        ("request", "requestBody", asked),
        ("response", "responses", answers),
    )
    for side, field, found in places:
        plain = sides[side]
        for media in found:
            parsed = media_type.parse(media.name)
            if media.schema and parsed and media_type.is_json(parsed.name):
                pointer = join(operation.pointer, field)
                yield from text_rules(plain.document, side, pointer, plain, plain.at(media.schema))


def has_integers(plain: Plain, schema: Any) -> bool:
    """Whether integers are asked for in ``schema`` or anything it refers to."""
    seen: set[str] = set()
    waiting = [schema]
    while waiting:
        here = waiting.pop()
        if not isinstance(here, dict):
            continue
        types = here.get("type", ())
        if "integer" in ([types] if isinstance(types, str) else types):
            return True
        below(here, waiting.append)
        to = here.get("$ref")
        if to is not None and to not in seen:
            seen.add(to)
            waiting.append(plain.at(to))
    return False


def nests_deeper(plain: Plain, schema: Any, *, closed: bool = False) -> bool:
    """Whether ``schema`` takes values that are nested deeper than this package reads; with ``closed``, whether it does
    without what it does not describe.
    """
    return _depth(plain, schema, frozenset(), 0 if closed else float("inf")) > MAX_DEPTH


def _depth(plain: Plain, schema: Any, above: frozenset[str], free: float) -> float:
    """How deep arrays and objects can be nested that ``schema`` takes; ``free`` is how deep undescribed values are."""
    if schema is False:
        return 0
    if not isinstance(schema, dict):
        return free
    while "$ref" in schema:
        if schema["$ref"] in above:
            return float("inf")
        above |= {schema["$ref"]}
        schema = plain.at(schema["$ref"])
        if not isinstance(schema, dict):
            return _depth(plain, schema, above, free)
    depths = [_own_depth(plain, schema, above, free)]
    depths += [_depth(plain, part, above, free) for part in schema.get("allOf", ())]
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            depths.append(max(_depth(plain, part, above, free) for part in schema[keyword]))
    return min(depths)


def _own_depth(plain: Plain, schema: Schema, above: frozenset[str], free: float) -> float:
    types = schema.get("type", ["object", "array"])
    types = {types} if isinstance(types, str) else set(types)
    if "enum" in schema or "const" in schema:
        return 0  # no list of values holds endless ones
    depth = 0.0
    if "object" in types:
        others = schema.get("additionalProperties", schema.get("unevaluatedProperties", True))
        inner = [*schema.get("properties", {}).values(), *schema.get("patternProperties", {}).values(), others]
        depth = max(depth, 1 + max(_depth(plain, each, above, free) for each in inner))
    if "array" in types:
        inner = [*schema.get("prefixItems", ()), schema.get("items", schema.get("unevaluatedItems", True))]
        depth = max(depth, 1 + max(_depth(plain, each, above, free) for each in inner))
    return depth
