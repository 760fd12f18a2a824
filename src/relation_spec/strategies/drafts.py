"""Messages under construction: the parts of a request or a response, each to be changed alone, then put together."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from relation_spec.messages.message import Request, Response

__all__ = ["Breach", "Change", "MessageBreach", "RequestDraft", "ResponseDraft"]


class Breach(NamedTuple):
    """The one rule that something breaks.

    Attributes:
        code: of the finding that it must give.
        pointer: of that finding, into the body.
        where: the place that the finding names, such as ``body`` or ``header.Accept``.
        rule: the broken rule: its pointer in the contract, or the name of a rule of HTTP or of a format.
        note: what was done.
        also: further findings that cannot but come along, as (code, where, pointer).
    """

    code: str
    pointer: str = ""
    where: str = "body"
    rule: str = ""
    note: str = ""
    also: tuple[tuple[str, str, str], ...] = ()

    @property
    def findings(self) -> frozenset[tuple[str, str, str]]:
        """Every finding that must be there, as (code, where, pointer), and no other."""
        return frozenset({(self.code, self.where, self.pointer), *self.also})


@dataclass
class RequestDraft:
    """A request in parts; ``fields`` hold the header fields without credentials and those named here."""

    method: str
    prefix: str
    path: str
    query: list[tuple[str, str]] = field(default_factory=list)
    fields: list[tuple[str, str]] = field(default_factory=list)
    credentials: list[tuple[str, str]] = field(default_factory=list)
    cookies: list[tuple[str, str]] = field(default_factory=list)
    accept: str | None = None
    content_type: str | None = None
    body: bytes | None = None

    def copy(self) -> "RequestDraft":
        """A draft of its own, with the same parts."""
        parts = (self.query, self.fields, self.credentials, self.cookies)
        query, fields, credentials, cookies = (list(part) for part in parts)
        return replace(self, query=query, fields=fields, credentials=credentials, cookies=cookies)

    def message(self) -> Request:
        """The request."""
        headers = [("Accept", self.accept)] if self.accept is not None else []
        headers += self.fields
        headers += self.credentials
        if self.cookies:
            headers.append(("Cookie", "; ".join(f"{name}={value}" for name, value in self.cookies)))
        if self.content_type is not None:
            headers.append(("Content-Type", self.content_type))
        pairs = "&".join(f"{name}={value}" if value is not None else name for name, value in self.query)
        url = f"{self.prefix}{self.path}" + (f"?{pairs}" if self.query else "")
        return Request(self.method, url, headers, self.body)


@dataclass
class ResponseDraft:
    """A response in parts."""

    status: int
    fields: list[tuple[str, str]] = field(default_factory=list)
    content_type: str | None = None
    body: bytes | None = None

    def copy(self) -> "ResponseDraft":
        """A draft of its own, with the same parts."""
        return replace(self, fields=list(self.fields))

    def message(self) -> Response:
        """The response."""
        headers = list(self.fields)
        if self.content_type is not None:
            headers.append(("Content-Type", self.content_type))
        return Response(self.status, headers, self.body)


Change = Callable[[RequestDraft], None]


class MessageBreach(NamedTuple):
    """A breach of a rule around the body of a request, and the change to a draft that makes it."""

    breach: Breach
    change: Change
