"""Whole requests of an operation: every part of them chosen from what the contract allows.

In: a contract and a :class:`Chooser`. Out: drafts of requests that have no error (with ``clean``, no finding).
"""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Final
from urllib.parse import quote

from relation_spec.contract import Body, MediaType, Operation, WrongCallError
from relation_spec.media import media_type
from relation_spec.messages import Contract
from relation_spec.messages.decoding import kind_of
from relation_spec.messages.message import Headers
from relation_spec.schema.selection import properties_of
from relation_spec.strategies.choosing import Chooser
from relation_spec.strategies.credentials import Credential, alternatives
from relation_spec.strategies.drafts import RequestDraft
from relation_spec.strategies.pools import Pool

__all__ = ["RequestPlan", "media_of", "put"]

_PREFIXES: Final = ("", "https://www.example.com", "/Cust12345", "https://www.example.com:8443/Cust12345")
_MAYBE: Final = (False, True)
_SELDOM: Final = (False, False, False, False, False, False, False, True)
_DEEPEST: Final = 3
_MOST_SELECTED: Final = 5


def put(draft: RequestDraft, credential: Credential) -> None:
    """Add one part of credentials to ``draft``."""
    location, name, value = credential
    place = {"header": draft.credentials, "cookie": draft.cookies, "query": draft.query}[location]
    place.append((name, quote(value, safe="") if location == "query" else value))


