"""Breaches below any schema: bodies whose bytes are no text, or no JSON, each with the finding it must give.

In: the UTF-8 text of a body. Out: broken bodies. A :class:`ByteRule` makes one of them; those of XML and forms stand in
:mod:`relation_spec.strategies.markup_mutations`.
"""

import json
import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, Final, NamedTuple

from relation_spec.contract.pointer import join
from relation_spec.limits import MAX_DEPTH, MAX_INT_DIGITS

__all__ = ["JSON_RULES", "ByteMutation", "ByteRule", "Text", "byte_mutations"]


class ByteMutation(NamedTuple):
    """A body that breaks one rule of its format: the ``code`` of the finding it must give, and what was done."""

    code: str
    body: bytes
    note: str


class Text:
    """A body that is to be broken: its bytes, its text, and where its values stand.

    Attributes:
        body: the bytes, an object of JSON that is not empty.
        text: the same as text.
        opened: the body without its last bracket.
    """

    def __init__(self, body: bytes) -> None:
        self.body, self.text = body, body.decode()
        self.opened = body.rstrip()[:-1]

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """Where the first value of a property stands in the text, and the first that is a text."""
        found: list[tuple[int, int]] = []
        # a whole text before the colon, so that quotes and colons inside texts lead nowhere
        for match in re.finditer(r'"(?:[^"\\]|\\.)*"(?:\s*:\s*()|)', self.text):
            if match.group(1) is None:
                continue
            value, end = json.JSONDecoder().raw_decode(self.text, match.end())
            if not found or isinstance(value, str):
                found.append((match.end(), end))
            if isinstance(value, str):
                break
        return found

    @cached_property
    def places(self) -> list[str]:
        """The pointers of what :attr:`spans` tells."""
        value = json.loads(self.text)
        found = [join("", next(iter(value)))]
        if (text := _first_text(value, ())) is not None and join("", *text) not in found:
            found.append(join("", *text))
        return found

    @cached_property
    def first(self) -> tuple[str, str, str]:
        """The name of the first property, the text of the name, and the text of the value."""
        start = self.text.index('"')
        name, colon = json.JSONDecoder().raw_decode(self.text, start)
        at, end = self.spans[0]
        return name, self.text[start:colon], self.text[at:end]


def _first_text(value: Any, place: tuple[str | int, ...]) -> tuple[str | int, ...] | None:
    """Where the first property stands whose value is a text."""
    named = isinstance(value, dict)
    for token, item in value.items() if named else enumerate(value) if isinstance(value, list) else ():
        if named and isinstance(item, str):
            return (*place, token)
        if (found := _first_text(item, (*place, token))) is not None:
            return found
    return None


class ByteRule(NamedTuple):
    """One way to break the text of a body.

    Attributes:
        kind: what is broken, in few words with hyphens, as catalogues name it.
        code: of the finding.
        note: what was done.
        make: gives the broken body, or None where this body cannot be broken so.
        pointer: gives the finding's pointer.
        is_large: whether the bodies are so long that a test wants few of them.
        also: codes of further findings about the whole body that come along.
    """

    kind: str
    code: str
    note: str
    make: Callable[[Text], bytes | None]
    pointer: Callable[[Text], str] = lambda text: ""
    is_large: bool = False
    also: tuple[str, ...] = ()


def byte_mutations(body: bytes) -> Iterator[ByteMutation]:
    """Every breach of JSON itself, from the UTF-8 text of an object that is not empty."""
    text = Text(body)
    for rule in JSON_RULES:
        made = rule.make(text)
        if made is not None:
            yield ByteMutation(rule.code, made, rule.note)


def _cut(share: float) -> ByteRule:
    return ByteRule("truncation", "malformed", "cut off", lambda t: t.body[: max(1, int(len(t.body) * share))])


def _encoded(name: str) -> ByteRule:
    return ByteRule("wrong-encoding", "malformed", f"{name} without a label", lambda t: t.text.encode(name))


def _around(kind: str, code: str, note: str, make: Callable[[bytes, bytes], bytes], large: bool = False) -> ByteRule:
    return ByteRule(kind, code, note, lambda t: make(t.body, t.opened), is_large=large)


