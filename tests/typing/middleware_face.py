"""The middlewares, hooks and the pytest plugin with every argument: mypy reads this file in strict mode."""

from typing import Any, assert_type
from wsgiref.types import WSGIApplication

import relation_spec as rs
from relation_spec.middleware import asgi, wsgi
from relation_spec.middleware.exchange import Exchange
from relation_spec.middleware.hooks import httpx_async_hook, httpx_hook, requests_hook
from relation_spec.pytest_plugin import assert_conforms


def told(exchange: Exchange) -> None:
    assert_type(exchange.method, str)
    assert_type(exchange.path, str)
    assert_type(exchange.status, int | None)
    assert_type(exchange.duration, float | None)
    assert_type(exchange.request, rs.Report | None)
    assert_type(exchange.response, rs.Report | None)
    assert_type(exchange.refused, bool)
    assert_type(exchange.valid, bool)
    assert_type(exchange.notes, tuple[str, ...])


def check_wsgi(app: WSGIApplication, contract: rs.Contract) -> WSGIApplication:
    wsgi.RelationMiddleware(app)
    return wsgi.RelationMiddleware(
        app,
        contract=contract,
        mode="enforce",
        on_report=told,
        max_body=1000,
        validate_responses=False,
        strict=True,
    )


def check_asgi(app: asgi.Application, contract: rs.Contract) -> asgi.Application:
    kept: list[Exchange] = []
    asgi.RelationMiddleware(app, mode="report", on_report=kept.append)
    return asgi.RelationMiddleware(
        app,
        contract=contract,
        mode="enforce",
        on_report=told,
        max_body=1000,
        validate_responses=False,
        strict=True,
    )


def check_hooks(contract: rs.Contract) -> None:
    httpx_hook(contract, on_report=told, raise_invalid=False, strict=True)["request"]
    httpx_async_hook(contract, on_report=told, raise_invalid=False, strict=True)["response"]
    requests_hook(contract, on_report=told, raise_invalid=False, strict=True)["response"]


def check_plugin(response: Any, request: Any, contract: rs.Contract) -> None:
    assert_conforms(response)
    assert_conforms(response, request, contract=contract, strict=True)


def check_that_wrong_calls_are_told(app: WSGIApplication) -> None:
    """Never run: strict mode complains of an ignore that ignores nothing."""
    wsgi.RelationMiddleware(app, mode="block")  # type: ignore[arg-type]
    wsgi.RelationMiddleware(app, None)  # type: ignore[call-arg]
