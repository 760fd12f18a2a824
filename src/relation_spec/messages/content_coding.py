"""Content-Encoding (RFC 9110 section 8.4): packed bodies are unpacked, in bounded memory, before they are judged."""

import zlib
from collections.abc import Mapping
from typing import Any, Final

from relation_spec.limits import MAX_BODY_BYTES

__all__ = ["decoded_body"]

_FIELD: Final = "content-encoding"
_GZIP: Final = b"\x1f\x8b"
_PIECE: Final = 16_384  # what follows a member is copied, so many small ones must not have much behind them
_Words = tuple[str, str]


def decoded_body(body: Any, fields: Mapping[str, list[str]], limit: int = MAX_BODY_BYTES) -> tuple[Any, _Words | None]:
    """``body`` without its content codings, or why they cannot be taken off; cut off one byte past ``limit``.

    Clients mostly unpack bodies and leave the field as it was, so bytes that are not packed are taken as they are.
    """
    held = fields.get(_FIELD)
    if held is None or not isinstance(body, (bytes, bytearray, memoryview)):
        return body, None
    codings = [coding.strip(" \t").lower() for coding in ", ".join(held).split(",")]
    body = bytes(body)
    for coding in reversed(codings):
        if coding in ("gzip", "x-gzip") and body.startswith(_GZIP):
            window = 31
        elif coding == "deflate" and body[:1] == b"\x78" and int.from_bytes(body[:2]) % 31 == 0:
            window = 15
        else:
            continue
        unpacked, fault = _unpack(body, window, coding, limit)
        if fault is not None:
            return body, fault
        body = unpacked
    return body, None


def _unpack(body: bytes, window: int, coding: str, limit: int) -> tuple[bytes, _Words | None]:
    unpacked, left, at = [], limit + 1, 0
    machine = zlib.decompressobj(window)
    while at < len(body) and left > 0:
        if machine.eof:  # gzip data may come in several members (RFC 1952 section 2.2)
            machine = zlib.decompressobj(window)
        piece = body[at : at + _PIECE]
        try:
            unpacked.append(machine.decompress(piece, left))
        except zlib.error:
            return b"", (
                f"found a body that is no {coding} data; expected what Content-Encoding says",
                "Pack it again.",
            )
        left -= len(unpacked[-1])
        at += len(piece) - len(machine.unused_data)
    if not machine.eof and left > 0:
        return b"", (f"found {coding} data that ends too soon", "The body looks cut off; send all of it.")
    return b"".join(unpacked), None
