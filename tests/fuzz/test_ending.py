"""How runs of the command end besides well: by a fault of our own, by a person, by what a contract leaves open."""

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from relation_spec.fuzz import run
from relation_spec.server import create_app
from relation_spec.strategies.catalogue import NOT_APPLICABLE
from tests.conftest import ROOT
from tests.fuzz.conftest import AUTH, Command
from tests.fuzz.other_server import other_server

BAD = "tests.fuzz.other_server:broken_server()"


def test_a_fault_of_our_own_ends_with_4_and_no_traceback(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*args: Any) -> Any:
        raise ZeroDivisionError("nothing to share")

    monkeypatch.setattr("relation_spec.fuzz.engine.run_case", fails)
    status, _, err = command("fuzz", BAD, "--examples=0", "--max-cases=5")
    assert status == 4
    assert "ZeroDivisionError: nothing to share" in err
    assert "Traceback" not in err
    monkeypatch.setenv("RELATION_SPEC_DEBUG", "1")
    assert "Traceback" in command("fuzz", BAD, "--examples=0", "--max-cases=5")[2]


def interrupting(after: int) -> Any:
    """A server with a defect, beside which a person presses Ctrl-C."""
    inner, asked = other_server(trims=True), 0

    async def app(scope: Any, receive: Any, send: Any) -> None:
        nonlocal asked
        asked += scope["type"] == "http"
        if asked == after and scope["type"] == "http":
            os.kill(os.getpid(), signal.SIGINT)
        await inner(scope, receive, send)

    return app


def test_an_interrupted_run_tells_what_it_found() -> None:
    result = run(interrupting(200), auth=AUTH, examples=0)
    assert result.interrupted
    assert 0 < result.counts.cases < 200
    assert {defect.check for defect in result.defects} == {"echo"}
    assert result.digest


def test_an_interrupted_command_reports_and_ends_with_130(command: Command, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    status, out, _ = command("fuzz", "tests.fuzz.test_ending:INTERRUPTED", "--examples=0", f"--report=json={report}")
    assert status == 130
    assert "What was sent is not what comes back" in out
    assert ", interrupted; hash" in out
    assert json.loads(report.read_text("utf-8"))["defects"]


INTERRUPTED = interrupting(150)


def test_mutations_are_listed_beside_those_of_cats(command: Command) -> None:
    status, out, _ = command("fuzz", "--list-mutations")
    assert status == 0
    assert "  type [type]: a value of another type, " in out
    assert "    CATS: StringsInNumericFieldsFuzzer, " in out
    assert all(f"  {name}: {why}" in out for name, why in NOT_APPLICABLE.items())
    assert "  multipleOf [multiple-of]: " not in out
    orders = str(ROOT / "tests" / "suites" / "orders.openapi.yaml")
    status, other, _ = command("fuzz", "--list-mutations", "--spec", orders)
    assert status == 0
    assert "  multipleOf [multiple-of]: " in other


COUNTS = """
openapi: 3.1.0
info: {title: Stock, version: '1'}
paths:
  /count:
    post:
      operationId: count
      requestBody:
        content:
          application/json:
            schema: {type: object, required: [pieces], properties: {pieces: {type: integer, minimum: 0}}}
      responses: {'204': {description: Counted.}}
  /recount:
    put:
      operationId: recount
      requestBody:
        content:
          application/json:
            schema: {type: object, required: [pieces], properties: {pieces: {type: integer, maximum: 7}}}
      responses: {'204': {description: Counted again.}}
"""


def test_of_several_operations_one_must_be_named(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RELATION_AUTH")
    spec = tmp_path / "counts.yaml"
    spec.write_text(COUNTS, "utf-8")
    status, _, err = command("fuzz", BAD, "--spec", str(spec), "--dry-run")
    assert status == 2
    assert "count, recount" in err
    status, out, _ = command("fuzz", BAD, "--spec", str(spec), "--operation=recount", "--dry-run")
    assert status == 0, out
    assert "coverage: " in out
    assert command("fuzz", BAD, "--spec", str(spec), "--operation=other", "--dry-run")[0] == 2


def test_what_is_left_out_stands_in_the_plan(command: Command) -> None:
    _, out, _ = command("fuzz", BAD, "--dry-run")
    assert "left out: what shows with two users (--auth twice)" in out
    assert "left out: expired credentials (--expired-auth)" in out
    _, out, _ = command("fuzz", BAD, "--dry-run", f"--auth={AUTH}", f"--auth={AUTH}", "--expired-auth=bearer:old-token")
    assert "left out" not in out


def lenient() -> Any:
    """A server that takes a token that has expired."""
    inner = other_server()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            fields = [(name, b"Basic ZGVtbzpkZW1vLXdvcmQ=" if value == b"Bearer old-token" else value)
                      for name, value in scope["headers"]]  # fmt: skip
            scope = {**scope, "headers": fields}
        await inner(scope, receive, send)

    return app


def test_expired_credentials_must_be_refused() -> None:
    options: dict[str, Any] = {"auth": AUTH, "examples": 0, "max_cases": 120, "only": ["authentication"]}
    (defect,) = run(lenient(), expired_auth="bearer:old-token", **options).defects
    assert defect.case.auth == "expired"
    assert defect.message == "expired credentials: found status 200; expected 401"
    assert run(other_server(), expired_auth="bearer:old-token", **options).defects == []
    assert run(lenient(), **options).defects == []


def forgetful() -> Any:
    """A server that lets in whoever shows a session, beside wrong credentials, without looking at it."""
    inner = other_server()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and any(name == b"cookie" for name, _ in scope["headers"]):
            fields = [
                held for held in scope["headers"] if held[0] not in (b"authorization", b"cookie", b"x-xsrf-token")
            ]
            scope = {**scope, "headers": [*fields, (b"authorization", b"Basic ZGVtbzpkZW1vLXdvcmQ=")]}
        await inner(scope, receive, send)

    return app


def test_one_good_way_beside_a_bad_one_is_enough_and_two_bad_ones_are_not() -> None:
    """OpenAPI 3.1, Security Requirement Object: only one of them needs to be satisfied."""
    options: dict[str, Any] = {"auth": AUTH, "examples": 0, "max_cases": 200}
    assert run(other_server(), **options).defects == []
    found = {defect.case.note for defect in run(forgetful(), **options).defects}
    assert "a wrong password or token beside a session that never was" in found


def test_what_a_defect_explains_is_told_beside_it(command: Command, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    app = "tests.fuzz.test_ending:spoilt()"
    status, out, _ = command("fuzz", app, "--examples=0", "--max-cases=300", f"--report=json={report}")
    assert status == 1
    (defect,) = json.loads(report.read_text("utf-8"))["defects"]
    assert (defect["check"], defect["place"]) == ("nulls", "/Comment")
    assert ["select", "body", "not nulled"] in defect["also"]
    assert f"   It explains {len(defect['also'])} more: " in out
    assert command("fuzz", app, "--examples=0", "--max-cases=300", f"--baseline={report}")[0] == 0


def spoilt() -> Any:
    """A server that answers a word where there is no text."""
    return create_app(users={"demo": "demo-word"}, defect="null-as-word")
