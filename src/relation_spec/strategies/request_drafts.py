"""Whole requests of an operation: every part of them chosen from what the contract allows.

In: a contract and a :class:`Chooser`. Out: drafts of requests that have no error (with ``clean``, no finding).
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import combinations
from typing import Final
from urllib.parse import quote

from relation_spec.contract import Body, MediaType, Operation, WrongCallError
from relation_spec.media import media_type
from relation_spec.messages import Contract
from relation_spec.messages.decoding import kind_of
from relation_spec.messages.message import Headers
from relation_spec.schema.selection import properties_of
from relation_spec.strategies.authentication import Credential, alternatives
from relation_spec.strategies.choosing import Chooser
from relation_spec.strategies.drafts import RequestDraft
from relation_spec.strategies.pools import Pool

__all__ = ["RequestPlan", "media_of", "put"]

_PREFIXES: Final = ("", "https://www.example.com", "/Cust12345", "https://www.example.com:8443/Cust12345")
_PAIRED: Final = 12
_SELDOM: Final = (False, False, False, False, False, False, False, True)
_DEEPEST: Final = 3
_COUNTS: Final = (1, 2, 3, 4, 5)
_MAYBE_COUNTS: Final = (0, 0, 0, 0, 1, 2, 3, 5)


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
        self._schemas: dict[str, str | None] = {}
        most = max(map(len, self.ways), default=0)  # the first of each way, then the second of each, and so on
        self._credentials = tuple(way[index] for index in range(most) for way in self.ways if index < len(way))
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
    def _sets(self) -> tuple[tuple[Pool, ...], ...]:
        """Which parameters may be there together: those that must, with none, one, two or all of the others."""
        usable = [pool for pool in self.pools if pool.good]
        others = [pool for pool in usable if not pool.parameter.required]
        chosen = [(), *combinations(others, 1), *combinations(others[:_PAIRED], 2), tuple(others)]
        return tuple(tuple(p for p in usable if p.parameter.required or p in some) for some in dict.fromkeys(chosen))

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
        return self._names(chooser, chooser.pick(_COUNTS))

    def _names(self, chooser: Chooser, count: int) -> list[str]:
        folds = self.operation.select is not None and not self.operation.select.case_sensitive
        names: dict[str, str] = {}
        for _ in range(count if self.selectable else 0):
            name = chooser.pick(self._spelt)
            names.setdefault(name.lower() if folds else name, name)
        return list(names.values())

    @cached_property
    def _spelt(self) -> tuple[str, ...]:
        """The names as they may be written: in any case where case does not count."""
        if self.operation.select is None or self.operation.select.case_sensitive:
            return self.selectable
        cases: tuple[Callable[[str], str], ...] = (str, lambda name: name[:1].lower() + name[1:], str.lower, str.upper)
        return tuple(dict.fromkeys(case(name) for case in cases for name in self.selectable))

    @cached_property
    def _labels(self) -> tuple[str, ...]:
        """Ways to write each media type, with its charset and without (RFC 9110 section 8.3)."""
        spelt = (str, "{}; charset=utf-8".format, '{};charset="UTF-8"'.format, str.upper)
        return tuple(write(name) for write in spelt for name in self.media_types)

    def draft(
        self,
        chooser: Chooser,
        *,
        content_type: str | None = None,
        select: Sequence[str] | None = None,
        clean: bool = True,
        with_body: bool = False,
        bodiless: bool = False,
    ) -> RequestDraft:
        """A request without an error.

        Args:
            chooser: who chooses.
            content_type: the value of Content-Type, or None for any.
            select: names for ``$select``, or None for any or none.
            clean: no finding at all.
            with_body: a body is there even where none need be.
            bodiless: none is there, for the caller to add one.
        """
        operation = self.operation
        draft = RequestDraft(operation.method, chooser.pick(_PREFIXES), operation.path)
        self._fill(draft, chooser, clean)
        self._selected(draft, chooser, select)
        self._authorize(draft, chooser)
        draft.accept = chooser.pick(self.accepted)
        if not bodiless:
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
            for credential in chooser.pick(self._credentials):
                put(draft, credential)

    def _fill(self, draft: RequestDraft, chooser: Chooser, clean: bool) -> None:
        for pool in chooser.pick(self._sets):
            parameter = pool.parameter
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
        if names is None and self.selectable and (count := chooser.pick(_MAYBE_COUNTS)):
            names = self._names(chooser, count)
        if names:
            draft.query.append((self.operation.select.name, ",".join(quote(name, safe="/") for name in names)))

    def _body(self, draft: RequestDraft, chooser: Chooser, content_type: str | None, with_body: bool) -> None:
        described = self.operation.request
        if described is None or not self.media_types:
            return
        if content_type is None:
            if not (described.required or with_body) and chooser.pick(_SELDOM):
                return
            content_type = chooser.pick(self._labels)
        if content_type not in self._schemas:
            self._schemas[content_type] = media_of(described, content_type).schema
        schema = self._schemas[content_type]
        value = chooser.value("request", schema, content_type) if schema else {}
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
