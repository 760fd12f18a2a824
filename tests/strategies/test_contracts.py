"""Strategies follow the YAML: another contract gives other messages, without a line of Python."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import relation_spec
from relation_spec.findings import CODES
from relation_spec.strategies import (
    invalid_request_bodies,
    invalid_requests,
    malformed_request_bodies,
    request_bodies,
    requests,
    responses,
)
from relation_spec.strategies.body_breaches import BYTE_RULES
from relation_spec.strategies.catalogue import NOT_APPLICABLE, catalogue
from relation_spec.strategies.response_drafts import number_of
from tests.conftest import COMMENT, ROOT, wrap
from tests.strategies.test_broken import every
from tests.strategies.test_valid import CONTRACT, drawn

SHOP = {
    "type": "object",
    "required": ["id", "lines", "code"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "integer", "minimum": 5, "exclusiveMaximum": 10},
        "code": {"type": "string", "pattern": "^[A-Z]{3}-[0-9]+$", "examples": ["ABC-1"]},
        "lines": {
            "type": "array",
            "minItems": 1,
            "maxItems": 3,
            "uniqueItems": True,
            "items": {"type": "object", "required": ["n"], "properties": {"n": {"type": "number", "multipleOf": 0.5}}},
        },
        "note": {"anyOf": [{"type": "string", "minLength": 2, "maxLength": 4}, {"type": "null"}]},
        "kind": {"enum": ["a", "b", 1, None]},
        "parent": {"$ref": "#/components/schemas/Root"},
        "extra": {"type": "object", "additionalProperties": {"type": "boolean"}, "maxProperties": 2},
    },
    "dependentRequired": {"note": ["kind"]},
}


def test_schemas_of_every_kind_are_drawn_and_broken(loaded: Callable[[Any], relation_spec.Contract]) -> None:
    contract = loaded(SHOP)
    for body in drawn(request_bodies(contract), 100):
        assert contract.validate_request_body(body).valid, body
    every(invalid_request_bodies(contract), contract.validate_request_body, 150)
    every(malformed_request_bodies(contract), contract.validate_request_body, 30)


def test_a_rule_may_stand_beside_the_reference_that_describes_its_properties(
    loaded: Callable[[Any], relation_spec.Contract],
) -> None:
    """dependentRequired next to an allOf, in which the properties are described, or not described at all."""
    described = {"properties": {"a": {"type": "integer"}, "b": {"type": "string"}, "c": {"type": "object"}}}
    needs = {"a": ["b"], "c": ["elsewhere"]}
    contract = loaded({"type": "object", "allOf": [described], "dependentRequired": needs})
    every(invalid_request_bodies(contract, rule="dependentRequired"), contract.validate_request_body, 30)


def test_what_only_a_search_finds_is_drawn_and_judged(loaded: Callable[[Any], relation_spec.Contract]) -> None:
    contract = loaded(
        {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer", "not": {"const": 0}}}}
    )
    assert all(contract.validate_request_body(body).valid for body in drawn(request_bodies(contract), 60))


def test_messages_follow_an_edited_yaml(edited: Callable[..., Path]) -> None:
    path = edited(
        ("SourceContactId", "FromId"), ("SO-TimeZone", "X-Zone"), ("/api/v1/Relation", "/api/v2/Link"),
        ("scheme: SoTicket", "scheme: Ticket"), ("XSRF-TOKEN", "CSRF"), ("text/json", "application/vnd.x+json"),
    )  # fmt: skip
    contract = relation_spec.load(path)
    sent = drawn(requests(contract, clean=True), 100)
    assert not any(contract.validate_request(request).findings for request in sent)
    assert all("/api/v2/Link" in request.url for request in sent)
    names = {name for request in sent for name, _ in request.headers}
    assert {"X-Zone", "X-CSRF"} <= names
    assert any(value.startswith("Ticket ") for request in sent for value in request.values("authorization"))
    assert any("vnd.x+json" in request.values("content-type")[0].lower() for request in sent)
    every(invalid_requests(contract), contract.validate_request, 60)


def test_an_optional_body_and_several_operations_are_drawn() -> None:
    contract = relation_spec.load(ROOT / "tests" / "suites" / "orders.openapi.yaml")
    for operation in contract.document.operations.values():
        name = operation.operation_id
        for request in drawn(requests(contract, operation=name), 20):
            assert contract.validate_request(request, operation=name).valid
        for response in drawn(responses(contract, operation=name), 20):
            assert contract.validate_response(response, operation=name).valid
        every(
            invalid_requests(contract, operation=name), lambda r, n=name: contract.validate_request(r, operation=n), 80
        )


def test_the_catalogue_tells_every_kind_of_mutation() -> None:
    entries = catalogue(CONTRACT)
    assert len({(entry.layer, entry.name) for entry in entries}) == len(entries)
    assert {code for entry in entries for code in entry.codes} <= CODES.keys()
    kinds = {rule.kind for rules in BYTE_RULES.values() for rule in rules}
    assert {entry.name for entry in entries if entry.layer == "text"} == kinds
    assert not [entry for entry in entries if entry.title.startswith("a breach of")], "each has a title of its own"
    assert sum(entry.breaches for entry in entries if entry.layer == "body") > 5000
    known = {name for entry in entries for name in entry.cats}
    assert len(known) > 70
    assert not known & NOT_APPLICABLE.keys()
    assert all(name.endswith("Fuzzer") for name in known | NOT_APPLICABLE.keys())


@pytest.mark.parametrize(
    "imports",
    [
        "relation_spec.strategies",
        "relation_spec.strategies.values, relation_spec.strategies.mutations",
        "relation_spec.strategies.samples, relation_spec.strategies.catalogue, relation_spec.strategies.examples",
    ],
)
def test_what_needs_no_hypothesis_does_not_load_it(imports: str) -> None:
    code = f"import {imports}, sys; assert 'hypothesis' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": str(ROOT / "src")}).returncode == 0


def test_without_hypothesis_the_message_says_what_to_install() -> None:
    code = "import sys; sys.modules['hypothesis'] = None\nfrom relation_spec.strategies import requests"
    done = subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": str(ROOT / "src")}, capture_output=True)
    assert b"pip install 'relation-spec[fuzz]'" in done.stderr


MORE = """        Priority:
          type: integer
          minimum: -3
          maximum: 12
          description: How much it matters.
          x-provenance: choice
          x-reason: A test.
        Colour:
          type: string
          enum: [red, green, blue]
          x-zero: red
          description: In which colour it is shown.
          x-provenance: choice
          x-reason: A test.
        Due:
          type: string
          format: date
          x-zero: '0001-01-01'
          description: When it is due.
          x-provenance: choice
          x-reason: A test.
