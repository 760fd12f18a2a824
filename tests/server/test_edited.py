"""The server follows an edited YAML without a line of Python."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import relation_spec as rs
from relation_spec.server import create_app
from tests.conftest import COMMENT
from tests.server.conftest import PATH, Connect

Edited = Callable[..., Path]
PRIORITY = """        Priority:
          type: integer
          minimum: 1
          maximum: 5
          description: How much it matters.
          x-provenance: choice
          x-reason: A test.
"""


def test_a_new_property_with_bounds_is_kept_and_enforced(edited: Edited, connect: Connect, new: dict[str, Any]) -> None:
    local = connect(contract=rs.load(edited((COMMENT, PRIORITY + COMMENT))))
    made = local.post(new | {"Priority": 5}).json()
    assert made["Priority"] == local.get(made["_Links"]["Self"]).json()["Priority"] == 5
    assert local.post(new | {"Priority": 6}).status_code == 400
    assert local.post(new).json()["Priority"] == 1, "without a null, the nearest to zero that the bounds allow"


@pytest.mark.parametrize(
    ("schema", "shown"),
    [
        ("{type: integer, minimum: 1, maximum: 5}", 0),
        ("{type: integer, default: 3}", 0),
        ("{type: [integer, 'null'], minimum: 1}", None),
        ("{type: string, enum: [low, high]}", None),
        ("{type: boolean, const: true}", False),
    ],
)
def test_what_is_not_selected_is_null_or_zero_whatever_its_bounds(
    edited: Edited, connect: Connect, new: dict[str, Any], schema: str, shown: Any
) -> None:
    """Its own rules hold where it is shown; the server judges its answer, too."""
    more = f"        Level:\n          x-provenance: choice\n          x-reason: A test.\n          allOf: [{schema}]\n"
    local = connect(contract=rs.load(edited((COMMENT, more + COMMENT))))
    answer = local.post(new, params={"$select": "comment"})
    assert (answer.status_code, answer.json()["Level"]) == (200, shown)
    assert rs.load(local.contract.document.path).validate_response_body(answer.content, select="comment").valid


def test_renamed_properties_are_served_by_their_new_names(
    edited: Edited, connect: Connect, new: dict[str, Any]
) -> None:
    local = connect(
        contract=rs.load(edited(("SourceContactId", "FromId"), ("RelationId", "Number"), ("Comment", "Note")))
    )
    sent = new | {"FromId": new["SourceContactId"], "Note": "x"}
    for name in ("SourceContactId", "RelationId", "Comment"):
        del sent[name]
    value = local.post(sent).json()
    assert (value["Number"], value["FromId"], value["Note"]) == (960, 874, "x")
    assert value["SourceContactName"] == new["SourceContactName"]
    assert local.post(sent | {"Number": 960, "Note": "y"}).json()["Note"] == "y"
    assert "FromId: found 955" not in local.post(sent | {"SourcePersonId": 650}).json()["ErrorMessage"]
    assert "belongs to FromId" in local.post(sent | {"SourcePersonId": 650}).json()["ErrorMessage"]


def test_a_dropped_media_type_is_no_longer_taken_or_given(
    edited: Edited, connect: Connect, new: dict[str, Any]
) -> None:
    old = """          text/json:
            x-provenance: page
            schema: {$ref: '#/components/schemas/ContactRelationEntityToSave'}
"""
    local = connect(contract=rs.load(edited((old, ""))))
    assert local.post(new, headers={"Content-Type": "text/json"}).status_code == 415
    assert local.post(new, headers={"Accept": "text/json"}).status_code == 200
    answer = """            text/json:
              x-provenance: page
              schema: {$ref: '#/components/schemas/ContactRelationEntityWithLinks'}
