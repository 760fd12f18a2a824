"""HTTP archives (HAR 1.2): what browsers and proxies write, and what is left of it when a file is cut off or broken."""

import base64
import copy
import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relation_spec.messages.message import Request, Response
from relation_spec.recordings.entry import Entry
from relation_spec.recordings.har import entries, looks_like
from tests.conftest import ROOT

TRAFFIC = (ROOT / "examples" / "traffic.har").read_bytes()
ENTRY: dict[str, Any] = {
    "request": {
        "method": "POST",
        "url": "https://h/x?a=b",
        "headers": [{"name": ":method", "value": "POST"}, {"name": "A", "value": "b"}],
        "postData": {"mimeType": "text/plain", "text": "sent"},
    },
    "response": {
        "status": 200,
        "headers": [{"name": "content-encoding", "value": "gzip"}, {"name": "C", "value": "d"}],
        "content": {"size": 4, "text": "back"},
    },
    "_resourceType": "xhr",
}


def archive(*held: Any) -> bytes:
    return json.dumps({"log": {"version": "1.2", "entries": held}}).encode()


def changed(path: str, value: Any = None, *, drop: bool = False) -> bytes:
    """An archive of the entry with one value replaced or dropped."""
    held = copy.deepcopy(ENTRY)
    *parents, last = path.split(".")
    at: Any = held
    for name in parents:
        at = at[int(name)] if isinstance(at, list) else at[name]
    if drop:
        del at[last]
    else:
        at[int(last) if isinstance(at, list) else last] = value
    return archive(held)


def one(data: bytes) -> Entry:
    (entry,) = entries(data)
    return entry


def said(data: bytes) -> list[tuple[str, str | None]]:
    """Severity and side of each fault."""
    return [(fault.severity, fault.side) for entry in entries(data) for fault in entry.faults]


def test_an_archive_is_a_list_of_exchanges() -> None:
    first, second = entries(TRAFFIC)
    assert (first.name, second.name) == ("#1 GET /api/v1/Contact/874", "#2 POST /api/v1/Relation")
    assert second.faults == ()
    assert second.request is not None
    assert second.response is not None
    assert json.loads(second.request.body)["SourceContactId"] == 874
    assert json.loads(second.response.body)["SourceContactId"] == 395
    assert second.request.values("accept-language") == ["fr,de,ru,zh"]


def test_what_is_about_the_wire_or_the_archive_is_left_out() -> None:
    """Bodies are decoded; RFC 9113 section 8.3.1 for names with a colon."""
    entry = one(b"\xef\xbb\xbf" + archive(ENTRY))
    assert entry == Entry(
        "#1 POST /x", Request("POST", "https://h/x?a=b", [("A", "b")], "sent"), Response(200, [("C", "d")], "back")
    )


def test_cookies_that_share_a_value_are_taken_apart() -> None:
    """Only these: RFC 6265 section 3 forbids joining them by commas, so Chromium joins them by line ends."""
    entry = one(changed("response.headers", [{"name": n, "value": "a=b\nc=d"} for n in ("Set-Cookie", "X")]))
    assert entry.response is not None
    assert entry.response.headers == (("Set-Cookie", "a=b"), ("Set-Cookie", "c=d"), ("X", "a=b\nc=d"))


def test_bodies_in_base64_are_decoded() -> None:
    text = base64.encodebytes(b"\xff\x00" * 99).decode()
    entry = one(changed("response.content", {"text": text, "encoding": "base64"}))
    assert entry.response is not None
    assert entry.response.body == b"\xff\x00" * 99
    entry = one(changed("request.postData", {"text": "AAE=", "encoding": "base64"}))
    assert entry.request is not None
    assert entry.request.body == b"\0\1"


def test_forms_given_by_parameters_are_put_together() -> None:
    """WHATWG URL standard, section 5.2."""
    params = [{"name": "a b", "value": "ä&="}, {"name": "c", "value": ""}]
    entry = one(changed("request.postData", {"mimeType": "application/x-www-form-urlencoded", "params": params}))
    assert entry.request is not None
    assert entry.request.body == "a+b=%C3%A4%26%3D&c="
    multipart = one(changed("request.postData", {"mimeType": "multipart/form-data; boundary=x", "params": params}))
    assert (multipart.lacking, said(archive(ENTRY))) == ({"request"}, [])


@pytest.mark.parametrize(
    ("path", "value", "side"),
    [
        ("response.content", {"size": 4}, "response"),
        ("response.content", {"size": 4, "text": ""}, "response"),
        ("response.content", {"text": None}, "response"),
        ("request", {"method": "POST", "url": "/x", "headers": [], "bodySize": 9}, "request"),
        ("request", {"method": "POST", "url": "/x", "headers": [{"name": "Content-Length", "value": "9"}]}, "request"),
    ],
)
def test_a_body_that_the_recording_leaves_out_is_told(path: str, value: Any, side: str) -> None:
    data = changed(path, value)
    assert said(data) == [("warning", side)]
    assert one(data).lacking == {side}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("response.content", {"size": 0}),
        ("response.content", {"size": 0, "text": ""}),
        ("response.status", 204),
        ("request", {"method": "POST", "url": "/x", "headers": [], "bodySize": 0}),
        ("request", {"method": "POST", "url": "/x", "headers": [], "bodySize": -1}),
    ],
)
def test_no_body_is_no_fault_of_the_recording(path: str, value: Any) -> None:
    entry = one(changed(path, value))
    assert (entry.faults, entry.lacking) == ((), set())
    message = entry.response if path.startswith("response") else entry.request
    assert message is not None
    assert message.body is None


def test_a_request_that_was_never_answered_is_told() -> None:
    data = changed("response.status", 0)
    assert said(data) == [("warning", "response")]
    assert one(data).response is None


