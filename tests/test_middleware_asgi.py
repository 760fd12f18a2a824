"""The ASGI middleware in report mode: what passes, passes untouched; what is wrong is told (ASGI 3, HTTP spec 2.4)."""

import asyncio
import logging
from typing import Any

import pytest

import relation_spec as rs
from relation_spec.middleware.asgi import RelationMiddleware
from relation_spec.middleware.exchange import Exchange
from tests.traffic import AUTHORIZED, BAD, GOOD, JSON, PATH, STORED, call, in_chunks, scope

START = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]}
DONE = {"type": "http.response.body", "body": STORED, "more_body": False}


class App:
    """Reads the whole request, then sends what it was given; keeps what it saw."""

    def __init__(self, *answer: dict[str, Any], reads: bool = True) -> None:
        self.answer, self.reads = answer or (START, DONE), reads
        self.received: list[Any] = []

    async def __call__(self, where: Any, receive: Any, send: Any) -> None:
        self.seen = (where, receive, send)
        while self.reads:
            message = await receive()
            self.received.append(message)
            if not message.get("more_body"):
                break
        for message in self.answer:
            await send(message)


def watched(app: Any, **options: Any) -> tuple[RelationMiddleware, list[Exchange]]:
    told: list[Exchange] = []
    return RelationMiddleware(app, on_report=told.append, **options), told


def codes(report: rs.Report | None) -> set[str]:
    assert report is not None
    return {finding.code for finding in report}


@pytest.mark.parametrize(
    "where",
    [
        {"type": "lifespan", "asgi": {"version": "3.0"}},
        {"type": "websocket", "path": PATH},
        scope("/health"),
        scope("/api/v1/Relation/1"),
        scope(method="GET"),
    ],
)
def test_what_is_not_of_the_contract_reaches_the_application_as_it_is(where: dict[str, Any]) -> None:
    """The very same three objects."""
    app = App(reads=False)
    middleware, told = watched(app)

    async def receive() -> Any: ...
    async def send(message: Any) -> None: ...

    asyncio.run(middleware(where, receive, send))
    assert app.seen == (where, receive, send)
    assert app.seen[0] is where
    assert not told


@pytest.mark.parametrize("path", [PATH, PATH + "/", "/tenant7" + PATH])
def test_paths_of_the_contract_are_told(path: str) -> None:
    middleware, told = watched(App())
    call(middleware, scope(path), in_chunks(GOOD))
    assert [(exchange.method, exchange.path, exchange.status) for exchange in told] == [("POST", path, 200)]


def test_every_message_passes_as_the_same_object() -> None:
    first = {"type": "http.response.body", "body": STORED[:7], "more_body": True}
    rest = {"type": "http.response.body", "body": STORED[7:]}
    app = App(START, first, rest)
    middleware, told = watched(app)
    came = in_chunks(GOOD[:3], b"", GOOD[3:10], GOOD[10:])
    sent = call(middleware, scope(), came)
    assert all(one is other for one, other in zip(app.received, came, strict=True))
    assert all(one is other for one, other in zip(sent, (START, first, rest), strict=True))
    assert told[0].valid
    assert not told[0].notes
    assert told[0].duration is not None
    assert told[0].duration >= 0


def test_both_messages_are_judged() -> None:
    middleware, told = watched(App(START, {"type": "http.response.body", "body": b"{}"}))
    call(middleware, scope(headers=JSON), in_chunks(BAD))
    assert {"unauthenticated", "type", "required"} <= codes(told[0].request)
    assert "required" in codes(told[0].response)
    assert not told[0].valid
    assert not told[0].refused


def test_answers_are_left_alone_on_demand() -> None:
    middleware, told = watched(App(START, {"type": "http.response.body", "body": b"{}"}), validate_responses=False)
    call(middleware, scope(), in_chunks(GOOD))
    assert (told[0].status, told[0].response, told[0].valid) == (200, None, True)


def test_strict_makes_warnings_count() -> None:
    body = GOOD.replace(b'"SourceContactId": 874', b'"SourceContactId": 0')
    for strict in (False, True):
        middleware, told = watched(App(), strict=strict)
        call(middleware, scope(), in_chunks(body))
        assert told[0].valid is not strict


def test_the_report_comes_before_background_work_ends() -> None:
    told: list[Exchange] = []

    async def app(where: Any, receive: Any, send: Any) -> None:
        await receive()
        await send(START)
        await send(DONE)
        assert told, "the answer has been sent"
        await asyncio.sleep(0)

    call(RelationMiddleware(app, on_report=told.append), scope(), in_chunks(GOOD))
    assert len(told) == 1


def test_a_body_that_the_application_does_not_read_is_not_judged() -> None:
    middleware, told = watched(App(reads=False))
    call(middleware, scope(headers=JSON), in_chunks(BAD))
    assert codes(told[0].request) == {"unauthenticated"}
    assert told[0].notes == ("request-body-unread",)


def test_a_request_without_a_body_needs_no_reading() -> None:
    """RFC 9112 section 6.3: neither a length nor chunks."""
    middleware, told = watched(App(reads=False))
    call(middleware, scope())
    assert "required" in codes(told[0].request)
    assert not told[0].notes


