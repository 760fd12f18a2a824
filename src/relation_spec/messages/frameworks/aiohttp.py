"""Reads aiohttp's ``ClientResponse`` and ``RequestInfo``, and the ``Request`` and ``Response`` of its server."""

from typing import Any, Final

from relation_spec.contract import WrongCallError
from relation_spec.messages.frameworks.coding import header_pairs, seems_decoded, without_coding
from relation_spec.messages.message import HeaderFields, Response

__all__ = ["body", "head", "response"]

_UNTOLD: Final = object()


def head(obj: Any) -> tuple[str, str, HeaderFields]:
    """Method, address and header fields."""
    if not hasattr(obj, "raw_headers"):  # a RequestInfo
        authority = obj.url.raw_authority.rpartition("@")[2]
        return obj.method, f"{obj.url.scheme}://{authority}{obj.url.raw_path_qs}", _sent(obj.headers)
    fields = header_pairs(obj.raw_headers)
    held = getattr(obj, "_read_bytes", None)
    return obj.method, obj.raw_path, without_coding(fields) if _decoded(obj, fields, held or b"") else fields


def body(obj: Any) -> bytes:
    """The bytes.

    Raises:
        WrongCallError: for a body that nobody has read, and for a client's request, whose body is not kept.
    """
    if not hasattr(obj, "raw_headers"):
        raise WrongCallError("aiohttp keeps no request bodies: pass a relation_spec.Request with the bytes")
    held = getattr(obj, "_read_bytes", None)
    if held is not None:
        return bytes(held)
    if not obj.body_exists:
        return b""
    raise WrongCallError("the request's body is not kept: call await request.read() first, before request.post()")


def response(obj: Any) -> Response:
    """The response.

    Raises:
        WrongCallError: for a body that nobody has read, and for one that is a stream or a file.
    """
    return _received(obj) if hasattr(obj, "request_info") else _to_send(obj)


def _received(obj: Any) -> Response:
    held = getattr(obj, "_body", None)
    if not isinstance(held, (bytes, bytearray)):
        raise WrongCallError("the response is not read: call await response.read() first")
    fields = header_pairs(obj.raw_headers) if obj.raw_headers else _sent(obj.headers)
    return Response(obj.status, without_coding(fields) if _decoded(obj, fields, held) else fields, bytes(held))


def _to_send(obj: Any) -> Response:
    held = getattr(obj, "body", _UNTOLD)
    if hasattr(held, "_value"):  # a payload: text and bytes have their value at hand, files and iterators do not
        held = held._value  # noqa: SLF001
    if held is None:
        held = b""
    if not isinstance(held, (bytes, bytearray)):
        raise WrongCallError("the response streams its body: validate it at the client, or give it bytes")
    fields = _sent(obj.headers)
    # once it is prepared, its cookies stand among its header fields too
    cookies = [("Set-Cookie", cookie.output(header="").strip()) for cookie in obj.cookies.values()]
    fields += [cookie for cookie in cookies if cookie not in fields]
    compressed = obj.compression and "Content-Encoding" in obj.headers
    return Response(obj.status, without_coding(fields) if compressed else fields, bytes(held))


def _sent(headers: Any) -> list[tuple[str, str]]:
    """Fields that aiohttp sends, which it does in UTF-8, as whoever receives them reads them."""
    return [(name, value.encode("utf-8", "surrogateescape").decode("iso-8859-1")) for name, value in headers.items()]


def _decoded(obj: Any, fields: list[tuple[str, str]], held: bytes | bytearray) -> bool:
    # a stream that was decoded counts the bytes that came; older versions do not tell
    coded = getattr(obj.content, "total_compressed_bytes", _UNTOLD)
    return seems_decoded(fields, bytes(held)) if coded is _UNTOLD else bool(coded)
