"""Every rule at every place, and every breach of a format, gives exactly its finding; ``tools/breaches.py`` tries all
ways in all media types.
"""

from typing import Any

import pytest

import relation_spec
from relation_spec.messages.decoding import kind_of
from tests.conftest import tool

CONTRACT = relation_spec.load()
BREACHES = tool("breaches.py")
EVERY = 500
BODIES = list(BREACHES.bodies(CONTRACT))
ONE_OF_A_KIND: dict[Any, tuple[Any, int, str]] = {}
for side, status, content_type in BODIES:
    ONE_OF_A_KIND.setdefault((side, kind_of(content_type), status >= 400), (side, status, content_type))


@pytest.mark.parametrize(("side", "status", "content_type"), ONE_OF_A_KIND.values())
def test_every_rule_at_every_place_gives_exactly_its_finding(side: Any, status: int, content_type: str) -> None:
    """By the explaining engine and the reference, as a value and as bytes; the quick verdict agrees."""
    tried = list(BREACHES.tried(CONTRACT, side, status, content_type, EVERY))
    assert len(tried) > 100
    wrong = [one for one in tried if not one.is_right]
    assert not wrong, wrong[0]


def test_all_bodies_of_the_contract_are_known_to_the_tool() -> None:
    """Seven of requests, and six of each documented status."""
    operation = CONTRACT.document.operation()
    assert operation.request
    assert len(BODIES) == len(operation.request.content) + sum(
        len(body.content) for body in operation.responses.values()
    )


def test_a_wrong_expectation_is_noticed() -> None:
    """The reject twin: what the tool says of a breach that gives another finding."""
    one = next(BREACHES.tried(CONTRACT, "request", 200, "application/json", EVERY))
    assert one.is_right
    assert not one._replace(wanted=frozenset()).is_right
    assert not one._replace(agreed=False).is_right
