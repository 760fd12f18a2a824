"""The patterns of formats are the formats: the same texts pass, in every regular expression that a validator may use."""

import json
import random
import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
import regress  # the regular expressions of ECMA-262

import relation_spec
from relation_spec.contract.checks import schemas
from relation_spec.schema.formats import FORMATS, Format, date_time, flags, languages
from relation_spec.schema.patterns import compile_pattern, portable
from relation_spec.schema.rules import text_format
from relation_spec.strategies.breaches import RULES
from tests.conftest import ROOT

LANGUAGES = relation_spec.load().document.get("/components/schemas/LanguageList/x-language")
SUITE = ROOT / "tests" / "suites" / "json-schema" / "draft2020-12"
FORMS: dict[str, tuple[str, Any]] = {
    **{name: ("format", name) for name in FORMATS},
    "seven digits": ("x-date-time", {"offset": "optional", "fractionDigits": 7}),
    "no digits": ("x-date-time", {"offset": "required", "fractionDigits": 0}),
    "flags": ("x-flags", {"None": 0, "Read": 1, "Read Only": 2, "a.b": 4, "c|d": 8, "[x]^-": 16}),
    "code": ("x-language", {"list": False, "codes": LANGUAGES["codes"]}),
    "codes of three letters": ("x-language", {"list": True, "codes": ["de", "deu", "d", "xyz", "nb"]}),
    "list": ("x-language", LANGUAGES),
}
PIECES = {
    "date": ("2017", "2016", "2000", "1900", "0000", "0001", "-", "02", "29", "12", "31", "T", "t", ":", "23", "59", "60",
             ".5", ".1234567", ".12345678", "Z", "z", "+01:00", "-23:59", "+24:00", "\n", " ", "٣"),
    "uri": ("http", ":", "//", "h", "/", "?", "#", "[::1]", "[1::2:3]", "%41", "%4", "@", ":80", "ü", " ", "\n", "..", "1.2.3.4"),
    "uuid": ("123e4567", "-", "e89b", "12d3", "a456", "426614174000", "G"),
    "flags": ("None", "Read", "Read Only", "a.b", "axb", "c|d", "c", "[x]^-", ", ", ",", " ", "\n"),
    "list": ("de", "DE", "deu", "xy", "-", "AT", "*", ";", "q=", "Q=0.5", "1.000", "1.001", ",", " ", "\t", "\n"),
}  # fmt: skip


def texts(name: str, form: Format) -> Iterator[str]:
    """Good texts, broken texts, and texts that are put together from pieces of such."""
    keyword, param = FORMS[name]
    source = random.Random(name)
    for text, _ in RULES[keyword].breaches(param):
        yield text
    kind = next((kind for kind in PIECES if kind in name), "date" if "date" in keyword or "date" in name else "list")
    pieces = PIECES[kind]
    for _ in range(3000):
        yield "".join(source.choices(pieces, k=source.randint(1, 12)))
    good = [text for text in _good(kind) if form.check(text)]
    assert good
    for text in good:
        yield text
        for _ in range(200):
            at = source.randrange(len(text) + 1)
            yield text[:at] + source.choice([*pieces, text[at : at + 2]]) + text[at + source.randint(0, 2) :]


def _good(kind: str) -> list[str]:
    return {
        "date": ["2017-12-11T03:41:58.6211452+01:00", "2016-02-29T23:59:60Z", "2017-12-11T03:41:58Z", "0001-01-01T00:00:00",
                 "2000-02-29", "2016-12-31T18:29:60-05:30", "1999-12-31T23:59:59-00:00", "2017-12-11T03:41:58"],
        "uri": ["https://www.example.com:80/a/b;c=1?d=%20#e", "urn:a:b", "file:///x", "http://u:p@[1:2:3:4:5:6:7:8]/", "a:",
                "mailto:a@b", "http://[::ffff:1.2.3.4]:8/", "http://[v1.a:b]/"],
        "uuid": ["123e4567-e89b-12d3-a456-426614174000"],
        "flags": ["None", "Read Only, a.b", "c|d, [x]^-"],
        "list": ["de", "dE", "deu", "fr,de;q=0.5, *", "de-AT , xyz ; q=1.000,,\t", "nb"],
    }[kind]  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_a_pattern_matches_what_the_format_takes_in_three_engines(name: str) -> None:
    """Only what the format owns up to may differ: leap seconds that no short pattern can tell."""
    form = text_format(*FORMS[name])
    assert form is not None
    source = f"^(?:{form.pattern})$"
    python, ecma = re.compile(source), regress.Regex(source, "u")
    rust = jsonschema_rs.validator_for({"pattern": source}, pattern_options=jsonschema_rs.RegexOptions())
    counts = {True: 0, False: 0}
    for text in texts(name, form):
        said = bool(python.search(text)) and "\n" not in text
        assert bool(ecma.find(text)) == said == rust.is_valid(text), text
        if form.check(text) != said:
            assert said, text
            assert form.beyond, text
            assert re.search(r":60[^Zz]*[+-]", text), text
        counts[form.check(text)] += 1
    assert min(counts.values()) > 5


