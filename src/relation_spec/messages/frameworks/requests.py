"""Reads requests' ``Request``, ``PreparedRequest`` and ``Response``."""

from typing import Any
from urllib.parse import urlsplit

from relation_spec.contract import WrongCallError
from relation_spec.messages.frameworks.coding import header_pairs, seems_decoded, without_coding
from relation_spec.messages.message import HeaderFields, Response

__all__ = ["body", "head", "response"]


def head(obj: Any) -> tuple[str, str, HeaderFields]:
    """Method, address and header fields.

    Raises:
        WrongCallError: for a request that cannot be prepared.
    """
    prepared = _prepared(obj)
    fields = header_pairs((prepared.headers or {}).items())
    if not isinstance(prepared.url, str):
        return prepared.method, prepared.url, fields
    try:
        parts = urlsplit(prepared.url)
    except ValueError:
        return prepared.method, prepared.url, fields
    authority = parts.netloc.rpartition("@")[2]
    return prepared.method, f"{parts.scheme}://{authority}{prepared.path_url}", fields


def body(obj: Any) -> bytes:
    """The bytes.

    Raises:
        WrongCallError: for a body that is a file or an iterator.
    """
    held = _prepared(obj).body
    if held is None:
        return b""
    if isinstance(held, str):
        return held.encode()
    if isinstance(held, (bytes, bytearray, memoryview)):
        return bytes(held)
    raise WrongCallError("the request streams its body: pass its bytes as data= instead")


def _prepared(obj: Any) -> Any:
    if hasattr(obj, "body"):
        return obj
    if obj.files:  # preparing would read them
        raise WrongCallError("the request has files that are not read: call request.prepare() and pass what it returns")
    try:
        return obj.prepare()
    except (OSError, TypeError, ValueError) as error:  # requests' own are kinds of OSError
        raise WrongCallError(f"the request cannot be prepared ({type(error).__name__})") from error


def response(obj: Any) -> Response:
    """The response; a body that was not read yet is read, and kept by the object.

    Raises:
        WrongCallError: for a body that was read elsewhere.
    """
    raw = obj.raw
    if obj._content is False and (obj._content_consumed or (raw is not None and raw.tell() > 0)):  # noqa: SLF001
        raise WrongCallError("the response's body is gone: use response.content, which keeps it, before anything else")
    held = obj.content or b""
    sent = getattr(raw, "headers", None)
    fields = header_pairs((sent or obj.headers).items())
    # without what came from the wire, there is only the promise that content is decoded
    decoded = getattr(raw, "_has_decoded_content", False) if raw is not None else seems_decoded(fields, held)
    return Response(obj.status_code, without_coding(fields) if decoded else fields, bytes(held))
