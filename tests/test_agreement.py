"""The three engines and jsonschema-rs say the same: payloads of ``tools/differential.py``, a part of them a test."""

import copy
import json
import random
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import relation_spec
from relation_spec.contract import Document
from relation_spec.contract.checks import schemas
from relation_spec.contract.pointer import split
from relation_spec.findings import CODES
from relation_spec.strategies.byte_mutations import byte_mutations
from relation_spec.strategies.mutations import mutations
from relation_spec.strategies.values import valid_value
from tests.conftest import said, tool

ORDERS = Path(__file__).parent / "suites" / "orders.openapi.yaml"
SPECS = pytest.mark.parametrize("spec", [None, ORDERS], ids=["bundled", "orders"])
# codes that no small JSON body gives: they are about the message around it, about other formats, or about recordings
NO_BODY = {
    *(
        "unsupported-media-type",
        "select",
        "not-selected",
        "status",
        "too-large",
        "method",
        "path",
        "header",
        "language",
    ),
    *("unknown-parameter", "unauthenticated", "not-acceptable", "root-element", "unknown-attribute", "encoding"),
    "recording",
}
OTHER_RULES = {"contains", "ambiguous", "forbidden"}  # held by the JSON Schema test suite


@pytest.fixture(scope="module")
def differential() -> ModuleType:
    return tool("differential.py")


@pytest.mark.parametrize("chunk", range(10))
def test_no_engine_disagrees(differential: ModuleType, chunk: int) -> None:
    outcome = differential.run(1, chunk, 505)
    assert not outcome.wrong, "\n".join(outcome.wrong)
    kinds = Counter[str]()
    for (_, row), number in outcome.counts.items():
        kinds[row.split()[0]] += number
    assert sum(kinds[kind] for kind in (*differential.SHARES, "damaged")) >= 500
    assert all(kinds[kind] for kind in (*differential.SHARES, "damaged", "accepted"))


@pytest.mark.parametrize("chunk", range(1, 4))
def test_no_engine_disagrees_on_the_rules_that_the_bundled_contract_does_not_use(
    differential: ModuleType, chunk: int
) -> None:
    outcome = differential.run(1, chunk, 400, ORDERS)
    assert not outcome.wrong, "\n".join(outcome.wrong)


def test_the_same_seed_gives_the_same_payloads(differential: ModuleType) -> None:
    target = differential.targets(relation_spec.load())[0]
    first, again, other = (list(differential.payloads(target, seed, 3, 200)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


@SPECS
def test_a_wrong_acceptor_would_be_seen(
    differential: ModuleType, monkeypatch: pytest.MonkeyPatch, spec: Path | None
) -> None:
    """The tool can fail: an acceptor that takes everything is told at once."""
    for target in differential.targets(relation_spec.load(spec)):
        real = target.accepts[0][1]
        if real is None:
            continue
        everything = copy.copy(real)
        everything.text = everything.value = lambda body: True
        monkeypatch.setattr(target, "accepts", [(False, everything), (True, everything)])
    wrong = "\n".join(differential.run(1, 0, 100, spec).wrong)
    for taken in ("bytes", "str", "value"):
        for clean in (False, True):
            assert f"accept: clean={clean} takes a {taken}" in wrong


@pytest.mark.parametrize(
    ("engine", "rules"),
    [("explain", {"findings"}), ("third", {"third"}), ("_is_valid", {"calls"}), ("_validate", {"verdict", "expected"})],
)
def test_any_other_wrong_engine_would_be_seen(
    differential: ModuleType, monkeypatch: pytest.MonkeyPatch, engine: str, rules: set[str]
) -> None:
    class Anything:
        def is_valid(self, value: Any) -> bool:
            return True

        def __call__(self, body: Any, *rest: Any, **options: Any) -> Any:
            if engine == "_validate":
                return relation_spec.Report() if options.get("engine") is None else real(body, **options)
            return True

    target = differential.targets(relation_spec.load())[0]
    real = getattr(target, engine)
    monkeypatch.setattr(target, engine, Anything())
    told = {reason.split(": ")[2] for reason in differential.run(1, 0, 200).wrong}
    assert rules <= told


@SPECS
def test_every_single_breach_has_its_finding_and_no_other_error(differential: ModuleType, spec: Path | None) -> None:
    for target in differential.targets(relation_spec.load(spec)):
        base = valid_value(target.document, target.side, target.schema, random.Random(5), whole=True, clean=True)
        assert not target.validate(json.dumps(base)).findings
        for made in mutations(target.document, target.side, target.schema, base):
            report = target.validate(json.dumps(made.value))
            expected = (made.code, made.pointer)
            assert expected in said(report), made
            assert {(finding.code, finding.pointer) for finding in report.errors} <= {expected}, made


@SPECS
def test_every_breach_of_json_has_its_finding(differential: ModuleType, spec: Path | None) -> None:
    for target in differential.targets(relation_spec.load(spec)):
        base = valid_value(target.document, target.side, target.schema, random.Random(5), clean=True)
        for made in byte_mutations(json.dumps(base).encode()):
            if target.document.severity(made.code, target.side) != "none":
                codes = {finding.code for finding in target.validate(made.body).findings}
                assert made.code in codes, made.note
                assert codes <= {made.code, "byte-order-mark"}, made.note


@SPECS
def test_every_property_of_the_contract_is_broken_by_type(differential: ModuleType, spec: Path | None) -> None:
    described: set[str] = set()
    broken: set[str] = set()
    for target in differential.targets(relation_spec.load(spec)):
        pointers = [split(pointer) for pointer, _ in schemas(target.document.get(""))]
        described |= {pointer[-1] for pointer in pointers if pointer[-2] == "properties"}
        value = valid_value(target.document, target.side, target.schema, random.Random(5), clean=True)
        for made in mutations(target.document, target.side, target.schema, value):
            if made.code in ("type", "enum", "no-match"):
                broken.add(split(made.pointer)[-1] if made.pointer else "")
    assert described <= broken


def test_the_contracts_together_show_every_code(differential: ModuleType) -> None:
    shown: set[str] = set()
    for spec in (None, ORDERS):
        for target in differential.targets(relation_spec.load(spec)):
            value = valid_value(target.document, target.side, target.schema, random.Random(5), whole=True, clean=True)
            shown |= {made.code for made in mutations(target.document, target.side, target.schema, value)}
            shown |= {made.code for made in byte_mutations(json.dumps(value).encode())}
    assert shown == CODES.keys() - NO_BODY - OTHER_RULES


@SPECS
def test_generated_values_are_valid_and_clean_ones_have_no_finding(differential: ModuleType, spec: Path | None) -> None:
    source = random.Random(7)
    for target in differential.targets(relation_spec.load(spec)):
        for index in range(300):
            clean = index % 2 == 0
            value = valid_value(target.document, target.side, target.schema, source, whole=index % 5 == 0, clean=clean)
            report = target.validate(json.dumps(value))
            assert report.valid, (value, str(report))
            assert not clean or not report.findings, (value, str(report))


def test_a_mutation_leaves_the_value_alone(contract: relation_spec.Contract, request_body: dict[str, Any]) -> None:
    document: Document = contract.document
    schema = document.operation().request.content["application/json"].schema  # type: ignore[union-attr]
    before = json.dumps(request_body)
    assert sum(1 for _ in mutations(document, "request", str(schema), request_body)) > 1000
    assert json.dumps(request_body) == before
