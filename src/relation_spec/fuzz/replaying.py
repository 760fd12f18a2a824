"""Replaying: one recorded defect is sent again, and it is told whether it still shows.

In: a replay file, or what stands in it, and a target. Out: the defect as it shows now, or None.
"""

from collections.abc import Mapping
from typing import Any, Unpack

from relation_spec.contract import WrongCallError
from relation_spec.fuzz.checks import CHECKS
from relation_spec.fuzz.engine import opened_session
from relation_spec.fuzz.files import read_replay
from relation_spec.fuzz.model import Defect
from relation_spec.fuzz.options import SessionOptions
from relation_spec.fuzz.sequences import KINDS, run_case

__all__ = ["UnreachedError", "replay"]

_TRIES = 2


class UnreachedError(Exception):
    """The target did not answer, so that nothing can be told."""


def replay(recorded: str | Mapping[str, Any], target: Any = None, **options: Unpack[SessionOptions]) -> Defect | None:
    """Send a recorded defect again.

    Args:
        recorded: the path of a replay file, or what stands in it.
        target: as for :func:`relation_spec.fuzz.run`; by default the one that the file names.
        options: ``contract``, ``auth``, ``headers``, ``allowed_hosts``, ``operation``, ``sample`` and ``verify``, as
            there.

    Raises:
        WrongCallError: for a file that is none, or a target that may not be tested.
        UnreachedError: where the target does not answer.
    """
    case, key, known = read_replay(recorded)
    if case.kind not in KINDS or key[0] not in CHECKS:
        raise WrongCallError(f"this version does not know the check {key[0]!r} or cases of kind {case.kind!r}")
    session = opened_session(known if target is None else target, **options)
    facts, number = session.facts, 0
    try:
        for _ in range(_TRIES):
            trial = run_case(session, case)
            number += 1
            last = trial.exchanges[-1] if trial.exchanges else None
            found = next((one for one in trial.failures if one.key == key), None)
            if found is not None:
                pointer, at = found.spec_pointer, found.exchange
                told = session.cover.text(found.message)  # a failing test prints it
                return Defect(*key, found.title, told, facts.basis(pointer), pointer,
                              facts.document.line(pointer), case, at.request, at.response, at.fault, number, 1,
                              flaky=False)  # fmt: skip
            if last is None or last.response is None:
                fault = last.fault if last is not None else None
                raise UnreachedError(session.cover.text(fault or "the request cannot be sent"))
    finally:
        session.sender.close()
    return None
