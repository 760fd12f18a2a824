"""Messages as text: RFC 9112 where it is raw, and the notation of editors (.http, .rest) around it."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relation_spec.messages.message import Request, Response
from relation_spec.recordings.entry import Entry
from relation_spec.recordings.http_text import entries, looks_like
from tests.conftest import ROOT

EXCHANGE = (ROOT / "examples" / "exchange.http").read_bytes()
RAW = (
    b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
    b"HTTP/1.1 100 Continue\r\n\r\n"
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3;a=b\r\n ab\r\n0\r\nT: v\r\n\r\n"
    b"PUT /y HTTP/1.1\r\n\r\n"
)


def one(text: bytes) -> Entry:
    (entry,) = entries(text)
    return entry


def asked(text: bytes) -> Request:
    request = one(text).request
    assert request is not None
    return request


def said(text: bytes) -> list[tuple[int | None, str]]:
    """Line and severity of each fault."""
    return [(fault.line, fault.severity) for entry in entries(text) for fault in entry.faults]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_an_exchange_is_a_request_and_the_response_after_it(end: bytes, mark: bytes) -> None:
    entry = one(mark + EXCHANGE.replace(b"\n", end))
    assert entry.name == "#1 Save a relation"
    assert entry.faults == ()
    assert entry.request is not None
    assert (entry.request.method, entry.request.url) == ("POST", "/api/v1/Relation")
    assert entry.request.values("accept-language") == ["fr,de,ru,zh"]
    assert (entry.request.body[: len(end) + 1], entry.request.body[-1:]) == (b"{" + end, b"}")
    assert entry.response is not None
    assert entry.response.status == 200
    assert entry.response.body.endswith(b"}" + end + b"}")


def test_every_place_is_a_line_of_the_file() -> None:
    lines = EXCHANGE.decode().split("\n")
    entry = one(EXCHANGE)
    for message, place in ((entry.request, entry.request_place), (entry.response, entry.response_place)):
        assert message is not None
        assert place is not None
        assert place.body is not None
        assert [lines[line - 1] for line in place.fields] == [f"{name}: {value}" for name, value in message.headers]
        assert lines[place.body - 1 : place.body + 2] == message.body.decode().split("\n")[:3]
        assert lines[place.line - 1].startswith(("POST /api", "HTTP/1.1 200"))


def test_raw_messages_need_no_separators() -> None:
    """RFC 9112 sections 6.2 and 7.1, RFC 9110 section 15.2."""
    first, second = entries(RAW)
    assert first.request == Request("POST", "/x", [("Host", "a"), ("Content-Length", "3")], b"abc")
    assert first.response == Response(200, [], b"hello ab")
    assert second.request == Request("PUT", "/y")
    assert first.faults == second.faults == ()


def test_a_response_alone_and_a_second_one_are_entries_of_their_own() -> None:
    (alone,) = entries(b"HTTP/2 204\n\n")
    assert (alone.name, alone.request, alone.response) == ("#1 response", None, Response(204))
    first, second = entries(b"POST /x\n\n### good\nHTTP/1.1 200 OK\n\n1\n### bad\nHTTP/1.1 500 No\n\n2\n")
    assert (first.name, first.again, first.response) == ("#1 POST /x", False, Response(200, [], b"1"))
    assert (second.name, second.again, second.response) == ("#2 bad", True, Response(500, [], b"2"))
    assert first.request == second.request == Request("POST", "/x")


@pytest.mark.parametrize(
    ("text", "method", "url"),
    [
        (b"POST /a HTTP/1.1", "POST", "/a"),
        (b"post /a", "post", "/a"),
        (b"https://h/a?b=c", "GET", "https://h/a?b=c"),
        (b"OPTIONS * HTTP/1.0\n\n", "OPTIONS", "*"),
        (b"POST https://h/a\n  ?b=c\n  &d=e\nA: b", "POST", "https://h/a?b=c&d=e"),
        (b"@h = x.y\n@p={{h}}/z\nPOST https://{{p}}\n", "POST", "https://x.y/z"),
        (b"# c\n// c\n\n  POST /\xc3\xa6\n", "POST", "/æ"),
        (b"< {% a\nb %}\nPOST /a\n\n> {% c\n d %}\n<> e.json\n", "POST", "/a"),
    ],
)
def test_a_request_line_may_be_short(text: bytes, method: str, url: str) -> None:
    request = asked(text)
    assert (request.method, request.url, request.body) == (method, url, None)
    assert said(text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (b"### a b\nPOST /x?secret=1", "#1 a b"),
        (b"###\n# @name a\nPOST /x", "#1 a"),
        (b"POST https://u:p@h/x?secret=1#f", "#1 POST /x"),
        (b"### Bearer abcdefghijk\nPOST /x", "#1"),
        (b"### a\x1b\x07\nPOST /x", "#1 a\\u001b\\u0007"),
    ],
)
def test_a_name_is_a_title_or_method_and_path_and_holds_no_secret(text: bytes, name: str) -> None:
    assert one(text).name == name


def test_a_body_ends_at_the_separator_or_where_its_length_says() -> None:
    """RFC 9112 section 6.2."""
    assert asked(b"POST /x\n\n a\n\n\n\n###\n").body == b" a"
    assert asked(b"POST /x\nContent-Length: 10\n\na\n### b\nc\n\n###").body == b"a\n### b\nc\n"
    assert asked(b"POST /x\n\n\xff\x00\r\n").body == b"\xff\x00"
    entry = one(b"POST /x\nContent-Length: 99\n\nabc\n")
    assert (entry.request, said(b"POST /x\nContent-Length: 99\n\nabc\n")) == (
        Request("POST", "/x", [], b"abc"),
        [(4, "warning")],
    )
    assert said(b"POST /x\nContent-Length: 1\n\nabc\n") == [(4, "warning")]
    assert asked(b"POST /x\nContent-Length: " + b"9" * 9999 + b"\n\nabc\n").body == b"abc"


def test_variables_are_filled_in_where_they_are_defined_and_told_where_not() -> None:
    text = b"@a = 1\nPOST {{host}}/x?b={{a}}\nC: {{a}}\n\n{{a}} {{d}}"
    assert asked(text) == Request("POST", "/x?b=1", [("C", "1")], b"1 {{d}}")
    assert said(text) == [(2, "warning")]
    assert said(b"POST /x?b={{c}}\nA: b\nD: {{e}}\n") == [(1, "error"), (3, "error")]
    nowhere = one(b"POST {{url}}\n\nHTTP/1.1 200 OK\n")
    assert (nowhere.request, nowhere.response, len(nowhere.faults)) == (None, None, 1)


def test_variables_do_not_grow_without_end() -> None:
    doubling = b"@a0=xx\n" + b"".join(b"@a%d={{a%d}}{{a%d}}\n" % (i, i - 1, i - 1) for i in range(1, 99))
    assert len(asked(doubling + b"POST /x\n\n{{a12}}{{a98}}").body) == 8192 + len("{{a98}}")
    huge = asked(b"@a=" + b"x" * 8000 + b"\nPOST /x\n\n" + b"{{a}}" * 100_000)
    assert huge.body == b"{{a}}" * 100_000


def test_continued_lines_of_header_fields_are_kept_for_the_judge() -> None:
    """RFC 9112 section 5.2."""
    assert asked(b"POST /x\nA: b\n c\r\n\td\nE:f\n").headers == (("A", "b\r\n c\r\n\td"), ("E", "f"))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (b"hello\nworld\n", [1]),
        (b"POST /x\n\n###\n\nhello\n\n###\nworld", [5, 8]),
        (b"POST /x HTTP/one\n", [1]),
        (b"POST /a b HTTP/1.1\n", [1]),
        (b"POST /x\nA b\nC: d\n", [2]),
        (b"POST /x\n: b\n", [2]),
        (b"POST /x\nA : b\n", [2]),
        (b"POST /x\n b\nA: b\n", [2]),
        (b"POST /x\nA: b\n{}\n", [3]),
        (b"POST /x\n\nHTTP/1.1 999 Odd\nA: b\n\nc\n", [3]),
        (b"POST /x\n\n### \nHTTP/1.1 OK\n", [4]),
        (b"POST /x\nTransfer-Encoding: chunked\n\n5\nhello\n5\nhe", [7]),
        (b"POST /x\nTransfer-Encoding: chunked\n\n2\nhello\n0\n\n", [5]),
        (b"POST /x\nTransfer-Encoding: chunked\n\n2\nhe\nxyz\n0\n\n", [6]),
        ("POST /x\n".encode("utf-16"), [1]),
        (b"\xff" * 99, [1]),
    ],
)
def test_damage_is_told_with_its_line(text: bytes, lines: list[int]) -> None:
    assert said(text) == [(line, "error") for line in lines]


def test_a_body_in_another_file_is_told() -> None:
    entry = one(b"POST /x\n\n< ./body.json\n")
    assert (entry.request, entry.lacking) == (Request("POST", "/x"), {"request"})


def test_after_damage_in_chunks_the_next_message_is_found() -> None:
    text = b"POST /x HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n5\r\nhello\r\nz\r\nHTTP/1.1 200 OK\r\n\r\nabc"
    entry = one(text)
    assert entry.request == Request("POST", "/x", [("Transfer-Encoding", "gzip")], b"hello")
    assert entry.response == Response(200, [], b"abc")


def test_bodies_that_a_tool_shows_without_their_chunks_are_taken_as_they_are() -> None:
    assert one(b'HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n{"a": 1}\n').response == Response(200, [], b'{"a": 1}')


@pytest.mark.parametrize(
    ("text", "looks"),
    [
        (EXCHANGE, True),
        (RAW, True),
        (b"\xef\xbb\xbf\r\n# c\nGET {{h}}/x", True),
        (b"https://h/", True),
        (b"HTTP/1.1 200", True),
        (b'{"log": {"entries": []}}', False),
        (b"<a/>", False),
        (b"a=b&c=d", False),
        (b"true", False),
        (b"", False),
    ],
)
def test_such_text_is_known_by_its_beginning(text: bytes, looks: bool) -> None:
    assert looks_like(text) is looks


def bounded(text: bytes) -> None:
    """What no bytes may break."""
    lines = text.count(b"\n") + text.count(b"\r") + 1
    for entry in entries(text):
        assert entry.request or entry.response or entry.faults
        assert len(entry.faults) <= 40
        for fault in entry.faults:
            assert fault.line is not None
            assert 1 <= fault.line <= lines
        for place in (entry.request_place, entry.response_place):
            if place:
                assert list(place.fields) == sorted(place.fields)
                assert 1 <= place.line <= lines


@given(
    st.lists(
        st.sampled_from(
            [
                *EXCHANGE.splitlines(True)[:9],
                *RAW.splitlines(True),
                b"###\n",
                b"\n",
                b"{{a}}",
                b"@a=b\n",
                b" ",
                b":",
                b"\xff",
            ]
        )
    )
)
def test_no_order_of_lines_raises(lines: list[bytes]) -> None:
    bounded(b"".join(lines))


def test_no_mutation_raises() -> None:
    chance = random.Random(5)
    for _ in range(3000):
        text = bytearray(EXCHANGE[:400] + RAW)
        for _ in range(chance.randrange(1, 12)):
            at = chance.randrange(len(text))
            text[at : at + chance.randrange(3)] = bytes(
                chance.choices(b"\r\n :#{}HTP/1 \x00\xff", k=chance.randrange(4))
            )
        bounded(bytes(text))


@pytest.mark.parametrize(
    "text",
    [
        b"###\n" * 10**6,
        b"POST /x\n" + b"A: b\n" * 200_000,
        b"POST /x\nA: b\n" + b" c\n" * 200_000,
        b"POST " + b" " * 10**6,
        b"POST /x" + b" HTTP/" * 10**5,
        b"POST /x\n" * 50_000,
        b"A /x HTTP/1.1\nContent-Length: 1\n\na" * 20_000,
        b"HTTP/1.1 200 OK\n\n" * 50_000,
        b"HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n" + b"1\na\n" * 200_000,
        b"POST {{" * 10**5,
        b"\r" * 10**6,
        b"< {%" * 10**5,
    ],
    ids=range(12),
)  # fmt: skip
def test_hostile_text_takes_linear_time(text: bytes) -> None:
    """Quadratic work would take minutes."""
    assert sum(1 for _ in entries(text)) <= 60_000
