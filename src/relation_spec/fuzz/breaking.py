"""Broken requests: every breach that the strategies know, each with the statuses with which it may be refused.

In: facts. Out: cases by group. What the contract only warns of is sent too, and may be taken or refused.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Any, Final, TypeVar

from relation_spec.contract import UnencodableValueError
from relation_spec.fuzz.facts import Facts
from relation_spec.fuzz.model import ABSENT, Case, Expect
from relation_spec.messages.decoding import kind_of
from relation_spec.messages.message import Request
from relation_spec.strategies.drafts import Breach, MessageBreach, RequestDraft
from relation_spec.strategies.making import Making, making
from relation_spec.strategies.mutations import Mutation

__all__ = ["broken_cases", "mixed", "statuses_of", "written"]

_Item = TypeVar("_Item")

_STATUSES: Final = {
    "unauthenticated": (401,),
    "unsupported-media-type": (415,),
    "not-acceptable": (406,),
    "method": (405,),
    "too-large": (413,),
}
_OTHERS: Final = (400, 413, 415, 422)
_FEW: Final = 4
_TEXTS_EACH: Final = 2  # ways of each breach of a format


def mixed(groups: Iterable[Sequence[_Item]]) -> Iterator[_Item]:
    """The items of all groups, the first of each, then the second of each, and so on."""
    for row in zip_longest(*groups, fillvalue=ABSENT):
        yield from (item for item in row if item is not ABSENT)


def statuses_of(facts: Facts, breach: Breach) -> tuple[int, ...]:
    """The statuses that say what is wrong: of a body the contract's 400, or one that says it in other ways."""
    if breach.code in _STATUSES:
        return _STATUSES[breach.code]
    if breach.code == "header" and breach.where.startswith(("header.Accept", "header.Content-Type")):
        return (400, 406, 415)
    if breach.code == "header":
        return (400, 401)
    return tuple(status for status in _OTHERS if status == 400 or facts.operation.response(status) is not None)


def broken_cases(facts: Facts) -> dict[str, list[Case]]:
    """The breaches of every layer."""
    maker = making(facts.contract, facts.operation.operation_id)
    made: dict[str, list[Case]] = {}
    for breach in mixed(maker.broken_around.values()):
        case = _around(facts, maker, breach)
        if case is not None:
            made.setdefault(f"broken {_layer(breach.breach)}", []).append(case)
    if facts.sends:
        made["broken values"] = list(_values(facts, maker))
        made["broken texts"] = list(_texts(facts, maker))
        some = [case for name in ("broken values", "broken texts") for case in made[name][:2]]
        made["errors in other types"] = list(_elsewhere(facts, some))
    return made


def _layer(breach: Breach) -> str:
    if breach.code == "unauthenticated" or breach.rule.endswith("x-equals"):
        return "credentials"
    if breach.code in ("method", "path"):
        return "addresses"
    return "bodies" if breach.where in ("body", "header.Content-Type") else "parameters"


def _draft(facts: Facts) -> RequestDraft:
    draft = RequestDraft(facts.operation.method, "", facts.operation.path)
    draft.accept = facts.answers[0] if facts.answers else None
    if facts.sends:
        draft.content_type = facts.sends[0]
        draft.body = facts.contract.encode_request_body(
            facts.least, facts.sends[0], operation=facts.operation.operation_id
        )
    return draft


def _around(facts: Facts, maker: Making, breach: MessageBreach) -> Case | None:
    draft = _draft(facts)
    breach.change(draft)
    message: Request = draft.message()
    gone = ("accept", "content-type")
    headers = tuple(field for field in message.headers if field[0].lower() not in gone)
    labels = message.values("content-type")
    if len(labels) > 1:  # servers join them, or take the first; that is framing
        return None
    path, _, query = message.url.partition("?")
    told = breach.breach
    own = told.code == "unauthenticated" or told.rule.endswith("x-equals")
    group = {"method": "method", "path": "path", "not-acceptable": "accept"}.get(told.code, "")
    return Case(
        "send", told.note, message.method, path, query, headers, draft.accept, draft.content_type, ABSENT, message.body,
        auth="none" if own else "first", expect=_judged(facts, message, own), statuses=statuses_of(facts, told),
        rule=told.rule, group=group or _layer(told), breach=_named(told),
    )  # fmt: skip


def _named(breach: Breach) -> str:
    """The part of the message that is broken, and in what way; of header fields that is too many things."""
    return breach.where if breach.code == "header" else f"{breach.code} {breach.where}"


