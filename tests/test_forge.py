"""What is offered to forges and to pre-commit: the steps of the action do what they say, and no command has gone astray."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT

ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"]}
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))


class Job:
    """A job of a forge that has run the action's first step."""

    def __init__(self, folder: Path) -> None:
        self.work = folder / "work"
        self.work.mkdir()
        command = folder / "relation-spec" / "bin" / "relation-spec"
        command.parent.mkdir(parents=True)
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m relation_spec "$@"\n')
        command.chmod(0o755)
        self.variables = {**os.environ, "RUNNER_TEMP": str(folder), "PYTHONPATH": f"{ROOT / 'src'}:{self.work}"}

    def run(self, step: str, **inputs: str) -> subprocess.CompletedProcess[str]:
        """Take a step with the action's inputs, given with _ for -."""
        given = {name: held.get("default", "") for name, held in ACTION["inputs"].items()} | inputs

        def filled(text: str) -> str:
            return re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: given[found[1]], text)

        variables = {name: filled(text) for name, text in STEPS[step]["env"].items()}
        script = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEPS[step]["run"]]
        return subprocess.run(script, cwd=self.work, env=self.variables | variables, capture_output=True, text=True)

    def sarif(self, name: str) -> list[Any]:
        """The results of a file that a step has left."""
        held = json.loads((self.work / "relation-spec-sarif" / name).read_text(encoding="utf-8"))
        results: list[Any] = held["runs"][0]["results"]
        return results


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(tmp_path)


def copied(job: Job, name: str, to: str) -> None:
    target = job.work / to
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes((ROOT / "examples" / name).read_bytes())


def test_valid_files_pass(job: Job) -> None:
    copied(job, "request.json", "a folder/deep/request.json")
    done = job.run("Validate", validate="a folder/**/*.json")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert job.sarif("validate.sarif") == []


def test_an_invalid_file_is_annotated_and_told_in_sarif(job: Job) -> None:
    copied(job, "request.json", "request.json")
    copied(job, "request-typo.json", "fixtures/typo.json")
    done = job.run("Validate", validate="*.json\nfixtures/*.json")
    assert done.returncode == 1
    assert "::error file=fixtures/typo.json,line=2,col=3,title=unknown-property::" in done.stdout
    assert "unknown-property" in {result["ruleId"] for result in job.sarif("validate.sarif")}


def test_no_file_at_all_is_not_green(job: Job) -> None:
    done = job.run("Validate", validate="nowhere/*.json")
    assert done.returncode == 2
    assert "no file matches" in done.stdout


def test_a_pattern_is_no_command(job: Job) -> None:
    job.run("Validate", validate="$(touch here) `touch here`; touch here")
    assert not (job.work / "here").exists()


@pytest.mark.parametrize(
    ("defect", "status", "told"), [("null-as-empty", 1, "title=nulls"), (None, 3, "title=untried")]
)
def test_an_application_of_the_job_is_fuzzed(job: Job, defect: str | None, status: int, told: str) -> None:
    """Sixty cases leave pairs of media types untried, which is not green."""
    source = f"from relation_spec.server import create_app\napp = create_app(defect={defect!r})\n"
    (job.work / "service.py").write_text(source)
    done = job.run("Fuzz", fuzz="service:app", auth="basic:demo:demo", options="--max-cases 60 --header 'X-Note: a b'")
    assert done.returncode == status, done.stderr
    assert told in done.stdout
    assert bool(job.sarif("fuzz.sarif")) == (defect is not None)


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_is_a_command(hook: dict[str, Any]) -> None:
    name, *words = hook["entry"].split()
    assert name == "relation-spec"
    help_ = subprocess.run([sys.executable, "-m", "relation_spec", *words, "--help"], capture_output=True, text=True)
    assert help_.returncode == 0, help_.stderr


def test_a_hook_takes_payloads_alone() -> None:
    pattern = next(hook["files"] for hook in HOOKS if hook["id"] == "relation-validate")
    assert re.search(pattern, "service/payloads/a.json")
    assert re.search(pattern, "payloads/b.ndjson.gz")
    assert not re.search(pattern, "package.json")


def test_what_the_readme_shows_exists() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = [yaml.safe_load(block) for block in re.findall(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)]
    asked = [hook["id"] for block in shown if "repos" in block for repo in block["repos"] for hook in repo["hooks"]]
    given = [name for block in shown if "repos" not in block for step in block for name in step["with"]]
    assert asked
    assert given
    assert set(asked) <= {hook["id"] for hook in HOOKS}
    assert set(given) <= set(ACTION["inputs"])
