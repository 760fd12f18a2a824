"""Generated messages show what breaks, and what the sorting missed."""

from collections.abc import Callable

import pytest

import relation_spec
from relation_spec.comparison import Change, compare, compared
from relation_spec.comparison.witnesses import checked
from tests.diff.cases import CASES
from tests.diff.conftest import TEXT, edited_text

Load = Callable[[str], relation_spec.Contract]
SHOWN = {
    "greatest lower": "found",
    "a value gone": '"ExternalAssociate"',
    "a value new": '"RobotAssociate"',
    "a property must be there": '"Comment" is missing',
    "a scheme gone": "Authorization",
    "a status new": "status 404",
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_breaking_change_is_shown_by_a_message(name: str, loaded_text: Load) -> None:
    case = next(case for case in CASES if case.name == name)
    outcome = compared(loaded_text(TEXT), loaded_text(edited_text(case.edits)), check_with=20)
    assert not [change for change in outcome.changes if change.keyword == "generated"]
    breaking = [change for change in outcome.changes if change.verdict == "breaking"]
    witnesses = [change.witness for change in breaking if change.keyword == case.keyword]
    assert any(
        witness and SHOWN[name].lower() in f"{witness.message} {witness.finding}".lower() for witness in witnesses
    ), witnesses


@pytest.mark.parametrize("name", ["a value new", "a scheme gone"])
def test_a_breaking_change_that_the_sorting_misses_is_told(name: str, loaded_text: Load) -> None:
    """As if the comparison had called everything harmless."""
    case = next(case for case in CASES if case.name == name)
    old, new = loaded_text(TEXT), loaded_text(edited_text(case.edits))
    broken = [
        side for side, verdict in (("request", case.request), ("response", case.response)) if verdict == "breaking"
    ]
    changes, _ = checked(old, new, [], count=20, seed=0, sides=("request", "response"))
    assert {change.side for change in changes} == set(broken)
    for change in changes:
        assert (change.verdict, change.keyword) == ("breaking", "generated")
        assert change.witness is not None


def test_no_message_contradicts_a_contract_and_itself(loaded_text: Load) -> None:
    contract = loaded_text(TEXT)
    changes, tally = checked(contract, contract, [], count=60, seed=3, sides=("request", "response"))
    assert changes == []
    assert tally.requests > 60
    assert tally.responses > 60
    assert tally.notes == ()


def test_the_same_seed_tries_the_same(loaded_text: Load) -> None:
    case = next(case for case in CASES if case.name == "a value gone")
    old, new = loaded_text(TEXT), loaded_text(edited_text(case.edits))
    assert compared(old, new, check_with=10, seed=4) == compared(old, new, check_with=10, seed=4)


def test_an_extension_without_a_consequence_is_unsorted(monkeypatch: pytest.MonkeyPatch, loaded_text: Load) -> None:
    """Whoever adds one to the vocabulary and forgets it here gets told, not passed over."""
    from relation_spec.contract.vocabulary import EXTENSIONS, Extension

    monkeypatch.setitem(EXTENSIONS, "x-colour", Extension(("any",), {"type": "string"}, "A colour."))
    new = loaded_text(edited_text((("      x-zero: Unknown\n", "      x-zero: Unknown\n      x-colour: red\n"),)))
    outcome = compared(loaded_text(TEXT), new, check_with=0)
    assert {(change.side, change.verdict, change.keyword) for change in outcome.changes} == {
        ("request", "unsorted", "x-colour"),
        ("response", "unsorted", "x-colour"),
    }


def test_every_extension_has_a_consequence() -> None:
    from relation_spec.comparison.facets import FACETS
    from relation_spec.comparison.fields import COMPARED
    from relation_spec.comparison.meanings import EXTENSION_CONSEQUENCES, PROSE
    from relation_spec.contract.vocabulary import ASSERTIONS, EXTENSIONS

    judged = {keyword for facet in FACETS for keyword in facet.keywords}
    sorted_ = judged | {*EXTENSION_CONSEQUENCES} | PROSE | {name for fields in COMPARED.values() for name in fields}
    assert {*EXTENSIONS} - sorted_ == {"x-closed"}  # which is compared with the properties
    combined = {
        "$ref",
        "allOf",
        "anyOf",
        "oneOf",
        "not",
        "if",
        "then",
        "else",
        "contains",
        "minContains",
        "maxContains",
    }
    inside = {name for name in ASSERTIONS if "ropert" in name or "tems" in name} | {"dependentSchemas"}
    assert {*ASSERTIONS} - judged - combined - inside == {"readOnly"}


def test_several_operations_are_compared_each_with_its_own(loaded_text: Load) -> None:
    more = TEXT.replace(
        "components:\n  parameters:",
        "  /api/v1/Other:\n    get:\n      responses:\n        '204': {description: Nothing., x-provenance: page}\ncomponents:\n  parameters:",
        1,
    )
    changes: list[Change] = compare(loaded_text(TEXT).document, loaded_text(more).document)
    assert [(change.verdict, change.keyword) for change in changes] == [("harmless", "paths")]
    changes = compare(loaded_text(more).document, loaded_text(TEXT).document)
    assert [(change.verdict, change.what) for change in changes] == [("breaking", "GET /api/v1/Other is gone")]
