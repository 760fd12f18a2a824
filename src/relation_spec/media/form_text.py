"""Form bodies (``application/x-www-form-urlencoded``) to the value that the same message has in JSON.

The text is read by the WHATWG URL standard, strictly where that is lenient: broken percent-encoding and bytes that are
no text are told. Which value a field means follows from the schema's shape and from OpenAPI's Encoding Objects
(OpenAPI 3.1 section 4.8.15).
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import unquote_to_bytes

from relation_spec.findings import quote_name
from relation_spec.limits import MAX_DEPTH
from relation_spec.media import charset as charsets
from relation_spec.media import json_text
from relation_spec.media.reading import MOST_NOTES, UNREADABLE, Note, Offsets, Place, Reading
from relation_spec.media.shape import Shape, read_text

__all__ = ["Form", "is_json_type", "read"]

_BROKEN: Final = re.compile("%(?![0-9A-Fa-f]{2})")
_BRACKET: Final = re.compile(r"\[([^\[\]]*)\]")


class Form(NamedTuple):
    """How forms of one media type are read.

    Attributes:
        shape: what the schema says.
        encoding: the Encoding Objects by property name, as they stand in the contract.
        bare_null: whether a name without ``=`` means null.
    """

    shape: Shape
    encoding: Mapping[str, Mapping[str, Any]]
    bare_null: bool

    def style(self, name: str, shape: Shape) -> str:
        """How a property is written: ``deepObject``, ``json``, ``list`` (one text with commas) or ``form``."""
        held = self.encoding.get(name, {})
        if held.get("style") == "deepObject":
            return "deepObject"
        if "style" in held or "explode" in held:
            return "form" if held.get("explode", True) else "list"
        if "contentType" in held and is_json_type(held["contentType"]):
            return "json"
        known = name in self.shape.properties
        return "deepObject" if not known else "json" if shape.is_object else "form"


def is_json_type(content_type: str) -> bool:
    """Whether an Encoding Object's contentType asks for JSON."""
    return content_type.partition(";")[0].strip().lower().endswith("json")


class _Pair(NamedTuple):
    name: str
    text: str | None
    at: int
    value_at: int


