"""Shrinking on the wire: the smallest case that still shows a defect, and whether it shows again at all.

In: a case, what it must still show, a session. Out: a smaller case, with its failure. Every step is sent and looked at.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from relation_spec.fuzz.model import Case, Failure, Key
from relation_spec.fuzz.sequences import run_case
from relation_spec.fuzz.session import Session

__all__ = ["again", "shrunk"]

_MOST: Final = 80  # cases that are tried for one defect
_MOST_PARTS: Final = 2000  # pieces that are looked at for each step, without sending them
_SHORT: Final = 8  # characters of a text that lose one at a time
_MOST_SLOW: Final = 6  # for one that is slow, since each is sent three times


def again(session: Session, case: Case, key: Key) -> Failure | None:
    """The failure of a case that is run once more, or None where it does not show."""
    trial = run_case(session, case)
    return next((failure for failure in trial.failures if failure.key == key), None)


def shrunk(session: Session, case: Case, failure: Failure, deadline: float | None) -> tuple[Case, Failure]:
    """The smallest case found that fails alike; ends at ``deadline``, a time of :func:`time.monotonic`."""
    left = _MOST_SLOW if failure.check == "time" else _MOST
    improved = True
    while improved and left > 0:
        improved = False
        for smaller in _smaller(session, case):
            if left <= 0 or (deadline is not None and time.monotonic() >= deadline):
                return case, failure
            left -= 1
            found = again(session, smaller, failure.key)
            if found is not None:
                case, failure, improved = smaller, found, True
                break
    return case, failure


def _smaller(session: Session, case: Case) -> Iterator[Case]:
    """Cases with one thing less, the greatest steps first."""
    facts = session.facts
    if case.headers and case.kind != "controls" and case.expect == "accepted":
        yield replace(case, headers=())
    if case.query and case.expect == "accepted" and case.kind != "select":
        yield replace(case, query="")
    if case.body is not None:
        yield from (replace(case, body=body) for body in _shorter(session, case, case.body))
    if not isinstance(case.value, dict):
        return
    names = [name for name in case.value if name not in facts.least]
    if len(names) > 1:
        for half in (names[: len(names) // 2], names[len(names) // 2 :]):
            yield replace(case, value={name: held for name, held in case.value.items() if name not in half})
    for name in names:
        yield replace(case, value={other: held for other, held in case.value.items() if other != name})
    if facts.sends and case.content_type != facts.sends[0]:
        yield replace(case, content_type=facts.sends[0])
    if facts.answers and case.accept != facts.answers[0]:
        yield replace(case, accept=facts.answers[0])
    for name in names:
        for simpler in _simpler(case.value[name]):
            yield replace(case, value=case.value | {name: simpler})


def _shorter(session: Session, case: Case, body: bytes) -> Iterator[bytes]:
    """Bodies with less in them that are still broken as the case says, and in no other way."""
    code, facts = case.breach.partition(" ")[0], session.facts
    label, operation = case.content_type or "", facts.operation.operation_id
    for shorter in islice(_parts(body), _MOST_PARTS):
        report = facts.contract.validate_request_body(shorter, label, operation=operation)
        found = {finding.code for finding in (report.errors if case.expect == "refused" else report.findings)}
        if found == {code}:
            yield shorter


def _parts(body: bytes) -> Iterator[bytes]:
    """JSON with less in it, member by member; and any bytes with a piece cut out, the largest pieces first."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        value = None
    for less in _less(value):
        yield json.dumps(less, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    size = len(body) // 2
    while size > 0:
        yield from (body[:at] + body[at + size :] for at in range(0, len(body), size))
        size //= 2


def _less(value: Any) -> Iterator[Any]:
    """An object or list with one item less, or with less in one of them."""
    if isinstance(value, dict):
        yield from ({other: held for other, held in value.items() if other != name} for name in value)
        yield from (value | {name: less} for name, held in value.items() for less in _less(held))
    elif isinstance(value, list):
        yield from (value[:at] + value[at + 1 :] for at in range(len(value)))
    elif isinstance(value, str):
        yield from _simpler(value)


def _simpler(value: Any) -> Iterator[Any]:
    if isinstance(value, str) and len(value) > 1:
        middle = len(value) // 2
        yield value[:middle]
        yield value[middle:]
        if len(value) <= _SHORT:
            yield from (value[:at] + value[at + 1 :] for at in range(len(value)))
    elif isinstance(value, int) and not isinstance(value, bool) and abs(value) > 1:
        yield value // abs(value)
        yield value // 2
    elif isinstance(value, dict) and len(value) > 1:
        for name in value:
            yield {other: held for other, held in value.items() if other != name}
