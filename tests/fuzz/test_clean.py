"""A server that keeps to the contract has no defect, whoever wrote it, and every pair of media types was tried."""

import itertools
import time
from types import SimpleNamespace
from typing import Any

import pytest

from relation_spec.fuzz import Result, run
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


def test_a_live_server_is_clean_and_is_asked_the_same() -> None:
    with running_server() as server:
        live, busy = (run(server.url, auth="basic:demo:demo", examples=20, workers=workers) for workers in (1, 4))
    local = run(create_app(), auth="basic:demo:demo", examples=20)
    assert_clean(live)
    assert_clean(busy)
    assert live.digest == busy.digest == local.digest
    assert live.plan["coverage"]["saving"] == 6  # without a second user


def test_time_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """By a clock that goes on whenever it is looked at, as if each look took ten milliseconds."""
    looks = itertools.count()
    clock = SimpleNamespace(monotonic=lambda: next(looks) / 100, time=time.time, sleep=time.sleep)
    for module in ("engine", "session", "shrinking"):
        monkeypatch.setattr(f"relation_spec.fuzz.{module}.time", clock)
    for defect in (None, "text-trimmed"):
        begun = clock.monotonic()
        result = run(reference(defect=defect), auth=USERS, seconds=5.0)
        assert result.stopped
        assert clock.monotonic() - begun <= 5.5
        assert bool(result.defects) is (defect is not None)
        assert result.seconds > 3.0


def test_measuring_again_comes_between_no_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine anything may look slow; what is sent once more must not save a record that is being read."""
    monkeypatch.setattr("relation_spec.fuzz.session._SLOW", 0.0)
    monkeypatch.setattr("relation_spec.fuzz.session._SLOWER", 0)
    result = run(reference(), auth=USERS, examples=0, max_cases=300, skip=["time"])
    assert [(d.check, d.place, d.message) for d in result.defects] == []