class RequestPlan:
    """What requests of one operation may hold.

    Args:
        contract: the contract.
        operation: the operation.

    Attributes:
        ways: credentials, by alternative.
        accepted: values of Accept that allow an answer, None for no such field.
    """

    def __init__(self, contract: Contract, operation: Operation) -> None:
        self.contract, self.operation = contract, operation
        self.ways = alternatives(operation)
        self.media_types = (
            tuple(name for name in operation.request.content if kind_of(name)) if operation.request else ()
        )
        answers = [operation.responses[status] for status in operation.responses if status.startswith("2")]
        names = tuple(dict.fromkeys(name for body in answers for name in body.content))
        self.accepted: tuple[str | None, ...] = (None, *names, *_ranges(names)) if names else (None,)

    @cached_property
    def pools(self) -> tuple[Pool, ...]:
        """What each parameter but ``$select`` may hold."""
        select = self.operation.select
        return tuple(
            Pool(self.contract.document, parameter)
            for parameter in self.operation.parameters
            if select is None or parameter.pointer != select.pointer
        )

    @cached_property
    def selectable(self) -> tuple[str, ...]:
        """The names that a ``$select`` list may hold, those of the answer's own properties first."""
        select = self.operation.select
        bodies = [self.operation.response(status) for status in range(200, 300)] if select else []
        schemas = [media.schema for body in bodies if body for media in body.content.values() if media.schema]
        if select is None or not schemas:
            return ()
        paths = sorted(self._paths((schemas[0],), select.separator, ""), key=lambda path: path.count(select.separator))
        return tuple(path for path in paths if "," not in path)

    def _paths(self, pointers: tuple[str, ...], separator: str, above: str) -> Iterable[str]:
        if above.count(separator) >= _DEEPEST:
            return
        for name, below in properties_of(self.contract.document, pointers).items():
            if separator not in name and name == name.strip():
                yield f"{above}{name}"
                yield from self._paths(below, separator, f"{above}{name}{separator}")

    def names(self, chooser: Chooser) -> list[str]:
        """Some names for a ``$select`` list, each once."""
        names: dict[str, str] = {}
        select = self.operation.select
        folds = select is not None and not select.case_sensitive
        count = chooser.pick(range(_MOST_SELECTED)) + 1
        for _ in range(count if self.selectable else 0):
            name = chooser.pick(self.selectable)
            if folds:
                name = chooser.pick((name, name[:1].lower() + name[1:], name.lower(), name.upper()))
            names.setdefault(name.lower() if folds else name, name)
        return list(names.values())

    def content_types(self, name: str) -> tuple[str, ...]:
        """Ways to write the media type ``name`` with its charset (RFC 9110 section 8.3)."""
        charsets = ("; charset=utf-8", ';charset="UTF-8"')
        return (name, *(name + charset for charset in charsets), name.upper())

    def draft(
        self,
        chooser: Chooser,
        *,
        content_type: str | None = None,
        select: Sequence[str] | None = None,
        clean: bool = True,
        with_body: bool = False,
    ) -> RequestDraft:
        """A request without an error.

        Args:
            chooser: who chooses.
            content_type: the value of Content-Type, or None for any.
            select: names for ``$select``, or None for any or none.
            clean: no finding at all.
            with_body: a body is there even where none need be.
        """
        operation = self.operation
        draft = RequestDraft(operation.method, chooser.pick(_PREFIXES), operation.path)
        self._fill(draft, chooser, clean)
        self._selected(draft, chooser, select)
        self._authorize(draft, chooser)
        draft.accept = chooser.pick(self.accepted)
        self._body(draft, chooser, content_type, with_body)
        return draft

    def parameters(self, chooser: Chooser, *, clean: bool) -> RequestDraft:
        """A draft with nothing but the parameters that the contract describes."""
        draft = RequestDraft(self.operation.method, "", self.operation.path)
        self._fill(draft, chooser, clean)
        return draft

    def authorized(self, chooser: Chooser) -> Headers:
        """The header fields, cookies among them, of one way to authenticate."""
        draft = RequestDraft(self.operation.method, "", self.operation.path)
        self._authorize(draft, chooser)
        return draft.message().headers

    def _authorize(self, draft: RequestDraft, chooser: Chooser) -> None:
        if self.ways:
            for credential in chooser.pick(chooser.pick(self.ways)):
                put(draft, credential)

    def _fill(self, draft: RequestDraft, chooser: Chooser, clean: bool) -> None:
        for pool in self.pools:
            parameter = pool.parameter
            if not pool.good or not (parameter.required or chooser.pick(_MAYBE)):
                continue
            text = chooser.pick(pool.good)
            match parameter.location:
                case "header":
                    draft.fields.append((parameter.name, text))
                case "query":
                    draft.query.append((quote(parameter.name, safe="$"), text))
                case "cookie":
                    draft.cookies.append((parameter.name, text))
                case _:
                    draft.path = draft.path.replace(f"{{{parameter.name}}}", text)
        if clean:
            sent = {name.lower() for name, _ in draft.fields}
            idle = {
                pool.parameter.name for pool in self.pools
                if pool.parameter.ignored_without and not sent & {n.lower() for n in pool.parameter.ignored_without}
            }  # fmt: skip
            draft.fields = [(name, text) for name, text in draft.fields if name not in idle]

    def _selected(self, draft: RequestDraft, chooser: Chooser, select: Sequence[str] | None) -> None:
        if self.operation.select is None:
            return
        names = select
        if names is None and self.selectable and chooser.pick(_MAYBE):
            names = self.names(chooser)
        if names:
            draft.query.append((self.operation.select.name, ",".join(quote(name, safe="/") for name in names)))

    def _body(self, draft: RequestDraft, chooser: Chooser, content_type: str | None, with_body: bool) -> None:
        described = self.operation.request
        if described is None or not self.media_types:
            return
        if content_type is None:
            if not (described.required or with_body) and chooser.pick(_SELDOM):
                return
            content_type = chooser.pick(self.content_types(chooser.pick(self.media_types)))
        media = media_of(described, content_type)
        value = chooser.value("request", media.schema, content_type) if media.schema else {}
        draft.content_type = content_type
        draft.body = self.contract.encode_request_body(value, content_type, operation=self.operation.operation_id)
        if chooser.pick(_SELDOM):
            draft.fields.append(("Content-Length", str(len(draft.body))))


def media_of(body: Body | None, content_type: str) -> MediaType:
    """The media type of ``body`` that ``content_type`` names.

    Raises:
        WrongCallError: where the contract lists none.
    """
    parsed = media_type.parse(content_type)
    found = media_type.match(parsed, body.content) if parsed and body else None
    if found is None or body is None:
        known = ", ".join(body.content) if body else "none"
        raise WrongCallError(f"the contract does not list {content_type!r} here, only: {known}")
    return body.content[found]


def _ranges(names: tuple[str, ...]) -> tuple[str, ...]:
    """Other ways to accept one of ``names`` (RFC 9110 section 12.5.1)."""
    first, last = names[0], names[-1]
    major = first.partition("/")[0]
    return (
        "*/*",
        f"{major}/*",
        f"{first};q=0.001, */*;q=0",
        f"image/png, {last}; charset=utf-8;q=0.5",
        ", ".join(names),
    )
