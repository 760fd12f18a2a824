"""A page from a file or an address: its text, in bounded size and time.

In: a path, or an http(s) URL that somebody gave. Out: text; or :class:`UnreadablePageError`.
"""

import time
from pathlib import Path
from typing import Final

from tools.drift.page import UnreadablePageError

__all__ = ["MAX_BYTES", "read_source"]

MAX_BYTES: Final = 2_000_000  # such a page has some 10 kB
_SECONDS: Final = 30.0
_READ_SECONDS: Final = 10.0


def read_source(source: str, *, seconds: float = _SECONDS) -> str:
    """The text of the page at ``source``, a path or a URL, which is waited for ``seconds`` at most.

    Raises:
        UnreadablePageError: where there is none, or too much, or no UTF-8.
    """
    is_url = source.startswith(("http://", "https://"))
    data = _fetched(source, seconds) if is_url else _held(Path(source))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadablePageError("the page is not UTF-8", line) from None


def _held(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnreadablePageError(f"the page cannot be read: {error.strerror or error}") from None
    return _bounded(data)


def _bounded(data: bytes) -> bytes:
    if len(data) > MAX_BYTES:
        raise UnreadablePageError(f"the page is longer than {MAX_BYTES} bytes")
    return data


def _fetched(url: str, seconds: float) -> bytes:
    import httpx

    end, data = time.monotonic() + seconds, b""
    timeout = min(seconds, _READ_SECONDS)
    try:
        with httpx.stream("GET", url, follow_redirects=True, timeout=timeout) as answer:
            if answer.status_code != 200:
                raise UnreadablePageError(f"the server answered {answer.status_code}")
            if "html" in answer.headers.get("content-type", "").lower():
                raise UnreadablePageError("the server sent HTML; give the address of the Markdown itself")
            for chunk in answer.iter_bytes(65_536):
                data = _bounded(data + chunk)
                if time.monotonic() > end:
                    raise UnreadablePageError(f"the page did not come within {seconds:g} seconds")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise UnreadablePageError(f"the page cannot be fetched: {error or type(error).__name__}") from None
    return data
