"""Bodies: what a report says of them, and that every way of asking says the same."""

import copy
import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import relation_spec as rs
from tests.conftest import said, wrap


def only(report: rs.Report) -> rs.Finding:
    assert len(report.findings) == 1
    return report.findings[0]


def test_a_finding_says_where_what_and_what_to_do(contract: rs.Contract, request_body: dict[str, Any]) -> None:
    request_body["Reversed"] = "3"
    finding = only(contract.validate_request_body(json.dumps(request_body, indent=2)))
    line = contract.document.text.decode().splitlines()[finding.spec_line - 1]  # type: ignore[operator]
    assert finding.to_dict() == {
        "code": "type",
        "severity": "error",
        "message": 'found the string "3"; expected a whole number',
        "where": "body",
        "pointer": "/Reversed",
        "line": 9,
        "column": 15,
        "spec_pointer": "/components/schemas/Int32/type",
        "spec_line": finding.spec_line,
        "hint": "Send the number itself, without quotes: 3.",
    }
    assert line.strip() == "type: integer"


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ('{"SourceContactId":1,"DestinationContactId":2,"Reversed":"x"}', 1, 58),
        ('{"SourceContactId":1,\r\n"DestinationContactId":2,\r\n\t"Reversed":\t"x"}', 3, 14),
        ('{"SourceContactId":1,\r"DestinationContactId":2,\r"Reversed":"x"}', 3, 12),
        ('\ufeff{"SourceContactId":1,"DestinationContactId":2,\n"Reversed":"x"}', 2, 12),
        ('{"Comment":"\U0001f600\U0001f600","SourceContactId":1,"DestinationContactId":2,"Reversed":"x"}', 1, 73),
        (
            '{"Comment":"\\ud83d\\ude00 \\"Reversed\\":","SourceContactId":1,"DestinationContactId":2,"Reversed":"x"}',
            1,
            97,
        ),
        ('{"SourceContactId":1,"DestinationContactId":2,"Reversed":1,\n"Reversed":"x"}', 2, 12),
        ('{"SourceContactId":1,"DestinationContactId":2,\n"\\u0052eversed":"x"}', 2, 17),
    ],
)
def test_lines_and_columns_are_those_of_the_value(contract: rs.Contract, text: str, line: int, column: int) -> None:
    for body in (text, text.encode()):
        finding = next(f for f in contract.validate_request_body(body) if f.code == "type")
        assert (finding.line, finding.column) == (line, column)
        assert text.removeprefix("\ufeff").splitlines()[line - 1][column - 1 :].startswith('"x"')


def test_a_decoded_value_has_no_lines(contract: rs.Contract) -> None:
    finding = contract.validate_request_body({"SourceContactId": "x", "DestinationContactId": 1}).findings[0]
    assert (finding.line, finding.column) == (None, None)


def test_inside_a_nullable_object_the_inner_fault_is_the_finding(
    contract: rs.Contract, request_body: dict[str, Any]
) -> None:
    request_body["CreatedBy"] = {"AssociateId": "x"}
    for engine in (None, "reference"):
        assert said(contract.validate_request_body(request_body, engine=engine)) == {("type", "/CreatedBy/AssociateId")}


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("sourcecontactid", 'Write "SourceContactId"; letter case counts.'),
        ("RelationDefinitonId", 'Did you mean "RelationDefinitionId"?'),
        ("Zebra", "Remove it, or check its name."),
    ],
)
def test_an_unknown_name_gets_the_nearest_known_one(
    contract: rs.Contract, request_body: dict[str, Any], name: str, hint: str
) -> None:
    request_body[name] = 1
    for engine in (None, "reference"):
        assert only(contract.validate_request_body(request_body, engine=engine)).hint == hint


def test_server_owned_properties_warn_in_requests_alone(
    contract: rs.Contract, request_body: dict[str, Any], response_body: dict[str, Any]
) -> None:
    request_body |= {"TableRight": {}, "FieldProperties": {}, "_Links": None}
    report = contract.validate_request_body(request_body)
    assert report.valid
    assert {(f.code, f.severity) for f in report} == {("read-only", "warning")}
    assert len(report.warnings) == 3
    assert contract.validate_response_body(response_body | {"TableRight": {}}).findings == ()


