"""Every export gives this package's verdict, but for what its header lists: the short form of ``tools/equivalence``."""

import pytest

import relation_spec
from relation_spec.export import Unsaid
from tests.conftest import ROOT
from tools.equivalence.comparing import Outcome
from tools.equivalence.run import SIDES, message_entries, outcomes, targets

ORDERS = ROOT / "tests" / "suites" / "orders.openapi.yaml"
FORMS = {"json": ("2020-12", "draft-07", "openapi-3.1", "openapi-3.0"), "xml": ("xsd-1.0", "xsd-1.1")}


def outcomes_of(contract: relation_spec.Contract, side: str, form: str, count: int, seed: int) -> list[Outcome]:
    target = next(target for target in targets(contract) if target.side == side)
    found = list(outcomes(contract, target, count, seed, FORMS[form], whole=False, without=["ajv"]))
    assert len(found) == len(FORMS[form])
    assert all(outcome.validators for outcome in found)
    return found


def of_errors(entry: Unsaid) -> bool:
    """Whether an entry is about the bodies of error answers, which are another target."""
    return "/Error/" in entry.pointer


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(("form", "count"), [("json", 400), ("xml", 250)])
def test_an_export_of_the_bundled_contract_gives_our_verdict(form: str, count: int, side: str) -> None:
    """And every entry of its header is shown by some payload."""
    for outcome in outcomes_of(relation_spec.load(), side, form, count, 1):
        assert not outcome.unexplained
        for validator in outcome.validators:
            assert outcome.counts["both say valid", validator] > 40
            assert outcome.counts["both say invalid", validator] > 100
        assert not [entry for entry in outcome.unseen if not of_errors(entry)]


@pytest.mark.parametrize("side", SIDES)
def test_an_export_of_another_contract_gives_our_verdict(side: str) -> None:
    for outcome in outcomes_of(relation_spec.load(ORDERS), side, "json", 300, 2):
        assert not outcome.unexplained


def test_every_rule_of_messages_that_openapi_leaves_unsaid_is_broken_by_some_message() -> None:
    assert not message_entries(relation_spec.load())
