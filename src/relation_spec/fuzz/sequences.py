"""Trials: how each kind of case is run, and what several answers tell that one alone does not.

In: a case. Out: failures in its :class:`Trial`. Each kind is a function of the table ``KINDS``.
"""

import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from email.utils import parsedate_to_datetime
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from relation_spec.contract.pointer import join
from relation_spec.findings import quote
from relation_spec.fuzz.comparing import Difference, differences, echoed, has_offset, moment, resources
from relation_spec.fuzz.facts import Facts, Property
from relation_spec.fuzz.model import ABSENT, Case, Exchange
from relation_spec.fuzz.session import Session, Trial, TrialEndedError
from relation_spec.schema.selection import Selection

__all__ = ["KINDS", "run_case"]

_PLACE: Final = re.compile(r"(?:^|: )/([^/: ]+)")
_QUARTER: Final = 900.0  # seconds; offsets of time zones are multiples of it
_TOLERANCE: Final = 120.0


def run_case(session: Session, case: Case) -> Trial:
    """Run one case to its end."""
    trial = Trial(session)
    with suppress(TrialEndedError):
        KINDS[case.kind](trial, case)
    return trial


def _once(trial: Trial, case: Case) -> None:
    """Send it, and compare what comes back with what was sent."""
    exchange = trial.send(case)
    if exchange is not None and exchange.ok and case.expect != "refused":
        _echo(trial, exchange)


def _told(trial: Trial, exchange: Exchange) -> frozenset[str]:
    """The properties about which a check of single answers has complained already."""
    wrong = [f for f in trial.failures if f.exchange is exchange and f.check in ("schema", "select")]
    texts = [text for f in wrong for text in (f.place, f.message)]
    return frozenset(found for text in texts for found in _PLACE.findall(text))


def _echo(trial: Trial, exchange: Exchange) -> None:
    facts = trial.session.facts
    if not isinstance(exchange.value, dict) or not isinstance(exchange.sent, dict):
        return
    if facts.operation.select is not None and facts.operation.select.name in unquote(exchange.case.query):
        return
    for found in echoed(facts, exchange.sent, exchange.value, _told(trial, exchange)):
        kept = "null" in found.cause or found.cause.startswith("absent")
        check, title = ("nulls", "Null, absence and empty text are mixed up") if kept else (
            "echo", "What was sent is not what comes back")  # fmt: skip
        _note(trial, check, title, found, exchange)
    _clock(trial, exchange)


def _note(trial: Trial, check: str, title: str, found: Difference, exchange: Exchange) -> None:
    words = f"{exchange.case.note}: {found.place}: {found.words}"
    trial.fail(check, found.place, found.cause, title, words, found.rule, exchange)


def _clock(trial: Trial, exchange: Exchange) -> None:
    """The moment of saving is now, and not off by a time zone."""
    prop = trial.session.facts.first(**{"from": "clock", "when": "saved"})
    if prop is None or exchange.response is None or not has_offset(exchange.value.get(prop.name)):
        return
    said, now = moment(exchange.value.get(prop.name)), time.time()
    for text in exchange.response.values("date"):
        try:
            now = parsedate_to_datetime(text).timestamp()
        except ValueError:
            continue
    if said is None or abs(said - now) < _QUARTER or abs(said - now) > 14 * 3600 + _TOLERANCE:
        return
    off = said - now
    if abs(off - round(off / _QUARTER) * _QUARTER) < _TOLERANCE:
        trial.fail("clock", f"/{prop.name}", "time zone", "The moment of saving is off by a time zone",
                   f"{exchange.case.note}: found {quote(exchange.value[prop.name])}, which is {off / 3600:+.2f} hours "
                   "from now", prop.pointer, exchange)  # fmt: skip


