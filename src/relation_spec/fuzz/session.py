"""A session with a target: cases become requests, answers are looked at by every check that looks at single answers.

In: facts, a sender, credentials. Out: exchanges, and the failures that were found on the way.
"""

import json
import statistics
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import Any, Final

from relation_spec.contract import UnencodableValueError
from relation_spec.findings import Report
from relation_spec.fuzz.covering import Cover
from relation_spec.fuzz.credentials import Credentials, secrets_in
from relation_spec.fuzz.facts import Facts
from relation_spec.fuzz.model import ABSENT, Case, Counts, Exchange, Failure
from relation_spec.fuzz.senders import Sender, can_be_sent
from relation_spec.media import media_type
from relation_spec.messages.message import Headers, Request, Response

__all__ = ["Check", "Session", "Trial", "TrialEndedError"]

Check = Callable[["Session", Exchange], Iterable[Failure]]

_WAIT: Final = 10.0
_LEAST_WAIT: Final = 0.2
_BUSY: Final = (429, 503)
_TRIES: Final = 3
_LONGEST_PAUSE: Final = 30.0
_SLOWER: Final = 10
_SLOW: Final = 0.25  # seconds; below, a busy machine explains it
_KNOWN_TIMES: Final = 10


class TrialEndedError(Exception):
    """A sequence cannot go on, since a step of it was not answered as it must be; the checks have told why."""