def test_an_unknown_property_is_an_error_in_a_request_and_a_warning_in_an_answer(
    contract: rs.Contract, request_body: dict[str, Any], response_body: dict[str, Any]
) -> None:
    assert not contract.validate_request_body(request_body | {"New": 1}).valid
    report = contract.validate_response_body(response_body | {"New": 1})
    assert report.valid
    assert said(report) == {("unknown-property", "/New")}


def test_zero_in_a_mandatory_id_is_a_warning_in_a_request(contract: rs.Contract, request_body: dict[str, Any]) -> None:
    finding = only(contract.validate_request_body(request_body | {"SourceContactId": 0}))
    assert (finding.code, finding.severity, finding.pointer) == ("null-id", "warning", "/SourceContactId")
    assert contract.validate_request_body(request_body | {"SourcePersonId": 0}).findings == ()


def test_a_missing_offset_warns_in_a_request_and_is_silent_in_an_answer(
    contract: rs.Contract, request_body: dict[str, Any], response_body: dict[str, Any]
) -> None:
    dates = {"UpdatedDate": "0001-01-01T00:00:00", "CreatedDate": "2020-08-19T17:12:16.9553621"}
    report = contract.validate_request_body(request_body | dates)
    assert report.valid
    assert said(report) == {("missing-offset", "/UpdatedDate"), ("missing-offset", "/CreatedDate")}
    assert contract.validate_response_body(response_body | dates).findings == ()


def test_strict_counts_warnings_as_errors(contract: rs.Contract, request_body: dict[str, Any]) -> None:
    body = request_body | {"SourceContactId": 0}
    assert contract.is_valid_request_body(body)
    assert not contract.is_valid_request_body(body, strict=True)
    report = contract.validate_request_body(body, strict=True)
    assert not report
    assert only(report).severity == "error"


@pytest.mark.parametrize("mask", ["None", "Update, UIHintMandatory", "FULL", "Read, Write, Unused4"])
def test_masks_are_flags(contract: rs.Contract, response_body: dict[str, Any], mask: str) -> None:
    response_body["FieldProperties"] = {
        "UserDefinedFields.function-1": {
            "FieldRight": {"Mask": mask, "Reason": ""},
            "FieldType": "SuperOffice.CRM.Services.ProjectMember[]",
            "FieldLength": -1,
        }
    }
    assert contract.validate_response_body(response_body).findings == ()
    response_body["FieldProperties"]["UserDefinedFields.function-1"]["FieldRight"]["Mask"] = mask + "x"
    finding = only(contract.validate_response_body(response_body))
    assert (finding.code, finding.pointer) == ("enum", "/FieldProperties/UserDefinedFields.function-1/FieldRight/Mask")


def test_pointers_escape_slash_and_tilde(contract: rs.Contract, response_body: dict[str, Any]) -> None:
    response_body["_Links"] = {"a/b~c": "no"}
    finding = only(contract.validate_response_body(json.dumps(response_body)))
    assert (finding.code, finding.pointer) == ("format", "/_Links/a~1b~0c")
    assert finding.line == 1


def test_links_carry_ports_and_slashes(contract: rs.Contract, response_body: dict[str, Any]) -> None:
    response_body["_Links"] = {"Self.Simple": "https://h.example:8080/a/", "x": "urn:a:b"}
    assert contract.validate_response_body(response_body).findings == ()


def test_a_line_break_in_one_link_does_not_make_two_of_it(contract: rs.Contract, response_body: dict[str, Any]) -> None:
    response_body["_Links"] = {"Self": "https://a/\nhttps://b/"}
    assert not contract.is_valid_response_body(response_body)
    assert not contract.is_valid_response_body(json.dumps(response_body))
    response_body["_Links"] = {}
    response_body["UpdatedDate"] = "2009-02-02T03:41:58Z\n2009-02-02T03:41:58Z"
    assert not contract.is_valid_response_body(response_body)


def test_error_answers_are_judged_by_their_status(contract: rs.Contract) -> None:
    error = {"Error": True, "ErrorType": "SoNotFoundException", "ErrorMessage": "m", "ErrorSource": None}
    assert contract.validate_response_body(error, status=400).findings == ()
    assert said(contract.validate_response_body(error | {"Error": False}, status=500)) == {("enum", "/Error")}
    report = contract.validate_response_body(error, status=418)
    assert (only(report).code, only(report).where) == ("status", "status")


