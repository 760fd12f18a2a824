"""The quick readers of XML and forms read what the exact ones read, or leave it to them."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

import relation_spec
from relation_spec.contract import Side, UnencodableValueError
from relation_spec.media.reading import UNREADABLE
from relation_spec.messages.decoding import Decoder, kind_of
from relation_spec.strategies.values import valid_value
from tests.conftest import wrap

FORM = "application/x-www-form-urlencoded"
SIDES: tuple[tuple[Side, str], ...] = (
    ("request", "application/xml"),
    ("response", "application/xml"),
    ("request", FORM),
)

# what stands between the plain and the rest, for each kind of text
TOUCHES = {
    "xml": [
        *("<", ">", "/", "&", "&amp;", "&lt;", "&#65;", "&nbsp;", "]]>", "<!--x-->", "<![CDATA[1]]>", "<a/>", "<a>1</a>"),
        *(' xsi:nil="true"', ' xsi:nil="true"/>', ' a="1"', "<?x?>", "<!DOCTYPE r>", "x:", "_x0020_", "\r", "\t", "\n", " "),
        *("\x00", "\x7f", "\u0660", "\u00e9", "\ufeff", "\ufffe", "\U0001f600", "00", "-1", "+1", "1e5", "1" * 18),
    ],
    "form": [
        *("&", "=", "+", "%", "%20", "%2B", "%26", "%zz", "%C3%A9", "%C3", "%EF%BB%BF", "%00", "[", "]", "[a]=", "{", "<"),
        *(";", "\x00", "\u0660", "\u00e9", "\ufeff", "\ud800", "00", "-1", "+1", "1e5", "1" * 18, "true", "\n", "%5B"),
    ],
}  # fmt: skip

USUAL = {
    "Whole": {"type": "integer"},
    "Number": {"type": ["number", "null"]},
    "Truth": {"type": "boolean"},
    "Either": {"type": ["string", "integer"]},
    "Below": {"type": "object", "properties": {"Whole": {"type": "integer"}, "Text": {"type": "string"}}},
    "Renamed": {"type": "string", "xml": {"name": "Whole2"}},
}
ODD = {
    "Any": {},
    "List": {"type": "array", "items": {"type": "integer"}},
    "Wrapped": {"type": "array", "items": {"type": "integer"}, "xml": {"wrapped": True}},
    "Attribute": {"type": "object", "properties": {"A": {"type": "string", "xml": {"attribute": True}}}},
    "odd name": {"type": "string"},
    "a[b]": {"type": "string"},
}


def other_contract(folder: Path, odd: tuple[str, ...], *, marks: bool) -> relation_spec.Contract:
    """A contract with what the bundled one lacks; ``marks`` say whether null and odd names can be written."""
    properties = {**USUAL, **{name: ODD[name] for name in odd}}
    document = wrap({"type": "object", "properties": properties, "additionalProperties": {"type": "integer"}})
    schema = {"$ref": "#/components/schemas/Root"}
    document["paths"]["/x"]["post"]["requestBody"]["content"] = {
        "application/xml": {"schema": schema, **({"x-null": "xsi-nil", "x-names": "escaped"} if marks else {})},
        FORM: {
            "schema": schema,
            "encoding": {"Below": {"style": "deepObject"}, "Any": {"contentType": "application/json"}},
            **({"x-null": "bare-name"} if marks else {}),
        },
    }
    if "Any" not in properties:
        del document["paths"]["/x"]["post"]["requestBody"]["content"][FORM]["encoding"]["Any"]
    path = folder / "other.yaml"
    path.write_text(json.dumps(document))
    return relation_spec.load(path)


def decoder_of(contract: relation_spec.Contract, side: Side, name: str) -> Decoder:
    operation = contract.document.operation(None)
    body = operation.request if side == "request" else operation.response(200)
    assert body is not None
    return Decoder(contract.document, body.content[name])


def bodies(contract: relation_spec.Contract, decoder: Decoder, side: Side, source: random.Random) -> Iterator[bytes]:
    """Bodies of samples and of generated values, as they are, spread over lines, and touched in one or two places."""
    media = decoder._media
    assert media.schema is not None
    samples = [one["value"] for one in contract.document.to_dict()["components"].get("examples", {}).values()]
    while True:
        value = valid_value(contract.document, side, media.schema, source, whole=source.random() < 0.3)
        if samples and source.random() < 0.7:
            value = samples[side == "response"]
        try:
            body = decoder.encode(value, None, source.choice([None, None, 2]) if decoder.kind == "xml" else None)
        except UnencodableValueError:
            continue
        yield body
        text = body.decode()
        for _ in range(20):
            touched = text
            for _ in range(source.choice([1, 1, 2])):
                at, length = source.randrange(len(touched) + 1), source.choice([0, 0, 0, 1, 5, 20])
                piece = source.choice([*TOUCHES[str(decoder.kind)], text[at : at + source.randrange(60)]])
                touched = touched[:at] + piece + touched[at + length :]
            yield touched.encode("utf-8", "surrogatepass")


def held_together(contract: relation_spec.Contract, side: Side, name: str, count: int, seed: int) -> int:
    """Read ``count`` bodies both ways; how many the quick reader read."""
    decoder = decoder_of(contract, side, name)
    source, quick = random.Random(seed), 0
    for _, body in zip(range(count), bodies(contract, decoder, side, source), strict=False):
        given: bytes | str = body
        if kind_of(name) == "form" and source.random() < 0.3:
            given = body.decode("utf-8", "surrogatepass")
        found = decoder._plain(given)
        if found is UNREADABLE:
            continue
        quick += 1
        exact = decoder.read(given, None)
        assert not exact.notes, body
        assert repr(found) == repr(exact.value), body
    return quick


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("side", "name"), SIDES)
def test_a_quick_reader_reads_what_the_exact_one_reads(
    contract: relation_spec.Contract, side: Side, name: str, seed: int
) -> None:
    """``docs/decisions.md`` on XML and forms: whoever reads them, the value is one."""
    assert held_together(contract, side, name, 2_000, seed) > 200


@pytest.mark.parametrize("marks", [False, True])
@pytest.mark.parametrize("name", ["application/xml", FORM])
def test_a_quick_reader_keeps_to_any_schema(tmp_path: Path, name: str, marks: bool) -> None:
    """OpenAPI 3.1 sections 4.8.15 and 4.8.26: encodings, and names, attributes and arrays in XML."""
    assert held_together(other_contract(tmp_path, (), marks=marks), "request", name, 600, 5) > 20
    for odd in ODD:
        held_together(other_contract(tmp_path, (odd,), marks=marks), "request", name, 200, 5)


@pytest.mark.parametrize(("side", "name"), SIDES)
def test_samples_are_read_quickly(contract: relation_spec.Contract, side: Side, name: str) -> None:
    """The page's samples as programs write them."""
    decoder = decoder_of(contract, side, name)
    value = contract.document.get(f"/components/examples/Sample{side.title()}/value")
    assert decoder._plain(decoder.encode(value, None)) == value
