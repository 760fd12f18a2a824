"""The quick reader of XML against the exact one, over trees that are grown here, tag by tag, and then scratched.

``tests/test_quick_readers.py`` starts from bodies that programs write. Here elements stand where none belong, repeat,
nest to the edge of what is read, and carry every kind of name, attribute and text that XML has.
"""

import random
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest

import relation_spec
from relation_spec.contract import Side
from relation_spec.limits import MAX_DEPTH
from relation_spec.media import xml_text
from relation_spec.media.reading import UNREADABLE
from relation_spec.messages.decoding import Decoder
from relation_spec.schema.json_type import json_equal

NIL = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
ROOTS: dict[Side, str] = {"request": "ContactRelationEntity", "response": "ContactRelationEntityWithLinks"}
HEADS = [
    *("", "", "", '<?xml version="1.0"?>', '<?xml version="1.0" encoding="utf-8"?>\n', "<?xml version='1.0' encoding='UTF-8'?>"),
    *('<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n', '<?xml version="1.1"?>', "<!--x-->", "\n", "\ufeff", "<!DOCTYPE a>"),
    *('<?xml version="1.0" encoding="iso-8859-1"?>', '<?xml encoding="utf-8" version="1.0"?>', '<?xml version="1.0" ?>', "<?a?>"),
]  # fmt: skip
OTHER_NAMES = [
    *("comment", "_x0043_omment", "Comment_x0020_", "a", "a.b-c", "_", "_x005F_x0041_", "_xD800_", "\u00e9", "\u4e2d", "xml", "x:y"),
    *("1a", "-a", "a b", "", "FieldProperties_x002E_x", "_x0000_", "xsi:nil"),
]  # fmt: skip
TEXTS = [
    *("", "", "0", "1", "-5", "00", "+1", "1.0", "1e2", "2147483648", "9" * 18, "9" * 30, " 1 ", "\n1\n", "\u0661", "\u00b2", "true", "1 2"),
    *("x", "a b", "\u00e9", "\U0001f600", "&amp;", "&lt;b&gt;", "&amp;lt;", "&quot;&apos;", "&#65;", "&#x0;", "&eacute;", "&", ">"),
    *("]]>", "]]&gt;", "<![CDATA[<a>]]>", "<!--a-->", "<!--a--b-->", "<?p i?>", "\t", "\r\n", "\x00", "\x85", "\u2028", "\ufffe", "\x7f", "false"),
]  # fmt: skip
ATTRIBUTES = [
    ' xsi:nil="true"',
    ' xsi:nil="1"',
    " xsi:nil='true'",
    ' xsi:nil="false"',
    ' a="b"',
    ' xmlns="n"',
    " ",
    "\n",
    f" {NIL}",
]
SCRATCHES = [
    "<",
    ">",
    "/",
    "&",
    ";",
    '"',
    "=",
    "<a>",
    "</a>",
    "<Comment>",
    "</Comment>",
    "<Reversed/>",
    " ",
    "\n",
    "!",
    "?",
    "\x01",
    "]]>",
]


class Grower:
    """Grows the texts of elements for one contract."""

    def __init__(self, decoder: Decoder, source: random.Random) -> None:
        self.decoder, self.source = decoder, source

    def element(self, name: str, shape: object, levels: int, oddness: float) -> str:
        """An element with all that is in it."""
        pick, odd = self.source.choice, self.source.random() < oddness
        attribute = pick(ATTRIBUTES) if self.source.random() < oddness else pick(["", "", "", ATTRIBUTES[0]])
        if self.source.random() < 0.15 or attribute == ATTRIBUTES[0]:
            return f"<{name}{attribute}/>" if not odd else f"<{name}{attribute}></{name}>"
        properties = getattr(shape, "properties", {})
        if levels and (properties or odd or self.source.random() < 0.1):
            inner = self.children(shape, levels - 1, oddness)
        else:
            inner = pick(TEXTS) if self.source.random() < oddness * 3 else pick(TEXTS[:20])
        space = pick(["", "", "", " ", "\n"])
        return f"<{name}{attribute}{pick(['', '', ' ']) if odd else ''}>{inner}</{name}{space if odd else ''}>"

    def children(self, shape: object, levels: int, oddness: float) -> str:
        known = dict(getattr(shape, "properties", {}))
        names = self.source.sample(sorted(known), self.source.randrange(len(known) + 1)) if known else ["a", "b"]
        if self.source.random() < oddness:
            names += [self.source.choice([*OTHER_NAMES, *names])]
        gap = self.source.choice(["", "", "\n  ", " ", "\t"])
        other = getattr(shape, "entries", None)
        return gap + gap.join(self.element(name, known.get(name, other), levels, oddness) for name in names) + gap

    def body(self, root: str) -> str:
        """A whole body, mostly almost plain."""
        oddness = self.source.choice([0, 0.01, 0.05, 0.3])
        head = self.source.choice(HEADS if self.source.random() < oddness * 3 else HEADS[:5])
        inner = self.children(self.decoder._root.shape, self.source.choice([1, 2, 3, 5]), oddness)
        text = f"{head}<{root} {NIL}>{inner}</{root}>" + self.source.choice(["", "", "\n"])
        for _ in range(self.source.choice([0, 0, 0, 1, 2])):
            at, length = self.source.randrange(len(text) + 1), self.source.choice([0, 0, 1, 3])
            text = text[:at] + self.source.choice(SCRATCHES) + text[at + length :]
        return text


