"""``relation-spec diff``: what a person sees, what a program reads, and how it ends."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from relation_spec.comparison.versions import move
from tests.cli.conftest import quick  # noqa: F401 - a fixture
from tests.conftest import SPEC
from tests.diff.conftest import TEXT

Run = Callable[..., "tuple[int, str, str]"]
LESS = TEXT.replace("ExternalAssociate, ", "")
WORDS = TEXT.replace("A free remark about this relation.", "A remark.")


@pytest.fixture
def run(quick: Run, tmp_path: Path) -> Run:  # noqa: F811
    (tmp_path / "old.yaml").write_text(TEXT, encoding="utf-8")
    (tmp_path / "less.yaml").write_text(LESS, encoding="utf-8")
    (tmp_path / "words.yaml").write_text(WORDS, encoding="utf-8")
    (tmp_path / "broken.yaml").write_text("a: [", encoding="utf-8")
    return quick


def test_a_breaking_change_is_told_with_its_lines(run: Run) -> None:
    status, out, err = run("diff", "old.yaml", "less.yaml", "--check-with", "20")
    assert (status, err) == (1, "")
    lines = out.splitlines()
    assert lines[0] == "Breaks who sends requests (1):"
    assert lines[1] == '  the value "ExternalAssociate" is gone  [body /CreatedBy/Type, body /UpdatedBy/Type]'
    number = next(n for n, line in enumerate(TEXT.splitlines(), 1) if "enum: [Unknown" in line)
    assert lines[2].startswith(f"      old.yaml:{number}: enum: [Unknown, ")
    assert lines[3].startswith(f"      less.yaml:{number}: enum: [Unknown, ")
    assert lines[4] == '      Stop sending "ExternalAssociate".'
    assert lines[5].startswith("      For example {")
    assert "Harmless for who reads responses (1):" in lines
    assert re.search(r"^Tried with \d+ requests and \d+ responses: none contradicts this sorting\.$", out, re.MULTILINE)
    assert "these changes ask for a new major version: 2.0.0 or later." in out
    assert lines[-1] == "2 changes: 1 breaking, 0 unsorted, 0 notable, 1 harmless"


def test_no_change_ends_well(run: Run) -> None:
    assert run("diff", "old.yaml", str(SPEC), "--check-with", "5") == (0, "no changes\n", "")


@pytest.mark.parametrize(
    ("options", "status"),
    [
        (["old.yaml", "words.yaml"], 0),
        (["old.yaml", "words.yaml", "--fail-on", "any"], 1),
        (["old.yaml", "old.yaml", "--fail-on", "any"], 0),
        (["old.yaml", "less.yaml"], 1),
        (["old.yaml", "less.yaml", "--side", "response"], 0),
        (["less.yaml", "old.yaml", "--side", "response"], 1),
        (["less.yaml", "old.yaml", "--side", "request"], 0),
        (["old.yaml", "no such.yaml"], 2),
        (["broken.yaml", "old.yaml"], 2),
        (["old.yaml"], 2),
        (["old.yaml", "less.yaml", "--side", "both"], 2),
    ],
)
def test_the_exit_status_says_whether_anything_breaks(run: Run, options: list[str], status: int) -> None:
    ended, _, err = run("diff", *options, "--check-with", "0")
    assert ended == status
    assert bool(err) == (status == 2)
    assert "Traceback" not in err


def test_json_holds_all_that_is_known(run: Run) -> None:
    status, out, _ = run("diff", "old.yaml", "less.yaml", "--check-with", "10", "--format", "json")
    told = json.loads(out)
    assert status == 1
    assert told["counts"] == {"breaking": 1, "unsorted": 0, "notable": 0, "harmless": 1}
    assert told["version"] == {
        "old": "1.0.0", "new": "1.0.0", "asked": "major", "least": "2.0.0", "enough": False,
        "text": told["version"]["text"],
    }  # fmt: skip
    first = told["changes"][0]
    assert (first["side"], first["verdict"], first["keyword"]) == ("request", "breaking", "enum")
    assert first["places"] == ["body /CreatedBy/Type", "body /UpdatedBy/Type"]
    assert first["old"]["line"] == first["new"]["line"]
    assert first["old"]["pointers"] == ["/components/schemas/AssociateType/enum"]
    assert "ExternalAssociate" in first["witness"]["message"]


def test_markdown_is_a_table_for_each_verdict_and_side(run: Run) -> None:
    status, out, _ = run("diff", "old.yaml", "less.yaml", "--check-with", "10", "--format", "markdown")
    assert status == 1
    assert out.startswith("# From old.yaml to less.yaml\n")
    assert [line for line in out.splitlines() if line.startswith("## ")] == [
        "## Breaks who sends requests",
        "## Harmless for who reads responses",
    ]
    rows = [line for line in out.splitlines() if line.startswith("| ")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {6}


@pytest.mark.parametrize("name", ["other \x1b[31m.yaml", "päth.yaml"])
def test_what_is_shown_cannot_steer_a_terminal(run: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(LESS, encoding="utf-8")
    for form in ("text", "json", "markdown"):
        status, out, _ = run("diff", "old.yaml", name, "--check-with", "0", "--format", form)
        assert status == 1
        assert "\x1b[31m" not in out


@pytest.mark.parametrize(
    ("old", "new", "changed", "asked", "enough"),
    [
        ("1.4.2", "2.0.0", LESS, "major", True),
        ("1.4.2", "1.5.0", LESS, "major", False),
        ("0.4.2", "0.5.0", LESS, "minor", True),
        ("0.4.2", "0.4.3", LESS, "minor", False),
        ("1.4.2", "1.4.3", WORDS, "patch", True),
        ("1.4.2", "1.4.2", WORDS, "patch", False),
        ("1.4.2", "1.4.2", TEXT, "none", True),
        ("1.4.2", "1.3.0", TEXT, "none", False),
        ("2024-01", "2", LESS, "major", None),
    ],
)
def test_the_version_must_move_as_semver_says(
    old: str, new: str, changed: str, asked: str, enough: bool | None
) -> None:
    """semver.org sections 4, 6, 7 and 8."""
    from relation_spec.comparison import compare
    from tests.diff.conftest import document

    changes = compare(document(TEXT), document(changed, "changed.yaml"))
    told = move(old, new, changes)
    assert (told.asked, told.enough) == (asked, enough)
    assert old in str(told)
