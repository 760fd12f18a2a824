"""Each kind of change has the verdict that it must have on each side."""

import pytest

from relation_spec.comparison import SIDES, VERDICTS, Change, compare
from relation_spec.contract.checks import check
from relation_spec.contract.source import Source
from tests.diff.cases import CASES, Case
from tests.diff.conftest import TEXT, document, edited_text

CHANGED = [case for case in CASES if case.keyword]
OLD = document(TEXT, "old.yaml")


def gravest(changes: list[Change], side: str) -> str | None:
    found = [change.verdict for change in changes if change.side == side]
    return min(found, key=VERDICTS.index) if found else None


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))
def test_a_change_has_its_verdict_on_each_side(case: Case) -> None:
    new = document(edited_text(case.edits))
    changes = compare(OLD, new)
    assert {side: gravest(changes, side) for side in SIDES} == {"request": case.request, "response": case.response}
    if case.keyword:
        assert case.keyword in {change.keyword for change in changes}
    else:
        assert changes == []


@pytest.mark.parametrize("case", CHANGED[::5], ids=lambda case: case.name.replace(" ", "-"))
def test_the_way_back_breaks_what_the_way_there_left_whole(case: Case) -> None:
    """A rule that got narrower gets wider on the way back, so that no narrowing of requests is harmless both ways."""
    new = document(edited_text(case.edits))
    there, back = compare(OLD, new), compare(new, OLD)
    assert {(change.side, change.keyword) for change in there if change.prose} == {
        (change.side, change.keyword) for change in back if change.prose
    }
    for changes, contract in ((there, new), (back, OLD)):
        for change in changes:
            assert change.what
            assert change.todo or change.verdict == "harmless" or change.keyword in ("properties", "x-closed")
            assert change.old or change.new
            for pointer in change.new:
                assert contract.line(pointer) is not None


@pytest.mark.parametrize("case", CHANGED[::9], ids=lambda case: case.name.replace(" ", "-"))
def test_edited_contracts_can_be_used(case: Case) -> None:
    """The table must not prove anything about contracts that nobody could load."""
    made = document(edited_text(case.edits)).source()
    check(Source(made.value, made.lines), "new.yaml")


def test_the_table_is_long_and_covers_every_verdict() -> None:
    assert len(CASES) >= 90
    assert len({case.name for case in CASES}) == len(CASES)
    for verdict in (*VERDICTS, None):
        assert any(case.request == verdict for case in CASES)
        assert any(case.response == verdict for case in CASES)
