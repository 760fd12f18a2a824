"""The chunked transfer coding (RFC 9112 section 7.1): recorded bytes to the body they carry."""

import re
from typing import Final, NamedTuple

__all__ = ["Dechunked", "dechunk"]

# editors write LF for CRLF, so both end a line here; a size past 15 digits is larger than any file
_SIZE: Final = re.compile(rb"0*([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r?\n")
_END: Final = re.compile(rb"\r?\n")
_TRAILER: Final = re.compile(rb"[^\r\n]+\r?\n")


class Dechunked(NamedTuple):
    """The body as far as it could be read, where reading ended, and what stopped it too soon."""

    body: bytes
    end: int
    reason: str | None = None


def dechunk(data: bytes, at: int) -> Dechunked | None:
    """The chunked body that begins at ``at``, or None where no chunk begins there: tools that show bodies decoded
    leave the header field as it was.
    """
    if not _SIZE.match(data, at):
        return None
    parts: list[bytes] = []
    reason = None
    while True:
        size = _SIZE.match(data, at)
        if not size:
            reason = "the recording ends" if at >= len(data) else "found no chunk size"
            break
        length, start = int(size.group(1), 16), size.end()
        if not length:
            at = _trailers(data, start)
            break
        parts.append(data[start : start + length])
        at = min(start + length, len(data))
        end = _END.match(data, at)
        if not end:
            reason = "the recording ends" if at >= len(data) else "a chunk is longer than its size"
            break
        at = end.end()
    return Dechunked(b"".join(parts), at, reason and f"{reason} before the last chunk")


def _trailers(data: bytes, at: int) -> int:
    """Past the trailer fields, which nothing here reads, and the empty line that ends them."""
    while found := _TRAILER.match(data, at):
        at = found.end()
    end = _END.match(data, at)
    return end.end() if end else at
