"""Objects of server frameworks that stand on ASGI and WSGI, one kind and one state at a time."""

import asyncio
import copy
import io
from collections.abc import AsyncIterator, Iterator
from http.cookies import SimpleCookie
from typing import Any

import fastapi
import flask
import httpx
import starlette.applications
import starlette.requests
import starlette.responses
import starlette.routing
import starlette.testclient
import werkzeug.test
import werkzeug.wrappers
from django.core.handlers.asgi import ASGIRequest
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import SimpleTemplateResponse
from django.test import RequestFactory

from relation_spec import Request, Response
from relation_spec.messages.frameworks import as_request, as_response, request_of
from tests import frameworks_servers  # noqa: F401  # it gives Django its settings
from tests.frameworks_samples import ADDRESS, BYTES, JSON, TARGET, TEXT, ZIPPED, fields, refused

# Starlette and FastAPI


async def chunks() -> AsyncIterator[bytes]:
    yield BYTES


def scope(**more: Any) -> dict[str, Any]:
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": "/x/$y",
        "raw_path": TARGET.partition("?")[0].encode(),
        "query_string": TARGET.partition("?")[2].encode(),
        "headers": [(b"x-a", b"1"), (b"x-a", b"\xe9"), (b"content-length", b"%d" % len(BYTES))],
        **more,
    }


async def receive() -> dict[str, Any]:
    return {"type": "http.request", "body": BYTES}


def test_starlette_requests_are_read_once_starlette_has() -> None:
    held = starlette.requests.Request(scope(), receive)
    refused(as_request, held, "await request.body()")
    asyncio.run(held.body())
    assert as_request(held) == Request(
        "POST", TARGET, [("x-a", "1"), ("x-a", "é"), ("content-length", str(len(BYTES)))], BYTES
    )


def test_starlette_requests_whose_bytes_are_gone_are_refused() -> None:
    held = starlette.requests.Request(scope(), receive)

    async def consume() -> None:
        assert [chunk async for chunk in held.stream()] == [BYTES, b""]

    asyncio.run(consume())
    refused(as_request, held, "gone", "await request.body()")


def test_starlette_requests_that_announce_no_body_have_none() -> None:
    """RFC 9112 section 6.3; HTTP/2 announces no bodies, and its requests have to be read."""
    assert as_request(starlette.requests.Request(scope(headers=[]))).body == b""
    assert as_request(starlette.requests.Request(scope(headers=[(b"content-length", b"0")]))).body == b""
    refused(as_request, starlette.requests.Request(scope(headers=[(b"transfer-encoding", b"chunked")])), "body()")
    refused(as_request, starlette.requests.Request(scope(headers=[], http_version="2")), "body()")


def test_paths_are_encoded_anew_where_a_server_does_not_tell_them() -> None:
    """RFC 3986 section 3.3; the ASGI specification makes raw_path optional."""
    bare = scope(headers=[], path="/x/$y/é %?;=")
    del bare["raw_path"]
    assert as_request(starlette.requests.Request(bare)).url == "/x/$y/%C3%A9%20%25%3F;=?%24select=a%2Cb&c=%E2%82%AC"
    old = scope(headers=[], raw_path=b"/a?b", query_string=b"b")
    assert as_request(starlette.requests.Request(old)).url == "/a?b"


def test_starlette_responses_are_read() -> None:
    made = starlette.responses.JSONResponse({"a": 1}, 201, headers={"X-A": "é"})
    made.set_cookie("c", "1")
    made.set_cookie("d", "2")
    response = as_response(made)
    assert (response.status, response.body) == (201, b'{"a":1}')
    assert fields(response, "x-a", "content-type") == [("x-a", "é"), ("content-type", JSON)]
    assert len(response.values("set-cookie")) == 2
    made.body = memoryview(BYTES)
    assert as_response(made).body == BYTES
    assert as_response(starlette.responses.Response()).body == b""
    refused(as_response, starlette.responses.StreamingResponse(chunks()), "streams")
    refused(as_response, starlette.responses.FileResponse(__file__), "streams")


def test_fastapi_endpoints_read_the_request_that_fastapi_has_parsed() -> None:
    app = fastapi.FastAPI()
    seen = []

    @app.post("/{rest:path}")
    async def endpoint(body: dict[str, Any], request: fastapi.Request) -> fastapi.Response:
        seen.append(as_request(request))
        return fastapi.Response(b"ok")

    async def call() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://host") as client:
            return await client.post(TARGET, content=BYTES, headers={"Content-Type": JSON})

    assert as_response(asyncio.run(call())).body == b"ok"
    assert [(request.method, request.url, request.body) for request in seen] == [("POST", TARGET, BYTES)]


