"""Objects of frameworks and clients, one kind and one state at a time; real traffic is in ``test_frameworks_live``."""

import asyncio
import io
import pickle
from importlib.util import find_spec
from types import SimpleNamespace
from typing import Any

import aiohttp.test_utils
import aiohttp.web
import httpx
import pytest
import requests
import urllib3
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from relation_spec import Request, Response
from relation_spec.messages.frameworks import as_request, as_response, request_of
from tests.frameworks_samples import ADDRESS, BYTES, TARGET, TEXT, ZIPPED, fields, refused
from tests.test_layout import modules_after

# what is not recognised


def test_messages_of_this_package_come_out_as_they_went_in() -> None:
    request, response = Request("POST", "/x", {"a": "b"}, {"c": 1}), Response(200)
    assert as_request(request) is request
    assert as_response(response) is response
    assert request_of(response) is None


@pytest.mark.parametrize("obj", [None, b"", {}, object(), SimpleNamespace(method="GET", url="/", headers={})])
def test_anything_else_is_a_wrong_call_that_lists_what_is_taken(obj: Any) -> None:
    for call in (as_request, as_response):
        refused(call, obj, "httpx", "requests", "aiohttp", "starlette", "werkzeug", "django", type(obj).__name__)
    refused(as_response, obj, "urllib3")
    assert request_of(obj) is None


def test_a_class_that_only_shares_a_name_is_not_taken() -> None:
    kind = type("Request", (), {"__module__": "elsewhere"})
    refused(as_request, kind(), "elsewhere.Request")
    kind = type("Request", (), {"__module__": "httpx_extras"})
    refused(as_request, kind(), "httpx_extras.Request")


def test_subclasses_are_taken() -> None:
    class Mine(httpx.Request):
        pass

    assert as_request(Mine("POST", ADDRESS, content=BYTES)).body == BYTES


def test_reading_messages_imports_no_framework() -> None:
    code = """
import relation_spec
from relation_spec.messages.frameworks import as_request, as_response, request_of
contract = relation_spec.load()
contract.validate_request(relation_spec.Request("POST", "/api/v1/Relation", {"Content-Type": "text/xml"}, b"<a/>"))
contract.validate_response(relation_spec.Response(200, {"Content-Type": "application/json"}, b"{"))
"""
    frameworks = {"httpx", "requests", "aiohttp", "urllib3", "starlette", "fastapi", "werkzeug", "flask", "django"}
    assert all(find_spec(name) for name in frameworks)
    assert not modules_after(code) & frameworks


# httpx


def test_httpx_requests_are_read() -> None:
    request = as_request(
        httpx.Request(
            "POST",
            f"http://user:secret@host:81{TARGET}#part",
            headers=[("X-A", "1"), ("x-a", "2"), (b"X-B", b"\xe9")],
            content=BYTES,
        )
    )
    assert (request.method, request.url, request.body) == ("POST", ADDRESS, BYTES)
    assert fields(request, "x-a", "x-b") == [("x-a", "1"), ("x-a", "2"), ("x-b", "é")]
    assert as_request(httpx.Request("GET", "/x?a=%24")).url == "/x?a=%24"
    assert as_request(httpx.Request("GET", ADDRESS)).body == b""


def test_httpx_requests_with_a_target_of_their_own_tell_that() -> None:
    request = httpx.Request("GET", "http://host/", extensions={"target": b"/%41?%42"})
    assert as_request(request).url == "http://host/%41?%42"
    assert as_request(httpx.Request("OPTIONS", "http://host/", extensions={"target": b"*"})).url == "*"


def test_httpx_streams_are_refused_until_they_are_read() -> None:
    request = httpx.Request("POST", ADDRESS, content=iter([BYTES]))
    refused(as_request, request, "request.read()")
    request.read()
    assert as_request(request).body == BYTES
    redirected = httpx.Request("POST", ADDRESS, stream=httpx.ByteStream(BYTES))
    assert as_request(redirected).body == BYTES
    assert not hasattr(redirected, "_content")


