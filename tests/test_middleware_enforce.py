"""Both middlewares in enforce mode: invalid requests are answered by the contract, valid ones arrive whole."""

import asyncio
import gzip
import json
import logging
from typing import Any

import pytest

import relation_spec as rs
from relation_spec.middleware import asgi, wsgi
from relation_spec.middleware.exchange import Exchange
from tests.traffic import AUTHORIZED, BAD, GOOD, JSON, PATH, SENTINELS, STORED, Gateway, call, environ, in_chunks, scope

START = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]}
ALL_BAD = {"so-language": "xx-", "accept": "application/json", **JSON}


class Answer:
    """What came back, whether the application was asked, and what was told."""

    def __init__(self, status: int, headers: list[tuple[str, str]], body: bytes, seen: bytes | None, told: Any) -> None:
        self.status, self.body, self.seen, self.told = status, body, seen, told
        self.headers = {name.lower(): value for name, value in headers}
        self.all_headers = headers


def through_asgi(body: bytes, headers: dict[str, str], path: str = PATH, **options: Any) -> Answer:
    told: list[Exchange] = []
    seen: list[bytes] = []

    async def app(where: Any, receive: Any, send: Any) -> None:
        more = True
        while more:
            message = await receive()
            seen.append(message.get("body", b""))
            more = message.get("more_body", False)
        await send(START)
        await send({"type": "http.response.body", "body": STORED})

    middleware = asgi.RelationMiddleware(app, mode="enforce", on_report=told.append, **options)
    half = len(body) // 2
    sent = call(middleware, scope(path, headers), in_chunks(body[:half], body[half:]))
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert seen in ([], [body[:half], body[half:]])
    pairs = [(name.decode(), value.decode()) for name, value in sent[0]["headers"]]
    return Answer(sent[0]["status"], pairs, sent[1]["body"], b"".join(seen) if seen else None, told)


def through_wsgi(body: bytes, headers: dict[str, str], path: str = PATH, **options: Any) -> Answer:
    told: list[Exchange] = []
    seen: list[bytes] = []

    def app(given: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.append(given["wsgi.input"].read(int(given["CONTENT_LENGTH"])))
        start_response("200 OK", [("Content-Type", "application/json")])
        return [STORED]

    middleware = wsgi.RelationMiddleware(app, mode="enforce", on_report=told.append, **options)
    gateway = Gateway().call(middleware, environ(body, headers, PATH_INFO=path))
    status, _, reason = gateway.status.partition(" ")
    assert reason
    return Answer(int(status), gateway.headers, gateway.body, seen[0] if seen else None, told)


both = pytest.mark.parametrize("through", [through_asgi, through_wsgi], ids=["asgi", "wsgi"])


@both
def test_a_valid_request_reaches_the_application_whole(through: Any) -> None:
    answer = through(GOOD, AUTHORIZED | JSON)
    assert (answer.status, answer.body, answer.seen) == (200, STORED, GOOD)
    assert answer.told[0].valid
    assert not answer.told[0].refused


@both
@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (400, BAD, AUTHORIZED | JSON),
        (400, b"{", AUTHORIZED | JSON),
        (400, b"", AUTHORIZED | JSON),
        (400, BAD, JSON),
        (401, GOOD, JSON),
        (406, GOOD, AUTHORIZED | JSON | {"accept": "image/png"}),
        (400, GOOD, JSON | {"accept": "image/png"}),
        (415, GOOD, AUTHORIZED | {"content-type": "text/plain"}),
        (415, GOOD, {"content-type": "text/plain"}),
    ],
)
def test_an_invalid_request_is_answered_by_the_contract(
    contract: rs.Contract, through: Any, status: int, body: bytes, headers: dict[str, str]
) -> None:
    """RFC 9110 section 15.5; the answer itself keeps to the contract."""
    answer = through(body, headers)
    assert answer.status == status
    assert answer.seen is None, "the application was not asked"
    assert answer.headers["content-length"] == str(len(answer.body))
    media = answer.headers["content-type"]
    assert contract.validate_response_body(answer.body, media, status=status) == rs.Report()
    request = rs.Request("POST", PATH, headers, body)
    whole = rs.Response(status, answer.all_headers, answer.body)
    if "image/png" not in headers.values():
        assert contract.validate_response(whole, request) == rs.Report()
    [exchange] = answer.told
    assert (exchange.status, exchange.refused, exchange.response) == (status, True, None)
    assert all(str(finding) in json.loads(answer.body)["ErrorMessage"] for finding in exchange.request.errors)
    assert ("www-authenticate" in answer.headers) is (status == 401)


@both
def test_a_challenge_names_every_scheme_of_the_contract(through: Any) -> None:
    """RFC 9110 section 11.6.1."""
    challenges = through(GOOD, JSON).headers["www-authenticate"]
    assert challenges.lower() == 'basic realm="relation", soticket realm="relation", bearer realm="relation"'


@both
@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("*/*", "application/json"),
        ("text/json", "text/json"),
        ("text/xml;q=0.5, application/xml", "application/xml"),
        ("application/json;q=0.1, text/xml;q=0.2", "text/xml"),
        ("application/json;q=0, application/*", "application/xml"),
    ],
)
def test_the_answer_has_a_media_type_that_the_request_accepts(
    contract: rs.Contract, through: Any, accept: str, media: str
) -> None:
    """RFC 9110 section 12.5.1."""
    answer = through(BAD, AUTHORIZED | JSON | {"accept": accept})
    assert answer.headers["content-type"] == media
    assert contract.validate_response_body(answer.body, media, status=400) == rs.Report()
    assert b"SourceContactId" in answer.body


