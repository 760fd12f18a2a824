"""The sorting put to the test: generated messages that one contract takes are judged by the other.

In: two contracts and what :func:`relation_spec.comparison.compare` made of them. Out: the same changes, the breaking
ones with a message that shows them, and one more change for each refusal that none of them accounts for; so that no
breaking change passes as a harmless one. Requests go from the old contract to the new one, responses the other way.
Messages are drawn by a seed, and every rule of the refusing contract is broken once at each place as well.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, Final, NamedTuple

from relation_spec.comparison.changes import Change, Place, Witness
from relation_spec.comparison.contracts import pairs
from relation_spec.comparison.edges import edge_bodies
from relation_spec.contract import Operation, Side, UnencodableValueError, WrongCallError
from relation_spec.findings import Finding, Report
from relation_spec.messages import Contract
from relation_spec.messages.decoding import kind_of
from relation_spec.messages.message import Request, Response
from relation_spec.strategies.choosing import Seeded, SteadyRandom
from relation_spec.strategies.making import Making, making
from relation_spec.strategies.response_drafts import number_of
from relation_spec.strategies.samples import message_samples
from relation_spec.strategies.values import NoValueError

__all__ = ["Tally", "checked"]

_FAULTS_A_PLACE: Final = 3
_MOST_PLACES: Final = 40  # of one rule
_LONGEST: Final = 300
_NOT_MADE: Final = (NoValueError, WrongCallError, UnencodableValueError)


class Tally(NamedTuple):
    """How much was tried: messages that the giving contract took, and what could not be made."""

    requests: int
    responses: int
    notes: tuple[str, ...]


class _Crossing(NamedTuple):
    """Messages of one side of one operation, from the contract that gives them to the one that judges them."""

    side: Side
    giver: Contract
    judge: Contract
    given: Operation
    judged: Operation


def checked(
    old: Contract, new: Contract, changes: Sequence[Change], *, count: int, seed: int, sides: Sequence[Side]
) -> tuple[list[Change], Tally]:
    """The changes with their witnesses, and those that had been missed; and how much was tried.

    Args:
        old: the contract that holds.
        new: the contract that shall hold.
        changes: what was sorted.
        count: so many messages are drawn of each side of each operation.
        seed: the same seed tries the same messages.
        sides: whose messages are tried.
    """
    trial = _Trial([*changes])
    for before, after in pairs(old.document, new.document):
        if before is None or after is None:
            continue
        for side in sides:
            if side == "request":
                trial.cross(_Crossing(side, old, new, before, after), count, seed)
            else:
                trial.cross(_Crossing(side, new, old, after, before), count, seed)
    tally = Tally(trial.counts["request"], trial.counts["response"], tuple(dict.fromkeys(trial.notes)))
    return [*trial.missed.values(), *trial.changes], tally


class _Trial:
    def __init__(self, changes: list[Change]) -> None:
        self.changes = changes
        self.missed: dict[tuple[str, ...], Change] = {}
        self.counts: dict[Side, int] = {"request": 0, "response": 0}
        self.notes: list[str] = []

    def cross(self, crossing: _Crossing, count: int, seed: int) -> None:
        """Try the messages of one side of one operation."""
        for messages in (_edges(crossing, self.changes), _broken(crossing), _drawn(crossing, count, seed)):
            try:
                for message in messages:
                    self._try(crossing, message)
            except _NOT_MADE as reason:
                self.notes.append(f"not all {crossing.side}s could be made: {reason}")

    def _try(self, crossing: _Crossing, message: Request | Response) -> None:
        if not _report(crossing.giver, crossing.given, message).valid:
            return
        self.counts[crossing.side] += 1
        for finding in _report(crossing.judge, crossing.judged, message).errors:
            self._note(crossing, message, finding)

    def _note(self, crossing: _Crossing, message: Request | Response, finding: Finding) -> None:
        witness = Witness(_words(message, finding), finding.message)
        explained = False
        for index, change in enumerate(self.changes):
            if change.side != crossing.side:
                continue
            if change.explains(finding.code, finding.where, finding.pointer, finding.spec_pointer):
                explained = True
                if change.witness is None or len(change.witness.message) > len(witness.message):
                    self.changes[index] = replace(change, witness=witness)
        key = (crossing.side, finding.where, finding.code, finding.spec_pointer)
        if not explained and (key not in self.missed or len(str(self.missed[key].witness)) > len(str(witness))):
            self.missed[key] = _missed(crossing, finding, witness)


def _missed(crossing: _Crossing, finding: Finding, witness: Witness) -> Change:
    giver, judge = ("old", "new") if crossing.side == "request" else ("new", "old")
    what = f"the {giver} contract takes a {crossing.side} that the {judge} one refuses ({finding.code})"
    todo = "No change listed here accounts for it: look at the message yourself."
    rule = (finding.spec_pointer,)
    place = Place(finding.where, tuple(finding.pointer.split("/")[1:]))
    return Change(
        crossing.side, "breaking", "generated", what, todo, (place,),
        () if crossing.side == "request" else rule, rule if crossing.side == "request" else (), witness=witness,
    )  # fmt: skip


def _report(contract: Contract, operation: Operation, message: Request | Response) -> Report:
    if isinstance(message, Request):
        return contract.validate_request(message, operation=operation.operation_id)
    return contract.validate_response(message, operation=operation.operation_id)


def _words(message: Request | Response, finding: Finding) -> str:
    """The part of a message that a finding is about, as text."""
    where, _, name = finding.where.partition(".")
    if where == "header":
        text = f"{name}: {', '.join(message.values(name.lower())) or '(none)'}"
    elif where == "body":
        text = (message.body or b"").decode("utf-8", "backslashreplace") or "(no body)"
    elif isinstance(message, Request):
        text = f"{message.method} {message.url}"
    else:
        text = f"status {message.status}"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _statuses(crossing: _Crossing) -> list[tuple[int, str | None]]:
    """The statuses to answer with, each with a media type that both contracts know."""
    found: list[tuple[int, str | None]] = []
    for key, body in crossing.given.responses.items():
        status = number_of(key, crossing.given.responses)
        known = crossing.judged.response(status)
        labels = [name for name in body.content if kind_of(name) and (known is None or name in known.content)]
        found += [(status, label) for label in labels] or [(status, None)] * (not body.content)
    return found


def _drawn(crossing: _Crossing, count: int, seed: int) -> Iterator[Request | Response]:
    """``count`` messages drawn by ``seed``."""
    operation = crossing.given.operation_id
    if crossing.side == "request":
        samples = message_samples(crossing.giver, "request", count=count, seed=seed, operation=operation)
        yield from (sample.message for sample in samples if sample.message is not None)
        return
    ways = _statuses(crossing)
    for index, (status, label) in enumerate(ways):
        share = -(-(count - index) // len(ways))
        if share > 0:
            yield from (
                sample.message
                for sample in message_samples(
                    crossing.giver, "response", count=share, seed=seed + index, status=status, content_type=label,
                    operation=operation,
                )
                if sample.message is not None
            )  # fmt: skip


def _labels(crossing: _Crossing) -> Iterator[tuple[int, str]]:
    """The kinds of body that both contracts know: status and media type, one for each kind of text and schema."""
    seen = set()
    if crossing.side == "request":
        bodies = [(0, crossing.judged.request, crossing.given.request)]
    else:
        keys = [number_of(key, crossing.judged.responses) for key in crossing.judged.responses]
        bodies = [(key, crossing.judged.response(key), crossing.given.response(key)) for key in keys]
    for status, judged, given in bodies:
        for name in judged.content if judged and given else ():
            media = judged.content[name] if judged else None
            schema = media and media.schema and crossing.judge.document.get(media.schema)
            key = (str(schema), kind_of(name))
            if given and name in given.content and kind_of(name) == "json" and schema and key not in seen:
                seen.add(key)
                yield status, name


def _broken(crossing: _Crossing) -> Iterator[Request | Response]:
    """Messages that break each rule of the judging contract; the giving one tells whether it takes them."""
    judging = making(crossing.judge, crossing.judged.operation_id)
    giving = making(crossing.giver, crossing.given.operation_id)
    for status, label in _labels(crossing):
        breaches = judging.breaches(crossing.side, judging.media(crossing.side, status, label))
        for places in breaches.rules.values():
            for mutations in places[:_MOST_PLACES]:
                for mutation in mutations[:_FAULTS_A_PLACE]:
                    yield from _carried(giving, crossing.side, status, label, mutation.value)
    yield from _around(crossing, judging)


def _carried(giving: Making, side: Side, status: int, label: str, value: Any) -> Iterator[Request | Response]:
    """A message of the giving contract with ``value`` for its body."""
    try:
        body = giving.encoded(side, value, label, status)
    except _NOT_MADE:
        return
    chooser = _First(giving)
    if side == "request":
        draft = giving.requests.draft(chooser, bodiless=True)
        draft.content_type, draft.body = label, body
        yield draft.message()
    else:
        answer = giving.responses.draft(chooser, status=status, bodiless=True)
        answer.content_type, answer.body = label, body
        yield answer.message()


class _First(Seeded):
    """Picks the simplest of everything."""

    def __init__(self, maker: Making) -> None:
        super().__init__(maker.contract.document, SteadyRandom(1), clean=True, carries=lambda side, value, label: True)

    def pick(self, options: Any) -> Any:
        return options[0]


def _around(crossing: _Crossing, judging: Making) -> Iterator[Request | Response]:
    """Messages of the judging contract with one fault around their bodies."""
    chooser = _First(judging)
    if crossing.side == "request":
        for group in judging.broken_around.values():
            for one in islice(group, _FAULTS_A_PLACE):
                draft = judging.requests.draft(chooser, with_body=True)
                one.change(draft)
                yield draft.message()
        return
    for status in judging.responses.statuses:
        for one in judging.responses.breaches(status):
            answer = judging.responses.draft(chooser, status=status)
            one.change(answer)
            yield answer.message()


def _edges(crossing: _Crossing, changes: Sequence[Change]) -> Iterator[Request | Response]:
    """Messages with the values in them that breaking changes are about, of the giving contract."""
    giving = making(crossing.giver, crossing.given.operation_id)
    for status, label in _labels(crossing):
        media = giving.media(crossing.side, status, label)
        for value in edge_bodies(crossing.giver.document, crossing.side, media.schema, changes):
            yield from _carried(giving, crossing.side, status, label, value)