@pytest.mark.parametrize(
    ("path", "value", "side"),
    [
        ("request", 1, "request"),
        ("request.method", None, "request"),
        ("request.url", ["x"], "request"),
        ("request.headers", {}, "request"),
        ("request.headers.0", "A: b", "request"),
        ("request.headers.0", {"name": "A"}, "request"),
        ("request.headers.0", {"name": 1, "value": "b"}, "request"),
        ("request.postData", "sent", "request"),
        ("request.postData", {"text": 1}, "request"),
        ("request.postData", {"params": 1}, "request"),
        ("request.postData", {"params": [None]}, "request"),
        ("response", [], "response"),
        ("response.status", "200", "response"),
        ("response.status", 20, "response"),
        ("response.status", True, "response"),
        ("response.headers", None, "response"),
        ("response.content", 1, "response"),
        ("response.content", {"text": {}}, "response"),
        ("response.content", {"text": "?", "encoding": "base64"}, "response"),
        ("response.content", {"text": "ä", "encoding": "base64"}, "response"),
        ("response.content", {"text": "a", "encoding": "zip"}, "response"),
    ],
)
def test_a_value_of_the_wrong_type_is_a_fault(path: str, value: Any, side: str) -> None:
    assert said(changed(path, value)) == [("error", side)]


@pytest.mark.parametrize("path", ["request", "request.method", "request.headers", "response", "response.content"])
def test_a_value_that_is_missing_is_a_fault(path: str) -> None:
    assert said(changed(path, drop=True)) == [("error", path.partition(".")[0])]


def test_a_file_that_is_cut_off_gives_every_entry_before_the_cut_and_says_where() -> None:
    data = json.dumps({"log": {"entries": [ENTRY] * 3}}, indent=1).encode()
    whole = list(entries(data))
    for cut in range(len(data)):
        found = list(entries(data[:cut]))
        assert found[:-1] == whole[: len(found) - 1]
        ((fault),) = found[-1].faults
        if cut > 20:
            assert (fault.severity, fault.line) == ("error", data[:cut].rstrip().count(b"\n") + 1)
            assert found[-1].request is None


@pytest.mark.parametrize(
    ("data", "faults"),
    [
        (b"", 1),
        (b"[]", 1),
        (b'{"log": []}', 1),
        (b'{"log": {}}', 1),
        (b'{"log": {"entries": {}}}', 1),
        (archive(1, None, "x", [], {}), 6),
        (archive(ENTRY) + b"x", 1),
        (archive(ENTRY).replace(b'"version": "1.2"', b'"version": 1.2.3'), 1),
        (archive(ENTRY, ENTRY).replace(b'"xhr"}, {', b'"xhr"], {'), 1),
        (archive(ENTRY).replace(b'"sent"', b'"sent'), 1),
        (archive(ENTRY).replace(b'"sent"', b"sent"), 1),
        (archive(ENTRY).replace(b"sent", b"\xff"), 1),
        (archive(ENTRY).replace(b"sent", b"\x01"), 1),
        (archive(ENTRY).replace(b'"xhr"', b"[" * 9999 + b"]" * 9999), 1),
        (archive(ENTRY).replace(b'"xhr"', b"9" * 9999), 0),
        (archive(ENTRY).decode().encode("utf-16"), 1),
        (b"not even close", 1),
    ],
    ids=range(17),
)
def test_what_is_no_archive_is_told(data: bytes, faults: int) -> None:
    found = list(entries(data))
    assert sum(len(entry.faults) for entry in found) == faults
    assert all(fault.severity == "error" for entry in found for fault in entry.faults)


def test_a_broken_entry_does_not_spoil_the_ones_around_it() -> None:
    broken = json.dumps(ENTRY).replace('"sent"', "sent")
    data = archive(ENTRY, "here", ENTRY).replace(b'"here"', broken.encode())
    good, bad, also = entries(data)
    assert (len(good.faults), len(bad.faults), len(also.faults)) == (0, 1, 0)
    assert good._replace(name="") == also._replace(name="")


def test_half_characters_are_left_to_the_judge_of_the_body() -> None:
    entry = one(archive(ENTRY).replace(b"sent", b"\\ud800"))
    assert entry.request is not None
    assert (entry.request.body, entry.faults) == ("\ud800", ())
    form = {"params": [{"name": "a", "value": "\ud800"}]}
    assert one(changed("request.postData", form)).request is not None


def test_an_archive_is_known_by_its_beginning() -> None:
    assert looks_like(TRAFFIC)
    assert looks_like(b'\xef\xbb\xbf {"log":{')
    assert not looks_like(b'{"Log": {}}')
    assert not looks_like(b'{"log": 1}')


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["POST", "/x", "base64", "text", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *ENTRY["request"],
                    *ENTRY["response"],
                    "text",
                    "encoding",
                    "params",
                    "name",
                    "value",
                    "size",
                    "request",
                    "response",
                    "bodySize",
                ]
            ),
            inner,
        )
    ),
)


@given(values)
def test_no_value_raises(value: Any) -> None:
    for data in (archive(value), archive({"request": value, "response": value}), json.dumps(value).encode()):
        for entry in entries(data):
            assert len(entry.faults) <= 20


def test_no_mutation_raises() -> None:
    chance = random.Random(3)
    for _ in range(2000):
        data = bytearray(archive(ENTRY, ENTRY))
        for _ in range(chance.randrange(1, 6)):
            at = chance.randrange(len(data))
            data[at : at + chance.randrange(3)] = bytes(
                chance.choices(b'{}[]",:\\ 01tn\xff\x00', k=chance.randrange(3))
            )
        for entry in entries(bytes(data)):
            assert entry.request or entry.response or entry.faults