@both
def test_many_findings_are_counted_in_the_answer(through: Any) -> None:
    body = json.dumps({f"p{number}": 1 for number in range(300)}).encode()
    text = json.loads(through(body, AUTHORIZED | JSON).body)["ErrorMessage"]
    assert text.count("error[unknown-property]") == 8
    assert text.endswith("; and 292 more")


@both
def test_a_near_miss_of_the_path_is_told_so(through: Any) -> None:
    """Letter case counts in paths (RFC 3986 section 6.2.2.1), and whoever gets it wrong means this endpoint."""
    answer = through(GOOD, AUTHORIZED | JSON, path=PATH.lower())
    assert (answer.status, answer.seen) == (400, None)
    assert "error[path]" in json.loads(answer.body)["ErrorMessage"]


@both
def test_strict_refuses_warnings(through: Any) -> None:
    body = GOOD.replace(b'"SourceContactId": 874', b'"SourceContactId": 0')
    assert through(body, AUTHORIZED | JSON).status == 200
    answer = through(body, AUTHORIZED | JSON, strict=True)
    assert answer.status == 400
    assert b"null-id" in answer.body


@both
def test_answers_are_never_replaced(through: Any) -> None:
    """They are only judged, since the work behind them is done."""
    answer = through(GOOD, AUTHORIZED | JSON | {"accept": "text/xml"})
    assert (answer.status, answer.body) == (200, STORED)


@both
def test_bodies_past_the_limit_pass_unjudged_but_what_is_around_them_does_not(through: Any) -> None:
    answer = through(BAD, AUTHORIZED | JSON, max_body=5, validate_responses=False)
    assert (answer.status, answer.seen, answer.told[0].notes) == (200, BAD, ("request-body-too-large",))
    assert through(BAD, JSON, max_body=5).status == 401
    assert through(BAD, AUTHORIZED | JSON, max_body=len(BAD)).status == 400


@both
@pytest.mark.parametrize("layers", [1, 2])
def test_packed_bodies_are_unpacked_in_bounded_memory(through: Any, layers: int) -> None:
    """RFC 9110 section 8.4: a body that opens to more than the limit counts as too large."""
    packed = {**AUTHORIZED, **JSON, "content-encoding": "gzip"}
    assert through(gzip.compress(BAD), packed).status == 400
    assert through(gzip.compress(GOOD), packed).status == 200
    bomb = gzip.compress(b" " * 3_000_000)
    if layers == 2:
        bomb, packed = gzip.compress(bomb), {**packed, "content-encoding": "gzip, gzip"}
    answer = through(bomb, packed)
    assert (answer.status, answer.told[0].notes) == (200, ("request-body-too-large",))
    assert answer.told[0].request == rs.Report()


@both
def test_no_credential_is_ever_shown(through: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Neither in the log, nor in what is told, nor in an answer; also where a finding is about it or the body has it."""
    caplog.set_level(logging.DEBUG)
    tokens = ["SENTINEL", "8A:Cust1"]
    bodies = [GOOD, BAD, b"{"]
    revealing = [json.dumps({"SourceContactId": SENTINELS["authorization"]}).encode()]
    revealing += [
        json.dumps({token: token}).encode() for token in (SENTINELS["so-apptoken"], "8A:Cust1-SENTINEL-bearer")
    ]
    variants = [
        SENTINELS,
        {**SENTINELS, "authorization": "Basic SENTINEL\x01"},
        {**SENTINELS, "so-apptoken": "x SENTINEL-apptoken\x7f"},
    ]
    variants += [{name: value for name, value in SENTINELS.items() if name != missing} for missing in SENTINELS]
    cases = [(body, headers) for body in bodies for headers in variants]
    for body, headers in cases + [(body, SENTINELS) for body in revealing]:
        answer = through(body, headers | JSON)
        shown = [caplog.text, repr(answer.told), str(answer.told), repr(answer.all_headers)]
        if answer.seen is None:
            shown.append(answer.body.decode())
        assert not [text for text in shown for token in tokens if token in text]
    assert caplog.records


def test_a_client_that_leaves_while_it_sends_is_left_to_the_application() -> None:
    seen: list[Any] = []

    async def app(where: Any, receive: Any, send: Any) -> None:
        seen.extend([await receive(), await receive(), await receive()])

    told: list[Exchange] = []
    middleware = asgi.RelationMiddleware(app, mode="enforce", on_report=told.append)
    call(middleware, scope(), in_chunks(GOOD[:5], GOOD[5:])[:1])
    assert [message["type"] for message in seen] == ["http.request", "http.disconnect", "http.disconnect"]
    assert told[0].notes == ("request-body-unread", "response-missing")


def test_a_body_that_announces_its_length_is_not_read_for_nothing() -> None:
    """So no 100 (Continue) is asked for that the application would not have asked for (RFC 9110 section 10.1.1)."""

    async def app(where: Any, receive: Any, send: Any) -> None:
        await send(START)
        await send({"type": "http.response.body", "body": STORED})

    async def receive() -> Any:
        raise AssertionError("nobody reads")

    async def send(message: Any) -> None: ...

    told: list[Exchange] = []
    middleware = asgi.RelationMiddleware(
        app, mode="enforce", on_report=told.append, max_body=10, validate_responses=False
    )
    asyncio.run(middleware(scope(headers=AUTHORIZED | JSON | {"content-length": "11"}), receive, send))
    assert told[0].notes == ("request-body-too-large",)
