"""``relation-spec serve``: what it says, listens to, logs and refuses, and how it ends."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from relation_spec.cli import cli
from tests.server.conftest import DEMO, PATH
from tests.server.processes import VALUE, started

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


def refused(*options: str) -> Any:
    return CliRunner().invoke(cli, ["serve", "--port", "0", *options])


def test_it_says_what_it_does_and_logs_each_request_without_its_secrets(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("w") as out, started("--check", stdout=out) as server:
        assert re.match(
            r"Serving POST /api/v1/Relation at http://127\.0\.0\.1:\d+, for this machine alone; data in memory, gone ",
            server.said,
        )
        assert server.process.stderr is not None
        assert server.process.stderr.readline() == (
            "Sign in as demo:demo, since no --user, --ticket or --token was given.\n"
        )
        link = server.post().json()["_Links"]["Self"]
        httpx.get(link + "?key=SENTINEL", headers={"Authorization": "Bearer SENTINEL"})
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(20) == 0
        assert server.process.stderr.read() == ""
    first, second = map(json.loads, log.read_text().splitlines())
    assert (first["method"], first["path"], first["status"], first["user"]) == ("POST", PATH, 200, "demo")
    assert (second["method"], second["status"], second["user"]) == ("GET", 401, None)
    assert set(first) == {"time", "client", "user", "method", "path", "status", "bytes", "ms"}
    assert "SENTINEL" not in log.read_text()


def test_fields_of_proxies_are_not_believed(tmp_path: Path) -> None:
    """Anybody may send them."""
    fields = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example",
              "X-Forwarded-Port": "1", "Forwarded": "for=192.0.2.7;proto=https;host=evil.example"}  # fmt: skip
    log = tmp_path / "log"
    with log.open("w") as out, started(stdout=out) as server:
        answer = server.post(headers=fields)
        assert answer.json()["_Links"]["Self"].startswith(server.url + PATH + "/")
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(20) == 0
    assert json.loads(log.read_text())["client"] == "127.0.0.1"


def test_accounts_of_its_own_take_the_place_of_the_demo(tmp_path: Path) -> None:
    options = ["--user", "anna:p:w", "--ticket", "7T:x", "--token", "8A:y", "--database", str(tmp_path / "x.db")]
    with started(*options) as server:
        assert str(tmp_path / "x.db") in server.said
        assert server.post().status_code == 401
        for given in ({"auth": ("anna", "p:w")}, {"headers": {"Authorization": "SoTicket 7T:x"}},
                      {"headers": {"Authorization": "Bearer 8A:y"}}):  # fmt: skip
            answer: Any = httpx.post(server.url + PATH, json=VALUE, **given)  # type: ignore[arg-type]
            assert answer.json()["CreatedBy"]["Name"] == "anna"


def test_it_says_when_other_machines_reach_it() -> None:
    command = [sys.executable, "-m", "relation_spec", "serve", "--port", "0", "--host", "0.0.0.0", "--no-access-log"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert "for every machine that reaches it" in process.stderr.readline()
        process.kill()


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        (["--user", "anna"], 2, "give a name, a colon and a password"),
        (["--user", ":x"], 2, "give a name, a colon and a password"),
        (["--user", "a:x", "--user", "a:y"], 2, "each name once"),
        (["--port", "99999"], 2, "99999"),
        (["--host", "192.0.2.1"], 1, "the server cannot listen at 192.0.2.1:0"),
        (["--defect", "none-such"], 1, "no defect 'none-such'"),
        (["--seed-data", "none.json"], 1, "the seed data in none.json cannot be read"),
        (["--database", "/none/such/x.db"], 1, "the database /none/such/x.db cannot be opened"),
        (["--list-defects"], 0, ""),
    ],
)
def test_wrong_use_is_told(options: list[str], status: int, said: str) -> None:
    """Outside the runner, which knows no ContractError, the command's rim makes status 2 of these."""
    done = refused(*options)
    assert done.exit_code == status
    assert said in done.output + str(done.exception)


def test_without_its_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    done = refused()
    assert done.exit_code == 1
    assert "pip install 'relation-spec[server]'" in done.output


def test_another_contract_is_served(edited: Any) -> None:
    with started("--spec", str(edited(("/api/v1/Relation:", "/links:")))) as server:
        assert httpx.post(server.url + "/links", json=VALUE, auth=DEMO).status_code == 200