"""
TEXT_JSON = """          text/json:
            x-provenance: page
            schema: {$ref: '#/components/schemas/ContactRelationEntityToSave'}
"""


def test_new_properties_are_drawn_at_their_edges_and_broken(edited: Callable[..., Path]) -> None:
    contract = relation_spec.load(edited((COMMENT, MORE + COMMENT)))
    bodies = drawn(request_bodies(contract), 300)
    assert all(contract.validate_request_body(body, engine="reference").valid for body in bodies)
    numbers = {body.get("Priority", "absent") for body in bodies}
    assert {-3, 12, 0, "absent"} <= numbers
    assert all(number == "absent" or -3 <= number <= 12 for number in numbers)
    assert {body.get("Colour", "absent") for body in bodies} == {"red", "green", "blue", "absent"}
    assert any(str(body.get("Due")).endswith("-02-29") for body in bodies)
    for name, pointer, code in (
        ("Priority/minimum", "/Priority", "range"),
        ("Priority/maximum", "/Priority", "range"),
        ("Colour/enum", "/Colour", "enum"),
        ("Due/format", "/Due", "format"),
        ("Due/type", "/Due", "type"),
    ):
        rule = f"/components/schemas/ContactRelationEntity/properties/{name}"
        for body, breach in drawn(invalid_request_bodies(contract, rule=rule), 10):
            assert (breach.rule, breach.pointer, breach.code) == (rule, pointer, code)
            found = [(finding.code, finding.pointer) for finding in contract.validate_request_body(body).findings]
            assert found == [(code, pointer)]


def test_renamed_properties_and_dropped_media_types_are_gone(edited: Callable[..., Path]) -> None:
    contract = relation_spec.load(edited(("CreatedBy", "Author"), ("SourceContactId", "FromId"), (TEXT_JSON, "")))
    bodies = drawn(request_bodies(contract), 100)
    names = {name for body in bodies for name in body}
    assert {"Author", "FromId"} <= names
    assert not {"CreatedBy", "SourceContactId"} & names
    sent = [request.values("content-type")[0].lower() for request in drawn(requests(contract), 200)]
    broken = [request.values("content-type") for (request, breach) in drawn(invalid_requests(contract), 100)
              if breach.where == "body"]  # fmt: skip
    assert not any(label.startswith("text/json") for label in [*sent, *(label for held in broken for label in held)])
    assert any(label.startswith("text/xml") for label in sent)
    with pytest.raises(relation_spec.WrongCallError, match="does not list 'text/json' here, only: application/json"):
        request_bodies(contract, content_type="text/json")
    pointers = {breach.pointer for _, breach in drawn(invalid_request_bodies(contract), 200)}
    assert any(pointer.startswith("/Author/") for pointer in pointers)
    assert not any("CreatedBy" in pointer or "SourceContactId" in pointer for pointer in pointers)


def test_the_readmes_snippet_runs_as_a_persons_own_test_file(tmp_path: Path) -> None:
    """In an empty folder, by pytest, with the package as it is installed."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (snippet,) = [code for code in re.findall(r"```python\n(.*?)```", readme, re.DOTALL) if "@given(" in code]
    code = snippet.partition("\ntest_my_server()\n")[0]
    (tmp_path / "test_mine.py").write_text(code)
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST"))}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error"]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
    (tmp_path / "test_mine.py").write_text(code.replace('"range"', '"rage"'))
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert "no rule or code 'rage' can be broken here; there are: range" in done.stdout


def test_the_door_of_the_room_names_what_is_public_in_it() -> None:
    """The names stand there for whoever reads or checks types, and are loaded from where they are made."""
    from relation_spec import strategies
    from relation_spec.strategies import drawing

    assert strategies.__all__ == sorted(["Breach", *drawing.__all__])
    assert all(callable(getattr(strategies, name)) for name in strategies.__all__)


@pytest.mark.parametrize(
    "keys",
    [
        ("200",),
        ("200", "4XX"),
        ("400", "4XX", "default"),
        ("500", "5XX", "default"),
        ("default",),
        ("500", "501", "default"),
    ],
)
def test_each_key_of_a_responses_object_gets_a_status_that_is_its_own(keys: tuple[str, ...], tmp_path: Path) -> None:
    """OpenAPI 3.1 section 4.8.16: a status comes before its range, and that before the default."""
    document = wrap({"type": "object"})
    document["paths"]["/x"]["post"]["responses"] = {key: {"description": key} for key in keys}
    (tmp_path / "spec.yaml").write_text(json.dumps(document))
    operation = relation_spec.load(tmp_path / "spec.yaml").document.operation()
    for key in keys:
        assert operation.response(number_of(key, keys)) is operation.responses[key]
