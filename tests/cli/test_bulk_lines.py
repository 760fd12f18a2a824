"""Many lines accepted in one call: never more than the same lines one by one, whatever their breaks and spaces are."""

import json
import random
from collections.abc import Callable
from itertools import pairwise, product
from typing import Any

import pytest

import relation_spec
from relation_spec.cli import inputs
from relation_spec.schema.acceptors import Acceptor
from tests.cli.conftest import BAD, GOOD, WARNED, Run


def compact(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def halves(line: bytes) -> list[tuple[bytes, bytes]]:
    """A line broken in two wherever white space may stand, and within names and texts too."""
    places = [at for at, pair in enumerate(pairwise(line), 1) if set(pair) & set(b'{}[]:,"')]
    return [(line[:at], line[at:]) for at in [*places, 3, len(line) // 2]]


@pytest.fixture
def accept(contract: relation_spec.Contract) -> Acceptor:
    found = contract.acceptor("response")
    assert found
    return found


@pytest.fixture
def page(response_body: dict[str, Any]) -> dict[str, Any]:
    assert {"UpdatedDate", "CreatedDate", "_Links", "FieldProperties"} <= response_body.keys()
    return response_body


def odd(page: dict[str, Any]) -> list[bytes]:
    """Lines that something is the matter with, or seems to be."""
    line = compact(page)
    date, link = page["UpdatedDate"], next(iter(page["_Links"].values()))
    return [
        *(b"", b" ", b"\t\r", b"{}", b"[]", b"null", b"{", b"}", b"[", b"]", b",", b"1", b'"', b"\x00", b"\xff", b"\x0c"),
        *(b"\xef\xbb\xbf" + line, line + b"\x00", line + b",", b"[" + line + b"]", line.replace(b"{", b"{\x00", 1)),
        *(line + line, line + b" " + line, line + b"\r" + line, line + b"\n" + line, b"{}" + line, line + b"{"),
        *(b" " + line, line + b" ", line + b"\r", b"\t" + line + b"\t\r", line[:-1], line[1:], line + b"}"),
        *(line[:-1] + b',"Comment":"again"}', line.replace(b":", b" : "), line.replace(b",", b",\r")),
        *(line.decode().encode("utf-16"), line.decode().encode("utf-16-le"), line[:-2] + b"\xff" + line[-2:]),
        *(compact({**page, "Comment": text}) for text in ("}\n{", "é", "\x7f", "}{", "\u2028", "a\tb")),
        *(compact({**page, "Comment": text}).replace(b"%", bad) for text in ("%",) for bad in (b"\t", b"\xff", b"\\ud800")),
        *(compact({**page, "UpdatedDate": text}) for text in (f"{date}\n{date}", f"{date}\n", f"\n{date}", "", "\n", None)),
        *(compact({**page, "UpdatedDate": text}) for text in ("2024-02-29T00:00:00Z", "2023-02-29T00:00:00Z")),
        *(compact({**page, "CreatedDate": text}) for text in (f"{date}\n{date}", f"{date[:10]}", f"x{date}", "2017")),
        *(compact({**page, "_Links": {"a": text}}) for text in (f"{link}\n{link}", f"{link}\n", "", "\n", "x", "a:b", 1)),
        *(compact({**page, "_Links": held}) for held in (None, {}, [], {"a": link, "b": link}, {"a": link, "b": ""})),
        *(compact({name: item for name, item in page.items() if name != gone}) for gone in ("_Links", "UpdatedDate")),
        *(compact({**page, name: item}) for name, item in (("X", 1), ("FieldProperties", None), ("RelationId", "x"))),
        *(part for pair in halves(line) for part in pair),
    ]  # fmt: skip


def test_many_lines_are_accepted_just_when_each_one_is_and_is_an_object_from_end_to_end(
    accept: Acceptor, page: dict[str, Any]
) -> None:
    line, source = compact(page), random.Random(1)
    pool = odd(page)
    for each in pool:
        whole = each.startswith(b"{") and each.rstrip(b"\r").endswith(b"}")
        assert accept.lines([each]) == (accept.text(each) and whole)
        for lines in ([line, each], [each, line], [line, line, each, line]):
            assert accept.lines(lines) == (accept.text(each) and each[:1] + each[-1:] == b"{}"), lines
    for _ in range(3000):
        lines = [source.choice(pool) if source.random() < 0.3 else line for _ in range(source.randint(1, 5))]
        assert not accept.lines(lines) or all(map(accept.text, lines)), lines


def test_values_that_lie_over_lines_are_refused_even_if_their_number_is_that_of_the_lines(
    accept: Acceptor, page: dict[str, Any]
) -> None:
    """Two values in one line make up for one in two lines, in either order and wherever it is broken."""
    line = compact(page)
    for two, broken in product((line * 2, line + b" " + line, line + b"\r" + line), halves(line)):
        assert not accept.lines([two, *broken])
        assert not accept.lines([*broken, two])
        assert not accept.lines([line, *broken, line, two, line])


def test_lines_that_end_with_a_carriage_return_are_accepted_together_too(
    accept: Acceptor, page: dict[str, Any]
) -> None:
    line = compact(page)
    assert accept.lines([line + b"\r"] * 3)
    assert not accept.lines([line + b"\r", line])
    assert not accept.lines([line + b"\r\r"] * 2)


def test_nothing_is_no_line(accept: Acceptor) -> None:
    assert not accept.lines([])


@pytest.mark.parametrize(
    "schema",
    [
        {
            "type": "object",
            "properties": {"a": {"type": "array", "items": {"type": "object", "properties": {"b": {}}}}},
        },
        {"type": ["object", "null"], "properties": {"a": {"type": "integer"}}, "additionalProperties": False},
        {"type": "object", "additionalProperties": {"type": "string", "format": "uri"}},
        {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "integer"}}},
    ],
)
def test_other_schemas_too(loaded: Callable[[Any], relation_spec.Contract], schema: Any) -> None:
    accept = loaded(schema).acceptor("request")
    if accept is None:
        return
    texts = [
        b"{}",
        b"null",
        b"[]",
        b"{}{}",
        b'{"a":1}',
        b'{"a":',
        b"1}",
        b'{"a":"x:y"}',
        b'{"a":"x:y\\nx:y"}',
        b'{"a":[1]}',
    ]
    texts += [b'{"a":[', b"{}]}", b'{"a":{}', b"}", b'{"a":[{}', b",{}]}", b'{"a":["', b'"]}', b"", b"{}}", b"{{}"]
    for number in (1, 2, 3):
        for lines in product(texts, repeat=number):
            assert not accept.lines(list(lines)) or all(map(accept.text, lines)), lines


def test_nothing_is_offered_where_nothing_can_be_accepted(contract: relation_spec.Contract) -> None:
    assert contract.acceptor("response", status=200)
    assert contract.acceptor("response", status=299) is None
    assert contract.acceptor("request", "text/plain") is None
    assert contract.acceptor("request", "application/json; charset=utf-16") is None
    assert contract.acceptor("response", select="RelationId") is None


@pytest.mark.parametrize("seed", range(12))
def test_the_command_says_the_same_as_line_by_line(
    quick: Run, monkeypatch: pytest.MonkeyPatch, page: dict[str, Any], seed: int
) -> None:
    """Over files of all kinds of lines and breaks, in batches of all sizes."""
    source = random.Random(seed)
    line, pool = compact(page), odd(page)
    lines = [source.choice(pool) if source.random() < 0.05 else line for _ in range(source.randint(1, 400))]
    ends = source.choice([[b"\n"], [b"\r\n"], [b"\n", b"\r\n", b"\n\n"]])
    text = source.choice([b"", b"\xef\xbb\xbf"]) + b"".join(each + source.choice(ends) for each in lines)
    text = text.removesuffix(b"\n") if source.random() < 0.5 else text
    monkeypatch.setattr(inputs, "_CHUNK", source.choice([100, 5000, 128 * 1024]))
    args = ["validate", "--ndjson", "--format", "json", "--as", "response", "-"]
    found = quick(*args, stdin=text)
    monkeypatch.setattr(relation_spec.Contract, "acceptor", lambda *_, **__: None)
    assert found == quick(*args, stdin=text)


@pytest.mark.parametrize("words", [[], ["--warnings"], ["--strict"], ["--engine", "reference"], ["--no-warnings"]])
def test_warnings_are_told_as_line_by_line(quick: Run, monkeypatch: pytest.MonkeyPatch, words: list[str]) -> None:
    text = b"\n".join([GOOD, WARNED, b" " + WARNED, GOOD, BAD, WARNED[:-1] + b', "Reversed": "x"}', b"", GOOD])
    found = quick("validate", "--ndjson", *words, "-", stdin=text)
    monkeypatch.setattr(relation_spec.Contract, "acceptor", lambda *_, **__: None)
    assert quick("validate", "--ndjson", *words, "-", stdin=text) == found
