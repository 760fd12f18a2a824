"""Defects: encoding and escaping of texts."""

import unicodedata

from relation_spec.messages.message import Request
from relation_spec.server.answering import Reply
from relation_spec.server.defects.fields import is_json, is_xml
from relation_spec.server.defects.registry import breaks
from relation_spec.server.defects.scene import Scene, Value


@breaks("encoding", "record")
def text_as_mojibake(at: Scene, kept: Value) -> None:
    """A text in UTF-8 is read as ISO 8859-1.

    Breaks: {text}
    Harm: Names with other letters than English ones become unreadable, and are stored so.
    Hidden: shows only for texts with other letters than those of ASCII
    """
    at.text.change(kept, lambda text: text.encode("utf-8", "surrogatepass").decode("iso-8859-1"))


@breaks("encoding", "record")
def astral_lost(at: Scene, kept: Value) -> None:
    """Characters beyond U+FFFF become question marks, as in a database of three bytes a letter.

    Breaks: {text}
    Harm: Emoji and rare Chinese names are gone for good.
    Hidden: shows only for texts with characters beyond U+FFFF
    """
    at.text.change(kept, lambda text: "".join("?" if ord(letter) > 0xFFFF else letter for letter in text))


@breaks("encoding", "record")
def text_normalized(at: Scene, kept: Value) -> None:
    """Letters and their accents are put together (Unicode's form C).

    Breaks: {text}
    Harm: What was sent does not come back, so that comparisons and searches fail for letters that look the same.
    Hidden: shows only for texts with accents as characters of their own
    """
    at.text.change(kept, lambda text: unicodedata.normalize("NFC", text))


@breaks("encoding", "record")
def backslashes_lost(at: Scene, kept: Value) -> None:
    r"""Backslashes are taken for escapes, and go.

    Breaks: {text}
    Harm: Paths of files and names of Windows accounts are stored wrongly.
    Hidden: shows only for texts with a backslash
    """
    at.text.change(kept, lambda text: text.replace("\\", ""))


@breaks("encoding", "reply")
def xml_unescaped(at: Scene, reply: Reply, request: Request) -> Reply:
    """An ampersand in XML is not escaped.

    Breaks: {xml}
    Harm: Programs cannot read the answer as soon as a company is called Smith & Sons.
    Hidden: shows only in XML, for texts with an ampersand
    """
    return reply._replace(body=reply.body.replace(b"&amp;", b"&")) if is_xml(reply) else reply


@breaks("encoding", "reply")
def xml_escaped_twice(at: Scene, reply: Reply, request: Request) -> Reply:
    """An ampersand in XML is escaped twice.

    Breaks: {xml}
    Harm: People see &amp; in names, and save it back.
    Hidden: shows only in XML, for texts with an ampersand
    """
    return reply._replace(body=reply.body.replace(b"&amp;", b"&amp;amp;")) if is_xml(reply) else reply


@breaks("encoding", "reply")
def json_with_raw_lines(at: Scene, reply: Reply, request: Request) -> Reply:
    """The end of a line stands in JSON as it is.

    Breaks: {gives}
    Harm: Programs cannot read the answer as soon as somebody writes two lines.
    Hidden: shows only in JSON, for texts of several lines
    """
    return reply._replace(body=reply.body.replace(b"\\n", b"\n")) if is_json(reply) else reply


@breaks("encoding", "reply")
def byte_order_mark(at: Scene, reply: Reply, request: Request) -> Reply:
    """A byte order mark stands before the answer.

    Breaks: {gives}
    Harm: Many readers of JSON fail at the first byte.
    """
    return reply._replace(body=b"\xef\xbb\xbf" + reply.body) if reply.body else reply
