"""Which judge a call is for: of bodies by side, media type and status; of whole messages by operation.

Judges are made when they are first asked for, and kept while there are not too many.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from relation_spec.contract import Body, Document, MediaType, Operation, Side, WrongCallError
from relation_spec.contract.pointer import join
from relation_spec.findings import Report, quote
from relation_spec.limits import MAX_CACHED_CONTENT_TYPES, MAX_CACHED_SELECTS
from relation_spec.media import media_type
from relation_spec.messages.bodies import BodyJudge, Engine, Engines
from relation_spec.messages.decoding import kind_of
from relation_spec.messages.writer import WordedRule, Writer
from relation_spec.schema.selection import Selection

if TYPE_CHECKING:
    from relation_spec.messages.message import Request
    from relation_spec.messages.whole import MessageJudge

__all__ = ["Judges", "check_limit"]


def check_limit(max_findings: int) -> None:
    """Refuse an impossible ``max_findings``.

    Raises:
        WrongCallError: unless it is a whole number from 1.
    """
    if type(max_findings) is not int or max_findings < 1:
        raise WrongCallError(f"max_findings must be a whole number from 1, not {max_findings!r}")


def names_of(select: str | Iterable[str]) -> tuple[str, ...]:
    items = select.split(",") if isinstance(select, str) else list(select)
    if not all(isinstance(item, str) for item in items):
        raise WrongCallError("select must be a text of names with commas between them, or names")
    return tuple(name for item in items if (name := item.strip()))


class Judges:
    """The judges of one contract."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._engines: dict[Side, Engines] = {
            "request": Engines(document, "request"),
            "response": Engines(document, "response"),
        }
        self._bodies: dict[Any, BodyJudge | Report] = {}
        self._messages: dict[str, MessageJudge] = {}

    def body(
        self, side: Side, content_type: str, status: int, select: Any, operation: str | None, engine: Engine
    ) -> "BodyJudge | Report":
        """The judge of bodies for these arguments, or the report that makes judging needless.

        Raises:
            WrongCallError: for an impossible argument.
        """
        if engine not in (None, "reference"):
            raise WrongCallError(f"engine must be None or 'reference', not {engine!r}")
        names = None if select is None else names_of(select)
        key = (side, content_type, status, names, operation)
        try:
            judge: BodyJudge | Report | None = self._bodies.get(key)
        except TypeError:
            raise WrongCallError(f"content_type must be a text and status a number, not {content_type!r}") from None
        if judge is None:
            judge = self._make_judge(side, content_type, status, names, self._document.operation(operation))
            if len(self._bodies) < MAX_CACHED_CONTENT_TYPES + MAX_CACHED_SELECTS:
                self._bodies[key] = judge
        return judge

    def _make_judge(
        self, side: Side, content_type: str, status: int, names: tuple[str, ...] | None, operation: Operation
    ) -> "BodyJudge | Report":
        if not isinstance(content_type, str):
            raise WrongCallError(f"content_type must be a text, not {content_type!r}")
        body = self._body(side, status, operation)
        if isinstance(body, Report):
            return body
        parsed = media_type.parse(content_type)
        found = media_type.match(parsed, body.content) if parsed else None
        if parsed is None or found is None:
            return self._unsupported(body, content_type)
        media = body.content[found]
        charset = self._charset(media, parsed)
        if isinstance(charset, Report):
            return charset
        selection = (
            self._selection(operation, status, media, names) if names is not None and side == "response" else None
        )
        if isinstance(selection, Report):
            return selection
        return BodyJudge(self._engines[side], media, charset, selection)

    def _body(self, side: Side, status: int, operation: Operation) -> "Body | Report":
        if side == "request":
            if operation.request is None:
                raise WrongCallError(f"the operation {operation.operation_id} has no request body")
            return operation.request
        if type(status) is not int or not 100 <= status <= 599:
            raise WrongCallError(f"status must be a whole number from 100 to 599, not {status!r}")
        body = operation.response(status)
        if body is None:
            known = ", ".join(operation.responses)
            words = (f"found status {status}; expected one of {known}", "Answer with a documented status.")
            pointer = join(operation.pointer, "responses")
            return self._single(WordedRule("status", "error", pointer, "responses", words), "status")
        return body

    def _unsupported(self, body: Body, content_type: str) -> Report:
        known = ", ".join(body.content) or "none, the body must be empty"
        words = (f"found {quote(content_type)}; expected one of {known}", "Send one of these media types.")
        pointer = join(body.pointer, "content")
        rule = WordedRule("unsupported-media-type", "error", pointer, "content", words)
        return self._single(rule, "header.Content-Type")

    def _charset(self, media: MediaType, parsed: media_type.ContentType) -> "str | Report | None":
        charset = parsed.parameters.get("charset")
        if charset is None:
            return None
        if charset.lower() in ("utf-8", "utf8"):  # in XML it may contradict the declaration; elsewhere it says nothing
            return "utf-8" if kind_of(media.name) == "xml" else None
        from relation_spec.media.charset import is_known

        if is_known(charset):
            return charset
        words = (f"found the charset {quote(charset)}, which is not known; expected utf-8", "Send UTF-8.")
        rule = WordedRule("unsupported-media-type", "error", media.pointer, "content", words)
        return self._single(rule, "header.Content-Type")

    def _selection(
        self, operation: Operation, status: int, media: MediaType, names: tuple[str, ...]
    ) -> "Selection | Report | None":
        if operation.select is None:
            raise WrongCallError(f"the operation {operation.operation_id} has no parameter with x-select")
        if not 200 <= status <= 299 or media.schema is None:
            return None  # an error answer is not the entity that the list speaks of
        selection = Selection(self._document, "response", operation.select, media.schema, names)
        if not selection.unknown:
            return selection
        writer = Writer(self._document, strict=False, limit=len(selection.unknown))
        for name, rule in selection.unknown:
            writer.add(rule, (), value=name, where=f"query.{operation.select.name}")
        return writer.report()

    def _single(self, rule: WordedRule, where: str) -> Report:
        writer = Writer(self._document, strict=False, limit=1)
        writer.add(rule, (), where=where)
        return writer.report()

    def operations_at(self, url: str, *, fold: bool = False) -> list[Operation]:
        """The operations whose path a URL names; with ``fold`` also where letter case differs."""
        from relation_spec.messages.request_target import find_operations, split_target

        path = split_target(url).path
        return find_operations(self._document.operations.values(), path, fold=fold)

    def message(
        self, request: "Request | None", operation: str | None, engine: Engine, max_findings: int
    ) -> "MessageJudge | Report":
        """The judge of whole messages of an operation, or the report that no operation can be told."""
        if engine not in (None, "reference"):
            raise WrongCallError(f"engine must be None or 'reference', not {engine!r}")
        check_limit(max_findings)
        operations = self._document.operations
        if operation is None and len(operations) > 1 and request is not None:
            found = self.operations_at(request.url)
            chosen = next((one for one in found if one.method == request.method), next(iter(found), None))
            if chosen is None:
                paths = ", ".join(dict.fromkeys(one.path for one in operations.values()))
                words = (f"found a path that the contract does not know; expected one of {paths}", "Correct the path.")
                return self._single(WordedRule("path", "error", "/paths", "paths", words), "path")
            operation = chosen.operation_id
        asked = self._document.operation(operation)
        held: MessageJudge | None = self._messages.get(asked.operation_id)
        if held is None:
            from relation_spec.messages import whole

            def judge_of(side: Side, content_type: str, status: int) -> "BodyJudge | Report":
                return self.body(side, content_type, status, None, asked.operation_id, None)

            held = whole.MessageJudge(self._document, self._engines, asked, judge_of)
            self._messages[asked.operation_id] = held
        return held
