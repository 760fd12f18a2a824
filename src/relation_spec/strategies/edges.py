"""Texts, names, dates and numbers on the edges, where programs go wrong; and JSON made of them at random."""

import random
from typing import Any, Final

from relation_spec.messages.decoding import Kind

__all__ = [
    "CLOCKS",
    "DATE_TIMES",
    "DAYS",
    "FORMATTED",
    "LEAP_SECONDS",
    "NAMES",
    "OFFSETS",
    "PLAIN_TEXTS",
    "TEXTS",
    "is_carried",
    "random_json",
    "random_text",
]

TEXTS: Final = (
    "", " ", "est", "Ärger & Söhne", "東京", "\U0001f600 astral", "\U0010ffff", "e\u0301 combining", "שלום", "ﷺ",
    "\u202eright to left", "line\nbreak", "crlf\r\n", "tab\t", '"quoted" \\ back', "</xml>", "\u0000", "\u007f",
    "\ufeff", "\ufffe", "\u2028", "null", "true", "0", "-1", "1e5", "NaN", "{}", "a,b", " a ", "%41", "a" * 300,
    "é" * 1000,
)  # fmt: skip
PLAIN_TEXTS: Final = ("a", "ab", "ABC", "a1", "1", "12", "a-b", "A_1", "x.y", "0" * 8, "Z9", "a b", "abcdefghij")
NAMES: Final = (
    "Self", "self", "Self.Simple", "UserDefinedFields.function-1", "a/b~c", "a~1b", "", "0", "-1", "ключ", "\U0001f600",
    "x" * 80, "__proto__", "$ref", "a b", 'q"q', "\u0000",
)  # fmt: skip
FORMATTED: Final[dict[str, tuple[str, ...]]] = {
    "uri": (
        "https://www.example.com/api/v1/contact/321", "http://h:8080/a/", "https://h/%20?q=1#f", "urn:x:y", "x:",
        "file:///a", "https://[::1]/", "http://[2001:db8::7]:80/?", "HTTPS://H/", "https://user@h.example:/",
        "mailto:a@b", "http://h?a=/?#",
    ),
    "uuid": ("123e4567-e89b-12d3-a456-426614174000", "00000000-0000-0000-0000-000000000000"),
}  # fmt: skip
DAYS: Final = (
    "0001-01-01", "9999-12-31", "2000-02-29", "2024-02-29", "0004-02-29", "1600-02-29", "2017-12-11", "1999-04-30",
    "1900-02-28", "2038-01-19", "1970-01-01",
)  # fmt: skip
CLOCKS: Final = ("00:00:00", "23:59:59", "03:41:58", "12:00:00")
OFFSETS: Final = ("Z", "+00:00", "-00:00", "+23:59", "-23:59", "+05:45", "+01:00", "+14:00", "-12:00")
LEAP_SECONDS: Final = ("2016-12-31T23:59:60Z", "2017-01-01T00:59:60+01:00", "1998-12-31T15:59:60-08:00")
DATE_TIMES: Final = (
    "2000-01-01T00:00:00Z", "2017-12-11T03:41:58.6211452+01:00", "2020-02-29T12:00:00.5Z", "1600-02-29T00:00:00+00:00",
    "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59",
    "2038-01-19T03:14:07.0000001-00:00", LEAP_SECONDS[0], "0001-01-01T00:00:00", "9999-12-31T23:59:59.9999999",
    "2015-11-04T15:56:48", "2020-08-19T17:12:16.9553621",
)  # fmt: skip
"""Each odd form of a date-time of RFC 3339, and forms without an offset."""


def is_carried(text: str, kind: Kind | None) -> bool:
    """Whether a media type of ``kind`` can carry ``text``."""
    if kind != "xml":
        return True
    # XML 1.0 section 2.2
    return all(character in "\t\n\r" or (character >= " " and character not in "\ufffe\uffff") for character in text)


def random_text(source: random.Random) -> str:
    """A text, often an odd one."""
    return source.choice(TEXTS)


def random_json(source: random.Random, depth: int = 3) -> Any:
    """Any JSON value, nested at most ``depth`` deep."""
    match source.randrange(9 if depth else 7):
        case 0:
            return None
        case 1:
            return source.random() < 0.5
        case 2:
            return source.choice((0, -1, 1, 2**31 - 1, 2**31, -(2**31), 2**53 + 1, 2**63, -(2**63) - 1, 10**30))
        case 3:
            return source.choice((0.0, -0.0, 1.0, -1.5, 1e300, 5e-324, 2147483647.0, 2147483648.0, 1e22, 0.1))
        case 4 | 5 | 6:
            return random_text(source)
        case 7:
            return [random_json(source, depth - 1) for _ in range(source.randrange(3))]
    return {source.choice(NAMES): random_json(source, depth - 1) for _ in range(source.randrange(4))}
