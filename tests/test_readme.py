"""What the README shows is what happens: each block of Python and shell is run, and its output compared."""

import re

import pytest

from tests.conftest import ROOT
from tests.snippets import (
    Block,
    assert_python_prints_what_is_shown,
    assert_shell_prints_what_is_shown,
    assert_shown,
    blocks,
    name,
    run,
)

README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLES = sorted(path.name for path in (ROOT / "examples").glob("*.json"))
BLOCKS = list(blocks("README.md"))
PYTHON = [block for block in BLOCKS if block.language == "python"]
SHELL = [block for block in BLOCKS if block.language == "sh" and "pytest" not in block.code]


def without_setting_up(code: str) -> str:
    """The commands of a block but for those that make an environment, and by their names alone."""
    commands = [part for part in code.strip().split(" && ") if "venv .venv" not in part and "pip install" not in part]
    return " && ".join(commands).replace(".venv/bin/", "")


def test_the_readme_has_blocks_of_every_kind() -> None:
    """A README whose blocks are no longer recognised must fail, not pass."""
    assert len(PYTHON) >= 6
    assert len(SHELL) >= 6


@pytest.mark.parametrize("block", PYTHON, ids=name)
@pytest.mark.usefixtures("clone")
def test_python_in_the_readme_prints_what_is_shown(block: Block) -> None:
    assert block.shown is not None, "the README must show what this prints"
    assert_python_prints_what_is_shown(block)


@pytest.mark.parametrize("block", SHELL[1:], ids=name)
@pytest.mark.usefixtures("clone")
def test_shell_in_the_readme_prints_what_is_shown(block: Block) -> None:
    assert block.shown is not None, "the README must show what this prints"
    assert_shell_prints_what_is_shown(block, without_setting_up(block.code))


@pytest.mark.usefixtures("clone")
def test_the_first_command_judges_the_examples_as_the_readme_says() -> None:
    done = run(without_setting_up(SHELL[0].code))
    assert done.returncode == 1, done.stderr
    assert not done.stderr
    assert_shown(next(block for block in BLOCKS if "pytest" in block.code), done.stdout)
    counts = re.fullmatch(r"7 payloads: (\d) valid, (\d) invalid; .*", done.stdout.splitlines()[-1])
    assert counts
    assert (counts[1], counts[2]) == ("3", "4")
    assert "seven real payloads, three good and four broken ones" in README


@pytest.mark.usefixtures("clone")
@pytest.mark.parametrize("file", EXAMPLES)
def test_an_example_is_broken_where_its_name_says_so(file: str) -> None:
    broken = any(word in file for word in ("typo", "types", "truncated", "broken"))
    assert run(f"relation-spec validate examples/{file}").returncode == int(broken)


def test_the_two_commands_set_themselves_up() -> None:
    """Each is one line for a machine that has only Python."""
    first, second = (block.code.strip() for block in BLOCKS[:2])
    assert first.startswith("python3 -m venv .venv && .venv/bin/pip install -q . && ")
    assert second.startswith("python3 -m venv .venv && .venv/bin/pip install -q -e '.[dev]' && ")
    assert "\n" not in first + second


def test_ci_runs_the_readmes_own_command() -> None:
    pattern = re.search(r"grep -E '(.*)' README\.md", (ROOT / ".ci" / "run").read_text())
    assert pattern
    assert re.findall(rf"(?:{pattern[1]}).*", README, re.MULTILINE) == [BLOCKS[1].code.strip()]


def test_every_link_of_the_pages_leads_somewhere() -> None:
    for page in (
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "docs/decisions.md",
        "docs/server.md",
        "docs/versioning.md",
    ):
        text = (ROOT / page).read_text(encoding="utf-8")
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
            assert ((ROOT / page).parent / target).exists(), f"{page} links to {target}"
