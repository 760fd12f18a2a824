"""Whether a target can be tested at all: a plain valid request must be accepted, or it is said why not and what to do.

In: a session. Out: None, or a sentence. Nothing that is not accepted at first is tested, so that no run ends green
because everything was refused.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from relation_spec.findings import quote
from relation_spec.fuzz.model import Exchange
from relation_spec.fuzz.session import Session
from relation_spec.messages.message import Response

__all__ = ["untestable"]

_TRIED: Final = 8  # valid requests of which one must be accepted
_SILENT: Final = 2  # of them without an answer, after which nobody waits any longer
_ADVICE: Final = {
    404: "see whether the address is right",
    405: "see whether the address is right",
    429: "ask for less at once by --rate, or later",
    503: "wait until it is ready",
}
_SAMPLE: Final = "give an entity that it accepts by --sample, if the contract's example refers to what it does not know"


def untestable(session: Session) -> str | None:
    """Why nothing can be tested, or None where a plain request is accepted."""
    reason, silent = "no valid request can be sent", 0
    with session.untallied():
        for number in range(_TRIED):
            case = session.plain_case()
            if sends := session.facts.sends:
                case = replace(case, content_type=sends[number % len(sends)])
            exchange = session.send(case)
            if exchange is None:
                continue
            if exchange.response is None:
                reason = f"the target does not answer: {exchange.fault}; is it running at that address?"
                silent += 1
                if silent == _SILENT:
                    break
                continue
            if exchange.ok and isinstance(exchange.value, dict) and _shows(session, exchange.value):
                return None
            reason = _refused(exchange.response, exchange)
            if exchange.response.status in (401, 403, 429, 503):
                break
    return reason


def _shows(session: Session, value: Mapping[str, Any]) -> bool:
    known = {name.lower() for name in session.facts.answered}
    return any(name.lower() in known for name in value)


def _refused(response: Response, exchange: Exchange) -> str:
    status = response.status
    if status in (401, 403):
        how = "refuses the credentials" if exchange.case.auth != "none" else "asks for credentials"
        return f"the target {how} (status {status}); see --auth"
    where = next(iter(response.values("location")), "")
    if 300 <= status <= 399 and where:
        return (
            f"the target redirects (status {status}) to {where}, where no credentials are sent; "
            "give the address that answers itself"
        )
    said = _told(response.body)
    if status >= 500:
        advice = _ADVICE.get(status, "look at its log")
    elif 200 <= status <= 299:
        advice = f"the answer shows no property of the contract; see whether the address is right, or {_SAMPLE}"
    else:
        advice = _ADVICE.get(status, _SAMPLE)
    return f"no valid request was accepted: status {status}{said}; {advice}"


def _told(body: Any) -> str:
    return f", {quote(body.decode('utf-8', 'replace'))}" if isinstance(body, bytes) and body else ""
