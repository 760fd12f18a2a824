"""One kind of body judged: bytes, text or value in; verdict or :class:`Report` out.

A :class:`BodyJudge` stands for one media type of one side of an operation. The valid case is settled by the accepting
engine; whatever that does not accept is read exactly, explained, and worded.
"""

from collections.abc import Callable
from functools import cached_property, partial
from typing import Any, Final, Literal

from relation_spec.contract import Document, MediaType, Side
from relation_spec.findings import Report, quote_name
from relation_spec.limits import MAX_BODY_BYTES, MAX_FINDINGS
from relation_spec.media.reading import UNREADABLE
from relation_spec.messages.decoding import Decoder
from relation_spec.messages.places import Places, Position, nowhere
from relation_spec.messages.writer import WordedRule, Writer
from relation_spec.schema.accept import Acceptor, acceptor
from relation_spec.schema.faults import Faults
from relation_spec.schema.selection import Selection

__all__ = ["BodyJudge", "Engine", "Engines"]

Engine = Literal["reference"] | None
_EMPTY: Final = Report()


class Engines:
    """The explaining engine and the judge of one side, each made when it is first asked for."""

    def __init__(self, document: Document, side: Side) -> None:
        self.document, self.side = document, side

    @cached_property
    def explain(self) -> Any:
        """The :class:`relation_spec.schema.explain.Explainer`."""
        from relation_spec.schema.explain import Explainer  # the valid case never needs it

        return Explainer(self.document, self.side)

    @cached_property
    def reference(self) -> Any:
        """The :class:`relation_spec.schema.reference.Reference`."""
        from relation_spec.schema.reference import Reference  # loads jsonschema

        return Reference(self.document, self.side)


