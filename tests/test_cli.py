"""The command: exit statuses, formats, streams, and how it ends when things go wrong."""

import gzip
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from relation_spec.findings import CODES
from tests.conftest import ROOT

GOOD = '{"SourceContactId": 1, "DestinationContactId": 2}\n'
BAD = '{"SourceContactId": 1, "DestinationContactId": "x"}\n'


def run(*args: str, stdin: str | bytes = b"", **env: str) -> subprocess.CompletedProcess[str]:
    data = stdin.encode() if isinstance(stdin, str) else stdin
    ran = subprocess.run(
        [sys.executable, "-m", "relation_spec", *args], input=data, capture_output=True, check=False, env=os.environ | env
    )
    return subprocess.CompletedProcess(args, ran.returncode, ran.stdout.decode(), ran.stderr.decode())


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "good.json").write_text(GOOD)
    (tmp_path / "bad.json").write_text(BAD)
    return tmp_path


def test_valid_files_end_with_0_and_a_line_of_counts(files: Path) -> None:
    ran = run("validate", str(files / "good.json"))
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "1 payload: 1 valid, 0 invalid; 0 errors, 0 warnings\n", "")


def test_a_finding_is_shown_like_a_compiler_s(files: Path) -> None:
    ran = run("validate", str(files / "good.json"), str(files / "bad.json"))
    assert ran.returncode == 1
    assert ran.stdout.replace(str(files), "DIR") == (
        'error[type]: found the string "x"; expected a whole number\n'
        " --> DIR/bad.json:1:48  at /DestinationContactId\n"
        "  |\n"
        '1 | {"SourceContactId": 1, "DestinationContactId": "x"}\n'
        "  |                                                ^\n"
        "  = rule: relation.openapi.yaml:229: type: integer\n"
        "\n"
        "2 payloads: 1 valid, 1 invalid; 1 error, 0 warnings\n"
    )


def test_standard_input_is_read_for_a_dash(files: Path) -> None:
    assert run("validate", "-", stdin=GOOD).returncode == 0
    assert run("validate", stdin=BAD).returncode == 1
    assert run("validate", "--ndjson", "-", stdin=GOOD * 3 + BAD).stdout.endswith(
        "4 payloads: 3 valid, 1 invalid; 1 error, 0 warnings\n"
    )


@pytest.mark.parametrize("name", ["none.json", "."])
def test_what_cannot_be_read_ends_with_2_and_the_others_are_judged(files: Path, name: str) -> None:
    ran = run("validate", str(files / name), str(files / "bad.json"))
    assert ran.returncode == 2
    assert ran.stderr.startswith(f"Error: {files / name}: ")
    assert "error[type]" in ran.stdout
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("data", [b"no gzip", gzip.compress(GOOD.encode() * 1000, mtime=0)[:-20], gzip.compress(b"x" * 999, mtime=0)[:20]], ids=["not gzip", "cut off", "cut in the header"])
@pytest.mark.parametrize("name", ["x.json.gz", "x.ndjson.gz"])
def test_a_damaged_gzip_file_ends_with_2(tmp_path: Path, data: bytes, name: str) -> None:
    (tmp_path / name).write_bytes(data)
    ran = run("validate", str(tmp_path / name))
    assert ran.returncode == 2
    assert ran.stderr.startswith("Error: ")
    assert len(ran.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "args",
    [("validate", "--as", "other"), ("validate", "--nothing"), ("other",), ("explain", "rang"), ("validate", "--select", "x", "-"), ("validate", "--spec", "none.yaml", "-")],
)
def test_wrong_use_ends_with_2(args: tuple[str, ...]) -> None:
    ran = run(*args, stdin=GOOD)
    assert ran.returncode == 2
    assert "Error: " in ran.stderr
    assert "Traceback" not in ran.stderr


