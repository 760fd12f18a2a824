"""Breaches of XML and of forms below any schema, each with the finding it must give.

In: the UTF-8 text of a body as this package writes it. Out: broken bodies, by the rules of :data:`XML_RULES` and
:data:`FORM_RULES`.
"""

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import unquote_plus

from relation_spec.contract.pointer import join
from relation_spec.limits import MAX_DEPTH
from relation_spec.media.xml_name import unescape
from relation_spec.strategies.byte_mutations import ByteRule, Text

__all__ = ["FORM_RULES", "XML_RULES"]

_DECLARATION: Final = re.compile(r"<\?xml[^>]*\?>")
_ROOT: Final = re.compile(r"(<\?xml[^>]*\?>)?<([^\s/>]+)([^>]*)>")
_CHILD: Final = re.compile(r"<([^\s/>?]+)[^>]*?(?:/>|>[^<]*</\1>)")
_FIELD: Final = re.compile(r"(?:^|&)([^=&\[]+)=([^&]*)")


def _xml(kind: str, code: str, note: str, make: Callable[[str], str | None]) -> ByteRule:
    def made(text: Text) -> bytes | None:
        broken = make(text.text)
        return None if broken is None else broken.encode()

    return ByteRule(kind, code, note, made)


def _root(text: str) -> re.Match[str]:
    found = _ROOT.match(text)
    if found is None:
        raise ValueError(f"no XML of an object: {text[:80]!r}")
    return found


def _inside(more: str) -> Callable[[str], str]:
    """Something more, before the end tag of the root."""

    def make(text: str) -> str:
        head, end, tail = text.rpartition("</")
        return head + more + end + tail

    return make


def _child(text: str) -> re.Match[str] | None:
    """The first element that holds text or nothing, right below the root."""
    return _CHILD.match(text, _root(text).end())


def _in_child(content: str) -> Callable[[str], str | None]:
    def make(text: str) -> str | None:
        found = _child(text)
        if found is None:
            return None
        return f"{text[: found.start()]}<{found[1]}>{content}</{found[1]}>{text[found.end() :]}"

    return make


def _twice(text: str) -> str | None:
    found = _child(text)
    return found and text[: found.end()] + text[found.start() :]


def _child_pointer(text: Text) -> str:
    found = _child(text.text)
    return join("", unescape(found[1])) if found else ""


def _renamed(text: str) -> str:
    found = _root(text)
    head, end, tail = text[found.end(2) :].rpartition(f"</{found[2]}")
    return f"{text[: found.end(2)]}s{head}{end}s{tail}"


def _with_attribute(more: str) -> Callable[[str], str]:
    def make(text: str) -> str:
        found = _root(text)
        return f"{text[: found.end() - 1]} {more}{text[found.end() - 1 :]}"

    return make


def _declared(encoding: str) -> Callable[[str], str]:
    return lambda text: _DECLARATION.sub(f'<?xml version="1.0" encoding="{encoding}"?>', text, count=1)


def _after_declaration(more: str) -> Callable[[str], str]:
    def make(text: str) -> str:
        found = _DECLARATION.match(text)
        at = found.end() if found else 0
        return text[:at] + more + text[at:]

    return make


def _markup(kind: str, note: str, make: Callable[[Text], bytes]) -> ByteRule:
    return ByteRule(kind, "malformed", note, make)


_DEEP: Final = "<a>" * (MAX_DEPTH + 1) + "</a>" * (MAX_DEPTH + 1)
_DEEPER: Final = "a" + "[a]" * (MAX_DEPTH + 1)
_BOMB: Final = '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
_OUTSIDE: Final = '<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]>'

