"""Breaches of the rules about one value: from a schema's keyword, values that break it.

In: one keyword with its value. Out: candidates, each surely wrong for that keyword, and a test by which candidates that
would break a neighbouring keyword as well are sorted out. :mod:`relation_spec.strategies.mutations` puts them into
messages. Rules are rows of :data:`RULES`; rules about names of properties need the object and stand there.
"""

import math
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from relation_spec.schema.formats import INTEGER_FORMATS
from relation_spec.schema.json_type import has_type, is_multiple, json_equal
from relation_spec.schema.patterns import compile_pattern
from relation_spec.schema.rules import CODES_BY_KEYWORD, text_format

__all__ = ["RULES", "SAMPLES", "Candidate", "KeywordRule", "breaks", "candidates"]

SAMPLES: Final[tuple[Any, ...]] = (
    None, True, False, 0, 7, -1, 1.5, 0.1, -2147483648.5, 1e-7, 5e-324, "text", "7", "true", "null", "", [], [1], {},
    {"a": 1},
)  # fmt: skip
"""A value of each JSON type, and of those that are taken for another."""

# wrong for every date-time of RFC 3339, whether or not its offset is optional
_BAD_DATES: Final = (
    "2017-02-30T00:00:00Z", "2019-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2017-04-31T00:00:00Z",
    "2017-13-01T00:00:00Z", "2017-00-10T00:00:00Z", "2017-01-00T00:00:00Z", "2017-01-32T00:00:00Z",
    "2017-12-11T24:00:00Z", "2017-12-11T23:60:00Z", "2017-12-11T23:59:61Z", "2016-12-31T23:58:60Z",
    "2016-12-31T23:59:60+01:00", "2017-12-11 03:41:58Z", "2017-12-11_03:41:58Z", "2017-12-11T03:41:58 Z",
    "2017-12-11T03:41:58+24:00", "2017-12-11T03:41:58+01:60", "2017-12-11T03:41:58-24:00", "2017-12-11T03:41:58+0100",
    "2017-12-11T03:41:58+01", "2017-12-11T03:41:58+1:00", "2017-12-11T03:41:58+01:00:00",
    "2017-12-11T03:41:58\u221201:00", "2017-12-11T03:41:58ZZ", "2017-12-11T03:41:58Z+01:00", "2017-12-11T03:41:58.Z",
    "2017-12-11T03:41:58,5Z", "2017-12-11T03:41Z", "2017-12-11T3:41:58Z", "2017-12-11", "03:41:58Z",
    "20171211T034158Z", "2017-W50-1T03:41:58Z", "2017-345T03:41:58Z", "17-12-11T03:41:58Z", "12017-12-11T03:41:58Z",
    "+2017-12-11T03:41:58Z", "-2017-12-11T03:41:58Z", "12/11/2017 03:41:58", "11.12.2017", "1512963718",
    "/Date(1512963718000)/", "", " ", "2017-12-11T03:41:58Z\n", " 2017-12-11T03:41:58Z", "2017-12-11T03:41:58Z ",
    "2017-12-11T03:41:58\u0660Z", "\u0662\u0660\u0661\u0667-12-11T03:41:58Z", "2017-12-11T03:41:58Z\u0000", "now",
    "0001-01-01T00:00:00Z0001-01-01T00:00:00Z",
)  # fmt: skip
_BAD_FLAVOURS: Final = ("2017-12-11t03:41:58Z", "2017-12-11T03:41:58z", "2017-12-11t03:41:58z", "0000-01-01T00:00:00Z")
_BAD_TEXTS: Final[dict[str, tuple[str, ...]]] = {
    "date-time": (*_BAD_DATES, "2017-12-11T03:41:58", "2017-12-11T03:41:58.5"),
    "date": ("2017-02-30", "2019-02-29", "2017-13-01", "2017-1-1", "20171211", "2017-12-11Z", "", "2017-12-11\n"),
    "uri": (
        "", " ", "/api/v1/contact", "//host/x", "host", "host:80 x", "https://a b/", "https://h/%zz", "https://h/%4",
        "https://h/\n", "http://ü/", "https://h/<x>", "https://h/{id}", "https://h/a|b", "https://h/a\\b",
        "https://h/^", "https://h/`", 'https://h/"', "1https://h/", ":x", "https://[::1/", "https://[:::1]/",
        "https://[1::2::3]/", "https://[::g]/", "https://h:8a/", "https://a@b@c/", "https://h/#a#b", " https://h/",
        "https://h/ ", "https://h/\u0000",
    ),
    "uuid": ("", "123e4567e89b12d3a456426614174000", "123e4567-e89b-12d3-a456-42661417400g", "123e4567"),
}  # fmt: skip
_UNLIKELY: Final = ("", " ", "\n", "~", "\u0000", "~~~ ~~~", "ä", "\U0001f600", "-", ",", "a\n", "A" * 500)


class Candidate(NamedTuple):
    """A value that breaks one keyword with a finding of ``code``, what was done, and which keyword of which schema."""

    code: str
    value: Any
    note: str
    keyword: str
    part: int


