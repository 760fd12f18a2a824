"""Reads ``Request`` and ``Response`` of httpx and of httpx2, which has the same classes."""

from typing import Any

from relation_spec.contract import WrongCallError
from relation_spec.messages.frameworks.coding import header_pairs, seems_decoded, without_coding
from relation_spec.messages.message import HeaderFields, Response

__all__ = ["body", "head", "response"]


def head(obj: Any) -> tuple[str, str, HeaderFields]:
    """Method, address and header fields."""
    target = (obj.extensions.get("target") or obj.url.raw_path).decode("iso-8859-1")
    if not obj.url.host or not target.startswith("/"):
        return obj.method, target, obj.headers.raw
    authority = obj.url.netloc.decode("iso-8859-1")
    return obj.method, f"{obj.url.scheme}://{authority}{target}", obj.headers.raw


def body(obj: Any) -> bytes:
    """The bytes.

    Raises:
        WrongCallError: for a stream that nobody has read.
    """
    held = getattr(obj, "_content", None)
    if held is not None:
        return bytes(held)
    stream = obj.stream
    if type(stream).__name__ == "ByteStream":  # what a redirect takes along: bytes, to be read as often as you like
        return b"".join(stream)
    raise WrongCallError("the request streams its body: call request.read() or await request.aread() before validating")


def response(obj: Any) -> Response:
    """The response.

    Raises:
        WrongCallError: for a stream that nobody has read.
    """
    held = getattr(obj, "_content", None)
    if held is None:
        if obj.is_stream_consumed or obj.is_closed:
            raise WrongCallError("the response's body is gone: call response.read() before anything else reads it")
        raise WrongCallError("the response is not read: call response.read() or await response.aread() first")
    fields = header_pairs(obj.headers.raw)
    if _decoded(obj, fields, held):
        fields = without_coding(fields)
    return Response(obj.status_code, fields, bytes(held))


def _decoded(obj: Any, fields: list[tuple[str, str]], held: bytes) -> bool:
    decoder = getattr(obj, "_decoder", None)
    if decoder is None:  # a copy, or one that came out of a pickle
        return seems_decoded(fields, held)
    return type(decoder).__name__ != "IdentityDecoder" and bool(held or obj.num_bytes_downloaded)