def test_starlette_s_test_client_answers_with_what_is_read() -> None:
    """It is a client of httpx2."""

    async def endpoint(request: starlette.requests.Request) -> starlette.responses.Response:
        await request.body()
        assert as_request(request).url == TARGET
        return starlette.responses.Response(ZIPPED, headers={"Content-Encoding": "gzip"})

    app = starlette.applications.Starlette(routes=[starlette.routing.Route("/{rest:path}", endpoint, methods=["POST"])])
    got = starlette.testclient.TestClient(app, "http://host:81").post(TARGET, content=BYTES)
    assert as_response(got) == Response(200, [], BYTES)
    carried = request_of(got)
    assert carried is not None
    assert (carried.method, carried.url, carried.body) == ("POST", ADDRESS, BYTES)


# Werkzeug and Flask


def environ(**more: Any) -> dict[str, Any]:
    made = werkzeug.test.EnvironBuilder(TARGET, method="POST", data=BYTES, content_type=JSON).get_environ()
    return {**made, "HTTP_X_A": "1,é", **more}


def test_werkzeug_requests_are_read() -> None:
    """PEP 3333: the server has joined fields that were repeated."""
    held = werkzeug.wrappers.Request(environ(**{"wsgi.input": io.BufferedReader(io.BytesIO(BYTES))}))
    request = as_request(held)
    assert (request.method, request.url, request.body) == ("POST", TARGET, BYTES)
    assert fields(request, "x-a", "content-type", "content-length") == [
        ("content-type", JSON),
        ("content-length", str(len(BYTES))),
        ("x-a", "1,é"),
    ]
    assert held.get_data() == BYTES
    assert held.get_json() == {"Comment": "blåbær"}
    nothing = werkzeug.wrappers.Request(werkzeug.test.create_environ("/"))
    assert as_request(nothing).body == b""


