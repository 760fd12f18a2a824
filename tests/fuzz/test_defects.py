"""Defects are found, named once, shrunk, and told in words, commands and files that show no credential."""

import itertools
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from relation_spec.contract import WrongCallError
from relation_spec.fuzz import replay, run
from relation_spec.fuzz.credentials import Credentials
from relation_spec.fuzz.reports import FORMS
from relation_spec.fuzz.showing import Shower
from relation_spec.messages import load
from relation_spec.server import create_app
from tests.fuzz.other_server import other_server

AUTH = "basic:demo:demo-word"


def broken(name: str) -> Any:
    return create_app(users={"demo": "demo-word"}, defect=name)


@pytest.mark.parametrize(
    ("name", "check", "place"),
    [
        ("text-trimmed", "echo", "/Comment"),
        ("null-as-empty", "nulls", "/Comment"),
        ("xml-without-objects", "parity", "/UpdatedBy"),
        ("select-ignored", "select", "body"),
        ("language-ignored", "controls", "/TableRight/Reason"),
        ("last-character-lost", "read-back", "/Comment"),
        ("number-reused", "update", "/RelationId"),
        ("text-left-over", "isolation", "/Comment"),
        ("password-unchecked", "authentication", "/paths/~1api~1v1~1Relation/post/security"),
        ("error-echoes-secret", "leaks", "body"),
        ("status-created", "status", "status"),
        ("weights-ignored", "content-type", "header.Accept"),
        ("error-without-words", "errors", "body"),
    ],
)
def test_a_planted_defect_is_named(name: str, check: str, place: str) -> None:
    result = run(broken(name), auth=AUTH, examples=0, only=[check], max_cases=260)
    assert (check, place) in {(defect.check, defect.place) for defect in result.defects}
    assert result.status == 1
    assert all(defect.found <= 500 for defect in result.defects[:1])


def test_a_defect_is_one_entry_and_small() -> None:
    (defect,) = run(other_server(trims=True), auth=AUTH, examples=0, only=["echo"]).defects[:1]
    assert defect.times > 10
    assert not defect.flaky
    assert defect.basis == "page"
    assert set(defect.case.value) <= {
        "SourceContactId", "SourcePersonId", "DestinationContactId", "DestinationPersonId", "Comment",
    }  # fmt: skip
    assert len(defect.case.value["Comment"]) <= 2


def test_choices_can_be_left_out() -> None:
    options: dict[str, Any] = {"auth": AUTH, "examples": 0, "only": ["authentication"], "max_cases": 20}
    found = run(broken("challenge-missing"), **options)
    assert {defect.basis for defect in found.defects} == {"choice"}
    assert run(broken("challenge-missing"), documented_only=True, **options).defects == []


def test_known_defects_are_left_out() -> None:
    first = run(other_server(trims=True), auth=AUTH, examples=0)
    again = run(
        other_server(trims=True), auth=AUTH, examples=0, baseline=[key for one in first.defects for key in one.keys]
    )
    assert first.defects
    assert (again.status, again.known) == (0, len(first.defects))


def test_what_comes_and_goes_is_flaky() -> None:
    """An application that fails at its thirtieth request, and never again."""
    inner, asked = other_server(), itertools.count(1)

    async def fails_once(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and next(asked) == 30:
            raise RuntimeError("once")
        await inner(scope, receive, send)

    result = run(fails_once, auth=AUTH, examples=0, only=["server-error"], max_cases=60)
    assert result.status == 1
    assert [defect.flaky for defect in result.defects] == [True]


def test_a_defect_is_replayed_until_it_is_mended(tmp_path: Path) -> None:
    result = run(other_server(trims=True), auth=AUTH, examples=0, only=["echo"])
    shower = Shower((Credentials(AUTH, load().document.operation()),), "http://localhost")
    file = tmp_path / "replay.json"
    file.write_text(shower.replay(result.defects[0], "nowhere:app"), "utf-8")
    found = replay(str(file), other_server(trims=True), auth=AUTH)
    assert found is not None
    assert found.key == result.defects[0].key
    assert replay(str(file), other_server(), auth=AUTH) is None
    with pytest.raises(WrongCallError, match="no replay file"):
        replay({"format": "relation-spec replay 1"}, other_server())


def test_the_pytest_file_fails_while_the_defect_is_there(tmp_path: Path) -> None:
    result = run(other_server(trims=True), auth=AUTH, examples=0, only=["echo"])
    shower = Shower((Credentials(AUTH, load().document.operation()),), "http://localhost")
    text = shower.pytest(result.defects[0], "tests.fuzz.other_server:broken_server()")
    file = tmp_path / "test_defect.py"
    file.write_text(text, "utf-8")
    for target, status in (
        ("tests.fuzz.other_server:broken_server()", 1),
        ("tests.fuzz.other_server:other_server()", 0),
    ):
        code = f"import runpy; names = runpy.run_path({str(file)!r}); [f() for n, f in names.items() if n.startswith('test_')]"
        ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60,
                               env={"RELATION_TARGET": target, "RELATION_AUTH": AUTH, "PYTHONPATH": "src:."})  # fmt: skip
        assert ended.returncode == status, ended.stderr


def test_no_report_shows_a_credential() -> None:
    result = run(broken("error-echoes-secret"), auth=AUTH, examples=0, max_cases=60)
    users = (Credentials(AUTH, load().document.operation()),)
    for form, write in FORMS.items():
        text = write(result, Shower(users, "http://localhost"))
        assert "shows a credential" in text
        assert "demo-word" not in text
        assert "ZGVtbzpkZW1vLXdvcmQ" not in text
        if form in ("json", "sarif", "har"):
            assert json.loads(text)
