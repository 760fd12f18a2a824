"""A value that shows what a schema means: what the contract gives as an example, completed by plain words and numbers.

In: a contract, a side, and the pointers of the schemas at a place. Out: a JSON value, the same each time. It may break
a rule that only a search could satisfy; whoever shows it judges it first.
"""

import re
from operator import ge, gt, le, lt
from typing import Any, Final

from relation_spec.contract import Document, Side
from relation_spec.media.shape import shape_of
from relation_spec.schema.conjuncts import conjuncts
from relation_spec.schema.json_type import is_multiple
from relation_spec.schema.selection import properties_of
from relation_spec.strategies.choosing import SteadyRandom
from relation_spec.strategies.edges import FORMATTED
from relation_spec.strategies.values import NoValueError, valid_value

__all__ = ["completed", "illustration"]

_DEEPEST: Final = 4
_MOMENT: Final = "2024-05-17T09:30:00+02:00"
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_ABSENT: Final = object()
_BOUNDS: Final = {"minimum": ge, "maximum": le, "exclusiveMinimum": gt, "exclusiveMaximum": lt}


def _keywords(document: Document, pointers: tuple[str, ...]) -> dict[str, Any]:
    """What the schemas at ``pointers`` say, the first that says it."""
    held: dict[str, Any] = {}
    for part in conjuncts(document, pointers):
        if isinstance(part.schema, dict):
            held = part.schema | held
    return held


def illustration(document: Document, side: Side, pointers: tuple[str, ...], name: str = "", depth: int = 0) -> Any:
    """A value for the place called ``name``."""
    held = _keywords(document, pointers)
    for keyword, take in (("example", None), ("const", None), ("default", None), ("examples", 0), ("enum", 0)):
        if held.get(keyword, _ABSENT) not in (_ABSENT, []):
            return held[keyword] if take is None else held[keyword][take]
    types = shape_of(document, pointers).types or frozenset({"string"})
    if "object" in types:
        return _object(document, side, pointers, name, depth)
    if "array" in types:
        shown = [
            illustration(document, side, (f"{p}/items",), name, depth + 1)
            for p in _holding(document, pointers, "items")
        ]
        return shown[:1]
    if "string" in types:
        return _text(document, side, pointers, held, name)
    if types & {"integer", "number"}:
        return _number(held, whole="number" not in types)
    return False if "boolean" in types else None


def _holding(document: Document, pointers: tuple[str, ...], keyword: str) -> list[str]:
    return [part.pointer for part in conjuncts(document, pointers)
            if isinstance(part.schema, dict) and isinstance(part.schema.get(keyword), dict)]  # fmt: skip


def _object(document: Document, side: Side, pointers: tuple[str, ...], name: str, depth: int) -> Any:
    described = _shown(document, side, pointers)
    if depth >= _DEEPEST:
        return {}
    made = {key: illustration(document, side, below, key, depth + 1) for key, below in described.items()}
    maps = _holding(document, pointers, "additionalProperties")
    if not described and maps:
        entries = tuple(f"{pointer}/additionalProperties" for pointer in maps)
        made["name"] = illustration(document, side, entries, "name", depth + 1)
    return made


def _shown(document: Document, side: Side, pointers: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The properties that a reader expects: in a request, not those that only the server sets."""
    return {
        name: below
        for name, below in properties_of(document, pointers).items()
        if side == "response" or not _keywords(document, below).get("readOnly")
    }


def _text(document: Document, side: Side, pointers: tuple[str, ...], held: dict[str, Any], name: str) -> Any:
    if "x-date-time" in held:
        return _MOMENT
    if "x-flags" in held:
        return next((flag for flag, number in held["x-flags"].items() if number), next(iter(held["x-flags"])))
    if "x-language" in held:
        codes = held["x-language"]["codes"]
        return "en" if "en" in codes else codes[0]
    if "pattern" in held or held.get("format") not in (None, *FORMATTED):
        try:
            return valid_value(document, side, pointers, SteadyRandom(1), whole=True, clean=True)
        except NoValueError:
            return name
    if "format" in held:
        return FORMATTED[held["format"]][0]
    text = " ".join(word if word.isupper() else word.lower() for word in _WORD.findall(name)) or "text"
    text = text.ljust(held.get("minLength", 0), "x")
    return text[: held["maxLength"]] if "maxLength" in held else text


def _number(held: dict[str, Any], *, whole: bool) -> Any:
    """The plainest number within the bounds: one, or else one on or between them."""
    step = held.get("multipleOf", 1)
    least, most = (held.get(word, held.get(f"exclusive{word.capitalize()}")) for word in ("minimum", "maximum"))
    between = (least + most) / 2 if least is not None and most is not None else None
    tried = (step, least, most, between, None if least is None else least + step, None if most is None else most - step)
    for number in tried:
        if number is None or (whole and number != int(number)):
            continue
        fits = all(_BOUNDS[word](number, held[word]) for word in _BOUNDS if word in held)
        if fits and is_multiple(number, step if "multipleOf" in held else number or 1):
            return int(number) if number == int(number) else number
    return step


def completed(document: Document, side: Side, pointers: tuple[str, ...], value: Any) -> Any:
    """An example with what it lacks of the described properties."""
    if not isinstance(value, dict):
        return value
    missing = {name: below for name, below in _shown(document, side, pointers).items() if name not in value}
    return value | {name: illustration(document, side, below, name, 1) for name, below in missing.items()}
