"""What is shipped: the wheel and the sdist hold all they should, and the contract in them is what the YAML says."""

import os
import subprocess
import sys
import tarfile
import zipfile
from email.parser import Parser
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

import relation_spec
from relation_spec.contract import bundled
from relation_spec.contract.yaml_text import parse
from tests.conftest import ROOT, SPEC
from tests.test_layout import HEAVY

IN_WHEEL = "relation_spec/spec/"


class Built(NamedTuple):
    """A wheel made from the sdist, the sdist, a wheel made from the tree, and the first wheel unpacked."""

    wheel: Path
    sdist: Path
    direct: Path
    unpacked: Path


def build(*arguments: str) -> Path:
    """Build with the tools of this environment, without the network; the file made."""
    target = Path(arguments[-1])
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", *reversed(arguments)]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    (made,) = target.iterdir()
    return made


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("built")
    sdist = build(str(ROOT), "--sdist", str(folder / "sdist"))
    with tarfile.open(sdist) as archive:
        archive.extractall(folder / "source", filter="data")
    (source,) = (folder / "source").iterdir()
    wheel = build(str(source), "--wheel", str(folder / "wheel"))
    direct = build(str(ROOT), "--wheel", str(folder / "direct"))
    unpacked = folder / "unpacked"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(unpacked)
    return Built(wheel, sdist, direct, unpacked)


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def in_wheel(built: Built, code: str, *arguments: str) -> str:
    """What Python code prints where the unpacked wheel is the package."""
    environment = {**os.environ, "PYTHONPATH": str(built.unpacked), "PYTHONSAFEPATH": "1"}
    code = f"import relation_spec\nassert relation_spec.__file__.startswith({str(built.unpacked)!r})\n{code}"
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        capture_output=True,
        text=True,
        env=environment,
        cwd=built.unpacked,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_the_wheel_from_the_sdist_is_the_wheel_from_the_tree(built: Built) -> None:
    assert contents(built.wheel) == contents(built.direct)


def test_the_wheel_holds_the_package_and_nothing_else(built: Built) -> None:
    files = {name for name in contents(built.wheel) if ".dist-info/" not in name}
    modules = {path.relative_to(ROOT / "src").as_posix() for path in (ROOT / "src").rglob("*.py")}
    data = {"relation_spec/py.typed", IN_WHEEL + bundled.NAME, IN_WHEEL + "_precompiled.json"}
    data |= {f"relation_spec/server/{name}.json" for name in ("seed", "time_zones")}
    data |= {path.relative_to(ROOT / "src").as_posix() for path in (ROOT / "src").rglob("templates/*")}
    assert files == modules | data


def test_the_wheel_names_its_licence_and_its_command(built: Built) -> None:
    files = {name.partition(".dist-info/")[2]: held.decode() for name, held in contents(built.wheel).items()}
    assert files["licenses/LICENSE"] == (ROOT / "LICENSE").read_text()
    assert "relation-spec = relation_spec.cli:main" in files["entry_points.txt"]
    metadata = Parser().parsestr(files["METADATA"])
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata.get_payload() == (ROOT / "README.md").read_text()


def test_the_version_stands_in_one_place(built: Built) -> None:
    assert built.wheel.name.startswith(f"relation_spec-{relation_spec.__version__}-")
    assert (
        f"Version: {relation_spec.__version__}\n"
        in contents(built.wheel)[f"relation_spec-{relation_spec.__version__}.dist-info/METADATA"].decode()
    )
    assert 'dynamic = ["version"]' in (ROOT / "pyproject.toml").read_text()


