"""Defects as data and commands: messages without credentials, a curl line, a replay file, a pytest file.

In: a defect and where it was found. Out: plain values and texts, in which credentials stand as ``$RELATION_AUTH``.
"""

import json
import re
import shlex
from typing import Any, Final

from relation_spec.fuzz.credentials import HIDDEN, Credentials
from relation_spec.fuzz.files import replay_text
from relation_spec.fuzz.model import Case, Defect, Result
from relation_spec.messages.message import Headers, Request, Response

__all__ = ["Shower"]

_SECRET: Final = frozenset({"cookie", "set-cookie"})
_LONGEST: Final = 2000
_ORIGIN: Final = re.compile(r"https?://")


class Shower:
    """Shows the defects of one run.

    Args:
        users: the credentials of the run, which are kept out of everything.
        origin: the address of the target.
        more: further texts that are kept out.
    """

    def __init__(self, users: tuple[Credentials, ...], origin: str, more: tuple[str, ...] = ()) -> None:
        self._users, self._origin = users, origin
        held = {text for user in users for text in user.secrets} | set(more)
        self._secrets = sorted(held, key=len, reverse=True)
        self._keys = {name.lower() for user in users for name, _ in user.fields()} | _SECRET

    def cover(self, text: str) -> str:
        """``text`` without secrets."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return text

    def _headers(self, headers: Headers, auth: str) -> list[list[str]]:
        hidden = self._keys if auth != "none" else _SECRET
        return [[name, HIDDEN if name.lower() in hidden else self.cover(value)] for name, value in headers]

    def _body(self, body: Any) -> str | None:
        if body is None:
            return None
        text = body.decode("utf-8", "backslashreplace") if isinstance(body, bytes) else str(body)
        return self.cover(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text)} characters)")

    def request(self, request: Request, auth: str) -> dict[str, Any]:
        """A request, ready for JSON."""
        return {"method": request.method, "url": self._origin + request.url,
                "headers": self._headers(request.headers, auth), "body": self._body(request.body)}  # fmt: skip

    def response(self, response: Response | None) -> dict[str, Any] | None:
        """A response, ready for JSON."""
        if response is None:
            return None
        return {"status": response.status, "headers": self._headers(response.headers, "first"),
                "body": self._body(response.body)}  # fmt: skip

    def defect(self, defect: Defect) -> dict[str, Any]:
        """All that is known of a defect, ready for JSON."""
        return {
            "check": defect.check, "title": defect.title, "message": self.cover(defect.message), "basis": defect.basis,
            "request": self.request(defect.request, defect.case.auth), "response": self.response(defect.response),
            "fault": defect.fault, "curl": self.curl(defect), "spec_pointer": defect.spec_pointer,
            "spec_line": defect.spec_line, "place": defect.place, "cause": defect.cause, "flaky": defect.flaky,
            "times": defect.times, "case_number": defect.found,
        }  # fmt: skip

    def result(self, result: Result) -> dict[str, Any]:
        """The whole run, ready for JSON."""
        counts = result.counts
        return {
            "target": result.target, "seed": result.seed, "cases": counts.cases, "seconds": round(result.seconds, 3),
            "defects": [self.defect(defect) for defect in result.defects], "status": result.status,
            "untested": result.untested and self.cover(result.untested), "holes": result.holes, "notes": result.notes,
            "known": result.known, "requests": counts.requests, "accepted": counts.accepted,
            "pairs": [[*pair, count] for pair, count in sorted(counts.pairs.items())], "plan": result.plan,
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
        sent = {name.lower() for name, _ in request.headers}
        words += [
            f"-H {shlex.quote(f'{n}: {v}' if v else f'{n};')}" for n, v in request.headers if n.lower() not in own
        ]
        words += [f"-H {shlex.quote(f'{name}:')}" for name in ("Accept",) if name.lower() not in sent]
        if request.body is not None and "content-type" not in sent:
            words.append("-H 'Content-Type:'")
        start = ""
        if request.body is not None:
            text = request.body.decode("utf-8", "replace")
            if text.encode() == request.body and text.isprintable():
                words.append(f"--data-binary {shlex.quote(text)}")
            else:
                start = f"printf {shlex.quote(''.join(_octal(byte) for byte in request.body))} | "
                words.append("--data-binary @-")
        return self.cover(f"{start}{' '.join(words)} --path-as-is {shlex.quote(self._origin + request.url)}")

    def _auth(self, case: Case) -> list[str]:
        if case.auth == "none" or not self._users:
            return []
        second = case.auth.startswith("second")
        user = self._users[-1] if second else self._users[0]
        held = "${RELATION_AUTH_2#*:}" if second else "${RELATION_AUTH#*:}"
        return user.curl(held, case.auth.removeprefix("second-"))

    def replay(self, defect: Defect, target: str) -> str:
        """The replay file of a defect."""
        return self.cover(replay_text(defect, target))

    def pytest(self, defect: Defect, target: str) -> str:
        """A test that fails as long as the defect shows."""
        held = json.dumps(json.loads(self.replay(defect, target)), ensure_ascii=True, default=str)
        name = re.sub("[^a-z0-9]+", "_", f"{defect.check} {defect.place} {defect.cause}".lower()).strip("_")
        title = defect.title.replace("\\", "").replace('"', "'")
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


def _octal(byte: int) -> str:
    letter = chr(byte)
    return letter if letter.isascii() and letter.isprintable() and letter not in "\\%'" else f"\\{byte:03o}"
