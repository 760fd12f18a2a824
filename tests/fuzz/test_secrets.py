"""No credential of a run, in any form, stands in anything that the commands write: whatever the target says of them."""

import base64
import html
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, unquote_plus

import pytest

from relation_spec.cli import main
from relation_spec.fuzz.covering import Cover
from relation_spec.fuzz.reports import FORMS
from tests.conftest import ROOT
from tests.fuzz.mirror import NAMES, PASSWORDS, SENTINEL, TOKENS, babbling, forms

KINDS = {
    "basic": [f"basic:{name}:{password}" for name, password in zip(NAMES, PASSWORDS, strict=True)],
    "bearer": [f"bearer:{token}" for token in TOKENS],
    "ticket": [f"ticket:{token}" for token in TOKENS],
    "xsrf": [f"xsrf:{token.replace(':', '-')}" for token in TOKENS],
}
APP_TOKEN = f"app-{SENTINEL}-token-{SENTINEL}"
PARTS = tuple({part.lower() for part in (SENTINEL[:6], SENTINEL[2:], *(name[:-2] for name in NAMES))})
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}")


def readings(text: str) -> Iterator[str]:
    """What a text says to whoever decodes what is in it."""
    for _ in range(3):
        yield text
        yield text[::-1]
        for run in set(BASE64.findall(text)):
            for shift in range(4):
                piece = run[shift:].replace("-", "+").replace("_", "/")
                yield base64.b64decode(piece[: len(piece) // 4 * 4]).decode("latin-1")
        yield unquote_plus(text)
        text = re.sub(r"\\+u([0-9a-fA-F]{4})|\\+x([0-9a-fA-F]{2})", lambda found: chr(int(found[1] or found[2], 16)),
                      html.unescape(unquote(text))).replace("\\", "")  # fmt: skip


def tells(text: str) -> list[str]:
    """The parts of credentials that can be read in a text."""
    return [part for reading in readings(text) for part in PARTS if part in reading.lower()]


@pytest.mark.parametrize("form", [form for text in (*PASSWORDS, *TOKENS, *NAMES) for form in forms(text)])
def test_the_search_finds_credentials_in_every_form(form: str) -> None:
    """It is no search that cannot fail."""
    assert tells(f"some words {form} and more")


@pytest.mark.parametrize("text", [*PASSWORDS, *TOKENS])
def test_a_cover_hides_every_form_and_whatever_is_left_by_shortening(text: str) -> None:
    cover = Cover((text,), NAMES)
    for form in forms(text):
        assert not tells(cover.text(f"some words {form} and more"))
    for form in forms(text):
        for end in range(6, min(len(form), 60), 3):
            head, tail, piece = (
                json.dumps(one, ensure_ascii=False)[1:-1] for one in (form[:end], text[end:], text[end : end + 30])
            )
            assert not tells(cover.text(f'found "some words {head}…" (99 characters)'))
            assert not tells(cover.text(f'sent …"{tail} and" and found …"{piece}" at character 3'))


def test_a_cover_tells_users_apart_and_leaves_words_in_which_a_short_secret_stands() -> None:
    cover = Cover(("pass", "anna"), ("anna", "bert"))
    assert (
        cover.text("passing the pass, anna to bert, annalist")
        == "passing the ***, (first user) to (second user), annalist"
    )
    assert cover.value({"anna": ["pass", 1, None, ("bert",)]}) == {"anna": ["***", 1, None, ["(second user)"]]}
    assert Cover(("abc",)).text("abc") == "abc"  # shorter texts tell nobody anything


class Written(NamedTuple):
    """All that a run wrote: names of files and streams with their texts."""

    status: int
    texts: dict[str, str]

    def leaks(self, *names: str) -> dict[str, list[str]]:
        """Which of the texts, by default of all, tell what."""
        found = {name: tells(f"{name}\n{self.texts[name]}") for name in names or self.texts}
        return {name: parts for name, parts in found.items() if parts}


Command = Callable[..., Written]


@pytest.fixture
def command(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> Command:
    """Runs a command with every report, and reads everything that it wrote and logged."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, "relation_spec.server.access")  # the server, which knows its users
    monkeypatch.chdir(tmp_path)

    def run(*args: str, auth: list[str]) -> Written:
        for name, text in zip(("RELATION_AUTH", "RELATION_AUTH_2"), [*auth, "", ""], strict=False):
            monkeypatch.setenv(name, text)
        with pytest.raises(SystemExit) as ended:
            main([*args])
        out, err = capsys.readouterr()
        texts = {"stdout": out, "stderr": err, "log": caplog.text}
        texts |= {
            str(path.relative_to(tmp_path)): path.read_text("utf-8") for path in tmp_path.rglob("*.*") if path.is_file()
        }
        return Written(int(ended.value.code or 0), texts)

    return run


REPORTS = [f"--report={form}=report.{form}" for form in FORMS]
PROXY = base64.b64encode(f"someone:proxy-{SENTINEL}-pass".encode()).decode()
HEADERS = [
    f"--header=SO-AppToken: {APP_TOKEN}",
    f"--header=X-Api-Key: key-{SENTINEL}",
    f"--header=Proxy-Authorization: Basic {PROXY}",
]
FUZZ = ["--examples=0", "--max-cases=60", *HEADERS, *REPORTS, "--save=saved"]
SENT_AGAIN = 4
FORMATS = {"basic": "text", "bearer": "json", "ticket": "text", "xsrf": "github"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_tells_everything_back_makes_nothing_be_told(command: Command, kind: str) -> None:
    """Its answers stand in every defect, whole and shortened; two users take part."""
    wrote = command("fuzz", "tests.fuzz.mirror:mirror()", *FUZZ, f"--format={FORMATS[kind]}", auth=KINDS[kind])
    assert wrote.status == 1
    found = {one["check"] for one in json.loads(wrote.texts["report.json"])["defects"]}
    assert {"leaks", "echo"} <= found
    assert len(wrote.texts) > 3 + len(FORMS) + 2 * len(found) - 1
    assert all(wrote.texts[f"report.{form}"] for form in FORMS)
    assert wrote.leaks() == {}
    assert "***" in wrote.texts["report.har"]


@pytest.mark.parametrize("kind", ["basic", "bearer"])
@pytest.mark.parametrize(("server", "found"), [("clean", set()), ("echoing", {"leaks"})])
def test_neither_a_clean_server_nor_the_gallerys_makes_them_be_told(
    command: Command, kind: str, server: str, found: set[str]
) -> None:
    auth = KINDS[kind] if kind == "basic" else KINDS[kind][:1]  # both tokens stand for one user
    wrote = command("fuzz", f"tests.fuzz.mirror:{server}()", *FUZZ, auth=auth)
    assert {one["check"] for one in json.loads(wrote.texts["report.json"])["defects"]} == found
    assert wrote.leaks() == {}


@pytest.mark.parametrize("kind", ["basic", "bearer", "xsrf"])
@pytest.mark.parametrize("server", ["refusing", "raising", "babbling", "down"])
def test_targets_that_cannot_be_tested_do_not_make_them_be_told(command: Command, server: str, kind: str) -> None:
    with babbling() as address:
        target = {"down": "http://127.0.0.1:9", "babbling": address}.get(server, f"tests.fuzz.mirror:{server}()")
        wrote = command("fuzz", target, *FUZZ, f"--format={FORMATS[kind]}", auth=KINDS[kind])
    assert wrote.status == 3
    assert len(json.loads(wrote.texts["report.json"])["untested"]) > 20
    assert wrote.leaks() == {}


def test_credentials_of_the_command_line_are_hidden_like_those_of_the_environment(command: Command) -> None:
    given = [f"--auth={text}" for text in KINDS["basic"]]
    wrote = command("fuzz", "tests.fuzz.mirror:mirror()", *FUZZ, *given, auth=[])
    assert wrote.status == 1
    assert wrote.leaks() == {}


@pytest.mark.parametrize(
    "wrong", [*PASSWORDS, f"nobody:{PASSWORDS[0]}", f"basic:{PASSWORDS[0]}", f"http://{NAMES[0]}:{TOKENS[0]}"]
)
def test_credentials_that_cannot_be_read_are_not_repeated(command: Command, wrong: str) -> None:
    wrote = command("fuzz", "tests.fuzz.mirror:mirror()", f"--auth={wrong}", auth=[])
    assert wrote.status == 2
    assert wrote.texts["stderr"].startswith("Error: credentials are given as")
    assert wrote.leaks() == {}


def test_replaying_tells_none_either(command: Command, tmp_path: Path) -> None:
    """The command, and a saved test that fails, whose output shows what it compared."""
    command("fuzz", "tests.fuzz.mirror:mirror()", *FUZZ, auth=KINDS["basic"])
    files = sorted((tmp_path / "saved").glob("*.json"))[:SENT_AGAIN]
    statuses = []
    for number, path in enumerate(files):
        wrote = command("replay", str(path), f"--format={('text', 'json')[number % 2]}", auth=KINDS["basic"])
        statuses.append(wrote.status)
        assert wrote.leaks("stdout", "stderr", "log") == {}
    assert len(files) == SENT_AGAIN
    assert 1 in statuses
    failing = f"saved/test_{files[statuses.index(1)].stem}.py"
    environment = os.environ | {"RELATION_AUTH": KINDS["basic"][0], "RELATION_AUTH_2": KINDS["basic"][1]}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-n0", "-p", "no:cacheprovider", f"--rootdir={tmp_path}", failing],
        capture_output=True, text=True, cwd=tmp_path, env=environment | {"PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"},
    )  # fmt: skip
    assert "failed" in done.stdout
    assert "AssertionError" in done.stdout
    assert tells(done.stdout + done.stderr) == []
