"""Runs whose reports are looked at: made once, in this process, against the reference server and its gallery."""

from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

from relation_spec.fuzz.engine import carried_out, prepared
from relation_spec.fuzz.model import Case, Counts, Defect, Result
from relation_spec.fuzz.reports import FORMS
from relation_spec.fuzz.showing import Shower
from relation_spec.messages.message import Request, Response
from relation_spec.server import create_app

CASES = 250  # the media pairs and the edges of every property are among the first
RUNS = (
    "clean",
    "label-of-another",
    "text-as-mojibake",
    "error-with-stack-trace",
    "nulls-left-out",
    "unfinished",
    "down",
)


class Run(NamedTuple):
    """A result and what shows it."""

    result: Result
    shower: Shower

    def report(self, form: str) -> str:
        return FORMS[form](self.result, self.shower)


@cache
def run(name: str) -> Run:
    """The run against the server with the defect ``name``; ``clean``, ``unfinished`` and ``down`` are others."""
    options: dict[str, Any] = {
        "auth": "basic:demo:demo",
        "examples": 0,
        "max_cases": 20 if name == "unfinished" else CASES,
    }
    defect = None if name in ("clean", "unfinished", "down") else name
    made = prepared("http://127.0.0.1:9" if name == "down" else create_app(defect=defect), **options)
    session = made.session
    return Run(carried_out(made), Shower(session.users, session.sender.origin, session.secrets, session.facts.document))


def hostile(text: str) -> Run:
    """A result in which every text is ``text``."""
    shown = run("text-as-mojibake")
    case = Case("send", text, "POST", f"/{text}", query=text, headers=((text, text),), value={text: text})
    request = Request(
        "POST", f"/{text}?{text}", [("X", text), ("Content-Type", text)], text.encode("utf-8", "surrogatepass")
    )
    response = Response(200, [("X", text), ("Content-Type", "text/html")], text.encode("utf-8", "surrogatepass"))
    defect = Defect("echo", text, text, text, f"{text}: found {text}; expected {text}", "page", f"/{text}", 1,
                    case, request, response, text, 1, 1, flaky=True)  # fmt: skip
    result = Result(
        text, 0, {text: {text: 1}}, Counts(1, 1, 1, 1, {(text, text): 1}), [defect, replace(defect, response=None)],
        untested=text, holes=[text], notes=[text], digest=text, contract="a b%.yaml", sends=(text, "a/b"),
        answers=(text, "a/b"),
    )  # fmt: skip
    return Run(result, shown.shower)
