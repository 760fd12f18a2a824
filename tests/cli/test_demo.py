"""``relation-spec demo``: each step with its command and what the command says, by any contract, and a clean end."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from relation_spec.server.defects.gallery import DEFECTS
from relation_spec.server.defects.registry import Kind
from relation_spec.server.defects.scene import Scene
from tests.cli.conftest import COMMAND, Run, environment
from tests.conftest import ROOT

OTHER = """
openapi: 3.1.0
info: {title: Stock, version: '1'}
paths:
  /count:
    post:
      requestBody:
        content:
          application/json:
            schema: {type: object, required: [pieces], properties: {pieces: {type: integer, minimum: 0}}}
      responses:
        '200':
          description: Counted.
          content:
            application/json:
              schema: {type: object, required: [pieces], properties: {pieces: {type: integer, minimum: 1}}}
"""


def test_every_step_goes_as_it_should_by_an_edited_contract(
    run: Run, tmp_path: Path, edited: Callable[..., Path]
) -> None:
    path = edited(("SourceContactId", "FromId"), ("Comment", "Note"), ("/api/v1/Relation", "/api/v2/Link"))
    ran = run("demo", "--spec", str(path), "--seed", "7", "--save", "kept", "--defect", "text-trimmed")
    assert (ran.status, ran.err) == (0, ""), ran
    assert "\x1b" not in ran.out
    steps = re.split(r"^\d\. (?=[A-Z].* (?:valid|found)$)", ran.out, flags=re.MULTILINE)[1:]
    assert len(steps) == 4
    assert steps[0].splitlines()[1:3] == [
        f"$ relation-spec validate request.json response.json --spec {path}",
        "2 payloads: 2 valid, 0 invalid; 0 errors, 0 warnings",
    ]
    assert "1 payload: 0 valid, 1 invalid; 1 error" in steps[1]
    assert f"= rule: {path}:" in steps[1]
    assert "Serving POST /api/v2/Link at http://127.0.0.1:" in steps[2]
    assert ": no defects\n" in steps[2]
    assert "The planted defect: White space around a text is dropped." in steps[3]
    assert re.search(r"^   curl -si -u .*/api/v2/Link$", steps[3], re.MULTILINE)
    assert re.search(r": \d+ defects?\n\$ kill %1\n\nAll 4 steps went as they should, in [\d.]+ s\.$", steps[3])
    assert sorted(file.name for file in (tmp_path / "kept").iterdir()) == [
        "request-broken.json", "request.json", "response.json",
    ]  # fmt: skip
    for command, status in re.findall(r"^\$ relation-spec (validate .*broken.*)(\n)", ran.out, re.MULTILINE):
        again = subprocess.run([*COMMAND, *command.split()], cwd=tmp_path / "kept", env=environment())
        assert (again.returncode, status) == (1, "\n")


def test_a_contract_that_the_server_cannot_follow_ends_with_1(run: Run, tmp_path: Path) -> None:
    """It has no examples, so that messages are made for it, and asks for a number that the server does not know."""
    (tmp_path / "other.yaml").write_text(OTHER)
    ran = run("demo", "--spec", "other.yaml")
    assert ran.status == 1
    assert ran.out.count("$ relation-spec validate ") == 2
    assert ran.err == "\nStep 3 did not go as it should: the server was not found to follow the contract.\n"


def test_a_defect_that_is_not_found_ends_with_1(quick: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """One is planted that changes nothing."""

    def harmless(at: Scene, value: Any) -> None:
        """Nothing is wrong."""

    monkeypatch.setitem(DEFECTS, "harmless", Kind("harmless", "values", "answer", harmless, ()))
    ran = quick("demo", "--defect", "harmless")
    assert "The planted defect: Nothing is wrong.\n" in ran.out
    assert (ran.status, ran.err) == (
        1,
        "\nStep 4 did not go as it should: the planted defect harmless was not found.\n",
    )


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--defect", "nobody"], "no defect 'nobody'; known are: "),
        (["--spec", "nowhere.yaml"], "nowhere.yaml"),
        (["--spec", str(ROOT / "README.md")], "README.md"),
        (["--save", str(ROOT / "README.md")], "is a file"),
    ],
)
def test_wrong_use_ends_with_2_before_any_step(args: list[str], said: str, quick: Run) -> None:
    ran = quick("demo", *args)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err


def test_a_missing_extra_is_told_with_what_to_install(quick: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    ran = quick("demo")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == "Error: the demo needs uvicorn: pip install 'relation-spec[server]'\n"
    monkeypatch.setitem(sys.modules, "httpx", None)
    assert "pip install 'relation-spec[fuzz,server]'" in quick("demo").err


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_and_leaves_nothing(number: signal.Signals, tmp_path: Path) -> None:
    env = environment(PYTHONUNBUFFERED="1", TMPDIR=str(tmp_path), PYTHONFAULTHANDLER="1")
    with subprocess.Popen(
        [*COMMAND, "demo"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env
    ) as demo:
        assert demo.stdout is not None
        assert demo.stderr is not None
        # before, Python may be loading code made from text, where it ends by the signal itself, whatever we do
        url = next(found[1] for line in demo.stdout if (found := re.search(r"^Plan for (http://\S+),", line)))
        assert os.listdir(tmp_path)
        demo.send_signal(number)
        assert demo.wait(20) == 130
        assert "Step 4" not in demo.stdout.read()
        assert demo.stderr.read() == ""
    assert not os.listdir(tmp_path)
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


@pytest.mark.skipif(sys.platform == "win32", reason="terminals of POSIX")
@pytest.mark.parametrize(("more", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colours_are_for_terminals(more: dict[str, str], coloured: bool) -> None:
    import pty

    ours, theirs = pty.openpty()
    env = environment(TERM="xterm", **more)
    with subprocess.Popen([*COMMAND, "demo"], stdout=theirs, stderr=theirs, env=env) as demo:
        os.close(theirs)
        seen = b""
        while b"Serving" not in seen:
            seen += os.read(ours, 4096)
        demo.send_signal(signal.SIGINT)
        try:
            while os.read(ours, 4096):  # what is left must be read, or the demo waits for room
                pass
        except OSError:  # the other end is closed
            pass
        demo.wait(20)
    os.close(ours)
    assert (b"\x1b[36m$ relation-spec validate" in seen) is coloured
    assert (b"\x1b" in seen) is coloured
