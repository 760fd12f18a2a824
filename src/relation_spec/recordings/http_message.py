"""One HTTP message in the text of a recording: its start line, header fields and body, and where they stand.

In: the file's bytes and where the message begins. Out: a :class:`Part`. The syntax is RFC 9112, read as leniently as
editors and people write it; what a server would refuse is a fault, or is left in the message for its judge.
"""

import re
from typing import Any, Final, NamedTuple

from relation_spec.contract import Side
from relation_spec.limits import MAX_ENTRY_FAULTS
from relation_spec.messages.message import Request, Response
from relation_spec.recordings.chunked import dechunk
from relation_spec.recordings.entry import Fault, Place
from relation_spec.recordings.text import Text
from relation_spec.recordings.variables import Variables

__all__ = ["START", "Part", "parse"]

_STARTS: Final = (
    rb"(?:\#\#\#"
    rb"|HTTP/\d(?:\.\d)?[ \t]+\d{3}(?=[ \t\r\n]|\Z)"
    rb"|[A-Z][A-Z-]*[ \t]+\S+[ \t]+HTTP/\d(?:\.\d)?(?=[ \t]*\r?$)"
    rb"|>[ \t]*\{%|<>[ \t]|>>!?[ \t])"
)
START: Final = re.compile(b"^" + _STARTS, re.MULTILINE)
"""A line that ends a body whose length nobody says: a separator, the next message, or what editors add for scripts."""

_HERE: Final = re.compile(_STARTS, re.MULTILINE)  # also where the body before does not end its line
_STATUS: Final = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+([1-5]\d\d)(?:[ \t].*)?")
_TOKEN: Final = rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+)"  # RFC 9110 section 5.6.2
_REQUEST: Final = re.compile(_TOKEN + rb"[ \t]+((?:/|\*|[A-Za-z][A-Za-z0-9+.-]*://|\{\{).*|\S+[ \t]+HTTP/.*)")
_BARE: Final = re.compile(rb"(?i:https?://\S|\{\{[^{}]+\}\}/)")
_MORE_QUERY: Final = re.compile(rb"[ \t]+[?&]")
_COMMENT: Final = re.compile(rb"#[ \t]|//")
_BODY_START: Final = re.compile(rb"[{<\[\"]")
_DIGITS: Final = re.compile("[0-9]{1,15}")
_BLANK: Final = re.compile(rb"[ \t\r\n]*")
_FIELD: Final = "Write it as Name: value (RFC 9112 section 5); an empty line goes before the body."
_FILL: Final = "Fill it in, or define it in the file by a line such as @name = value."
_ELSEWHERE: Final = re.compile(rb"[\r\n]*<@?\w*[ \t]+\S")

_VERSION: Final = re.compile(rb"\d(?:\.\d)?")
_NOWHERE: Final = re.compile(r"\{\{[^{}]*\}\}")  # a URL of which nothing is known
_SWITCHING: Final = 101

_Field = tuple[str, list[str], int]  # name, lines of the value, line in the file


class Part(NamedTuple):
    """A message with its place and faults; the message is None where its first line is none of HTTP, and the side is
    None where nothing tells it.

    ``end`` is where the next part begins, ``lacking`` whether the recording leaves the body out.
    """

    side: Side | None
    message: Request | Response | None
    place: Place
    faults: list[Fault]
    end: int
    lacking: bool = False


