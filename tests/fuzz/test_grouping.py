"""What has one cause is one entry; what has not stays apart."""

from typing import Any

import pytest

from relation_spec.fuzz.grouping import Seen, grouped
from relation_spec.fuzz.model import Case, Exchange, Failure, Key
from relation_spec.messages.message import Request

EXCHANGE = Exchange(Case("send", "", "POST", "/"), Request("POST", "/"), None, None, 0.0, None)


def seen(check: str, place: str, cause: str, *cases: int, words: str = "", at: str | None = None, **case: Any) -> Seen:
    """A failure that was seen in some cases."""
    at = place if at is None and place.startswith("/") else at or ""
    failure = Failure(check, place, cause, "", "", "", EXCHANGE, at, words)
    made = Seen(Case("send", "", "POST", "/", **case), failure, cases[0])
    for number in cases:
        made.add(failure, number)
    return made


def groups(*held: Seen) -> list[list[Key]]:
    return grouped({one.failure.key: one for one in held})


def places(*held: Seen) -> list[list[str]]:
    return [[f"{check} {place}" for check, place, _ in group] for group in groups(*held)]


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ((seen("echo", "/A", "changed", 1), seen("echo", "/B", "changed", 1, 2)), [["echo /A", "echo /B"]]),
        ((seen("echo", "/A", "changed", 1), seen("echo", "/B", "changed", 2)), [["echo /A"], ["echo /B"]]),
        ((seen("echo", "/A", "changed", 1, words="&amp"), seen("echo", "/B", "changed", 2, words="&amp")),
         [["echo /A", "echo /B"]]),
        ((seen("select", "body", "not nulled", 1, at="/A"), seen("schema", "/A", "type", 2)),
         [["schema /A", "select body"]]),
        ((seen("select", "body", "not nulled", 1, at="/B"), seen("schema", "/A", "type", 2)),
         [["select body"], ["schema /A"]]),
        ((seen("nulls", "/A", "absent", 1), seen("isolation", "/A", "left over", 5)), [["isolation /A", "nulls /A"]]),
        ((seen("content-type", "header.Accept", "weight", 1), seen("accepted", "xml", "406", 4)),
         [["accepted xml", "content-type header.Accept"]]),
        ((seen("content-type", "header.Accept", "weight", 1), seen("accepted", "xml", "400", 4)),
         [["content-type header.Accept"], ["accepted xml"]]),
        ((seen("refused", "minimum", "accepted", 1, breach="range"), seen("refused", "maximum", "accepted", 2, breach="range")),
         [["refused minimum", "refused maximum"]]),
        ((seen("refused", "minimum", "accepted", 1, breach="range"), seen("refused", "type", "accepted", 2, breach="type")),
         [["refused minimum"], ["refused type"]]),
        ((seen("server-error", "a", "500, accepted", 1, words="no pool 12"),
          seen("server-error", "b", "500, refused", 2, words="no pool 13")), [["server-error a", "server-error b"]]),
        ((seen("server-error", "a", "500, accepted", 1, words="no pool"),
          seen("server-error", "b", "500, refused", 2, words="a date")), [["server-error a"], ["server-error b"]]),
        ((seen("schema", "body", "malformed", 1), seen("errors", "body", "malformed", 9)),
         [["schema body", "errors body"]]),
        ((seen("authentication", "/s", "a", 1, auth="wrong"), seen("authentication", "/s", "b", 2, auth="stranger")),
         [["authentication /s"], ["authentication /s"]]),
    ],
)  # fmt: skip
def test_what_has_one_cause_is_one(held: tuple[Seen, ...], expected: list[list[str]]) -> None:
    assert places(*held) == expected


def test_nothing_is_lost() -> None:
    held = [seen("echo", f"/{name}", "changed", number) for number, name in enumerate("ABCDE")]
    assert sorted(key for group in groups(*held) for key in group) == sorted(one.failure.key for one in held)
