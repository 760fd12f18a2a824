"""Reads Django's ``HttpRequest``, of WSGI and of ASGI, and its ``HttpResponse``."""

from typing import Any

from relation_spec.contract import WrongCallError
from relation_spec.messages.frameworks.coding import announces_body
from relation_spec.messages.frameworks.gateway import environ_headers, environ_url, scope_headers, scope_url
from relation_spec.messages.message import HeaderFields, Response

__all__ = ["body", "head", "response"]


def head(obj: Any) -> tuple[str, str, HeaderFields]:
    """Method, address and header fields."""
    scope = getattr(obj, "scope", None)
    if isinstance(scope, dict):
        return scope["method"], scope_url(scope), scope_headers(scope)
    method = obj.META.get("REQUEST_METHOD") or obj.method
    return method, environ_url(obj.META, obj.path), environ_headers(obj.META)  # META's path is no longer WSGI's


def body(obj: Any) -> bytes:
    """The bytes; a body that was not read yet is read, and kept by the object.

    Raises:
        WrongCallError: for a body that was read elsewhere, as by ``request.POST`` or ``request.read()``.
    """
    held = vars(obj)
    if "_body" in held:
        return bytes(obj.body)
    if "_stream" not in held:  # one made by hand
        return b""
    if not held.get("_read_started"):
        return bytes(obj.body)
    if not announces_body(environ_headers(obj.META)):
        return b""
    raise WrongCallError("the request's body is gone: use request.body before request.POST or request.read()")


def response(obj: Any) -> Response:
    """The response.

    Raises:
        WrongCallError: for a body that is a stream or a file, and for a template that is not rendered.
    """
    if obj.streaming:
        raise WrongCallError("the response streams its body: validate it at the client, or use HttpResponse")
    if not getattr(obj, "is_rendered", True):
        raise WrongCallError("the response is not rendered: call response.render() first")
    cookies = [("Set-Cookie", cookie.output(header="").strip()) for cookie in obj.cookies.values()]
    return Response(obj.status_code, [*obj.items(), *cookies], obj.content)
