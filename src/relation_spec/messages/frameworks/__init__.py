"""Messages of web frameworks and HTTP clients, read into :class:`Request` and :class:`Response`.

Objects of httpx, requests, urllib3, aiohttp (client and server), Starlette, FastAPI, Werkzeug, Flask and Django are
told by the names in their type's ``__mro__``; none of these libraries is imported here. Every reader keeps to this:

- The bytes are taken, never what a framework parsed from them; no bytes at all are ``b""``.
- Header fields that were sent repeatedly stay apart wherever the framework still knows them apart. WSGI servers join
  them with commas.
- The address stays percent-encoded as it was sent, without user, password and fragment, which are not sent. A WSGI
  server that tells neither ``RAW_URI`` nor ``REQUEST_URI`` lost the encoding of its path, which is then encoded anew.
- Where a library decoded the body on arrival (gzip and its kin), Content-Encoding and Content-Length describe other
  bytes than those at hand, and both fields are left out.
- Nothing is changed. A body that can be read at once, without waiting and so that it can be read again, is read; any
  other is refused, with the call that has to come first. What a framework raises while it reads goes through.
"""

from importlib import import_module
from typing import Any, Final

from relation_spec.contract import WrongCallError
from relation_spec.messages.message import Request, Response

__all__ = ["as_request", "as_response", "request_of"]

# package and class of what is known, and the reader that reads it
_REQUESTS: Final = {
    ("httpx", "Request"): "httpx",
    ("httpx2", "Request"): "httpx",
    ("requests", "PreparedRequest"): "requests",
    ("requests", "Request"): "requests",
    ("aiohttp", "BaseRequest"): "aiohttp",
    ("aiohttp", "RequestInfo"): "aiohttp",
    ("starlette", "Request"): "starlette",
    ("werkzeug", "Request"): "werkzeug",
    ("django", "HttpRequest"): "django",
}
_RESPONSES: Final = {
    ("httpx", "Response"): "httpx",
    ("httpx2", "Response"): "httpx",
    ("requests", "Response"): "requests",
    ("urllib3", "HTTPResponse"): "urllib3",
    ("urllib3", "BaseHTTPResponse"): "urllib3",
    ("aiohttp", "ClientResponse"): "aiohttp",
    ("aiohttp", "StreamResponse"): "aiohttp",
    ("starlette", "Response"): "starlette",
    ("werkzeug", "Response"): "werkzeug",
    ("django", "HttpResponseBase"): "django",
}
# the responses that carry the request they answer, and where
_CARRIED: Final = {
    ("httpx", "Response"): "_request",
    ("httpx2", "Response"): "_request",
    ("requests", "Response"): "request",
    ("aiohttp", "ClientResponse"): "request_info",
    ("werkzeug", "TestResponse"): "request",
}
_PROXY: Final = {("werkzeug", "LocalProxy"): "_get_current_object"}


def as_request(obj: Any) -> Request:
    """The request that ``obj`` stands for.

    Args:
        obj: a request of httpx, requests, aiohttp.web, Starlette, FastAPI, Werkzeug, Flask or Django; a
            :class:`Request` comes out as it went in.

    Raises:
        WrongCallError: for anything else, and for a request whose body is not there to be read; it says which call has
            to come first.
    """
    if isinstance(obj, Request):
        return obj
    obj = _behind_proxy(obj)
    reader = _reader(obj, _REQUESTS, "request")
    method, url, headers = reader.head(obj)
    return Request(method, url, headers, reader.body(obj))


def as_response(obj: Any) -> Response:
    """The response that ``obj`` stands for.

    Args:
        obj: a response of httpx, requests, urllib3, aiohttp (client or web), Starlette, FastAPI, Werkzeug, Flask or
            Django; a :class:`Response` comes out as it went in.

    Raises:
        WrongCallError: for anything else, and for a response whose body is not there to be read; it says which call has
            to come first.
    """
    if isinstance(obj, Response):
        return obj
    obj = _behind_proxy(obj)
    response: Response = _reader(obj, _RESPONSES, "response").response(obj)
    return response


def request_of(response_obj: Any) -> Request | None:
    """The request that a client's response carries, or None where it carries none.

    Its body is None where the client did not keep it, as with aiohttp and with streamed requests.

    Args:
        response_obj: what :func:`as_response` takes, or anything else, which carries no request.
    """
    attribute = _named(response_obj, _CARRIED)
    carried = getattr(response_obj, attribute, None) if attribute else None
    if carried is None or _named(carried, _REQUESTS) is None:
        return None
    reader = _reader(carried, _REQUESTS, "request")
    try:
        method, url, headers = reader.head(carried)
        without_body = Request(method, url, headers)
    except WrongCallError:
        return None
    try:
        return Request(method, url, headers, reader.body(carried))
    except WrongCallError:
        return without_body


def _named(obj: Any, table: dict[tuple[str, str], str]) -> str | None:
    """What ``table`` holds for the nearest class of ``obj`` that it names."""
    for kind in type(obj).__mro__:
        found = table.get((kind.__module__.partition(".")[0], kind.__name__))
        if found is not None:
            return found
    return None


def _behind_proxy(obj: Any) -> Any:
    """What a context-local stand-in, such as ``flask.request``, stands for at the moment."""
    current = _named(obj, _PROXY)
    return getattr(obj, current)() if current else obj


def _reader(obj: Any, table: dict[tuple[str, str], str], what: str) -> Any:
    found = _named(obj, table)
    if found is None:
        known = ", ".join(dict.fromkeys(package for package, _ in table))
        kind = f"{type(obj).__module__}.{type(obj).__qualname__}"
        raise WrongCallError(
            f"{kind} is no {what} that can be read; pass a relation_spec.{what.capitalize()}, or a {what} of {known}"
        )
    return import_module(f"relation_spec.messages.frameworks.{found}")
