"""Exports follow the YAML: an edited copy changes each of them, without a line of Python."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import xmlschema
from lxml import etree
from openapi_schema_validator import OAS30Validator, OAS31Validator

import relation_spec as rs
from relation_spec import export
from tests.conftest import wrap

Edited = Callable[..., Path]
BODY = {"SourceContactId": 874, "DestinationContactId": 955}
ROOT = "ContactRelationEntity"


def verdicts(contract: rs.Contract, value: Any) -> dict[str, bool]:
    """What each export says of a request, where it has a form for it."""
    made: dict[str, bool] = {}
    for dialect, kind in (("2020-12", jsonschema.Draft202012Validator), ("draft-07", jsonschema.Draft7Validator)):
        made[dialect] = kind(export.json_schema(contract, dialect=dialect).value).is_valid(value)
    for version, validator in (("3.1", OAS31Validator), ("3.0", OAS30Validator)):
        document = json.loads(export.openapi(contract, version=version).text("json"))
        schema = document["components"]["schemas"]["ContactRelationEntityToSave"]
        made[version] = validator({**schema, "components": document["components"]}).is_valid(value)
    try:
        body = contract.encode_request_body(value, "application/xml")
    except rs.UnencodableValueError:  # XML gives what is not known no type
        root = export.xsd(contract).text().partition('<xs:element name="')[2].partition('"')[0]
        body = f"<{root}>{''.join(f'<{name}>{held}</{name}>' for name, held in value.items())}</{root}>".encode()
    made["xsd 1.0"] = etree.XMLSchema(etree.fromstring(export.xsd(contract).text().encode())).validate(
        etree.fromstring(body)
    )
    made["xsd 1.1"] = xmlschema.XMLSchema11(export.xsd(contract, version="1.1").text()).is_valid(body.decode())
    made["ours"] = contract.validate_request_body(value).valid
    return made


def all_say(contract: rs.Contract, value: Any) -> bool:
    said = verdicts(contract, value)
    assert len(set(said.values())) == 1, said
    return said["ours"]


def test_a_new_property_with_bounds_is_enforced(edited: Edited) -> None:
    new = """        Weight:
          type: integer
          minimum: 3
          maximum: 9
          x-provenance: choice
          x-reason: A test.
        Reversed:
