"""One rule of the schema as both engines report it: code, severity, place in the YAML, and the words of a finding.

A :class:`Rule` is made from a keyword's value. What it says is worked out only when a finding is read.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from relation_spec.contract import Document, Side
from relation_spec.contract.pointer import join
from relation_spec.findings import quote, quote_name, type_name
from relation_spec.schema.formats import FORMATS, INTEGER_FORMATS, Format, date_time, flags, languages

__all__ = ["CODES_BY_KEYWORD", "Rule", "make_rule", "text_format"]

Words = tuple[str, str | None]

CODES_BY_KEYWORD: Final[dict[str, str]] = {
    "type": "type",
    "enum": "enum",
    "const": "enum",
    "x-flags": "enum",
    "x-language": "language",
    "x-date-time": "format",
    "format": "format",
    "pattern": "pattern",
    "minimum": "range",
    "maximum": "range",
    "exclusiveMinimum": "range",
    "exclusiveMaximum": "range",
    "multipleOf": "multiple-of",
    "minLength": "length",
    "maxLength": "length",
    "minItems": "count",
    "maxItems": "count",
    "minProperties": "count",
    "maxProperties": "count",
    "uniqueItems": "unique",
    "contains": "contains",
    "minContains": "contains",
    "maxContains": "contains",
    "required": "required",
    "dependentRequired": "dependent",
    "additionalProperties": "unknown-property",
    "unevaluatedProperties": "unknown-property",
    "x-closed": "unknown-property",
    "items": "count",
    "unevaluatedItems": "count",
    "propertyNames": "property-name",
    "anyOf": "no-match",
    "oneOf": "no-match",
    "oneOf many": "ambiguous",
    "not": "forbidden",
    "false": "forbidden",
    "readOnly": "read-only",
    "x-null-id": "null-id",
    "x-date-time offset": "missing-offset",
}
"""The code of a finding by the keyword that made it."""

_BOUND: Final = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
    "multipleOf": "a multiple of {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "minProperties": "at least {} properties",
    "maxProperties": "at most {} properties",
}
_ARTICLE: Final = {
    "object": "an object",
    "array": "an array",
    "string": "a string",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}


class Rule(NamedTuple):
    """``keyword`` at ``pointer`` in the YAML has the value ``param``; ``names`` are names that would be right."""

    code: str
    severity: str
    pointer: str
    keyword: str
    param: Any = None
    names: tuple[str, ...] = ()

    def words(self, value: Any, detail: Any) -> Words:
        """Message and hint for ``value``; ``detail`` is the name in question, for rules about names."""
        return _WORDS.get(self.keyword, _bound)(self, value, detail)


def make_rule(
    document: Document, side: Side, schema: str, keyword: str, param: Any = None, names: tuple[str, ...] = ()
) -> Rule | None:
    """The rule of ``keyword`` in the schema at pointer ``schema``, or None where the contract reports it not."""
    code = CODES_BY_KEYWORD[keyword]
    severity = "error"
    if keyword in ("x-closed", "readOnly", "x-null-id", "x-date-time offset"):
        severity = document.severity(code, side)
    if severity == "none":
        return None
    place = schema if keyword == "false" else join(schema, keyword.partition(" ")[0])
    return Rule(code, severity, place, keyword, param, names)


def text_format(keyword: str, param: Any) -> Format | None:
    """The format that ``keyword`` asks of a text, or None where it asks nothing of texts."""
    match keyword:
        case "x-date-time":
            return date_time(param["offset"] == "required", param["fractionDigits"])
        case "x-flags":
            return flags(param)
        case "x-language":
            return languages(param)
        case "format":
            return FORMATS.get(param)
    return None


def nearest(name: str, names: tuple[str, ...]) -> str | None:
    """The one of ``names`` that ``name`` was probably meant to be, or None."""
    if len(name) > 200:
        return None
    by_case = {known.lower(): known for known in names}
    if name.lower() in by_case:
        return by_case[name.lower()]
    from difflib import get_close_matches  # the valid case never needs it

    near = get_close_matches(name.lower(), by_case, 1, 0.7)
    return by_case[near[0]] if near else None


def _types(param: Any) -> str:
    types = [param] if isinstance(param, str) else list(param)
    return " or ".join(_ARTICLE[name] for name in types)


def _found(value: Any) -> str:
    kind = type_name(value)
    shown = quote(value)
    return (
        f"found {shown}"
        if kind in ("null", "object", "array") or shown.startswith("a")
        else f"found the {kind} {shown}"
    )


def _type(rule: Rule, value: Any, detail: Any) -> Words:
    types = (rule.param,) if isinstance(rule.param, str) else tuple(rule.param)
    return f"{_found(value)}; expected {_types(rule.param)}", _mend_type(value, types)


def _mend_type(value: Any, types: tuple[str, ...]) -> str | None:
    numeric = "integer" in types or "number" in types
    match value:
        case str() if numeric and len(value) < 30 and value.strip().lstrip("+-").isdecimal() and value.isascii():
            return f"Send the number itself, without quotes: {int(value)}."
        case str() if "boolean" in types and value.lower() in ("true", "false"):
            return f"Send {value.lower()} without quotes."
        case str() if "null" in types and value.lower() in ("null", "none", ""):
            return "Send null without quotes."
        case bool() if numeric:
            return f"Send {int(value)}: this is a number, not a boolean."
        case float() if "integer" in types:
            return "Round it to a whole number."
        case bool() | int() | float() if "string" in types:
            return "Put the value in quotes."
        case None:
            return "Send a value; leave the property out only where it is not required."
        case list() if len(value) == 1 and "array" not in types:
            return "Send the item itself, without the array."
    return None


def _bound(rule: Rule, value: Any, detail: Any) -> Words:
    found = quote(value)
    if rule.keyword.endswith("Length"):
        found = (
            f"{quote(value)}, " + _counted(f"with {len(value)} characters").removeprefix("with ")
            if value
            else "an empty text"
        )
    expected = _BOUND[rule.keyword].format(rule.param)
    if rule.code in ("range", "multiple-of"):
        return f"found {found}; expected {expected}", (
            f"Send {'' if rule.keyword == 'multipleOf' else 'a number of '}{expected}."
        )
    hint = "Shorten it." if rule.keyword.startswith("max") else "Add to it." if value else "Send a value."
    return f"found {found}; expected {_counted(expected)}", hint


def _counted(text: str) -> str:
    """``text``, which ends with a number and a noun, in the singular where the number is 1."""
    words = text.split(" ")
    if words[-2] == "1":
        words[-1] = "property" if words[-1] == "properties" else words[-1].removesuffix("s")
    return " ".join(words)


def _enum(rule: Rule, value: Any, detail: Any) -> Words:
    allowed = [rule.param] if rule.keyword == "const" else list(rule.param)
    shown = ", ".join(quote(item) for item in allowed[:20]) + (
        f" … ({len(allowed)} values)" if len(allowed) > 20 else ""
    )
    message = f"{_found(value)}; expected {'one of ' if len(allowed) > 1 else ''}{shown}"
    texts = tuple(item for item in allowed if isinstance(item, str))
    near = nearest(value, texts) if isinstance(value, str) else None
    if near:
        return (
            message,
            f'Write "{near}"; letter case counts.' if near.lower() == value.lower() else f'Did you mean "{near}"?',
        )
    return message, "Use one of the listed values." if len(allowed) > 1 else f"Send {shown}."


def _format(rule: Rule, value: Any, detail: Any) -> Words:
    if rule.keyword == "format" and rule.param in INTEGER_FORMATS:
        least, greatest = INTEGER_FORMATS[rule.param]
        return f"found {quote(value)}; expected {rule.param}, from {least} to {greatest}", "Send a smaller number."
    form = text_format(rule.keyword, rule.param)
    if form is None:
        raise AssertionError(rule.keyword)
    hint = form.mend(value) if len(value) < 200 else None
    return f"found {quote(value)}; expected {form.expected}", hint or "Write the text in that form."


def _pattern(rule: Rule, value: Any, detail: Any) -> Words:
    return (
        f"found {quote(value)}; expected a text that matches {rule.param}",
        "Write the text in the form of the pattern.",
    )


def _required(rule: Rule, value: Any, detail: Any) -> Words:
    others = tuple(name for name in value if name not in rule.names)
    near = nearest(detail, others) if others else None
    hint = f"Rename {quote_name(near)} to it." if near else f"Add {quote_name(detail)}."
    return f"the property {quote_name(detail)} is missing; expected it here", hint


def _dependent(rule: Rule, value: Any, detail: Any) -> Words:
    present, missing = detail
    message = f"the property {quote_name(missing)} is missing; {quote_name(present)} needs it beside it"
    return message, f"Add {quote_name(missing)}, or remove {quote_name(present)}."


def _unknown(rule: Rule, value: Any, detail: Any) -> Words:
    near = nearest(detail, rule.names)
    message = f"the property {quote_name(detail)} is not known here"
    if near is None:
        shown = ", ".join(rule.names[:30]) + (", …" if len(rule.names) > 30 else "")
        return f"{message}; expected one of {shown or 'none'}", "Remove it, or check its name."
    if near.lower() == detail.lower():
        return f"{message}; expected {quote_name(near)}", f"Write {quote_name(near)}; letter case counts."
    return f"{message}; expected {quote_name(near)} or another known name", f"Did you mean {quote_name(near)}?"


def _fixed(message: str, hint: str) -> Callable[[Rule, Any, Any], Words]:
    return lambda rule, value, detail: (message.format(found=quote(value), param=rule.param), hint)


def _name(rule: Rule, value: Any, detail: Any) -> Words:
    return f"the property name {quote_name(detail)} breaks the rule for names", "Rename the property."


_WORDS: Final[dict[str, Callable[[Rule, Any, Any], Words]]] = {
    "type": _type,
    "enum": _enum,
    "const": _enum,
    "x-flags": _format,
    "x-language": _format,
    "x-date-time": _format,
    "format": _format,
    "pattern": _pattern,
    "required": _required,
    "dependentRequired": _dependent,
    "additionalProperties": _unknown,
    "unevaluatedProperties": _unknown,
    "x-closed": _unknown,
    "propertyNames": _name,
    "uniqueItems": _fixed("{found} repeats an item; expected different items", "Remove the repetition."),
    "contains": _fixed("{found} lacks an item of the wanted kind; expected one at least", "Add such an item."),
    "minContains": _fixed("{found} has too few items of the wanted kind; expected {param} at least", "Add such items."),
    "maxContains": _fixed("{found} has too many items of the wanted kind; expected {param} at most", "Remove some."),
    "items": _fixed("found one item more; expected none here", "Remove the item."),
    "unevaluatedItems": _fixed("found one item more; expected none here", "Remove the item."),
    "anyOf": _fixed("found {found}, which fits none of the alternatives; expected one of them", "Follow one of them."),
    "oneOf": _fixed("found {found}, which fits none of the alternatives; expected one of them", "Follow one of them."),
    "oneOf many": _fixed(
        "found {found}, which fits several alternatives; expected just one", "Leave one alone fitting."
    ),
    "not": _fixed("found {found}, which the schema rules out; expected another value", "Change the value."),
    "false": _fixed("found {found}; expected nothing here", "Remove it."),
    "readOnly": _fixed(
        "found {found}; expected nothing, since only the server sets this", "Leave it out; the server ignores it."
    ),
    "x-null-id": _fixed(
        "found {found}, which names nothing; expected the id of a record", "Send the id of an existing record."
    ),
    "x-date-time offset": _fixed(
        "found {found}, a time without an offset; expected one at the end",
        "Append Z for UTC, or an offset such as +01:00.",
    ),
}