def _value(kind: str, value: bytes, note: str) -> Iterator[ByteRule]:
    def at(index: int) -> Callable[[Text], bytes | None]:
        def make(text: Text) -> bytes | None:
            if index >= len(text.spans):
                return None
            start, end = text.spans[index]
            return text.text[:start].encode() + value + text.text[end:].encode()

        return make

    placed = kind == "lone-surrogate"  # such text can be read as far as to tell where it stands

    def pointer(index: int) -> Callable[[Text], str]:
        return lambda text: text.places[index] if placed else ""

    added = "/" if placed else ""
    yield ByteRule(kind, "malformed", note, lambda t: t.opened + b',"":' + value + b"}", lambda t: added)
    yield ByteRule(kind, "malformed", f"{note}, as a name", lambda t: t.opened + b"," + value + b":0}")
    yield ByteRule(kind, "malformed", f"{note}, as the value of a property", at(0), pointer(0))
    yield ByteRule(kind, "malformed", f"{note}, as the value of a property", at(1), pointer(1))


def _deep(depth: int, large: bool) -> Iterator[ByteRule]:
    arrays, objects = b"[" * depth + b"]" * depth, b'{"":' * depth + b"0" + b"}" * depth
    note = f"{depth + 1} levels"
    yield ByteRule("deep", "too-deep", f"{note} that never end", lambda t: b"[" * (depth + 1), is_large=large)
    yield ByteRule("deep", "too-deep", note, lambda t: t.opened + b',"":' + arrays + b"}", is_large=large)
    objects_note = f"{depth + 1} objects"
    yield ByteRule("deep", "too-deep", objects_note, lambda t: t.opened + b',"":' + objects + b"}", is_large=large)


def _twice(text: Text) -> bytes:
    _, name, value = text.first
    return f"{text.text.rstrip()[:-1]},{name}:{value}}}".encode()


def _twice_escaped(text: Text) -> bytes | None:
    name, _, value = text.first
    if not name or ord(name[0]) >= 0x10000:
        return None
    return f'{text.text.rstrip()[:-1]},"\\u{ord(name[0]):04x}{json.dumps(name[1:])[1:]}:{value}}}'.encode()


def _twice_at_once(text: Text) -> bytes:
    at = text.spans[0][0]
    return f"{text.text[:at]}[null],{text.text[text.text.index(chr(34)) :]}".encode()


def _first_pointer(text: Text) -> str:
    return join("", text.first[0])


_SYNTAX: Final = (
    _around("empty", "malformed", "empty", lambda body, opened: b""),
    _around("empty", "malformed", "white space alone", lambda body, opened: b" \n\t"),
    _around("byte-order-mark", "byte-order-mark", "byte order mark", lambda body, opened: b"\xef\xbb\xbf" + body),
    *(
        ByteRule("byte-order-mark", "malformed", note, make, also=("byte-order-mark",))
        for note, make in (
            ("two byte order marks", lambda text: b"\xef\xbb\xbf" * 2 + text.body),
            ("byte order mark alone", lambda text: b"\xef\xbb\xbf"),
        )
    ),
    _around("text-after-end", "malformed", "text after the end", lambda body, opened: body + b"x"),
    _around("text-after-end", "malformed", "two values", lambda body, opened: body + body),
    _around("text-after-end", "malformed", "two lines", lambda body, opened: body + b"\n" + body),
    _around("text-after-end", "malformed", "comma after the end", lambda body, opened: body + b","),
    _around("text-after-end", "malformed", "bracket after the end", lambda body, opened: body + b"}"),
    _around("text-after-end", "malformed", "NUL after the end", lambda body, opened: body + b"\0"),
    _around("text-after-end", "malformed", "byte after the end", lambda body, opened: body + b"\xa0"),
    _around("text-after-end", "malformed", "no-break space after the end", lambda body, opened: body + b"\xc2\xa0"),
    _around("text-before-start", "malformed", "form feed before the start", lambda body, opened: b"\x0c" + body),
    _around("syntax", "malformed", "comma before the bracket", lambda body, opened: opened + b",}"),
    _around("syntax", "malformed", "two commas", lambda body, opened: opened + b",,}"),
    _around("syntax", "malformed", "comma after the bracket", lambda body, opened: b"{," + body.lstrip()[1:]),
    _around("syntax", "malformed", "wrong bracket", lambda body, opened: opened + b"]"),
    _around("syntax", "malformed", "comment", lambda body, opened: b"// comment\n" + body),
    _around("syntax", "malformed", "comment after the end", lambda body, opened: body + b"/* comment */"),
    _around("syntax", "malformed", "single quotes", lambda body, opened: body.replace(b'"', b"'")),
    _around("syntax", "malformed", "equals sign", lambda body, opened: body.replace(b":", b"=", 1)),
    _around("syntax", "malformed", "name without quotes", lambda body, opened: body.replace(b'"', b"", 2)),
    _around("syntax", "malformed", "parentheses", lambda body, opened: b"(" + body + b")"),
    _around("text-before-start", "malformed", "hijacking guard", lambda body, opened: b")]}',\n" + body),
    _around("long-number", "type", f"a number of {MAX_INT_DIGITS + 1} digits",
            lambda body, opened: b"9" * (MAX_INT_DIGITS + 1)),
    _around("long-number", "type", "a number of 10^6 digits", lambda body, opened: b"9" * 10**6, True),
    _around("long-number", "type", "a number with an exponent of 10^4 digits",
            lambda body, opened: b"-" + b"9" * 10**6 + b"e-" + b"9" * 10**4, True),
    _around("long-number", "type", "a fraction of 10^6 zeros", lambda body, opened: b"0." + b"0" * 10**6, True),
)  # fmt: skip

