"""Short exchanges that tell a right server from one with a defect: what is sent, and what each of the two gives."""

import copy
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

import httpx

import relation_spec as rs
from tests.server.conftest import NOON, PATH, Local

Body = dict[str, Any]
Say = Callable[[Local], Any]

NEW: Body = copy.deepcopy(rs.load().document.get("/components/examples/SampleRequest/value")) | {"RelationId": 0}


class Exchange(NamedTuple):
    """What is said to a server, and what it gives for it: ``right``, or ``wrong`` with the defect.

    ``options`` are those of the server.
    """

    defect: str
    say: Say
    right: Any
    wrong: Any
    options: dict[str, Any] = {}

    def told(self, defect: str | None) -> Any:
        """What a server gives, the right one for None."""
        server = Local(**{"clock": lambda: NOON, "defect": defect, "check": defect is None} | self.options)
        try:
            given = self.say(server)
            assert defect or not server.service.breaches
            return given
        finally:
            server.close()


class Containing(NamedTuple):
    """Equal to any set that holds ``item``."""

    item: Any

    def __eq__(self, other: object) -> bool:
        return isinstance(other, set) and self.item in other

    def __hash__(self) -> int:
        return hash(self.item)


def gives(defect: str, say: Say, right: Any, wrong: Any, **options: Any) -> Exchange:
    """An exchange that tells right from wrong by values."""
    return Exchange(defect, say, right, wrong, options)


def finds(defect: str, code: str, where: str, say: Callable[[Local], httpx.Response], **options: Any) -> Exchange:
    """An exchange whose last answer breaks the contract; ``where`` is a pointer into the body, or a part's name."""
    part, pointer = ("body", where) if where.startswith("/") or not where else (where, "")

    def say_and_judge(server: Local) -> set[tuple[str, str, str]]:
        answer = say(server)
        report = server.contract.validate_response(answer)
        return {(found.code, found.where, found.pointer) for found in report.findings}

    return Exchange(defect, say_and_judge, set(), Containing((code, part, pointer)), options)


def post(select: str | None = None, headers: dict[str, str] | None = None, **changes: Any) -> Any:
    """Says: save the page's sample, with ``changes``, as a new record."""
    url = f"{PATH}?$select={select}" if select else PATH
    return lambda server: server.post(NEW | changes, url, headers=headers or {})


def xml(**changes: Any) -> Any:
    """Says the same, and asks for XML."""
    return post(headers={"Accept": "application/xml"}, **changes)


def form(text: str) -> Callable[[Local], httpx.Response]:
    """Says: save this form."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return lambda server: server.request("POST", content=text, headers=headers)


def fields(**changes: Any) -> str:
    """A form of the ids that are mandatory, and more."""
    return urlencode({name: NEW[name] for name in ("SourceContactId", "DestinationContactId")} | changes)


def without(*names: str) -> Callable[[Local], httpx.Response]:
    """Says: save the sample without some of its properties."""
    return lambda server: server.post({name: held for name, held in NEW.items() if name not in names})


def shown(name: str, **changes: Any) -> Say:
    """Says: save the sample with ``changes``; gives one property of the answer."""
    return lambda server: server.post(NEW | changes).json()[name]


def status(say: Callable[[Local], httpx.Response]) -> Say:
    """Gives the status alone."""
    return lambda server: say(server).status_code


def text_of(say: Callable[[Local], httpx.Response], *wanted: str) -> Say:
    """Gives which of the wanted texts stand in the body."""
    return lambda server: [text for text in wanted if text in say(server).text]


def reread(server: Local, answer: httpx.Response) -> Body:
    """The record of an answer as it is read back."""
    value: Body = server.get(answer.json()["_Links"]["Self"]).json()
    return value


def ticking() -> Callable[[], datetime]:
    """A clock that goes on by an hour whenever it is looked at."""
    hours = iter(range(1000))
    return lambda: NOON + timedelta(hours=next(hours))


def raw(text: str, **headers: str) -> Callable[[Local], httpx.Response]:
    """Says: save this text of JSON."""
    told = {"Content-Type": "application/json"} | {name.replace("_", "-"): held for name, held in headers.items()}
    return lambda server: server.request("POST", content=text, headers=told)


def sample(**changes: Any) -> str:
    """The sample as text."""
    return json.dumps(NEW | changes)
