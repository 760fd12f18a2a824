"""The WSGI middleware in report mode: what passes, passes untouched; what is wrong is told (PEP 3333)."""

import io
import sys
from collections.abc import Iterator
from typing import Any
from wsgiref.validate import validator

import pytest

import relation_spec as rs
from relation_spec.middleware.exchange import Exchange
from relation_spec.middleware.wsgi import RelationMiddleware
from tests.traffic import AUTHORIZED, BAD, GOOD, JSON, PATH, STORED, Gateway, environ

HEADERS = [("Content-Type", "application/json")]


def answering(*chunks: bytes) -> Any:
    """An application that reads its input and answers with these chunks."""

    def app(given: dict[str, Any], start_response: Any) -> list[bytes]:
        given["read"] = given["wsgi.input"].read(int(given["CONTENT_LENGTH"] or 0))
        start_response("200 OK", HEADERS)
        return list(chunks or (STORED,))

    return app


def watched(app: Any, **options: Any) -> tuple[RelationMiddleware, list[Exchange]]:
    told: list[Exchange] = []
    return RelationMiddleware(app, on_report=told.append, **options), told


def codes(report: rs.Report | None) -> set[str]:
    assert report is not None
    return {finding.code for finding in report}


@pytest.mark.parametrize(
    "changes", [{"PATH_INFO": "/health"}, {"PATH_INFO": PATH + "/1"}, {"REQUEST_METHOD": "GET"}, {"PATH_INFO": ""}]
)
def test_what_is_not_of_the_contract_reaches_the_application_as_it_is(changes: dict[str, str]) -> None:
    """The very same objects in, and the very same iterable out."""
    answer = [b"x"]
    seen: list[Any] = []

    def app(*given: Any) -> list[bytes]:
        seen.extend(given)
        return answer

    given, stream, start_response = environ(**changes), io.BytesIO(), Gateway().start_response
    given["wsgi.input"] = stream
    middleware, told = watched(app)
    assert middleware(given, start_response) is answer
    assert seen == [given, start_response]
    assert seen[0] is given
    assert given["wsgi.input"] is stream
    assert not told


@pytest.mark.parametrize(
    "changes",
    [{}, {"PATH_INFO": PATH + "/"}, {"SCRIPT_NAME": "/tenant\xc3\xa9"}, {"SCRIPT_NAME": "/api", "PATH_INFO": PATH[4:]}],
)
def test_paths_of_the_contract_are_told(changes: dict[str, str]) -> None:
    middleware, told = watched(answering())
    Gateway().call(middleware, environ(**changes))
    assert [(exchange.method, exchange.status, exchange.valid) for exchange in told] == [("POST", 200, True)]
    assert told[0].path.rstrip("/").endswith(PATH)
    assert told[0].path.isascii()


def test_both_messages_are_judged_at_the_end_of_the_answer() -> None:
    middleware, told = watched(answering(b"{", b"}"))
    given, gateway = environ(BAD, JSON), Gateway()
    answer = middleware(given, gateway.start_response)
    assert list(answer) == [b"{", b"}"]
    assert {"unauthenticated", "type", "required"} <= codes(told[0].request)
    assert "required" in codes(told[0].response)
    answer.close()  # type: ignore[attr-defined]
    assert len(told) == 1
    assert given["read"] == BAD