class _Reader:
    """Reads one message of one side."""

    def __init__(self, text: Text, at: int, side: Side | None, variables: Variables) -> None:
        self.text, self.at, self.side, self.variables = text, at, side, variables
        self.faults: list[Fault] = []
        self.fields: list[_Field] = []
        self.lacking = False

    def fault(self, message: str, hint: str, line: int, severity: Any = "error") -> None:
        if len(self.faults) < MAX_ENTRY_FAULTS:
            self.faults.append(Fault(message, hint, line, self.side, severity))

    def url(self, target: bytes, line: int) -> str:
        """The request's URL, with the lines that continue its query, and with variables filled in."""
        parts = [target.strip(b" \t")]
        while _MORE_QUERY.match(self.text.data, self.at):
            more, self.at = self.text.line(self.at)
            parts.append(more.strip(b" \t"))
        url = self.variables.fill(b"".join(parts))
        host = self.variables.leading(url)
        if host:
            hint = "Fill the variable in, or define it in the file; only the path and the query are judged here."
            self.fault("found a variable for the address that was never filled in", hint, line, "warning")
            url = url[host:]
        if self.variables.left(url):
            self.fault("found a {{variable}} in the URL that was never filled in", _FILL, line)
        elif b" " in url or b"\t" in url:
            hint = "Percent-encode it: %20 (RFC 9112 section 3.2)."
            self.fault("found a space in the URL; expected none", hint, line)
        return _decoded(url)

    def head(self) -> None:
        """The header fields, up to the empty line."""
        while self.at < len(self.text.data):
            start, number = self.at, self.text.number(self.at)
            if START.match(self.text.data, start):
                return
            raw, self.at = self.text.line(start)
            if not raw.strip(b" \t"):
                return
            if _BODY_START.match(raw):
                self.fault("found a body without an empty line before it", "Put one empty line before it.", number)
                self.at = start
                return
            if not _COMMENT.match(raw):
                self.field(raw, number)

    def field(self, raw: bytes, number: int) -> None:
        """One line of the header section (RFC 9112 section 5)."""
        name, colon, value = raw.partition(b":")
        if raw[:1] in (b" ", b"\t"):
            if self.fields:
                # RFC 9112 section 5.2: kept with its line break, for the judge of the message to refuse
                self.fields[-1][1].append(raw.rstrip(b" \t").decode("iso-8859-1"))
            else:
                self.fault("found a continued line before the first header field", _FIELD, number)
        elif not colon:
            self.fault("found a header field without a colon", _FIELD, number)
        elif not name.strip(b" \t"):
            self.fault("found a header field without a name", _FIELD, number)
        else:
            if name[-1:] in (b" ", b"\t"):
                hint = "Remove it; servers must refuse such a field (RFC 9112 section 5.1)."
                self.fault("found a space between a header field's name and its colon", hint, number)
            filled = self.variables.fill(value).strip(b" \t")
            if self.variables.left(filled):
                self.fault("found a {{variable}} in a header field that was never filled in", _FILL, number)
            held = [filled.decode("iso-8859-1")]
            self.fields.append((name.rstrip(b" \t").decode("iso-8859-1"), held, number))

    def value(self, name: str) -> str:
        """All values of a header field, as one list (RFC 9110 section 5.3)."""
        return ",".join("".join(held) for field, held, _ in self.fields if field.lower() == name)

    def drop(self, name: str) -> None:
        """Remove a header field that says nothing about the body as it is given on."""
        self.fields = [field for field in self.fields if field[0].lower() != name]

    def body(self) -> tuple[bytes | None, int | None]:
        """The body and the line it begins on; afterwards the reader stands where the next part begins."""
        number = self.text.number(self.at)
        codings = [coding.strip() for coding in self.value("transfer-encoding").lower().split(",")]
        if codings[-1] == "chunked" and (found := self.chunked(codings, number)) is not None:
            return found or None, None
        length = self.value("content-length")
        body = self.measured(length) if _DIGITS.fullmatch(length) else None
        if body is None:
            body = self.delimited()
            if _DIGITS.fullmatch(length):
                message = f"Content-Length says {int(length)}, and the recording holds {len(body)} bytes of the body"
                hint = "Editors change line ends and cut bodies off; record the message again if it matters."
                self.fault(message, hint, number, "warning")
                self.drop("content-length")
        if _ELSEWHERE.match(body):
            self.fault("the body stands in another file", "Put the body into the recording.", number, "warning")
            self.lacking = True
            body = b""
        return self.variables.fill(body) or None, number if body else None

    def chunked(self, codings: list[str], number: int) -> bytes | None:
        """A body in chunks, or None where there are no chunks."""
        found = dechunk(self.text.data, self.at)
        self.drop("transfer-encoding")
        if codings[:-1]:
            self.fields.append(("Transfer-Encoding", [", ".join(codings[:-1])], number))
        if found is None:
            return None
        self.drop("content-length")  # RFC 9112 section 6.3: the coding overrides it
        self.at = found.end
        if found.reason:
            at = self.text.number(found.end)
            self.fault(f"the chunked body is damaged: {found.reason}", "Record the message again.", at)
            self.delimited()
        return found.body

    def measured(self, length: str) -> bytes | None:
        """The body of that length where the file looks like it, or None."""
        data = self.text.data
        end = self.at + int(length)
        blank = _BLANK.match(data, end)
        after = blank.end() if blank else end
        if end > len(data) or not (after == len(data) or _HERE.match(data, after)):
            return None
        body, self.at = data[self.at : end], after
        return body

    def delimited(self) -> bytes:
        """The body up to the next line that ends one, without the line ends before that."""
        found = START.search(self.text.data, self.at)
        end = found.start() if found else len(self.text.data)
        body, self.at = self.text.data[self.at : end].rstrip(b"\r\n"), end
        return body