def test_the_media_type_decides(contract: rs.Contract, request_body: dict[str, Any]) -> None:
    for kind in (
        "APPLICATION/JSON",
        "application/json; charset=utf-8",
        'text/json;charset="UTF-8"',
        "application/merge-patch+json",
    ):
        assert contract.validate_request_body(json.dumps(request_body), kind).findings == ()
    for kind in ("text/plain", "", "json", "application/json; x", "application/json; charset=klingon"):
        finding = only(contract.validate_request_body(json.dumps(request_body), kind))
        assert (finding.code, finding.where) == ("unsupported-media-type", "header.Content-Type")
    assert contract.is_valid_request_body(json.dumps(request_body).encode("utf-16"), "application/json; charset=utf-16")
    assert not contract.is_valid_request_body(json.dumps(request_body).encode(), "application/json; charset=utf-16")
    assert contract.validate_request_body(request_body, "application/xml").valid


def test_bodies_that_nobody_decodes_are_refused_plainly(
    edited: Callable[..., Path], request_body: dict[str, Any]
) -> None:
    """A decoded value of the media type is judged all the same."""
    contract = rs.load(edited(("          text/json:\n", "          text/csv:\n")))
    with pytest.raises(rs.ContractError, match="not decoded by this version"):
        contract.validate_request_body(b"a,b", "text/csv")
    assert contract.validate_request_body(request_body, "text/csv").valid


def test_input_is_never_changed(contract: rs.Contract, request_body: dict[str, Any]) -> None:
    body = request_body | {"CreatedBy": {"Deleted": "x", "New": [1]}, "TableRight": {}}
    before = copy.deepcopy(body)
    for engine in (None, "reference"):
        contract.validate_request_body(body, engine=engine)
    assert body == before


def test_a_report_is_bounded_and_says_how_many_more(contract: rs.Contract, request_body: dict[str, Any]) -> None:
    body = request_body | {f"k{n}": n for n in range(250)}
    report = contract.validate_request_body(body)
    assert (len(report.findings), report.omitted) == (100, 150)
    assert str(report).endswith("and 150 more")
    report = contract.validate_request_body(body | {"SourceContactId": 0}, max_findings=1)
    assert (only(report).severity, report.omitted) == ("error", 250)
    warned = contract.validate_request_body(
        request_body | {"SourceContactId": 0, "DestinationContactId": 0}, max_findings=1
    )
    assert warned.valid


def test_reports_and_findings_are_values(contract: rs.Contract, request_body: dict[str, Any]) -> None:
    body = json.dumps(request_body | {"Reversed": None})
    report = contract.validate_request_body(body)
    assert report == contract.validate_request_body(body)
    assert hash(report) == hash(contract.validate_request_body(body))
    assert pickle.loads(pickle.dumps(report)) == report
    with pytest.raises(AttributeError):
        report.valid = True
    with pytest.raises(AttributeError):
        report.findings[0].code = "x"  # type: ignore[misc]
    with pytest.raises(rs.InvalidMessageError, match=r"error\[type\] body /Reversed") as caught:
        report.raise_if_invalid()
    assert pickle.loads(pickle.dumps(caught.value)).report == report
    contract.validate_request_body(request_body).raise_if_invalid()


@pytest.mark.parametrize(
    "secret",
    [
        "7T:QUJDREVGR0g=",
        "8A:Abcdefgh.12345678",
        "Bearer abcdefghijkl",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc",
        "AKIA1b2c3D4e5F6g7H8i9J0kLmN",
    ],
)
def test_what_looks_secret_is_not_shown(contract: rs.Contract, request_body: dict[str, Any], secret: str) -> None:
    report = contract.validate_request_body(json.dumps(request_body | {"Reversed": secret, "UpdatedDate": secret}))
    assert len(report.findings) == 2
    assert secret not in str(report) + repr(report) + json.dumps(report.to_dict())
    assert f"a secret-looking text of {len(secret)} characters" in report.findings[0].message


def test_long_values_are_shortened_and_odd_characters_escaped(
    contract: rs.Contract, request_body: dict[str, Any]
) -> None:
    report = contract.validate_request_body(
        request_body | {"Reversed": "word " * 10_000, "UpdatedDate": "\u202eab\x1b[31m"}
    )
    assert all(len(f.message) < 300 for f in report)
    assert "(50000 characters)" in report.findings[0].message or "(50000 characters)" in report.findings[1].message
    assert "\u202e" not in str(report)
    assert "\x1b" not in str(report)


