"""Cases as text, so that they can be written down, sent again by ``replay``, and hashed.

In: a case, or a file. Out: JSON without credentials, or the case and what it must show.
"""

import base64
import json
import os
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Final

from relation_spec.contract import WrongCallError
from relation_spec.fuzz.model import ABSENT, Case, Defect, Key

__all__ = ["case_text", "read_baseline", "read_replay", "replay_text", "shown_path"]

_FORMAT: Final = "relation-spec replay 1"
_KINDS: Final[dict[str, type]] = {
    "kind": str, "note": str, "method": str, "path": str, "query": str, "auth": str, "expect": str, "rule": str,
    "phase": str, "group": str,
}  # fmt: skip


def _dumped(case: Case) -> dict[str, Any]:
    held = {field.name: getattr(case, field.name) for field in fields(case)}
    body, value = held.pop("body"), held.pop("value")
    if body is not None:
        held["body"] = base64.b64encode(body).decode()
    if value is not ABSENT:
        held["value"] = value
    return held


def case_text(case: Case) -> str:
    """A case as one line of JSON."""
    return json.dumps(_dumped(case), sort_keys=True, default=str)


def replay_text(defect: Defect, target: str) -> str:
    """The replay file of a defect."""
    held = {"format": _FORMAT, "target": target, "check": defect.check, "place": defect.place, "cause": defect.cause,
            "title": defect.title, "message": defect.message, "case": _dumped(defect.case)}  # fmt: skip
    return json.dumps(held, indent=2, default=str) + "\n"


def read_replay(recorded: str | Mapping[str, Any]) -> tuple[Case, Key, str]:
    """The case of a replay file, or of what stands in one; what it must show, and the target that it names.

    Raises:
        WrongCallError: for a file that is none.
    """
    path, held = "the recording", recorded
    if isinstance(recorded, str):
        path = recorded
        try:
            held = json.loads(Path(recorded).read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise WrongCallError(f"{path} cannot be read: {error}") from None
    try:
        if not isinstance(held, Mapping):
            raise TypeError(type(held).__name__)
        if held["format"] != _FORMAT:
            raise WrongCallError(f"{path} is no replay file of this version: expected {_FORMAT!r}")
        key = tuple(str(held[name]) for name in ("check", "place", "cause"))
        return _case(dict(held["case"])), (key[0], key[1], key[2]), str(held["target"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise WrongCallError(f"{path} is no replay file: {error!r}") from None


def _case(held: dict[str, Any]) -> Case:
    for name, kind in _KINDS.items():
        if not isinstance(held[name], kind):
            raise TypeError(name)
    body = held.pop("body", None)
    made = Case(**{"value": ABSENT, **held})
    return replace(
        made,
        body=None if body is None else base64.b64decode(body),
        headers=tuple((str(name), str(text)) for name, text in made.headers),
        statuses=tuple(int(status) for status in made.statuses),
    )


def read_baseline(path: str) -> frozenset[Key]:
    """The defects of an earlier run, from its JSON report.

    Raises:
        WrongCallError: for a file that is none.
    """
    try:
        held = json.loads(Path(path).read_text("utf-8"))
        keys = [key for d in held["defects"] for key in ((d["check"], d["place"], d["cause"]), *d.get("also", ()))]
        return frozenset((str(check), str(place), str(cause)) for check, place, cause in keys)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WrongCallError(f"{path} is no JSON report of an earlier run: {error!r}") from None


def shown_path(path: str) -> str:
    """A file as reports name it: from the working directory on where it is below that, else by its name alone."""
    here = Path(os.path.abspath(path))
    below = here.is_relative_to(Path.cwd())
    return here.relative_to(Path.cwd()).as_posix() if below else here.name
