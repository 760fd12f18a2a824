"""A request whose head came before goes a shorter way, and gets the answer that it would get without."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import relation_spec as rs
from relation_spec.server import Limits
from relation_spec.strategies import invalid_request_bodies, malformed_request_bodies, request_bodies
from tests.server.conftest import NOON, Connect, Local
from tests.server.processes import VALUE

JSON = {"Content-Type": "application/json"}


def told(answer: httpx.Response) -> tuple[int, list[tuple[str, str]], bytes]:
    return answer.status_code, sorted(answer.headers.multi_items()), answer.content


def remembered(local: Local) -> int:
    return len(local.service._heads._known)


@pytest.fixture
def both(connect: Connect) -> tuple[Local, Local]:
    """A server that remembers heads, and one that does not."""
    return connect(clock=lambda: NOON), connect(clock=lambda: NOON, limits=Limits(heads=0))


def same(both: tuple[Local, Local], content: bytes, headers: dict[str, str] = JSON, **options: Any) -> httpx.Response:
    """The answer of both servers to a request that came once with another body before."""
    for local in both:
        local.request("POST", content=json.dumps(VALUE), headers=headers, **options)
    short, long = (local.request("POST", content=content, headers=headers, **options) for local in both)
    assert told(short) == told(long)
    return short


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        request_bodies(encoded=True),
        invalid_request_bodies(encoded=True).map(lambda broken: broken[0]),
        malformed_request_bodies().map(lambda broken: broken[0]),
    )
)
def test_any_body_gets_the_answer_of_the_long_way(both: tuple[Local, Local], body: bytes) -> None:
    same(both, body)
    assert (remembered(both[0]), remembered(both[1])) == (1, 0)


@pytest.mark.parametrize(
    "body",
    [
        b'{"SourceContactId": 874.0, "DestinationContactId": 9.55e2, "Reversed": 5e-1e1}',
        b'{"SourceContactId": 874.0, "DestinationContactId": 9.55e2, "Reversed": 50e-1}',
        b'{"SourceContactId": 874, "DestinationContactId": 955, "RelationId": 959}',
        b'{"SourceContactId": 874, "DestinationContactId": 955, "RelationId": 77}',
        b'{"SourceContactId": 874, "DestinationContactId": 955, "RelationId": 1e400}',
        b'{"SourceContactId": 874, "DestinationContactId": 955, "Rank": 1' + b"0" * 5000 + b"}",
        b'{"SourceContactId": 874, "DestinationContactId": 4, "DestinationContactId": 955}',
        b'{"SourceContactId": 874, "DestinationContactId": 955, "Comment": "\\ud800"}',
        b'{"SourceContactId": 874, "DestinationContactId": 955, "Comment": "\\ud83d\\ude00\\u0000"}',
        b'\xef\xbb\xbf{"SourceContactId": 874, "DestinationContactId": 955}',
        '{"SourceContactId": 874, "DestinationContactId": 955}'.encode("utf-16"),
        b'{"SourceContactId": 874, "DestinationContactId": 0}',
        b'{"SourceContactId": 874, "DestinationContactId": 955, "SourcePersonId": 901}',
        b'{"SourceContactId": 874, "DestinationContactId": 955, "TableRight": null, "_Links": {}}',
        b"",
        b"[]",
    ],
)
def test_edges_of_json_are_read_as_on_the_long_way(both: tuple[Local, Local], body: bytes) -> None:
    same(both, body)


@pytest.mark.parametrize(
    "fields",
    [
        {"Accept": "text/xml"},
        {"Accept": "text/json, application/json;q=0.5"},
        {"SO-Language": "de", "SO-TimeZone": "Europe/Oslo"},
        {"Content-Type": "text/json; charset=utf-8"},
        {"Content-Type": "application/json; charset=iso-8859-1"},
        {"Content-Type": "application/xml"},
        {"SO-Langauge": "de"},
    ],
)
def test_the_header_fields_of_a_known_head_count(both: tuple[Local, Local], fields: dict[str, str]) -> None:
    body = json.dumps({**VALUE, "Comment": "Gr\u00fc\u00df"}, ensure_ascii=False).encode()
    same(both, body, JSON | fields)
    for query in ("?$select=comment,relationId", "?$select=nothing"):
        same(both, body, JSON | fields, url=both[0].path + query)


def test_only_heads_with_which_requests_were_saved_are_remembered(local: Local) -> None:
    """Nor sessions, which end, nor packed bodies, nor long heads."""
    body = json.dumps(VALUE).encode()
    session = local.request("OPTIONS").headers["set-cookie"].partition(";")[0]
    local._client.cookies.clear()  # it would send the session with everything
    token = session.partition("=")[2]
    assert local.post(VALUE, auth=("demo", "wrong")).status_code == 401
    assert local.post({"SourceContactId": 874}).status_code == 400
    for fields in (
        {"Cookie": session, "X-XSRF-TOKEN": token},
        {"Content-Encoding": "identity"},
        {"Expect": "100-continue"},
        {"X-Long": "x" * 2048},
    ):
        auth = None if "Cookie" in fields else ("demo", "demo")
        assert local.request("POST", content=body, headers=JSON | fields, auth=auth).status_code == 200
    assert remembered(local) == 0
    assert local.post(VALUE).status_code == 200
    assert remembered(local) == 1


def test_wrong_credentials_are_refused_after_good_ones(local: Local) -> None:
    assert local.post(VALUE).status_code == 200
    assert local.post(VALUE, auth=("demo", "Demo")).status_code == 401
    assert local.post(VALUE, auth=("guest", "demo")).status_code == 401


def test_heads_are_remembered_in_bounded_number(connect: Connect) -> None:
    local = connect(limits=Limits(heads=3))
    for number in range(8):
        assert local.post(VALUE, headers={"X-Number": str(number)}).status_code == 200
        assert 1 <= remembered(local) <= 3


def test_a_fault_on_the_short_way_is_told_in_the_contracts_words(local: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    assert local.post(VALUE).status_code == 200

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(local.service._parts.records, "draft", fail)
    answer = local.post(VALUE)
    assert answer.status_code == 500
    assert answer.json()["Error"] is True


def test_a_contract_that_forbids_repeated_names_has_no_short_way(connect: Connect, edited: Any) -> None:
    local = connect(contract=rs.load(edited(("duplicate-key: {request: warning", "duplicate-key: {request: error"))))
    assert local.post(VALUE).status_code == 200
    twice = b'{"SourceContactId": 874, "DestinationContactId": 955, "DestinationContactId": 955}'
    assert local.request("POST", content=twice, headers=JSON).status_code == 400