def test_an_unusable_contract_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text("openapi: 3.1.0\nopenapi: 3.1.0\n")
    ran = run("validate", "--spec", str(path), "-", stdin=GOOD)
    assert ran.returncode == 2
    assert ran.stderr == f"Error: {path}:2: duplicate key 'openapi'; first on line 1\n"


def test_an_edited_contract_is_followed(edited: Any) -> None:
    path = edited(("maximum: 2147483647", "maximum: 1"))
    ran = run("validate", "--spec", str(path), "-", stdin=GOOD)
    assert ran.returncode == 1
    assert "edited.yaml:232: maximum: 1" in ran.stdout
    assert "error[range]: found 2; expected at most 1" in run("explain", "range", "--spec", str(path)).stdout.replace(
        "found 3", "found 2"
    )


@pytest.mark.parametrize("packed", [False, True])
def test_bulk_shows_errors_by_line_unless_asked_for_warnings(tmp_path: Path, packed: bool) -> None:
    zero = GOOD.replace("1,", "0,")
    text = (GOOD * 5000 + "\n" + BAD + zero + GOOD * 4997).encode()
    path = tmp_path / ("x.ndjson.gz" if packed else "x.jsonl")
    path.write_bytes(gzip.compress(text) if packed else text)
    ran = run("validate", str(path))
    assert ran.returncode == 1
    assert f" --> {path}:5002:48".strip() in ran.stdout
    assert ran.stdout.endswith("9999 payloads: 9998 valid, 1 invalid; 1 error, 0 warnings\n")
    assert "warning[null-id]" in run("validate", "--warnings", str(path)).stdout
    assert run("validate", "--strict", str(path)).stdout.endswith("9999 payloads: 9997 valid, 2 invalid; 2 errors, 0 warnings\n")


def test_bulk_memory_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "x.ndjson"
    with path.open("w") as out:
        out.writelines(f'{{"SourceContactId": {n}, "DestinationContactId": 2, "Comment": "{"c" * 600}"}}\n' for n in range(200_000))
    code = (
        "import resource, sys\nfrom relation_spec.cli import main\ntry:\n    main(['validate', sys.argv[1]])\nfinally:\n"
        "    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
    )
    ran = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False)
    counts, memory = ran.stdout.splitlines()
    assert counts == "200000 payloads: 199999 valid, 0 invalid; 0 errors, 0 warnings".replace("199999", "200000")
    assert int(memory) < 150


def test_json_is_one_object(files: Path) -> None:
    ran = run("validate", "--format", "json", str(files / "good.json"), str(files / "bad.json"))
    said = json.loads(ran.stdout)
    assert ran.returncode == 1
    assert said["valid"] is False
    assert [(entry["file"], entry["valid"], len(entry["findings"])) for entry in said["files"]] == [
        (str(files / "good.json"), True, 0),
        (str(files / "bad.json"), False, 1),
    ]
    assert {"code", "pointer", "line", "column", "spec_pointer", "spec_line", "hint", "where"} <= set(said["files"][1]["findings"][0])


def test_json_of_bulk_names_the_record() -> None:
    said = json.loads(run("validate", "--ndjson", "--format", "json", "-", stdin=GOOD + BAD).stdout)
    finding = said["files"][0]["findings"][0]
    assert (finding["record"], finding["line"], said["files"][0]["valid"]) == (2, 2, False)


def test_junit_is_xml_with_a_failure(files: Path) -> None:
    (files / "odd.json").write_text('{"SourceContactId": 1, "DestinationContactId": 2, "Comment\\u0001": 1}')
    ran = run("validate", "--format", "junit", *(str(files / n) for n in ("good.json", "bad.json", "odd.json")))
    root = ElementTree.fromstring(ran.stdout)
    assert (root.get("tests"), root.get("failures")) == ("3", "2")
    assert "error[type]" in root.findall(".//failure")[0].get("message", "")


