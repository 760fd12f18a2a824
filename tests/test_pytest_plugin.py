"""The pytest plugin as a project meets it: its fixture, its assertion, and what it loads."""

import json
import subprocess
import sys
import tomllib
from typing import Any

import pytest

import relation_spec as rs
from relation_spec.pytest_plugin import assert_conforms
from tests.conftest import ROOT
from tests.traffic import AUTHORIZED, BAD, GOOD, JSON, PATH, SENTINELS, STORED

pytest_plugins = ["pytester"]

GOOD_REQUEST = rs.Request("POST", PATH, AUTHORIZED | JSON, GOOD)
GOOD_RESPONSE = rs.Response(200, JSON, STORED)


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project in which this plugin, xdist and nothing else is installed."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    pytester.makeini("[pytest]\naddopts = -p relation_spec.pytest_plugin -p xdist.plugin\n")
    return pytester


def test_the_distribution_names_the_plugin() -> None:
    held = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert held["project"]["entry-points"]["pytest11"] == {"relation_spec": "relation_spec.pytest_plugin"}


def test_a_project_that_does_not_use_it_loads_nothing(project: pytest.Pytester) -> None:
    """Neither a room of this package nor a library that it needs."""
    project.makepyfile(
        """
        import sys

        def test_nothing():
            loaded = {name for name in sys.modules if name.startswith("relation_spec.")}
            assert loaded == {"relation_spec.pytest_plugin"}
            heavy = {"msgspec", "yaml", "jsonschema", "click", "openapi_spec_validator", "referencing", "httpx"}
            assert not heavy & {name.partition(".")[0] for name in sys.modules}
        """
    )
    project.runpytest_subprocess().assert_outcomes(passed=1)


def test_importing_the_plugin_loads_only_pytest() -> None:
    code = (
        "import pytest, sys\nbefore = set(sys.modules)\nimport relation_spec.pytest_plugin\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={"PYTHONPATH": str(ROOT / "src")}
    )
    assert run.stdout.split() == ["relation_spec", "relation_spec.pytest_plugin"], run.stderr


@pytest.mark.parametrize("arguments", [(), ("-n", "2")])
def test_a_failure_reads_like_a_compiler_and_ends_in_the_test(
    project: pytest.Pytester, arguments: tuple[str, ...]
) -> None:
    """With xdist too."""
    project.makepyfile(
        """
        import relation_spec
        from relation_spec.pytest_plugin import assert_conforms

        BODY = b'{\\n  "SourceContactId": "395"\\n}'

        def test_good(relation_contract):
            assert relation_contract is relation_spec.load()

        def test_broken(relation_contract):
            response = relation_spec.Response(200, {"Content-Type": "application/json"}, BODY)
            assert_conforms(response, contract=relation_contract)
        """
    )
    result = project.runpytest_subprocess(*arguments)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            ">*assert_conforms(response, contract=relation_contract)",
            "E*AssertionError: the response breaks the contract",
            'E*error?type?: found the string "395"; expected a whole number',
            "E* --> response:2:22  at /SourceContactId",
            'E*2 |   "SourceContactId": "395"',
            "E*  |                      ^",
            "E*= rule: relation.openapi.yaml:*: *",
            "E*= help: *",
        ]
    )
    result.stdout.no_fnmatch_line("*pytest_plugin.py:*")


def test_the_fixture_is_listed_with_its_words(project: pytest.Pytester) -> None:
    result = project.runpytest_subprocess("--fixtures")
    result.stdout.fnmatch_lines(["relation_contract ?session scope?*", "*The bundled contract, loaded once a session."])


def test_messages_that_conform_pass() -> None:
    assert_conforms(GOOD_RESPONSE)
    assert_conforms(GOOD_RESPONSE, GOOD_REQUEST)
    assert_conforms(GOOD_RESPONSE, GOOD_REQUEST, contract=rs.load(), strict=True)


def failure(*arguments: Any, **options: Any) -> str:
    with pytest.raises(AssertionError) as caught:
        assert_conforms(*arguments, **options)
    return str(caught.value)


def test_a_request_that_is_given_is_judged_too() -> None:
    text = failure(GOOD_RESPONSE, rs.Request("POST", PATH, JSON, BAD))
    assert text.startswith("the messages do not keep to the contract\n\nerror[unauthenticated]: ")
    assert "\n--> request  in header.Authorization\n" in text
    assert " --> request:1:21  at /SourceContactId\n" in text


def test_strict_counts_warnings() -> None:
    request = rs.Request(
        "POST", PATH, AUTHORIZED | JSON, GOOD.replace(b'"SourceContactId": 874', b'"SourceContactId": 0')
    )
    assert_conforms(GOOD_RESPONSE, request)
    assert "error[null-id]" in failure(GOOD_RESPONSE, request, strict=True)


def test_all_findings_are_told_and_those_past_the_limit_counted() -> None:
    value = json.loads(GOOD) | {f"p{number}": 1 for number in range(150)}
    text = failure(GOOD_RESPONSE, rs.Request("POST", PATH, AUTHORIZED | JSON, json.dumps(value).encode()))
    assert text.count("error[unknown-property]") == 100
    assert text.endswith("and 50 more in the request, not shown")


@pytest.mark.parametrize("body", [b"\xff", "{", b"", {"a": 1}, b'{"a": "\xe9"}'])
@pytest.mark.parametrize("media", ["application/json", "application/json; charset=latin-1", "text/xml", "x"])
def test_any_body_can_be_told_of(body: Any, media: str) -> None:
    assert "error[" in failure(rs.Response(200, {"Content-Type": media}, body))


def test_no_credential_is_shown() -> None:
    token = "8A:Cust1-SENTINEL-bearer"
    body = json.dumps(
        {"SourceContactId": token, "x SENTINEL-apptoken": 1, "Comment": 5, "ActiveText": "SENTINEL-session"}
    )
    request = rs.Request("POST", f"http://me:SENTINEL-pass@x{PATH}", SENTINELS | JSON, body.encode())
    text = failure(rs.Response(200, JSON, body.encode()), request)
    assert "/Comment" in text
    assert "SENTINEL" not in text


def test_clients_responses_are_taken_as_they_are() -> None:
    import httpx

    asked = httpx.Request("POST", f"http://x{PATH}", headers=AUTHORIZED | JSON, content=GOOD)
    assert_conforms(httpx.Response(200, headers=JSON, content=STORED, request=asked), asked)
    text = failure(httpx.Response(200, headers=JSON, content=b"{}", request=asked))
    assert text.startswith("the response breaks the contract\n\nerror[required]")


def test_what_is_no_message_is_a_wrong_call() -> None:
    with pytest.raises(rs.WrongCallError):
        assert_conforms({"SourceContactId": 1})
