"""JSONTestSuite: every text gives a report; what is no JSON is malformed or too deep, what is JSON is neither."""

import json
from pathlib import Path
from typing import Any

import pytest

import relation_spec
from relation_spec.media import json_text
from tests.conftest import said

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "suites" / "json-text" / "parsing.json").read_text(encoding="utf-8")
)
UNREADABLE = {"malformed", "too-deep"}

# what the suite leaves to each parser, and what is decided here (docs/decisions.md); the other i_ cases are read
REFUSED = {
    "i_object_key_lone_2nd_surrogate": "malformed",
    "i_string_1st_surrogate_but_2nd_missing": "malformed",
    "i_string_1st_valid_surrogate_2nd_invalid": "malformed",
    "i_string_UTF-16LE_with_BOM": "malformed",
    "i_string_incomplete_surrogate_and_escape_valid": "malformed",
    "i_string_incomplete_surrogate_pair": "malformed",
    "i_string_incomplete_surrogates_escape_valid": "malformed",
    "i_string_invalid_lonely_surrogate": "malformed",
    "i_string_invalid_surrogate": "malformed",
    "i_string_inverted_surrogates_U+1D11E": "malformed",
    "i_string_lone_second_surrogate": "malformed",
    "i_string_utf16BE_no_BOM": "malformed",
    "i_string_utf16LE_no_BOM": "malformed",
    "i_structure_500_nested_arrays": "too-deep",
}
# the npm package holds texts, so bytes that are no UTF-8 became U+FFFD in it; here they are bytes again
BYTES = {
    "i_string_UTF-16LE_with_BOM": b'\xff\xfe[\x00"\x00\xe9\x00"\x00]\x00',
    "i_string_UTF-8_invalid_sequence": b'["\xe6\x97\xa5\xd1\x88\xfa"]',
    "i_string_UTF8_surrogate_U+D800": b'["\xed\xa0\x80"]',
    "i_string_invalid_utf-8": b'["\xff"]',
    "i_string_iso_latin_1": b'["\xe9"]',
    "i_string_lone_utf8_continuation_byte": b'["\x81"]',
    "i_string_not_in_unicode_range": b'["\xf4\xbf\xbf\xbf"]',
    "i_string_overlong_sequence_2_bytes": b'["\xc0\xaf"]',
    "i_string_overlong_sequence_6_bytes": b'["\xfc\x83\xbf\xbf\xbf\xbf"]',
    "i_string_overlong_sequence_6_bytes_null": b'["\xfc\x80\x80\x80\x80\x80"]',
    "i_string_truncated-utf-8": b'["\xe0\xff"]',
    "n_array_a_invalid_utf8": b"[a\xe5]",
    "n_array_invalid_utf8": b"[\xff]",
    "n_object_lone_continuation_byte_in_key_and_trailing_comma": b'{"\xb9":"0",}',
    "n_string_invalid_utf8_after_escape": b'["\\\xe5"]',
    "n_structure_lone-invalid-utf-8": b"\xe5",
}


def name_of(case: dict[str, Any]) -> str:
    return str(case["name"]).removesuffix(".json")


def text_of(case: dict[str, Any]) -> str:
    if "input" in case:
        return str(case["input"])
    part, length = case["repeat"]
    return str((part * (length // len(part) + 1))[:length]) + str(case.get("tail", ""))


def test_the_suite_is_here() -> None:
    names = [name_of(case) for case in CASES]
    kinds = [sum(name[0] == kind for name in names) for kind in "yni"]
    assert kinds == [95, 188, 35]
    assert len(set(names)) == 318
    assert REFUSED.keys() | BYTES.keys() <= set(names)


@pytest.mark.parametrize("case", CASES, ids=name_of)
@pytest.mark.parametrize("form", [str, bytes])
def test_every_text_gives_a_report(contract: relation_spec.Contract, case: dict[str, Any], form: type) -> None:
    name, text = name_of(case), text_of(case)
    body = text if form is str else text.encode("utf-8", "surrogatepass")
    for validate, is_valid in (
        (contract.validate_request_body, contract.is_valid_request_body),
        (contract.validate_response_body, contract.is_valid_response_body),
    ):
        report = validate(body)
        codes = {finding.code for finding in report.findings}
        unreadable = codes & UNREADABLE
        if name[0] == "n":
            assert len(unreadable) == 1
        else:
            assert unreadable == ({REFUSED[name]} if name in REFUSED else set())
        assert not report.valid  # none of them is a message of the contract
        assert not is_valid(body)
        assert said(validate(body, engine="reference")) == said(report)
        for finding in report.findings:
            assert finding.message
            assert finding.line is not None
            assert 1 <= finding.line <= text.count("\n") + text.count("\r") + 1


@pytest.mark.parametrize("name", BYTES)
def test_bytes_that_are_no_utf_8_are_malformed(contract: relation_spec.Contract, name: str) -> None:
    for validate in (contract.validate_request_body, contract.validate_response_body):
        assert said(validate(BYTES[name])) == {("malformed", "")}


@pytest.mark.parametrize("case", [case for case in CASES if case["name"][0] == "y"], ids=name_of)
def test_what_is_json_has_the_value_that_python_reads(case: dict[str, Any]) -> None:
    value, fault, _ = json_text.decode(text_of(case))
    assert fault is None
    assert value == json.loads(text_of(case))