"""
    changed = rs.load(edited(("        Reversed:\n", new)))
    assert all_say(changed, {**BODY, "Weight": 3})
    assert not all_say(changed, {**BODY, "Weight": 2})
    assert not all_say(changed, {**BODY, "Weight": 10})
    assert not all_say(rs.load(), {**BODY, "Weight": 3})


def test_a_renamed_property_and_another_root_element_are_followed(edited: Edited) -> None:
    changed = rs.load(edited(("SourceContactId", "FromId"), (f"xml: {{name: {ROOT}}}", "xml: {name: Link}")))
    assert all_say(changed, {"FromId": 1, "DestinationContactId": 2})
    assert not all_say(changed, {**BODY})
    assert '<xs:element name="Link"' in export.xsd(changed).text()


def test_an_element_with_another_name_is_followed(edited: Edited) -> None:
    changed = rs.load(edited(("        Reversed:\n", "        Reversed:\n          xml: {name: Backwards}\n")))
    assert all_say(changed, {**BODY, "Reversed": 1})
    assert 'name="Backwards"' in export.xsd(changed).text()
    assert 'name="Reversed"' not in export.xsd(changed).text()


def test_an_attribute_and_a_namespace_are_followed(edited: Edited) -> None:
    changed = rs.load(
        edited(
            (f"xml: {{name: {ROOT}}}", f"xml: {{name: {ROOT}, namespace: 'urn:crm'}}"),
            ("description: A free remark about this relation.", "description: x\n          xml: {attribute: true}"),
        )
    )
    for value, valid in (
        ({**BODY, "Comment": "a"}, True),
        (BODY, True),
        ({**BODY, "Comment": "a", "Reversed": 2**31}, False),
    ):
        assert all_say(changed, value) is valid


def test_another_enum_and_another_fraction_are_followed(edited: Edited) -> None:
    changed = rs.load(edited(("InternalAssociate, ", "Insider, "), ("fractionDigits: 7", "fractionDigits: 0")))
    assert all_say(changed, {**BODY, "CreatedBy": {"Type": "Insider"}})
    assert not all_say(changed, {**BODY, "CreatedBy": {"Type": "InternalAssociate"}})
    assert all_say(changed, {**BODY, "UpdatedDate": "2017-12-11T03:41:58Z"})
    assert not all_say(changed, {**BODY, "UpdatedDate": "2017-12-11T03:41:58.5Z"})


def test_a_warning_that_becomes_an_error_is_enforced_and_leaves_the_list(edited: Edited) -> None:
    changed = rs.load(
        edited(
            ("null-id: {request: warning", "null-id: {request: error"),
            ("read-only: {request: warning", "read-only: {request: error"),
            ("missing-offset: {request: warning", "missing-offset: {request: error"),
        )
    )
    assert not verdicts(changed, {**BODY, "TableRight": None})["2020-12"]
    assert not verdicts(changed, {**BODY, "TableRight": None})["3.0"]
    assert not all_say(changed, {**BODY, "UpdatedDate": "2017-12-11T03:41:58"})
    assert all_say(changed, {**BODY, "UpdatedDate": "2017-12-11T03:41:58Z"})
    said = verdicts(changed, {**BODY, "SourceContactId": 0})
    assert not any(said[name] for name in ("2020-12", "draft-07", "3.1", "3.0", "ours"))
    for made in (export.json_schema(changed), export.openapi(changed)):
        listed = {entry.code for entry in made.not_enforced if entry.side == "request" and entry.kind == "schema"}
        assert listed == {"format"}
    assert "null-id" in {entry.code for entry in export.xsd(changed).not_enforced}


def test_an_error_that_becomes_a_warning_is_no_longer_enforced(edited: Edited) -> None:
    changed = rs.load(edited(("      unevaluatedProperties: false\n", "      x-closed: true\n"),
                             ("unknown-property: {request: error", "unknown-property: {request: warning")))  # fmt: skip
    said = verdicts(changed, {**BODY, "More": 1})
    assert {name for name, valid in said.items() if not valid} == {"xsd 1.0"}
    stricter = {entry.code for entry in export.xsd(changed).not_enforced if entry.stricter}
    assert "unknown-property" in stricter


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_arrays_in_xml_are_followed(tmp_path: Path, version: Any) -> None:
    """Wrapped and not; in 1.0 the element of an array comes as often as it likes, and the list says what that costs."""
    document = wrap(
        {
            "type": "object",
            "required": ["id", "tags"],
            "additionalProperties": False,
            "properties": {
                "id": {"type": "integer", "xml": {"attribute": True}},
                "tags": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 2,
                    "items": {"enum": ["a", "b"], "xml": {"name": "tag"}},
                },
                "codes": {"type": "array", "minItems": 2, "xml": {"wrapped": True}, "items": {"type": "number"}},
                "size": {"type": ["integer", "string"]},
                "good": {"type": "boolean"},
                "parent": {"$ref": "#/components/schemas/Root"},
            },
        }
    )
    document["paths"]["/x"]["post"]["requestBody"]["content"] = {
        "text/xml": {"schema": {"$ref": "#/components/schemas/Root"}}
    }
    path = tmp_path / "shop.yaml"
    path.write_text(json.dumps(document))
    contract = rs.load(path)
    made = export.xsd(contract, version=version)
    schema: Any = (xmlschema.XMLSchema10 if version == "1.0" else xmlschema.XMLSchema11)(made.text())
    rows = {
        '<Root id="5"><tag>a</tag><good>true</good><tag>b</tag></Root>': True,
        '<Root id="5"><tag>a</tag><parent id="1"><tag>a</tag></parent></Root>': True,
        '<Root id="5"><codes><item>1.5</item><item>-1e2</item></codes><tag>a</tag><size>x</size></Root>': True,
        '<Root id="x"><tag>a</tag></Root>': False,
        "<Root><tag>a</tag></Root>": False,
        '<Root id="5"><tag>c</tag></Root>': False,
        '<Root id="5"><tag>a</tag><good>1</good></Root>': False,
        '<Root id="5"><codes><item>1.5</item></codes><tag>a</tag></Root>': False,
        '<Root id="5"><codes><item>x</item><item>1</item></codes><tag>a</tag></Root>': False,
        '<Root id="5"><tag>a</tag><parent id="1"/></Root>': False,
        '<Root id="5"/>': False,
        '<Root id="5"><tag>a</tag><tag>a</tag><tag>a</tag></Root>': False,
    }
    listed = {(entry.code, entry.pointer) for entry in made.not_enforced if not entry.stricter}
    for text, valid in rows.items():
        report = contract.validate_request_body(text, "text/xml")
        assert report.valid is valid, text
        if schema.is_valid(text) != valid:
            assert version == "1.0"
            assert {(finding.code, finding.spec_pointer) for finding in report.errors} <= listed, text


def test_two_namespaces_are_refused_with_the_reason(edited: Edited) -> None:
    changed = rs.load(edited(("        Reversed:\n", "        Reversed:\n          xml: {namespace: 'urn:x'}\n")))
    with pytest.raises(rs.WrongCallError, match="Reversed is in the namespace urn:x"):
        export.xsd(changed)


def test_libxml2_counts_the_digits_of_a_year() -> None:
    """It lost count of repetitions in alternatives that start alike, and took a year of five digits."""
    schema = etree.XMLSchema(etree.fromstring(export.xsd().text().encode()))
    contract = rs.load()
    for text in (
        "12017-12-11T03:41:58Z",
        "2017-12-11T03:41:58Z",
        "217-12-11T03:41:58Z",
        "2016-02-29T00:00:00",
        "2017-02-29T00:00:00",
    ):
        body = (
            "<ContactRelationEntity><SourceContactId>1</SourceContactId><DestinationContactId>2</DestinationContactId>"
        )
        body += f"<UpdatedDate>{text}</UpdatedDate></ContactRelationEntity>"
        assert schema.validate(etree.fromstring(body)) == contract.validate_request_body(body, "text/xml").valid, text