class Session:
    """What one run shares.

    Attributes:
        facts: what the contract says.
        counts: what was tried.
        users: the credentials, at most two.
        expired: credentials that are valid no more, or None.
        numbers: those that new records got.
        notes: what a reader should know.
        lost: those of them that tell of checks that could not be made.
        extra: header fields that go with every request.
    """

    def __init__(
        self,
        facts: Facts,
        sender: Sender,
        users: tuple[Credentials, ...],
        checks: tuple[Check, ...],
        *,
        expired: Credentials | None = None,
        extra: Headers = (),
        rate: float | None = None,
        deadline: float | None = None,
        ends: float | None = None,
    ) -> None:
        self.facts, self.sender, self.users, self.extra = facts, sender, users, extra
        self.expired = expired
        self.counts = Counts()
        self.notes: dict[str, None] = {}
        self.lost: dict[str, None] = {}
        self._own = threading.local()
        self._lock = threading.Lock()
        self.numbers: set[Any] = set()
        self._checks, self._rate, self.deadline, self.ends = checks, rate, deadline, ends
        self._times: list[float] = []
        self._next = 0.0
        self._slowest = 0.0
        self._base: dict[str, Exchange] = {}

    def lose(self, why: str) -> None:
        """Note that a check could not be made."""
        self.notes[why] = self.lost[why] = None

    @property
    def secrets(self) -> tuple[str, ...]:
        """Texts that must not be shown anywhere."""
        secret = {parameter.name.lower() for parameter in self.facts.operation.parameters if parameter.secret}
        given = [text for name, value in self.extra for text in secrets_in(name, value, frozenset(secret))]
        held = (*self.users, self.expired) if self.expired else self.users
        return (*given, *(text for user in held for text in user.secrets))

    @cached_property
    def cover(self) -> Cover:
        """Hides them, and the names of the users, in what is told."""
        return Cover(self.secrets, [user.name for user in self.users])

    @property
    def is_over(self) -> bool:
        """Whether the time for cases is over."""
        return self.deadline is not None and time.monotonic() >= self.deadline

    @contextmanager
    def untallied(self) -> Iterator[None]:
        """A time in which requests are no part of what was tried: rechecks and shrinking."""
        held, self._own.silent = self._is_silent, True
        try:
            yield
        finally:
            self._own.silent = held

    @property
    def _is_silent(self) -> bool:
        return getattr(self._own, "silent", False)

    @property
    def _wait(self) -> float:
        """How long an answer is waited for: no longer than the run may last."""
        return _WAIT if self.ends is None else min(_WAIT, max(_LEAST_WAIT, self.ends - time.monotonic()))

    def request(self, case: Case) -> Request | None:
        """The request of a case, or None where it cannot be sent as it is."""
        body = case.body
        if case.value is not ABSENT:
            try:
                body = self.facts.contract.encode_request_body(
                    case.value, case.content_type or "", operation=self.facts.operation.operation_id
                )
            except UnencodableValueError:
                return None
        headers = [("Accept", case.accept)] if case.accept is not None else []
        headers += case.headers
        headers += [field for field in self.extra if field[0].lower() not in {n.lower() for n, _ in headers}]
        own = self._auth(case.auth)
        if {name.lower() for name, _ in own} & {name.lower() for name, _ in case.headers}:
            return None  # other credentials of the same kind cannot stand beside
        headers += own
        if case.content_type is not None:
            headers.append(("Content-Type", case.content_type))
        url = f"{case.path}?{case.query}" if case.query else case.path
        request = Request(case.method, url, headers, body)
        return request if can_be_sent(request) else None

    def _auth(self, auth: str) -> Headers:
        if auth == "expired" and self.expired is not None:
            return self.expired.fields()
        if auth == "none" or not self.users:
            return ()
        user = self.users[-1] if auth.startswith("second") else self.users[0]
        ways = {"wrong": user.wrong, "stranger": user.stranger, "respelt": user.respelt}
        return ways.get(auth.removeprefix("second-"), user.fields)()

    def send(self, case: Case) -> Exchange | None:
        """Send a case; None where it cannot be sent. Pauses where the target asks for it."""
        request = self.request(case)
        if request is None:
            return None
        for tried in range(_TRIES):
            self._pace()
            outcome = self.sender.send(request, self._wait)
            response = outcome.response
            if response is None or response.status not in _BUSY:
                break
            if tried == _TRIES - 1 or not self._pause(response):
                self.lose(f"some requests were answered with {response.status} to the end, and tell nothing")
                break
        sent = case.value
        exchange = Exchange(case, request, response, outcome.fault, outcome.seconds, sent)
        if response is not None and 200 <= response.status <= 299:
            exchange = replace(exchange, value=self.facts.decoded(response))
        with self._lock:
            self._tally(exchange)
        return exchange

    def _pace(self) -> None:
        if self._rate:
            with self._lock:
                now = time.monotonic()
                pause = self._next - now
                self._next = max(now, self._next) + 1 / self._rate
            if pause > 0:
                time.sleep(pause)

    def _pause(self, response: Response) -> bool:
        """Wait as Retry-After says (RFC 9110 section 10.2.3); whether it makes sense to try again."""
        said = next(iter(response.values("retry-after")), "")
        pause = min(float(said) if said.isdecimal() else 1.0, _LONGEST_PAUSE)
        if self.deadline is not None and time.monotonic() + pause > self.deadline:
            return False
        self.notes[f"the target asked for pauses ({response.status}); they were kept"] = None
        time.sleep(pause)
        return True

    def _tally(self, exchange: Exchange) -> None:
        if self._is_silent:
            return
        self.counts.requests += 1
        if exchange.case.expect != "accepted":
            return
        self.counts.wanted += 1
        if not exchange.ok or exchange.response is None:
            return
        self.counts.accepted += 1
        if len(self._times) < 1000:
            self._times.append(exchange.seconds)
        asked = media_type.parse(exchange.case.content_type or "")
        got = media_type.parse(next(iter(exchange.response.values("content-type")), ""))
        if asked and got and asked.name in self.facts.sends and got.name in self.facts.answers:
            pair = (asked.name, got.name)
            self.counts.pairs[pair] = self.counts.pairs.get(pair, 0) + 1

    def is_slow(self, exchange: Exchange) -> float | None:
        """How many times longer than usual an exchange took, three times in a row; None where it did not."""
        if len(self._times) < _KNOWN_TIMES or exchange.seconds < _SLOW:
            return None
        usual = statistics.median(self._times)
        least = exchange.seconds
        if self._slowest and least >= self._slowest / 2:
            return least / usual  # as slow as what was measured three times
        with self.untallied():
            for _ in range(2):
                if self.ends is not None and time.monotonic() + exchange.seconds > self.ends:
                    return None
                if least < max(_SLOW, _SLOWER * usual):
                    return None
                again = self.sender.send(exchange.request, self._wait)
                plain = self.send(self.plain_case())
                usual = max(usual, plain.seconds if plain else 0.0)
                least = min(least, again.seconds)
        if least < max(_SLOW, _SLOWER * usual):
            return None
        self._slowest = max(self._slowest, least)
        return least / usual

    def plain_case(self) -> Case:
        """The plainest valid request."""
        facts = self.facts
        return Case(
            "send", "a plain valid request", facts.operation.method, facts.operation.path,
            accept=facts.answers[0] if facts.answers else None, content_type=facts.sends[0] if facts.sends else None,
            value=facts.base if facts.sends else ABSENT,
        )  # fmt: skip

    def baseline(self, trial: "Trial", value: Any) -> Exchange:
        """What the plainest request that carries ``value`` is answered; asked for once."""
        key = json.dumps(value, sort_keys=True, default=str)
        if key not in self._base:
            self._base[key] = trial.good(replace(self.plain_case(), value=value))
        return self._base[key]

    def report(self, exchange: Exchange) -> Report:
        """What the contract says of an answer; worked out once."""
        held: tuple[Exchange, Report] | None = getattr(self._own, "report", None)
        if held is None or held[0] is not exchange:
            operation = self.facts.operation.operation_id
            judge = self.facts.contract.validate_response
            held = self._own.report = (exchange, judge(exchange.response, exchange.request, operation=operation))
        return held[1]

    def examine(self, exchange: Exchange) -> Iterator[Failure]:
        """What the checks of single answers find."""
        for check in self._checks:
            yield from check(self, exchange)


class Trial:
    """One case under way.

    Attributes:
        failures: what was found.
        exchanges: what was sent.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.failures: list[Failure] = []
        self.exchanges: list[Exchange] = []

    def send(self, case: Case) -> Exchange | None:
        """Send a case, and let the checks of single answers look at it."""
        exchange = self.session.send(case)
        if exchange is not None:
            self.exchanges.append(exchange)
            self.failures += self.session.examine(exchange)
        return exchange

    def good(self, case: Case) -> Exchange:
        """Send a case that must be accepted.

        Raises:
            TrialEndedError: where it was not.
        """
        exchange = self.send(replace(case, expect="accepted"))
        if exchange is None or not exchange.ok or not isinstance(exchange.value, dict):
            raise TrialEndedError
        return exchange

    def fail(
        self, check: str, place: str, cause: str, title: str, message: str, rule: str, shown: Exchange,
        at: str = "", told: str = "",
    ) -> None:  # fmt: skip
        """Note a failure, shown by an exchange; ``at`` is where in the answer's body, where the place does not say."""
        self.failures.append(Failure(check, place, cause, title, message, rule, shown, at or place, told))