class KeywordRule(NamedTuple):
    """One keyword: the types it speaks of, whether a value keeps it, and values that break it."""

    types: frozenset[str]
    keeps: Callable[[Any, Any], bool]
    breaches: Callable[[Any], Iterator[tuple[Any, str]]]


def _below(bound: Any) -> Iterator[tuple[Any, str]]:
    least = math.ceil(bound)
    yield from ((least - by, "below the least") for by in (1, 2**31, 10**12, 2**64, 10**40, 10**400))
    if float(least - 1) < bound:  # a float may not tell the two apart
        yield float(least - 1), "below the least, as a float"


def _above(bound: Any) -> Iterator[tuple[Any, str]]:
    greatest = math.floor(bound)
    yield from ((greatest + by, "above the greatest") for by in (1, 2**31, 10**12, 2**64, 10**40, 10**400))
    yield from ((huge, "above the greatest, as a float") for huge in (float(greatest + 1), 1e300) if huge > bound)


def _at_or_below(bound: Any) -> Iterator[tuple[Any, str]]:
    yield bound, "at the bound that is no longer in"
    yield from _below(bound)


def _at_or_above(bound: Any) -> Iterator[tuple[Any, str]]:
    yield bound, "at the bound that is no longer in"
    yield from _above(bound)


def _off_grid(step: Any) -> Iterator[tuple[Any, str]]:
    for times in (0, 1, -3, 1000):
        for off in (step / 2, 1):
            if not is_multiple(times * step + off, step):
                yield times * step + off, "between two multiples"


def _short(bound: int) -> Iterator[tuple[Any, str]]:
    for letter in "x \U0001f600" if bound else "":
        yield letter * (bound - 1), "one character short"


def _long(bound: int) -> Iterator[tuple[Any, str]]:
    for letter in "x é\U0001f600":
        yield letter * (bound + 1), "one character long"
    yield "x" * (bound + 5000), "far too long"


def _off_pattern(pattern: str) -> Iterator[tuple[Any, str]]:
    search = compile_pattern(pattern).search
    yield from ((text, "does not match the pattern") for text in _UNLIKELY if not search(text))


def _off_list(allowed: list[Any]) -> Iterator[tuple[Any, str]]:
    texts = [item for item in allowed if isinstance(item, str)]
    variants = [bad for t in texts for bad in (t.lower(), t.upper(), t.swapcase(), t[:-1], t + "s", " " + t, t + "\n")]
    variants += [f"{texts[0]}, {texts[-1]}"] if texts else []
    for bad in dict.fromkeys([*variants, "", "no such value"]):
        if bad not in texts:
            yield bad, "a text off the list"
    for sample in SAMPLES:
        if not any(sample == item and isinstance(sample, bool) == isinstance(item, bool) for item in allowed):
            yield sample, "a value off the list"


def _off_flags(names: dict[str, Any]) -> Iterator[tuple[Any, str]]:
    first, last = next(iter(names)), list(names)[-1]
    joined = (
        f"{first},{last}", f"{first}, ", f", {first}", f"{first},  {last}", f"{first} , {last}", f"{first}; {last}",
        f"{first}|{last}", f"{first} {last}", f"{first}, {last},", f"{first}, {last}\n", f" {first}", f"{first} ", "",
        ", ", f"{first}, Nobody", "0", "1", "-1", first * 2,
    )  # fmt: skip
    cased = [bad for name in names for bad in (name.lower(), name.upper(), name.swapcase())]
    for bad in dict.fromkeys([*joined, *cased, *(f"{name}x" for name in names)]):
        if bad not in names:
            yield bad, "no list of flags"


def _off_date_time(rules: dict[str, Any]) -> Iterator[tuple[Any, str]]:
    for bad in (*_BAD_DATES, *_BAD_FLAVOURS):
        yield bad, "no date-time"
        if rules["offset"] == "optional" and bad.endswith("Z") and bad.count("Z") == 1:
            yield bad[:-1], "no date-time, and no offset"
    digits = rules["fractionDigits"] + 1
    yield from ((f"2017-12-11T03:41:58.{'1' * n}{end}", "too fine") for n in (digits, 30) for end in ("Z", "+01:00"))
    if rules["offset"] == "required":
        yield "2017-12-11T03:41:58", "no offset"


def _off_language(rules: dict[str, Any]) -> Iterator[tuple[Any, str]]:
    code = rules["codes"][0]
    wrong = ["", " ", "qq", "x", "english", f"{code}_{code}", f"{code}\n", f"{code};", f"{code};q=2", f"{code}; q", "-"]
    wrong += (
        [f"{code},qq", f"{code} {code}", "**"] if rules["list"] else ["*", f"{code},{code}", f"{code}-US", f" {code}"]
    )
    yield from ((bad, "no language") for bad in wrong if bad.lower() not in rules["codes"])


def _keeps_language(value: Any, rules: dict[str, Any]) -> bool:
    form = text_format("x-language", rules)
    return form is not None and form.check(value)


def _off_format(name: str) -> Iterator[tuple[Any, str]]:
    if bounds := INTEGER_FORMATS.get(name):
        yield from _below(bounds[0])
        yield from _above(bounds[1])
    else:
        yield from ((bad, f"no {name}") for bad in _BAD_TEXTS.get(name, ()))


