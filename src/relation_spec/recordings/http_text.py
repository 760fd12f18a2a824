"""Files of HTTP messages as text (.http, .rest): the notation of editors, and raw messages one after the other.

In: the bytes of the file. Out: an :class:`Entry` per exchange. A line that starts with ``###`` separates and names
messages; ``#`` and ``//`` begin comments, of which ``# @name x`` names the next message; ``@name = value`` defines a
variable. A response belongs to the request before it.
"""

import re
from collections.abc import Iterator
from typing import Final

from relation_spec.messages.message import Request, Response
from relation_spec.recordings.entry import Entry, title
from relation_spec.recordings.http_message import Part, parse
from relation_spec.recordings.text import Text
from relation_spec.recordings.variables import Variables

__all__ = ["entries", "looks_like"]

_MARK: Final = b"\xef\xbb\xbf"
_NAME: Final = re.compile(rb"(?:#|//)[ \t]*@name[ \t=]+(\S.*)")
_SCRIPT: Final = re.compile(rb"[<>][ \t]*\{%")
_REFERENCE: Final = re.compile(rb"(?:<>|>>!?)[ \t]")
_INTERIM: Final = frozenset(range(100, 200)) - {101}  # RFC 9110 section 15.2; after 101 no other answer comes
_BEGINNING: Final = re.compile(
    rb"(?:[ \t]*(?:(?:#|//|@)[^\n]*)?\r?\n)*+"
    rb"(?:HTTP/\d|https?://|[A-Z]+[ \t]+(?:/|https?://|\{\{|\S+[ \t]+HTTP/\d))"
)


def looks_like(data: bytes) -> bool:
    """Whether ``data`` begins like such a file, which no JSON, XML or form does."""
    return _BEGINNING.match(data, len(_MARK) if data.startswith(_MARK) else 0) is not None


def entries(data: bytes) -> Iterator[Entry]:
    """The exchanges in ``data``, in order. Never raises for any bytes."""
    number = 0
    asked: Entry | None = None  # the last one that began with a request
    open_ = False  # whether that one has not been given on yet, since its response may follow
    for name, part in _parts(data):
        if part.side != "response":
            if asked and open_:
                yield asked
            number += 1
            asked, open_ = _asked(number, name, part), True
        elif asked and open_:
            open_ = False
            yield _answered(asked, part)
        else:
            number += 1
            request = asked.request if asked else None
            said = name or ("" if request else "response")
            again = Entry(title(number, said, request), request, line=part.place.line, again=request is not None)
            yield _answered(again, part)
    if asked and open_:
        yield asked


def _asked(number: int, name: str, part: Part) -> Entry:
    request = part.message if isinstance(part.message, Request) else None
    return Entry(
        title(number, name, request),
        request,
        faults=tuple(part.faults),
        line=part.place.line,
        request_place=part.place,
        lacking=frozenset({"request"} if part.lacking else ()),
    )


def _answered(entry: Entry, part: Part) -> Entry:
    """``entry`` with its response, but for one whose request cannot be read: nobody knows what was answered there."""
    if entry.request is None and entry.request_place is not None:
        return entry
    return entry._replace(
        response=part.message if isinstance(part.message, Response) else None,
        faults=(*entry.faults, *part.faults),
        response_place=part.place,
        lacking=entry.lacking | ({"response"} if part.lacking else set()),
    )


def _parts(data: bytes) -> Iterator[tuple[str, Part]]:
    """The messages with the names that stand before them; interim responses are left out."""
    text, variables = Text(data), Variables()
    at, name = len(_MARK) if data.startswith(_MARK) else 0, b""
    while at < len(data):
        line, after = text.line(at)
        bare = line.strip(b" \t")
        if bare.startswith((b"#", b"//")):
            found = _NAME.fullmatch(bare)
            if bare.startswith(b"###"):
                name = bare.lstrip(b"#").strip(b" \t")
            elif found:
                name = found.group(1)
        elif _SCRIPT.match(bare):
            after = _past_script(text, at)
        elif bare and not _REFERENCE.match(bare) and not variables.define(bare):
            part = parse(text, at, variables)
            after = part.end
            if not (isinstance(part.message, Response) and part.message.status in _INTERIM):
                yield name.decode("utf-8", "replace"), part
                name = b""
        at = after


def _past_script(text: Text, at: int) -> int:
    end = text.data.find(b"%}", at)
    return len(text.data) if end < 0 else text.line(end)[1]
