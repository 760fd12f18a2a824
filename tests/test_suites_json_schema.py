"""The JSON Schema test suite, draft 2020-12: the right verdict from every engine, or a refusal at load.

Which of the two is worked out here from the schema alone, so no schema can slip from one group into the other unseen.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import relation_spec
from relation_spec.contract import UnusableContractError
from relation_spec.contract.checks import subschemas
from relation_spec.contract.vocabulary import ANNOTATIONS, ASSERTIONS
from relation_spec.schema.accept import acceptor
from relation_spec.schema.formats import FORMATS, INTEGER_FORMATS
from tests.conftest import said, wrap

SUITE = Path(__file__).parent / "suites" / "json-schema" / "draft2020-12"
FILES = {path.relative_to(SUITE).with_suffix("").as_posix(): path for path in sorted(SUITE.rglob("*.json"))}
DRAFT = "https://json-schema.org/draft/2020-12/schema"
ROOT = "/components/schemas/Root"
SUPPORTED, REFUSED = (310, 1191), (110, 343)  # schemas and cases of each kind

# classes of ECMA-262 that Python's re cannot say
UNSAYABLE = ("\\c", "\\p{")
ANNOTATION = "is only an annotation by default"  # formats are enforced here, as the vocabulary format-assertion says
# of these the judge says that the whole array, object or name is wrong, explain which item or property
COARSE = ("/unevaluatedItems", "/unevaluatedProperties", "/propertyNames")


def groups(name: str) -> list[dict[str, Any]]:
    held: list[dict[str, Any]] = json.loads(FILES[name].read_text(encoding="utf-8"))
    return held


def moved(schema: Any) -> Any:
    """The schema as it must be written inside an OpenAPI document: references lead to where it stands there."""
    if isinstance(schema, list):
        return [moved(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {k: v if k in ("const", "enum") else moved(v) for k, v in schema.items() if k != "$schema" or v != DRAFT}
    ref = schema.get("$ref")
    if isinstance(ref, str) and (ref == "#" or ref.startswith("#/")):
        made["$ref"] = f"#{ROOT}{ref[1:]}"
    return made


def unsupported(schema: Any) -> Iterator[str]:
    """What in ``schema`` this package does not enforce, each by the word that the refusal must say."""
    if not isinstance(schema, dict):
        return
    for keyword, value in schema.items():
        if keyword not in ASSERTIONS and keyword not in ANNOTATIONS:
            yield repr(keyword)
        elif keyword == "$ref" and not value.startswith("#/"):
            yield "anchors are not supported" if value.startswith("#") else "leads out of the file"
        elif keyword == "default" and not Draft202012Validator(schema).is_valid(value):
            yield "not valid OpenAPI"
        elif keyword == "format" and value not in FORMATS and value not in INTEGER_FORMATS:
            yield repr(value)
        elif keyword in ("pattern", "patternProperties"):
            for pattern in [value] if keyword == "pattern" else value:
                if any(bad in pattern for bad in UNSAYABLE):
                    yield f"the pattern {pattern!r} cannot be enforced"
    for _, subschema in subschemas(schema, ""):
        yield from unsupported(subschema)


def test_the_suite_is_here_and_each_schema_is_in_one_of_two_groups() -> None:
    schemas, cases = Counter[bool](), Counter[bool]()
    for name in FILES:
        for group in groups(name):
            refused = any(True for _ in unsupported(moved(group["schema"])))
            schemas[refused] += 1
            cases[refused] += len(group["tests"])
    assert len(FILES) == 63
    assert (schemas[False], cases[False]) == SUPPORTED
    assert (schemas[True], cases[True]) == REFUSED


@pytest.mark.parametrize("name", FILES)
def test_every_case_has_the_right_verdict_or_its_schema_is_refused(name: str, tmp_path: Path) -> None:
    for number, group in enumerate(groups(name)):
        schema = moved(group["schema"])
        path = tmp_path / f"{number}.yaml"
        path.write_text(json.dumps(wrap(schema), ensure_ascii=False), encoding="utf-8")
        where = f"{name}: {group['description']}"
        if wrong := list(unsupported(schema)):
            with pytest.raises(UnusableContractError) as refusal:
                relation_spec.load(path)
            assert any(word in refusal.value.reason for word in wrong), f"{where}: {refusal.value.reason}, not {wrong}"
            assert refusal.value.line, where
            continue
        contract = relation_spec.load(path)
        assert contract.document.get(ROOT) == schema, where
        for case in group["tests"]:
            judged(contract, case, f"{where}: {case['description']}")


def judged(contract: relation_spec.Contract, case: dict[str, Any], where: str) -> None:
    """Every engine gives the verdict of the case, and accept takes nothing that is invalid."""
    data, text = case["data"], json.dumps(case["data"])
    valid = case["valid"] and ANNOTATION not in where
    for body in (text, text.encode()) if isinstance(data, str) else (text, text.encode(), data):
        report = contract.validate_request_body(body)
        judge = contract.validate_request_body(body, engine="reference")
        assert report.valid == valid, where
        assert judge.valid == valid, where
        assert contract.is_valid_request_body(body) == valid, where
        assert said(report) == said(judge) or any(f.spec_pointer.endswith(COARSE) for f in judge.findings), where
    for clean in (False, True):
        accept = acceptor(contract.document, "request", ROOT, clean=clean)
        if accept and not valid:
            assert not accept.text(text), where
            assert not accept.text(text.encode()), where
            assert not accept.value(data), where


def test_a_refusal_names_what_is_not_enforced_wherever_it_stands(tmp_path: Path) -> None:
    """Each place where a subschema may stand is looked at: an unknown keyword below it is refused."""
    for keyword, shape in ASSERTIONS.items() | ANNOTATIONS.items():
        bad: Any = {"$anchor": "here"}
        held = {"schema": bad, "schemas": [bad], "schema map": {"a": bad}}.get(shape)
        if held is not None:
            path = tmp_path / f"{keyword}.yaml"
            path.write_text(json.dumps(wrap({keyword: held})))
            with pytest.raises(UnusableContractError, match=r"\$anchor"):
                relation_spec.load(path)