"""
    local = connect(contract=rs.load(edited((answer, ""))))
    assert local.post(new, headers={"Content-Type": "text/json"}).status_code == 200
    assert local.post(new, headers={"Accept": "text/json"}).status_code == 406


def test_a_new_name_in_xml_is_written_and_read(edited: Edited, connect: Connect, new: dict[str, Any]) -> None:
    contract = rs.load(edited(("xml: {name: ContactRelationEntity}", "xml: {name: Relation}"),
                              ("xml: {name: ContactRelationEntityWithLinks}", "xml: {name: Stored}")))  # fmt: skip
    local = connect(contract=contract)
    body = contract.encode_request_body(new, "text/xml")
    assert b"<Relation" in body
    answer = local.request("POST", content=body, headers={"Content-Type": "text/xml", "Accept": "text/xml"})
    assert answer.status_code == 200
    assert "<Stored " in answer.text


def test_other_paths_headers_and_keys_are_followed(edited: Edited, connect: Connect, new: dict[str, Any]) -> None:
    contract = rs.load(edited(("/api/v1/Relation:", "/links:"), ("SO-Language", "X-Tongue"), ("XSRF-TOKEN", "CSRF")))
    local = connect(contract=contract)
    answer = local.post(new, headers={"X-Tongue": "de"})
    assert answer.json()["_Links"]["Self"] == "http://crm.example/links/960"
    assert answer.json()["TableRight"]["Reason"].startswith("Dieser")
    assert local.request("OPTIONS").headers["set-cookie"].startswith("CSRF=")
    assert local.post(new, PATH).status_code == 404


def test_a_contract_without_security_takes_everybody(edited: Edited, connect: Connect, new: dict[str, Any]) -> None:
    secured = """      security:
        - Basic: []
        - SoTicket: []
        - Bearer: []
        - XsrfHeader: []
          XsrfCookie: []
"""
    local = connect(contract=rs.load(edited((secured, "      security: []\n"))))
    answer = local.post(new, auth=None)
    assert answer.status_code == 200
    assert answer.json()["CreatedBy"] is None


def test_other_links_and_sources_are_followed(edited: Edited, connect: Connect, new: dict[str, Any]) -> None:
    contract = rs.load(edited(("names: {Self: record}", "names: {Me: record, Here: record}"),
                              ("from: reference, property: SourceContactId, field: name", "from: clock, when: saved")))  # fmt: skip
    value = connect(contract=contract).post(new).json()
    assert set(value["_Links"]) == {"Me", "Here"}
    assert value["SourceContactName"] == value["UpdatedDate"]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (
            "where: {contact: SourceContactId}",
            "where: {contact: Sauce}",
            "x-refers: 'Sauce' is no property with x-refers",
        ),
        (
            "property: SourcePersonId, field",
            "property: Comment, field",
            "x-value: 'Comment' is no property with x-refers",
        ),
    ],
)
def test_keywords_that_name_no_reference_are_refused_with_their_line(
    edited: Edited, old: str, new: str, reason: str
) -> None:
    contract = rs.load(edited((old, new)))
    with pytest.raises(rs.ContractError, match=rf"edited\.yaml:\d+: {reason}"):
        create_app(contract=contract)


@pytest.mark.parametrize("wrong", ["{from: nowhere}", "{from: clock}", "{from: identity, when: saved}"])
def test_a_keyword_of_another_form_is_refused(edited: Edited, wrong: str) -> None:
    with pytest.raises(rs.ContractError, match="x-value"):
        rs.load(edited(("x-value: {from: identity}", f"x-value: {wrong}")))


def test_errors_are_filled_without_keywords_too(edited: Edited, connect: Connect) -> None:
    path = edited(*[(f"          x-value: {{from: item, field: {name}}}\n", "") for name in ("message", "source")])
    path.write_text(path.read_text().replace(
        "          description: The kind of error, such as `SoNotFoundException`.\n          x-value: {from: item, field: kind}\n",
        "          description: The kind of error, such as `SoNotFoundException`.\n"))  # fmt: skip
    value = connect(contract=rs.load(path)).post({}).json()
    assert value["ErrorMessage"] == value["ErrorType"]
    assert "error[required]" in value["ErrorMessage"]


def test_a_database_outlives_an_edit(edited: Edited, connect: Connect, new: dict[str, Any], database: str) -> None:
    """What an older contract stored is shown by the newer one as far as it knows it."""
    link = connect(database=database).post(new).json()["_Links"]["Self"]
    contract = rs.load(edited((COMMENT, PRIORITY + COMMENT), ("Reversed", "Turned")))
    value = connect(contract=contract, database=database).get(link).json()
    assert (value["Comment"], value["Turned"], value["Priority"]) == ("est", 0, 1)
    assert json.dumps(value).count("Reversed") == 0
