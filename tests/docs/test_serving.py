"""The server's page and its judge: what they answer, to whom, and where they stop."""

import json
import socket
from pathlib import Path
from typing import Any

import httpx
import pytest

import relation_spec as rs
from relation_spec import docs, limits
from relation_spec.server import create_app
from relation_spec.server.running import RunningServer
from tests.conftest import COMMENT
from tests.docs.conftest import PRIORITY, Edited, made, serving

CLIENT = httpx.Client(timeout=30)  # a busy machine is slow, and the first page takes its time
BODY = '{"SourceContactId": 1,\n "DestinationContactId": "x"}'
MESSAGES = f"""### one
POST /api/v1/Relation?$select=comment HTTP/1.1
Authorization: Basic c2VjcmV0OnNlY3JldA==
Accept-Language: xx
Content-Type: application/json

{BODY}

HTTP/1.1 200 OK
Content-Type: application/json

{{"Comment": 3}}
"""


def ask(server: RunningServer, question: Any, **headers: str) -> httpx.Response:
    return CLIENT.post(f"{server.url}/docs/judge", json=question, headers=headers)


def test_the_page_is_served_with_a_policy_that_lets_it_do_no_more_than_it_does(served: RunningServer) -> None:
    answer = CLIENT.get(f"{served.url}/docs")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == policy["frame-ancestors"] == "'none'"
    assert policy["connect-src"] == "'self'"
    assert policy["script-src"].startswith("'sha256-")
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert f"<code>{served.url}</code>" in answer.text
    assert len(answer.content) < 300_000
    assert CLIENT.head(f"{served.url}/docs").headers["content-length"] == str(len(answer.content))


def test_the_endpoint_is_as_it_was(served: RunningServer) -> None:
    value = {"SourceContactId": 874, "DestinationContactId": 955}
    assert CLIENT.post(f"{served.url}/api/v1/Relation", json=value, auth=("demo", "demo")).status_code == 200
    assert CLIENT.get(f"{served.url}/docs/other").status_code == 404
    assert CLIENT.get(f"{served.url}/Docs").status_code == 404


@pytest.mark.parametrize(
    "question",
    [
        {"as": "request", "text": BODY},
        {
            "as": "request",
            "text": "<ContactRelationEntity><Reversed>no</Reversed></ContactRelationEntity>",
            "content_type": "text/xml",
        },
        {"as": "response", "text": '{"Error": true}', "status": 400},
        {"as": "response", "text": '{"Comment": "x", "ActiveText": "y"}', "select": "comment"},
        {"as": "request", "text": ""},
        {"as": "request", "text": "{}", "content_type": "text/html"},
    ],
    ids=lambda question: question["text"][:20],
)
def test_the_judge_says_what_the_package_says(served: RunningServer, question: dict[str, Any]) -> None:
    options = {key: held for key, held in question.items() if key in ("status", "select")}
    validate = getattr(rs, f"validate_{question['as']}_body")
    report = validate(question["text"], question.get("content_type", "application/json"), max_findings=50, **options)
    answer = ask(served, question).json()
    assert answer["valid"] is report.valid
    assert answer["omitted"] == report.omitted
    shown = [{key: held for key, held in one.items() if key not in ("excerpt", "caret")} for one in answer["findings"]]
    assert shown == [finding.to_dict() for finding in report.findings]
    assert shown


def test_a_finding_comes_with_its_line_and_a_caret(served: RunningServer) -> None:
    (finding,) = ask(served, {"as": "request", "text": BODY}).json()["findings"]
    assert finding["line"] == 2
    assert finding["excerpt"] == ' "DestinationContactId": "x"}'
    assert finding["excerpt"][finding["caret"] :] == '"x"}'


def test_whole_messages_are_judged_with_lines_of_what_is_pasted(served: RunningServer) -> None:
    answer = ask(served, {"as": "messages", "text": MESSAGES}).json()
    assert (answer["name"], answer["valid"]) == ("2 messages", False)
    lines = MESSAGES.splitlines()
    for finding in answer["findings"]:
        if finding["excerpt"] is not None:
            assert lines[finding["line"] - 1] == finding["excerpt"]
    places = {(one["code"], one["line"]) for one in answer["findings"]}
    assert {("language", 4), ("type", 8), ("type", 13)} <= places
    assert "c2VjcmV0" not in json.dumps(answer)


def test_text_without_a_message_is_told_so(served: RunningServer) -> None:
    answer = ask(served, {"as": "messages", "text": "hello"}).json()
    assert answer["valid"] is False
    assert "found no message of HTTP" in answer["findings"][-1]["message"]


def test_an_answer_is_judged_with_its_request(served: RunningServer) -> None:
    request = {"method": "POST", "url": "/api/v1/Relation", "headers": [["Accept", "application/xml"]]}
    headers = [["Content-Type", "application/json"]]
    answer = ask(served, {"as": "answer", "text": "{}", "status": 200, "headers": headers, "request": request}).json()
    assert {"not-acceptable", "required"} <= {one["code"] for one in answer["findings"]}


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({"as": "nothing", "text": ""}, "Invalid enum value"),
        ({"text": ""}, "missing required field"),
        ({"as": "request", "text": 3}, "Expected `str`"),
        ({"as": "request", "text": "", "more": 1}, "unknown field"),
        ({"as": "response", "text": "", "status": 999}, "Expected `int` <= 599"),
        ([], "Expected `object`"),
        ({"as": "request", "text": "", "content_type": 3}, "Expected `str`"),
    ],
)  # fmt: skip
def test_what_is_no_question_is_refused_in_words(served: RunningServer, question: Any, said: str) -> None:
    answer = ask(served, question)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "text/plain; charset=utf-8")
    assert said in answer.text


