"""The values that a run passes about: cases, what came back, what failed, and the result.

A case holds no credentials: it says by ``auth`` whose are sent, so that cases can be written down and sent again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from relation_spec.messages.message import Headers, Request, Response

__all__ = ["ABSENT", "Case", "Counts", "Defect", "Exchange", "Expect", "Failure", "Key", "Result"]

ABSENT: Final[Any] = object()
"""In place of a value: the body does not come from one."""

Expect = Literal["accepted", "refused", "free"]
Key = tuple[str, str, str]
"""Check, place and cause: what makes two failures one."""


@dataclass(frozen=True)
class Case:
    """One thing to try.

    Attributes:
        kind: how it is run: ``send`` sends it once; the others are sequences that start from it.
        note: what it is about, for a person.
        method: the method.
        path: the path.
        query: the query, encoded.
        headers: header fields without credentials, Accept and Content-Type.
        accept: the value of Accept, or None.
        content_type: the value of Content-Type, or None.
        value: the value that the body carries, or ``ABSENT``.
        body: the bytes of the body where it comes from no value.
        auth: whose credentials: ``first`` and ``second`` are the user's, ``none`` sends none, ``expired`` those that
            are valid no more, others break the first.
        expect: what must happen.
        statuses: the statuses with which it may be refused.
        rule: the pointer of the rule that it breaks or tries.
        phase: the phase of the run.
        group: what kind of trial it is, for the plan.
        breach: what is broken, in words: the code of the finding, and the part of the message.
    """

    kind: str
    note: str
    method: str
    path: str
    query: str = ""
    headers: Headers = ()
    accept: str | None = None
    content_type: str | None = None
    value: Any = ABSENT
    body: bytes | None = None
    auth: str = "first"
    expect: Expect = "accepted"
    statuses: tuple[int, ...] = ()
    rule: str = ""
    phase: str = "coverage"
    group: str = ""
    breach: str = ""


@dataclass(frozen=True)
class Exchange:
    """A request that was sent and what came of it.

    Attributes:
        case: the case behind it.
        request: as it was sent, credentials included.
        response: what came back, or None.
        fault: why nothing came back.
        seconds: how long it took.
        sent: the value that the body carries, or ``ABSENT``.
        value: the value of a good answer's body, or ``ABSENT``.
    """

    case: Case
    request: Request
    response: Response | None
    fault: str | None
    seconds: float
    sent: Any
    value: Any = ABSENT

    @property
    def ok(self) -> bool:
        """Whether it was answered as a success, and the answer could be read."""
        return self.response is not None and 200 <= self.response.status <= 299 and self.value is not ABSENT


@dataclass(frozen=True)
class Failure:
    """Something that a check did not like.

    Attributes:
        at: the pointer into the answer's body at which it shows, or nothing.
        words: what the target said of it; two failures with the same words have one cause.
    """

    check: str
    place: str
    cause: str
    title: str
    message: str
    spec_pointer: str
    exchange: Exchange
    at: str = ""
    words: str = ""

    @property
    def key(self) -> Key:
        """What makes two failures one."""
        return self.check, self.place, self.cause


@dataclass(frozen=True)
class Defect:
    """One defect of the target: failures of one check, place and cause, and others that it explains.

    Attributes:
        case: the smallest case that shows it.
        found: how many cases had been run when it was first seen.
        times: how often it was seen.
        flaky: whether it did not show again when the case was sent once more.
        also: check, place and cause of the others.
        basis: where the rule comes from: ``page``, ``seen``, ``vendor`` or ``choice``.
    """

    check: str
    place: str
    cause: str
    title: str
    message: str
    basis: str
    spec_pointer: str
    spec_line: int | None
    case: Case
    request: Request
    response: Response | None
    fault: str | None
    found: int
    times: int
    flaky: bool
    also: tuple[Key, ...] = ()

    @property
    def key(self) -> Key:
        """What makes two failures one."""
        return self.check, self.place, self.cause

    @property
    def keys(self) -> tuple[Key, ...]:
        """Its own, and those of what it explains: what a baseline must know of it."""
        return (self.key, *self.also)


@dataclass
class Counts:
    """What was tried."""

    cases: int = 0
    requests: int = 0
    accepted: int = 0
    wanted: int = 0
    pairs: dict[tuple[str, str], int] = field(default_factory=dict)
    phases: dict[str, int] = field(default_factory=dict)


@dataclass
class Result:
    """What a run found.

    Attributes:
        target: what was tested.
        plan: how many cases were planned, by phase and group.
        untested: why nothing was tested, or None.
        holes: what was left untried, each in a sentence.
        notes: what else a reader should know, each in a sentence.
        stopped: whether the time was over before the plan was.
        known: how many defects were left out, since the baseline has them.
        contract: the file of the contract.
        sends: the media types of requests.
        answers: those of answers.
        checks: the names of the checks that were asked for.
        left_out: what could not be planned, each with the option that would change it.
        interrupted: whether a person ended it.
        digest: a hash of the cases that were run; equal for equal seeds.
    """

    target: str
    seed: int
    plan: Mapping[str, Mapping[str, int]]
    counts: Counts = field(default_factory=Counts)
    defects: list[Defect] = field(default_factory=list)
    seconds: float = 0.0
    untested: str | None = None
    holes: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    stopped: bool = False
    digest: str = ""
    known: int = 0
    contract: str = ""
    sends: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    interrupted: bool = False

    @property
    def status(self) -> int:
        """The exit status: 0 all well, 1 defects, 3 nothing was tested, or something that had to be was not."""
        if self.untested is not None:
            return 3
        if self.defects:
            return 1
        return 3 if self.holes else 0