class _Reader:
    """Reads fields one after the other; notes the offsets of wanted places alone, since most are never asked for."""

    def __init__(self, form: Form, charset: str, wanted: frozenset[Place] = frozenset()) -> None:
        self._form, self._charset, self._wanted = form, charset, wanted
        self._wide = len("a".encode(charset)) > 1
        self._properties, self._entries = form.shape.properties, form.shape.entries
        self.notes: list[Note] = []
        self._counts: dict[str, int] = {}
        self.offsets: Offsets = {(): (0, 0)}
        self.value: dict[str, Any] = {}

    def _full(self, code: str) -> bool:
        return self._counts.get(code, 0) >= MOST_NOTES

    def note(self, code: str, reason: str, hint: str | None, place: Place, at: int) -> None:
        if not self._full(code):
            self._counts[code] = self._counts.get(code, 0) + 1
            self.notes.append(Note(code, reason, hint, place, at))

    def read(self, text: str) -> None:
        """Read all fields of ``text``."""
        for pair in self.pairs(text):
            self.put(pair)

    def pairs(self, text: str) -> list[_Pair]:
        found, at = [], 0
        for piece in text.split("&"):
            if piece:
                name, sign, value = piece.partition("=")
                value_at = at + len(name) + len(sign)
                read = self._decoded(value, value_at) if sign or not self._form.bare_null else None
                found.append(_Pair(self._decoded(name, at), read, at, value_at))
            at += len(piece) + 1
        return found

    def _decoded(self, text: str, at: int) -> str:
        if "%" not in text and "+" not in text and text.isascii():
            return text
        if self._full("malformed"):  # so much is wrong that the form has no value
            return text
        if broken := _BROKEN.search(text):
            shown = quote_name(text[broken.start() : broken.start() + 3])
            reason = f"found {shown}, which is no percent-encoded byte; expected % and two hexadecimal digits"
            self.note("malformed", reason, "Write %25 for a percent sign itself.", (), at + broken.start())
        try:
            # bytes that need no escape stand raw, also those that end a character of several bytes, as in Shift_JIS
            raw: Any = text.replace("+", " ") if self._wide else text.replace("+", " ").encode(self._charset)
            read = charsets.decode(unquote_to_bytes(raw), self._charset)
        except UnicodeEncodeError as error:
            read = charsets.Text(text, reason=f"found U+{ord(text[error.start]):04X}, which is no character of it")
        if read.reason:
            reason = f"{read.reason.partition(' at offset')[0]}; expected text in {self._charset.upper()}"
            self.note("malformed", reason, "Percent-encode the bytes of the text in that charset.", (), at)
        return ("\ufeff" if read.marked else "") + read.text

    def put(self, pair: _Pair) -> None:
        head, bracket, rest = pair.name.partition("[")
        shape = self._properties.get(head) or self._entries
        if bracket and pair.name not in self._properties and self._form.style(head, shape) != "json":
            steps = _BRACKET.findall(bracket + rest)
            if "".join(f"[{step}]" for step in steps) == bracket + rest:
                if len(steps) < MAX_DEPTH:
                    self._deep((head, *steps), pair)
                else:
                    reason = f"names are nested more than {MAX_DEPTH} deep"
                    self.note("too-deep", reason, "Look for a loop in the code.", (head,), pair.at)
                return
        shape = self._properties.get(pair.name) or self._entries
        self._leaf(self.value, (pair.name,), shape, pair, self._form.style(pair.name, shape))

    def _deep(self, steps: tuple[str, ...], pair: _Pair) -> None:
        held, shape = self.value, self._form.shape
        for depth, step in enumerate(steps[:-1]):
            shape = shape.properties.get(step) or shape.entries
            below = held.get(step)
            if not isinstance(below, dict):
                if step in held:
                    self._again(steps[: depth + 1], pair)
                below = held[step] = {}
                if self._wanted:
                    self._locate(steps[: depth + 1], pair.at, pair.at)
            held = below
        shape = shape.properties.get(steps[-1]) or shape.entries
        self._leaf(held, steps, shape, pair, "form")

    def _locate(self, place: Place, at: int, value_at: int) -> None:
        if place in self._wanted:
            self.offsets[place] = (at, value_at)

    def _again(self, place: Place, pair: _Pair) -> None:
        if self._full("duplicate-key"):
            return
        reason = f"the field {quote_name(str(place[-1]))} stands here again; expected it once"
        self.note("duplicate-key", reason, "Keep one of the two; the last one counts.", place, pair.at)

    def _leaf(self, held: dict[str, Any], place: Place, shape: Shape, pair: _Pair, style: str) -> None:
        name = str(place[-1])
        if style == "form" and shape.is_array and pair.text is not None:
            if not isinstance(held.get(name), list):
                held[name] = []
            self._locate((*place, len(held[name])), pair.at, pair.value_at)
            held[name].append(read_text(pair.text, shape.items.types))
        else:
            if name in held:
                self._again(place, pair)
            held[name] = self._value(pair, shape, style, place)
        self._locate(place, pair.at, pair.value_at)

    def _value(self, pair: _Pair, shape: Shape, style: str, place: Place) -> Any:
        text = pair.text
        if text is None:
            return None
        if style == "list":
            return [read_text(item, shape.items.types) for item in text.split(",")]
        if style == "json" and text.lstrip()[:1] in ("{", "["):
            value, fault, repeated = json_text.decode(text)
            if fault:
                self.note(fault.code, fault.reason, fault.hint, place, pair.value_at)
                return text
            if repeated:
                self.note("duplicate-key", "the JSON in this field names a property twice", None, place, pair.value_at)
            return value
        return text if shape.is_text else read_text(text, shape.types)


def read(body: bytes | str, charset: str | None, form: Form) -> Reading:
    """The value of a form, and what is wrong with its text. Never raises for any body.

    Args:
        body: the text, or its bytes.
        charset: the charset parameter of the Content-Type, or None for UTF-8.
        form: how the media type is read.
    """
    if isinstance(body, str):
        text = body
    else:
        decoded = charsets.decode(body, charset or "utf-8")
        text = decoded.text
        if decoded.reason:
            note = Note("malformed", f"{decoded.reason}; expected a form", decoded.hint, (), len(text))
            return Reading(UNREADABLE, [note], lambda: text, lambda places: {})
    reader = _Reader(form, charset or "utf-8")
    if fault := _no_form(text):
        reader.note("malformed", *fault, (), 0)
        return Reading(UNREADABLE, reader.notes, lambda: text, lambda places: {})
    reader.read(text)
    value = UNREADABLE if any(note.code in ("malformed", "too-deep") for note in reader.notes) else reader.value
    return Reading(value, reader.notes, lambda: text, lambda places: _located(text, form, charset, places))


def _located(text: str, form: Form, charset: str | None, places: Iterable[Place]) -> Offsets:
    reader = _Reader(
        form, charset or "utf-8", frozenset(place[:end] for place in places for end in range(len(place) + 1))
    )
    reader.read(text)
    return reader.offsets


def _no_form(text: str) -> tuple[str, str] | None:
    start = text.lstrip()[:1]
    if not start:
        return "the body is empty", "Send the fields as name=value, joined by &."
    if start in "{[":
        return "found JSON; expected a form", "Label the body as JSON, or send name=value pairs."
    if start == "<":
        return "found XML; expected a form", "Label the body as XML, or send name=value pairs."
    return None
