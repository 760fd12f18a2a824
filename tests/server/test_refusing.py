"""What the server refuses, and with which status: all of it from the contract's findings, in the contract's error object."""

import base64
import json
from typing import Any

import pytest

import relation_spec as rs
from tests.server.conftest import PATH, Connect, Local

KINDS = {"demo": "demo", "guest": "guest"}


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


def assert_refused(answer: Any, status: int, contract: rs.Contract) -> str:
    """The status, an error object that keeps to the contract, and no trace of the request's secrets."""
    assert answer.status_code == status
    assert contract.validate_response(answer).valid
    value = answer.json()
    assert value["Error"] is True
    return str(value["ErrorMessage"])


@pytest.mark.parametrize(
    ("status", "said", "options"),
    [
        (400, "error[required]", {"value": {"SourceContactId": 874}}),
        (400, "error[malformed]", {"content": b"{", "headers": {"Content-Type": "application/json"}}),
        (400, "error[type]", {"value": {"SourceContactId": "x", "DestinationContactId": 955}}),
        (400, "error[unknown-parameter] query", {"value": {}, "url": f"{PATH}?select=x"}),
        (400, "error[select] query.$select", {"value": {}, "url": f"{PATH}?$select=nothing"}),
        (400, "error[language] header.SO-Language", {"value": {}, "headers": {"SO-Language": "xx"}}),
        (401, "error[unauthenticated] header.Authorization", {"value": {}, "auth": None}),
        (401, "the credentials are not known", {"value": {}, "auth": ("demo", "wrong")}),
        (401, "the credentials are not known", {"value": {}, "auth": ("nobody", "")}),
        (403, "the user guest may read, and not save", {"value": {}, "auth": ("guest", "guest")}),
        (406, "error[not-acceptable] header.Accept", {"value": {}, "headers": {"Accept": "text/html, */*;q=0"}}),
        (413, "longer than 1048576 bytes", {"content": b" " * 2**21}),
        (415, "error[unsupported-media-type]", {"content": b"x", "headers": {"Content-Type": "text/plain"}}),
        (415, "error[unsupported-media-type]", {"content": b"{}"}),
    ],
)
def test_each_status_says_what_is_wrong(
    connect: Connect, contract: rs.Contract, status: int, said: str, options: dict[str, Any]
) -> None:
    local = connect(users=KINDS)
    value = options.pop("value", None)
    assert said in assert_refused(local.post(value, **options), status, contract)


def test_the_worst_comes_first(connect: Connect, contract: rs.Contract) -> None:
    """Strangers learn nothing of the rest, and what cannot be read is not judged further."""
    local = connect(users=KINDS)
    wrong = {"Accept": "text/html", "Content-Type": "text/plain"}
    assert_refused(local.request("POST", content=b"x" * 2**21, headers=wrong, auth=None), 401, contract)
    assert_refused(local.request("POST", content=b"x" * 2**21, headers=wrong, auth=("guest", "guest")), 403, contract)
    assert_refused(local.request("POST", content=b"x" * 2**21, headers=wrong), 413, contract)
    assert_refused(local.request("POST", content=b"x", headers=wrong), 415, contract)
    assert_refused(local.post({}, headers={"Accept": "text/html"}), 406, contract)


def test_an_error_is_written_as_the_request_accepts(local: Local, contract: rs.Contract) -> None:
    for name in ("text/json", "application/xml", "text/xml", "application/merge-patch+json"):
        answer = local.post({}, headers={"Accept": f"{name}, */*;q=0.1"})
        assert answer.headers["content-type"] == f"{name}; charset=utf-8"
        assert contract.validate_response(answer).valid
    assert "<ErrorMessage>error[required]" in local.post({}, headers={"Accept": "text/xml"}).text


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "BREW"])
def test_other_methods_are_told_which_there_are(local: Local, method: str) -> None:
    """RFC 9110 section 15.5.6."""
    answer = local.request(method)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST, OPTIONS"
    assert (answer.content == b"") == (method == "HEAD")


def test_options_tells_the_methods_to_anybody(local: Local) -> None:
    answer = local.request("OPTIONS", auth=None)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["allow"] == "POST, OPTIONS"
    assert "set-cookie" not in answer.headers
    assert local.request("OPTIONS", f"{PATH}/959", auth=None).headers["allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize(
    "path", ["/", "/api/v1/Relations", "/api/v1/Relation/x", "/api/v1/Relation/1/2", "/api/v1/relation"]
)
def test_nothing_is_served_elsewhere(local: Local, path: str) -> None:
    answer = local.get(path)
    assert answer.status_code == 404
    assert PATH in answer.json()["ErrorMessage"]


@pytest.mark.parametrize(
    "authorization",
    [basic("demo:demo"), "SoTicket 7T:abc123==", "soticket 7T:abc123==", "Bearer 8A:Cust1.abc", "bearer 8A:Cust1.abc"],
)
def test_three_schemes_are_taken(connect: Connect, new: dict[str, Any], authorization: str) -> None:
    """/components/securitySchemes; RFC 9110 section 11.1: letter case of a scheme does not count."""
    local = connect(tickets=["7T:abc123=="], tokens=["8A:Cust1.abc"])
    answer = local.post(new, headers={"Authorization": authorization}, auth=None)
    assert answer.status_code == 200
    assert answer.json()["CreatedBy"]["Name"] == "demo"


