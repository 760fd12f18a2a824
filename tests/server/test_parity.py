"""A relation is stored and shown alike in all 7 media types of requests and 6 of answers: parts of ``tools/server/parity.py``."""

import asyncio
import importlib.util
import sys
from types import ModuleType

import pytest

import relation_spec as rs
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def parity() -> ModuleType:
    spec = importlib.util.spec_from_file_location("server_parity", ROOT / "tools" / "server" / "parity.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["server_parity"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("seed", range(3))
def test_a_relation_is_the_same_through_all_media_types(parity: ModuleType, seed: int) -> None:
    held = parity.Parity(rs.load())
    asyncio.run(held.run(4, seed))
    assert held.exchanges == 4 * 7 * 6
    assert not held.wrong