def decoder_of(contract: relation_spec.Contract, side: Side) -> Decoder:
    operation = contract.document.operation(None)
    body = operation.request if side == "request" else operation.response(200)
    assert body is not None
    return Decoder(contract.document, body.content["application/xml"])


def grown(contract: relation_spec.Contract, side: Side, count: int, seed: int) -> Iterator[tuple[Decoder, bytes]]:
    source = random.Random(seed)
    decoder = decoder_of(contract, side)
    grower = Grower(decoder, source)
    for _ in range(count):
        yield decoder, grower.body(ROOTS[side]).encode()


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("side", ["request", "response"])
def test_what_is_read_quickly_is_read_so_exactly_and_without_a_note(
    contract: relation_spec.Contract, side: Side, seed: int
) -> None:
    """XML sections 2 to 4; a body that the quick reader takes is well-formed in the eyes of the standard library too."""
    quick = 0
    for decoder, body in grown(contract, side, 1_000, seed):
        exact = xml_text.read(body, None, decoder._root)
        found = decoder._plain(body)
        if found is not UNREADABLE:
            quick += 1
            assert (exact.notes, repr(exact.value)) == ([], repr(found)), body
            ElementTree.fromstring(body)
        assert decoder.value(body, None) is UNREADABLE or json_equal(decoder.value(body, None), exact.value)
        assert bool(exact.notes) or exact.value is not UNREADABLE, body
    assert quick > 200


@pytest.mark.parametrize("lost", [">", "<", "/"])
def test_no_bracket_may_be_missing(contract: relation_spec.Contract, lost: str) -> None:
    """XML section 3.1: each bracket and slash of a plain body is needed, also those of the root's tags."""
    decoder = decoder_of(contract, "request")
    body = b"<ContactRelationEntity><SourceContactId>1</SourceContactId><Comment/></ContactRelationEntity>"
    assert decoder._plain(body) == {"SourceContactId": 1, "Comment": ""}
    for at, letter in enumerate(body.decode()):
        if letter == lost:
            short = body[:at] + body[at + 1 :]
            assert decoder._plain(short) is UNREADABLE, short
            assert [note.code for note in xml_text.read(short, None, decoder._root).notes] == ["malformed"], short


@pytest.mark.parametrize("seed", range(2))
def test_bytes_text_and_label_of_one_body_have_one_reading(contract: relation_spec.Contract, seed: int) -> None:
    """RFC 7303 section 3: naming UTF-8 in the Content-Type changes nothing for a body that names nothing else."""
    for decoder, body in grown(contract, "request", 500, 100 + seed):
        if b"encoding" in body[:60] or body.startswith(b"\xef"):
            continue
        readings = [decoder.read(body, None), decoder.read(body, "utf-8"), decoder.read(body.decode(), None)]
        assert len({repr((one.notes, one.value if one.value is not UNREADABLE else None)) for one in readings}) == 1


@pytest.mark.parametrize("levels", range(MAX_DEPTH - 4, MAX_DEPTH + 4))
@pytest.mark.parametrize("inner", ["<a/>", "<a>1</a>", "x", '<a xsi:nil="true"/>', ""])
def test_both_readers_end_at_the_same_depth(contract: relation_spec.Contract, levels: int, inner: str) -> None:
    """``MAX_DEPTH`` in limits: what one reads the other may not call too deep."""
    decoder = decoder_of(contract, "request")
    body = f"<ContactRelationEntity {NIL}>{'<a>' * levels}{inner}{'</a>' * levels}</ContactRelationEntity>".encode()
    exact, found = xml_text.read(body, None, decoder._root), decoder._plain(body)
    deep = levels + inner.startswith("<a") > MAX_DEPTH  # the innermost is no object, and not counted
    assert [note.code for note in exact.notes] == ["too-deep"] * deep
    assert found is UNREADABLE if deep else found is UNREADABLE or json_equal(found, exact.value)
