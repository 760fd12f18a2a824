"""What all trials do with an answer: compare it with what was sent, look at its clock, and note what differs.

In: a trial and an exchange of it. Out: failures in the trial.
"""

import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import unquote

from relation_spec.contract.pointer import join
from relation_spec.findings import quote
from relation_spec.fuzz.comparing import Difference, echoed, has_offset, moment
from relation_spec.fuzz.model import Exchange
from relation_spec.fuzz.session import Session, Trial

__all__ = ["clock", "echo", "for_record", "note", "told_of"]

_PLACE: Final = re.compile(r"(?:^|: )/([^/: ]+)")
_QUARTER: Final = 900.0  # seconds; offsets of time zones are multiples of it
_TOLERANCE: Final = 120.0


def told_of(trial: Trial, exchange: Exchange) -> frozenset[str]:
    """The properties about which a check of single answers has complained already."""
    wrong = [f for f in trial.failures if f.exchange is exchange and f.check in ("schema", "select")]
    texts = [text for f in wrong for text in (f.place, f.message)]
    return frozenset(found for text in texts for found in _PLACE.findall(text))


def echo(trial: Trial, exchange: Exchange) -> None:
    """What clients set comes back as it was sent, and moments are told as they are."""
    facts = trial.session.facts
    if not isinstance(exchange.value, dict) or not isinstance(exchange.sent, dict):
        return
    if facts.operation.select is not None and facts.operation.select.name in unquote(exchange.case.query):
        return
    for found in echoed(facts, exchange.sent, exchange.value, told_of(trial, exchange)):
        kept = "null" in found.cause or found.cause.startswith("absent")
        check, title = ("nulls", "Null, absence and empty text are mixed up") if kept else (
            "echo", "What was sent is not what comes back")  # fmt: skip
        note(trial, check, title, found, exchange)
    clock(trial, exchange)
    _offsets(trial, exchange)


def _offsets(trial: Trial, exchange: Exchange) -> None:
    """Of the moments that a server sets itself, all say their offset, or none does: what it knows it tells."""
    facts = trial.session.facts
    shown = {name: exchange.value.get(name) for name, prop in facts.answered.items()
             if prop.source.get("from") == "clock" and exchange.value.get(name) not in prop.blank}  # fmt: skip
    said = [name for name, text in shown.items() if has_offset(text)]
    for name, text in shown.items():
        if said and moment(text) is not None and not has_offset(text):
            prop = facts.answered[name]
            trial.fail("clock", f"/{name}", "offset", "A moment does not say its offset, though another does",
                       f"{exchange.case.note}: /{name}: found {quote(text)}; /{said[0]} is "
                       f"{quote(shown[said[0]])}", join(prop.pointer, "x-value"), exchange)  # fmt: skip


def note(trial: Trial, check: str, title: str, found: Difference, exchange: Exchange) -> None:
    """Note a difference."""
    words = f"{exchange.case.note}: {found.place}: {found.words}"
    trial.fail(check, found.place, found.cause, title, words, found.rule, exchange, told=found.sign)


def clock(trial: Trial, exchange: Exchange) -> None:
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


def for_record(session: Session, value: Mapping[str, Any], answered: Exchange) -> dict[str, Any]:
    """``value`` for the record that was answered."""
    identity = session.facts.identity
    number = answered.value.get(identity.name) if identity else None
    return dict(value) | ({identity.name: number} if identity and number else {})
