"""What tests of the pages share: edits of the YAML, and a server that serves the page of a contract."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

import relation_spec as rs
from relation_spec import docs
from relation_spec.server.running import RunningServer, running_server

Edited = Callable[..., Path]
Serve = Callable[..., AbstractContextManager[RunningServer]]

PRIORITY = """        Priority:
          type: integer
          minimum: 1
          maximum: 5
          description: How much it matters.
          x-provenance: choice
          x-reason: Somebody has to say so.
"""
HOSTILE = "<script>alert(1)</script> | **bold** [x](javascript:alert(1)) <img src=x onerror=alert(1)> `a|b` & $x$ _y_ ~~z~~ # h"


def made(contract: rs.Contract) -> Any:
    """What a server asks for its page."""
    return lambda judge, address: docs.served(contract, judge, address=address)


@contextmanager
def serving(contract: rs.Contract | None = None, **options: Any) -> Iterator[RunningServer]:
    contract = contract or rs.load()
    with running_server(contract=contract, page=made(contract), **options) as server:
        yield server


@pytest.fixture(scope="module")
def served() -> Iterator[RunningServer]:
    """A server with the bundled contract's page."""
    with serving() as server:
        yield server


@pytest.fixture(scope="session")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the bundled contract as a file."""
    path = tmp_path_factory.mktemp("page") / "reference.html"
    path.write_text(docs.html(), encoding="utf-8")
    return path
