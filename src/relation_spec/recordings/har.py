"""HTTP archives (HAR 1.2), as browsers and proxies save them: bytes to an :class:`Entry` per exchange.

Bodies in an archive are decoded already, so header fields that describe their bytes on the wire are left out. What the
archive adds of its own, such as names that begin with ``_``, is ignored.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from relation_spec.findings import type_name
from relation_spec.messages.message import Request, Response
from relation_spec.recordings.entry import Entry, Fault, title
from relation_spec.recordings.har_split import split
from relation_spec.recordings.har_values import Values

__all__ = ["entries", "looks_like"]

_MARK: Final = b"\xef\xbb\xbf"
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_BEGINNING: Final = re.compile(rb'\s*\{\s*"log"\s*:\s*\{')
_OF_THE_WIRE: Final = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_WITHOUT_BODY: Final = frozenset({204, 205, 304})  # RFC 9110 sections 15.3.5, 15.3.6 and 15.4.5
_MOST_DIGITS: Final = 20  # of a size or a status

Pairs = list[tuple[str, str]]


def looks_like(data: bytes) -> bool:
    """Whether ``data`` begins like an archive, which no payload does."""
    return _BEGINNING.match(data.removeprefix(_MARK) if data.startswith(_MARK) else data) is not None


def entries(data: bytes) -> Iterator[Entry]:
    """The exchanges in ``data``, in order. Never raises for any bytes."""
    if data.startswith(_UTF_16):
        fault = Fault("the file is UTF-16; expected UTF-8", "Save it as UTF-8 (RFC 8259 section 8.1).", 1)
        yield Entry(title(1), faults=(fault,))
        return
    for number, piece in enumerate(split(data.removeprefix(_MARK)), 1):
        if piece.reason is not None:
            yield Entry(title(number), faults=(Fault(piece.reason, "Save the recording again.", piece.line),))
        else:
            yield _entry(number, piece.text)


def _number(digits: str) -> int | float:
    """A number; of endless ones, which no archive needs, no digit is kept (Python refuses to convert them)."""
    return int(digits) if len(digits) < _MOST_DIGITS else float(digits)


def _decode(text: bytes) -> tuple[Any, str | None]:
    """The value of an entry, or why there is none."""
    try:
        return msgspec.json.decode(text), None
    except RecursionError:
        return None, "the entry is nested too deep"
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    try:
        # browsers write half characters into bodies that are no text; the judge of the body is to tell
        return json.loads(text.decode("utf-8"), parse_int=_number), None
    except RecursionError:
        return None, "the entry is nested too deep"
    except UnicodeDecodeError:
        return None, "the entry is not UTF-8"
    except ValueError:
        return None, "the entry is no JSON"


def _entry(number: int, text: bytes) -> Entry:
    held, reason = _decode(text)
    if reason is None and not isinstance(held, dict):
        reason = f"found an entry of type {type_name(held)}; expected an object"
    if reason is not None:
        return Entry(title(number), faults=(Fault(reason, "Record the traffic again, or mend the file."),))
    values = Values()
    request = _request(held, values)
    response = _response(held, request, values)
    faults, lacking = tuple(values.faults), frozenset(values.lacking)
    return Entry(title(number, request=request), request, response, faults, lacking=lacking)


def _request(held: dict[str, Any], values: Values) -> Request | None:
    request = values.mapping(held, "request", "request")
    if request is None:
        return None
    method, url = (values.text(request, name, "request", "request") for name in ("method", "url"))
    sent = values.pairs(request, "headers", "request", "request")
    body = _posted(request, _length(sent), values)
    return None if method is None or url is None else Request(method, url, _meaningful(sent), body)


def _response(held: dict[str, Any], request: Request | None, values: Values) -> Response | None:
    response = values.mapping(held, "response", "response")
    if response is None:
        return None
    status = response.get("status")
    if isinstance(status, float) and status.is_integer():
        status = int(status)
    if status == 0 and status is not False:
        hint = "The browser stopped the request, or nobody answered; look at the entry in the recording."
        values.fault("the recording holds no response: its status is 0", "response", "warning", hint)
        return None
    if type(status) is not int or not 100 <= status <= 599:
        values.wrong("response.status", "a number from 100 to 599", status, "response")
        return None
    received = values.pairs(response, "headers", "response", "response")
    bodiless = status in _WITHOUT_BODY or (request is not None and request.method == "HEAD")
    body = None if bodiless else _content(response, values)
    return Response(status, _meaningful(received), body)


def _meaningful(pairs: Pairs) -> Pairs:
    """The header fields that still mean something; names with a colon are HTTP/2's form of the first line.

    Chromium writes repeated cookies into one value, a line each.
    """
    return [
        (name, line)
        for name, value in pairs
        if name.lower() not in _OF_THE_WIRE and not name.startswith(":")
        for line in (value.split("\n") if name.lower() == "set-cookie" else (value,))
    ]


def _length(pairs: Pairs) -> int:
    """What Content-Length says, or -1."""
    lengths = [value for name, value in pairs if name.lower() == "content-length"]
    return int(lengths[0]) if lengths and re.fullmatch("[0-9]{1,15}", lengths[0]) else -1


def _posted(request: dict[str, Any], length: int, values: Values) -> str | bytes | None:
    """The request's body, or None."""
    size = values.size(request.get("bodySize"), length)
    if request.get("postData") is None:
        if max(size, length) > 0:
            values.lack("request", f"the recording leaves out the request's body of {max(size, length)} bytes")
        return None
    data = values.mapping(request, "postData", "request", "request.")
    if data is None:
        return None
    if data.get("params") and not data.get("text"):
        return _form(data, values)
    return values.body(data, "request", "request.postData") or None


def _form(data: dict[str, Any], values: Values) -> str | None:
    """The text of a form that is given by its parameters (WHATWG URL standard, section 5.2)."""
    from urllib.parse import urlencode

    kind = data.get("mimeType")
    if isinstance(kind, str) and kind.lower().startswith("multipart/"):
        values.lack("request", "the recording holds the parts of a multipart body, and not the body")
        return None
    pairs = values.pairs(data, "params", "request", "request.postData")
    return urlencode([(_sound(name), _sound(value)) for name, value in pairs])


def _sound(text: str) -> str:
    """``text`` without half characters, which no form can carry."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _content(response: dict[str, Any], values: Values) -> str | bytes | None:
    """The response's body, or None."""
    content = values.mapping(response, "content", "response", "response.")
    if content is None:
        values.lacking.add("response")
        return None
    size = values.size(content.get("size"), response.get("bodySize"))
    if not content.get("text") and ("text" not in content or size > 0 or content["text"] is None):
        if size != 0:
            what = f" of {size} bytes" if size > 0 else ""
            values.lack("response", f"the recording leaves out the response's body{what}")
        return None
    return values.body(content, "response", "response.content") or None
