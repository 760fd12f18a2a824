"""One request as people send it: as text of HTTP, as a command for curl, and in Python with httpx and with requests.

In: a request and the address of a server. Out: text that runs as it stands.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from relation_spec.messages.message import Request, Response
from relation_spec.strategies.authentication import AUTHORIZATION

__all__ = ["Snippet", "http_text", "snippets"]

_JSON: Final = "application/json"
_NO_VALUE: Final = object()


class Snippet(NamedTuple):
    """A way to send a request: its name, the language in which it is written, and the text."""

    name: str
    language: str
    text: str


def http_text(message: Request | Response, address: str = "", phrase: str = "") -> str:
    """A message as RFC 9112 section 2.1 writes it, for people: lines end with LF, and lengths are left out."""
    if isinstance(message, Request):
        first = f"{message.method} {address}{message.url}" + (" HTTP/1.1" if address else "")
    else:
        first = f"HTTP/1.1 {message.status} {phrase}".rstrip()
    lines = [first, *(f"{name}: {value}" for name, value in message.headers)]
    body = message.body.decode() if isinstance(message.body, bytes) else message.body
    return "\n".join([*lines, "", body] if body else lines)


def snippets(request: Request, address: str, value: Any = _NO_VALUE) -> tuple[Snippet, ...]:
    """Every way to send ``request``.

    Args:
        request: what is sent; its URL is a path with a query.
        address: of the server, without a slash at the end.
        value: the value of a JSON body, which Python's libraries write themselves.
    """
    return (
        Snippet("curl", "sh", _curl(request, address)),
        Snippet("Python, httpx", "python", _httpx(request, address, value)),
        Snippet("Python, requests", "python", _requests(request, address, value)),
        Snippet(".http", "http", http_text(request, address)),
    )


def _user(request: Request) -> tuple[str, str] | None:
    """Name and password of Basic credentials (RFC 7617), which every client writes itself."""
    word, _, token = next(iter(request.values(AUTHORIZATION)), "").partition(" ")
    if word.lower() != "basic":
        return None
    try:
        name, colon, password = base64.b64decode(token, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (name, password) if colon else None


def _others(request: Request, *without: str) -> list[tuple[str, str]]:
    return [(name, value) for name, value in request.headers if name.lower() not in without]


def _quoted(text: str) -> str:
    """A word of a POSIX shell."""
    return "'" + text.replace("'", "'\\''") + "'"


def _curl(request: Request, address: str) -> str:
    user = _user(request)
    words = [f"curl -X {request.method} {_quoted(address + request.url)}"]
    if user is not None:
        words.append(f"-u {_quoted(':'.join(user))}")
    for name, held in _others(request, *(["authorization"] if user is not None else [])):
        words.append(f"-H {_quoted(f'{name}: {held}')}")
    if request.body:
        words.append(f"--data-raw {_quoted(request.body.decode())}")
    return " \\\n  ".join(words)


def _literal(value: Any, indent: int) -> str:
    """A value as Python writes it; every object has a line for each of its properties."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)  # which Python reads alike
    pad = "\n" + " " * (indent + 4)
    if isinstance(value, Mapping) and value:
        rows = [f"{_literal(key, 0)}: {_literal(held, indent + 4)}," for key, held in value.items()]
        return "{" + "".join(pad + row for row in rows) + pad[:-4] + "}"
    if isinstance(value, list) and value:
        return "[" + "".join(f"{pad}{_literal(held, indent + 4)}," for held in value) + pad[:-4] + "]"
    return repr(value)


def _call(request: Request, address: str, value: Any, content: str) -> str:
    user = _user(request)
    left_out = ["authorization"] if user is not None else []
    arguments = [_literal(request.method, 0), _literal(address + request.url, 0)]
    if user is not None:
        arguments.append(f"auth=({_literal(user[0], 0)}, {_literal(user[1], 0)})")
    body = []
    if request.body and value is not _NO_VALUE and request.values("content-type") == [_JSON]:
        left_out.append("content-type")
        body = [f"json={_literal(value, 4)}"]
    elif request.body:
        body = [f"{content}={_text(request.body.decode())}"]
    if others := _others(request, *left_out):
        arguments.append(f"headers={_literal(dict(others), 4)}")
    return "".join(f"    {argument},\n" for argument in [*arguments, *body])


def _text(text: str) -> str:
    """A text as bytes of UTF-8, over several lines where it has some, or fields of a form."""
    lines = text.splitlines(keepends=True)
    if len(lines) == 1:
        lines = re.findall("&?[^&]+", text)
    return "(\n" + "".join(f"        {_literal(line, 0)}\n" for line in lines) + "    ).encode()"


def _httpx(request: Request, address: str, value: Any) -> str:
    call = f"httpx.request(\n{_call(request, address, value, 'content')})"
    return _program("httpx", call)


def _requests(request: Request, address: str, value: Any) -> str:
    call = f"requests.request(\n{_call(request, address, value, 'data')}    timeout=10,\n)"
    return _program("requests", call)


def _program(library: str, call: str) -> str:
    return f"import {library}\n\nanswer = {call}\nprint(answer.status_code)\nprint(answer.text)"