def _keeps_format(value: Any, name: str) -> bool:
    if bounds := INTEGER_FORMATS.get(name):
        return isinstance(value, str) or not has_type(value, ("integer",)) or bounds[0] <= value <= bounds[1]
    form = text_format("format", name)
    return not isinstance(value, str) or form is None or form.check(value)


def _keeps_date_time(value: Any, rules: dict[str, Any]) -> bool:
    form = text_format("x-date-time", rules)
    return form is not None and form.check(value)


def _few(bound: int) -> Iterator[tuple[Any, str]]:
    if bound:
        yield [], "too few"


def _none(param: Any) -> Iterator[tuple[Any, str]]:
    yield from ()


_NUMBERS: Final = frozenset({"integer", "number"})
_TEXTS: Final = frozenset({"string"})
_ANY: Final = frozenset({"object", "array", "string", "integer", "number", "boolean", "null"})

RULES: Final[dict[str, KeywordRule]] = {
    "minimum": KeywordRule(_NUMBERS, lambda value, bound: value >= bound, _below),
    "maximum": KeywordRule(_NUMBERS, lambda value, bound: value <= bound, _above),
    "exclusiveMinimum": KeywordRule(_NUMBERS, lambda value, bound: value > bound, _at_or_below),
    "exclusiveMaximum": KeywordRule(_NUMBERS, lambda value, bound: value < bound, _at_or_above),
    "multipleOf": KeywordRule(_NUMBERS, is_multiple, _off_grid),
    "minLength": KeywordRule(_TEXTS, lambda value, bound: len(value) >= bound, _short),
    "maxLength": KeywordRule(_TEXTS, lambda value, bound: len(value) <= bound, _long),
    "pattern": KeywordRule(_TEXTS, lambda value, param: bool(compile_pattern(param).search(value)), _off_pattern),
    "x-flags": KeywordRule(_TEXTS, lambda value, names: set(value.split(", ")) <= names.keys(), _off_flags),
    "x-date-time": KeywordRule(_TEXTS, _keeps_date_time, _off_date_time),
    "x-language": KeywordRule(_TEXTS, _keeps_language, _off_language),
    "format": KeywordRule(_NUMBERS | _TEXTS, _keeps_format, _off_format),
    "enum": KeywordRule(_ANY, lambda value, allowed: any(json_equal(value, item) for item in allowed), _off_list),
    "const": KeywordRule(_ANY, json_equal, lambda only: _off_list([only])),
    "minItems": KeywordRule(frozenset({"array"}), lambda value, bound: len(value) >= bound, _few),
    "maxItems": KeywordRule(frozenset({"array"}), lambda value, bound: len(value) <= bound, _none),
    "uniqueItems": KeywordRule(frozenset({"array"}), lambda value, param: True, _none),
    "minProperties": KeywordRule(frozenset({"object"}), lambda value, bound: len(value) >= bound, _none),
    "maxProperties": KeywordRule(frozenset({"object"}), lambda value, bound: len(value) <= bound, _none),
}
"""What is known of each keyword about one value alone."""


def _type(value: Any) -> str:
    return next(name for name in sorted(_ANY) if has_type(value, (name,)))  # integer comes before number


def _is_of(value: Any, types: str | list[str]) -> bool:
    return has_type(value, (types,) if isinstance(types, str) else tuple(types))


def _code(keyword: str, param: Any) -> str:
    return "range" if keyword == "format" and param in INTEGER_FORMATS else CODES_BY_KEYWORD[keyword]


def breaks(schemas: list[dict[str, Any]], value: Any) -> set[str]:
    """The codes of the rules about one value that ``value`` breaks in any of ``schemas``: type alone, or others."""
    named = [schema["type"] for schema in schemas if "type" in schema]
    if not all(_is_of(value, types) for types in named):
        return {"type"}
    kind = _type(value)
    found = set()
    for schema in schemas:
        for keyword in schema.keys() & RULES.keys():
            rule = RULES[keyword]
            if kind in rule.types and not rule.keeps(value, schema[keyword]):
                found.add(_code(keyword, schema[keyword]))
    return found


def candidates(schemas: list[dict[str, Any]]) -> Iterator[Candidate]:
    """Every value that breaks just one rule of ``schemas`` taken together, type included."""
    typed = [(index, schema["type"]) for index, schema in enumerate(schemas) if "type" in schema]
    for sample in SAMPLES if typed else ():
        if breaks(schemas, sample) == {"type"}:
            index = next(index for index, types in typed if not _is_of(sample, types))
            yield Candidate("type", sample, f"{sample!r} has the wrong type", "type", index)
    for index, schema in enumerate(schemas):
        for keyword in sorted(schema.keys() & RULES.keys()):
            code = _code(keyword, schema[keyword])
            for value, note in RULES[keyword].breaches(schema[keyword]):
                # the keyword's own test is not asked: it may share a mistake with the engines
                if not breaks(schemas, value) - {code}:
                    yield Candidate(code, value, f"{keyword}: {note}: {str(value)[:40]!r}", keyword, index)
