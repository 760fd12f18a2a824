"""The commands ``fuzz`` and ``replay``: what they print, write and end with."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from relation_spec.fuzz.checks import CHECKS
from tests.fuzz.conftest import SECRET, Command

GOOD, BAD = "tests.fuzz.other_server:other_server()", "tests.fuzz.other_server:broken_server()"


def test_a_clean_server_ends_with_0(command: Command) -> None:
    status, out, _ = command("fuzz", GOOD, "--examples", "0")
    assert status == 0
    assert out.startswith(f"Plan for {GOOD}, seed 0:\n  coverage: ")
    assert out.splitlines()[-1].endswith(": no defects")
    assert "42 media pairs" in out


def test_a_dry_run_prints_the_plan_alone(command: Command) -> None:
    status, out, _ = command("fuzz", "http://127.0.0.1:9", "--dry-run", "--examples", "7", "--format", "json")
    assert status == 0
    plan = json.loads(out)["plan"]
    assert plan["coverage"]["media pairs"] == 42
    assert plan["random"] == {"chance": 7}


def test_checks_are_listed(command: Command) -> None:
    status, out, _ = command("fuzz", "--list-checks")
    assert status == 0
    assert [line.split()[0] for line in out.splitlines()] == list(CHECKS)


def test_a_defect_is_told_reported_saved_and_replayed(command: Command, tmp_path: Path) -> None:
    reports = [f"--report={form}={tmp_path / form}" for form in ("json", "junit", "sarif", "har", "html")]
    folder = tmp_path / "defects"
    status, out, _ = command(
        "fuzz", BAD, "--examples=0", "--max-cases=150", *reports, f"--save={folder}", "--format=json"
    )
    assert status == 1
    told = json.loads(out)
    first = told["defects"][0]
    assert {"check", "title", "message", "basis", "request", "response", "curl", "spec_pointer"} <= first.keys()
    assert first["spec_pointer"].endswith("/Comment")
    assert '-u "${RELATION_AUTH#*:}"' in first["curl"]
    assert told == json.loads((tmp_path / "json").read_text("utf-8"))
    suite = ET.fromstring((tmp_path / "junit").read_text("utf-8"))[0]
    assert suite.find("testcase[@name='echo']/failure") is not None
    assert suite.find("testcase[@name='schema']/failure") is None
    assert json.loads((tmp_path / "sarif").read_text("utf-8"))["runs"][0]["results"][0]["ruleId"] == first["check"]
    assert len(json.loads((tmp_path / "har").read_text("utf-8"))["log"]["entries"]) == len(told["defects"])
    assert ". What was sent is not what comes back</h3>" in (tmp_path / "html").read_text("utf-8")
    files = sorted(folder.iterdir())
    assert SECRET not in out + "".join(path.read_text("utf-8") for path in (*files, *tmp_path.glob("[jsh]*")))
    replay = str(next(path for path in files if path.suffix == ".json"))
    assert command("replay", replay)[0] == 1
    assert command("replay", replay, "--target", GOOD) == (0, "It does not show any more.\n", "")
    assert command("replay", replay, "--target", "http://127.0.0.1:9")[0] == 3
    known = command("fuzz", BAD, "--examples=0", "--max-cases=150", f"--baseline={tmp_path / 'json'}")
    assert known[1].splitlines()[-1].endswith(f"no defects, {len(told['defects'])} known")


def test_a_defect_is_told_with_its_rule_and_a_command(command: Command) -> None:
    status, out, _ = command("fuzz", BAD, "--examples=0", "--max-cases=150", "--header=SO-AppToken: app-secret-1")
    assert status == 1
    told = out.split("\n\n")[1].splitlines()
    assert told[0] == "1. What was sent is not what comes back"
    assert "/Comment: sent" in told[1]
    assert told[2].startswith("   check echo, a rule of the vendor's page; relation.openapi.yaml:")
    assert told[2].endswith(": Comment:")
    assert told[3].startswith("   curl -si -u ")
    assert "app-secret-1" not in out


def test_nothing_tested_ends_with_3(command: Command) -> None:
    status, out, _ = command("fuzz", "http://127.0.0.1:9")
    assert status == 3
    assert out.splitlines()[-1].startswith("Nothing was tested: the target does not answer: ")


def test_an_unfinished_matrix_is_not_green(command: Command) -> None:
    status, out, _ = command("fuzz", GOOD, "--max-cases=5")
    assert status == 3
    assert "Untried: " in out


def test_a_check_that_cannot_be_made_can_be_an_error(command: Command) -> None:
    linkless = GOOD.replace("other_server()", "linkless_server()")
    status, out, _ = command("fuzz", linkless, "--examples=0", "--max-cases=300")
    assert status == 0
    assert "Note: nothing was read back" in out
    assert command("fuzz", linkless, "--examples=0", "--max-cases=300", "--require-matrix")[0] == 3


@pytest.mark.parametrize(
    "args",
    [["http://crm.example"], [GOOD, "--only=nothing"], [GOOD, "--report=pdf=x"], [GOOD, "--header=x"],
     [GOOD, "--sample=nowhere.json"], [GOOD, "--baseline=nowhere.json"]],
)  # fmt: skip
def test_wrong_use_ends_with_2(command: Command, args: list[str]) -> None:
    assert command("fuzz", *args)[0] == 2
    assert command("replay", "nowhere.json")[0] == 2


def test_another_sample_is_sent(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "sample.json"
    path.write_text('{"SourceContactId": 955, "DestinationContactId": 874}', "utf-8")
    status, out, _ = command("fuzz", GOOD, f"--sample={path}", "--max-cases=20", "--format=json")
    assert status == 3  # so few cases leave pairs untried
    assert json.loads(out)["accepted"] > 10
