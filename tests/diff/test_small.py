"""Comparisons of small schemas: what needs keywords that the bundled YAML does not use, and what must not run long."""

import json
from pathlib import Path
from typing import Any

import pytest

import relation_spec
from relation_spec.comparison import compare, compared
from relation_spec.contract.document import Document
from relation_spec.contract.source import Source
from tests.conftest import document_of, wrap

NODE = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Root"}, "n": {"type": "integer"}}}


def sorted_(old: Any, new: Any) -> set[tuple[str, str, str]]:
    """Verdict, keyword and place of every change in requests."""
    changes = compare(document_of(old), document_of(new))
    return {(one.verdict, one.keyword, str(one.places[0])) for one in changes}


CASES: list[tuple[Any, Any, set[tuple[str, str, str]]]] = [
    ({"type": "array", "items": {"type": "integer"}}, {"type": "array", "items": {"type": "number"}}, {("harmless", "type", "body /*")}),
    ({"type": "array"}, {"type": "array", "items": {"maximum": 3}}, {("breaking", "maximum", "body /*")}),
    ({"type": "array"}, {"type": "array", "minItems": 1}, {("breaking", "minItems", "body")}),
    ({"type": "array", "maxItems": 3}, {"type": "array", "maxItems": 4}, {("harmless", "maxItems", "body")}),
    ({"type": "array", "uniqueItems": True}, {"type": "array"}, {("harmless", "uniqueItems", "body")}),
    ({"type": "array", "uniqueItems": False}, {"type": "array"}, set()),
    ({"type": "array", "minItems": 0}, {"type": "array"}, {("harmless", "minItems", "body")}),
    ({"prefixItems": [{"type": "integer"}]}, {"prefixItems": [{"type": "string"}]}, {("breaking", "type", "body /0")}),
    ({"prefixItems": [{"type": "integer"}]}, {"prefixItems": [True, True]}, {("breaking", "prefixItems", "body")}),
    ({"contains": {"type": "integer"}}, {"contains": {"type": "number"}}, {("harmless", "contains", "body")}),
    ({"contains": {"type": "number"}}, {"contains": {"type": "integer"}}, {("breaking", "contains", "body")}),
    ({"contains": {"type": "number"}, "maxContains": 2}, {"contains": {"type": "number"}}, {("breaking", "contains", "body")}),
    ({"not": {"type": "string"}}, {"not": {"type": ["string", "null"]}}, {("breaking", "not", "body")}),
    ({"not": {"type": ["string", "null"]}}, {"not": {"type": "string"}}, {("harmless", "not", "body")}),
    ({"not": {"not": {"maximum": 3}}}, {"not": {"not": {"maximum": 2}}}, {("breaking", "not", "body")}),
    ({"anyOf": [{"type": "string"}, {"type": "null"}]}, {"anyOf": [{"type": "null"}, {"type": "string"}]}, set()),
    ({"anyOf": [{"type": "string"}]}, {"anyOf": [{"type": "string"}, {"type": "null"}]}, {("harmless", "anyOf", "body")}),
    ({"anyOf": [{"type": "string"}, {"maximum": 3}]}, {"anyOf": [{"type": "string"}, {"maximum": 2}]}, {("breaking", "maximum", "body")}),
    ({"oneOf": [{"type": "string"}]}, {"oneOf": [{"type": "string"}, {"minLength": 3}]}, {("breaking", "oneOf", "body")}),
    ({"if": {"minimum": 3}, "then": {"maximum": 9}}, {"if": {"minimum": 3}, "then": {"maximum": 8}}, {("breaking", "if", "body")}),
    ({"if": {"minimum": 3}, "then": {"maximum": 9}}, {}, {("harmless", "if", "body")}),
    ({"dependentSchemas": {"a": {"required": ["b"]}}}, {}, {("harmless", "dependentSchemas", "body")}),
    ({"patternProperties": {"^x": {"type": "integer"}}}, {"patternProperties": {"^y": {"type": "integer"}}}, {("breaking", "patternProperties", "body /*")}),
    ({"patternProperties": {"^x": {"type": "integer"}}}, {"patternProperties": {"^x": {"type": "number"}}}, {("harmless", "type", "body /*")}),
    ({"additionalProperties": {"type": "integer"}}, {"additionalProperties": {"type": "number"}}, {("harmless", "type", "body /*")}),
    ({"additionalProperties": False}, {}, {("harmless", "additionalProperties", "body /*")}),
    ({}, {"additionalProperties": False}, {("breaking", "additionalProperties", "body /*")}),
    ({}, {"properties": {"a": True}}, {("notable", "properties", "body /a")}),
    ({}, {"properties": {"a": {"type": "string"}}}, {("notable", "properties", "body /a"), ("breaking", "properties", "body /a")}),
    ({"properties": {"a": {"type": "string"}}}, {"properties": {"a": False}}, {("breaking", "properties", "body /a")}),
    ({"enum": [1, 2]}, {"enum": [2.0, 1]}, set()),
    ({"enum": [1, 2]}, {"enum": [1, True]}, {("breaking", "enum", "body"), ("harmless", "type", "body")}),
    ({"multipleOf": 2}, {"multipleOf": 4}, {("breaking", "multipleOf", "body")}),
    ({"multipleOf": 4}, {"multipleOf": 2}, {("harmless", "multipleOf", "body")}),
    ({"allOf": [{"maximum": 5}, {"maximum": 3}]}, {"maximum": 3}, set()),
    ({"allOf": [{"required": ["a"]}, {"required": ["b"]}]}, {"required": ["b", "a"]}, set()),
    (NODE, {**NODE, "required": ["n"]}, {("breaking", "required", "body")}),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), CASES, ids=[json.dumps(case[:2])[:60] for case in CASES])
def test_a_change_of_a_keyword_is_sorted(old: Any, new: Any, expected: set[tuple[str, str, str]]) -> None:
    assert sorted_(old, new) == expected


def test_the_name_of_a_path_parameter_counts_for_nothing() -> None:
    def document(name: str) -> Document:
        value = wrap({})
        parameter = {"name": name, "in": "path", "required": True, "schema": {"type": "integer"}}
        value["paths"] = {f"/x/{{{name}}}": {"post": {**value["paths"]["/x"]["post"], "parameters": [parameter]}}}
        return Document(Source(value, {"": 1}), "inline", b"")

    assert compare(document("id"), document("number")) == []


def test_long_lists_of_alternatives_are_compared_in_line() -> None:
    branches = [{"properties": {f"a{n}": {"type": "integer", "minimum": n}}} for n in range(2000)]
    other = [*branches[:-1], {"properties": {"b": {"type": "string"}}}]
    assert "breaking" in {one[0] for one in sorted_({"anyOf": branches}, {"anyOf": other})}
    assert sorted_({"anyOf": branches}, {"anyOf": branches}) == set()


def test_a_media_type_that_carries_no_value_ends_the_trial(tmp_path: Path) -> None:
    """XML without x-null cannot say what the schema insists on."""
    value = wrap({"type": "object", "required": ["a"], "properties": {"a": {"type": "null"}}})
    content = value["paths"]["/x"]["post"]["requestBody"]["content"]
    content["application/xml"] = content.pop("application/json")
    contracts = []
    for name in ("one", "other"):
        (tmp_path / name).write_text(json.dumps(value))
        contracts.append(relation_spec.load(tmp_path / name))
    outcome = compared(*contracts, check_with=5)
    assert outcome.changes == []
    assert outcome.tally is not None
    assert any("could be made" in note for note in outcome.tally.notes)