def test_sarif_has_rules_and_places(files: Path) -> None:
    log = json.loads(run("validate", "--format", "sarif", str(files / "bad.json")).stdout)
    (sarif,) = log["runs"]
    (result,) = sarif["results"]
    assert log["version"] == "2.1.0"
    assert [rule["id"] for rule in sarif["tool"]["driver"]["rules"]] == list(CODES)
    assert sarif["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "type"
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 1, "startColumn": 48}


def test_github_escapes_what_its_syntax_uses(tmp_path: Path) -> None:
    path = tmp_path / "a,b:c.json"
    path.write_text(GOOD.replace("2}", '2, "100%\\n": 1}'))
    line = run("validate", "--format", "github", str(path)).stdout
    assert line.startswith(f"::error file={tmp_path}/a%2Cb%3Ac.json,line=1,col=51,title=unknown-property::the property")
    assert "100%25\\n" in line
    assert line.count("\n") == 1


def test_a_closed_pipe_ends_quietly(tmp_path: Path) -> None:
    path = tmp_path / "x.ndjson"
    path.write_text(BAD * 5000)
    ran = subprocess.run(
        f"{sys.executable} -m relation_spec validate {path} | head -1", shell=True, capture_output=True, text=True, check=False
    )
    assert ran.stdout.startswith("error[type]")
    assert ran.stderr == ""


def test_an_interrupt_ends_without_a_traceback() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "relation_spec", "validate", "--ndjson", "--format", "github", "-"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert process.stdin is not None and process.stdout is not None and process.stderr is not None
    process.stdin.write(BAD.encode() * 200)  # less than a pipe holds, so that nobody waits for the other
    process.stdin.flush()
    assert process.stdout.readline().startswith(b"::error")
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate()
    assert process.returncode == 130
    assert errors.strip() == b""


def test_a_terminal_without_the_characters_is_no_fault() -> None:
    ran = run("validate", "-", stdin=GOOD.replace("1,", '"é\U0001f600",'), PYTHONIOENCODING="ascii", LC_ALL="C")
    assert (ran.returncode, ran.stderr) == (1, "")


def test_a_secret_in_the_line_is_masked() -> None:
    ran = run("validate", "-", stdin=GOOD.replace("2}", '"x", "Comment": "Bearer abcdefghij"}'))
    assert "abcdefghij" not in ran.stdout
    assert '"Comment": "*****************"' in ran.stdout


def test_an_endless_line_is_windowed_around_the_caret() -> None:
    ran = run("validate", "-", stdin='{"Comment": "' + "c" * 100_000 + '", "SourceContactId": "x", "DestinationContactId": 2}')
    lines = ran.stdout.splitlines()
    assert all(len(line) < 120 for line in lines)
    assert lines[3][lines[4].index("^")] == '"'


def test_a_fault_of_our_own_ends_with_4() -> None:
    code = (
        "from relation_spec import cli\nimport relation_spec.messages as m\n"
        "def broken(*a): raise ZeroDivisionError('x')\n"
        "import relation_spec.cli.validate as v\nv.load = broken\ncli.main(['validate', '-'])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, input=GOOD)
    assert ran.returncode == 4
    assert "ZeroDivisionError: x" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("code", CODES)
def test_explain_says_what_a_code_means(code: str) -> None:
    ran = run("explain", code)
    assert ran.returncode == 0
    assert CODES[code].title in ran.stdout
    assert ("No body of this contract shows it." in ran.stdout) != (f"[{code}]:" in ran.stdout)


def test_explain_lists_the_codes() -> None:
    assert [line.split()[0] for line in run("explain").stdout.splitlines()] == list(CODES)


def test_the_version_is_the_package_s() -> None:
    import relation_spec

    assert run("--version").stdout == f"relation-spec, version {relation_spec.__version__}\n"


def test_messages_of_all_codes_read_well() -> None:
    """The snapshot is meant to be read: where, what was found, what was expected, what to do."""
    text = "".join(f"== {code}\n{run('explain', code).stdout.partition('For example')[2]}\n" for code in CODES)
    path = ROOT / "tests" / "messages.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_text(text)
    assert text == path.read_text()
