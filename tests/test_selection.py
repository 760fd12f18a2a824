"""``$select`` against an answer (the page's query parameter)."""

import json
from typing import Any

import pytest

import relation_spec as rs
from tests.conftest import said


def nulled(body: dict[str, Any], *kept: str) -> dict[str, Any]:
    zeros = {int: 0, str: None}
    made = {name: value if name in kept else zeros.get(type(value)) for name, value in body.items()}
    for name in ("UpdatedDate", "CreatedDate"):
        if name not in kept:
            made[name] = "0001-01-01T00:00:00"
    return made


@pytest.mark.parametrize(
    "select", ["Comment,RelationId", "comment, relationid", ["Comment", "RELATIONID"], ",Comment,,RelationId,Comment"]
)
def test_what_is_not_selected_must_be_nulled(contract: rs.Contract, response_body: dict[str, Any], select: Any) -> None:
    body = nulled(response_body, "Comment", "RelationId")
    for engine in (None, "reference"):
        assert contract.validate_response_body(body, select=select, engine=engine).findings == ()
        report = contract.validate_response_body(
            json.dumps(body | {"ActiveText": "sed", "Reversed": 5}), select=select, engine=engine
        )
        assert said(report) == {("not-selected", "/ActiveText"), ("not-selected", "/Reversed")}
        assert report.findings[0].line == 1


def test_null_is_good_for_what_is_not_selected_whatever_its_type(
    contract: rs.Contract, response_body: dict[str, Any]
) -> None:
    body = dict.fromkeys(response_body) | {"Comment": "x"}
    assert contract.validate_response_body(body, select="Comment").findings == ()
    assert contract.is_valid_response_body(body, select="Comment")
    assert not contract.is_valid_response_body(body)


def test_what_is_selected_is_judged_as_ever(contract: rs.Contract, response_body: dict[str, Any]) -> None:
    body = nulled(response_body, "Comment") | {"Comment": 5}
    assert said(contract.validate_response_body(body, select="Comment")) == {("type", "/Comment")}
    del body["Comment"]
    assert said(contract.validate_response_body(body, select="Comment")) == {("required", "")}


def test_a_slash_reaches_into_an_object(contract: rs.Contract, response_body: dict[str, Any]) -> None:
    body = nulled(response_body) | {"CreatedBy": {"AssociateId": 0, "FullName": "A B", "Name": None}}
    assert contract.validate_response_body(body, select="createdBy/fullName").findings == ()
    body["CreatedBy"]["Name"] = "ab"
    assert said(contract.validate_response_body(body, select="createdBy/fullName")) == {
        ("not-selected", "/CreatedBy/Name")
    }
    assert contract.validate_response_body(body, select="createdBy").findings == ()


def test_an_unknown_name_in_the_list_is_told_with_the_nearest(
    contract: rs.Contract, response_body: dict[str, Any]
) -> None:
    report = contract.validate_response_body(response_body, select="Coment,category/id")
    assert [(f.code, f.where, f.hint) for f in report] == [
        ("select", "query.$select", "Did you mean Comment?"),
        ("select", "query.$select", "Remove it from the list."),
    ]


def test_a_new_property_stays_a_warning(contract: rs.Contract, response_body: dict[str, Any]) -> None:
    body = nulled(response_body, "Comment") | {"New": 1}
    assert said(contract.validate_response_body(body, select="Comment")) == {("unknown-property", "/New")}


def test_error_answers_know_no_selection(contract: rs.Contract) -> None:
    error = {"Error": True, "ErrorType": "x", "ErrorMessage": "m", "ErrorSource": "s"}
    assert contract.validate_response_body(error, status=400, select="Comment").findings == ()


def test_findings_of_an_unknown_list_keep_to_the_limit(contract: rs.Contract, response_body: dict[str, Any]) -> None:
    names = [f"Unknown{number}" for number in range(150)]
    report = contract.validate_response_body(response_body, select=names, max_findings=4)
    assert (len(report.findings), report.omitted, report.valid) == (4, 146, False)
    assert len(contract.validate_response_body(response_body, select=names, max_findings=1000).findings) == 150
