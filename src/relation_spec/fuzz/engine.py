"""A run: the plan is carried out phase by phase, failures become defects, defects are rechecked and shrunk.

In: a target and options. Out: a :class:`Result`. One cause is one entry, by check, place and cause.
"""

import hashlib
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, islice
from typing import Any, Final, Unpack

from relation_spec.contract import ContractError, WrongCallError
from relation_spec.fuzz.breaking import mixed
from relation_spec.fuzz.chance import by_chance
from relation_spec.fuzz.checks import chosen, functions
from relation_spec.fuzz.credentials import expired_of, users_of
from relation_spec.fuzz.facts import Facts
from relation_spec.fuzz.files import case_text
from relation_spec.fuzz.grouping import Seen, grouped
from relation_spec.fuzz.model import ABSENT, Case, Defect, Failure, Key, Result
from relation_spec.fuzz.options import Options
from relation_spec.fuzz.planning import FIRST_SEQUENCES, coverage, sequences
from relation_spec.fuzz.reaching import untestable
from relation_spec.fuzz.sequences import run_case
from relation_spec.fuzz.session import Session, Trial
from relation_spec.fuzz.shrinking import again, shrunk
from relation_spec.fuzz.targets import opened
from relation_spec.messages import Contract, load
from relation_spec.messages.message import HeaderFields, Request

__all__ = ["Prepared", "carried_out", "opened_session", "prepared", "run"]

_SHARE: Final = 0.75  # of the time is for cases where something was found; the rest for rechecks and shrinking
_MOST_DEFECTS: Final = 100

_SEQUENCES_OF: Final = 10  # random cases to one random sequence

Progress = Callable[[int, int, int], None]
_Phases = Mapping[str, tuple[int, Iterator[Case]]]


@dataclass
class Prepared:
    """A run that is ready: its session, and its cases by phase."""

    session: Session
    phases: _Phases
    result: Result
    checks: frozenset[str]
    documented_only: bool
    require_matrix: bool
    baseline: frozenset[Key]
    begun: float
    ends: float | None
    max_cases: int | None
    workers: int


def prepared(
    target: Any,
    *,
    seed: int = 0,
    examples: int = 100,
    seconds: float | None = None,
    max_cases: int | None = None,
    only: Iterable[str] = (),
    skip: Iterable[str] = (),
    workers: int = 1,
    documented_only: bool = False,
    require_matrix: bool = False,
    baseline: Iterable[Key] = (),
    **options: Any,
) -> Prepared:
    """Everything but the run itself; arguments are those of :func:`run`."""
    begun = time.monotonic()
    if examples < 0 or any(given is not None and given <= 0 for given in (max_cases, seconds, options.get("rate"))):
        raise WrongCallError("examples, seconds, max_cases and rate must be positive")
    checks = chosen(only, skip)
    ends = None if seconds is None else begun + seconds
    session = opened_session(target, deadline=ends, ends=ends, **options)
    try:
        if workers < 1 or (workers > 1 and not session.sender.is_parallel):
            raise WrongCallError("several workers send to a live server alone; an application in this process has one")
        plan, phases = _phases(session, seed, examples)
    except ContractError:
        session.sender.close()
        raise
    contract = session.facts.document.path
    facts = session.facts
    result = Result(
        session.sender.name, seed, plan, contract=contract, sends=facts.sends, answers=facts.answers,
        checks=tuple(sorted(checks)), left_out=_left_out(session),
    )  # fmt: skip
    return Prepared(
        session,
        phases,
        result,
        checks,
        documented_only,
        require_matrix,
        frozenset(baseline),
        begun,
        ends,
        max_cases,
        workers,
    )


def _phases(session: Session, seed: int, examples: int) -> tuple[dict[str, dict[str, int]], _Phases]:
    """The plan in numbers, and its cases by phase."""
    facts = session.facts
    groups, fixed = coverage(facts), [*islice(sequences(facts), FIRST_SEQUENCES, None)]
    groups, fixed = {name: _possible(session, held) for name, held in groups.items()}, _possible(session, fixed)
    chance = (replace(case, phase="random") for case in islice(by_chance(facts, seed), examples))
    more = examples // _SEQUENCES_OF if facts.sends else 0
    records = (replace(case, kind="read-back", note="a record by chance")
               for case in by_chance(facts, seed + 1) if case.value is not ABSENT)  # fmt: skip
    steps = (replace(case, phase="sequences", group="sequences") for case in chain(fixed, islice(records, more)))
    plan = {"coverage": {name: len(cases) for name, cases in groups.items()}, "random": {"chance": examples},
            "sequences": {"fixed": len(fixed), "chance": more}}  # fmt: skip
    phases = {"coverage": (sum(map(len, groups.values())), _mixed(groups)), "random": (examples, chance),
              "sequences": (len(fixed) + more, steps)}  # fmt: skip
    return plan, phases


