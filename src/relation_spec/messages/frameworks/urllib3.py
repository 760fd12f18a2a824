"""Reads urllib3's ``HTTPResponse``. What urllib3 sends is no object of its own."""

from typing import Any

from relation_spec.contract import WrongCallError
from relation_spec.messages.frameworks.coding import header_pairs, without_coding
from relation_spec.messages.message import Response

__all__ = ["response"]


def response(obj: Any) -> Response:
    """The response.

    Raises:
        WrongCallError: for a body that was read elsewhere.
    """
    if getattr(obj, "_body", b"") is None and obj.tell() > 0:
        raise WrongCallError("the response's body is gone: use response.data, which keeps it, not read or stream")
    held = obj.data or b""
    fields = header_pairs(obj.headers.items())
    if getattr(obj, "_has_decoded_content", False):
        fields = without_coding(fields)
    return Response(obj.status, fields, held.encode() if isinstance(held, str) else bytes(held))
