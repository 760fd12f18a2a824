"""What a tool reported, as entries that can be compared, and the rule by which a defect counts as found.

An entry is what a tool said, without the values that differ from request to request: the check and its words, numbers
and quoted texts taken out. A defect is found by a run if it holds an entry that no run against the clean server holds.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

from tools.schemathesis.complaints import Case, Complaint, reason_of

__all__ = ["EXPLAINED", "Budget", "Entry", "Key", "Run", "found", "keys", "normalised", "of_ours", "of_schemathesis"]

Key = tuple[str, str]
"""Check, and words without values."""

EXPLAINED: Final = "explained: "
"""Begins the words of an entry that is known to be no fault of the server; it never counts as a find."""

_FORM: Final = "exported"  # of the contract that Schemathesis gets
_TAIL: Final = re.compile(r"\n\s*(Value|Schema at [^\n]*|Schema):\s*\n.*", re.DOTALL)
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"|`[^`]*`|(?<!\w)\'(?:[^\'\\]|\\.)*\'(?!\w)', re.DOTALL)
_NUMBER: Final = re.compile(r"(?<![A-Za-z])[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_SPACES: Final = re.compile(r"\s+")
_CODE: Final = re.compile(r"(?:error|warning)\[([a-z-]+)\]")
_ACCEPTANCE: Final = "positive_data_acceptance"


class Entry(NamedTuple):
    """Something that a run reported.

    Attributes:
        check: the tool's name of the check.
        says: its words, normalised.
        times: how many answers it was said of.
        request: after how many requests of the run it was first known.
        seconds: after how many seconds of the run, by the clock of the budget.
        fuzzed: the same as ``request``, counted from where the tool's random phase began; None if not in that phase.
        raw: the beginning of the words as the tool said them first.
    """

    check: str
    says: str
    times: int
    request: int
    seconds: float
    fuzzed: int | None = None
    raw: str = ""

    @property
    def key(self) -> Key:
        """What makes two entries one."""
        return self.check, self.says


class Run(NamedTuple):
    """One run of a tool against one server: requests by the server's count, seconds of the wall and of processors."""

    requests: int
    cases: int
    seconds: float
    processor: float
    clock: float
    entries: list[Entry]
    trouble: list[str]
    fuzzed_cases: int = 0
    fuzzed_seconds: float = 0.0
    fuzzed_processor: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """The run, to be written down."""
        return {**self._asdict(), "entries": [list(entry) for entry in self.entries]}

    @classmethod
    def from_json(cls, held: Mapping[str, Any]) -> "Run":
        """The run that was written down."""
        return cls(**{**held, "entries": [Entry(*entry) for entry in held["entries"]]})


class Budget(NamedTuple):
    """What a tool may use: requests, or seconds, and the other is None; or as much as its runs took, and both are."""

    requests: int | None = None
    seconds: float | None = None

    def covers(self, entry: Entry) -> bool:
        """Whether the entry was known within the budget."""
        if self.seconds is not None:
            return entry.seconds <= self.seconds
        if self.requests is None:
            return True
        return entry.request <= self.requests or (entry.fuzzed is not None and entry.fuzzed <= self.requests)


def normalised(text: str) -> str:
    """The words of a complaint without values: what is quoted, numbers, and a quoted schema or value at the end."""
    text = _TAIL.sub("", text)
    text = _NUMBER.sub("N", _QUOTED.sub("…", text))
    return _SPACES.sub(" ", text).strip()[:300]


def of_schemathesis(case: Case, complaint: Complaint) -> Key:
    """The entry of a complaint. A refusal is told apart by what the server said of it, in the tool's favour."""
    if (known := reason_of(case, complaint, _FORM)) is not None:
        return complaint.check, EXPLAINED + known.name
    says = normalised(complaint.says)
    if complaint.check == _ACCEPTANCE:
        codes = " ".join(sorted(set(_CODE.findall(case.answer))))
        says = f"{says} [{case.status} {codes}]"
    return complaint.check, says


def of_ours(defect: Mapping[str, Any]) -> Key:
    """The entry of a defect in the report of ``relation-spec fuzz``."""
    return defect["check"], f"{defect['place']}: {normalised(defect['title'])} ({normalised(defect['cause'])})"


def keys(runs: Iterable[Run], covers: Callable[[Entry], bool] = lambda _: True) -> set[Key]:
    """All that some runs reported, as far as a budget covers it."""
    return {entry.key for run in runs for entry in run.entries if covers(entry)}


def found(runs: Iterable[Run], clean: Iterable[Run], budget: Budget) -> set[Key]:
    """What runs against a defect reported within the budget and runs against the clean server never did."""
    new = keys(runs, budget.covers) - keys(clean)
    return {key for key in new if not key[1].startswith(EXPLAINED)}