def test_httpx_responses_are_read() -> None:
    held = httpx.Response(201, headers=[("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")], content=BYTES)
    response = as_response(held)
    assert (response.status, response.body) == (201, BYTES)
    assert fields(response, "set-cookie", "content-length") == [
        ("set-cookie", "a=1"),
        ("set-cookie", "b=2"),
        ("content-length", str(len(BYTES))),
    ]
    assert request_of(held) is None
    held.request = httpx.Request("POST", ADDRESS, content=b"1")
    assert request_of(held) == as_request(held.request)


def test_httpx_responses_that_stream_are_refused_until_they_are_read() -> None:
    response = httpx.Response(200, content=iter([BYTES]))
    refused(as_response, response, "response.read()")
    response.read()
    assert as_response(response).body == BYTES
    gone = httpx.Response(200, content=iter([BYTES]))
    assert b"".join(gone.iter_raw()) == BYTES
    refused(as_response, gone, "gone", "response.read()")


def test_httpx_responses_lose_the_fields_of_a_coding_that_was_undone() -> None:
    """RFC 9110 section 8.4: Content-Encoding describes the coded bytes."""
    held = httpx.Response(200, headers={"Content-Encoding": "gzip", "X-A": "1"}, content=ZIPPED)
    for response in (held, pickle.loads(pickle.dumps(held))):
        assert as_response(response) == Response(200, [("X-A", "1")], BYTES)
    kept = httpx.Response(200, headers={"Content-Encoding": "made-up"}, content=ZIPPED)
    assert fields(as_response(kept), "content-encoding", "content-length") == [
        ("content-encoding", "made-up"),
        ("content-length", str(len(ZIPPED))),
    ]


def test_the_request_of_a_response_is_told_without_its_body_where_that_streams() -> None:
    held = httpx.Response(200, request=httpx.Request("POST", ADDRESS, content=iter([BYTES])))
    request = request_of(held)
    assert request is not None
    assert (request.method, request.url, request.body) == ("POST", ADDRESS, None)


# requests and urllib3


def test_requests_requests_are_read_prepared_or_not() -> None:
    unprepared = requests.Request(
        "POST", f"http://user:secret@host:81{TARGET}#part", headers={"X-A": "1", "X-B": b"\xe9"}, data=BYTES
    )
    before = vars(unprepared).copy()
    for held in (unprepared, unprepared.prepare()):
        request = as_request(held)
        assert (request.method, request.url, request.body) == ("POST", ADDRESS, BYTES)
        assert fields(request, "x-a", "x-b", "authorization") == [
            ("x-a", "1"),
            ("x-b", "é"),
            ("authorization", "Basic dXNlcjpzZWNyZXQ="),
        ]
    assert vars(unprepared) == before


@pytest.mark.parametrize(
    ("arguments", "body"),
    [
        ({}, b""),
        ({"data": TEXT}, BYTES),
        ({"data": {"a": "é"}}, b"a=%C3%A9"),
        ({"json": {"a": 1}}, b'{"a": 1}'),
        ({"data": bytearray(BYTES)}, BYTES),
    ],
)
def test_requests_bodies_are_the_bytes_that_are_sent(arguments: Any, body: bytes) -> None:
    assert as_request(requests.Request("POST", ADDRESS, **arguments)).body == body


def test_requests_requests_without_bytes_are_refused() -> None:
    for data in (io.BytesIO(BYTES), iter([BYTES])):
        refused(as_request, requests.Request("POST", ADDRESS, data=data), "data=")
    files = requests.Request("POST", ADDRESS, files={"f": io.BytesIO(BYTES)})
    refused(as_request, files, "request.prepare()")
    assert as_request(files.prepare()).body.count(BYTES) == 1
    refused(as_request, requests.Request("POST", "no-scheme?token=secret"), "cannot be prepared (MissingSchema)")
    refused(as_request, requests.PreparedRequest(), "method")


