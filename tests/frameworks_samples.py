"""Messages as the tests of single framework objects send them, and what they ask of what is read."""

import gzip
from typing import Any

import pytest

from relation_spec import Request, Response, WrongCallError

JSON = "application/json"
TEXT = '{"Comment": "blåbær"}'
BYTES = TEXT.encode()
TARGET = "/x/%24y?%24select=a%2Cb&c=%E2%82%AC"
ADDRESS = f"http://host:81{TARGET}"
ZIPPED = gzip.compress(BYTES, mtime=0)


def fields(message: Request | Response, *names: str) -> list[tuple[str, str]]:
    return [(name.lower(), value) for name, value in message.headers if name.lower() in names]


def refused(call: Any, obj: Any, *words: str) -> None:
    with pytest.raises(WrongCallError) as raised:
        call(obj)
    for word in words:
        assert word in str(raised.value)
