"""XML text to the value that the same message has in JSON, by the schema's shape.

The parser is expat, with namespaces, without document type declarations: these are refused before anything in them is
read, so that there are no entities, no defaults, no other files and no network. What every construct of XML means here
is listed in ``docs/decisions.md``.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple
from xml.parsers import expat

from relation_spec.findings import quote_name
from relation_spec.limits import MAX_DEPTH
from relation_spec.media import charset as charsets
from relation_spec.media.reading import MOST_NOTES, UNREADABLE, Note, Offsets, Place, Reading
from relation_spec.media.shape import SEPARATOR, Child, Shape, read_text
from relation_spec.media.xml_encoding import Utf8, utf8
from relation_spec.media.xml_name import unescape

__all__ = ["XSI", "Root", "read"]

XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_NIL: Final = f"{XSI}{SEPARATOR}nil"
_DOCTYPE: Final = b"<!DOCTYPE"
_SPACE: Final = " \t\r\n"
# attributes that speak of the document, not of the message (XML section 2.10 and XML Schema part 1 section 2.6)
_ABOUT: Final = (f"{XSI}{SEPARATOR}", f"http://www.w3.org/XML/1998/namespace{SEPARATOR}")

_WORDS: Final = {
    "no element found": ("the text ends before the root element is closed", "The body looks cut off; send all of it."),
    "unclosed token": ("the text ends inside a tag", "The body looks cut off; send all of it."),
    "unclosed CDATA section": ("a CDATA section never ends", "Close it with ]]>."),
    "mismatched tag": ("an end tag does not match the start tag that is open here", "Close elements in order."),
    "duplicate attribute": ("an element has the same attribute twice", "Keep one of the two."),
    "junk after document element": ("found more after the root element", "Send one root element."),
    "undefined entity": (
        "found an entity that XML does not know",
        "Write the character itself; XML knows &amp; &lt; &gt; &quot; and &apos;.",
    ),
    "unbound prefix": ("found a prefix that no xmlns declares", "Declare the prefix, or leave it out."),
    "reference to invalid character number": ("found a reference to a character that XML forbids", "Leave it out."),
    "XML or text declaration not at start of entity": (
        "found an XML declaration after the start of the text",
        "Put it first, or leave it out.",
    ),
}


class Root(NamedTuple):
    """How messages of one media type are read.

    Attributes:
        shape: what the schema says.
        name: the root element's name, with its namespace before a newline.
        nil: whether ``xsi:nil`` means null.
        escaped: whether names are escaped as in .NET.
    """

    shape: Shape
    name: str
    nil: bool
    escaped: bool


class _StopError(Exception):
    """Reading goes no further; the last note says why."""


class _Open:
    """An element whose end tag is still to come; ``held`` is the object or array that it turned out to be."""

    __slots__ = ("child", "held", "nil", "text", "tokens")

    def __init__(self, child: Child, tokens: Place) -> None:
        self.child, self.tokens = child, tokens
        self.held: Any = None
        self.text: list[str] = []
        self.nil = False


def _pieces(data: bytes) -> Iterator[bytes]:
    """``data``, cut wherever a document type declaration may have begun: what comes after it is then never parsed."""
    start, at = 0, data.find(_DOCTYPE)
    while at >= 0:
        # one of these characters makes expat tell of it
        end = min((end for mark in (b"[", b">") if (end := data.find(mark, at)) >= 0), default=len(data)) + 1
        yield data[start:end]
        start, at = end, data.find(_DOCTYPE, end)
    yield data[start:] if start else data


class _Builder:
    """Builds the value while expat reports elements."""

    def __init__(self, root: Root, *, joined: bool = True) -> None:
        self._root = root
        self._bottom = _Open(Child("", root.shape, repeats=False), ())
        self._top = self._bottom
        self._stack: list[_Open] = []
        self._namespace = ""
        self.notes: list[Note] = []
        self._counts: dict[str, int] = {}
        self.value: Any = UNREADABLE
        parser = self._parser = expat.ParserCreate("utf-8", SEPARATOR)
        parser.buffer_text = joined  # one call for each text
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self._data
        parser.StartDoctypeDeclHandler = self._doctype
        parser.XmlDeclHandler = self._declaration

    def parse(self, data: bytes) -> None:
        """Read ``data``; afterwards ``value`` and ``notes`` hold what was found."""
        try:
            for piece in _pieces(data):
                self._parser.Parse(piece, False)
            self._parser.Parse(b"", True)
        except _StopError:
            self.value = UNREADABLE
        except expat.ExpatError as error:
            at = max(self._parser.ErrorByteIndex, 0)
            reason, hint = _words(expat.errors.messages[error.code], data, at)
            self.value = UNREADABLE
            self.notes.append(Note("malformed", f"{reason}; expected XML", hint, (), at))

    def _full(self, code: str) -> bool:
        return self._counts.get(code, 0) >= MOST_NOTES

    def _note(self, code: str, reason: str, hint: str | None) -> None:
        if not self._full(code):
            self._counts[code] = self._counts.get(code, 0) + 1
            self.notes.append(Note(code, reason, hint, self.place(), self._parser.CurrentByteIndex))

    def place(self) -> Place:
        """The place of the element that is open now."""
        return tuple(token for entry in [*self._stack, self._top] for token in entry.tokens)

    def _doctype(self, *_: Any) -> None:
        reason = "found a document type declaration, which could define entities and name files; expected none"
        self._note("malformed", reason, "Remove the DOCTYPE; nothing in it was read.")
        raise _StopError

    def _declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        if not re.fullmatch(r"1\.[0-9]+", version):  # XML section 2.8
            self._note("malformed", f"found the version {quote_name(version)}; expected 1.0", "Declare version 1.0.")
            raise _StopError

    def _data(self, text: str) -> None:
        self._top.text.append(text)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        top, stack = self._top, self._stack
        if not stack:
            stack.append(top)
            self._top = _Open(top.child, ())
            if tag != self._root.name:
                self._misnamed(tag)
        else:
            if len(stack) > MAX_DEPTH:
                self._note("too-deep", f"elements are nested more than {MAX_DEPTH} deep", "Look for a loop.")
                raise _StopError
            child = top.child.shape.elements.get(tag) or self._undescribed(tag, top)
            stack.append(top)
            held = top.held
            if type(held) is list:
                self._top = _Open(child, (len(held),))
            elif held is None:
                top.held = {child.name: [] if child.repeats else None}  # takes its place in the order
                self._top = _Open(child, (child.name, 0) if child.repeats else (child.name,))
            elif child.name not in held:
                held[child.name] = [] if child.repeats else None
                self._top = _Open(child, (child.name, 0) if child.repeats else (child.name,))
            elif child.repeats:
                self._top = _Open(child, (child.name, len(held[child.name])))
            else:
                self._top = _Open(child, (child.name,))
                if not self._full("duplicate-key"):
                    said = f"the element {quote_name(child.name)} stands here again; expected it once"
                    self._note("duplicate-key", said, "Keep one of the two; the last one counts.")
        if attributes:
            self._attributes(attributes)

    def _misnamed(self, tag: str) -> None:
        namespace, _, local = tag.rpartition(SEPARATOR)
        wanted_namespace, _, wanted = self._root.name.rpartition(SEPARATOR)
        self._namespace = namespace
        if local != wanted:
            reason = f"found the root element {quote_name(local)}; expected {quote_name(wanted)}"
            self._note("root-element", reason, f"Name the root element {wanted}.")
        else:
            expected = f"the namespace {wanted_namespace}" if wanted_namespace else "no namespace"
            found = f"the namespace {quote_name(namespace)}" if namespace else "no namespace"
            hint = "Change its xmlns." if wanted_namespace else "Remove its xmlns."
            self._note("root-element", f"found {found} on the root element; expected {expected}", hint)

    def _undescribed(self, tag: str, top: _Open) -> Child:
        shape = top.child.shape
        if shape.is_array and shape.wrapped:
            if top.held is None:
                top.held = []
            return Child("", shape.items, repeats=False)
        namespace, _, local = tag.rpartition(SEPARATOR)
        if namespace == self._namespace:
            namespace = ""
        name = unescape(local) if self._root.escaped else local
        if namespace:
            return Child(f"{{{namespace}}}{name}", shape.entries, repeats=False)
        described = shape.elements.get(local) or shape.elements.get(name)
        return described or Child(name, shape.entries, repeats=False)

    def _attributes(self, attributes: dict[str, str]) -> None:
        top = self._top
        described = top.child.shape.attributes
        for name, value in attributes.items():
            if name == _NIL and self._root.nil:
                said = value.strip(_SPACE)
                top.nil = said in ("true", "1")
                if said not in ("true", "1", "false", "0"):
                    self._note("malformed", "found an xsi:nil that is neither true nor false", "Write true or false.")
            elif name in described:
                child = described[name]
                top.held = {**(top.held or {}), child.name: read_text(value, child.shape.types)}
            elif (name == _NIL or not name.startswith(_ABOUT)) and not self._full("unknown-attribute"):
                shown = quote_name(name.rpartition(SEPARATOR)[2])
                reason = f"the attribute {shown} is not known here; expected values in elements"
                self._note("unknown-attribute", reason, "Remove the attribute, or make it an element.")

    def end(self, tag: str) -> None:
        """The open element ends."""
        top, child = self._top, self._top.child
        texts, shape = top.text, child.shape
        text = texts[0] if len(texts) == 1 else "".join(texts)
        value: Any
        if top.nil:
            if top.held is not None or text.strip(_SPACE):
                self._note("malformed", "found content in an element with xsi:nil; expected it empty", "Remove one.")
            value = None
        elif top.held is not None:
            if text and text.strip(_SPACE):
                self._note("malformed", "found text between elements; expected elements alone", "Remove the text.")
            value = top.held
        elif shape.is_text:
            value = text
        elif shape.is_object and "string" not in (shape.types or ()) and not text.strip(_SPACE):
            value = {}
        else:
            value = read_text(text, shape.types)
        parent = self._top = self._stack.pop()
        if not self._stack:
            self.value = value
        elif type(parent.held) is list:
            parent.held.append(value)
        elif child.repeats:
            parent.held[child.name].append(value)
        else:
            parent.held[child.name] = value


# expat tells of each line by itself; nobody looks for a value behind so many empty ones
_PATIENCE: Final = 1_000


class _Locator(_Builder):
    """Notes the offsets, in bytes, of the names and values of wanted places."""

    def __init__(self, root: Root, wanted: set[Place]) -> None:
        super().__init__(root, joined=False)  # the place of a text's start is wanted
        self.found: dict[Place, tuple[int, int]] = {}
        self._wanted, self._patience = wanted, 0
        self._parser.CharacterDataHandler = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        super().start(tag, attributes)
        place = self.place()
        self._parser.CharacterDataHandler = None
        if place in self._wanted:
            at = self._parser.CurrentByteIndex
            self.found[place] = (at + 1, at)
            self._parser.CharacterDataHandler, self._patience = self._first_data, _PATIENCE

    def _first_data(self, text: str) -> None:
        self._patience -= 1
        if not text.isspace() or not self._patience:
            place = self.place()
            blank = len(text) - len(text.lstrip(_SPACE))
            self.found[place] = (self.found[place][0], self._parser.CurrentByteIndex + blank)
            self._parser.CharacterDataHandler = None

    def end(self, tag: str) -> None:
        super().end(tag)
        self._parser.CharacterDataHandler = None


def _words(said: str, data: bytes, at: int) -> tuple[str, str | None]:
    if not data.strip(b" \t\r\n"):
        return "the body is empty", "Send one root element."
    if said in _WORDS:
        return _WORDS[said]
    if (encoded := charsets.decode(data, "utf-8")).reason:
        return encoded.reason, encoded.hint
    if data.lstrip()[:1] in (b"{", b"["):
        return "found JSON", "Label the body as JSON, or send XML."
    found = data[at : at + 4].decode("utf-8", "ignore")[:1]
    if found == "&":
        return "found an & that starts no reference", "Write &amp;."
    if found == "<":
        return "found a < that starts no tag", "Write &lt;."
    if found and not found.isprintable():
        return f"found the character U+{ord(found):04X}, which XML 1.0 forbids", "Leave it out; XML cannot carry it."
    return said.removesuffix(" (invalid token)"), "Let an XML library write the body."


def read(body: bytes | str, charset: str | None, root: Root) -> Reading:
    """The value of an XML text, and what is wrong with the text. Never raises for any body.

    Args:
        body: the text, or its bytes; these are decoded by byte order mark, ``charset`` and declaration (RFC 7303).
        charset: the charset parameter of the Content-Type, or None.
        root: how the media type is read.
    """
    encoded = utf8(body, charset)
    if encoded.data is None:
        return Reading(UNREADABLE, encoded.notes, lambda: encoded.text, lambda places: {})
    builder = _Builder(root)
    builder.parse(encoded.data)
    notes = encoded.notes + builder.notes
    if builder.notes:
        offsets = _characters(encoded.data, [note.offset for note in builder.notes])
        notes = encoded.notes + [note._replace(offset=offsets[note.offset]) for note in builder.notes]
    return Reading(builder.value, notes, lambda: _text(encoded), lambda places: _locate(encoded.data, root, places))


def _text(encoded: Utf8) -> str:
    return encoded.data.decode("utf-8", "replace") if encoded.data is not None else encoded.text


def _locate(data: bytes | None, root: Root, places: Iterable[Place]) -> Offsets:
    if data is None:
        return {}
    wanted = set(places)
    locator = _Locator(root, wanted | {place[:-1] for place in wanted})  # an attribute stands where its element does
    locator.parse(data)
    offsets = _characters(data, [offset for pair in locator.found.values() for offset in pair])
    return {place: (offsets[name], offsets[value]) for place, (name, value) in locator.found.items()}


def _characters(data: bytes, offsets: list[int]) -> dict[int, int]:
    """Offsets in bytes of UTF-8 to offsets in characters."""
    if data.isascii():
        return {offset: offset for offset in offsets}
    found, at, count = {}, 0, 0
    for offset in sorted(set(offsets)):
        count += len(data[at:offset].decode("utf-8", "replace"))
        at = offset
        found[offset] = count
    return found
