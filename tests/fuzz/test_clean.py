"""A server that keeps to the contract has no defect, whoever wrote it, and every pair of media types was tried."""

from itertools import islice
from typing import Any

import relation_spec as rs
from relation_spec.fuzz import Result, run
from relation_spec.fuzz.chance import by_chance
from relation_spec.fuzz.facts import Facts
from relation_spec.server import create_app
from relation_spec.server.running import running_server
from tests.fuzz.other_server import other_server

USERS = ["basic:demo:demo-word", "basic:eve:eve-word"]


def reference(**options: Any) -> Any:
    return create_app(users={"demo": "demo-word", "eve": "eve-word"}, **options)


def assert_clean(result: Result) -> None:
    assert [(d.check, d.place, d.cause, d.message) for d in result.defects] == []
    assert result.status == 0
    assert len(result.counts.pairs) == 42
    assert result.counts.accepted == result.counts.wanted > 500


def test_the_reference_server_is_clean() -> None:
    assert_clean(run(reference(), auth=USERS, examples=50))


def test_another_implementation_is_clean() -> None:
    """It was written from the vendor's page and shares no code with the package."""
    assert_clean(run(other_server(), auth=USERS, seed=3, examples=200))


def test_the_same_seed_tries_the_same_cases() -> None:
    facts = Facts(rs.load(), rs.load().document.operation())
    first, again, other = ([*islice(by_chance(facts, seed), 40)] for seed in (5, 5, 6))
    assert first == again != other


def test_a_live_server_is_clean_and_is_asked_the_same() -> None:
    with running_server() as server:
        live = run(server.url, auth="basic:demo:demo", examples=0)
    local = run(create_app(), auth="basic:demo:demo", examples=0)
    assert_clean(live)
    assert live.digest == local.digest
    assert live.plan["coverage"]["saving"] == 5  # without a second user


def test_time_is_kept() -> None:
    result = run(reference(), auth=USERS, seconds=1.0)
    assert result.stopped
    assert result.seconds < 1.3
    assert result.defects == []
