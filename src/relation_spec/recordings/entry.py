"""What a recording is made of: :class:`Entry`, the :class:`Place` of each message, and :class:`Fault`."""

import re
from typing import Final, NamedTuple

from relation_spec.contract import Side
from relation_spec.findings import Severity
from relation_spec.findings.quoting import escape, looks_secret
from relation_spec.messages.message import Request, Response

__all__ = ["Entry", "Fault", "Place", "path_of", "title"]

_LONGEST: Final = 80
_PATH: Final = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?://[^/?#]*)?([^?#]*)")


class Fault(NamedTuple):
    """Something wrong with the recording itself.

    Attributes:
        message: what was found and what was expected; never a value of a header or a query.
        hint: what to do.
        line: the line in the file, from 1, or None where none can be told.
        side: which message of the exchange it is about, or None.
        severity: a warning where everything can be judged all the same.
        code: a key of the table of codes.
    """

    message: str
    hint: str
    line: int | None = None
    side: Side | None = None
    severity: Severity = "error"
    code: str = "recording"


class Place(NamedTuple):
    """Where a message stands in its file, in lines from 1.

    Attributes:
        line: the line it begins on.
        fields: the line of each header field, in their order.
        body: the line its body begins on, or None where the file does not hold the body's lines as they are.
    """

    line: int
    fields: tuple[int, ...] = ()
    body: int | None = None


class Entry(NamedTuple):
    """One exchange of a recording, or a part of the file that should have been one.

    Attributes:
        name: its number, and its title or its method and path; without a query and printable.
        request: what was sent, or None where that is not known.
        response: what came back, or None.
        faults: what is wrong with the recording here.
        line: the line it begins on, or None where lines mean nothing.
        request_place: where the request stands, or None where lines mean nothing.
        response_place: where the response stands, likewise.
        lacking: the sides whose body the recording leaves out.
        again: whether an earlier entry had the same request, so that the response alone is new.
    """

    name: str
    request: Request | None = None
    response: Response | None = None
    faults: tuple[Fault, ...] = ()
    line: int | None = None
    request_place: Place | None = None
    response_place: Place | None = None
    lacking: frozenset[Side] = frozenset()
    again: bool = False


def path_of(url: str) -> str:
    """The path of a URL, without what may be secret: authority, query and fragment."""
    found = _PATH.match(url)
    return found.group(1) if found else ""


def title(number: int, said: str = "", request: Request | None = None) -> str:
    """The name of an entry: its number, and what was ``said`` of it, or else its method and path."""
    if not said and request is not None:
        said = f"{request.method} {path_of(request.url)}"
    if looks_secret(said) or any(looks_secret(word) for word in re.split(r"[\s/]+", said[:_LONGEST])):
        said = ""
    shown = escape(said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…")
    return f"#{number} {shown}".rstrip()
