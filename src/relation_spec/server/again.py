"""Requests whose head came before: what is known of it is not found out again, so that only the body is looked at.

Clients send one request line and the same header fields again and again; the body and its length alone differ. A head
is remembered once a request with it was saved. Whatever does not go the same way after that, such as an invalid body,
is left to the long way, which tells what is wrong.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from relation_spec.media import media_type
from relation_spec.messages import Contract
from relation_spec.messages.decoding import kind_of
from relation_spec.messages.message import Request
from relation_spec.schema.selection import Selection
from relation_spec.server.controls import Asked
from relation_spec.server.limits import Limits

__all__ = ["Head", "Heads", "View", "length_of"]

_LENGTH: Final = b"content-length"
# with these the body is not as it was sent, or the credentials hold for a time alone
_OTHERWISE: Final = frozenset({b"cookie", b"content-encoding", b"transfer-encoding", b"expect"})
_LONGEST: Final = 2048  # bytes of a head that is remembered
_SPARE: Final = 32  # bytes by which the length of the body may make a head longer

_Key = tuple[Any, ...]


class View(NamedTuple):
    """How a request wants a record shown: the address below which records lie, its language and time zone, and what it
    selects.
    """

    base: str
    asked: Asked
    selection: Selection | None


class Head(NamedTuple):
    """What is known of a head.

    Attributes:
        request: a request with it, without the body.
        fields: its header fields by name.
        user: who sends it.
        view: how it wants the record shown.
        names: the media types in which the answer may be, best first.
        accepts: whether a body is surely valid under it.
    """

    request: Request
    fields: dict[str, list[str]]
    user: str
    view: View
    names: list[str]
    accepts: Callable[[Any], bool]


class Heads:
    """The heads that are known, a bounded number of short ones.

    They hold the credentials of those who were let in, as the server's accounts do.

    Args:
        contract: the contract that judges bodies.
        operation: the operationId.
        limits: the server's.
    """

    def __init__(self, contract: Contract, operation: str, limits: Limits) -> None:
        self._contract, self._operation, self._most = contract, operation, limits.heads
        self._longest = min(_LONGEST, limits.head - _SPARE)
        self._known: dict[_Key, Head] = {}
        # the quick verdict does not look for names that stand twice
        self._usable = contract.document.severity("duplicate-key", "request") != "error"

    def found(self, scope: Mapping[str, Any]) -> Head | None:
        """What is known of the head that an ASGI scope tells, if anything."""
        if not self._known:
            return None
        key = _key(scope)
        return self._known.get(key) if key is not None else None

    def learn(
        self,
        scope: Mapping[str, Any],
        request: Request,
        fields: dict[str, list[str]],
        found: tuple[str, View, list[str]],
    ) -> None:
        """Remember a head with which a request was saved, where others with it will go the same way.

        Args:
            scope: the ASGI scope.
            request: the request without its body.
            fields: its header fields by name.
            found: the last of what a :class:`Head` tells.
        """
        size = len(request.url) + sum(len(name) + len(value) + 4 for name, value in request.headers)
        key = _key(scope) if size <= self._longest else None
        if key is None or key in self._known or not media_type.is_json(found[2][0]):
            return
        accepts = self._accepts(fields.get("content-type", [""])[0])
        if accepts is not None and self._most:
            if len(self._known) >= self._most:
                self._known.clear()
            self._known[key] = Head(request, fields, *found, accepts)

    def _accepts(self, content_type: str) -> Callable[[Any], bool] | None:
        """What says yes to valid bodies of JSON, where anything does."""
        parsed = media_type.parse(content_type)
        if parsed is None or kind_of(parsed.name) != "json" or not self._usable:
            return None
        made = self._contract.acceptor("request", content_type, operation=self._operation)
        return None if made is None else made.text


def length_of(scope: Mapping[str, Any]) -> int:
    """The length of the body that a head tells, or -1."""
    said = next((value for name, value in scope["headers"] if name == _LENGTH), b"")
    return int(said) if said.isdigit() else -1


def _key(scope: Mapping[str, Any]) -> _Key | None:
    """All that a head says apart from the length of the body; None where the same head may mean something else later,
    or where its body is not as long as it says.
    """
    others, lengths = [], 0
    for pair in scope["headers"]:
        name = pair[0]
        if name == _LENGTH:
            lengths += 1
        elif name in _OTHERWISE:
            return None
        else:
            others.append(pair)
    if lengths != 1:
        return None
    server = scope.get("server")
    return (
        scope["method"],
        scope.get("raw_path") or scope["path"],
        scope.get("query_string"),
        scope.get("http_version"),
        scope.get("scheme"),
        tuple(server) if server else None,
        *map(tuple, others),
    )