def parse(text: Text, at: int, variables: Variables) -> Part:
    """The message whose first line begins at ``at``; where it is no such line, what was skipped up to the next one."""
    number = text.number(at)
    raw, after = text.line(at)
    raw = raw.strip(b" \t")
    if raw.startswith(b"HTTP/"):
        return _response(_Reader(text, after, "response", variables), raw, number)
    return _request(_Reader(text, after, "request", variables), raw, number)


def _response(reader: _Reader, raw: bytes, number: int) -> Part:
    status = _STATUS.fullmatch(raw)
    if not status:
        hint = "Write it as HTTP/1.1 200 OK (RFC 9112 section 4); statuses are 100 to 599."
        return _unknown(reader, "found a status line that is none", hint, number)
    reader.head()
    code = int(status.group(1))
    # RFC 9110 section 15.2: an interim answer has no body, and the final one follows
    body, line = reader.body() if code >= 200 or code == _SWITCHING else (None, None)
    return _part(reader, Response(code, _headers(reader), body), number, line)


def _request(reader: _Reader, raw: bytes, number: int) -> Part:
    found = _REQUEST.fullmatch(raw)
    if found:
        method, target = found.group(1).decode("ascii"), found.group(2)
    elif _BARE.match(raw):
        method, target = "GET", raw
    else:
        hint = "Write it as POST /path HTTP/1.1 (RFC 9112 section 3), or begin the line with # if it is a comment."
        reader.side = None
        return _unknown(reader, "found a line that begins no message", hint, number)
    reader.side = "request"
    before, http, version = target.rstrip(b" \t").rpartition(b"HTTP/")
    if http and before[-1:] in (b" ", b"\t"):
        target = before
        if not _VERSION.fullmatch(version):
            reader.fault("found a version of HTTP that is none", "Write HTTP/1.1, or leave it out.", number)
    url = reader.url(target, number)
    reader.head()
    body, line = reader.body()
    message = None if _NOWHERE.fullmatch(url) else Request(method, url, _headers(reader), body)
    return _part(reader, message, number, line)


def _unknown(reader: _Reader, message: str, hint: str, number: int) -> Part:
    reader.fault(message, hint, number)
    reader.delimited()
    return Part(reader.side, None, Place(number), reader.faults, reader.at)


def _headers(reader: _Reader) -> list[tuple[str, str]]:
    return [(name, "\r\n".join(value)) for name, value, _ in reader.fields]


def _part(reader: _Reader, message: Request | Response | None, number: int, body: int | None) -> Part:
    place = Place(number, tuple(line for _, _, line in reader.fields), body)
    return Part(reader.side, message, place, reader.faults, reader.at, reader.lacking)


def _decoded(url: bytes) -> str:
    try:
        return url.decode("utf-8")
    except UnicodeDecodeError:
        return url.decode("iso-8859-1")
