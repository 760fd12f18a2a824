"""Reads Starlette's ``Request`` and ``Response``, which are FastAPI's too."""

from typing import Any

from relation_spec.contract import WrongCallError
from relation_spec.messages.frameworks.coding import announces_body
from relation_spec.messages.frameworks.gateway import scope_headers, scope_url
from relation_spec.messages.message import HeaderFields, Response

__all__ = ["body", "head", "response"]


def head(obj: Any) -> tuple[str, str, HeaderFields]:
    """Method, address and header fields."""
    return obj.scope["method"], scope_url(obj.scope), scope_headers(obj.scope)


def body(obj: Any) -> bytes:
    """The bytes.

    Raises:
        WrongCallError: for a body that nobody has read.
    """
    held = getattr(obj, "_body", None)
    if held is not None:
        return bytes(held)
    first_line_tells = str(obj.scope.get("http_version", "1.1")).startswith("1")  # HTTP/2 announces no bodies
    if first_line_tells and not announces_body(scope_headers(obj.scope)):
        return b""
    if getattr(obj, "_stream_consumed", False):
        raise WrongCallError(
            "the request's body is gone: call await request.body() before request.form() or request.stream()"
        )
    raise WrongCallError("the request is not read: call await request.body() before validating")


def response(obj: Any) -> Response:
    """The response.

    Raises:
        WrongCallError: for a body that is a stream or a file.
    """
    held = getattr(obj, "body", None)
    if not isinstance(held, (bytes, bytearray, memoryview)):
        raise WrongCallError("the response streams its body: validate it at the client, or give it bytes")
    return Response(obj.status_code, obj.raw_headers, bytes(held))
