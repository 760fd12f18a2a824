"""JSONTestSuite: every text gives a report; what is no JSON is malformed or too deep, what is JSON is neither."""

import json
from pathlib import Path
from typing import Any

import pytest

import relation_spec

CASES = json.loads((Path(__file__).parent / "suites" / "json-text" / "parsing.json").read_text(encoding="utf-8"))
UNREADABLE = {"malformed", "too-deep"}



def text_of(case: dict[str, Any]) -> str:
    if "input" in case:
        return case["input"]
    part, length = case["repeat"]
    return (part * (length // len(part) + 1))[:length]


def test_the_suite_is_here() -> None:
    assert len(CASES) == 318


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"].removesuffix(".json"))
@pytest.mark.parametrize("form", [str, bytes])
def test_every_text_gives_a_report(contract: relation_spec.Contract, case: dict[str, Any], form: type) -> None:
    text = text_of(case)
    body = text if form is str else text.encode("utf-8", "surrogatepass")
    report = contract.validate_response_body(body)
    codes = {finding.code for finding in report.findings}
    unreadable = bool(codes & UNREADABLE)
    kind = case["name"][0]
    if kind == "y":
        assert not unreadable
    elif kind == "n":
        assert unreadable
    assert not report.valid  # none of them is an answer of the contract
    assert contract.is_valid_response_body(body) is report.valid
    assert contract.validate_response_body(body, engine="reference").valid is report.valid
