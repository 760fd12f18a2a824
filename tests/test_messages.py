"""The messages of all codes side by side, as ``explain`` shows them, in a snapshot that is meant to be read."""

import os
import re
from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner

from relation_spec import __version__
from relation_spec.cli import cli
from relation_spec.findings import CODES
from tests.conftest import ROOT


def output(*args: str) -> str:
    ran = CliRunner().invoke(cli, args)
    assert ran.exit_code in (0, 1), ran.output
    return ran.output


def test_messages_of_all_codes_read_well() -> None:
    """Each says where it is, what was found, what was expected, and what to do; ``UPDATE_SNAPSHOTS=1`` writes them."""
    shown_all = "".join(f"== {code}\n{output('explain', code)}\n" for code in CODES)
    text = re.sub(r"(relation\.openapi\.yaml):\d+:", r"\1:N:", shown_all)  # lines move whenever the YAML grows
    path = ROOT / "tests" / "messages.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
    shown = [code for code in CODES if f"[{code}]: " in text]
    assert len(shown) >= 12
    assert text.count("  = rule: ") + text.count(" = rule: ") >= len(shown)


def test_an_edited_contract_is_followed_by_the_command(edited: Callable[..., Path], tmp_path: Path) -> None:
    path = edited(("maximum: 2147483647", "maximum: 1"))
    body = tmp_path / "x.json"
    body.write_text('{"SourceContactId": 1, "DestinationContactId": 2}')
    line = path.read_text().splitlines().index("      maximum: 1") + 1
    assert f"edited.yaml:{line}: maximum: 1" in output("validate", "--spec", str(path), str(body))
    assert "expected at most 1\n" in output("explain", "range", "--spec", str(path))


def test_the_version_is_the_package_s() -> None:
    assert output("--version") == f"relation-spec, version {__version__}\n"
