"""Formats for programs: each is what its readers take, and says what the findings say."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from relation_spec.findings import CODES
from tests.cli.conftest import BAD, GOOD, WARNED, Run


@pytest.fixture
def inputs(tmp_path: Path) -> list[str]:
    """A good file, one with a warning, a broken one with awkward names, a bulk file, and one that is not there."""
    (tmp_path / "good.json").write_bytes(GOOD)
    (tmp_path / "warned.json").write_bytes(WARNED)
    (tmp_path / "50%,a:b\n.json").write_bytes(GOOD[:-1] + b', "\\u0001%\\r\\n": 1}')
    (tmp_path / "x.ndjson").write_bytes(b"\n".join([GOOD, BAD, WARNED]))
    return ["good.json", "warned.json", "50%,a:b\n.json", "x.ndjson", "missing.json"]


def test_json_has_an_entry_per_file_and_is_valid_only_when_all_was_judged(quick: Run, inputs: list[str]) -> None:
    ran = quick("validate", "--format", "json", *inputs)
    said = json.loads(ran.out)
    assert ran.status == 2
    assert list(said) == ["valid", "files"]
    assert said["valid"] is False
    assert [(entry["file"], entry["valid"], [f["code"] for f in entry["findings"]]) for entry in said["files"]] == [
        ("good.json", True, []),
        ("warned.json", True, ["null-id"]),
        ("50%,a:b\n.json", False, ["unknown-property"]),
        ("x.ndjson", False, ["type"]),
        ("missing.json", False, []),
    ]
    assert said["files"][0].keys() == {"file", "valid", "findings"}
    assert said["files"][4]["error"] == "No such file or directory"
    assert said["files"][2]["findings"][0]["pointer"] == "/\x01%\r\n"
    alone = quick("validate", "--format", "json", "missing.json")
    assert json.loads(alone.out)["valid"] is False


def test_a_file_that_is_named_twice_has_two_entries(quick: Run, inputs: list[str]) -> None:
    for format_, count in (
        ("json", lambda out: len(json.loads(out)["files"])),
        ("junit", lambda out: len(ElementTree.fromstring(out))),
    ):
        assert count(quick("validate", "--format", format_, "x.ndjson", "good.json", "good.json").out) == 3


def test_collecting_formats_keep_a_thousand_findings_of_a_bulk_file_and_say_so(quick: Run) -> None:
    text = (BAD + b"\n") * 1203
    entry = json.loads(quick("validate", "--ndjson", "--format", "json", "-", stdin=text).out)["files"][0]
    assert (len(entry["findings"]), entry["omitted"], entry["findings"][-1]["record"]) == (1000, 203, 1000)
    (suite,) = ElementTree.fromstring(quick("validate", "--ndjson", "--format", "junit", "-", stdin=text).out)
    assert (suite.get("failures"), len(suite.findall("testcase"))) == ("1203", 1000)
    assert suite.findtext("system-out") == "and 203 more invalid payloads, not listed"
    run = json.loads(quick("validate", "--ndjson", "--format", "sarif", "-", stdin=text).out)["runs"][0]
    assert len(run["results"]) == 1000
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"] == "and 203 more findings, not listed"


def test_junit_has_a_suite_per_file_and_a_case_per_payload(quick: Run, inputs: list[str]) -> None:
    out = quick("validate", "--format", "junit", *inputs).out
    root = ElementTree.fromstring(out)
    assert out.startswith("<?xml version='1.0' encoding='utf-8'?>\n")
    assert root.attrib == {"name": "relation-spec", "tests": "7", "failures": "2", "errors": "1"}
    assert [(suite.get("name"), suite.get("tests"), suite.get("failures"), suite.get("errors")) for suite in root] == [
        ("good.json", "1", "0", "0"),
        ("warned.json", "1", "0", "0"),
        ("50%,a:b\n.json", "1", "1", "0"),
        ("x.ndjson", "3", "1", "0"),
        ("missing.json", "1", "0", "1"),
    ]
    assert "warning[null-id]" in (root[1][0].findtext("system-out") or "")
    (case,) = root[3]
    assert case.get("name") == "line 2"
    assert case.findtext("failure") == (
        'error[type] body /DestinationContactId (line 2, column 48): found the string "x"; expected a whole number'
    )


def test_junit_is_xml_whatever_the_terminal_is(run: Run, tmp_path: Path) -> None:
    """XML 1.0 section 2.2: most control characters may not even be escaped."""
    name = "日\x01\udcff.json"
    (tmp_path / name).write_bytes(BAD)
    ran = run("validate", "--format", "junit", name, env={"PYTHONIOENCODING": "ascii"})
    (suite,) = ElementTree.fromstring(ran.out.encode())
    assert suite.get("name") == "日\ufffd\ufffd.json"


def test_sarif_has_rules_results_and_what_went_wrong(quick: Run, inputs: list[str]) -> None:
    """SARIF 2.1.0 sections 3.14, 3.27, 3.30 and 3.20.14."""
    log = json.loads(quick("validate", "--format", "sarif", *inputs).out)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert log["version"] == "2.1.0"
    assert [rule["id"] for rule in rules] == list(CODES)
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    assert [(result["ruleId"], result["level"]) for result in run["results"]] == [
        ("null-id", "warning"),
        ("unknown-property", "error"),
        ("type", "error"),
    ]
    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    assert places[1]["artifactLocation"]["uri"] == "50%25%2Ca%3Ab%0A.json"
    assert places[2] == {"artifactLocation": {"uri": "x.ndjson"}, "region": {"startLine": 2, "startColumn": 48}}
    assert run["columnKind"] == "unicodeCodePoints"
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == (
        "the file could not be read: No such file or directory"
    )


def test_sarif_names_absolute_files_by_a_uri_also_when_they_are_no_text(quick: Run, tmp_path: Path) -> None:
    path = tmp_path / "a b\udcff.json"
    path.write_bytes(BAD)
    (result,) = json.loads(quick("validate", "--format", "sarif", str(path)).out)["runs"][0]["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == f"file://{tmp_path}/a%20b%FF.json"


def test_github_commands_are_one_line_each_with_their_syntax_escaped(quick: Run, inputs: list[str]) -> None:
    """Properties escape the colon and the comma too; a message may hold them."""
    lines = quick("validate", "--format", "github", *inputs).out.splitlines()
    assert [line.partition("::f")[0] for line in lines[2:]] == [
        "::error file=x.ndjson,line=2,col=48,title=type",
        "::error file=missing.json,title=unreadable::No such file or directory",
    ]
    assert lines[0].startswith("::warning file=warned.json,line=1,col=21,title=null-id::found 0, which")
    assert lines[1].startswith(
        '::error file=50%25%2Ca%3Ab%0A.json,line=1,col=51,title=unknown-property::the property "\\u0001%25\\r\\n"'
    )
    omitted = quick("validate", "--format", "github", "--max-findings", "1", "-", stdin=b'{"a": 1, "b": 2}').out
    assert omitted.splitlines()[-1] == "::notice file=-::and 3 more findings, not shown"


def test_secrets_in_names_stay_out_of_logs(quick: Run) -> None:
    body = GOOD[:-1] + b', "Bearer abcdefghijk": 1}'
    for format_ in ("text", "junit", "sarif", "github"):
        assert "abcdefghijk" not in quick("validate", "--format", format_, "-", stdin=body).out
