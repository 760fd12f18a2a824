"""Reads Werkzeug's ``Request``, ``Response`` and ``TestResponse``, on which Flask's stand."""

from io import BytesIO
from typing import Any

from relation_spec.contract import WrongCallError
from relation_spec.messages.frameworks.coding import announces_body
from relation_spec.messages.frameworks.gateway import environ_headers, environ_url
from relation_spec.messages.message import HeaderFields, Response

__all__ = ["body", "head", "response"]


def head(obj: Any) -> tuple[str, str, HeaderFields]:
    """Method, address and header fields.

    Raises:
        WrongCallError: for a request without a WSGI environment.
    """
    environ = _environ(obj)
    path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    return (
        environ["REQUEST_METHOD"],
        environ_url(environ, path.encode("iso-8859-1", "replace")),
        environ_headers(environ),
    )


def _environ(obj: Any) -> dict[str, Any]:
    environ = getattr(obj, "environ", None)
    if not isinstance(environ, dict):
        raise WrongCallError("a request without a WSGI environment has no body: pass a werkzeug.wrappers.Request")
    return environ


def body(obj: Any) -> bytes:
    """The bytes; a body that was not read yet is read, and kept by the object.

    Raises:
        WrongCallError: for a body that was read elsewhere, as by ``request.form``.
    """
    held = getattr(obj, "_cached_data", None)
    if held is not None:
        return bytes(held)
    environ = _environ(obj)
    if not announces_body(environ_headers(environ)) and not environ.get("wsgi.input_terminated"):
        return b""
    source = environ.get("wsgi.input")
    if isinstance(source, BytesIO) and not source.closed:  # a test client's
        whole = source.getvalue()
        if str(len(whole)) == environ.get("CONTENT_LENGTH"):
            return whole
    if getattr(obj, "shallow", False) or not _untouched(obj):
        raise WrongCallError("the request's body is gone: call request.get_data() before request.form or .stream")
    return bytes(obj.get_data(cache=True))


def _untouched(obj: Any) -> bool:
    """Whether nobody has read from the request's stream."""
    stream = vars(obj).get("stream")
    if stream is None:
        return True
    try:
        return bool(stream.tell() == 0)
    except (AttributeError, OSError, ValueError):  # it cannot tell
        return False


def response(obj: Any) -> Response:
    """The response; what a test client got is read, and kept by the object.

    Raises:
        WrongCallError: for a body that is a stream.
    """
    if getattr(obj, "is_sequence", False):
        held = b"".join(obj.iter_encoded())
    elif any(kind.__name__ == "TestResponse" for kind in type(obj).__mro__):
        held = obj.get_data()
    else:
        raise WrongCallError("the response streams its body: call response.make_sequence() first")
    return Response(obj.status_code, list(obj.headers), held)
