"""Trials: how each kind of case is run, and what several answers tell that one alone does not.

In: a case. Out: failures in its :class:`Trial`. Each kind is a function of the table ``KINDS``.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final
from urllib.parse import unquote

from relation_spec.contract.pointer import join
from relation_spec.findings import quote
from relation_spec.fuzz.comparing import differences, resources
from relation_spec.fuzz.facts import Facts, Property
from relation_spec.fuzz.model import ABSENT, Case, Exchange
from relation_spec.fuzz.records import fresh, kept, once, read_back, references
from relation_spec.fuzz.session import Session, Trial, TrialEndedError
from relation_spec.fuzz.steps import clock, echo, for_record, note, told_of
from relation_spec.schema.conjuncts import conjuncts
from relation_spec.schema.selection import Selection

__all__ = ["KINDS", "run_case"]


def run_case(session: Session, case: Case) -> Trial:
    """Run one case to its end."""
    trial = Trial(session)
    with suppress(TrialEndedError):
        KINDS[case.kind](trial, case)
    return trial


def _sent(trial: Trial, case: Case) -> None:
    """Send it, and compare what comes back with what was sent."""
    exchange = trial.send(case)
    if exchange is not None and exchange.ok and case.expect != "refused":
        echo(trial, exchange)


def _pair(trial: Trial, case: Case) -> None:
    """The same entity is the same value, whatever it is sent and answered as."""
    session = trial.session
    base = session.baseline(trial, case.value)
    exchange = trial.good(case)
    echo(trial, exchange)
    told = told_of(trial, exchange) | {f.place[1:] for f in trial.failures if f.check in ("echo", "nulls")}
    for found in differences(session.facts, base.value, exchange.value):
        if found.place.split("/")[1] not in told:
            note(trial, "parity", "The same entity differs between media types", found, exchange)


def _select(trial: Trial, case: Case) -> None:
    """What is selected is as in the full answer; a check of single answers sees to the rest."""
    facts = trial.session.facts
    select = facts.operation.select
    body = facts.success[1]
    schemas = [media.schema for media in body.content.values() if media.schema] if body else []
    if select is None or not schemas:
        return
    full = trial.good(replace(case, query=""))
    part = trial.good(case)
    names = tuple(unquote(case.query.partition("=")[2]).split(","))
    selection = Selection(facts.document, "response", select, schemas[0], names)
    rule = join(select.pointer, "x-select")
    for name, prop in facts.answered.items():
        if name not in full.value or name in told_of(trial, part):
            continue
        if not selection.covers((None, name)):
            _zero(trial, prop, part)
            continue
        if name not in part.value:
            continue  # the schema's check has said so
        lost = _lost(selection, prop, (None, name), full.value[name], part.value[name])
        if lost is not None:
            trial.fail("select", f"query.{select.name}", "lost", "$select changes what it selects",
                       f"{case.note}: /{name}: found {quote(part.value[name])}; the full answer has "
                       f"{quote(full.value[name])}", rule, part, f"/{name}")  # fmt: skip


def _zero(trial: Trial, prop: Property, part: Exchange) -> None:
    """What is not selected is its type's zero where the type has no null."""
    zeros = [held for held in conjuncts(trial.session.facts.document, prop.pointers)
             if isinstance(held.schema, dict) and "x-zero" in held.schema]  # fmt: skip
    if "null" in prop.types or not zeros or part.value.get(prop.name, 0) is not None:
        return
    rule = join(zeros[0].pointer, "x-zero")
    trial.fail("select", f"/{prop.name}", "null for zero", "$select nulls what has no null",
               f"{part.case.note}: /{prop.name}: found null; expected {quote(zeros[0].schema['x-zero'])}", rule,
               part)  # fmt: skip


def _lost(selection: Selection, prop: Property, path: Any, full: Any, part: Any) -> Any:
    """What of a selected value is not there; None where all is."""
    if isinstance(full, dict) and isinstance(part, dict):
        covered = [name for name in full if selection.covers((path, name))]
        found = [_lost(selection, prop, (path, name), full[name], part.get(name)) for name in covered]
        return next((lost for lost in found if lost is not None), None)
    if prop.source.get("from") in ("identity", "clock", "links"):
        return None if (full in prop.blank) == (part in prop.blank) else (full, part)
    return None if full == part else (full, part)


