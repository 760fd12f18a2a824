"""A relation is stored and shown alike in all 7 media types of requests and 6 of answers: parts of ``tools/server/parity.py``."""

import asyncio
from types import ModuleType

import pytest

import relation_spec as rs
from tests.conftest import tool


@pytest.fixture(scope="module")
def parity() -> ModuleType:
    return tool("server/parity.py")


@pytest.mark.parametrize("seed", range(3))
def test_a_relation_is_the_same_through_all_media_types(parity: ModuleType, seed: int) -> None:
    held = parity.Parity(rs.load())
    asyncio.run(held.run(4, seed))
    assert held.exchanges == 4 * 7 * 6
    assert not held.wrong
