"""Whether a packed body opens to more than a limit (RFC 9110 section 8.4): a small one can open to gigabytes."""

import zlib
from typing import Any, Final

__all__ = ["opens_to_more"]

_ANY: Final = 47  # zlib tells gzip and its own format apart by itself


def opens_to_more(body: Any, headers: Any, limit: int) -> bool:
    """Whether unpacking ``body`` once, or more than once, gives more than ``limit`` bytes.

    Args:
        body: the bytes.
        headers: pairs of names and values, as text or bytes.
        limit: the bytes that may come out.
    """
    codings = [
        coding
        for name, value in headers
        if len(name) == len("content-encoding") and _text(name).lower() == "content-encoding"
        for coding in _text(value).split(",")
    ]
    if not codings:
        return False
    if len(codings) > 1:
        return True  # nobody packs twice, but for those who hide how much there is
    try:
        return len(zlib.decompressobj(_ANY).decompress(body, limit + 1)) > limit
    except zlib.error:
        return False  # not packed, or damaged: judged as it is


def _text(part: Any) -> str:
    return part.decode("iso-8859-1") if isinstance(part, bytes) else str(part)
