"""The JSON Schema test suite against exports: every case has its verdict in every dialect, or the rule is on the list.

A dialect may say less than the schema, and then the list names every rule that a wrongly taken value breaks. It may
never say more, but for what OpenAPI 3.0 counts as an integer.
"""

import json
import re
from collections import Counter
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from openapi_schema_validator import OAS30Validator, OAS31Validator

import relation_spec as rs
from relation_spec.export import Exported
from relation_spec.export.openapi_document import openapi
from relation_spec.export.schema_document import json_schema
from relation_spec.messages import Contract
from tests.conftest import document_of
from tests.test_suites_json_schema import ANNOTATION, FILES, groups, moved, unsupported

SEEN: Counter[str] = Counter()


def judges(document: Any) -> dict[str, tuple[Exported, Any]]:
    operation = document.operation()
    made: dict[str, tuple[Exported, Any]] = {}
    for dialect, kind in (("2020-12", jsonschema.Draft202012Validator), ("draft-07", jsonschema.Draft7Validator)):
        exported = json_schema(document, operation, "request", dialect=dialect)  # type: ignore[arg-type]
        schema = json.loads(exported.text())
        kind.check_schema(schema)
        made[dialect] = exported, kind(schema).is_valid
        made[f"{dialect} in Rust"] = exported, jsonschema_rs.validator_for(schema).is_valid
    for version, validator in (("3.1", OAS31Validator), ("3.0", OAS30Validator)):
        exported = openapi(document, version)  # type: ignore[arg-type]
        whole = json.loads(exported.text("json"))
        held = whole["paths"]["/x"]["post"]["requestBody"]["content"]["application/json"]["schema"]
        root = whole["components"]["schemas"][held["$ref"].rpartition("/")[2]] if "$ref" in held else held
        if isinstance(root, dict):
            root = {**root, "components": whole.get("components", {})}
        made[version] = exported, validator(root).is_valid
    return made


def holds_a_whole_float(value: Any) -> bool:
    return bool(re.search(r"[0-9]\.0\b|[0-9]e", json.dumps(value)))


@pytest.mark.parametrize("name", FILES)
def test_every_case_has_its_verdict_in_every_dialect_or_its_rule_is_listed(name: str) -> None:
    for group in groups(name):
        schema = moved(group["schema"])
        if any(True for _ in unsupported(schema)):
            continue
        document = document_of(schema)
        contract = Contract(document)
        for dialect, (exported, is_valid) in judges(document).items():
            listed = {(entry.code, entry.pointer) for entry in exported.not_enforced if not entry.stricter}
            for case in group["tests"]:
                where = f"{dialect}: {group['description']}: {case['description']}: {case['data']!r} {exported.value}"
                valid = case["valid"] and ANNOTATION not in f"{name}: {group['description']}: {case['description']}"
                said = is_valid(case["data"])
                SEEN[dialect] += 1
                if said == valid:
                    continue
                assert said or (dialect == "3.0" and holds_a_whole_float(case["data"])), f"refused: {where}"
                if said:
                    report: rs.Report = contract.validate_request_body(json.dumps(case["data"]))
                    assert {(finding.code, finding.spec_pointer) for finding in report.errors} & listed, where