def test_it_answers_its_own_page_alone(served: RunningServer) -> None:
    """Against pages of other sites (CSRF) and names that they let point here (DNS rebinding)."""
    good = {"as": "request", "text": "{}"}
    port = served.url.rpartition(":")[2]
    assert ask(served, good, Origin=served.url, **{"Sec-Fetch-Site": "same-origin"}).status_code == 200
    assert ask(served, good, Origin="http://evil.example").status_code == 403
    assert ask(served, good, Origin="null").status_code == 403
    assert ask(served, good, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    for host in (f"localhost:{port}", f"[::1]:{port}", "192.0.2.7", "page.localhost"):
        assert ask(served, good, Host=host).status_code == 200
    for host in ("evil.example", f"127.0.0.1.evil.example:{port}", "localhost.evil.example", "127.0.0.1@evil.example"):
        assert ask(served, good, Host=host).status_code == 421
        assert CLIENT.get(f"{served.url}/docs", headers={"Host": host}).status_code == 421
    assert (
        CLIENT.post(
            f"{served.url}/docs/judge", content=json.dumps(good), headers={"Content-Type": "text/plain"}
        ).status_code
        == 415
    )
    assert not [name for name in ask(served, good).headers if name.startswith("access-control")]


@pytest.mark.parametrize(("method", "path", "allow"), [("POST", "/docs", "GET, HEAD"), ("GET", "/docs/judge", "POST")])
def test_other_methods_are_refused(served: RunningServer, method: str, path: str, allow: str) -> None:
    answer = CLIENT.request(method, served.url + path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allow)


def test_it_is_bounded_in_size(served: RunningServer) -> None:
    long = {"as": "request", "text": "x" * limits.MAX_TRIED_BYTES}
    assert ask(served, long).status_code == 413
    deep = {"as": "request", "text": "[" * 100_000}
    assert ask(served, deep).json()["findings"][0]["code"] in ("malformed", "too-deep")
    many = {"as": "request", "text": json.dumps({f"unknown{number}": number for number in range(10_000)})}
    answer = ask(served, many).json()
    assert len(answer["findings"]) == limits.MAX_TRIED_FINDINGS
    assert answer["omitted"] > 9_000
    names = ",".join(f"unknown{number}" for number in range(1000))
    assert len(ask(served, {"as": "response", "text": "{}", "select": names}).json()["findings"]) == 50
    text = {"as": "messages", "text": "POST /api/v1/Relation HTTP/1.1\n\n" * 5_000}
    assert ask(served, text).json()["name"] == f"{limits.MAX_TRIED_MESSAGES} messages"


def test_it_is_bounded_in_time(served: RunningServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("relation_spec.server.reference.MAX_TRIED_SECONDS", 0.2)
    host, port = "127.0.0.1", int(served.url.rpartition(":")[2])
    with socket.create_connection((host, port), timeout=20) as opened:
        opened.sendall(
            f"POST /docs/judge HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n".encode()
        )
        assert b" 408 " in opened.recv(4096).split(b"\r\n")[0]


def test_nothing_is_served_without_a_page() -> None:
    from relation_spec.server.running import running_server

    with running_server() as server:
        assert CLIENT.get(f"{server.url}/docs").status_code == 404


def test_a_contract_that_uses_the_address_keeps_it(edited: Edited) -> None:
    contract = rs.load(edited(("/api/v1/Relation:", "/docs:")))
    with serving(contract) as server:
        assert CLIENT.get(f"{server.url}/docs").status_code == 405
        value = {"SourceContactId": 874, "DestinationContactId": 955}
        assert CLIENT.post(f"{server.url}/docs", json=value, auth=("demo", "demo")).status_code == 200


def test_a_page_that_cannot_be_made_says_why(edited: Edited) -> None:
    contract = rs.load(edited(("example: fr,de,ru,zh", "example: xx")))
    with serving(contract) as server:
        answer = CLIENT.get(f"{server.url}/docs")
        assert answer.status_code == 500
        assert "the page cannot be made: " in answer.text
        assert "the example of Accept-Language is not valid" in answer.text


def test_another_contract_is_shown_and_judged_by(edited: Edited, tmp_path: Path) -> None:
    contract = rs.load(edited((COMMENT, PRIORITY + COMMENT)))
    with serving(contract, database=str(tmp_path / "x.db")) as server:
        assert 'id="request/Priority"' in CLIENT.get(f"{server.url}/docs").text
        body = '{"SourceContactId": 1, "DestinationContactId": 2, "Priority": 9}'
        (finding,) = ask(server, {"as": "request", "text": body}).json()["findings"]
        assert (finding["code"], finding["pointer"]) == ("range", "/Priority")


def test_create_app_takes_what_makes_the_page() -> None:
    app = create_app(page=made(rs.load()))
    app.state.store.close()
    assert docs.served(None, "/docs/judge").text.count("trial-data") >= 1