@pytest.mark.parametrize(
    "authorization",
    ["Basic !", basic("demo"), basic("demo:"), basic("demo:demo "), basic("Demo:demo"), "SoTicket 7T:abc", "Bearer 7T:abc123==",
     "SoTicket 8A:Cust1.abc", "Basic", "", "Digest x", "Bearer 8A:Cust1.abc x"],
)  # fmt: skip
def test_other_credentials_are_refused_with_a_challenge(
    connect: Connect, contract: rs.Contract, authorization: str
) -> None:
    """RFC 9110 section 11.6.1."""
    local = connect(tickets=["7T:abc123=="], tokens=["8A:Cust1.abc"])
    answer = local.post({}, headers={"Authorization": authorization}, auth=None)
    assert_refused(answer, 401, contract)
    assert answer.headers["www-authenticate"].startswith('basic realm="Relation", SoTicket realm="Relation", bearer ')


def test_tickets_may_stand_for_users(connect: Connect, new: dict[str, Any]) -> None:
    local = connect(users=KINDS, tickets={"7T:g": "guest", "7T:d": "demo"})
    assert local.post(new, headers={"Authorization": "SoTicket 7T:g"}, auth=None).status_code == 403
    assert local.post(new, headers={"Authorization": "SoTicket 7T:d"}, auth=None).status_code == 200


def test_options_with_credentials_begins_a_session(
    connect: Connect, new: dict[str, Any], contract: rs.Contract
) -> None:
    """/components/securitySchemes/XsrfHeader, XsrfCookie: the cookie that OPTIONS gives, repeated in the header."""
    from tests.server.conftest import NOON

    now = [NOON]
    local = connect(clock=lambda: now[0])
    cookie = local.request("OPTIONS").headers["set-cookie"].partition(";")[0]
    name, _, token = cookie.partition("=")
    assert name == "XSRF-TOKEN"
    local._client.cookies.clear()
    good = {"Cookie": cookie, "X-XSRF-TOKEN": token}
    answer = local.post(new, headers=good, auth=None)
    assert (answer.status_code, answer.json()["CreatedBy"]["Name"]) == (200, "demo")
    for bad in (
        {"X-XSRF-TOKEN": token},
        {"Cookie": cookie},
        good | {"X-XSRF-TOKEN": token + "x"},
        {"Cookie": f"{name}={token}x", "X-XSRF-TOKEN": token + "x"},
        {"Cookie": f"{name}=a.b.c", "X-XSRF-TOKEN": "a.b.c"},
        {"Cookie": f"{name}=Z3Vlc3Q{token[6:]}", "X-XSRF-TOKEN": f"Z3Vlc3Q{token[6:]}"},
    ):
        assert_refused(local.post(new, headers=bad, auth=None), 401, contract)
    now[0] = NOON.replace(hour=21)
    assert_refused(local.post(new, headers=good, auth=None), 401, contract)


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("text/*", "text/json"),
        ("application/xml, application/json", "application/xml"),
        ("application/xml;q=0.5, application/json;q=0.9", "application/json"),
        ("application/json;q=0, */*", "text/json"),
        ("text/*;q=0.3, text/xml;q=0.7, */*;q=0.1", "text/xml"),
        ("application/merge-patch+json; charset=utf-8", "application/merge-patch+json"),
        ("text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8", "application/xml"),
    ],
)
def test_the_answer_s_media_type_is_negotiated(
    local: Local, new: dict[str, Any], accept: str | None, chosen: str
) -> None:
    """RFC 9110 section 12.5.1."""
    local._client.headers.pop("accept")
    answer = local.post(new, headers={"Accept": accept} if accept else {})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == f"{chosen}; charset=utf-8"


def test_a_fault_of_the_server_is_told_in_the_contract_s_words(
    local: Local, contract: rs.Contract, new: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """/paths/~1api~1v1~1Relation/post/responses/500."""

    def fail(*_: Any) -> None:
        raise ZeroDivisionError("the secret of the house")

    monkeypatch.setattr(local.service._reader, "value", fail)
    answer = local.post(new)
    assert "secret" not in assert_refused(answer, 500, contract)
    monkeypatch.undo()
    assert local.post(new).status_code == 200


def test_no_secret_of_a_request_is_ever_said(connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "relation_spec")
    local = connect(users={"demo": "SENTINEL-password"})
    headers = {"SO-AppToken": "SENTINEL-app", "Cookie": "XSRF-TOKEN=SENTINEL-cookie", "X-XSRF-TOKEN": "SENTINEL-header"}
    said = ""
    for auth in (("demo", "SENTINEL-password"), ("SENTINEL-user", "SENTINEL-wrong"), None):
        for body in ({}, {"SourceContactId": 1, "DestinationContactId": 2}):
            said += local.post(body, f"{PATH}?key=SENTINEL-query", auth=auth, headers=headers).text
            said += local.post(body, auth=auth, headers=headers).text
    lines = [json.loads(record.getMessage()) for record in caplog.records if record.name.endswith("access")]
    assert len(lines) == 12
    assert {line["path"] for line in lines} == {PATH}
    assert "SENTINEL" not in said + "".join(
        record.getMessage() for record in caplog.records if "httpx" not in record.name
    )
