"""No change that is called harmless turns a valid message invalid, whatever is edited; nor does one called notable."""

import json
import random
from pathlib import Path

import pytest

import relation_spec
from relation_spec.comparison import Outcome, compared
from tests.diff.small import contract, edited

PAIRS = 12  # each with up to three edits; many more were tried by hand, in the same way


def pair(seed: int, folder: Path) -> Outcome | None:
    """The comparison of two edited copies of the small contract; None where one of them cannot be used."""
    source = random.Random(seed)
    old = contract() if source.random() < 0.5 else edited(contract(), source)
    contracts = []
    for name, value in (("old", old), ("new", edited(old, source))):
        path = folder / f"{name}{seed}.yaml"
        path.write_text(json.dumps(value))
        try:
            contracts.append(relation_spec.load(path))
        except relation_spec.ContractError:
            return None
    return compared(*contracts, check_with=25, seed=seed)


@pytest.mark.parametrize("part", range(2))
def test_nothing_that_is_called_harmless_breaks_a_message(part: int, tmp_path: Path) -> None:
    found = [pair(seed, tmp_path) for seed in range(part, PAIRS, 2)]
    outcomes = [outcome for outcome in found if outcome is not None]
    assert len(outcomes) > len(found) / 2
    for outcome in outcomes:
        missed = [change for change in outcome.changes if change.keyword == "generated"]
        assert missed == [], outcome.old.path
        assert outcome.tally is not None
        assert outcome.tally.requests + outcome.tally.responses > 0
    breaking = [change for outcome in outcomes for change in outcome.changes if change.verdict == "breaking"]
    assert len([change for change in breaking if change.witness]) > len(breaking) / 2 > 0
