"""Whole HTTP messages as plain values: :class:`Request` and :class:`Response`.

Header fields keep their order and their repetitions. Neither class shows a header's value, a query or a body in its
``repr``, since these carry credentials.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NoReturn
from urllib.parse import urlsplit

from relation_spec.contract import WrongCallError

__all__ = ["HeaderFields", "Headers", "Request", "Response"]

Headers = tuple[tuple[str, str], ...]
"""Header fields as they were sent: names as spelt, values as text (bytes are read as ISO 8859-1, RFC 9110 5.5)."""

HeaderFields = Mapping[Any, Any] | Iterable[tuple[Any, Any]] | None
"""What the constructors take: a mapping, pairs, or nothing; names and values as text or bytes."""


def _text(part: Any, what: str) -> str:
    if isinstance(part, bytes):
        return part.decode("iso-8859-1")
    if isinstance(part, str):
        return part
    raise WrongCallError(f"a header's {what} must be text or bytes, not {type(part).__name__}")


def _pairs(headers: HeaderFields) -> Headers:
    if headers is None:
        return ()
    if isinstance(headers, Mapping):
        fields: list[tuple[Any, Any]] = [
            (name, value)
            for name, held in headers.items()
            for value in (held if isinstance(held, (list, tuple)) else (held,))
        ]
    else:
        fields = list(headers)
    pairs = []
    for pair in fields:
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise WrongCallError("headers must be a mapping, or pairs of a name and a value")
        pairs.append((_text(pair[0], "name"), _text(pair[1], "value")))
    return tuple(pairs)


class _Message:
    """What both kinds of message have. Immutable; compares and hashes by its fields."""

    __slots__: tuple[str, ...] = ()

    headers: Headers
    body: Any

    def _fields(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self.__slots__)

    def __eq__(self, other: object) -> bool:
        return self._fields() == other._fields() if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._fields())

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a {type(self).__name__} cannot be changed: {name}")

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        return type(self), self._fields()

    def values(self, name: str) -> list[str]:
        """The values of all header fields called ``name`` (in any letter case), in order, without spaces around."""
        wanted = name.lower()
        return [value.strip(" \t") for held, value in self.headers if held.lower() == wanted]

    def _shown(self, body: Any) -> str:
        names = ", ".join(dict.fromkeys(name for name, _ in self.headers))
        size = f"{len(body)} long" if isinstance(body, (bytes, str)) else "none" if body is None else "decoded"
        return f"headers: {names or 'none'}; body: {size}"


class Request(_Message):
    """One HTTP request.

    Attributes:
        method: the method, such as ``"POST"``; letter case counts (RFC 9110 section 9.1).
        url: absolute, or a path with its query, percent-encoded as it was sent.
        headers: the header fields; a mapping or pairs go in, pairs come out.
        body: bytes or text as sent, a decoded JSON value, or None for no body.

    Raises:
        WrongCallError: for arguments of the wrong type. Never for their content.
    """

    __slots__ = ("method", "url", "headers", "body")  # noqa: RUF023 - in the order of the arguments

    method: str
    url: str

    def __init__(self, method: str, url: str, headers: HeaderFields = None, body: Any = None) -> None:
        if not isinstance(method, str):
            raise WrongCallError(f"method must be a text, not {type(method).__name__}")
        if not isinstance(url, str):
            raise WrongCallError(f"url must be a text, not {type(url).__name__}")
        put = object.__setattr__
        put(self, "method", method)
        put(self, "url", url)
        put(self, "headers", _pairs(headers))
        put(self, "body", body)

    def __repr__(self) -> str:
        try:
            path = urlsplit(self.url).path
        except ValueError:
            path = "?"
        return f"<Request {self.method} {path}; {self._shown(self.body)}>"


class Response(_Message):
    """One HTTP response.

    Attributes:
        status: the status code, 100 to 599.
        headers: as for :class:`Request`.
        body: as for :class:`Request`.

    Raises:
        WrongCallError: for arguments of the wrong type. Never for their content.
    """

    __slots__ = ("status", "headers", "body")  # noqa: RUF023 - in the order of the arguments

    status: int

    def __init__(self, status: int, headers: HeaderFields = None, body: Any = None) -> None:
        if isinstance(status, bool) or not isinstance(status, int):
            raise WrongCallError(f"status must be a number, not {type(status).__name__}")
        put = object.__setattr__
        put(self, "status", int(status))
        put(self, "headers", _pairs(headers))
        put(self, "body", body)

    def __repr__(self) -> str:
        return f"<Response {self.status}; {self._shown(self.body)}>"
