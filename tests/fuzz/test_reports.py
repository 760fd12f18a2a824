"""Reports for programs: each keeps to the schema of those who read it, and says what the run found."""

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from relation_spec.cli import main
from relation_spec.findings.annotations import annotation
from relation_spec.fuzz.checks import CHECKS
from relation_spec.fuzz.files import shown_path
from relation_spec.fuzz.reports import FORMS
from relation_spec.fuzz.reports.annotations import annotations
from tests.fuzz.reporting import RUNS, hostile, run
from tests.report_schemas import har_faults, junit_faults, sarif_faults

AWKWARD = "<&>\"'%0A]]>::error::\r\n\x00\x1b[31m\u202e\ud800 é😀"
FAULTS = {"junit": junit_faults, "sarif": sarif_faults, "har": har_faults}


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("form", FAULTS)
def test_reports_keep_to_their_schemas(form: str, name: str) -> None:
    assert FAULTS[form](run(name).report(form)) == []


def test_the_runs_have_what_reports_are_for() -> None:
    """The schemas are tried on a clean run, on several defects at once, on holes, and where nothing was tested."""
    assert run("clean").result.status == 0
    assert len(run("label-of-another").result.defects) > 1
    assert run("label-of-another").result.holes
    assert run("unfinished").result.stopped
    assert run("down").result.untested


@pytest.mark.parametrize(
    ("form", "old", "new"),
    [("junit", 'classname="', 'class="'), ("junit", 'skipped="', 'omitted="'), ("junit", 'type="content-type" ', ""),
     ("sarif", '"level": "error"', '"level": "bad"'), ("har", '"headersSize": -1', '"headersSize": "x"')],
)  # fmt: skip
def test_the_schemas_find_what_is_wrong(form: str, old: str, new: str) -> None:
    text = run("label-of-another").report(form)
    assert old in text
    assert FAULTS[form](text.replace(old, new))


@pytest.mark.parametrize("form", FAULTS)
def test_reports_keep_to_their_schemas_whatever_a_target_says(form: str) -> None:
    text = hostile(AWKWARD).report(form)
    assert FAULTS[form](text) == []


@pytest.mark.parametrize("form", FORMS)
def test_reports_can_be_written_as_utf_8_whatever_a_target_says(form: str) -> None:
    """A lone surrogate, which JSON can escape, is no character."""
    written = hostile(AWKWARD).report(form).encode("utf-8")
    assert "😀".encode() in written or b"\\ud83d\\ude00" in written


def test_junit_has_a_case_for_each_check() -> None:
    (suite,) = ET.fromstring(run("label-of-another").report("junit"))
    cases = {case.get("name"): case for case in suite.iter("testcase")}
    found = {defect.check for defect in run("label-of-another").result.defects}
    assert list(cases) == [*CHECKS, "everything was tried"]
    assert {name for name, case in cases.items() if case.find("failure") is not None} == found
    assert "media pairs never succeeded" in cases["everything was tried"].find("error").get("message")  # type: ignore[union-attr]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == (str(len(cases)), str(len(found)), "1")
    (down,) = ET.fromstring(run("down").report("junit"))
    assert (down.get("skipped"), down.get("errors"), down.get("failures")) == (str(len(CHECKS)), "1", "0")


def test_sarif_points_at_the_broken_lines_of_the_contract() -> None:
    """SARIF 2.1.0 sections 3.27.5 and 3.29."""
    held, log = run("label-of-another").result, json.loads(run("label-of-another").report("sarif"))
    (only,) = log["runs"]
    rules = [rule["id"] for rule in only["tool"]["driver"]["rules"]]
    for defect, told in zip(held.defects, only["results"], strict=True):
        assert rules[told["ruleIndex"]] == told["ruleId"] == defect.check
        place = told["locations"][0]["physicalLocation"]
        assert place["region"]["startLine"] == defect.spec_line
        assert place["artifactLocation"]["uri"] == shown_path(held.contract)
    assert len({json.dumps(told["partialFingerprints"]) for told in only["results"]}) == len(held.defects)
    assert only["invocations"][0]["executionSuccessful"]
    assert not json.loads(run("down").report("sarif"))["runs"][0]["invocations"][0]["executionSuccessful"]


