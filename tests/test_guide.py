"""What the pages of the guide show is what happens: each is walked from its first block to its last, in one folder."""

import socket
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT
from tests.snippets import (
    Block,
    assert_python_prints_what_is_shown,
    assert_shell_prints_what_is_shown,
    blocks,
    run,
    save,
)

PAGES = ["docs/index.md", *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs" / "guide").glob("*.md"))]
USUAL_PORT = "8080"


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def steps(workflow: str) -> list[str]:
    """The commands of a workflow of GitHub's, without those that install."""
    jobs = yaml.safe_load(workflow)["jobs"].values()
    return [step["run"] for job in jobs for step in job["steps"] if "run" in step and "pip install" not in step["run"]]


def walk(block: Block, folder: Path, port: str) -> None:
    """Do what a reader does with a block."""
    block = block._replace(
        code=block.code.replace(USUAL_PORT, port), shown=block.shown and block.shown.replace(USUAL_PORT, port)
    )
    if block.file:
        save(block, folder)
        if block.file.startswith(".github/workflows/"):
            ran = [run(step) for step in steps(block.code)]
            assert ran
            assert [done.returncode for done in ran] == [0] * len(ran), [done.stdout + done.stderr for done in ran]
    elif block.language == "python":
        assert_python_prints_what_is_shown(block)
    else:
        assert block.language == "sh", f"{block.page}:{block.line}: nothing runs a block of {block.language}"
        if "pip install" not in block.code:
            assert_shell_prints_what_is_shown(block)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: Path(page).stem)
def test_every_block_of_a_page_does_what_the_page_shows(page: str, clone: Path) -> None:
    found = list(blocks(page))
    assert found, "a page starts with something to do"
    port = free_port()
    for block in found:
        walk(block, clone, port)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: Path(page).stem)
def test_a_page_starts_with_what_it_is_for_and_then_a_block(page: str) -> None:
    title, said, rest = (ROOT / page).read_text(encoding="utf-8").split("\n\n", 2)
    assert title.startswith("# ")
    assert said.startswith("**")
    assert "```" in rest[:1000]


def test_a_broken_block_fails(clone: Path) -> None:
    for language, code, shown in (
        ("python", "print(1 + 1)\n", "3\n"),
        ("python", "print('unshown')\n", None),
        ("sh", "echo one\n", "two\n"),
        ("sh", "relation-spec validate missing.json\n", None),
        ("ruby", "puts 1\n", "1\n"),
    ):
        with pytest.raises(AssertionError):
            walk(Block("page.md", "Heading", 1, language, code, shown), clone, "1")