@pytest.mark.parametrize(
    "call",
    [
        lambda c: c.validate_request_body(b"{}", engine="other"),
        lambda c: c.validate_request_body(b"{}", max_findings=0),
        lambda c: c.validate_response_body(b"{}", status=42),
        lambda c: c.validate_response_body(b"{}", status="200"),
        lambda c: c.validate_request_body(b"{}", 5),
        lambda c: c.validate_request_body(b"{}", ["application/json"]),
        lambda c: c.is_valid_response_body(b"{}", select=[1]),
    ],
)
def test_a_wrong_call_raises(contract: rs.Contract, call: Any) -> None:
    with pytest.raises(rs.ContractError):
        call(contract)


def test_any_number_of_content_types_and_lists_keeps_memory_bounded(
    contract: rs.Contract, response_body: dict[str, Any]
) -> None:
    for n in range(1000):
        assert contract.is_valid_response_body(response_body, f"application/json; v={n}")
    assert len(contract._judges._bodies) < 500


@pytest.mark.parametrize(
    "charset", ["unicode_escape", "idna", "utf-8-sig", "undefined", "punycode", "utf-7", "base64", "rot13"]
)
def test_a_codec_that_is_no_charset_is_refused(contract: rs.Contract, charset: str) -> None:
    report = contract.validate_request_body(b"{}", f"application/json; charset={charset}")
    assert said(report) == {("unsupported-media-type", "")}


def test_a_charset_that_the_bytes_belie_is_malformed(contract: rs.Contract) -> None:
    body = '{"SourceContactId": 1, "DestinationContactId": 2, "Comment": "é"}'
    assert contract.validate_request_body(body.encode("latin-1"), "application/json; charset=iso-8859-1").findings == ()
    assert said(contract.validate_request_body(body.encode(), "application/json; charset=us-ascii")) == {
        ("malformed", "")
    }


@pytest.mark.parametrize("odd", [range(3), __import__("array").array("i", [1]), __import__("re").match("a", "a")])
@pytest.mark.parametrize("name", ["CreatedBy", "_Links"])
def test_what_only_looks_like_a_mapping_is_no_object(
    contract: rs.Contract, response_body: dict[str, Any], odd: Any, name: str
) -> None:
    body = response_body | {name: odd}
    assert not contract.is_valid_response_body(body)
    for engine in (None, "reference"):
        assert said(contract.validate_response_body(body, engine=engine)) == {("malformed", f"/{name}")}


def test_the_index_of_lines_says_what_counting_says() -> None:
    from relation_spec.media.json_text import Lines, line_column

    text = "a\r\nb\rc\n\nd\u2028e\r\r\n"
    lines = Lines(text)
    for offset in range(len(text) + 1):
        if text[offset - 1 : offset + 1] != "\r\n":  # no place lies within a line break
            assert lines.line_column(offset) == line_column(text, offset)


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("body", [b'{"a": 1, "a": 2}', '{"a": 1, "a": 2}', b'{"a": 1}', '{"a": 1}', {"a": 1}])
@pytest.mark.parametrize("severity", [None, "error", "warning", "none"])
def test_a_name_that_stands_twice_gives_one_verdict_however_it_counts(
    tmp_path: Path, severity: str | None, body: Any, strict: bool
) -> None:
    """Where x-severity is silent it is an error, which the quick verdict must see too."""
    document = wrap({"type": "object", "properties": {"a": {"type": "integer"}}})
    if severity:
        document["x-severity"] = {"duplicate-key": {"request": severity, "response": severity}}
    (tmp_path / "spec.yaml").write_text(json.dumps(document))
    contract = rs.load(tmp_path / "spec.yaml")
    report = contract.validate_request_body(body, strict=strict)
    assert contract.is_valid_request_body(body, strict=strict) == report.valid
    repeated = isinstance(body, (bytes, str)) and body.count(b'"a"' if isinstance(body, bytes) else '"a"') == 2
    counts = severity in (None, "error") or (severity == "warning" and strict)
    assert report.valid != (repeated and counts)
