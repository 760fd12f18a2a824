"""The projects under examples: each passes its own tests, and its README says how to run them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

PROJECTS = sorted(path.parent for path in (ROOT / "examples").glob("*/pyproject.toml"))


def test_there_are_three() -> None:
    assert len(PROJECTS) == 3


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)
def test_a_project_passes_its_own_tests(project: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider"]
    variables = os.environ | {"CI": "1"}  # by which Hypothesis tries the same each time
    done = subprocess.run(command, cwd=project, env=variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)
def test_a_readme_tells_how_to_set_a_project_up(project: Path) -> None:
    told = (project / "README.md").read_text(encoding="utf-8")
    assert "python3 -m venv .venv\n.venv/bin/pip install -q ../.. '.[test]'\n.venv/bin/pytest -q\n" in told