def _mixed(groups: Mapping[str, list[Case]]) -> Iterator[Case]:
    """The cases of all groups in turns; those of the first, the media pairs, come thrice as often."""
    first, *others = groups.values()
    return mixed([*(first[start::3] for start in range(3)), *others])


def opened_session(
    target: Any,
    *,
    contract: Contract | None = None,
    auth: str | Iterable[str] | None = None,
    expired_auth: str | None = None,
    headers: HeaderFields = None,
    rate: float | None = None,
    sample: Mapping[str, Any] | None = None,
    allowed_hosts: Iterable[str] = (),
    operation: str | None = None,
    verify: bool = True,
    deadline: float | None = None,
    ends: float | None = None,
) -> Session:
    """A session with a target.

    Raises:
        WrongCallError: as :func:`run`.
    """
    contract = contract or load()
    described = contract.document.operation(operation)
    users, expired = users_of(auth, described), expired_of(expired_auth, described)
    sender = opened(target, allowed=tuple(allowed_hosts), operation_path=described.path, verify=verify)
    extra = Request("GET", "/", headers).headers
    facts = _facts(contract, described.operation_id) if sample is None else Facts(contract, described, sample)
    return Session(
        facts, sender, users, functions(), expired=expired, extra=extra, rate=rate, deadline=deadline, ends=ends
    )


@lru_cache(maxsize=8)
def _facts(contract: Contract, operation: str) -> Facts:
    """What a contract says, read once."""
    return Facts(contract, contract.document.operation(operation))


def _left_out(session: Session) -> tuple[str, ...]:
    """What cannot be tried without more credentials."""
    if not session.facts.operation.security:
        return ()
    second = () if len(session.users) > 1 else ("what shows with two users (--auth twice)",)
    return second if session.expired else (*second, "expired credentials (--expired-auth)")


def _possible(session: Session, cases: list[Case]) -> list[Case]:
    """Without those that need credentials which were not given: a second user's, or expired ones."""
    alone, lasting = len(session.users) < 2, session.expired is None
    return [
        case for case in cases
        if not (alone and (case.auth.startswith("second") or case.kind == "users"))
        and not (lasting and case.auth == "expired")
    ]  # fmt: skip


def run(target: Any, *, progress: Progress | None = None, **options: Unpack[Options]) -> Result:
    """Test a target by its contract.

    Args:
        target: an address, ``module:app``, or an ASGI or WSGI application.
        progress: told the number of cases that were run, of those planned, and of defects.
        options: ``contract``, by default the bundled one; ``auth``, credentials as ``basic:NAME:PASSWORD``,
            ``bearer:TOKEN``, ``ticket:TICKET`` or ``xsrf:TOKEN``, or two of them, by default those in
            ``RELATION_AUTH``; ``expired_auth``, credentials that are
            valid no more; ``seed``; ``examples``, how many random cases; ``seconds``, after which to end;
            ``max_cases``, likewise; ``only`` and ``skip``, names of checks; ``headers`` for every request; ``rate``,
            requests a second at most; ``workers``, requests at once to a live server; ``sample``, an entity that the
            target accepts, by default the contract's example; ``documented_only``, without defects whose rule is a
            choice of the contract's author; ``require_matrix``, so that checks that could not be made are untried
            parts as well, as pairs of media types that never succeeded always are; ``baseline``, defects that are
            known, by check, place and cause; ``allowed_hosts`` besides this machine; ``operation``; ``verify`` for
            certificates.

    Raises:
        WrongCallError: for impossible options, or a target that is none or may not be tested.
    """
    return carried_out(prepared(target, **options), progress)


def carried_out(made: Prepared, progress: Progress | None = None) -> Result:
    """Do what was prepared."""
    result, session = made.result, made.session
    try:
        collector = _Collector(made)
        if (reason := untestable(session)) is not None:
            result.untested = session.cover.text(reason)
        else:
            try:
                _carry_out(made, collector, progress)
            except KeyboardInterrupt:
                result.stopped = result.interrupted = True
                made.ends = time.monotonic()  # what was found is told as it was seen, neither rechecked nor shrunk
            collector.finish()
    finally:
        session.sender.close()
    result.counts, result.notes = session.counts, [*session.notes]
    result.seconds = time.monotonic() - made.begun
    if result.untested is None:
        result.holes = _holes(made)
    return result


