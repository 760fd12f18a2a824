"""Text formats: ``format``, ``x-date-time``, ``x-flags`` and ``x-language``, each as an exact check, a quick form and a
pattern.

The exact check decides. The quick form is a regular expression that matches only valid texts, though maybe not all of
them; the accept engine uses it. The pattern matches all valid texts, and no other that it does not own up to; it is
for other validators, in what the regular expressions of ECMA-262, Python, Rust, RE2 and XML Schema have in common.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Final, NamedTuple

from relation_spec.findings.quoting import escape

__all__ = [
    "FORMATS",
    "INTEGER_FORMATS",
    "Format",
    "date_time",
    "flags",
    "has_offset",
    "integer_bounds",
    "languages",
    "literal",
]


class Format(NamedTuple):
    """``check`` tells valid texts, ``quick`` is the source of a regular expression for most of them, ``expected`` is
    how a message names the format, and ``mend`` gives a hint for a text that fails (or None).

    ``pattern`` is the source of a regular expression for all of them, to match a text as a whole: no anchors, looks
    around, named classes or possessive counts, and nothing in it matches a line break. ``beyond`` says what else
    it matches, or is None where it is exact.
    """

    check: Callable[[str], bool]
    quick: str
    expected: str
    mend: Callable[[str], str | None]
    pattern: str
    beyond: str | None = None


# RFC 3339 section 5.6, with the calendar of section 5.7; the quick form leaves out leap seconds
_MONTH_DAY: Final = "(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
_LEAP_YEARS: Final = "[0-9]{2}(?:0[48]|[2468][048]|[13579][26])"  # but for those that a century ends
_LEAP_DAY: Final = f"(?:{_LEAP_YEARS}|(?:[02468][048]|[13579][26])00)-02-29"
_DAY: Final = f"(?:[0-9]{{4}}+-{_MONTH_DAY}|{_LEAP_DAY})"
_ANY_DAY: Final = f"(?:[0-9]{{4}}-{_MONTH_DAY}|{_LEAP_DAY})"
# the same from year 1 on
_YEAR: Final = "(?:[0-9]{3}[1-9]|[0-9]{2}[1-9][0-9]|[0-9][1-9][0-9]{2}|[1-9][0-9]{3})"
_DAY_FROM_1: Final = f"(?:{_YEAR}-{_MONTH_DAY}|(?:{_LEAP_YEARS}|(?:0[48]|[2468][048]|[13579][26])00)-02-29)"
_MINUTE: Final = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_SHIFT: Final = "[+-](?:[01][0-9]|2[0-3]):[0-5][0-9]"
_BEYOND: Final = "a leap second (:60) that does not end a day of UTC, written with an offset from UTC, passes"
_CLOCK: Final = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_OFFSET: Final = "(?:[+-](?:[01][0-9]|2[0-3]):[0-5][0-9]|Z)"
_DATE: Final = r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
_DATE_TIME: Final = (
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})?"
)


@lru_cache(maxsize=16)
def _compiled(source: str) -> re.Pattern[str]:
    return re.compile(source)  # not at import: the valid case never needs the exact forms


def _whole(source: str, text: str) -> re.Match[str] | None:
    return _compiled(source).fullmatch(text)


def _is_day(year: str, month: str, day: str) -> bool:
    try:
        # year 0 is a leap year of the proleptic calendar that RFC 3339 section 1 assumes; 2000 stands in for it
        date(int(year) or 2000, int(month), int(day))
    except ValueError:
        return False
    return True


def _moment(day: str, between: str, fraction: str, utc: str, offset_required: bool) -> str:
    """The pattern of a date-time; which offsets go with a leap second would take a thousand alternatives."""
    may = "" if offset_required else "?"
    return (
        f"{day}{between}(?:{_MINUTE}:[0-5][0-9]{fraction}(?:{utc}|{_SHIFT}){may}"
        f"|23:59:60{fraction}{utc}{may}|{_MINUTE}:60{fraction}{_SHIFT})"
    )


def _check_date_time(text: str, offset_required: bool, fraction_digits: int | None, capitals: bool) -> bool:
    found = _whole(_DATE_TIME, text)
    if not found:
        return False
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    if capitals and ("t" in text or "z" in text):
        return False
    if fraction_digits is not None and (fraction is not None and len(fraction) > fraction_digits):
        return False
    if (offset is None and offset_required) or not _is_day(year, month, day):
        return False
    if capitals and year == "0000":  # .NET's calendar, like the Gregorian one, starts with year 1
        return False
    shift = 0
    if offset and offset not in "Zz":
        if int(offset[1:3]) > 23 or int(offset[4:]) > 59:
            return False
        shift = (int(offset[1:3]) * 60 + int(offset[4:])) * (1 if offset[0] == "+" else -1)
    if int(hour) > 23 or int(minute) > 59 or int(second) > 60:
        return False
    # a leap second ends a day of UTC (RFC 3339 appendix D)
    return int(second) < 60 or (int(hour) * 60 + int(minute) - shift) % 1440 == 1439


def _mend_date_time(text: str) -> str | None:
    found = re.fullmatch(r"\s*([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ _]+([0-9]{2}:[0-9]{2}(?::[0-9]{2})?))?Z?\s*", text)
    if found and not _is_day(*found.group(1).split("-")):
        return f"The calendar has no {found.group(1)}."
    if found:
        clock = found.group(2) or "00:00:00"
        return f"Write {found.group(1)}T{clock if clock.count(':') == 2 else clock + ':00'} and the offset, such as Z."
    if re.search(r"[+-][0-9]{4}$", text):
        return f"Put a colon into the offset: {text[-5:-2]}:{text[-2:]}."
    if re.search(r"\.[0-9]{8,}", text):
        return "Shorten the fraction of the second."
    if re.fullmatch(r"[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{2,4}.*", text):
        return "Write year, month and day in that order: 2017-12-11T03:41:58Z."
    if found := _whole(_DATE_TIME, text.upper()):
        if not _is_day(*found.group(1, 2, 3)):
            return f"The calendar has no {found.group(1)}-{found.group(2)}-{found.group(3)}."
        if found.group(4) == "24":
            return "Midnight is 00:00:00 of the next day."
        if int(found.group(6)) == 60:
            return "A leap second ends a day of UTC: 23:59:60Z."
        if text != text.upper():
            return "Write T and Z as capitals."
    return None


@lru_cache(maxsize=64)
def date_time(offset_required: bool, fraction_digits: int) -> Format:
    """The format of ``x-date-time``: ``fraction_digits`` is the longest fraction, 0 for none."""
    fraction = rf"(?:\.[0-9]{{1,{fraction_digits}}}+)?+" if fraction_digits else ""
    example = "2017-12-11T03:41:58" + ("." + "6211452"[:fraction_digits] if fraction_digits else "") + "+01:00"
    return Format(
        lambda text: _check_date_time(text, offset_required, fraction_digits, capitals=True),
        f"(?!0000){_DAY}T{_CLOCK}{fraction}{_OFFSET}" + ("" if offset_required else "?"),
        f"a date-time such as {example}, with at most {fraction_digits} digits of fraction",
        _mend_date_time,
        _moment(_DAY_FROM_1, "T", fraction.replace("+)?+", ")?"), "Z", offset_required),
        _BEYOND,
    )


def has_offset(text: str) -> bool:
    """Whether a valid date-time says its offset."""
    return text[-1] in "Zz" or text[-6] in "+-"


def literal(text: str) -> str:
    """A pattern of just ``text``, as :attr:`Format.pattern` is written."""
    return re.sub(r"[\\^$.*+?()\[\]{}|]", r"\\\g<0>", text)


@lru_cache(maxsize=64)
def _flags(names: tuple[str, ...]) -> Format:
    known = frozenset(names)
    one = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    plain = "|".join(map(literal, names))

    def mend(text: str) -> str | None:
        by_case = {name.lower(): name for name in names}
        parts = [part.strip() for part in re.split("[,;|]", text)]
        if all(part.lower() in by_case for part in parts):
            return f'Write "{", ".join(by_case[part.lower()] for part in parts)}".'
        return None

    return Format(
        lambda text: known.issuperset(text.split(", ")),
        f"(?:{one})(?:, (?:{one}))*",
        f"one of {', '.join(names)}, or several joined by a comma and a space",
        mend,
        f"(?:{plain})(?:, (?:{plain}))*",
    )


def flags(names: Mapping[str, Any]) -> Format:
    """The format of ``x-flags``: names of a .NET flags enum, joined by ``", "``."""
    return _flags(tuple(names))


# RFC 9110 sections 12.5.4 and 12.4.2, RFC 4647 section 2.1
_RANGE: Final = (
    r"[ \t]*(?:(?P<code>[A-Za-z]{1,8})(?:-[A-Za-z0-9]{1,8})*|\*)[ \t]*"
    r"(?:;[ \t]*[qQ]=(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)[ \t]*)?"
)


def _is_language_list(text: str, known: frozenset[str]) -> bool:
    items = [item for item in text.split(",") if item.strip(" \t")]  # RFC 9110 section 5.6.1.2: empty ones are skipped
    for item in items:
        found = _whole(_RANGE, item)
        if not found or ((code := found["code"]) is not None and code.lower() not in known):
            return False
    return bool(items)


@lru_cache(maxsize=64)
def _languages(several: bool, codes: tuple[str, ...]) -> Format:
    known = frozenset(codes)
    one = f"(?:{'|'.join(codes)})"

    def mend(text: str) -> str | None:
        if several:
            wrong = [item.strip(" \t") for item in text.split(",") if not _is_language_list(item, known)]
            shown = escape(", ".join(filter(None, wrong[:3])))
            return f"Correct or remove {shown}." if shown and len(text) < 100 else None
        head = re.match("[A-Za-z]+", text)
        if head and head.group().lower() in known and head.group() != text:
            return f"Send {head.group().lower()} alone."
        return "Send a two-letter code such as en." if "en" in known else None

    cased = _in_any_case(frozenset(codes))
    if several:
        expected = "language ranges such as fr, de;q=0.5, whose codes the contract lists (ISO 639-1)"
        item = rf"(?:{cased}(?:-[A-Za-z0-9]{{1,8}})*|\*){_WEIGHT}"
        pattern = rf"[ \t,]*{item}(?:[ \t]*,[ \t,]*{item})*(?:[ \t]*,[ \t,]*|[ \t]*)"
        return Format(lambda text: _is_language_list(text, known), f"{one}(?:,{one})*", expected, mend, pattern)
    expected = "one of the contract's language codes (ISO 639-1)"
    return Format(lambda text: text.lower() in known, one, expected, mend, cased)


_WEIGHT: Final = r"(?:[ \t]*;[ \t]*[qQ]=(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?"


def _in_any_case(words: frozenset[str]) -> str:
    """A pattern of ``words``, which are small letters, with letter case aside."""
    after: dict[str, set[str]] = {}
    for word in words:
        if word:
            after.setdefault(word[0], set()).add(word[1:])
    heads: dict[str, str] = {}  # letters by what follows them
    for letter, rests in sorted(after.items()):
        rest = _in_any_case(frozenset(rests))
        heads[rest] = heads.get(rest, "") + letter.upper() + letter
    parts = [f"[{letters}]{rest}" for rest, letters in heads.items()]
    if not parts:
        return ""
    joined = parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"
    return f"(?:{joined})?" if "" in words else joined


def languages(rules: Mapping[str, Any]) -> Format:
    """The format of ``x-language``: one code, or a list of language ranges."""
    return _languages(rules["list"], tuple(rules["codes"]))


# RFC 3986 section 3 and appendix A; a host may be empty (file:///x), a port has digits only
_PCHAR: Final = r"(?:[A-Za-z0-9\-._~!\$&'()*+,;=:@]|%[0-9A-Fa-f]{2})"
_H16: Final = "[0-9A-Fa-f]{1,4}"
_OCTET: Final = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4: Final = rf"{_OCTET}(?:\.{_OCTET}){{3}}"
_LS32: Final = f"(?:{_H16}:{_H16}|{_IPV4})"
_IPV6: Final = (
    f"(?:(?:{_H16}:){{6}}{_LS32}|::(?:{_H16}:){{5}}{_LS32}|(?:{_H16})?::(?:{_H16}:){{4}}{_LS32}"
    f"|(?:(?:{_H16}:)?{_H16})?::(?:{_H16}:){{3}}{_LS32}|(?:(?:{_H16}:){{0,2}}{_H16})?::(?:{_H16}:){{2}}{_LS32}"
    f"|(?:(?:{_H16}:){{0,3}}{_H16})?::{_H16}:{_LS32}|(?:(?:{_H16}:){{0,4}}{_H16})?::{_LS32}"
    f"|(?:(?:{_H16}:){{0,5}}{_H16})?::{_H16}|(?:(?:{_H16}:){{0,6}}{_H16})?::)"
)
_AUTHORITY: Final = (
    r"(?:(?:[A-Za-z0-9\-._~!\$&'()*+,;=:]|%[0-9A-Fa-f]{2})*@)?"
    rf"(?:\[(?:{_IPV6}|v[0-9A-Fa-f]+\.[A-Za-z0-9\-._~!\$&'()*+,;=:]+)\]|(?:[A-Za-z0-9\-._~!\$&'()*+,;=]|%[0-9A-Fa-f]{{2}})*)"
    r"(?::[0-9]*)?"
)
_URI: Final = (
    rf"[A-Za-z][A-Za-z0-9+.\-]*:(?://{_AUTHORITY}(?:/{_PCHAR}*)*|/(?:{_PCHAR}+(?:/{_PCHAR}*)*)?"
    rf"|{_PCHAR}+(?:/{_PCHAR}*)*|)(?:\?(?:{_PCHAR}|[/?])*)?(?:#(?:{_PCHAR}|[/?])*)?"
)
_QUICK_URI: Final = r"https?://[a-z0-9.\-]++(?::[0-9]++)?(?:/[!$&-;=@A-Z_a-z~]*+)?"
_UUID: Final = "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"


def _mend_uri(text: str) -> str | None:
    if " " in text:
        return "Write a space as %20."
    if not re.match("[A-Za-z][A-Za-z0-9+.-]*:", text):
        return "An absolute URI starts with its scheme, such as https://."
    return None if text.isascii() else "Percent-encode characters outside ASCII."


def _check_date(text: str) -> bool:
    found = _whole(_DATE, text)
    return bool(found) and _is_day(*found.groups())  # type: ignore[union-attr]


FORMATS: Final[dict[str, Format]] = {
    "date-time": Format(
        lambda text: _check_date_time(text, offset_required=True, fraction_digits=None, capitals=False),
        rf"{_DAY}T{_CLOCK}(?:\.[0-9]+)?{_OFFSET}",
        "a date-time of RFC 3339 with its offset, such as 2017-12-11T03:41:58+01:00",
        lambda text: _mend_date_time(text) or "Check that it ends with Z or an offset.",
        _moment(_ANY_DAY, "[Tt]", r"(?:\.[0-9]+)?", "[Zz]", offset_required=True),
        _BEYOND,
    ),
    "date": Format(_check_date, _DAY, "a date such as 2017-12-11", lambda _: None, _ANY_DAY),
    "uri": Format(
        lambda text: bool(_whole(_URI, text)), _QUICK_URI, "an absolute URI such as https://host/path", _mend_uri, _URI
    ),
    "uuid": Format(lambda text: bool(re.fullmatch(_UUID, text)), _UUID, "a UUID (RFC 9562)", lambda _: None, _UUID),
}
"""The formats of text that are enforced, by the name that ``format`` uses."""

INTEGER_FORMATS: Final = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
"""The formats of integers that are enforced: their least and greatest value."""


def integer_bounds(schema: Mapping[str, Any]) -> tuple[int, int] | None:
    """The bounds that a schema's integer format adds, or None where it has none or states them itself as well."""
    bounds = INTEGER_FORMATS.get(schema.get("format", ""))
    if bounds is None:
        return None
    stated = schema.get("minimum", bounds[0] - 1) >= bounds[0] and schema.get("maximum", bounds[1] + 1) <= bounds[1]
    return None if stated else bounds