def _judged(facts: Facts, message: Request, own: bool) -> Expect:
    """Whether a request is wrong by the contract, whose warnings leave a server free; credentials come later."""
    if any(finding.code == "path" for finding in facts.contract.validate_request(message).findings):
        return "free"  # what stands at other addresses is not this contract's
    report = facts.contract.validate_request(message, operation=facts.operation.operation_id)
    wrong = [finding for finding in report.errors if own or finding.code != "unauthenticated"]
    return "refused" if wrong else "free"


def _expect(facts: Facts, breach: Breach) -> Expect:
    """Whether the breach is an error; what the contract only warns of may be taken or refused."""
    severity = facts.document.severity(breach.code, "request")
    return "refused" if severity == "error" else "free"


def _values(facts: Facts, maker: Making) -> Iterator[Case]:
    """Every rule of the schema broken at every place once, in turns in each media type that can carry it."""
    kinds: dict[Any, str] = {}
    for name in facts.sends:
        kinds.setdefault(kind_of(name), name)
    names = list(kinds.values())
    first = maker.breaches("request", maker.media("request", 0, facts.sends[0]))
    rules = [sorted(places, key=lambda place: _nearness(facts, place[0])) for places in first.rules.values()]
    ways = [[way for place in places for way in (place if len(place) <= _FEW else place[:1])] for places in rules]
    more = [[place[at] for place in places[:2] for at in (3, 7) if at < len(place)] for places in rules]
    for number, mutation in enumerate([*mixed(ways), *mixed(more)]):
        label = names[number % len(names)] if number % 2 else facts.sends[0]
        label, body, breach = written(facts, maker, mutation, label)
        yield _inside(facts, label, body, breach, f"{breach.note} at {breach.pointer or 'the whole body'}")


def _nearness(facts: Facts, mutation: Mutation) -> int:
    """What clients set comes first, since servers use it; what stands within objects comes last."""
    prop = facts.sent.get(str(mutation.place[0])) if mutation.place else None
    if prop is None or len(mutation.place) > 1:
        return 3
    return 2 if not prop.is_client_set else 1 if prop.refers else 0


def written(facts: Facts, maker: Making, mutation: Mutation, label: str) -> tuple[str, bytes, Breach]:
    """A broken body as ``label``, or as the first media type where that cannot carry it; with its breach."""
    first = maker.breaches("request", maker.media("request", 0, facts.sends[0]))
    # what is missing must not be guessed from what refers to it
    base = {name: facts.base[name] for name in facts.required} if mutation.code == "required" else facts.least
    broken = first.value(mutation, base)
    try:
        return label, maker.encoded("request", broken.body, label, 0), broken.breach
    except UnencodableValueError:
        body, breach = first.encoded(mutation, base, mutation.rule)
        return facts.sends[0], body, breach


def _texts(facts: Facts, maker: Making) -> Iterator[Case]:
    """Bytes that are no text of their format, in each media type."""
    seen: list[list[Case]] = []
    for label in facts.sends:
        breaches = maker.breaches("request", maker.media("request", 0, label))
        base = facts.contract.encode_request_body(facts.base, label, operation=facts.operation.operation_id)
        for kind, rules in breaches.kinds.items():
            step = max(1, len(rules) // _TEXTS_EACH)
            made = []
            for rule in rules[::step][:_TEXTS_EACH]:
                broken = breaches.malformed((rule, *rules), base, some=True)
                if len(broken.body) < 100_000:
                    made.append(_inside(facts, label, broken.body, broken.breach, f"{kind} in {label}: {rule.note}"))
            known = kind_of(label) in [kind_of(name) for name in facts.sends[: facts.sends.index(label)]]
            seen.append(made[:1] if known else made)
    yield from mixed(seen)


def _elsewhere(facts: Facts, some: Iterable[Case]) -> Iterator[Case]:
    """Broken bodies whose refusals are asked for in the other kinds of answers."""
    kinds = {kind_of(name): name for name in reversed(facts.answers)}
    others = [name for kind, name in kinds.items() if kind != kind_of(next(iter(facts.answers), ""))]
    for answer in others:
        yield from (replace(case, accept=answer, note=f"{case.note}, answered as {answer}") for case in some)


def _inside(facts: Facts, label: str, body: bytes, breach: Breach, note: str) -> Case:
    return Case(
        "send", note, facts.operation.method, facts.operation.path, accept=facts.answers[0] if facts.answers else None,
        content_type=label, body=body, expect=_expect(facts, breach), statuses=statuses_of(facts, breach),
        rule=breach.rule, group="body", breach=breach.code,
    )  # fmt: skip
