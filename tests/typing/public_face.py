"""Every public call with every argument: mypy reads this file in strict mode, and the tests run it too."""

from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Any, assert_type

import relation_spec as rs

BODY = b'{"SourceContactId": 1, "DestinationContactId": 2}'


def check_loading() -> None:
    assert_type(rs.load(), rs.Contract)
    contract = rs.load(None)
    path: str = contract.document.path
    assert_type(rs.load(path), rs.Contract)
    assert_type(rs.load(Path(path)), rs.Contract)
    assert_type(rs.__version__, str)


def check_contract(contract: rs.Contract) -> None:
    value: dict[str, Any] = {"SourceContactId": 1, "DestinationContactId": 2}
    assert_type(contract.validate_request_body(BODY), rs.Report)
    assert_type(contract.validate_request_body(BODY.decode(), "text/json"), rs.Report)
    assert_type(contract.validate_request_body(value, content_type="application/json"), rs.Report)
    contract.validate_request_body(MappingProxyType(value), strict=True, engine="reference", operation=None)
    contract.validate_request_body(bytearray(BODY), max_findings=1)
    assert_type(contract.validate_response_body(BODY, "application/json", status=200, select="comment"), rs.Report)
    contract.validate_response_body(None, select=["comment", "createdBy/fullName"], strict=True, max_findings=3)
    contract.validate_response_body(value, status=400, select=None, engine=None, operation=None)
    assert_type(contract.is_valid_request_body(BODY), bool)
    contract.is_valid_request_body(value, "text/json", strict=True, engine="reference", operation=None)
    assert_type(contract.is_valid_response_body(BODY, status=200, select=("comment",)), bool)
    contract.is_valid_response_body(value, "text/json", strict=False, engine=None, operation=None)


def check_calls_on_the_bundled_contract() -> None:
    assert_type(rs.validate_request_body(BODY), rs.Report)
    rs.validate_request_body(BODY, "text/json", strict=True, engine="reference", operation=None, max_findings=1)
    assert_type(rs.validate_response_body(BODY, status=200, select="comment"), rs.Report)
    rs.validate_response_body({}, "text/json", strict=True, engine=None, operation=None, max_findings=1)
    assert_type(rs.is_valid_request_body(BODY), bool)
    rs.is_valid_request_body({}, content_type="text/json", strict=True, engine=None, operation=None)
    assert_type(rs.is_valid_response_body(BODY), bool)
    rs.is_valid_response_body([], "text/json", status=500, select=None, strict=True, engine="reference", operation=None)


def check_report(report: rs.Report) -> None:
    assert_type(report.valid, bool)
    assert_type(report.findings, tuple[rs.Finding, ...])
    assert_type(report.errors, tuple[rs.Finding, ...])
    assert_type(report.warnings, tuple[rs.Finding, ...])
    assert_type(report.omitted, int)
    assert_type(bool(report), bool)
    assert_type(len(report), int)
    assert_type(iter(report), Iterator[rs.Finding])
    assert_type(report.to_dict(), dict[str, Any])
    for finding in report:
        check_finding(finding)
    try:
        report.raise_if_invalid()
    except rs.InvalidMessageError as error:
        assert_type(error.report, rs.Report)


def check_finding(finding: rs.Finding) -> None:
    assert_type(finding.code, str)
    assert finding.severity in ("error", "warning")
    assert_type(finding.message, str)
    assert_type(finding.where, str)
    assert_type(finding.pointer, str)
    assert_type(finding.line, int | None)
    assert_type(finding.column, int | None)
    assert_type(finding.spec_pointer, str)
    assert_type(finding.spec_line, int | None)
    assert_type(finding.hint, str | None)
    assert_type(finding.to_dict(), dict[str, Any])


def check_errors() -> None:
    try:
        rs.load("no/such/file.yaml")
    except rs.UnusableContractError as error:
        assert_type(error.file, str)
        assert_type(error.line, int | None)
        assert_type(error.reason, str)
    try:
        rs.validate_request_body(BODY, operation="none")
    except rs.WrongCallError as wrong:
        caught: rs.ContractError = wrong
        assert str(caught)


def check_that_wrong_calls_are_told(contract: rs.Contract, report: rs.Report) -> None:
    """Never run: strict mode complains of an ignore that ignores nothing."""
    contract.validate_request_body(BODY, strct=True)  # type: ignore[call-arg]
    contract.validate_request_body(BODY, engine="other")  # type: ignore[arg-type]
    contract.is_valid_request_body(BODY, max_findings=1)  # type: ignore[call-arg]
    contract.validate_request_body(BODY, "text/json", True)  # type: ignore[call-arg]
    rs.is_valid_response_body(BODY, status="200")  # type: ignore[arg-type]
    report.valid.findings  # type: ignore[attr-defined]  # noqa: B018


def main() -> None:
    check_loading()
    check_contract(rs.load())
    check_calls_on_the_bundled_contract()
    check_report(rs.validate_request_body(b"{}"))
    check_errors()


if __name__ == "__main__":
    main()