def test_both_sides_keep_to_pep_3333() -> None:
    """wsgiref's own validator on either side of the middleware."""
    headers = AUTHORIZED | JSON
    given = environ(GOOD, headers, **{"wsgi.errors": sys.stderr})

    def app(given: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        assert given["wsgi.input"].read(10) + given["wsgi.input"].read(10_000) == GOOD
        write = start_response("200 OK", HEADERS)
        write(STORED[:10])
        yield STORED[10:]

    middleware, told = watched(validator(app))
    assert Gateway().call(validator(middleware), given).body == STORED
    assert told[0].valid
    assert not told[0].notes


def filled(stream: Any) -> bytes:
    into = bytearray(len(GOOD))
    return bytes(into) if stream.readinto(into) else b""


@pytest.mark.parametrize(
    "read",
    [
        lambda stream: stream.read(),
        lambda stream: stream.read(-1),
        lambda stream: b"".join(iter(lambda: stream.read(7), b"")),
        lambda stream: b"".join(iter(lambda: stream.readline(9), b"")),
        lambda stream: b"".join(iter(stream.readline, b"")),
        lambda stream: b"".join(stream.readlines()),
        b"".join,
        lambda stream: b"".join(iter(lambda: stream.read1(7), b"")),
        filled,
    ],
)
@pytest.mark.parametrize("mode", ["report", "enforce"])
@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("max_body", [100, 100_000])
def test_however_the_input_is_read_it_is_all_there(read: Any, mode: Any, chunked: bool, max_body: int) -> None:
    """``wsgi.input_terminated`` tells that the server ends the stream, so no length is needed."""
    changes = {"CONTENT_LENGTH": "", "wsgi.input_terminated": True} if chunked else {}
    body = GOOD.replace(b', "', b',\n"')

    def app(given: dict[str, Any], start_response: Any) -> list[bytes]:
        try:
            assert read(given["wsgi.input"])[: len(body)] == body[: len(GOOD)]
        except AttributeError:
            assert max_body == 100, "what reads on has the calls of PEP 3333 alone"
            assert given["wsgi.input"].read() == body
        start_response("200 OK", HEADERS)
        return [STORED]

    middleware, told = watched(app, mode=mode, max_body=max_body, validate_responses=False)
    Gateway().call(middleware, environ(body, **changes))
    assert told[0].valid
    if max_body == 100:
        assert told[0].notes == ("request-body-too-large",)
    elif not (chunked and read is filled):  # nothing said that the stream had ended
        assert not told[0].notes


def test_a_body_that_the_application_does_not_read_is_not_judged() -> None:
    def app(given: dict[str, Any], start_response: Any) -> list[bytes]:
        given["wsgi.input"].read(5)
        start_response("200 OK", HEADERS)
        return [STORED]

    middleware, told = watched(app)
    Gateway().call(middleware, environ(BAD, JSON))
    assert codes(told[0].request) == {"unauthenticated"}
    assert told[0].notes == ("request-body-unread",)


def test_the_number_of_chunks_is_told_where_it_was_told() -> None:
    """Servers take the Content-Length of an answer of one chunk from it."""
    middleware, _ = watched(answering())
    assert len(middleware(environ(), Gateway().start_response)) == 1  # type: ignore[arg-type]
    middleware, _ = watched(lambda given, start_response: iter([b""]))
    assert not hasattr(middleware(environ(), Gateway().start_response), "__len__")


def test_a_generator_is_closed_and_told_of_once() -> None:
    closed = []

    def app(given: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", HEADERS)
        try:
            yield STORED[:5]
            yield STORED[5:]
        finally:
            closed.append(True)

    middleware, told = watched(app)
    answer = middleware(environ(), Gateway().start_response)
    assert next(iter(answer)) == STORED[:5]
    answer.close()  # type: ignore[attr-defined]
    assert closed == [True]
    assert told[0].notes == ("request-body-unread", "response-body-incomplete")
    assert told[0].response == rs.Report()


def test_what_close_raises_comes_out_and_the_exchange_is_told() -> None:
    class Answer(list[bytes]):
        def close(self) -> None:
            raise OSError("close")

    def app(given: dict[str, Any], start_response: Any) -> Answer:
        start_response("200 OK", HEADERS)
        return Answer([STORED])

    middleware, told = watched(app)
    with pytest.raises(OSError, match="close"):
        Gateway().call(middleware, environ())
    assert len(told) == 1


def test_what_the_application_raises_comes_out_as_it_is() -> None:
    fault = RuntimeError("x")

    def at_once(given: dict[str, Any], start_response: Any) -> list[bytes]:
        raise fault

    def later(given: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", HEADERS)
        yield STORED[:5]
        raise fault

    for app, status in ((at_once, None), (later, 200)):
        middleware, told = watched(app)
        with pytest.raises(RuntimeError) as caught:
            Gateway().call(middleware, environ())
        assert caught.value is fault
        assert [exchange.status for exchange in told] == [status]


def test_an_answer_replaced_before_it_was_sent_is_the_one_that_counts() -> None:
    """PEP 3333: ``start_response`` again, with ``exc_info``."""

    def app(given: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", HEADERS)
        try:
            raise ValueError("x")
        except ValueError:
            start_response("500 Internal Server Error", [*HEADERS, ("X", "1")], sys.exc_info())
        return [b'{"Error": true, "ErrorType": null, "ErrorMessage": "m", "ErrorSource": null}']

    middleware, told = watched(app)
    gateway = Gateway().call(middleware, environ())
    assert gateway.status == "500 Internal Server Error"
    assert gateway.headers[-1] == ("X", "1")
    assert len(gateway.began[1]) == 3
    assert (told[0].status, told[0].response) == (500, rs.Report())


def test_an_answer_that_cannot_be_replaced_any_more_raises_what_it_was_given() -> None:
    fault = ValueError("x")

    def app(given: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", HEADERS)(STORED[:5])
        try:
            raise fault
        except ValueError:
            start_response("500 Internal Server Error", HEADERS, sys.exc_info())
        return []

    middleware, told = watched(app)
    with pytest.raises(ValueError, match="x") as caught:
        Gateway().call(middleware, environ())
    assert caught.value is fault
    assert told[0].status == 200


def test_an_input_that_fails_fails_in_the_application() -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise ConnectionResetError("gone")

    for mode in ("report", "enforce"):
        middleware, told = watched(answering(), mode=mode)
        with pytest.raises(ConnectionResetError, match="gone"):
            Gateway().call(middleware, environ(**{"wsgi.input": Broken()}))
        assert told[0].notes == ("request-body-unread", "response-missing")


@pytest.mark.parametrize("length", ["x", "-1", "+5", "1_0"])
@pytest.mark.parametrize("mode", ["report", "enforce"])
def test_a_length_that_is_no_number_is_left_to_the_application(length: str, mode: Any) -> None:
    """Nobody can tell where such a body ends, so the middleware does not read it."""

    def app(given: dict[str, Any], start_response: Any) -> list[bytes]:
        assert given["wsgi.input"].read(len(GOOD)) == GOOD
        start_response("400 Bad Request", HEADERS)
        return [b"{}"]

    middleware, told = watched(app, mode=mode, validate_responses=False)
    Gateway().call(middleware, environ(CONTENT_LENGTH=length))
    assert told[0].status in (200, 400)
    assert "request-body-unread" in told[0].notes
