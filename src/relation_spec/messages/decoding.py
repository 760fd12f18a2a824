"""How bodies of one media type become values and back, as the contract says: JSON, XML, forms.

Which of the three a media type is follows from its name alone; how nulls, names and nested objects are written follows
from the Media Type Object and the schema.
"""

from functools import cached_property
from typing import Any, Final, Literal

from relation_spec.contract import Document, MediaType, UnencodableValueError
from relation_spec.contract.pointer import join
from relation_spec.media import media_type
from relation_spec.media.reading import UNREADABLE, Reading
from relation_spec.schema.json_type import json_equal

__all__ = ["Decoder", "Kind"]

Kind = Literal["json", "xml", "form"]
_UTF8: Final = frozenset({None, "utf-8", "utf8"})


def kind_of(name: str) -> Kind | None:
    """What the bodies of a media type are, or None for what this package does not decode."""
    parsed = media_type.parse(name)
    if parsed is None:
        return None
    if media_type.is_json(parsed.name):
        return "json"
    if media_type.is_xml(parsed.name):
        return "xml"
    return "form" if media_type.is_form(parsed.name) else None


class Decoder:
    """Reads and writes bodies of one media type.

    Attributes:
        kind: what its bodies are, or None where they are not decoded.
    """

    def __init__(self, document: Document, media: MediaType) -> None:
        self._document, self._media = document, media
        self.kind = kind_of(media.name)

    @cached_property
    def _held(self) -> dict[str, Any]:
        held: dict[str, Any] = self._document.get(self._media.pointer)
        return held

    @cached_property
    def _root(self) -> Any:
        from relation_spec.media.shape import qualified, root_name, shape_of
        from relation_spec.media.xml_text import Root

        shape = shape_of(self._document, (self._media.schema,) if self._media.schema else ())
        name = shape.wire or qualified(shape.namespace, root_name(self._document, self._media.schema or "/root"))
        return Root(shape, name, self._held.get("x-null") == "xsi-nil", self._held.get("x-names") == "escaped")

    @cached_property
    def _form(self) -> Any:
        from relation_spec.media.form_text import Form
        from relation_spec.media.shape import shape_of

        shape = shape_of(self._document, (self._media.schema,) if self._media.schema else ())
        return Form(shape, self._held.get("encoding", {}), self._held.get("x-null") == "bare-name")

    @cached_property
    def _plain(self) -> Any:
        """The quick reader of plain bodies, with what it needs; None where there is none."""
        from functools import partial

        if self.kind == "form":
            from relation_spec.media import form_quick

            fields = form_quick.plain_fields(self._form)
            return partial(form_quick.read_plain, fields=fields, bare_null=self._form.bare_null)
        from relation_spec.media import xml_quick
        from relation_spec.media.shape import SEPARATOR
        from relation_spec.media.xml_text import XSI

        root = self._root
        if SEPARATOR in root.name:
            return None
        openings = {root.name: False, f'{root.name} xmlns:xsi="{XSI}"': True}
        plan = xml_quick.Plan(root.shape, {}, nil=root.nil, escaped=root.escaped)
        return partial(xml_quick.read_plain, openings=openings, closing=f"/{root.name}>", plan=plan)

    def plain(self, body: bytes | str, charset: str | None) -> Any:
        """The value of a body that is written plainly and has nothing wrong with its text; else UNREADABLE."""
        known = type(body) is bytes or (self.kind == "form" and type(body) is str)
        if known and charset in _UTF8 and (plain := self._plain) is not None:
            return plain(body)
        return UNREADABLE

    def value(self, body: bytes | str, charset: str | None) -> Any:
        """The value of a body that has nothing wrong with its text, or UNREADABLE."""
        value = self.plain(body, charset)
        if value is not UNREADABLE:
            return value
        reading = self.read(body, charset)
        return UNREADABLE if reading.notes else reading.value

    def read(self, body: bytes | str, charset: str | None) -> Reading:
        """The value of an XML or form body, and what is wrong with its text. Never raises for any body."""
        if self.kind == "xml":
            from relation_spec.media import xml_text

            return xml_text.read(body, charset, self._root)
        from relation_spec.media import form_text

        return form_text.read(body, charset, self._form)

    def encode(self, value: Any, charset: str | None, indent: int | None = None) -> bytes:
        """The body that reads back as ``value``, a plain value, in ``charset`` (UTF-8 where None).

        Raises:
            UnencodableValueError: where no body of the media type does.
        """
        from relation_spec.media import writing

        if self.kind == "json":
            text = writing.write_json(value, ascii_only=charset not in _UTF8, indent=indent)
        elif self.kind == "xml":
            text = writing.write_xml(value, self._root, indent=indent)
            if charset not in _UTF8:
                text = text.replace('encoding="utf-8"', f'encoding="{charset}"', 1)
        else:
            text = writing.write_form(value, self._form, charset or "utf-8")
        try:
            body = text.encode(charset or "utf-8")
        except UnicodeEncodeError as error:
            character = f"U+{ord(text[error.start]):04X}"
            raise UnencodableValueError("", f"{charset or 'utf-8'} cannot carry the character {character}") from None
        self._prove(value, body, charset)
        return body

    def _prove(self, value: Any, body: bytes, charset: str | None) -> None:
        if self.kind == "json":
            return
        reading = self.read(body, charset)
        if not json_equal(reading.value, value):
            pointer, given, read = _difference("", value, reading.value)
            from relation_spec.findings import quote

            reason = f"{self._media.name} cannot carry {quote(given)} here; it would be read as {quote(read)}"
            raise UnencodableValueError(pointer, reason)


def _difference(pointer: str, one: Any, other: Any) -> tuple[str, Any, Any]:
    """The first place where two different values differ, and what stands there."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name, item in one.items():
            if name not in other:
                return join(pointer, name), item, None
            if not json_equal(item, other[name]):
                return _difference(join(pointer, name), item, other[name])
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, item in enumerate(one):
            if not json_equal(item, other[index]):
                return _difference(join(pointer, index), item, other[index])
    return pointer, one, other