class Pipe(io.RawIOBase):
    """What a server reads from: no way back."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._data.readinto(buffer)


def test_werkzeug_requests_whose_bytes_are_gone_are_refused() -> None:
    form = {"CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": "3"}
    held = werkzeug.wrappers.Request(environ(**form, **{"wsgi.input": Pipe(b"a=1")}))
    assert dict(held.form) == {"a": "1"}
    refused(as_request, held, "gone", "request.get_data()")
    held = werkzeug.wrappers.Request(environ(**form, **{"wsgi.input": Pipe(b"a=1")}))
    assert held.stream.read(1) == b"a"
    refused(as_request, held, "gone")
    held = werkzeug.wrappers.Request(environ(**form, **{"wsgi.input": Pipe(b"a=1")}))
    assert held.get_data() == b"a=1"
    assert dict(held.form) == {"a": "1"}
    assert as_request(held).body == b"a=1"
    held = werkzeug.wrappers.Request(environ(**{"wsgi.input": Pipe(BYTES)}))
    assert not held.form  # nothing that a form's parser takes
    assert as_request(held).body == BYTES
    refused(as_request, werkzeug.wrappers.Request(environ(**{"wsgi.input": Pipe(b"")}), shallow=True), "gone")


def test_werkzeug_requests_in_chunks_are_read_once() -> None:
    chunked = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    held = werkzeug.wrappers.Request(environ(**chunked, **{"wsgi.input": Pipe(BYTES)}))
    assert as_request(held).body == as_request(held).body == BYTES
    held = werkzeug.wrappers.Request(environ(**chunked, **{"wsgi.input": Pipe(BYTES)}))
    assert held.stream.read() == BYTES
    refused(as_request, held, "gone")


def test_wsgi_paths_are_encoded_anew_where_a_server_does_not_tell_them() -> None:
    """PEP 3333: PATH_INFO is decoded."""
    bare = environ(PATH_INFO="/x/$y/\xc3\xa9 %?", SCRIPT_NAME="/app")
    del bare["RAW_URI"]
    assert as_request(werkzeug.wrappers.Request(bare)).url == TARGET  # REQUEST_URI
    del bare["REQUEST_URI"]
    assert as_request(werkzeug.wrappers.Request(bare)).url == ("/app/x/$y/%C3%A9%20%25%3F?%24select=a%2Cb&c=%E2%82%AC")


def test_werkzeug_requests_without_an_environment_are_refused() -> None:
    from werkzeug.datastructures import Headers
    from werkzeug.sansio.request import Request as Bare

    refused(as_request, Bare("POST", "http", None, "", "/", b"", Headers(), None), "werkzeug.wrappers.Request")


def test_werkzeug_responses_are_read() -> None:
    made = werkzeug.wrappers.Response([TEXT], 201, [("X-A", "1"), ("X-A", "é")], content_type=JSON)
    made.set_cookie("c", "1")
    assert as_response(made) == Response(
        201, [("X-A", "1"), ("X-A", "é"), ("Content-Type", JSON), ("Set-Cookie", "c=1; Path=/")], BYTES
    )
    assert as_response(werkzeug.wrappers.Response()).body == b""
    streamed = werkzeug.wrappers.Response(iter([BYTES]))
    refused(as_response, streamed, "response.make_sequence()")
    streamed.make_sequence()
    assert as_response(streamed).body == BYTES


def flask_app(seen: list[Request]) -> flask.Flask:
    app = flask.Flask("app")

    @app.post("/x/<rest>")
    def endpoint(rest: str) -> flask.Response:
        seen.append(as_request(flask.request))
        assert flask.request.get_json() == {"Comment": "blåbær"}
        return flask.jsonify(a=1)

    return app


def test_flask_s_request_is_read_through_its_proxy_and_by_its_test_client() -> None:
    seen: list[Request] = []
    got = flask_app(seen).test_client().post(TARGET, data=BYTES, content_type=JSON)
    assert [(request.url, request.body) for request in seen] == [(TARGET, BYTES)]
    assert as_response(got) == Response(200, list(got.headers), b'{"a":1}\n')
    carried = request_of(got)
    assert carried is not None
    assert (carried.method, carried.url, carried.body) == ("POST", TARGET, BYTES)
    got.request.environ["wsgi.input"] = Pipe(b"")
    got.request.__dict__["stream"] = Pipe(b"")
    carried = request_of(got)
    assert carried is not None
    assert (carried.url, carried.body) == (TARGET, None)


# Django


def test_django_requests_are_read() -> None:
    held = RequestFactory().generic("POST", TARGET, BYTES, JSON, headers={"X-A": "é"})
    request = as_request(held)
    # the factory keeps the path decoded, as WSGI does
    assert (request.method, request.url, request.body) == ("POST", TARGET.replace("%24y", "$y"), BYTES)
    assert fields(request, "x-a", "content-type", "cookie") == [("content-type", JSON), ("x-a", "é")]
    assert held.read() == BYTES
    held.META["RAW_URI"] = TARGET
    assert as_request(held).url == TARGET
    assert as_request(RequestFactory().get("/x/é %?")).url == "/x/%C3%A9%20%25"


def test_django_requests_whose_bytes_are_gone_are_refused() -> None:
    held = RequestFactory().post("/", {"a": "1"})  # multipart, which Django parses from the stream
    assert held.POST["a"] == "1"
    refused(as_request, held, "gone", "request.body")
    held = RequestFactory().generic("POST", "/", BYTES, JSON)
    held.read(1)
    refused(as_request, held, "gone")
    held = RequestFactory().generic("POST", "/", b"a=1", "application/x-www-form-urlencoded")
    assert held.POST["a"] == "1"
    assert as_request(held).body == b"a=1"
    held = RequestFactory().get("/")
    held.read()
    assert as_request(held).body == b""


def test_django_requests_of_asgi_keep_repeated_fields_apart() -> None:
    held = ASGIRequest(scope(), io.BytesIO(BYTES))
    request = as_request(held)
    assert (request.method, request.url, request.body) == ("POST", TARGET, BYTES)
    assert fields(request, "x-a") == [("x-a", "1"), ("x-a", "é")]
    made = HttpRequest()
    made.method, made.path = "GET", "/"
    assert as_request(made) == Request("GET", "/", [], b"")


def streamed() -> Iterator[bytes]:
    yield BYTES


def test_django_responses_are_read() -> None:
    made = HttpResponse(TEXT, JSON, 201, headers={"X-A": "é"})
    made.set_cookie("c", "1")
    made.set_cookie("d", "2")
    cookies = SimpleCookie({"c": "1", "d": "2"})
    assert as_response(made) == Response(
        201,
        [
            ("X-A", "é"),
            ("Content-Type", JSON),
            *(("Set-Cookie", f"{name}=1; Path=/".replace("=1", f"={cookies[name].value}")) for name in cookies),
        ],
        BYTES,
    )
    refused(as_response, StreamingHttpResponse(streamed()), "streams")
    refused(as_response, FileResponse(io.BytesIO(BYTES)), "streams")
    refused(as_response, SimpleTemplateResponse("none.html"), "response.render()")


def test_nothing_of_what_is_read_is_changed() -> None:
    held = httpx.Response(200, headers={"Content-Encoding": "gzip"}, content=ZIPPED)
    before = copy.deepcopy(held.headers)
    as_response(held)
    assert held.headers == before
    answer = HttpResponse(TEXT)
    answer.set_cookie("c", "1")
    items = list(answer.items())
    as_response(answer)
    assert list(answer.items()) == items
