"""Values on the edges of a property, where programs go wrong: texts, numbers, dates, listed names, nested objects.

In: a property. Out: valid values, each with what is special about it, the likeliest to find something first.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final, NamedTuple

from relation_spec.fuzz.facts import Facts, Property
from relation_spec.schema.selection import properties_of
from relation_spec.strategies.choosing import SteadyRandom
from relation_spec.strategies.edges import TEXTS
from relation_spec.strategies.values import NoValueError, valid_value

__all__ = ["Edge", "edges_of"]


class Edge(NamedTuple):
    """A valid value, and what is special about it."""

    value: Any
    note: str


_WORDS: Final = (
    ("O'Brien's", "an apostrophe"),
    ("", "an empty text"),
    (None, "null"),
    ("a & b && <c> ]]> &amp;", "markup"),
    ("first line\nsecond line", "two lines"),
    (" blanks around ", "blanks around it"),
    ("word " * 130 + "end", "more than 600 characters"),
    ("x" * 101 + "end", "more than 100 characters"),
    ("back\\slash \\n \\\\ \\u0041", "backslashes"),
    ("Ärger & Söhne, æøå, ñ, ß", "letters of Europe"),
    ("\U0001f600 \U00020bb7 astral", "characters past U+FFFF"),
    ("e\u0301 A\u030a combining", "combining marks"),
    ("x" * 256 + "end", "more than 255 characters"),
    ("é" * 2100 + "end", "more than 2000 characters"),
    ("1 + 1 = 2 %2B %41 a=b;c", "signs of forms"),
    ('"quoted" `and` “so”', "quotes"),
    ("null", "the word null"),
    ("true", "the word true"),
    ("007", "digits"),
    ("1e5", "a number as text"),
    ("NaN", "the word NaN"),
    ("東京 שלום العربية Привет", "other scripts"),
    ("\tafter a tab\t", "tabs around it"),
    ("; DROP TABLE x; --", "a statement of SQL"),
    ("[brackets] {braces} ${1} %s {0}", "signs of templates"),
    ("[RESOURCE_NAME]", "a text in brackets"),
    ("2017-12-11T03:41:58Z", "a date as text"),
    (" ", "one blank"),
    ("\u0130I\u0131i \u0149 \u1e9e", "letters that change their length with their case"),
    ("\u200bzero\u200dwidth\u2028", "invisible characters"),
)
_NUMBERS: Final = (-1, 0, 1, 32767, 32768, 65536, 40000, 16777217, 123456789, -32769, -16777217, 999, 1000, 1234567)
_DATES: Final = (
    ("2017-12-11T03:41:58.6211452+01:00", "seven digits"),
    ("0001-01-01T00:00:00Z", "never"),
    ("9999-12-31T23:59:59.9999999Z", "the end of time"),
    ("2024-02-29T00:00:00Z", "midnight of a leap day"),
    ("2000-01-01T12:00:00-11:30", "a half hour behind"),
    ("2038-01-19T03:14:08Z", "past 32 bits"),
    ("1969-12-31T23:59:59.1Z", "before 1970"),
)


def edges_of(facts: Facts, prop: Property) -> tuple[Edge, ...]:
    """Valid values of a property on its edges."""
    return _edges_of(facts, prop.name)


@lru_cache(maxsize=512)
def _edges_of(facts: Facts, name: str) -> tuple[Edge, ...]:
    return tuple(
        edge for edge in _candidates(facts, facts.sent[name]) if facts.is_valid({**facts.base, name: edge.value})
    )


def _candidates(facts: Facts, prop: Property) -> Iterator[Edge]:
    keywords = prop.keywords
    if "enum" in keywords:
        yield from (Edge(value, f"the listed value {value!r}") for value in keywords["enum"])
    elif "x-date-time" in keywords:
        yield from (Edge(*held) for held in _DATES)
    elif "string" in prop.types:
        yield from (Edge(*held) for held in _WORDS)
        yield from (Edge(text, f"the text {text[:12]!r}") for text in TEXTS)
        yield from (
            Edge("y" * int(keywords[word]), f"its {word}") for word in ("minLength", "maxLength") if word in keywords
        )
    if "integer" in prop.types or "number" in prop.types:
        bounds = [keywords[word] for word in ("minimum", "maximum") if word in keywords]
        yield from (Edge(value, f"the bound {value}") for value in bounds)
        yield from (Edge(value, f"the number {value}") for value in _NUMBERS)
    if "boolean" in prop.types:
        yield from (Edge(value, f"the value {value}") for value in (True, False))
    if "null" in prop.types:
        yield Edge(None, "null")
    if "object" in prop.types:
        yield from _objects(facts, prop)


def _objects(facts: Facts, prop: Property) -> Iterator[Edge]:
    """Whole objects, objects with one property each, and an empty one."""
    for seed in range(3):
        try:
            value = valid_value(facts.document, "request", prop.pointers, SteadyRandom(seed), whole=True, clean=True)
        except NoValueError:
            return
        if isinstance(value, dict):
            yield Edge(value, "an object with everything in it")
            for name in properties_of(facts.document, prop.pointers) if seed == 0 else ():
                if name in value:
                    yield Edge({name: value[name]}, f"an object with {name} alone")
    yield Edge({}, "an empty object")
