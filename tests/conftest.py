"""What all tests share: the bundled contract, its sample bodies, and a way to make contracts from small schemas."""

import copy
import importlib.util
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import relation_spec
from relation_spec.contract.document import Document
from relation_spec.contract.source import Source
from tests.browser import browser, open_page  # noqa: F401  (fixtures, for the tests of every folder)
from tests.snippets import clone  # noqa: F401  (likewise)

ROOT = Path(__file__).parent.parent
SPEC = ROOT / "spec" / "relation.openapi.yaml"

COMMENT = """        Comment:
          $ref: '#/components/schemas/Text'
"""
"""A property as it stands in the YAML, beside which tests put others."""


@pytest.fixture(scope="session")
def contract() -> relation_spec.Contract:
    return relation_spec.load()


@pytest.fixture
def request_body(contract: relation_spec.Contract) -> dict[str, Any]:
    """The page's sample request, a fresh copy."""
    return copy.deepcopy(contract.document.get("/components/examples/SampleRequest/value"))


@pytest.fixture
def response_body(contract: relation_spec.Contract) -> dict[str, Any]:
    """The page's sample response, a fresh copy."""
    return copy.deepcopy(contract.document.get("/components/examples/SampleResponse/value"))


def wrap(schema: Any) -> dict[str, Any]:
    """The smallest OpenAPI document whose one request body has ``schema``."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {
            "/x": {
                "post": {
                    "operationId": "x",
                    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Root"}}}},
                    "responses": {"200": {"description": "ok"}},
                }
            }
        },
        "components": {"schemas": {"Root": schema}},
    }


def document_of(schema: Any) -> Document:
    """A document made without its checks."""
    return Document(Source(wrap(schema), {"": 1}), "inline", b"")


@pytest.fixture
def loaded(tmp_path: Path) -> Callable[[Any], relation_spec.Contract]:
    """Writes a schema as a YAML (JSON is YAML) and loads it, with all checks."""

    def load(schema: Any) -> relation_spec.Contract:
        path = tmp_path / "spec.yaml"
        path.write_text(json.dumps(wrap(schema)))
        return relation_spec.load(path)

    return load


@pytest.fixture
def edited(tmp_path: Path) -> Callable[..., Path]:
    """Writes a copy of the bundled YAML with texts replaced, each of which must stand in it."""

    def edit(*changes: tuple[str, str]) -> Path:
        text = SPEC.read_text()
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "edited.yaml"
        path.write_text(text)
        return path

    return edit


def tool(path: str) -> ModuleType:
    """A script of the folder ``tools``, as a module."""
    name = path.replace("/", "_").removesuffix(".py")
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # processes and dataclasses look it up there
    spec.loader.exec_module(module)
    return module


def said(report: relation_spec.Report) -> set[tuple[str, str]]:
    """The code and pointer of each finding."""
    return {(finding.code, finding.pointer) for finding in report.findings}