def answered(body: Any, **arguments: Any) -> requests.Response:
    """What a session makes of what urllib3 received."""
    raw = urllib3.HTTPResponse(io.BytesIO(body), preload_content=False, **arguments)
    request = requests.Request("POST", ADDRESS, data=b"1").prepare()
    return requests.adapters.HTTPAdapter().build_response(request, raw)


SENT = urllib3.HTTPHeaderDict([("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("X-A", "é")])
ZIPPED_SENT = {"Content-Encoding": "gzip", "Content-Length": str(len(ZIPPED)), "X-A": "1"}


def test_requests_responses_are_read() -> None:
    held = answered(BYTES, status=201, headers=SENT)
    assert as_response(held) == Response(201, [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("X-A", "é")], BYTES)
    assert held.content == BYTES
    request = request_of(held)
    assert request == as_request(held.request)
    assert request is not None
    assert request.body == b"1"
    assert request_of(requests.Response()) is None


def test_requests_responses_lose_the_fields_of_a_coding_that_was_undone() -> None:
    held = answered(ZIPPED, status=200, headers=ZIPPED_SENT)
    assert as_response(held) == Response(200, [("X-A", "1")], BYTES)
    assert as_response(pickle.loads(pickle.dumps(held))) == Response(200, [("X-A", "1")], BYTES)
    kept = answered(ZIPPED, status=200, headers={**ZIPPED_SENT, "Content-Encoding": "made-up"})
    assert as_response(kept).values("Content-Encoding") == ["made-up"]
    head = answered(b"", status=200, headers=ZIPPED_SENT, request_method="HEAD")
    assert as_response(head).values("Content-Encoding") == ["gzip"]


def test_requests_responses_whose_bytes_are_gone_are_refused() -> None:
    held = answered(BYTES, status=200)
    assert list(held.iter_content(1024)) == [BYTES]
    refused(as_response, held, "response.content")
    held = answered(BYTES, status=200)
    assert held.raw.read(3) == BYTES[:3]
    refused(as_response, held, "response.content")
    refused(as_response, requests.Response(), "status")
    made = requests.Response()
    made.status_code, made.raw = 200, io.BytesIO(BYTES)
    assert as_response(made) == Response(200, [], BYTES)


def test_urllib3_responses_are_read() -> None:
    for preload in (True, False):
        held = urllib3.HTTPResponse(io.BytesIO(BYTES), status=201, headers=SENT, preload_content=preload)
        assert as_response(held) == Response(201, [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("X-A", "é")], BYTES)
        assert held.data == BYTES
        assert request_of(held) is None
        held = urllib3.HTTPResponse(io.BytesIO(ZIPPED), status=200, headers=ZIPPED_SENT, preload_content=preload)
        assert as_response(held) == Response(200, [("X-A", "1")], BYTES)
        held = urllib3.HTTPResponse(io.BytesIO(b""), status=204, preload_content=preload)
        assert as_response(held) == Response(204, [], b"")
    assert as_response(urllib3.HTTPResponse(TEXT, status=200)).body == BYTES
    coded = urllib3.HTTPResponse(io.BytesIO(ZIPPED), status=200, headers=ZIPPED_SENT, decode_content=False)
    assert as_response(coded) == Response(200, ZIPPED_SENT, ZIPPED)


def test_urllib3_responses_whose_bytes_are_gone_are_refused() -> None:
    held = urllib3.HTTPResponse(io.BytesIO(BYTES), status=200, preload_content=False)
    held.read(3)
    refused(as_response, held, "response.data")
    held = urllib3.HTTPResponse(io.BytesIO(BYTES), status=200, preload_content=False)
    assert b"".join(held.stream()) == BYTES
    refused(as_response, held, "response.data")


# aiohttp


def test_aiohttp_server_requests_are_read() -> None:
    made = aiohttp.test_utils.make_mocked_request(
        "POST", TARGET, CIMultiDict([("X-A", "1"), ("X-A", "2")]), payload=SimpleNamespace()
    )
    refused(as_request, made, "await request.read()")
    made._read_bytes = BYTES
    request = as_request(made)
    assert (request.method, request.url, request.body) == ("POST", TARGET, BYTES)
    assert fields(request, "x-a") == [("x-a", "1"), ("x-a", "2")]
    without = aiohttp.test_utils.make_mocked_request("GET", "/", payload=aiohttp.streams.EMPTY_PAYLOAD)
    assert as_request(without).body == b""


def aiohttp_response(body: bytes | None, sent: Any) -> aiohttp.ClientResponse:
    """A client's response, without the machinery that receives one."""
    held = object.__new__(aiohttp.ClientResponse)
    held._cache = {}
    held._body, held.status = body, 201
    held._raw_headers = tuple((name.encode(), value.encode("latin-1")) for name, value in sent.items())
    held._headers = CIMultiDictProxy(CIMultiDict(sent))
    held.content = SimpleNamespace()  # a version that does not tell about codings
    asked = CIMultiDictProxy(CIMultiDict([("X-A", "1"), ("X-A", "é")]))
    address = URL(f"http://user:secret@host:81{TARGET}", encoded=True)
    held._request_info = aiohttp.RequestInfo(address, "POST", asked, address)
    held._connection = held._session = None
    held._closed = True
    held._resolve_charset = None
    held._loop = SimpleNamespace(get_debug=lambda: False)
    return held


def test_aiohttp_client_responses_are_read_once_aiohttp_has() -> None:
    refused(as_response, aiohttp_response(None, {}), "await response.read()")
    held = aiohttp_response(BYTES, SENT)
    assert as_response(held) == Response(201, [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("X-A", "é")], BYTES)
    held._raw_headers = None
    assert fields(as_response(held), "set-cookie") == [("set-cookie", "a=1"), ("set-cookie", "b=2")]
    assert as_response(aiohttp_response(BYTES, ZIPPED_SENT)) == Response(201, [("X-A", "1")], BYTES)


def test_aiohttp_client_responses_know_their_request_but_not_its_body() -> None:
    """aiohttp sends header fields in UTF-8, which others read as ISO 8859-1 (RFC 9110 section 5.5)."""
    held = aiohttp_response(b"", {})
    assert request_of(held) == Request("POST", ADDRESS, [("X-A", "1"), ("X-A", "Ã©")], None)
    refused(as_request, held.request_info, "keeps no request bodies")


def test_aiohttp_server_responses_are_read() -> None:
    made = aiohttp.web.json_response({"a": 1}, status=201, headers=[("X-A", "1"), ("X-A", "é")])
    made.set_cookie("c", "1")
    response = as_response(made)
    assert (response.status, response.body) == (201, b'{"a": 1}')
    assert fields(response, "x-a", "content-type", "set-cookie") == [
        ("x-a", "1"),
        ("x-a", "Ã©"),
        ("content-type", "application/json; charset=utf-8"),
        ("set-cookie", "c=1; Path=/"),
    ]
    assert as_response(aiohttp.web.Response(status=204)).body == b""
    assert as_response(aiohttp.web.Response(body=BYTES)).body == BYTES
    assert as_response(aiohttp.web.Response(body=aiohttp.payload.StringPayload(TEXT))).body == BYTES
    refused(as_response, aiohttp.web.StreamResponse(), "streams")
    refused(as_response, aiohttp.web.FileResponse(__file__), "streams")
    refused(as_response, aiohttp.web.Response(body=io.BytesIO(BYTES)), "streams")


def test_aiohttp_server_responses_stay_readable_while_they_are_sent() -> None:
    async def sent() -> aiohttp.web.Response:
        made = aiohttp.web.Response(body=BYTES, headers={"X-A": "1"})
        made.set_cookie("c", "1")
        made.enable_compression(aiohttp.web.ContentCoding.gzip)
        await made.prepare(aiohttp.test_utils.make_mocked_request("GET", "/"))
        return made

    response = as_response(asyncio.run(sent()))
    assert response.body == BYTES
    assert fields(response, "content-encoding", "content-length", "set-cookie", "x-a") == [
        ("x-a", "1"),
        ("set-cookie", "c=1; Path=/"),
    ]