XML_RULES: Final[tuple[ByteRule, ...]] = (
    *(
        _markup("truncation", "cut off", lambda t, share=share: t.body[: max(1, int(len(t.body) * share))])  # type: ignore[misc]
        for share in (0.1, 0.25, 0.5, 0.75, 0.9)
    ),
    _markup("truncation", "cut off by one byte", lambda t: t.opened),
    _markup("empty", "empty", lambda t: b""),
    _markup("empty", "white space alone", lambda t: b" \n\t"),
    _markup("wrong-encoding", "utf-16-le without a label", lambda t: t.text.encode("utf-16-le")),
    _markup("wrong-encoding", "utf-32-be without a label", lambda t: t.text.encode("utf-32-be")),
    _markup("bad-utf-8", "a byte of Latin-1", lambda t: _inside("\xe9")(t.text).encode("latin-1", "ignore")),
    _markup("bad-utf-8", "an overlong slash", lambda t: _inside("\0")(t.text).encode().replace(b"\0", b"\xc0\xaf")),
    _markup("other-format", "JSON", lambda t: b'{"a": 1}'),
    _markup("other-format", "a form", lambda t: b"a=1"),
    _xml("wrong-encoding", "encoding", "the declaration names another encoding than the mark",
         lambda t: "\ufeff" + _declared("iso-8859-1")(t)),
    _xml("wrong-encoding", "malformed", "the declaration names no encoding", _declared("klingon")),
    _xml("unclosed", "malformed", "the root is not closed", lambda t: t[: t.rindex("</")]),
    _xml("unclosed", "malformed", "an element is not closed", _inside("<a>")),
    _xml("unclosed", "malformed", "a comment is not closed", _inside("<!-- ")),
    _xml("unclosed", "malformed", "a CDATA section is not closed", _inside("<![CDATA[")),
    _xml("unclosed", "malformed", "a tag is not closed", _inside("<a")),
    _xml("syntax", "malformed", "elements overlap", _inside("<a><b></a></b>")),
    _xml("syntax", "malformed", "an end tag alone", _inside("</a>")),
    _xml("syntax", "malformed", "a bare <", _in_child("a < b")),
    _xml("syntax", "malformed", "]]> in a text", _in_child("a ]]> b")),
    _xml("syntax", "malformed", "an attribute without quotes", _with_attribute("a=1")),
    _xml("syntax", "malformed", "an attribute twice", _with_attribute('a="1" a="2"')),
    _xml("syntax", "malformed", "a prefix without declaration", _inside("<p:a/>")),
    _xml("syntax", "malformed", "two minus signs in a comment", _inside("<!-- a -- b -->")),
    _xml("syntax", "malformed", "text before the declaration", lambda t: " " + t),
    _xml("text-after-end", "malformed", "two roots", lambda t: t + "<a/>"),
    _xml("text-after-end", "malformed", "text after the end", lambda t: t + "x"),
    _xml("bad-escape", "malformed", "a bare &", _in_child("a & b")),
    _xml("bad-escape", "malformed", "a reference without end", _in_child("&amp")),
    _xml("bad-escape", "malformed", "a reference to a forbidden character", _in_child("&#0;")),
    _xml("bad-escape", "malformed", "a reference to half a character", _in_child("&#xD800;")),
    _xml("bad-escape", "malformed", "a reference past U+10FFFF", _in_child("&#x110000;")),
    _xml("control-character", "malformed", "NUL", _in_child("\0")),
    _xml("control-character", "malformed", "a control character", _in_child("\x1f")),
    _xml("control-character", "malformed", "U+FFFE", _in_child("\ufffe")),
    _xml("entities", "malformed", "an entity that XML does not know", _in_child("&nbsp;")),
    _xml("entities", "malformed", "a document type", _after_declaration("<!DOCTYPE r>")),
    _xml("entities", "malformed", "entities of entities", _after_declaration(_BOMB)),
    _xml("entities", "malformed", "an entity from a file", _after_declaration(_OUTSIDE)),
    _xml("deep", "too-deep", f"{MAX_DEPTH + 1} levels", _inside(_DEEP))._replace(
        pointer=lambda text: "/a" * MAX_DEPTH
    ),
    _xml("root-element", "root-element", "another root element", _renamed),
    _xml("attribute", "unknown-attribute", "an unknown attribute", _with_attribute('a="1"')),
    _xml("duplicate-key", "duplicate-key", "an element twice", _twice)._replace(pointer=_child_pointer),
)  # fmt: skip
"""Every breach of XML itself, and of how messages are written in it."""


def _form(kind: str, note: str, make: Callable[[bytes], bytes]) -> ByteRule:
    return ByteRule(kind, "malformed", note, lambda text: make(text.body))


def _field_twice(text: Text) -> bytes | None:
    found = _FIELD.search(text.text)
    return found and f"{text.text}&{found[1]}={found[2]}".encode()


def _field_pointer(text: Text) -> str:
    found = _FIELD.search(text.text)
    return join("", unquote_plus(found[1])) if found else ""


FORM_RULES: Final[tuple[ByteRule, ...]] = (
    *(
        _form(kind, f"{note}, in a {where}", lambda body, end=end: body + end)  # type: ignore[misc]
        for kind, note, piece in (
            ("broken-percent", "a percent sign alone", b"%"),
            ("broken-percent", "one digit after the percent sign", b"%4"),
            ("broken-percent", "no hexadecimal digits", b"%zz"),
            ("broken-percent", "Microsoft's own escape", b"%u0041"),
            ("bad-utf-8", "a byte that is not UTF-8", b"%FF"),
            ("bad-utf-8", "an overlong slash", b"%C0%AF"),
            ("bad-utf-8", "half a character", b"%ED%A0%80"),
            ("bad-utf-8", "a cut-off character", b"%F0%9F%98"),
        )
        for where, end in (("value", b"&a=" + piece), ("name", b"&" + piece + b"=1"))
    ),
    _form("bad-utf-8", "a raw byte that is not UTF-8", lambda body: body + b"&a=\xff"),
    _form("bad-utf-8", "a raw byte of Latin-1", lambda body: body + b"&a=\xe9"),
    _form("wrong-encoding", "utf-16 without a label", lambda body: body.decode().encode("utf-16")),
    _form("empty", "white space alone", lambda body: b" \r\n"),
    _form("other-format", "JSON", lambda body: b'{"a": 1}'),
    _form("other-format", "XML", lambda body: b"<a/>"),
    ByteRule("deep", "too-deep", f"{MAX_DEPTH + 1} levels", lambda text: text.body + f"&{_DEEPER}=1".encode(),
             lambda text: "/a"),
    ByteRule("duplicate-key", "duplicate-key", "a field twice", _field_twice, _field_pointer),
)  # fmt: skip
"""Every breach of forms themselves."""
