"""Trials about records: saved once, read back, saved again, beside others, and with the names of what they refer to.

In: a trial and a case that saves a new record. Out: failures in the trial.
"""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlsplit

from relation_spec.contract.pointer import join
from relation_spec.findings import quote
from relation_spec.fuzz.comparing import differences, moment
from relation_spec.fuzz.model import ABSENT, Case, Exchange
from relation_spec.fuzz.session import Trial
from relation_spec.fuzz.steps import echo, for_record, note, told_of

__all__ = ["fresh", "kept", "once", "read_back", "references"]

_NEWER: Final = 24  # records that are saved before one is read again
# RFC 6762 appendix G and section 3, RFC 8375, and ICANN's reservation of .internal
_INNER: Final = re.compile(r"[^.:]+|.+\.(?:internal|intranet|private|corp|home|lan|local|home\.arpa)\.?", re.IGNORECASE)


def read_back(trial: Trial, case: Case) -> None:
    """What was saved is what is read back; an update changes that, and neither the number nor the creation."""
    session, facts = trial.session, trial.session.facts
    first = trial.good(case)
    echo(trial, first)
    _reread(trial, first)
    identity = facts.identity
    if identity is None or not first.value.get(identity.name):
        return
    again = trial.good(
        replace(case, value=for_record(session, case.value, first), note=f"{case.note}, then saved as it is")
    )
    _reread(trial, again)
    changed = {**for_record(session, case.value, first), **_other(trial, case.value)}
    second = trial.good(replace(case, value=changed, note=f"{case.note}, then updated"))
    echo(trial, second)
    told = told_of(trial, second)
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
    case = _reading(saved, path, f"{saved.case.note}, read back")
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
        note(trial, "read-back", "What is read back is not what was saved", found, replace(saved, case=case))


def _reading(saved: Exchange, path: str, words: str) -> Case:
    """The case that reads what is at ``path``."""
    return replace(saved.case, kind="send", method="GET", path=path, query="", value=ABSENT, body=None, expect="free",
                   content_type=None, headers=(), group="path", note=words)  # fmt: skip


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
    if parts.hostname and _is_inner(parts.hostname) and not _is_inner(own.hostname or ""):
        place = join(f"/{links.name}" if links else "", names[0])
        trial.fail("read-back", place, "inner host", "A link names a host that nobody outside knows",
                   f"{saved.case.note}: {place}: found {quote(address)}; expected {own.netloc}, which was asked",
                   join(links.pointer, "x-value") if links else "", saved)  # fmt: skip
        return None
    if (parts.scheme, parts.netloc) != (own.scheme, own.netloc) or not parts.path:
        session.lose(f"nothing was read back: the link of a record leads to another origin than {own.netloc}")
        return None
    path = parts.path.removeprefix(own.path.rstrip("/"))
    return f"{path}?{parts.query}" if parts.query else path


def kept(trial: Trial, case: Case) -> None:
    """A record is still there when many others were saved after it."""
    saved = trial.good(case)
    if _own_address(trial, saved) is None:
        return
    for _ in range(_NEWER):
        trial.good(replace(case, value=trial.session.facts.least, note="a record with little"))
    _reread(trial, replace(saved, case=replace(saved.case, note=f"{case.note}, {_NEWER} records later")))


def fresh(trial: Trial, case: Case) -> None:
    """Two new records are two, and the second shows nothing of the first."""
    facts = trial.session.facts
    first = trial.good(case)
    second = trial.good(replace(case, value=facts.least, note=f"{case.note}, and then one with less"))
    echo(trial, second)
    for name, prop in facts.answered.items():
        held = first.value.get(name)
        if prop.is_client_set and isinstance(held, str) and len(held) > 7 and second.value.get(name) == held:
            trial.failures = [f for f in trial.failures if f.exchange is not second or f.place != f"/{name}"]
            trial.fail("isolation", f"/{name}", "left over", "An answer shows what belongs to another record",
                       f"{case.note}: /{name} of a record without one shows {quote(held)} of the record before",
                       prop.pointer, second)  # fmt: skip


def _is_inner(host: str) -> bool:
    """Whether a host is known only behind the door: a private address, or a name of an inner network."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host.lower() != "localhost" and _INNER.fullmatch(host) is not None
    return address.is_private and not address.is_loopback


def once(trial: Trial, case: Case) -> None:
    """A new record is stored once: the numbers beside its own do not show the same."""
    facts = trial.session.facts
    identity = facts.identity
    trial.good(replace(case, value=facts.least, note="a record with little"))
    saved = trial.good(case)
    path = _own_address(trial, saved)
    number = saved.value.get(identity.name) if identity else None
    if identity is None or path is None or not isinstance(number, int) or str(number) not in path:
        return
    before, _, after = path.rpartition(str(number))
    own = [name for name, prop in facts.answered.items() if prop.is_client_set]
    for beside in (number - 1, number + 1):
        read = trial.session.send(_reading(saved, f"{before}{beside}{after}", f"the record {beside} beside it"))
        if read is None or not isinstance(read.value, dict) or read.value.get(identity.name) != beside:
            continue
        if all(read.value.get(name) == saved.value.get(name) for name in own):
            trial.fail("update", f"/{identity.name}", "stored twice", "A new record is stored twice",
                       f"{case.note}: number {beside} shows the same as number {number}",
                       join(identity.pointer, "x-value"), saved)  # fmt: skip


def references(trial: Trial, case: Case) -> None:
    """What is shown of something that an id refers to is the same, from whichever property it is referred to."""
    facts = trial.session.facts
    shown: dict[tuple[Any, ...], Any] = {}
    for value in _ends(trial, case.value):
        exchange = trial.send(replace(case, value=value, expect="free"))
        if exchange is None or not exchange.ok or not isinstance(exchange.value, dict):
            continue  # a server may know a reason to refuse
        for name, prop in facts.answered.items():
            refers = facts.answered.get(prop.source.get("property", ""))
            if prop.source.get("from") != "reference" or refers is None or name not in exchange.value:
                continue
            to = (refers.keywords.get("x-refers", {}).get("to"), prop.source.get("field"))
            number, told = exchange.value.get(refers.name), exchange.value[name]
            if number not in refers.blank and shown.setdefault((*to, number), told) != told:
                trial.fail("references", f"/{name}", "another", "What is shown belongs to something else",
                           f"{case.note}: /{name}: found {quote(told)} for {to[0]} {number}; elsewhere it is "
                           f"{quote(shown[*to, number])}", join(prop.pointer, "x-value"), exchange)  # fmt: skip


def _ends(trial: Trial, value: Mapping[str, Any]) -> list[dict[str, Any]]:
    """``value``, and then all ids of one kind the same, by each of them in turn."""
    kinds: dict[str, list[str]] = {}
    for name, prop in trial.session.facts.sent.items():
        if prop.refers and name in value:
            kinds.setdefault(prop.keywords["x-refers"]["to"], []).append(name)
    made = [dict(value)]
    for names in kinds.values():
        if len(names) > 1:
            made += [dict(value) | dict.fromkeys(names, value[name]) for name in names]
    required = trial.session.facts.required  # what belongs to one end would not belong to the other
    least = {name: held for name, held in value.items() if name in required}
    for names in kinds.values():
        made += [least | dict.fromkeys(names, value[name]) for name in names if len(names) > 1 and name in required]
    return made
