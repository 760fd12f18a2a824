"""Defects as data and commands: messages without credentials, a curl line, a replay file, a pytest file.

In: a defect and where it was found. Out: plain values and texts, in which credentials stand as ``$RELATION_AUTH``.
"""

import json
import re
import shlex
from dataclasses import replace
from typing import Any, Final

from relation_spec.contract import Document
from relation_spec.fuzz.covering import HIDDEN, Cover
from relation_spec.fuzz.credentials import Credentials
from relation_spec.fuzz.files import replay_text
from relation_spec.fuzz.model import ABSENT, Case, Defect, Result
from relation_spec.fuzz.sides import compared
from relation_spec.media import charset, media_type
from relation_spec.messages.message import Headers, Request, Response

__all__ = ["Shower"]

_SECRET: Final = frozenset({"cookie", "set-cookie"})
_LONGEST: Final = 2000
_MOST_LINES: Final = 12  # of the contract, for one rule
_ENVIRONMENT: Final = ("RELATION_AUTH", "RELATION_AUTH_2")


class Shower:
    """Shows the defects of one run.

    Args:
        users: the credentials of the run, which are kept out of everything.
        origin: the address of the target.
        more: further texts that are kept out.
        document: the contract, whose lines are shown.
        expired: credentials that are valid no more.
    """

    def __init__(
        self, users: tuple[Credentials, ...], origin: str, more: tuple[str, ...] = (), document: Document | None = None,
        expired: Credentials | None = None,
    ) -> None:  # fmt: skip
        self._users, self._origin, self._document, self._expired = users, origin, document, expired
        secrets = [*more, *(text for user in users for text in user.secrets)]
        self._cover = Cover(secrets, [user.name for user in users])
        self._keys = {name.lower() for user in users for name, _ in user.fields()} | _SECRET

    def cover(self, text: str) -> str:
        """``text`` without secrets."""
        return self._cover.text(text)

    def _headers(self, headers: Headers, auth: str) -> list[list[str]]:
        hidden = self._keys if auth != "none" else _SECRET
        return [[name, HIDDEN if name.lower() in hidden else self.cover(value)] for name, value in headers]

    def _body(self, message: Request | Response) -> str | None:
        body = message.body
        if body is None:
            return None
        text = self.cover(_decoded(body, message) if isinstance(body, bytes) else str(body))
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text)} characters)"

    def request(self, request: Request, auth: str) -> dict[str, Any]:
        """A request, ready for JSON."""
        return {"method": request.method, "url": self._origin + self.cover(request.url),
                "headers": self._headers(request.headers, auth), "body": self._body(request)}  # fmt: skip

    def response(self, response: Response | None) -> dict[str, Any] | None:
        """A response, ready for JSON."""
        if response is None:
            return None
        return {"status": response.status, "headers": self._headers(response.headers, "first"),
                "body": self._body(response)}  # fmt: skip

    def defect(self, defect: Defect) -> dict[str, Any]:
        """All that is known of a defect, ready for JSON."""
        message = self.cover(defect.message)
        held = compared(message)
        return {
            "check": defect.check, "title": self.cover(defect.title), "message": message, "basis": defect.basis,
            "request": self.request(defect.request, defect.case.auth), "response": self.response(defect.response),
            "fault": defect.fault and self.cover(defect.fault), "curl": self.curl(defect),
            "spec_pointer": defect.spec_pointer, "spec_line": defect.spec_line, "spec_text": self.rule(defect),
            "place": self.cover(defect.place), "cause": self.cover(defect.cause), "flaky": defect.flaky,
            "also": [[self.cover(word) for word in key] for key in defect.also],
            "times": defect.times, "case_number": defect.found, "note": self.cover(defect.case.note),
            "expected": held.expected, "found": held.found,
        }  # fmt: skip

    def rule(self, defect: Defect) -> list[str]:
        """The line of the contract that is broken, and those that stand indented below it."""
        if self._document is None or defect.spec_line is None:
            return []
        first, *below = self._document.text.decode("utf-8", "replace").splitlines()[defect.spec_line - 1 :]
        indent = len(first) - len(first.lstrip())
        held = [first]
        for line in below[: _MOST_LINES - 1]:
            if line.strip() and len(line) - len(line.lstrip()) <= indent:
                break
            held.append(line)
        return [line[indent:].rstrip() for line in held]

    def result(self, result: Result) -> dict[str, Any]:
        """The whole run, ready for JSON."""
        counts = result.counts
        told = self._cover.value(
            {"untested": result.untested, "holes": result.holes, "notes": result.notes, "plan": result.plan}
        )
        return {
            "target": result.target, "seed": result.seed, "cases": counts.cases, "seconds": round(result.seconds, 3),
            "defects": [self.defect(defect) for defect in result.defects], "status": result.status, **told,
            "known": result.known, "requests": counts.requests, "accepted": counts.accepted, "wanted": counts.wanted,
            "pairs": [[*pair, count] for pair, count in sorted(counts.pairs.items())],
            "sends": list(result.sends), "answers": list(result.answers), "checks": list(result.checks),
            "phases": counts.phases, "stopped": result.stopped, "digest": result.digest,
        }  # fmt: skip

    def curl(self, defect: Defect) -> str:
        """A command that sends the defect's request."""
        request, case = defect.request, defect.case
        words = ["curl -si"]
        if request.method != ("POST" if request.body else "GET"):
            words.append(f"-X {shlex.quote(request.method)}")
        words += self._auth(case)
        own = self._keys if case.auth != "none" else frozenset[str]()
        fields = [(name, self.cover(value)) for name, value in request.headers if name.lower() not in own]
        words += [f"-H {shlex.quote(f'{name}: {value}' if value else f'{name};')}" for name, value in fields]
        sent = {name.lower() for name, _ in request.headers}
        words += [f"-H {shlex.quote(f'{name}:')}" for name in ("Accept",) if name.lower() not in sent]
        if request.body is not None and "content-type" not in sent:
            words.append("-H 'Content-Type:'")
        start = ""
        if isinstance(request.body, bytes):
            body = self._covered(request.body)
            text = body.decode("utf-8", "replace")
            if text.encode() == body and text.isprintable():
                words.append(f"--data-binary {shlex.quote(text)}")
            else:
                start = f"printf {shlex.quote(''.join(map(_octal, body)))} | "
                words.append("--data-binary @-")
        return f"{start}{' '.join(words)} --path-as-is {shlex.quote(self._origin + self.cover(request.url))}"

    def _covered(self, body: bytes) -> bytes:
        return self.cover(body.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")

    def _auth(self, case: Case) -> list[str]:
        if case.auth == "none" or not self._users:
            return []
        if case.auth == "expired" and self._expired is not None:
            return self._expired.curl("${RELATION_AUTH_EXPIRED#*:}", "first")
        second = case.auth.startswith("second")
        user = self._users[-1] if second else self._users[0]
        return user.curl(f"${{{_ENVIRONMENT[second]}#*:}}", case.auth.removeprefix("second-"))

    def stem(self, number: int, defect: Defect) -> str:
        """How files about the defect are called, without their ending."""
        return f"{number:03}_{_word(self.cover(f'{defect.check} {defect.place}'))[:60]}"

    def replay(self, defect: Defect, target: str) -> str:
        """The replay file of a defect."""
        case, cover = defect.case, self._cover
        covered = replace(
            case, note=cover.text(case.note), query=cover.text(case.query), rule=cover.text(case.rule),
            headers=tuple((name, cover.text(value)) for name, value in case.headers),
            value=case.value if case.value is ABSENT else cover.value(case.value),
            body=None if case.body is None else self._covered(case.body),
        )  # fmt: skip
        told = replace(
            defect, case=covered, place=cover.text(defect.place), cause=cover.text(defect.cause),
            title=cover.text(defect.title), message=cover.text(defect.message),
        )  # fmt: skip
        return replay_text(told, target)

    def pytest(self, defect: Defect, target: str) -> str:
        """A test that fails as long as the defect shows."""
        held = json.dumps(json.loads(self.replay(defect, target)), ensure_ascii=True, default=str)
        name = _word(self.cover(f"{defect.check} {defect.place} {defect.cause}"))
        title = self.cover(defect.title).replace("\\", "").replace('"', "'")
        return f'''"""{title}."""

import json
import os

from relation_spec.fuzz import replay

# the address of the server, or module:app; credentials are read from RELATION_AUTH
TARGET = os.environ.get("RELATION_TARGET", {target!r})
DEFECT = json.loads(
    {held!r}
)


def test_{name[:80]}() -> None:
    found = replay(DEFECT, TARGET)
    assert found is None, found.message
'''


def _word(text: str) -> str:
    return re.sub("[^a-z0-9]+", "_", text.lower()).strip("_")


def _decoded(body: bytes, message: Request | Response) -> str:
    """The text of a body, by the charset that its label names."""
    label = media_type.parse(next(iter(message.values("content-type")), ""))
    read = charset.decode(body, label.parameters.get("charset") if label else None)
    return read.text if read.reason is None else body.decode("utf-8", "backslashreplace")


def _octal(byte: int) -> str:
    letter = chr(byte)
    return letter if letter.isascii() and letter.isprintable() and letter not in "\\%'" else f"\\{byte:03o}"
