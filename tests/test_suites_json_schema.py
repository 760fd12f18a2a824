"""The JSON Schema test suite, draft 2020-12: the right verdict from every engine, or a refusal at load."""

import json
from pathlib import Path
from typing import Any

import pytest

from relation_spec.contract import UnusableContractError
from relation_spec.contract.checks import check
from relation_spec.contract.source import Source
from relation_spec.findings import Report
from relation_spec.messages import Contract
from relation_spec.schema.accept import acceptor
from relation_spec.schema.enforceable import check as enforceable
from tests.conftest import document_of, wrap

SUITE = Path(__file__).parent / "suites" / "json-schema" / "draft2020-12"
FILES = sorted(SUITE.glob("*.json")) + sorted((SUITE / "format").glob("*.json"))
DRAFT = "https://json-schema.org/draft/2020-12/schema"
ROOT = "/components/schemas/Root"

# Whole files that must be refused: what they test is a keyword or a feature that is not enforced,
# or a reference out of the file.
REFUSED = {"anchor", "content", "defs", "dynamicRef", "refRemote", "vocabulary"}


def groups(path: Path) -> list[dict[str, Any]]:
    return json.loads(path.read_text(encoding="utf-8"))


def moved(schema: Any) -> Any:
    """The schema as it must be written inside an OpenAPI document: references lead to where it stands there."""
    if isinstance(schema, list):
        return [moved(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: value if key in ("const", "enum") else moved(value) for key, value in schema.items() if key != "$schema" or value != DRAFT}
    ref = schema.get("$ref")
    if isinstance(ref, str) and (ref == "#" or ref.startswith("#/")):
        made["$ref"] = f"#{ROOT}{ref[1:]}"
    return made


def is_refused(schema: Any) -> bool:
    source = Source(wrap(schema), {"": 1})
    try:
        check(source, "inline")
        enforceable(document_of(schema))
    except UnusableContractError:
        return True
    return False


def judged(report: Report) -> bool:
    """The schema's verdict: what the media type refuses by itself (a lone surrogate, say) is none of its business."""
    return report.valid


def test_the_suite_is_here() -> None:
    assert len(FILES) > 45


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_case_has_the_right_verdict_or_its_schema_is_refused(path: Path) -> None:
    supported = 0
    for group in groups(path):
        schema = moved(group["schema"])
        if is_refused(schema):
            continue
        supported += 1
        contract = Contract(document_of(schema))
        accepts = [acceptor(contract.document, "request", ROOT, clean=clean) for clean in (False, True)]
        for case in group["tests"]:
            where = f"{path.stem}: {group['description']}: {case['description']}"
            data, text = case["data"], json.dumps(case["data"])
            assert contract.validate_request_body(text).valid == case["valid"], where
            assert contract.validate_request_body(text, engine="reference").valid == case["valid"], where
            if not isinstance(data, str):
                assert contract.is_valid_request_body(data) == case["valid"], where
            for accept in accepts:
                if accept and not case["valid"]:
                    assert not accept.text(text), where
                    assert not accept.value(data), where
    assert bool(supported) != (path.stem in REFUSED), f"{path.stem}: {supported} groups are supported"