def _controls(trial: Trial, case: Case) -> None:
    """Language, culture and time zone change texts and the way dates are written, and nothing else."""
    session, facts = trial.session, trial.session.facts
    first = trial.good(replace(case, headers=()))
    value = for_record(session, case.value, first)
    plain = trial.good(replace(case, headers=(), value=value))
    shown = trial.send(replace(case, value=value))
    if shown is None or not shown.ok or not isinstance(shown.value, dict):
        return  # what is wrong is told already, or a target need not know what the contract does not list
    controls = _controlled(session, case)
    told = told_of(trial, shown)
    for found in differences(facts, plain.value, shown.value, same_record=_is_known(facts, value), controlled=controls):
        if found.place.split("/")[1] not in told:
            note(trial, "controls", "A header changes more of an answer than it may", found, shown)
    if "language" in controls:
        after = dict(resources(shown.value))
        for place, text in resources(plain.value):
            if after.get(place) == text:
                trial.fail("controls", place, "untranslated", "A language that is asked for has no effect",
                           f"{case.note}: {place} is still {quote(text)}", _translated(trial, place),
                           shown)  # fmt: skip
    if _saved(facts) not in told:
        clock(trial, shown)
    _overruled(trial, case, value, shown)
    _in_lines(trial, case, value, shown)


def _in_lines(trial: Trial, case: Case, value: Any, shown: Exchange) -> None:
    """The lines of a list are one list (RFC 9110 section 5.3)."""
    facts = trial.session.facts
    joined: dict[str, str] = {}
    for name, text in case.headers:
        joined[name] = f"{joined[name]}, {text}" if name in joined else text
    if len(joined) == len(case.headers):
        return
    alone = trial.good(replace(case, headers=tuple(joined.items()), value=value))
    for found in differences(facts, alone.value, shown.value, same_record=_is_known(facts, value)):
        note(trial, "controls", "A header field in two lines is not read as one", found._replace(
            cause="lines", rule=case.rule), shown)  # fmt: skip


def _is_known(facts: Facts, value: Mapping[str, Any]) -> bool:
    """Whether to save ``value`` again changes one record, rather than make another."""
    return facts.identity is None or value.get(facts.identity.name) is not None


def _saved(facts: Facts) -> str:
    """The name of the property that tells the moment of saving."""
    prop = facts.first(**{"from": "clock", "when": "saved"})
    return prop.name if prop else ""


def _translated(trial: Trial, place: str) -> str:
    prop = trial.session.facts.answered.get(place.split("/")[1])
    return prop.pointer if prop else ""


def _overruled(trial: Trial, case: Case, value: Any, shown: Exchange) -> None:
    """A header that overrules others gives the same with them as without."""
    facts = trial.session.facts
    sent = {name.lower() for name, _ in case.headers}
    for parameter in facts.operation.parameters:
        held = facts.document.get(parameter.pointer).get("x-controls") or {}
        beaten = {name.lower() for name in held.get("overrules", ())} & sent
        if parameter.name.lower() not in sent or not beaten:
            continue
        kept = tuple(field for field in case.headers if field[0].lower() not in beaten)
        alone = trial.good(replace(case, headers=kept, value=value))
        for found in differences(facts, alone.value, shown.value, same_record=_is_known(facts, value)):
            note(trial, "controls", "A header that is overruled has an effect", found._replace(
                cause="overruled", rule=join(parameter.pointer, "x-controls")), shown)  # fmt: skip


def _controlled(session: Session, case: Case) -> frozenset[str]:
    """What the header fields of a case ask for; those that have no effect without others ask for nothing."""
    facts, sent = session.facts, {name.lower() for name, _ in case.headers}
    asked = set()
    for parameter in facts.operation.parameters:
        held = facts.document.get(parameter.pointer).get("x-controls")
        needed = {name.lower() for name in parameter.ignored_without}
        if held and parameter.name.lower() in sent and (not needed or needed & sent):
            asked.add(held["what"])
    return frozenset(asked) or frozenset()


