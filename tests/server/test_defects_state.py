"""Each defect of storage, state and time shows: sequences of requests, and a clock that nobody waits for."""

from typing import Any

import pytest

from tests.server.conftest import Local
from tests.server.exchanges import NEW, Exchange, gives, reread

TWO = {"demo": "demo", "eve": "x"}


def saved_again(server: Local, **changes: Any) -> Any:
    """Says: save a new record, and save it again with ``changes``."""
    number = server.post(NEW).json()["RelationId"]
    return server.post(NEW | {"RelationId": number} | changes)


def number_kept(server: Local) -> bool:
    number = server.post(NEW).json()["RelationId"]
    return bool(server.post(NEW | {"RelationId": number}).json()["RelationId"] == number)


def distance(server: Local) -> int:
    first, second = (server.post(NEW).json()["RelationId"] for _ in range(2))
    return int(second - first)


def comment_read_after_update(server: Local) -> Any:
    made = server.post(NEW)
    reread(server, made)
    changed = server.post(NEW | {"RelationId": made.json()["RelationId"], "Comment": "new"})
    return reread(server, changed)["Comment"]


def statuses(server: Local, count: int) -> list[int]:
    return [server.post(NEW).status_code for _ in range(count)]


def second_user(server: Local) -> Any:
    server.post(NEW)
    return server.post(NEW, auth=("eve", "x")).json()["UpdatedBy"]["Name"]


def updated_by_another(server: Local) -> Any:
    number = server.post(NEW).json()["RelationId"]
    return server.post(NEW | {"RelationId": number}, auth=("eve", "x")).json()["UpdatedBy"]["Name"]


def status_after_twenty_more(server: Local) -> int:
    address = server.post(NEW).json()["_Links"]["Self"]
    statuses(server, 20)
    return server.get(address).status_code


def text_after_another(server: Local) -> Any:
    server.post(NEW)
    return server.post(NEW | {"Comment": None}).json()["Comment"]


def seconds_waited(server: Local) -> list[float]:
    """Says: save a long text; gives how long the server meant to wait."""
    waited: list[float] = []

    async def pause(seconds: float) -> None:
        waited.append(seconds)

    scene = getattr(server.service._parts.defect, "scene", None)
    if scene is not None:
        scene.pause = pause
    server.post(NEW | {"Comment": "x" * 501})
    return waited


EXCHANGES: list[Exchange] = [
    # storage
    gives("write-lost", lambda s: reread(s, saved_again(s, Comment="new"))["Comment"], "new", "est"),
    gives("update-creates", number_kept, True, False),
    gives("number-reused", distance, 1, 0),
    gives("stored-twice", distance, 1, 2),
    gives("last-character-lost", lambda s: reread(s, s.post(NEW))["Comment"], "est", "es"),
    gives("update-merges", lambda s: reread(s, saved_again(s, Comment=None))["Comment"], None, "est"),
    gives("read-stale", comment_read_after_update, "new", "est"),
    gives("same-text-cleared", lambda s: reread(s, saved_again(s, Reversed=1))["Comment"], "est", None),
    gives("updater-not-recorded", updated_by_another, "eve", "demo", users=TWO),
    gives("gone-after-twenty", status_after_twenty_more, 200, 404),
    # state
    gives("fails-after-a-hundred", lambda s: statuses(s, 101), [200] * 101, [200] * 100 + [500]),
    gives("every-tenth-fails", lambda s: statuses(s, 10), [200] * 10, [200] * 9 + [500]),
    gives("first-user-remembered", second_user, "eve", "demo", users=TWO),
    gives("text-left-over", text_after_another, None, "est"),
    # time
    gives("slow-on-long-text", seconds_waited, [], [3.0]),
]


@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda exchange: exchange.defect)
def test_a_defect_of_storage_state_or_time_shows(exchange: Exchange) -> None:
    assert exchange.told(None) == exchange.right
    assert exchange.told(exchange.defect) == exchange.wrong