class BodyJudge:
    """Judges bodies of one media type of one side.

    Args:
        engines: the engines of that side.
        media: the media type; without a schema every body of it passes.
        charset: the charset that the Content-Type names, or None.
        selection: the parsed ``$select`` of the request, for answers.

    Attributes:
        decodes: whether bytes and text of the media type can be read.
        is_json: whether they are JSON.
    """

    def __init__(
        self, engines: Engines, media: MediaType, charset: str | None = None, selection: Selection | None = None
    ) -> None:
        self.engines, self.media, self.charset, self.selection = engines, media, charset, selection
        self.document, self.side = engines.document, engines.side
        self.decoder = Decoder(engines.document, media)
        self.decodes, self.is_json = self.decoder.kind is not None, self.decoder.kind == "json"

    def _acceptor(self, clean: bool) -> Acceptor | None:
        if self.media.schema is None or self.selection is not None:
            return None
        return acceptor(self.document, self.side, self.media.schema, clean=clean)

    @cached_property
    def valid(self) -> Acceptor | None:
        """Accepts what has no error, or None where nothing can be accepted cheaply."""
        if self.is_json and self.document.severity("duplicate-key", self.side) == "error":
            return None  # it reads over names that stand twice
        return self._acceptor(clean=False)

    @cached_property
    def clean(self) -> Acceptor | None:
        """Accepts what has no finding but maybe duplicate keys, or None where nothing can be accepted cheaply."""
        return self._acceptor(clean=True)

    def is_valid(self, body: Any, *, strict: bool = False, engine: Engine = None) -> bool:
        """The verdict that :meth:`validate` gives, sooner where it can."""
        if strict:
            return self.validate(body, strict=True, engine=engine, max_findings=1).valid
        if engine is None:
            if (accept := self.valid) is None:
                if self._is_clean(body):
                    return True
            elif self.is_json:
                readable = self.charset is None or not isinstance(body, bytes)
                if readable and accept.any(body):
                    return True
            elif self._accepts_untyped(body, accept):
                return True
        return self._report(body, strict, engine, 1).valid

    def _accepts_untyped(self, body: Any, accept: Acceptor) -> bool:
        """Whether an XML or form body, or a decoded value, surely has nothing to be said of."""
        if type(body) not in (bytes, str):
            return accept.value(body)
        if len(body) > MAX_BODY_BYTES:
            return False
        value = self.decoder.plain(body, self.charset)
        return value is not UNREADABLE and accept.value(value)

    def validate(self, body: Any, *, strict: bool = False, engine: Engine = None, max_findings: int) -> Report:
        """Every finding of ``body``."""
        if engine is None and self._is_clean(body):
            return _EMPTY
        return self._report(body, strict, engine, max_findings)

    def note(self, body: Any, writer: Writer, engine: Engine) -> None:
        """Note every finding of ``body``."""
        if engine is not None or not self._is_clean(body):
            self._note(body, writer, engine)

    def _is_clean(self, body: Any) -> bool:
        """Whether ``body`` surely has no finding at all."""
        accept = self.clean
        if accept is None:
            return False
        if not self.is_json:
            return self._accepts_untyped(body, accept)
        if isinstance(body, (bytes, str)):
            readable = self.charset is None or isinstance(body, str)
            return readable and (accept.text_once(body) or (accept.text(body) and not _repeats(body)))
        return accept.value(body)

    def _report(self, body: Any, strict: bool, engine: Engine, max_findings: int) -> Report:
        writer = Writer(self.document, strict, max_findings)
        self._note(body, writer, engine)
        return writer.report()

    def _note(self, body: Any, writer: Writer, engine: Engine) -> None:
        if isinstance(body, (bytearray, memoryview)):
            body = bytes(body)
        if isinstance(body, (bytes, str)):
            self._text(body, writer, engine)
        else:
            self._judge(body, writer, engine, nowhere, None)

    def decode(self, body: bytes | str) -> Any:
        """The value of ``body``, valid or not.

        Raises:
            InvalidMessageError: where it has none.
        """
        writer = Writer(self.document, False, MAX_FINDINGS)
        value, _ = self._read(body, writer)
        if value is UNREADABLE:
            writer.report().raise_if_invalid()
        return value

    def _rule(self, code: str, message: str, hint: str | None, severity: str = "error") -> WordedRule:
        return WordedRule(code, severity, self.media.pointer, code, (message, hint))

    def _text(self, body: bytes | str, writer: Writer, engine: Engine) -> None:
        value, places = self._read(body, writer)
        if value is not UNREADABLE:
            self._judge(value, writer, engine, places.position, places.paths)

    def _read(self, body: bytes | str, writer: Writer) -> tuple[Any, Places]:
        """The value of a text, or UNREADABLE, and where things stand in it; what is wrong with the text is noted."""
        from relation_spec.media import charset, json_text  # the valid case never needs them

        unread = UNREADABLE, Places(str, lambda _: {})
        if len(body) > MAX_BODY_BYTES:
            message = f"found a body of {len(body)} bytes; expected at most {MAX_BODY_BYTES}"
            writer.add(self._rule("too-large", message, "Send less in one message."), (), nowhere)
            return unread
        if not self.is_json:
            return self._read_untyped(body, writer)
        if isinstance(body, str):
            read = charset.Text(body[1:], marked=True) if body.startswith("\ufeff") else charset.Text(body)
        else:
            read = charset.decode(body, self.charset)
        text = read.text

        def at(offset: int) -> Position:
            return lambda pointer, code: json_text.line_column(text, offset)

        if read.reason:
            writer.add(self._rule("malformed", f"{read.reason}; expected UTF-8", read.hint), (), at(len(text)))
            return unread
        if read.marked and (severity := self.document.severity("byte-order-mark", self.side)) != "none":
            message = "found a byte order mark before the text; expected none (RFC 8259 section 8.1)"
            hint = "Write plain UTF-8, without a signature."
            writer.add(self._rule("byte-order-mark", message, hint, severity), (), at(0))
        value, fault, repeated = json_text.decode(text)
        if fault:
            writer.add(self._rule(fault.code, fault.reason, fault.hint), (), at(fault.offset))
            return unread
        if repeated:
            self._repeated(text, writer, at)
        return value, Places(lambda: text, partial(json_text.locate, text))

    def _read_untyped(self, body: bytes | str, writer: Writer) -> tuple[Any, Places]:
        """XML and forms, whose texts get their types from the schema."""
        reading = self.decoder.read(body, self.charset)
        places = Places(reading.text, reading.locate)
        for note in reading.notes:
            severity = self.document.severity(note.code, self.side)
            if severity != "none":
                rule = self._rule(note.code, note.reason, note.hint, severity)
                writer.add(rule, note.place, places.at(note.offset))
        return reading.value, places

    def _repeated(self, text: str, writer: Writer, at: Callable[[int], Position]) -> None:
        from relation_spec.media import json_text

        severity = self.document.severity("duplicate-key", self.side)
        if severity == "none":
            return
        for path, offset, first in json_text.duplicates(text):
            line, column = json_text.line_column(text, first) if writer.wants() else (0, 0)
            message = (
                f"the property {quote_name(str(path[-1]))} stands here again; first on line {line}, column {column}"
            )
            rule = self._rule("duplicate-key", message, "Keep one of the two; the last one counts.", severity)
            writer.add(rule, path, at(offset))

    def _judge(self, value: Any, writer: Writer, engine: Engine, position: Position, paths: Any) -> None:
        from relation_spec.media import json_value

        if not json_value.is_plain(value):
            misfits = json_value.faults(value)
            for misfit in misfits:
                writer.add(self._rule(misfit.code, misfit.reason, misfit.hint), misfit.path, position, paths)
            if misfits:
                return
            value = json_value.plain(value)
        if self.media.schema is None:
            return
        out = Faults(writer.limit)
        if self.selection is not None:
            out = Faults(_SELECTED_LIMIT)
        if engine == "reference":
            self.engines.reference.check(self.media.schema, value, out)
        else:
            self.engines.explain.check(self.media.schema)(value, None, None, out)
        if self.selection is not None:
            out = self._selected(value, out, writer.limit)
        writer.faults(out, position, paths)

    def _selected(self, value: Any, found: Faults, limit: int) -> Faults:
        """The faults outside what was nulled, and those of values that should have been."""
        out = Faults(limit)
        for fault in found.errors + found.warnings:
            if fault[0].code == "unknown-property" or self.selection.covers(fault[1]):  # type: ignore[union-attr]
                out.add(*fault)
        self.selection.check(value, out)  # type: ignore[union-attr]
        return out


# with $select the faults of nulled properties are sorted out afterwards, so more of them are kept for a while
_SELECTED_LIMIT: Final = 100_000


def _repeats(body: bytes | str) -> bool:
    """Whether some object of an accepted text names a property twice."""
    from relation_spec.media.json_text import repeats

    return repeats(body)