def _pair(trial: Trial, case: Case) -> None:
    """The same entity is the same value, whatever it is sent and answered as."""
    session = trial.session
    base = session.baseline(trial, case.value)
    exchange = trial.good(case)
    _echo(trial, exchange)
    told = _told(trial, exchange) | {f.place[1:] for f in trial.failures if f.check in ("echo", "nulls")}
    for found in differences(session.facts, base.value, exchange.value):
        if found.place.split("/")[1] not in told:
            _note(trial, "parity", "The same entity differs between media types", found, exchange)


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
        if not selection.covers((None, name)) or name not in full.value or name in _told(trial, part):
            continue
        if name not in part.value:
            continue  # the schema's check has said so
        lost = _lost(selection, prop, (None, name), full.value[name], part.value[name])
        if lost is not None:
            trial.fail("select", f"query.{select.name}", "lost", "$select changes what it selects",
                       f"{case.note}: /{name}: found {quote(part.value[name])}; the full answer has "
                       f"{quote(full.value[name])}", rule, part)  # fmt: skip


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
    value = _again(session, case.value, first)
    plain = trial.good(replace(case, headers=(), value=value))
    shown = trial.good(replace(case, value=value))
    controls = _controlled(session, case)
    told = _told(trial, shown)
    for found in differences(facts, plain.value, shown.value, same_record=True, controlled=controls):
        if found.place.split("/")[1] not in told:
            _note(trial, "controls", "A header changes more of an answer than it may", found, shown)
    if "language" in controls:
        after = dict(resources(shown.value))
        for place, text in resources(plain.value):
            if after.get(place) == text:
                trial.fail("controls", place, "untranslated", "A language that is asked for has no effect",
                           f"{case.note}: {place} is still {quote(text)}", _translated(trial, place),
                           shown)  # fmt: skip
    if _saved(facts) not in told:
        _clock(trial, shown)
    _overruled(trial, case, value, shown)


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
        for found in differences(facts, alone.value, shown.value, same_record=True):
            _note(trial, "controls", "A header that is overruled has an effect", found._replace(
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


def _again(session: Session, value: Mapping[str, Any], answered: Exchange) -> dict[str, Any]:
    """``value`` for the record that was answered."""
    identity = session.facts.identity
    number = answered.value.get(identity.name) if identity else None
    return dict(value) | ({identity.name: number} if identity and number else {})


def _read_back(trial: Trial, case: Case) -> None:
    """What was saved is what is read back; an update changes that, and neither the number nor the creation."""
    session, facts = trial.session, trial.session.facts
    first = trial.good(case)
    _echo(trial, first)
    _reread(trial, first)
    identity = facts.identity
    if identity is None or not first.value.get(identity.name):
        return
    changed = {**_again(session, case.value, first), **_other(trial, case.value)}
    second = trial.good(replace(case, value=changed, note=f"{case.note}, then updated"))
    _echo(trial, second)
    told = _told(trial, second)
    for name, prop in facts.answered.items():
        fixed = prop.source.get("from") == "identity" or prop.source.get("when") == "created"
        if fixed and name not in told and not _same(first.value.get(name), second.value.get(name)):
            trial.fail("update", f"/{name}", "changed", "An update changes what stays the same",
                       f"{case.note}, then updated: /{name}: found {quote(second.value.get(name))}; expected "
                       f"{quote(first.value.get(name))} as before", prop.pointer, second)  # fmt: skip
    _reread(trial, second)
    less = {name: held for name, held in changed.items() if name in facts.least or name == identity.name}
    third = trial.good(replace(case, value=less, note=f"{case.note}, then updated with less"))
    _reread(trial, third)


def _same(one: Any, other: Any) -> bool:
    first, second = moment(one), moment(other)
    if first is not None and second is not None:
        return abs(first - second) < 1e-6
    return bool(one == other)


def _other(trial: Trial, value: Mapping[str, Any]) -> dict[str, Any]:
    """Other values for what clients set and what refers to nothing."""
    made: dict[str, Any] = {}
    for name, prop in trial.session.facts.sent.items():
        held = value.get(name)
        if prop.is_client_set and not prop.refers and isinstance(held, str) and "x-date-time" not in prop.keywords:
            made[name] = f"{held[:20]} changed" if "enum" not in prop.keywords else held
    return made


def _reread(trial: Trial, saved: Exchange) -> None:
    session, facts = trial.session, trial.session.facts
    path = _own_address(trial, saved)
    if path is None:
        return
    case = replace(saved.case, kind="send", method="GET", path=path, query="", value=ABSENT, body=None, expect="free",
                   content_type=None, headers=(), note=f"{saved.case.note}, read back")  # fmt: skip
    read = trial.send(case)
    if read is None or read.response is None or not isinstance(read.value, dict):
        status = read.response.status if read is not None and read.response is not None else "nothing"
        if status == 405:
            session.lose("records cannot be read back: their address does not take GET")
        elif status in (404, 410):
            link = facts.first(**{"from": "links"})
            trial.fail("read-back", link.pointer if link else "", "gone", "A saved record cannot be read back",
                       f"{case.note}: found status {status}", link.pointer if link else "", saved)  # fmt: skip
        else:
            session.lose(f"records could not be read back: status {status}")
        return
    for found in differences(facts, saved.value, read.value, same_record=True, same_saving=True):
        _note(trial, "read-back", "What is read back is not what was saved", found, replace(saved, case=case))


def _own_address(trial: Trial, saved: Exchange) -> str | None:
    """The path of the link that leads to the record itself, where it leads to the target."""
    session = trial.session
    links = session.facts.first(**{"from": "links"})
    held = saved.value.get(links.name) if links else None
    names = [name for name, what in links.source.get("names", {}).items() if what == "record"] if links else []
    address = held.get(names[0]) if names and isinstance(held, dict) else None
    if not isinstance(address, str):
        session.lose("nothing was read back: answers link to no record of their own")
        return None
    parts, own = urlsplit(address), urlsplit(session.sender.origin)
    if (parts.scheme, parts.netloc) != (own.scheme, own.netloc) or not parts.path:
        session.lose(f"nothing was read back: the link of a record leads to another origin than {own.netloc}")
        return None
    path = parts.path.removeprefix(own.path.rstrip("/"))
    return f"{path}?{parts.query}" if parts.query else path


def _fresh(trial: Trial, case: Case) -> None:
    """Two new records are two, and the second shows nothing of the first."""
    facts = trial.session.facts
    first = trial.good(case)
    second = trial.good(replace(case, value=facts.least, note=f"{case.note}, and then one with less"))
    _echo(trial, second)
    for name, prop in facts.answered.items():
        held = first.value.get(name)
        if prop.is_client_set and isinstance(held, str) and len(held) > 7 and second.value.get(name) == held:
            trial.failures = [f for f in trial.failures if f.exchange is not second or f.place != f"/{name}"]
            trial.fail("isolation", f"/{name}", "left over", "An answer shows what belongs to another record",
                       f"{case.note}: /{name} of a record without one shows {quote(held)} of the record before",
                       prop.pointer, second)  # fmt: skip


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


def _twice(trial: Trial, case: Case) -> None:
    """The same request twice gives the same answer, but for number and time."""
    facts = trial.session.facts
    first = trial.good(case)
    second = trial.good(case)
    for found in differences(facts, first.value, second.value):
        _note(trial, "determinism", "The same request is answered differently", found, second)


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
    "send": _once,
    "pair": _pair,
    "select": _select,
    "controls": _controls,
    "read-back": _read_back,
    "fresh": _fresh,
    "users": _users,
    "twice": _twice,
    "session": _session,
}