def test_a_format_owns_up_to_leap_seconds_alone() -> None:
    exact = (flags({"a": 1}), languages(LANGUAGES), FORMATS["uri"], FORMATS["uuid"], FORMATS["date"])
    assert not any(form.beyond for form in exact)
    for form in (date_time(True, 3), FORMATS["date-time"]):
        assert re.fullmatch(form.pattern, "2016-12-31T23:59:60+01:00")
        assert not form.check("2016-12-31T23:59:60+01:00")


PATTERNS = [
    "^[A-Z]-[0-9]+$", "a$", "$", "^$", "^a|b$", "^(a|b)$", "^.$", "^[^a]$", "^\\d+$", "^\\w\\s\\S$", "^[\\w-x]+$", "[\\s-x]$",
    "^(?<year>\\d{4})$", "(?<=a)b$", "(?<!a)b", "^a(?=b)", "\\bab\\b", "^\\u0041\\x2e$", "^[\\u0041\\x5d]+$", "^[\\t-\\r]$",
    "^\\-a\\/$", "^[a\\-z]$", "[[]", "^a\\.b$", "^\\\\$", "^(a)\\1$", "^\\v$", "^(a$|b)", "^\\$$", "^[$]$", "^\\D$", "é+$",
    "^[A-Za-z0-9_+./:()-]+( [A-Za-z0-9_+./:()-]+)*$",
]  # fmt: skip
PROBES = [
    "", "a", "b", "ab", "ba", "cb", "aa", "a\n", "b\n", "\n", "\r", "\u2028", "1", "12", "1999", "1999\n", "\u0663", "\u0661\u0662",
    "A-1", "A-1\n", "a bc", "a-x", "x", "-", "_ b", "a\u00a0b", "A.", "Ax", "A]", "]", "[", "\t", "\x0b", "\x0c", "-a/", "-a/\n",
    "a.b", "axb", "\\", "\x00", "$", "$\n", "é", "éé\n", "W. Europe Standard Time", "ab cd", "xab", "z", "\u017f", "\u212a", "a\nb$",
]  # fmt: skip


def patterns_of_the_suite() -> Iterator[tuple[str, list[str]]]:
    for file in (
        "pattern.json",
        "patternProperties.json",
        "optional/ecmascript-regex.json",
        "optional/non-bmp-regex.json",
    ):
        for group in json.loads((SUITE / file).read_text()):
            data = [test["data"] for test in group["tests"] if isinstance(test["data"], str)]
            for _, schema in schemas({"components": {"schemas": {"x": group["schema"]}}}):
                if isinstance(schema, dict) and "pattern" in schema:
                    yield schema["pattern"], data


def cases() -> list[tuple[str, list[str]]]:
    found = []
    for pattern, data in [*[(pattern, []) for pattern in PATTERNS], *patterns_of_the_suite()]:
        try:
            compile_pattern(pattern)
        except ValueError:
            assert pattern not in PATTERNS
        else:
            found.append((pattern, data))
    return found


@pytest.mark.parametrize(("pattern", "data"), cases())
def test_a_portable_pattern_is_read_alike_everywhere(pattern: str, data: list[str]) -> None:
    ours, (source, one_line) = compile_pattern(pattern), portable(pattern)
    ecma, python = regress.Regex(source, "u"), re.compile(source)
    rust = jsonschema_rs.validator_for({"pattern": source})
    for text in PROBES + data:
        if "\\b" in source and not text.isascii():
            continue  # Python takes letters of all scripts for words there
        said = bool(ours.search(text))
        assert not (said and one_line and "\n" in text)
        beside = one_line and "\n" in text
        assert (bool(python.search(text)) and not beside) == said, text
        assert (bool(ecma.find(text)) and not beside) == said, text
        assert (rust.is_valid(text) and not beside) == said, text