def test_the_sdist_holds_what_git_holds(built: Built) -> None:
    with tarfile.open(built.sdist) as archive:
        files = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {
        path.relative_to(ROOT).as_posix()
        for folder in ("spec", "src", "tests", "tools", "examples", "docs", ".ci", ".github")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and not set(path.parts) & {"node_modules", "__pycache__"}
    }
    wanted = {name for name in wanted if not name.startswith(("src/relation_spec/spec/", "tools/bench/."))}
    wanted |= {"README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "pyproject.toml"}
    assert not wanted - files
    assert not {name for name in files if "node_modules" in name or name.startswith("src/relation_spec/spec")}


def test_the_wheel_carries_the_yaml_itself(built: Built) -> None:
    assert contents(built.wheel)[IN_WHEEL + bundled.NAME] == SPEC.read_bytes()


def test_the_precompiled_contract_is_what_the_yaml_says(built: Built) -> None:
    """Value and lines, so that no finding can differ in its place either."""
    stored = msgspec.json.decode(contents(built.wheel)[IN_WHEEL + "_precompiled.json"])
    fresh = parse(SPEC.read_bytes(), bundled.NAME)
    assert stored["yaml"] == SPEC.read_text(encoding="utf-8")
    assert stored["lines"] == fresh.lines
    assert exact(stored["value"]) == exact(fresh.value)


def exact(value: Any) -> Any:
    """``value`` with types and the order of names visible, which ``==`` does not see."""
    if isinstance(value, dict):
        return [(name, exact(held)) for name, held in value.items()]
    if isinstance(value, list):
        return [exact(item) for item in value]
    return type(value).__name__, value


def test_the_tree_holds_no_other_copy_of_the_yaml_and_no_wrong_form() -> None:
    """An editable install may leave the precompiled form in the tree: ``pip install -e .`` makes it anew."""
    assert [path for folder in ("spec", "src") for path in (ROOT / folder).rglob("*.yaml")] == [SPEC]
    stored = ROOT / "src" / "relation_spec" / "spec" / "_precompiled.json"
    if stored.is_file() and msgspec.json.decode(stored.read_bytes())["yaml"] == SPEC.read_text(encoding="utf-8"):
        assert stored.read_bytes() == bundled.dump(SPEC.read_bytes(), parse(SPEC.read_bytes(), bundled.NAME))


def test_the_precompiled_form_of_another_yaml_is_not_used(built: Built) -> None:
    """The reject twin: with one comment more in the YAML, the YAML is parsed."""
    code = (
        "from relation_spec.contract import bundled\n"
        "text = bundled.find().read_bytes()\n"
        "print(bundled.precompiled(text) is not None, bundled.precompiled(text + b'# x') is None)"
    )
    assert in_wheel(built, code) == "True True\n"


def test_the_wheel_judges_the_samples_by_its_own_yaml(built: Built) -> None:
    code = (
        "import sys\n"
        "print(relation_spec.load().document.path)\n"
        "print(relation_spec.validate_request_body(open(sys.argv[1], 'rb').read()))\n"
        "print(relation_spec.validate_response_body(open(sys.argv[2], 'rb').read()))"
    )
    examples = [str(ROOT / "examples" / name) for name in ("request.json", "response.json")]
    assert in_wheel(built, code, *examples).splitlines() == [
        str(built.unpacked / IN_WHEEL / bundled.NAME),
        "valid",
        "valid",
    ]


@pytest.mark.parametrize("call", ["is_valid_response_body", "validate_response_body"])
def test_judging_a_valid_body_loads_nothing_heavy(built: Built, call: str) -> None:
    code = (
        "import sys\n"
        f"assert relation_spec.{call}(open(sys.argv[1], 'rb').read())\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    loaded = set(in_wheel(built, code, str(ROOT / "examples" / "response.json")).split())
    assert "msgspec" in loaded
    assert not loaded & HEAVY


def test_every_public_call_is_typed(tmp_path: Path) -> None:
    """mypy in strict mode, with the settings of the project."""
    command = [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", f"--cache-dir={tmp_path}"]
    run = subprocess.run([*command, "tests/typing/public_face.py"], capture_output=True, text=True, cwd=ROOT)
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_public_call_can_be_called_as_it_is_typed(built: Built) -> None:
    code = "import runpy, sys\nrunpy.run_path(sys.argv[1], run_name='__main__')"
    assert in_wheel(built, code, str(ROOT / "tests" / "typing" / "public_face.py")) == ""