_BAD_VALUES: Final = {
    "not-a-number": {b"NaN": "NaN", b"-NaN": "-NaN", b"Infinity": "Infinity", b"-Infinity": "-Infinity", b"nan": "nan"},
    "bad-number": {
        b"01": "leading zero", b"-01": "leading zero after the sign", b"1.": "no digit after the point",
        b".5": "no digit before it", b"+1": "plus sign", b"-": "sign alone", b"1e": "no exponent",
        b"1e+": "exponent's sign alone", b"1.e5": "point and exponent", b"0x1": "hexadecimal", b"1_000": "underscore",
        b"1,000": "thousands", b"\xd9\xa1": "Arabic digit", b"- 1": "space in a number",
    },
    "bad-literal": {
        b"undefined": "undefined", b"tru": "misspelt literal", b"True": "literal with a capital",
        b"nul": "cut-off literal", b"None": "Python's null",
    },
    "bad-escape": {
        b'"\\x41"': "unknown escape", b'"\\u12"': "short escape", b'"\\u12g4"': "bad escape",
        b'"\\U0001f600"': "long escape", b'"\\\'"': "escaped single quote", b'"\\': "cut-off escape",
        b'"\\u{41}"': "escape in braces", b'"\\0"': "escaped zero",
    },
    "control-character": {
        b'"\t"': "raw tab", b'"\n"': "raw line break", b'"\x00"': "raw NUL", b'"\x1f"': "raw control character",
    },
    "bad-utf-8": {
        b'"\xff"': "not UTF-8", b'"\x80"': "lone continuation", b'"\xc0\x80"': "overlong UTF-8",
        b'"\xe0\x80\xaf"': "overlong slash", b'"\xed\xa0\x80"': "surrogate in UTF-8",
        b'"\xed\xa0\xbd\xed\xb8\x80"': "surrogate pair in UTF-8", b'"\xf4\x90\x80\x80"': "past U+10FFFF",
        b'"\xf0\x9f\x98"': "cut-off UTF-8", b'"\xe9"': "Latin-1",
    },
    "lone-surrogate": {
        b'"\\ud800"': "lone surrogate", b'"\\udc00"': "lone low surrogate", b'"\\udc00\\ud800"': "swapped surrogates",
        b'"\\ud800x"': "surrogate and letter", b'"\\ud800\\u0041"': "surrogate and escape",
    },
    "syntax": {
        b'"': "no end", b"'a'": "single quotes", b"[1,]": "comma before a bracket", b"[,1]": "comma first",
        b"[1 2]": "no comma", b"{1:2}": "name without quotes", b'{"a" 1}': "no colon", b'{"a":}': "no value",
        b"[1}": "wrong bracket",
    },
}  # fmt: skip

JSON_RULES: Final[tuple[ByteRule, ...]] = (
    *map(_cut, (0.0, 0.1, 0.25, 0.5, 0.75, 0.9)),
    ByteRule("truncation", "malformed", "cut off by one byte", lambda t: t.opened),
    *_SYNTAX,
    *map(_encoded, ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")),
    *(rule for kind, held in _BAD_VALUES.items() for value, note in held.items() for rule in _value(kind, value, note)),
    *_deep(MAX_DEPTH, large=False),
    *_deep(200_000, large=True),
    ByteRule("duplicate-key", "duplicate-key", "a name twice", _twice, _first_pointer),
    ByteRule("duplicate-key", "duplicate-key", "a name twice, once escaped", _twice_escaped, _first_pointer),
    ByteRule("duplicate-key", "duplicate-key", "a name twice at once", _twice_at_once, _first_pointer),
)
"""Every breach of JSON itself."""