def _users(trial: Trial, case: Case) -> None:
    """Each of two users is told as themselves, and what one does is not put down to the other."""
    facts = trial.session.facts
    prop = facts.first(**{"from": "user", "when": "saved"}) or facts.first(**{"from": "user"})
    one, other = trial.good(case), trial.good(replace(case, auth="second"))
    again = trial.good(case)
    if prop is None or one.value.get(prop.name) is None or other.value.get(prop.name) is None:
        trial.session.lose("users were not told apart: answers do not say who saved")
        return
    same = one.value[prop.name] == other.value[prop.name]
    if same or one.value[prop.name] != again.value.get(prop.name):
        trial.fail("isolation", f"/{prop.name}", "user", "One user is taken for another",
                   f"{case.note}: /{prop.name} is {'the same for both' if same else 'not the same for one'} of two "
                   "users",
                   prop.pointer, other if same else again)  # fmt: skip
    elif prop.source.get("when") == "saved" and facts.identity is not None:
        _updater(trial, case, prop, one, other)


def _updater(trial: Trial, case: Case, prop: Property, one: Exchange, other: Exchange) -> None:
    """Who saves a record of somebody else's, where that is allowed, is told as who saved it."""
    value = for_record(trial.session, case.value, one)
    words = f"{case.note}, the second updates the record of the first"
    saved = trial.send(replace(case, value=value, auth="second", expect="free", note=words))
    if saved is None or not saved.ok or not isinstance(saved.value, dict):
        return
    found, expected = saved.value.get(prop.name), other.value[prop.name]
    if found != expected:
        trial.fail("isolation", f"/{prop.name}", "user", "One user is taken for another",
                   f"{words}: /{prop.name}: found {quote(found)}; expected {quote(expected)}", prop.pointer,
                   saved)  # fmt: skip


def _twice(trial: Trial, case: Case) -> None:
    """The same request twice gives the same answer, but for number and time."""
    facts = trial.session.facts
    first = trial.good(case)
    second = trial.good(case)
    for found in differences(facts, first.value, second.value):
        note(trial, "determinism", "The same request is answered differently", found, second)


def _session(trial: Trial, case: Case) -> None:
    """A cookie that the target gave counts only with the header that repeats it."""
    operation = trial.session.facts.operation
    asked = trial.send(replace(case, kind="send", method="OPTIONS", value=ABSENT, body=None, content_type=None,
                               headers=(), query="", expect="free", group="method"))  # fmt: skip
    cookies: dict[str, str] = {}
    for text in asked.response.values("set-cookie") if asked is not None and asked.response is not None else []:
        try:
            cookies |= {name: held.value for name, held in SimpleCookie(text).items()}
        except CookieError:
            continue
    schemes = {scheme.name: scheme for way in operation.security for scheme in way}
    for scheme in schemes.values():
        other = schemes.get(scheme.equals or "")
        if other is None or scheme.location != "header" or other.location != "cookie" or other.key not in cookies:
            continue
        cookie, rule = ("Cookie", f"{other.key}={cookies[other.key]}"), join(scheme.pointer, "x-equals")
        bare = replace(case, kind="send", auth="none", expect="refused", statuses=(401, 400, 403), rule=rule)
        trial.send(replace(bare, headers=(cookie,), note="the cookie of a session without its header"))
        trial.send(
            replace(bare, headers=(cookie, (scheme.key, "wrong")), note="the cookie of a session, another header")
        )
        both = (cookie, (scheme.key, cookies[other.key]))
        trial.send(replace(bare, headers=both, expect="accepted", statuses=(), note="a session by cookie and header"))


KINDS: Final[Mapping[str, Callable[[Trial, Case], None]]] = {
    "send": _sent,
    "pair": _pair,
    "select": _select,
    "controls": _controls,
    "read-back": read_back,
    "fresh": fresh,
    "once": once,
    "kept": kept,
    "references": references,
    "users": _users,
    "twice": _twice,
    "session": _session,
}
