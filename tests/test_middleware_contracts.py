"""The middlewares with other contracts: path parameters, HEAD, error objects of any shape, and none at all."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import relation_spec as rs
from relation_spec.middleware import asgi, wsgi
from relation_spec.middleware.exchange import Exchange
from tests.traffic import Gateway, call, environ, in_chunks, scope

PROBLEM = {
    "type": "object",
    "required": ["ok", "kind", "text", "short", "code", "more", "list", "nothing"],
    "properties": {
        "ok": {"const": False},
        "kind": {"enum": ["bad", "worse"]},
        "text": {"type": ["string", "null"]},
        "short": {"type": "string", "maxLength": 9},
        "code": {"type": "integer"},
        "more": {"type": "object", "required": ["why"], "properties": {"why": {"$ref": "#/components/schemas/Text"}}},
        "list": {"type": "array", "items": {"type": "string"}},
        "nothing": {"type": "null"},
        "optional": {"type": "string"},
    },
}


@pytest.fixture
def contract(tmp_path: Path) -> Callable[..., rs.Contract]:
    """A contract of things, whose error answer is as asked."""

    def make(problem: Any = PROBLEM, media: str = "application/problem+json") -> rs.Contract:
        bad = {"400": {"description": "bad", "content": {media: {"schema": problem}}}} if problem else {}
        good = {"200": {"description": "ok", "content": {"application/json": {"schema": {"type": "integer"}}}}}
        identified = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
        number = {"name": "n", "in": "query", "required": True, "schema": {"type": "integer"}}
        asked = {"operationId": "ask", "parameters": [identified, number], "responses": good | bad}
        body = {"required": True, "content": {"application/json": {"schema": {"type": "integer"}}}}
        document = {
            "openapi": "3.1.0",
            "info": {"title": 'A "title" ü', "version": "1"},
            "paths": {
                "/things/{id}": {
                    "get": asked,
                    "head": asked | {"operationId": "peek"},
                    "put": {
                        "operationId": "put",
                        "parameters": [identified],
                        "requestBody": body,
                        "responses": good | bad,
                    },
                }
            },
            "components": {"schemas": {"Text": {"type": "string"}}},
        }
        path = tmp_path / "things.yaml"
        path.write_text(json.dumps(document))
        return rs.load(path)

    return make


async def asgi_app(where: Any, receive: Any, send: Any) -> None:
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"7"})


def wsgi_app(given: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "application/json")])
    return [b"7"]


def through_asgi(method: str, path: str, query: str, body: bytes, **options: Any) -> tuple[int, dict[str, str], bytes]:
    headers = {"content-type": "application/json"} if body else {}
    where = scope(path, headers, method=method, query_string=query.encode())
    start, end = call(asgi.RelationMiddleware(asgi_app, **options), where, in_chunks(body) if body else ())
    return start["status"], {name.decode(): value.decode() for name, value in start["headers"]}, end["body"]


def through_wsgi(method: str, path: str, query: str, body: bytes, **options: Any) -> tuple[int, dict[str, str], bytes]:
    headers = {"content-type": "application/json"} if body else {}
    given = environ(body, headers, REQUEST_METHOD=method, PATH_INFO=path, QUERY_STRING=query)
    gateway = Gateway().call(wsgi.RelationMiddleware(wsgi_app, **options), given)
    return int(gateway.status[:3]), {name.lower(): value for name, value in gateway.headers}, gateway.body


both = pytest.mark.parametrize("through", [through_asgi, through_wsgi], ids=["asgi", "wsgi"])


@both
def test_paths_with_parameters_are_told_apart(contract: Callable[..., rs.Contract], through: Any) -> None:
    for path, count in (("/things/5", 1), ("/v2/things/5", 1), ("/things/5/parts", 0), ("/things", 0), ("/", 0)):
        told: list[Exchange] = []
        through("GET", path, "n=1", b"", contract=contract(), on_report=told.append)
        assert len(told) == count, path
        assert all(exchange.valid for exchange in told)


@both
def test_head_is_answered_and_judged_without_a_body(contract: Callable[..., rs.Contract], through: Any) -> None:
    """RFC 9110 section 9.3.2."""
    told: list[Exchange] = []
    options = {"contract": contract(), "mode": "enforce", "on_report": told.append}
    status, _, _ = through("HEAD", "/things/5", "n=1", b"", **options)
    assert status == 200
    assert told[0].valid
    assert not told[0].notes
    status, headers, body = through("HEAD", "/things/5", "n=x", b"", **options)
    assert (status, body) == (400, b"")
    assert int(headers["content-length"]) > 0


@both
def test_the_error_object_is_made_from_its_schema(contract: Callable[..., rs.Contract], through: Any) -> None:
    things = contract()
    status, headers, body = through("PUT", "/things/5", "", b'"x"', contract=things, mode="enforce")
    assert (status, headers["content-type"]) == (400, "application/problem+json")
    value = json.loads(body)
    assert value == {
        "ok": False,
        "kind": "bad",
        "text": value["text"],
        "short": value["text"][:9],
        "code": 0,
        "more": {"why": value["text"]},
        "list": [],
        "nothing": None,
    }
    assert "error[type]" in value["text"]
    assert things.validate_response_body(body, "application/problem+json", status=400, operation="put") == rs.Report()


@both
@pytest.mark.parametrize(
    ("problem", "media"),
    [
        ({"type": "string", "pattern": "^never such a text$"}, "application/json"),
        (
            {"type": "object", "required": ["a"], "properties": {"a": {"type": "array", "minItems": 3}}},
            "application/json",
        ),
        ({"type": "string"}, "image/png"),
        (None, ""),
    ],
)
def test_where_no_error_object_can_be_made_the_answer_has_no_body(
    contract: Callable[..., rs.Contract], through: Any, problem: Any, media: str
) -> None:
    things = contract(problem, media)
    status, headers, body = through("PUT", "/things/5", "", b'"x"', contract=things, mode="enforce")
    assert (status, body, headers) == (400, b"", {"content-length": "0"})


@both
def test_a_recursive_error_object_ends(contract: Callable[..., rs.Contract], through: Any) -> None:
    reference = {"$ref": "#/paths/~1things~1{id}/put/responses/400/content/application~1json/schema"}
    endless = {"type": ["object", "null"], "required": ["a"], "properties": {"a": reference}}
    things = contract(endless, "application/json")
    status, _, body = through("PUT", "/things/5", "", b'"x"', contract=things, mode="enforce")
    assert (status, body[:10]) == (400, b'{"a":{"a":')
    assert things.validate_response_body(body, status=400, operation="put") == rs.Report()