def test_har_holds_the_exchange_behind_each_defect() -> None:
    held = run("label-of-another").result
    entries = json.loads(run("label-of-another").report("har"))["log"]["entries"]
    for defect, entry in zip(held.defects, entries, strict=True):
        assert entry["request"]["method"] == defect.request.method
        assert entry["request"]["postData"]["text"].encode() == defect.request.body
        assert entry["response"]["status"] == defect.response.status  # type: ignore[union-attr]
        assert {"name": "Authorization", "value": "***"} in entry["request"]["headers"]


def test_json_says_what_was_expected_and_found() -> None:
    (one,) = json.loads(run("text-as-mojibake").report("json"))["defects"]
    assert (one["check"], one["place"]) == ("echo", "/Comment")
    assert (one["expected"], one["found"]) == ('"Ä"', '"Ã\\u0084"')
    assert one["spec_text"][0] == "Comment:"


def test_files_are_named_from_the_working_directory_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert shown_path(str(tmp_path / "a" / "b.yaml")) == "a/b.yaml"
    assert shown_path("a/b.yaml") == "a/b.yaml"
    assert shown_path(str(tmp_path.parent / "b.yaml")) == "b.yaml"


COMMAND = re.compile(r"::(?P<severity>\w+)(?: (?P<properties>[^\r\n]*?))?::(?P<message>[^\r\n]*)")
ESCAPES = {"%25": "%", "%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ","}


def read(line: str) -> tuple[str, dict[str, str], str]:
    """A workflow command as the runner reads it: up to the first ``::``, properties at commas and equals signs."""
    held = COMMAND.fullmatch(line)
    assert held is not None, line
    pairs = (text.partition("=") for text in (held["properties"] or "").split(",") if text)
    return held["severity"], {name: unescaped(value) for name, _, value in pairs}, unescaped(held["message"])


def unescaped(text: str) -> str:
    return re.sub("%25|%0D|%0A|%3A|%2C", lambda found: ESCAPES[found.group()], text)


TEXTS = st.text() | st.text("%:,=\r\n ;0123ADC")


@settings(max_examples=200)
@given(TEXTS, TEXTS, TEXTS)
@example("::error::%0A", "a,line=1", "%25:\r\n")
def test_annotations_are_read_back_as_they_were_given(message: str, file: str, title: str) -> None:
    line = annotation("error", message, file=file, line=7, title=title)
    assert read(line) == ("error", {"file": file, "line": "7", "title": title}, message)
    assert read(annotation("notice", message)) == ("notice", {}, message)


@pytest.mark.parametrize("name", RUNS)
def test_every_defect_and_hole_is_annotated(name: str) -> None:
    held = run(name)
    told = [read(line) for line in annotations(held.result, held.shower)]
    marked = [properties for _, properties, _ in told if "line" in properties]
    assert [int(properties["line"]) for properties in marked] == [defect.spec_line for defect in held.result.defects]
    titles = [properties.get("title") for _, properties, _ in told]
    assert titles.count("untried") == len(held.result.holes)
    assert titles.count("nothing was tested") == (held.result.untested is not None)


def test_annotations_are_one_line_each_whatever_a_target_says() -> None:
    held = hostile(AWKWARD)
    lines = list(annotations(held.result, held.shower))
    assert len(lines) == 5
    for line in lines:
        read(line)


def test_the_command_writes_annotations_and_then_its_last_line(capsys: pytest.CaptureFixture[str]) -> None:
    target = "tests.fuzz.other_server:broken_server()"
    with pytest.raises(SystemExit) as ended:
        main(["fuzz", target, "--auth=basic:demo:demo-word", "--examples=0", "--max-cases=60", "--format=github"])
    *lines, last = capsys.readouterr().out.splitlines()
    assert ended.value.code == 1
    assert {read(line)[0] for line in lines} == {"error"}
    assert re.fullmatch(r"60 cases, .* [1-9]\d* defects?", last)


def test_every_form_is_loaded_by_its_name() -> None:
    assert list(FORMS) == ["json", "junit", "sarif", "har", "html"]
    assert json.loads(run("clean").report("json"))["defects"] == []
