"""XML and forms of other schemas: arrays, attributes, namespaces, alternatives (OpenAPI 3.1 section 4.8.26)."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import relation_spec as rs
from relation_spec.contract import UnencodableValueError
from relation_spec.messages.decoding import Decoder
from relation_spec.schema.json_type import json_equal
from relation_spec.strategies.values import valid_value
from tests.conftest import said

ROOT_SCHEMA: dict[str, Any] = {
    "type": "object",
    "x-closed": True,
    "xml": {"name": "order", "namespace": "urn:shop", "prefix": "s"},
    "properties": {
        "id": {"type": "integer", "xml": {"attribute": True}},
        "tags": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "string", "enum": ["a", "b"], "xml": {"name": "tag"}},
        },
        "codes": {"type": "array", "xml": {"wrapped": True}, "items": {"type": "integer", "xml": {"name": "code"}}},
        "lines": {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/Line"}},
        "paid": {"type": "boolean"},
        "price": {"type": "number", "xml": {"name": "total", "namespace": "urn:money"}},
        "size": {"type": ["integer", "string"], "enum": ["small", "large", 5]},
        "note": {"anyOf": [{"type": "null"}, {"type": "string", "enum": ["x y", " z "]}]},
        "map": {"type": "object", "additionalProperties": {"type": "integer"}},
        "parent": {"$ref": "#/components/schemas/Root"},
    },
}
LINE = {
    "type": "object",
    "required": ["pieces"],
    "properties": {
        "pieces": {"type": "integer", "minimum": 1},
        "sku": {"type": "string", "enum": ["k-1", "007"], "xml": {"attribute": True}},
    },
}
XML = "application/xml"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> rs.Contract:
    schema = {"$ref": "#/components/schemas/Root"}
    content = {
        "application/json": {"schema": schema},
        XML: {"schema": schema, "x-null": "xsi-nil", "x-names": "escaped"},
        FORM: {
            "schema": schema,
            "x-null": "bare-name",
            "encoding": {
                "codes": {"style": "form", "explode": False},
                "map": {"style": "deepObject", "explode": True},
                "lines": {"contentType": "application/json"},
            },
        },
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {
            "/x": {
                "post": {
                    "operationId": "x",
                    "requestBody": {"content": content},
                    "responses": {"200": {"description": "ok"}},
                }
            }
        },
        "components": {"schemas": {"Root": ROOT_SCHEMA, "Line": LINE}},
    }
    path: Path = tmp_path_factory.mktemp("shop") / "shop.yaml"
    path.write_text(json.dumps(document))
    return rs.load(path)


VALUE = {
    "id": 7,
    "tags": ["a", "b"],
    "codes": [1, 2],
    "lines": [{"pieces": 3, "sku": "007"}],
    "paid": True,
    "price": 1.5,
    "size": 5,
    "note": " z ",
    "map": {"a b": 1, "_x0041_": 2},
    "parent": {"id": 8, "codes": []},
}
TEXT = (
    '<?xml version="1.0" encoding="utf-8"?><s:order xmlns:s="urn:shop" id="7"><tag>a</tag><tag>b</tag>'
    '<codes><code>1</code><code>2</code></codes><lines sku="007"><pieces>3</pieces></lines><paid>true</paid>'
    '<ns:total xmlns:ns="urn:money">1.5</ns:total><size>5</size><note> z </note>'
    "<map><a_x0020_b>1</a_x0020_b><_x005F_x0041_>2</_x005F_x0041_></map>"
    '<s:order xmlns:s="urn:shop" id="8"><codes/></s:order></s:order>'
)


def test_a_value_is_written_as_the_xml_keywords_say(shop: rs.Contract) -> None:
    assert shop.encode_request_body(VALUE, XML).decode() == TEXT


def test_and_read_back(shop: rs.Contract) -> None:
    assert not shop.validate_request_body(TEXT, XML).findings
    assert not shop.validate_request_body(TEXT.encode(), XML).findings


def test_a_value_is_written_as_the_encoding_objects_say(shop: rs.Contract) -> None:
    value = {name: held for name, held in VALUE.items() if name != "map"}
    written = shop.encode_request_body({**value, "map": {"a b": 1}}, FORM)
    assert written.decode() == (
        "id=7&tags=a&tags=b&codes=1%2C2&lines=%5B%7B%22pieces%22%3A3%2C%22sku%22%3A%22007%22%7D%5D&paid=true&price=1.5"
        "&size=5&note=+z+&parent=%7B%22id%22%3A8%2C%22codes%22%3A%5B%5D%7D&map[a+b]=1"
    )
    assert not shop.validate_request_body(written, FORM).findings


def parts(value: Any) -> Iterator[Any]:
    yield value
    for below in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from parts(below)


@pytest.mark.parametrize("name", [XML, FORM])
@pytest.mark.parametrize("seed", range(60))
def test_generated_values_read_back(shop: rs.Contract, name: str, seed: int) -> None:
    """What can be written reads back; what cannot is refused."""
    assert shop.document.operation().request
    media = shop.document.operation().request.content[name]  # type: ignore[union-attr]
    value = valid_value(shop.document, "request", "/components/schemas/Root", random.Random(seed))
    try:
        written = shop.encode_request_body(value, name)
    except UnencodableValueError:
        assert seed  # an enum's text that reads as a number, an empty array, an unknown property that is no text
        return
    read = Decoder(shop.document, media).read(written, None)
    assert not read.notes
    assert json_equal(read.value, value)
    assert shop.validate_request_body(written, name).valid


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('id="7"', 'id="x"', ("type", "/id")),
        ("<tag>b</tag>", "<tag>c</tag>", ("enum", "/tags/1")),
        ("<code>2</code>", "<code>z</code>", ("type", "/codes/1")),
        ("<pieces>3</pieces>", "<pieces>0</pieces>", ("range", "/lines/0/pieces")),
        ("<pieces>3</pieces>", "", ("required", "/lines/0")),
        (">1.5<", ">dear<", ("type", "/price")),
        ("<size>5</size>", "<size>6</size>", ("enum", "/size")),
        ("<paid>true</paid>", "<paid>yes</paid>", ("type", "/paid")),
        (">1</a_x0020_b>", ">i</a_x0020_b>", ("type", "/map/a b")),
        ('id="8"', 'id="8.5"', ("type", "/parent/id")),
        ('xmlns:ns="urn:money"', 'xmlns:ns="urn:gold"', ("unknown-property", "/{urn:gold}total")),
    ],
)
def test_a_fault_is_found_at_its_place(shop: rs.Contract, old: str, new: str, expected: tuple[str, str]) -> None:
    assert old in TEXT
    report = shop.validate_request_body(TEXT.replace(old, new), XML)
    assert expected in said(report)
    place = report.findings[0]
    assert place.line == 1
    assert place.column


def test_places_are_those_of_the_text(shop: rs.Contract) -> None:
    text = '<s:order\n xmlns:s="urn:shop">\r\n\t<tag>ä😀</tag>\n  <tag>\n  q</tag></s:order>'
    found = shop.validate_request_body(text, XML)
    assert [(f.code, f.pointer, f.line, f.column) for f in found] == [
        ("enum", "/tags/0", 3, 7),
        ("enum", "/tags/1", 5, 3),
    ]


@pytest.mark.parametrize("before", [b"", b"<!-- <!DOCTYPE a> -->", b"<?a <!DOCTYPE [?><!-- [ -->\n"])
def test_nothing_after_a_document_type_declaration_is_parsed(contract: rs.Contract, before: bytes) -> None:
    """The rest is no XML at all, and nobody sees it."""
    body = before + b"<!DOCTYPE r [" + b"<!ENTITY % x <<<" * 1000
    finding = contract.validate_request_body(body, XML).findings[0]
    assert finding.message.startswith("found a document type declaration")
    assert len(contract.validate_request_body(body, XML)) == 1
