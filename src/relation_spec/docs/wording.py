"""How a rule reads in a reference: a keyword of the contract and its value, as words.

In: a keyword (JSON Schema 2020-12, OpenAPI 3.1, or an extension) and its value. Out: :class:`Prose`. Every keyword has
words: those without words of their own here are shown as they stand in the contract.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from relation_spec.docs.prose import Piece, Prose, code, joined, plain

__all__ = ["SILENT", "value_words", "words"]

SILENT: Final = frozenset({
    "$comment", "$defs", "$ref", "title", "description", "default", "example", "examples", "externalDocs",
    "properties", "x-provenance", "x-reason",
})  # fmt: skip
"""Keywords that are no rule, or are shown in a way of their own."""

_SHORT: Final = 20  # values that are listed in full where there is little room
_BOUNDS: Final = {
    "minimum": "at least ",
    "maximum": "at most ",
    "exclusiveMinimum": "more than ",
    "exclusiveMaximum": "less than ",
    "multipleOf": "a multiple of ",
    "pattern": "matches ",
    "const": "always ",
    "format": "format ",
}
_COUNTS: Final = {
    "minLength": ("at least", "character"),
    "maxLength": ("at most", "character"),
    "minItems": ("at least", "item"),
    "maxItems": ("at most", "item"),
    "minProperties": ("at least", "property"),
    "maxProperties": ("at most", "property"),
    "minContains": ("at least", "matching item"),
    "maxContains": ("at most", "matching item"),
}
_SCHEMAS: Final = {
    "additionalProperties": (
        "names that are not listed are refused",
        "names that are not listed hold values of a kind",
    ),
    "unevaluatedProperties": (
        "names that are not listed are refused",
        "names that are not listed hold values of a kind",
    ),
    "unevaluatedItems": ("no further items", "further items are of one kind"),
    "items": ("no items", "all items are of one kind"),
}


def value_words(value: Any) -> Prose:
    """A value of the contract as code: texts bare, everything else as JSON."""
    return code(value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False))


def _plural(count: int, noun: str) -> str:
    if count == 1:
        return noun
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"


def _listed(values: list[Any], short: bool) -> Prose:
    if short and len(values) > _SHORT:
        shown = joined([value_words(value) for value in values[:3]], ", ")
        return (*shown, Piece(f" and {len(values) - 3} more"))
    if len(values) > _SHORT and all(isinstance(value, str) for value in values):
        return code(", ".join(values))
    return joined([value_words(value) for value in values], ", ")


def _flags(value: Mapping[str, int], short: bool) -> Prose:
    names: Prose = _listed(list(value), True) if short else joined(
        [(Piece(name, True), Piece(f" ({number})")) for name, number in value.items()], ", ")  # fmt: skip
    return (Piece("one name, or several joined by a comma and a space, of "), *names)


def _language(value: Mapping[str, Any], short: bool) -> Prose:
    head = "a weighted list of language ranges with codes" if value["list"] else "one code"
    return (Piece(f"{head} of "), *_listed(list(value["codes"]), short))


def _date_time(value: Mapping[str, Any], short: bool) -> Prose:
    digits = value["fractionDigits"]
    return plain(f"a date-time of RFC 3339, up to {digits} {_plural(digits, 'digit')} of a fraction, offset "
                 f"{value['offset']}")  # fmt: skip


def _refers(value: Mapping[str, Any], short: bool) -> Prose:
    made: Prose = (Piece("the id of an entry of "), Piece(value["to"], True))
    for field, name in value.get("where", {}).items():
        made = (*made, Piece(" whose "), Piece(field, True), Piece(" is "), Piece(name, True))
    return made


_SOURCES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "identity": (("", "the server assigns it"),),
    "clock": (("", "the server sets it to the time at which the record was "), ("when", "")),
    "user": (("", "the server sets it to the user by whom the record was "), ("when", "")),
    "reference": (("", "the server sets it to the "), ("field", " of what "), ("property", " refers to")),
    "collection": (("", "the server sets it from its own "), ("collection", ", "), ("item", "")),
    "item": (("", "the server sets it to the "), ("field", " of what is shown")),
    "links": (("", "the server sets addresses by name"),),
}


def _set_from(value: Mapping[str, Any], short: bool) -> Prose:
    made: Prose = ()
    for key, after in _SOURCES[value["from"]]:
        shown = plain(value["when"]) if key == "when" else code(str(value.get(key, "")))
        made = (*made, *shown, *plain(after))
    return made


def _types(value: Any, short: bool) -> Prose:
    return joined([code(name) for name in ([value] if isinstance(value, str) else value)], " or ")


def _controls(value: Mapping[str, Any], short: bool) -> Prose:
    made: Prose = plain(f"chooses the {value['what']} of the answer")
    if "overrules" in value:
        made = (*made, Piece("; overrules "), *joined([code(name) for name in value["overrules"]], ", "))
    return made


def _select(value: Mapping[str, Any], short: bool) -> Prose:
    case = "counts" if value["caseSensitive"] else "does not count"
    return (Piece("lists properties of the answer; "), Piece(value["pathSeparator"], True),
            Piece(f" reaches into objects, letter case {case}; what is not listed is null or zero"))  # fmt: skip


def _alternatives(how: str) -> Callable[[Any, bool], Prose]:
    return lambda value, short: plain(f"fits {how} of {len(value)} alternatives")


def _said(text: str) -> Callable[[Any, bool], Prose]:
    return lambda value, short: plain(text)


def _with(head: str, tail: str = "") -> Callable[[Any, bool], Prose]:
    return lambda value, short: (Piece(head), *value_words(value), *plain(tail))


_NULLS: Final = {"xsi-nil": "an empty element with xsi:nil", "bare-name": "a field without an equals sign"}
_WORDS: Final[dict[str, Callable[[Any, bool], Prose]]] = {
    "type": _types,
    "enum": lambda value, short: (Piece("one of "), *_listed(list(value), short)),
    "required": lambda value, short: (Piece("must be there: "), *_listed(list(value), short)),
    "uniqueItems": _said("no item twice"),
    "contains": _said("some items are of a certain kind"),
    "propertyNames": _said("names follow a rule"),
    "anyOf": _alternatives("at least one"),
    "oneOf": _alternatives("exactly one"),
    "allOf": _alternatives("all"),
    "not": _said("some values are ruled out"),
    "readOnly": _said("only the server sets it"),
    "deprecated": _said("deprecated"),
    "x-flags": _flags,
    "x-language": _language,
    "x-date-time": _date_time,
    "x-null-id": _with("", " names nothing"),
    "x-zero": _with("", " for none"),
    "x-closed": _said("names that are not listed are unknown"),
    "x-refers": _refers,
    "x-value": _set_from,
    "x-translated": _said("a resource name in square brackets becomes text where a language is asked for"),
    "x-controls": _controls,
    "x-select": _select,
    "x-secret": _said("a credential, which no finding shows"),
    "x-ignored-without": lambda value, short: (Piece("no effect without "), *joined([code(v) for v in value], " or ")),
    "x-null": lambda value, short: plain(f"null is {_NULLS[value]}"),
    "x-names": _said("names that are no XML names are written as _xHHHH_"),
    "x-equals": _with("its value equals that of "),
}


def words(keyword: str, value: Any, *, short: bool = False) -> Prose:
    """What a rule says; ``short`` cuts long lists."""
    if keyword in _WORDS:
        return _WORDS[keyword](value, short)
    if keyword in _BOUNDS:
        return (Piece(_BOUNDS[keyword]), *value_words(value))
    if keyword in _COUNTS:
        head, noun = _COUNTS[keyword]
        return plain(f"{head} {value} {_plural(value, noun)}")
    if keyword in _SCHEMAS:
        return plain(_SCHEMAS[keyword][0 if value is False else 1])
    return (Piece(f"{keyword}: "), *value_words(value))
