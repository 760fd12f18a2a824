"""One side of a recorded exchange as an :class:`Outcome`: places in its file, and no value of any header or query."""

import re
from functools import cached_property
from typing import Final

from relation_spec.cli.reporters.base import Outcome
from relation_spec.contract import Side
from relation_spec.findings import Finding, Report
from relation_spec.findings.quoting import escape
from relation_spec.messages.message import Request, Response
from relation_spec.recordings.entry import Entry, Place, path_of

__all__ = ["Recorded"]

_TOKEN: Final = re.compile(r"[^\s;,=\"']{8,}")
_AROUND: Final = 4096  # characters of a line on either side of the caret in which secrets are looked for
# header fields whose values are no secrets, though a body may hold the same text
_ORDINARY: Final = ("accept", "content-", "host", "origin", "referer", "user-agent")


class Recorded(Outcome):
    """One judged message of a recording, or, without a side, a part of the file that holds none.

    Args:
        file: the name it was given by.
        entry: the exchange.
        side: which of its messages.
        report: what was said of that.
        show_warnings: whether warnings are asked for.
    """

    def __init__(self, file: str, entry: Entry, side: Side | None, report: Report, show_warnings: bool) -> None:
        self._exchange = entry
        self._message: Request | Response | None = None
        self._place: Place | None = None
        if side == "request":
            self._message, self._place = entry.request, entry.request_place
        elif side == "response":
            self._message, self._place = entry.response, entry.response_place
        types = self._message.values("content-type") if self._message else []
        super().__init__(file, None, report, b"", types[0] if types else "", show_warnings)
        self.entry, self.side = entry.name, side

    @cached_property
    def text(self) -> str:
        body = self._message.body if self._message else None
        if isinstance(body, bytes):
            self.body = body if self._unpacked is None else self._unpacked
        return body if isinstance(body, str) else super().text

    @cached_property
    def _unpacked(self) -> bytes | None:
        """The body without its content coding, or None where it has none."""
        from relation_spec.messages.content_coding import decoded_body
        from relation_spec.messages.header_fields import fields_of

        body = self._message.body if self._message else None
        unpacked, _ = decoded_body(body, fields_of(self._message.headers if self._message else ()))
        return unpacked if isinstance(unpacked, bytes) and unpacked != body else None

    @property
    def of(self) -> str:
        return f"{self.entry}, {self.side}" if self.side else self.entry or ""

    def label(self, finding: Finding) -> str:
        return f"{self.file}{self.of}" if self._own(finding) else self.file

    def _own(self, finding: Finding) -> bool:
        """Whether lines are those of the body alone: the file holds it in another form, or has no lines that help."""
        if finding.where == "recording" or self._message is None:
            return False
        if self._place is None:
            return True
        return finding.where == "body" and (self._place.body is None or self._unpacked is not None)

    def place(self, finding: Finding) -> tuple[int, int] | None:
        line, column = finding.line, finding.column
        if finding.where == "recording":
            return None if line is None else (line, 1)
        if self._place is None or self._own(finding):
            return None
        if finding.where != "body":
            return self._field(finding, self._place)[0], 1
        if self._place.body is None or line is None or column is None:
            return self._place.line, 1
        return self._place.body + line - 1, column

    def inside(self, finding: Finding) -> tuple[int, int] | None:
        if not self._own(finding):
            return self.place(finding)
        return None if finding.line is None or finding.column is None else (finding.line, finding.column)

    def shown(self, finding: Finding) -> tuple[str, int] | None:
        if finding.where == "recording" or self._message is None:
            return None  # the line may hold anything, credentials too
        if finding.where != "body":
            return (self._field(finding, self._place)[1], 0) if self._place else None
        if finding.line is None or finding.column is None:
            return None
        from relation_spec.findings.excerpt import excerpt

        start = self.starts[finding.line]
        at = start + finding.column - 1
        first, last = max(start, at - _AROUND), at + _AROUND
        return excerpt(self._covered(self.text[first:last]), 0, at - first + 1)

    def _covered(self, text: str) -> str:
        """``text`` without what header fields hold, since a body may repeat a credential."""
        for secret in self._secrets:
            text = text.replace(secret, "*" * len(secret))
        return text

    @cached_property
    def _secrets(self) -> list[str]:
        """Values of header fields that may be credentials; longer ones first, since they hold shorter ones."""
        sent = [message for message in (self._exchange.request, self._exchange.response) if message is not None]
        held = {
            token
            for message in sent
            for name, value in message.headers
            if not name.lower().startswith(_ORDINARY)
            for token in _TOKEN.findall(value)
        }
        return sorted(held, key=len, reverse=True)

    def _field(self, finding: Finding, place: Place) -> tuple[int, str]:
        """The line that a finding outside the body is about, and what may be shown of it."""
        message = self._message
        kind, _, wanted = finding.where.partition(".")
        wanted = {"header": wanted, "cookie": "Cookie"}.get(kind, "").lower()
        for (name, _), line in zip(message.headers if message else (), place.fields, strict=False):
            if name.lower() == wanted:
                return line, f"{escape(name)}: …"
        if not isinstance(message, Request):
            return place.line, f"HTTP {message.status if message else ''}"
        query = "?…" if "?" in message.url else ""
        return place.line, f"{message.method} {escape(path_of(message.url))}{query}"
