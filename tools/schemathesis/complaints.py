"""The complaints in a report of Schemathesis, and which of them are its own: the table ``KNOWN`` says why.

A complaint counts as known by what was sent and what the server said about it, never by its check alone; anything else
is unknown, and to be looked into.
"""

import base64
import re
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

__all__ = ["AS_WRITTEN", "KNOWN", "Case", "Complaint", "Known", "cases_of", "reason_of"]

AS_WRITTEN: Final = "as written"
_ACCEPTANCE: Final = "positive_data_acceptance"
_CODE: Final = re.compile(r"(?:error|warning)\[([a-z-]+)\]")
_REFERENCES: Final = ("which names nothing", "expected the id of one of", "expected the number of a stored record")
# rules that the contract states by keywords of its own, or for $select by the schema of the answer
_OURS: Final = frozenset({"format", "language", "select", "unknown-property"})


class Complaint(NamedTuple):
    """A check that did not pass: its name and what it says."""

    check: str
    says: str


class Case(NamedTuple):
    """A request that Schemathesis made, as a value and as it went out; its answer; and the checks that it got."""

    phase: str
    mode: str
    media: str
    value: Any
    uri: str
    headers: dict[str, str]
    body: str
    status: int | None
    answer: str
    checks: int
    complaints: list[Complaint]


class Known(NamedTuple):
    """A kind of complaint that is Schemathesis' own.

    Attributes:
        name: a few words.
        check: whose complaint it is.
        specs: against which form of the contract it may be raised; empty for all.
        fits: whether a case is of the kind.
        reason: why it is no fault of the server.
    """

    name: str
    check: str
    specs: tuple[str, ...]
    fits: Callable[[Case], bool]
    reason: str


def _holds(value: Any, *kinds: type) -> bool:
    if isinstance(value, kinds):
        return True
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_holds(one, *kinds) for one in below)


def _null_in_xml(case: Case) -> bool:
    return case.media.endswith("xml") and _holds(case.value, type(None)) and ">null<" in case.body and _is_told(case)


def _null_in_form(case: Case) -> bool:
    in_form = case.media.endswith("urlencoded") and isinstance(case.value, dict) and None in case.value.values()
    return in_form and _is_told(case)


def _is_told(case: Case) -> bool:
    """Whether the server says that the text is what it refuses."""
    return case.status == 400 and r"\"null\"" in case.answer


def _object_in_form(case: Case) -> bool:
    if not case.media.endswith("urlencoded") or not isinstance(case.value, dict):
        return False
    return any(isinstance(one, (dict, list)) for one in case.value.values())


def _by_our_keywords(case: Case) -> bool:
    codes = set(_CODE.findall(case.answer))
    return case.status == 400 and (codes <= _OURS if codes else any(words in case.answer for words in _REFERENCES))


KNOWN: Final = (
    Known(
        "null in XML",
        _ACCEPTANCE,
        (),
        _null_in_xml,
        "Schemathesis writes null as the text `null`. XML has no null of its own; XML Schema's is xsi:nil, which the "
        "contract asks for, and a text `null` is no date-time, number or object.",
    ),
    Known(
        "null in a form",
        _ACCEPTANCE,
        (),
        _null_in_form,
        "Schemathesis writes null as the text `null`. In a form that is a text of four letters, and no date-time, "
        "number or object.",
    ),
    Known(
        "object in a form",
        _ACCEPTANCE,
        (),
        _object_in_form,
        "Schemathesis sends the names of an object's properties as so many values of one field, and drops their "
        "values, although `encoding` says style deepObject.",
    ),
    Known(
        "a rule in x- keywords",
        _ACCEPTANCE,
        (AS_WRITTEN,),
        _by_our_keywords,
        "The rule that was broken is stated by a keyword which Schemathesis does not know: x-date-time, x-flags, "
        "x-language, x-closed, x-refers and x-select. Against the exported form, which says it in plain JSON Schema, "
        "this kind is unknown, and would be a fault.",
    ),
)


def reason_of(case: Case, complaint: Complaint, spec: str) -> Known | None:
    """The kind of a complaint, or None where it may be a fault."""
    fitting = (known for known in KNOWN if known.check == complaint.check and (not known.specs or spec in known.specs))
    return next((known for known in fitting if known.fits(case)), None)


def cases_of(events: list[dict[str, Any]]) -> Iterator[Case]:
    """Every case of a run, from the events of its report."""
    for event in events:
        if (held := event.get("ScenarioFinished")) is None:
            continue
        recorder = held["recorder"]
        for key, exchange in recorder["interactions"].items():
            yield _case(held["phase"], recorder["cases"][key]["value"], exchange, recorder["checks"].get(key, []))


def _case(phase: str, case: dict[str, Any], exchange: dict[str, Any], checks: list[dict[str, Any]]) -> Case:
    request, response = exchange["request"], exchange.get("response") or {}
    complaints = [
        Complaint(check["name"], check["failure_info"]["failure"]["message"])
        for check in checks
        if check["status"] != "success"
    ]
    return Case(
        phase,
        case["meta"]["generation"]["mode"],
        case.get("media_type") or "",
        case.get("body"),
        request["uri"],
        {name: ", ".join(values) for name, values in request["headers"].items()},
        _text(request.get("body")),
        response.get("status_code"),
        _text(response.get("content")),
        len(checks),
        complaints,
    )


def _text(held: Any) -> str:
    encoded = held.get("$base64") if isinstance(held, dict) else None
    return base64.b64decode(encoded).decode("utf-8", "replace") if encoded else ""
