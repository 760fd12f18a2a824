"""What a message sets side by side, in each of the forms in which checks speak."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relation_spec.fuzz.sides import Comparison, compared, marked


@pytest.mark.parametrize(
    ("message", "expected", "found"),
    [
        ('a record: /Comment: sent "a", and found null', '"a"', "null"),
        ("x: /Comment: sent nothing, and found 0", "nothing", "0"),
        ('x: /C: sent …"word wo" and found …"word" at character 100', '…"word wo"', '…"word"'),
        ("no credentials: found status 200; expected 401", "401", "status 200"),
        ('1 name: /C: found "x" outside the selection; expected null', "null", '"x"'),
        ('3 names: /C: found null; the full answer has "y"', '"y"', "null"),
        ("a record: found status 404; documented are 200, 400", "200, 400", "status 404"),
        ("x: found no Allow; RFC 9110 section 10.2.1 expects one with 405", "RFC 9110 section 10.2.1 expects one with 405", "no Allow"),
        ('x: /C/D: found 1, and "2"', "1", '"2"'),
        ('x: the property "Error" is missing; expected it here', '"Error"', "nothing"),
        ('x: /C: "C" is missing in one of two answers', '"C"', "nothing"),
        ('Accept-Language: fr,de: /T/R is still "[X]"', None, '"[X]"'),
        ("the method GET: found a credential in an answer with 405", None, "a credential in an answer with 405"),
        ("two new records got the number 7", None, None),
    ],
)  # fmt: skip
def test_each_form_is_read(message: str, expected: str | None, found: str | None) -> None:
    assert compared(message)[:2] == (expected, found)


@given(st.text(), st.text())
def test_quoted_texts_may_hold_anything(one: str, other: str) -> None:
    expected, found = json.dumps(one), json.dumps(other)
    assert compared(f"x, y: /C: found {found}; expected {expected}")[:2] == (expected, found)
    assert compared(f"x: /C: sent {expected}, and found {found}") == Comparison(expected, found, "sent", "came back")


@given(st.text(max_size=30), st.text(max_size=30))
def test_parts_make_up_the_texts_and_what_is_not_marked_is_in_both(one: str, other: str) -> None:
    left, right = marked(one, other)
    assert "".join(part.text for part in left) == one
    assert "".join(part.text for part in right) == other
    if any(part.differs for part in (*left, *right)):
        assert [part.text for part in left if not part.differs] == [part.text for part in right if not part.differs]


def test_what_differs_is_marked_unless_all_does() -> None:
    assert marked('"est"', '"esT"')[0] == [('"es', False), ("t", True), ('"', False)]
    assert marked("null", '"est"') == ([("null", False)], [('"est"', False)])
