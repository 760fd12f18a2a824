"""Plain schemas made one: what two schemas say together, in one schema where keywords can say it.

In: two plain schemas (:mod:`relation_spec.export.plain`). Out: one, or None where only ``allOf`` can say it.
"""

from collections.abc import Callable
from typing import Any, Final

from relation_spec.contract.vocabulary import ANNOTATIONS
from relation_spec.schema.json_type import json_equal

__all__ = ["FROM", "Schema", "annotations", "conjoin", "merged"]

Schema = dict[str, Any]

FROM: Final = "\0from"
"""The key under which a plain schema keeps where in the contract each of its keywords comes from."""

_DESCRIBING: Final = frozenset(("properties", "patternProperties"))
_OTHERS: Final = frozenset(("additionalProperties", "unevaluatedProperties"))
_GREATER: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_LESS: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")


def annotations(schema: Schema) -> Schema:
    """The keywords of ``schema`` that say nothing about which values are valid."""
    return {k: v for k, v in schema.items() if k in ANNOTATIONS or k == "readOnly" or k.startswith("x-")}


def conjoin(schema: Schema, extra: Schema, source: str) -> None:
    """Let ``schema`` say what ``extra`` says too; ``source`` is where in the contract that is from."""
    if any(keyword in schema and not json_equal(schema[keyword], extra[keyword]) for keyword in extra):
        schema.setdefault("allOf", []).append({**extra, FROM: dict.fromkeys(extra, source)})
        return
    schema.update(extra)
    schema.setdefault(FROM, {}).update(dict.fromkeys(extra, source))


def merged(base: Any, own: Any, resolve: Callable[[Schema], Any]) -> Any:
    """One schema that says what ``base`` and ``own`` say, whose annotations count first; None where there is none.

    ``resolve`` gives the schema that one with a ``$ref`` and annotations stands for, or None where it may not.
    """
    if base is False or own is False:
        return False
    if base is True or own is True:
        return own if base is True else base
    if "$ref" in base or "$ref" in own:
        base, own = (resolve(one) if "$ref" in one else one for one in (base, own))
        return None if base is None or own is None else merged(base, own, resolve)
    if _has_a_say(base, own) or _has_a_say(own, base):
        return None
    made = dict(base)
    for keyword, value in own.items():
        if keyword not in made or json_equal(made[keyword], value) or keyword in annotations(own):
            made[keyword] = value
        elif keyword == FROM:
            made[keyword] = {**made[keyword], **value}
        elif (both := _both(keyword, made[keyword], value, resolve)) is not None:
            made[keyword] = both
        else:
            return None
    return made


def _has_a_say(closed: Schema, other: Schema) -> bool:
    """Whether ``closed`` speaks of names or items that only ``other`` describes."""
    if _OTHERS & closed.keys():
        return bool((_DESCRIBING | _OTHERS) & other.keys())
    coupled = ("if", "contains", "prefixItems", "items", "unevaluatedItems")
    return any(keyword in closed for keyword in coupled) and any(
        keyword in other for keyword in (*coupled, "then", "else", "minContains", "maxContains")
    )


def _both(keyword: str, one: Any, other: Any, resolve: Callable[[Schema], Any]) -> Any:
    if keyword == "required":
        return [*one, *(name for name in other if name not in one)]
    if keyword == "type":
        return _common_types(one, other)
    if keyword == "enum":
        return [value for value in one if any(json_equal(value, each) for each in other)] or None
    if keyword in _GREATER:
        return max(one, other)
    if keyword in _LESS:
        return min(one, other)
    if keyword == "allOf":
        return [*one, *other]
    if keyword == "properties":
        made = {**one, **other}
        for name in one.keys() & other.keys():
            below = merged(one[name], other[name], resolve)
            made[name] = {"allOf": [one[name], other[name]]} if below is None else below
        return made
    return None


def _common_types(one: Any, other: Any) -> Any:
    """What two ``type`` keywords both allow; None for nothing."""
    first, second = ([value] if isinstance(value, str) else value for value in (one, other))
    common = [name for name in first if name in second or (name == "integer" and "number" in second)]
    common += [name for name in second if name == "integer" and "number" in first and name not in common]
    if not common:
        return None
    return common[0] if len(common) == 1 else common
