"""A server in this process without a network, and what tests of it share."""

import asyncio
import copy
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

import relation_spec as rs
from relation_spec.pytest_plugin import relation_server  # noqa: F401  a fixture, here without the entry point
from relation_spec.server import create_app

PATH = "/api/v1/Relation"
DEMO = ("demo", "demo")
NOON = datetime(2026, 3, 1, 12, 0, 0, 123400, tzinfo=UTC)

Connect = Callable[..., "Local"]


class Local:
    """A client of an application in this process; every answer is judged with its request unless it is not of the
    contract, and the server judges its own answers too.
    """

    def __init__(self, **options: Any) -> None:
        self.app = create_app(**{"check": True} | options)
        self.contract = options.get("contract") or rs.load()
        self.service = self.app.state.service
        self.path = self.contract.document.operation().path
        self._runner = asyncio.Runner()
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://crm.example", auth=DEMO)

    def request(self, method: str, url: str = "", **options: Any) -> httpx.Response:
        return self._runner.run(self._client.request(method, url or self.path, **options))

    def post(self, value: Any = None, url: str = "", **options: Any) -> httpx.Response:
        if value is not None:
            options["content"] = json.dumps(value)
            options["headers"] = {"Content-Type": "application/json"} | options.get("headers", {})
        return self.request("POST", url, **options)

    def get(self, url: str, **options: Any) -> httpx.Response:
        return self.request("GET", url, **options)

    def close(self) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()
        self.app.state.store.close()


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Makes servers and clients of them; none of their answers may break the contract."""
    made: list[Local] = []

    def make(**options: Any) -> Local:
        made.append(Local(**options))
        return made[-1]

    yield make
    for local in made:
        local.close()
    assert not [breach for local in made for breach in local.service.breaches]


@pytest.fixture
def local(connect: Connect) -> Local:
    return connect(clock=lambda: NOON)


@pytest.fixture
def new(request_body: dict[str, Any]) -> dict[str, Any]:
    """The page's sample request, for a new record."""
    return copy.deepcopy(request_body) | {"RelationId": 0}


@pytest.fixture
def database(tmp_path: Path) -> str:
    return str(tmp_path / "relations.db")