def _carry_out(made: Prepared, collector: "_Collector", progress: Progress | None) -> None:
    counts = made.session.counts
    total = sum(count for count, _ in made.phases.values())
    digest = hashlib.sha256()
    try:
        for phase, (_, cases) in made.phases.items():
            if made.result.stopped:
                break  # the first case of a phase may take long to make
            for case, failures in _tried(made, cases):
                digest.update(case_text(case).encode())
                counts.cases += 1
                counts.phases[phase] = counts.phases.get(phase, 0) + 1
                collector.take(case, failures)
                if collector.found and made.ends is not None:
                    made.session.deadline = made.begun + (made.ends - made.begun) * _SHARE
                if progress is not None:
                    progress(counts.cases, total, len(collector.found))
    finally:
        made.result.digest = digest.hexdigest()[:16]


def _tried(made: Prepared, cases: Iterator[Case]) -> Iterator[tuple[Case, list[Failure]]]:
    """Each case with what it showed, in their order; several at once where there are several workers."""
    session = made.session
    pending: deque[tuple[Case, Future[Trial]]] = deque()
    with ThreadPoolExecutor(made.workers) as pool:
        for case in cases:
            if session.is_over or session.counts.cases + len(pending) == made.max_cases:
                made.result.stopped = True
                break
            if made.workers == 1:
                yield case, run_case(session, case).failures
                continue
            pending.append((case, pool.submit(run_case, session, case)))
            if len(pending) > made.workers:
                done, trial = pending.popleft()
                yield done, trial.result().failures
        while pending:
            done, trial = pending.popleft()
            yield done, trial.result().failures


def _holes(made: Prepared) -> list[str]:
    facts, counts = made.session.facts, made.session.counts
    missing = [f"{send} answered as {answer}" for send in facts.sends for answer in facts.answers
               if not counts.pairs.get((send, answer))]  # fmt: skip
    found = []
    if counts.wanted and not counts.accepted:
        found.append("no valid request was accepted")
    if missing:
        shown = ", ".join(missing[:3]) + (f" and {len(missing) - 3} more" if len(missing) > 3 else "")
        found.append(f"{len(missing)} of {len(facts.sends) * len(facts.answers)} media pairs never succeeded: {shown}")
    return [*found, *made.session.lost] if made.require_matrix else found


class _Collector:
    """Failures become defects."""

    def __init__(self, made: Prepared) -> None:
        self._made = made
        self.found: dict[Key, Seen] = {}

    def take(self, case: Case, failures: Iterable[Failure]) -> None:
        """Group what a case showed."""
        for failure in failures:
            if failure.check not in self._made.checks:
                continue
            number = self._made.session.counts.cases
            if failure.key not in self.found and len(self.found) < _MOST_DEFECTS:
                self.found[failure.key] = Seen(case, failure, number)
            if failure.key in self.found:
                self.found[failure.key].add(failure, number)

    def finish(self) -> None:
        """Group, recheck and shrink what was found, as long as there is time."""
        made = self._made
        wanted = {key: seen for key, seen in self.found.items() if self._is_wanted(seen)}
        made.result.known = len(grouped({key: seen for key, seen in wanted.items() if key in made.baseline}))
        causes = grouped({key: seen for key, seen in wanted.items() if key not in made.baseline})
        with made.session.untallied():
            for number, (key, *also) in enumerate(causes):
                made.result.defects.append(self._defect(key, tuple(also), len(causes) - number))

    def _is_wanted(self, seen: Seen) -> bool:
        return not self._made.documented_only or self._basis(seen) != "choice"

    def _basis(self, seen: Seen) -> str:
        return self._made.session.facts.basis(seen.failure.spec_pointer)

    def _defect(self, key: Key, also: tuple[Key, ...], left: int) -> Defect:
        made, held = self._made, self.found[key]
        case, failure, flaky, basis = held.case, held.failure, False, self._basis(held)
        found = min(self.found[one].number for one in (key, *also))
        if made.ends is None or time.monotonic() < made.ends:
            repeated = again(made.session, case, key)
            if repeated is None and (made.ends is None or time.monotonic() < made.ends):
                repeated = again(made.session, case, key)
            flaky = repeated is None
            if repeated is not None:
                case, failure = shrunk(made.session, case, repeated, self._until(left))
        exchange = failure.exchange
        message = made.session.cover.text(failure.message)
        return Defect(
            *key, failure.title, message, basis, failure.spec_pointer,
            made.session.facts.document.line(failure.spec_pointer), case, exchange.request, exchange.response,
            exchange.fault, found, held.times, flaky, also,
        )  # fmt: skip

    def _until(self, left: int) -> float | None:
        """When shrinking of one defect must end: all that are left share what is left of the time."""
        ends = self._made.ends
        if ends is None:
            return time.monotonic() + 10.0
        now = time.monotonic()
        return now + max(0.0, ends - now) / left
