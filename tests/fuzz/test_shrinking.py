"""What shows a defect is as small as what a person would write, and fails there and nowhere else."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import relation_spec as rs
from relation_spec.fuzz import run
from relation_spec.fuzz.engine import opened_session
from relation_spec.fuzz.model import Case
from relation_spec.fuzz.sequences import run_case
from relation_spec.fuzz.showing import Shower
from relation_spec.fuzz.shrinking import shrunk
from relation_spec.server import create_app
from tests.conftest import ROOT

AUTH = "basic:demo:demo"
LEAST = {"SourceContactId", "DestinationContactId"}
ENDS = LEAST | {"SourcePersonId", "DestinationPersonId"}


@pytest.mark.parametrize(
    ("name", "check", "more", "longest"),
    [
        ("text-trimmed", "echo", {"Comment"}, 2),
        ("text-cut", "echo", {"Comment"}, 200),
        ("text-ends-with-its-line", "echo", {"Comment"}, 3),
        ("text-as-mojibake", "echo", {"Comment"}, 1),
        ("astral-lost", "echo", {"Comment"}, 1),
        ("text-normalized", "echo", {"Comment"}, 2),
        ("backslashes-lost", "echo", {"Comment"}, 2),
        ("xml-unescaped", "schema", {"Comment"}, 1),
        ("xml-escaped-twice", "echo", {"Comment"}, 1),
        ("json-with-raw-lines", "schema", {"Comment"}, 1),
        ("form-with-pluses", "echo", {"Comment"}, 1),
        ("null-as-empty", "nulls", {"Comment"}, 0),
        ("null-as-word", "nulls", set(), 0),
        ("fault-on-apostrophe", "server-error", {"Comment"}, 1),
        ("number-wraps-at-16-bits", "echo", {"RelationDefinitionId"}, 0),
        ("number-over-the-edge", "schema", {"RelationDefinitionId"}, 0),
        ("zero-as-null", "schema", set(), 0),
        ("ends-sorted", "echo", set(), 0),
        ("object-as-text", "schema", set(), 0),
        ("field-lost", "schema", set(), 0),
        ("last-character-lost", "read-back", {"Comment"}, 3),
    ],
)
def test_the_smallest_request_is_as_small_as_one_by_hand(name: str, check: str, more: set[str], longest: int) -> None:
    """By hand (tests/server) it takes the mandatory ids and one property, with one character that matters."""
    found = run(create_app(defect=name), auth=AUTH, examples=0, max_cases=330, only=[check])
    case = found.defects[0].case
    assert set(case.value) - ENDS <= more
    assert not case.headers
    assert not case.query
    assert all(len(held) <= longest for held in case.value.values() if isinstance(held, str))


@pytest.mark.parametrize(
    ("body", "label", "breach", "smallest"),
    [
        (b'{"SourceContactId": 874, "DestinationContactId": 955, "Reversed": "7", "Comment": "est"}',
         "application/json", "type", b'{"SourceContactId":874,"DestinationContactId":955,"Reversed":""}'),
        (b'{"SourceContactId": 874, "DestinationContactId": 955, "Comment": "est", "Coment": [1, 2]}',
         "application/json", "unknown-property",
         b'{"SourceContactId":874,"DestinationContactId":955,"Coment":[]}'),
        (b'{"SourceContactId": 874, "DestinationContactId": 955, "Comment": "est"', "application/json", "malformed", b"{"),
        (b"<ContactRelationEntity><SourceContactId>874", "application/xml", "malformed", b"<C"),
    ],
)  # fmt: skip
def test_bodies_that_are_broken_shrink_too(body: bytes, label: str, breach: str, smallest: bytes) -> None:
    """The server takes everything; what is sent must be broken still, and in no other way."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await send(
                {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]}
            )
            await send({"type": "http.response.body", "body": b'{"RelationId": 1}'})

    session = opened_session(app, auth=AUTH)
    case = Case("send", "broken", "POST", "/api/v1/Relation", accept="application/json", content_type=label, body=body,
                expect="refused", statuses=(400,), group="body", breach=breach)  # fmt: skip
    failure = next(one for one in run_case(session, case).failures if one.check == "refused")
    small, _ = shrunk(session, case, failure, None)
    session.sender.close()
    assert {finding.code for finding in rs.validate_request_body(small.body, label).errors} == {breach}
    assert len(small.body or b"") <= len(smallest), small.body


@pytest.mark.parametrize("name", ["text-trimmed", "label-missing"])
def test_files_fail_on_the_server_with_the_defect_and_pass_on_another(name: str, tmp_path: Path) -> None:
    result = run(create_app(defect=name), auth=AUTH, examples=0, max_cases=150)
    shower, defect = Shower((), ""), result.defects[0]
    (tmp_path / "defect.json").write_text(shower.replay(defect, "nowhere:app"), "utf-8")
    (tmp_path / "test_defect.py").write_text(shower.pytest(defect, "nowhere:app"), "utf-8")
    (tmp_path / "served.py").write_text(
        f"from relation_spec.server import create_app\nbad = create_app(defect={name!r})\ngood = create_app()\n",
        "utf-8",
    )
    for app, status in (("bad", 1), ("good", 0)):
        target, env = f"served:{app}", os.environ | {"RELATION_AUTH": AUTH, "PYTHONPATH": str(ROOT / "src")}
        replayed = [sys.executable, "-m", "relation_spec", "replay", "defect.json", "--target", target, "--format=json"]
        ended = subprocess.run(replayed, capture_output=True, text=True, cwd=tmp_path, env=env, timeout=120)
        assert ended.returncode == status, ended.stderr
        assert json.loads(ended.stdout)["fails"] is (status == 1)
        tested = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_defect.py"]
        ended = subprocess.run(tested, capture_output=True, text=True, cwd=tmp_path,
                               env=env | {"RELATION_TARGET": target}, timeout=120)  # fmt: skip
        assert ended.returncode == status, ended.stdout + ended.stderr
