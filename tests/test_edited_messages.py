"""Whole messages follow the YAML: an edited copy changes what is judged and written, without a line of Python."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import relation_spec as rs
from tests.conftest import said

Edited = Callable[..., Path]
BASIC = {"Authorization": "Basic dGplMDpUamUw"}
PATH = "/api/v1/Relation"


def codes(report: rs.Report) -> list[tuple[str, str]]:
    return [(finding.code, finding.where) for finding in report.findings]


def request(body: bytes, url: str = PATH, content_type: str = "application/json", **headers: str) -> rs.Request:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return rs.Request("POST", url, {**BASIC, "Content-Type": content_type, **fields}, body)


@pytest.fixture
def body(request_body: dict[str, Any]) -> bytes:
    return json.dumps(request_body).encode()


def test_a_new_header_is_judged(edited: Edited, body: bytes, contract: rs.Contract) -> None:
    new = """    SoAppToken:
      name: SO-AppToken
"""
    made = """    Tenant:
      name: SO-Tenant
      in: header
      required: true
      description: The tenant.
      x-provenance: choice
      x-reason: A test.
      schema: {type: integer, minimum: 1, x-provenance: choice, x-reason: A test.}
"""
    path = edited(
        (new, made + new),
        (
            "        - $ref: '#/components/parameters/SoAppToken'\n",
            "        - $ref: '#/components/parameters/SoAppToken'\n        - $ref: '#/components/parameters/Tenant'\n",
        ),
    )
    changed = rs.load(path)
    assert codes(changed.validate_request(request(body))) == [("header", "header.SO-Tenant")]
    assert codes(changed.validate_request(request(body, SO_Tenant="0"))) == [("header", "header.SO-Tenant")]
    assert codes(changed.validate_request(request(body, SO_Tenant="x"))) == [("header", "header.SO-Tenant")]
    assert codes(changed.validate_request(request(body, SO_Tenant="7", SO_Tennat="7"))) == [
        ("header", "header.SO-Tennat")
    ]
    assert not codes(changed.validate_request(request(body, SO_Tenant="7")))
    assert not codes(contract.validate_request(request(body, SO_Tenant="0")))


def test_a_renamed_query_parameter_is_followed(
    edited: Edited, body: bytes, response_body: dict[str, Any], contract: rs.Contract
) -> None:
    changed = rs.load(edited(("name: $select", "name: fields")))
    asked = request(body, f"{PATH}?fields=Comment")
    assert not codes(changed.validate_request(asked))
    assert codes(contract.validate_request(asked)) == [("unknown-parameter", "query")]
    assert codes(changed.validate_request(request(body, f"{PATH}?$select=Comment"))) == [("unknown-parameter", "query")]
    assert codes(changed.validate_request(request(body, f"{PATH}?fields=Nme"))) == [("select", "query.fields")]
    answer = rs.Response(200, {"Content-Type": "application/json"}, json.dumps(response_body).encode())
    assert ("not-selected", "/SourceContactId") in said(changed.validate_response(answer, asked))
    assert changed.validate_response(answer, request(body)).valid


def test_a_new_media_type_is_taken_and_an_old_one_refused(edited: Edited, request_body: dict[str, Any]) -> None:
    changed = rs.load(edited(("text/xml:", "application/vnd.crm+xml:"), ("text/json:", "application/vnd.crm+json:")))
    for name in ("application/vnd.crm+xml", "application/vnd.crm+json; v=2"):
        written = changed.encode_request_body(request_body, name)
        assert not codes(changed.validate_request(request(written, content_type=name, Accept=name.partition(";")[0])))
    for name in ("text/xml", "text/json"):
        found = codes(changed.validate_request(request(b"{}", content_type=name, Accept=name)))
        assert ("unsupported-media-type", "header.Content-Type") in found
        assert ("not-acceptable", "header.Accept") in found


def test_names_in_xml_are_followed(edited: Edited, request_body: dict[str, Any], contract: rs.Contract) -> None:
    """Of the root, of a property, as an attribute, and in a namespace."""
    path = edited(
        ("xml: {name: ContactRelationEntity}", "xml: {name: Relation, namespace: 'urn:crm'}"),
        (
            "description: A free remark about this relation.",
            "description: x\n          xml: {name: Remark, attribute: true}",
        ),
        ("        Reversed:\n", "        Reversed:\n          xml: {name: Backwards}\n"),
    )
    changed = rs.load(path)
    written = changed.encode_request_body(request_body, "application/xml")
    assert b'<ns:Relation xmlns:ns="urn:crm"' in written
    assert b' Remark="est"' in written
    assert b"<Backwards>500</Backwards>" in written
    assert not codes(changed.validate_request(request(written, content_type="application/xml")))
    broken = written.replace(b">500<", b">five<")
    assert said(changed.validate_request(request(broken, content_type="application/xml"))) == {("type", "/Reversed")}
    found = said(contract.validate_request(request(written, content_type="application/xml")))
    assert ("root-element", "") in found
    assert ("unknown-property", "/Backwards") in found
    assert ("unknown-attribute", "") in found


def test_another_way_to_write_null_and_nested_objects_is_followed(edited: Edited, request_body: dict[str, Any]) -> None:
    changed = rs.load(
        edited(
            ("            x-null: bare-name\n", ""),
            ("CreatedBy: {style: deepObject, explode: true}", "CreatedBy: {contentType: application/json}"),
        )
    )
    form = "application/x-www-form-urlencoded"
    with pytest.raises(rs.UnencodableValueError, match="no null"):
        changed.encode_request_body(request_body, form)
    value = {name: held for name, held in request_body.items() if held is not None}
    value["CreatedBy"] = {"AssociateId": 5, "Name": None}
    written = changed.encode_request_body(value, form)
    assert b"CreatedBy=%7B%22AssociateId%22%3A5" in written
    assert not codes(changed.validate_request(request(written, content_type=form)))
    broken = written.replace(b"%3A5%2C", b"%3A%22x%22%2C")
    assert said(changed.validate_request(request(broken, content_type=form))) == {("type", "/CreatedBy/AssociateId")}


def test_a_removed_way_to_authenticate_is_refused(edited: Edited, body: bytes, contract: rs.Contract) -> None:
    changed = rs.load(edited(("        - Basic: []\n", "")))
    assert codes(changed.validate_request(request(body))) == [("unauthenticated", "header.Authorization")]
    bearer = rs.Request("POST", PATH, {"Authorization": "Bearer 8A:x", "Content-Type": "text/json"}, body)
    assert not codes(changed.validate_request(bearer))
    assert not codes(contract.validate_request(request(body)))


def test_a_key_in_the_query_is_followed(edited: Edited, body: bytes) -> None:
    changed = rs.load(
        edited(
            ("        - Basic: []\n", "        - Key: []\n"),
            (
                "  securitySchemes:\n",
                "  securitySchemes:\n    Key: {type: apiKey, in: query, name: key, x-provenance: page}\n",
            ),
        )
    )
    fields = {"Content-Type": "text/json"}
    assert not codes(changed.validate_request(rs.Request("POST", f"{PATH}?key=abcdef", fields, body)))
    report = changed.validate_request(rs.Request("POST", f"{PATH}?key=&kye=secretvalue", fields, body))
    assert set(codes(report)) == {("unauthenticated", "query.key"), ("unknown-parameter", "query")}
    assert "secretvalue" not in str(report)


def test_another_path_method_and_status_are_followed(
    edited: Edited, body: bytes, response_body: dict[str, Any]
) -> None:
    parameter = "{name: id, in: path, required: true, x-provenance: page, schema: {type: integer, x-provenance: page}}"
    changed = rs.load(
        edited(
            ("  /api/v1/Relation:\n    post:", "  /api/v2/Link/{id}:\n    put:"),
            ("      parameters:\n", f"      parameters:\n        - {parameter}\n"),
            ("        '200':\n", "        '201':\n"),
        )
    )  # fmt: skip
    fields = {**BASIC, "Content-Type": "application/json"}
    assert not codes(changed.validate_request(rs.Request("PUT", "/crm/api/v2/Link/5", fields, body)))
    wrong = changed.validate_request(rs.Request("PUT", "/api/v2/Link/five", fields, body))
    assert codes(wrong) == [("type", "path.id")]
    found = codes(changed.validate_request(rs.Request("POST", PATH, fields, body)))
    assert found == [("method", "method"), ("path", "path")]
    answer = json.dumps(response_body).encode()
    assert not codes(changed.validate_response(rs.Response(201, {"Content-Type": "text/json"}, answer)))
    assert codes(changed.validate_response(rs.Response(200, {"Content-Type": "text/json"}, answer))) == [
        ("status", "status")
    ]


def test_other_languages_are_followed(edited: Edited, body: bytes) -> None:
    changed = rs.load(edited(("codes: &iso639 [\n", "codes: &iso639 [tlh,\n")))
    assert not codes(changed.validate_request(request(body, SO_Language="tlh", Accept_Language="tlh;q=0.5, de")))
    assert codes(changed.validate_request(request(body, SO_Language="qqq"))) == [("language", "header.SO-Language")]


def test_severities_are_followed(edited: Edited, body: bytes) -> None:
    changed = rs.load(edited(("unknown-parameter: {request: error", "unknown-parameter: {request: warning")))
    report = changed.validate_request(request(body, f"{PATH}?x=1"))
    assert report.valid
    assert codes(report) == [("unknown-parameter", "query")]