@pytest.mark.parametrize("length", [None, str(len(GOOD)), "-1", "+5", "1_0", "x"])
def test_bodies_at_the_limit_are_judged_and_longer_ones_are_not(length: str | None) -> None:
    headers = AUTHORIZED | JSON | ({"content-length": length} if length else {})
    for limit, notes in ((len(GOOD), ()), (len(GOOD) - 1, ("request-body-too-large",))):
        app = App()
        middleware, told = watched(app, max_body=limit, validate_responses=False)
        call(middleware, scope(headers=headers), in_chunks(GOOD[:50], GOOD[50:]))
        assert told[0].notes == notes
        assert b"".join(message["body"] for message in app.received) == GOOD


def test_a_long_answer_is_not_judged() -> None:
    middleware, told = watched(App(START, {"type": "http.response.body", "body": b" " * 5000 + b"{}"}), max_body=4000)
    call(middleware, scope(), in_chunks(GOOD))
    assert told[0].notes == ("response-body-too-large",)
    assert told[0].response == rs.Report()


def test_what_the_application_raises_comes_out_as_it_is() -> None:
    fault = RuntimeError("x")
    for answer, notes in (((), ("response-missing",)), ((START,), ("response-body-incomplete",)), ((START, DONE), ())):

        async def app(where: Any, receive: Any, send: Any, answer: Any = answer) -> None:
            await receive()
            for message in answer:
                await send(message)
            raise fault

        middleware, told = watched(app)
        with pytest.raises(RuntimeError) as caught:
            call(middleware, scope(), in_chunks(GOOD))
        assert caught.value is fault
        assert [exchange.notes for exchange in told] == [notes]
        assert told[0].status == (200 if answer else None)


def test_a_client_that_leaves_is_told_to_the_application() -> None:
    app = App()
    middleware, told = watched(app)
    call(middleware, scope(), in_chunks(GOOD[:5], GOOD[5:])[:1])
    assert app.received[-1] == {"type": "http.disconnect"}
    assert told[0].notes == ("request-body-unread",)


def test_a_send_that_fails_reaches_the_application() -> None:
    """HTTP spec 2.4: ``send`` raises OSError once the client has gone."""
    app = App()
    middleware, told = watched(app)

    async def receive() -> Any:
        return in_chunks(GOOD)[0]

    async def send(message: Any) -> None:
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        asyncio.run(middleware(scope(), receive, send))
    assert len(told) == 1


def test_cancelled_work_is_told_too() -> None:
    async def app(where: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(30)

    middleware, told = watched(app)

    async def run() -> None:
        task = asyncio.create_task(middleware(scope(), app, app))  # type: ignore[arg-type]
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    assert told[0].notes == ("request-body-unread", "response-missing") or told[0].status is None


def test_chunks_that_change_afterwards_were_copied() -> None:
    held = bytearray(STORED)

    async def app(where: Any, receive: Any, send: Any) -> None:
        await receive()
        await send(START)
        await send({"type": "http.response.body", "body": held, "more_body": True})
        held[:] = b"x" * len(held)
        await send({"type": "http.response.body"})

    middleware, told = watched(app)
    call(middleware, scope(), in_chunks(GOOD))
    assert told[0].valid


def test_headers_given_as_iterators_still_reach_both_sides() -> None:
    start = {**START, "headers": iter(START["headers"])}  # type: ignore[call-overload]
    middleware, told = watched(App(start, DONE))
    where = scope()
    before = list(where["headers"])
    where["headers"] = iter(before)
    sent = call(middleware, where, in_chunks(GOOD))
    assert list(where["headers"]) == before
    assert list(sent[0]["headers"]) == START["headers"]
    assert told[0].valid


def test_a_callback_that_fails_is_logged_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    def on_report(exchange: Exchange) -> None:
        raise ZeroDivisionError

    app = App()
    sent = call(RelationMiddleware(app, on_report=on_report), scope(), in_chunks(GOOD))
    assert sent == [START, DONE]
    assert [(record.name, record.levelname, record.getMessage()) for record in caplog.records] == [
        ("relation_spec", "ERROR", f"on_report failed for POST {PATH}")
    ]


def test_the_log_has_one_line_for_each_message_with_findings(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "relation_spec")
    middleware = RelationMiddleware(App(START, {"type": "http.response.body", "body": b"{}"}))
    body = b'{"SourceContactId": "1", "DestinationContactId": 0, "\\u001b[2J\\n": 1}'
    call(middleware, scope(), in_chunks(body))
    call(RelationMiddleware(App()), scope(), in_chunks(GOOD))
    request, response = [record.getMessage() for record in caplog.records]
    assert request == (
        f"POST {PATH} answered with 200: request invalid, errors: 2, warnings: 1; type at body /SourceContactId, "
        "unknown-property at body /\\u001b[2J\\u000a, null-id at body /DestinationContactId"
    )
    assert response.startswith(f"POST {PATH} answered with 200: response invalid, errors: ")
    assert ", and " in response
    assert " more" in response


def test_warnings_alone_are_no_warning_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "relation_spec")
    middleware = RelationMiddleware(App())
    call(middleware, scope(), in_chunks(GOOD.replace(b'"SourceContactId": 874', b'"SourceContactId": 0')))
    assert [record.levelname for record in caplog.records] == ["INFO"]


@pytest.mark.parametrize("options", [{"mode": "block"}, {"max_body": -1}, {"max_body": True}, {"on_report": 5}])
def test_impossible_options_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(rs.WrongCallError):
        RelationMiddleware(App(), **options)
