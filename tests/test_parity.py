"""A message has the same findings in every media type, and reads back as it was written: parts of ``tools/parity.py``."""

from types import ModuleType

import pytest

from tests.conftest import tool


@pytest.fixture(scope="module")
def parity() -> ModuleType:
    return tool("parity.py")


@pytest.mark.parametrize("number", range(8))
def test_a_broken_rule_is_found_alike_in_all_media_types(parity: ModuleType, number: int) -> None:
    """Every rule of both sides, broken once in a generated value."""
    outcome = parity.differences(3, number)
    assert not outcome.wrong
    per_type = [count for row, count in outcome.counts.items() if "cannot carry" not in row]
    assert len(per_type) == 13
    assert min(per_type) > 20


@pytest.mark.parametrize("part", range(4))
def test_values_read_back_as_they_were_written(parity: ModuleType, part: int) -> None:
    outcome = parity.round_trips(3, 40, part)
    assert not outcome.wrong
    assert [count for row, count in outcome.counts.items() if row.endswith("round trips")] == [40] * 13


def test_every_exception_is_one_that_occurs(parity: ModuleType) -> None:
    """The list of what media types cannot carry must not grow stale."""
    import relation_spec
    from relation_spec.contract import UnencodableValueError

    contract = relation_spec.load()
    broken = [
        ({"Comment": "\x00"}, "application/xml"),
        ({"FieldProperties": {"": {}}}, "application/xml"),
        ({"Comment": 5}, "application/xml"),
        ({"Comment": 5}, "application/x-www-form-urlencoded"),
        ({"Comment": ["a"]}, "application/xml"),
        ({"Comment": ["a"]}, "application/x-www-form-urlencoded"),
        ([], "application/x-www-form-urlencoded"),
        ({"FieldProperties": {"a[b]": {}}}, "application/x-www-form-urlencoded"),
        ({"": None}, "application/x-www-form-urlencoded"),
    ]
    seen = set()
    for value, name in broken:
        with pytest.raises(UnencodableValueError) as refused:
            contract.encode_request_body(value, name)
        seen.add(parity.exception_of("form" if "form" in name else "xml", refused.value.reason))
    assert seen == set(parity.EXCEPTIONS)
