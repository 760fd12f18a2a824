"""The plan of the coverage phase: what is tried in any case, in what order, always the same for the same contract.

In: facts. Out: cases by group. Groups are mixed, so that a run that ends early has tried some of everything.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import Any, Final
from urllib.parse import quote

from relation_spec.contract import UnencodableValueError
from relation_spec.fuzz.breaking import broken_cases
from relation_spec.fuzz.edges import edges_of
from relation_spec.fuzz.facts import Facts
from relation_spec.fuzz.model import ABSENT, Case, Expect
from relation_spec.messages.decoding import kind_of
from relation_spec.messages.message import Headers, Request
from relation_spec.strategies.making import making

__all__ = ["FIRST_SEQUENCES", "Plan", "answerable", "coverage", "sequences", "valid_case"]

Plan = dict[str, list[Case]]

_RICH: Final = (' Ärger & <Söhne>\n"O\'Brien" \\ \U0001f600 e\u0301 + %41 ', "plain words", "東京 [RESOURCE] 'quoted'")
_ZONES: Final = ("AUS Eastern Standard Time", "Australia/Sydney")  # where summer is when it is winter in the north
_INVENTED: Final = "a-session-that-never-was"
_MARK: Final = "stored once, and not twice"
FIRST_SEQUENCES: Final = 7  # those that are tried beside everything else
_MOST_EDGES: Final = 64
_MOST_ELSEWHERE: Final = 30  # edges of texts that are tried in every kind of body
_MOST_OWNED: Final = 8  # edges of properties that the server sets itself, and takes in a request


def valid_case(facts: Facts, value: Any, note: str, **parts: Any) -> Case:
    """A case of a valid request with ``value``."""
    made = Case(
        "send", note, facts.operation.method, facts.operation.path, accept=facts.answers[0] if facts.answers else None,
        content_type=facts.sends[0] if facts.sends else None, value=value if facts.sends else ABSENT,
    )  # fmt: skip
    return replace(made, **parts)


def answerable(facts: Facts, case: Case) -> Case:
    """The case, answered as the first media type where the one it asks for cannot carry the value."""
    kind = kind_of(case.accept or "")
    like = next((name for name in facts.sends if kind_of(name) == kind), None)
    if like is None or not facts.answers or kind == kind_of(facts.answers[0]):
        return case
    try:
        facts.contract.encode_request_body(case.value, like, operation=facts.operation.operation_id)
    except UnencodableValueError:
        return replace(case, accept=facts.answers[0])
    return case


def _last(facts: Facts) -> str | None:
    """The last media type of answers, where there is any."""
    return facts.answers[-1] if facts.answers else None


def rich(facts: Facts) -> dict[str, Any]:
    """The base with texts that many programs cannot write, where each media type can carry them."""
    made = dict(facts.base)
    bound = {"enum", "x-date-time", "pattern"}
    texts = [
        name for name, prop in facts.sent.items()
        if "string" in prop.types and prop.is_client_set and not bound & prop.keywords.keys()
    ]  # fmt: skip
    for index, name in enumerate(texts):
        changed = {**made, name: _RICH[index % len(_RICH)]}
        if facts.is_valid(changed):
            made = changed
    return made


def _nulls(facts: Facts) -> dict[str, Any]:
    """The base with null wherever it may stand."""
    made = {**facts.base}
    for name, prop in facts.sent.items():
        if "null" in prop.types:
            made[name] = None
    return made


def _pairs(facts: Facts) -> Iterator[Case]:
    """Every media type of requests with every one of answers, shifted so that all of each come early."""
    value, sends, answers = rich(facts), facts.sends, facts.answers
    for shift in range(len(answers)):
        for index, send in enumerate(sends):
            answer = answers[(index + shift) % len(answers)]
            yield valid_case(
                facts, value, f"{send} answered as {answer}", kind="pair", content_type=send, accept=answer
            )


def _parity(facts: Facts) -> Iterator[Case]:
    """Another order, nulls and little in every media type."""
    turned = dict(reversed(rich(facts).items()))  # the order of names means nothing, in XML neither
    for send in _by_kind(facts.sends):
        yield valid_case(facts, turned, f"names in another order as {send}", kind="pair", content_type=send)
    for value, what in ((_nulls(facts), "nulls"), (dict(facts.least), "little")):
        for send in facts.sends:
            yield valid_case(facts, value, f"{what} as {send}", kind="pair", content_type=send)
        for answer in facts.answers[1:]:
            yield valid_case(facts, value, f"{what} answered as {answer}", kind="pair", accept=answer)


def _by_kind(names: tuple[str, ...]) -> list[str]:
    """One media type of each kind, the first."""
    found: dict[Any, str] = {}
    for name in names:
        found.setdefault(kind_of(name), name)
    return list(found.values())


def _edges(facts: Facts) -> Iterator[Case]:
    """Every property at its edges: those that say nothing of each other at once, in every kind of body."""
    held = {
        name: list(islice(edges_of(facts, prop), _MOST_EDGES))
        for name, prop in facts.sent.items()
        if not prop.refers and prop.source.get("from") != "identity"
    }
    free = [name for name in held if facts.sent[name].is_client_set]
    sends = _by_kind(facts.sends)
    answers: list[str | None] = [*_by_kind(facts.answers)] or [None]
    for at in range(max(map(len, held.values()), default=0)):
        chosen = {name: edges[(at + shift) % len(edges)] for shift, (name, edges) in enumerate(held.items())
                  if edges and at < len(edges) and (name in free)}  # fmt: skip
        if chosen:
            value = facts.least | {name: edge.value for name, edge in chosen.items()}
            note = ", ".join(f"{name} with {edge.note}" for name, edge in chosen.items())
            for index, send in enumerate(sends):
                answer = answers[(at + index) % len(answers) if index else 0]
                if index == 0 or at < _MOST_ELSEWHERE:
                    yield answerable(facts, valid_case(facts, value, note, content_type=send, accept=answer))


def _owned(facts: Facts) -> Iterator[Case]:
    """Edges of what the server sets itself, and takes in a request all the same."""
    kinds = _by_kind(facts.sends)
    owned = [p for p in facts.sent.values() if not p.is_client_set and p.source.get("from") != "identity"]
    for prop in owned:
        if (zero := prop.keywords.get("x-zero", ABSENT)) is not ABSENT:
            value = facts.base | {prop.name: zero}
            expect: Expect = "accepted" if facts.is_valid(value) else "free"
            yield valid_case(facts, value, f"{prop.name} with its zero", expect=expect)
        for at, edge in enumerate(islice(edges_of(facts, prop), _MOST_OWNED)):
            value = facts.base | {prop.name: edge.value}
            yield valid_case(facts, value, f"{prop.name} with {edge.note}", content_type=kinds[at % len(kinds)])


def _ends(facts: Facts) -> Iterator[Case]:
    """Ids that change places with those of their kind, and ids of nothing: a server may know a reason to refuse."""
    ids: dict[str, list[str]] = {}
    for name, prop in facts.sent.items():
        if prop.refers and name in facts.base:
            ids.setdefault(prop.keywords["x-refers"]["to"], []).append(name)
    turned = dict(facts.base)
    for names in ids.values():
        turned |= {name: facts.base[other] for name, other in zip(names, reversed(names), strict=True)}
    if turned != facts.base:
        yield valid_case(facts, turned, "ids in other places", expect="free")
    for name in (name for names in ids.values() for name in names if name not in facts.required):
        yield valid_case(facts, facts.base | {name: 0}, f"{name} of nothing", expect="free")


def _alone(facts: Facts) -> Iterator[Case]:
    """Each property alone at an edge, and each left out, beside no more than must be there."""
    yield valid_case(facts, dict(facts.least), "nothing that may be left out")
    for name, prop in facts.sent.items():
        if prop.refers or prop.source.get("from") == "identity":
            continue
        for edge in islice(edges_of(facts, prop), 3):
            yield valid_case(facts, facts.least | {name: edge.value}, f"{name} alone with {edge.note}")
        if name in facts.base:
            rest = {other: held for other, held in facts.base.items() if other != name}
            yield valid_case(facts, rest, f"everything but {name}")


def _accepts(facts: Facts) -> Iterator[Case]:
    """Ways to say what is accepted (RFC 9110 section 12.5.1)."""
    names = facts.answers
    if not names:
        return
    kinds = _by_kind(names)
    first, last = kinds[0], kinds[-1]
    major = first.partition("/")[0]
    made: list[tuple[str | None, str]] = [
        (None, "no Accept"), ("*/*", "any type accepted"), (f"{major}/*", f"any {major} type accepted"),
        (f"{first};q=0.1, {last};q=0.9", "the second type liked better"),
        (f"{last};q=0.2, {first}", "a weight below 1"),
        (f"{last}, */*;q=0.1", "one type rather than any"), (f"{first};q=0, */*;q=0.5", "any type but the first"),
        (", ".join(names), "all types accepted"), (f"image/png, {last}; charset=utf-8", "a type with its charset"),
        (last.upper(), "a type in capitals"),
    ]  # fmt: skip
    for accept, note in made:
        yield valid_case(facts, facts.base, note, accept=accept)
    for send in facts.sends:
        for spelt in (f"{send}; charset=utf-8", send.upper(), f'{send};charset="UTF-8"'):
            yield valid_case(facts, rich(facts), f"Content-Type: {spelt}", content_type=spelt)


def _selects(facts: Facts) -> Iterator[Case]:
    """``$select`` with none, one, all, duplicate, unknown, differently spelt and nested names."""
    select = facts.operation.select
    if select is None:
        return
    names = making(facts.contract, facts.operation.operation_id).requests.selectable
    top = [name for name in names if select.separator not in name]
    nested = [name for name in names if name.count(select.separator) == 1]
    lists = [[name] for name in top[:3]] + [top[:2], nested[:1], top[::2], nested[::5], top, top[-1:]]
    lists += [[*top[3:5], *nested[1:2]], [top[0], *nested[-1:]]] + [[name] for name in (*top[3:], *nested[:8])]
    if not select.case_sensitive:
        spelt: tuple[Callable[[str], str], ...] = (str.lower, str.upper, lambda text: text[:1].lower() + text[1:])
        lists[1:1] = [[write(name) for name in top[1:4]] for write in spelt]
    for index, chosen in enumerate(chosen for chosen in lists if chosen):
        query = f"{select.name}={','.join(quote(name, safe='/') for name in chosen)}"
        answer = facts.answers[0] if index % 4 else _by_kind(facts.answers)[index // 4 % len(_by_kind(facts.answers))]
        note = f"{select.name} with {len(chosen)} names, such as {chosen[0]}"
        yield valid_case(facts, rich(facts), note, kind="select", query=query, accept=answer, rule=select.pointer)


def _controls(facts: Facts) -> Iterator[Case]:
    """Languages, cultures and time zones, alone and together."""
    plan = making(facts.contract, facts.operation.operation_id).requests
    held = {pool.parameter.name: pool for pool in plan.pools if pool.parameter.location == "header" and pool.good}
    large = {n: 1234567 for n, p in facts.sent.items() if "integer" in p.types and p.is_client_set and not p.refers}
    value = facts.base | large if facts.is_valid(facts.base | large) else facts.base
    what = {
        name: (facts.document.get(pool.parameter.pointer).get("x-controls") or {}).get("what")
        for name, pool in held.items()
    }
    for name, pool in held.items():
        rule = pool.parameter.pointer
        texts = [text for text in pool.good if not pool.parameter.secret][:4] or ["a-token-for-tests-only"]
        for text in texts:
            kind = "controls" if what[name] else "send"
            yield valid_case(facts, value, f"{name}: {text}", kind=kind, headers=((name, text),), rule=rule)
    spoken = [name for name in held if what[name] == "language"]
    for name, pool in held.items():
        rule = pool.parameter.pointer
        if what[name] and pool.takes_lists and len(pool.good) > 1:
            lines = tuple((name, text) for text in pool.good[:2])
            yield valid_case(facts, facts.base, f"{name} in two lines", kind="controls", headers=lines, rule=rule)
        for zone in _ZONES if what[name] == "time-zone" else ():
            yield valid_case(facts, facts.base, f"{name}: {zone}", kind="controls", headers=((name, zone),),
                             expect="free", rule=rule)  # fmt: skip
    for name in held:
        for other in spoken:
            if name == other:
                continue
            pool = held[other]
            fields = ((name, held[name].good[0]), (other, pool.good[1 % len(pool.good)]))
            yield valid_case(facts, facts.base, f"{name} and {other}", kind="controls", headers=fields)


def _sessions(facts: Facts) -> Iterator[Headers]:
    """Invented credentials of each way that can stand beside Authorization."""
    for way in facts.operation.security:
        if way and all(scheme.kind == "apiKey" and scheme.location in ("header", "cookie") for scheme in way):
            yield tuple(
                (scheme.key, _INVENTED) if scheme.location == "header" else ("Cookie", f"{scheme.key}={_INVENTED}")
                for scheme in way
            )


def _mixed(facts: Facts, fields: Headers) -> Expect:
    """What the contract says of good credentials beside others: one way that holds is enough (OpenAPI, Security
    Requirement Object), unless it says more.
    """
    case = valid_case(facts, facts.base, "")
    body = facts.contract.encode_request_body(facts.base, facts.sends[0], operation=facts.operation.operation_id)
    said = (("Authorization", "Bearer token"), ("Accept", case.accept or "*/*"), ("Content-Type", facts.sends[0]))
    report = facts.contract.validate_request(
        Request(case.method, case.path, (*said, *fields), body), operation=facts.operation.operation_id
    )
    return "refused" if report.errors else "free" if report.findings else "accepted"


def _authentication(facts: Facts) -> Iterator[Case]:
    """Credentials that are good, good in other letters, wrong, under another scheme, expired, absent, and mixed."""
    rule = facts.operation.security_pointer
    if not facts.operation.security or not facts.sends:
        return
    for auth, note in (("none", "no credentials"), ("wrong", "a wrong password or token"),
                       ("stranger", "the right token under an unknown scheme"),
                       ("second-wrong", "a wrong password or token of the second user"),
                       ("second-stranger", "the second user's token under an unknown scheme")):  # fmt: skip
        yield valid_case(facts, facts.base, note, auth=auth, expect="refused", statuses=(401,), rule=rule)
    yield valid_case(
        facts, facts.base, "expired credentials", auth="expired", expect="refused", statuses=(401,), rule=rule
    )
    for fields in _sessions(facts):
        note = "beside a session that never was"
        yield valid_case(facts, facts.base, f"good credentials {note}", headers=fields, rule=rule,
                         expect=_mixed(facts, fields))  # fmt: skip
        yield valid_case(facts, facts.base, f"a wrong password or token {note}", auth="wrong", headers=fields,
                         expect="refused", statuses=(401,), rule=rule)  # fmt: skip
    for answer in _by_kind(facts.answers)[1:]:
        yield valid_case(facts, facts.base, f"a wrong password or token, answered as {answer}", auth="wrong",
                         accept=answer, expect="refused", statuses=(401,), rule=rule)  # fmt: skip
    yield valid_case(facts, facts.base, "the scheme in other letters", auth="respelt", rule=rule)
    yield valid_case(facts, facts.base, "the second user", auth="second", rule=rule)
    yield valid_case(facts, facts.base, "a session", kind="session", rule=rule)


def _marked(facts: Facts) -> dict[str, Any]:
    """The base with a text that no other case has."""
    for name, value in rich(facts).items():
        changed = {**facts.base, name: _MARK}
        if value != facts.base.get(name) and facts.is_valid(changed):
            return changed
    return dict(facts.base)


def sequences(facts: Facts) -> Iterator[Case]:
    """What several requests tell: saved again, updated, read back, by two users."""
    value = rich(facts)
    yield valid_case(facts, value, "a record", kind="read-back")
    yield valid_case(facts, value, "a record", kind="fresh")
    yield valid_case(facts, facts.base, "two users", kind="users")
    yield valid_case(facts, facts.base, "the same request twice", kind="twice")
    if any(prop.source.get("from") == "reference" for prop in facts.answered.values()):
        yield valid_case(facts, facts.base, "ids in other places", kind="references")
    if facts.identity is not None:
        yield valid_case(facts, _marked(facts), "a record stored once", kind="once")
    yield valid_case(facts, facts.base, "an old record", kind="kept")
    for send in _by_kind(facts.sends)[1:]:
        yield valid_case(facts, value, f"a record as {send}", kind="read-back", content_type=send)
    yield valid_case(facts, dict(facts.least), "a record with little", kind="read-back")
    yield valid_case(facts, _nulls(facts), "a record with nulls", kind="read-back")
    yield valid_case(facts, value, "a record as XML or another type", kind="read-back", accept=_last(facts))
    yield valid_case(facts, rich(facts), "the same request twice", kind="twice", accept=_last(facts))


@lru_cache(maxsize=8)
def coverage(facts: Facts) -> Plan:
    """The cases of the coverage phase by group; made once for the same facts, and not to be changed."""
    groups: dict[str, Iterator[Case]] = {
        "media pairs": _pairs(facts),
        "saving": islice(sequences(facts), FIRST_SEQUENCES),
        "authentication": _authentication(facts),
        "properties alone": _alone(facts),
        "edges": _edges(facts),
        "set by the server": _owned(facts),
        "ids": _ends(facts),
        "negotiation": _accepts(facts),
        "select": _selects(facts),
        "languages and zones": _controls(facts),
        "media parity": _parity(facts),
    }
    made = {name: [replace(case, group=case.group or name) for case in cases] for name, cases in groups.items()}
    made |= broken_cases(facts)
    return {name: cases for name, cases in made.items() if cases}
