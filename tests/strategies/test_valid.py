"""Valid messages have no error by any engine, reach every edge, and shrink to what a person would write."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import Phase, find, given, seed, settings
from hypothesis import strategies as st

import relation_spec
from relation_spec.strategies import (
    credentials,
    headers,
    request_bodies,
    requests,
    response_bodies,
    responses,
    selects,
)
from relation_spec.strategies.making import making

CONTRACT = relation_spec.load()
OPERATION = CONTRACT.document.operation()
JSON, XML, FORM = "application/json", "application/xml", "application/x-www-form-urlencoded"
SELECT = "sourceContactId,COMMENT,createdBy/fullName,fieldProperties"
LONG, SHORT = 500, 10
FINDING = settings(max_examples=800, phases=[Phase.generate, Phase.shrink])  # explaining would take far longer


def drawn(strategy: st.SearchStrategy[Any], count: int = LONG, first: int = 0) -> list[Any]:
    """``count`` draws by seeds from ``first`` on. Hypothesis varies what it drew a few times before it draws anew, so
    that many short runs see more than a long one. It also draws constants of modules that happen to be loaded.
    """
    found: list[Any] = []
    for number in range(first, first + count // SHORT):

        @seed(number)
        @settings(max_examples=SHORT, derandomize=False)
        @given(strategy)
        def note(value: Any) -> None:
            found.append(value)

        note()
    return found


def never_missed(wanted: Any, reached: Callable[[int], Any], most: int) -> None:
    """One set of draws misses ``most`` of what is wanted by chance, and another one none of these.

    Args:
        wanted: what is to be reached.
        reached: what is reached with seeds from a number on.
        most: how much chance may leave out.
    """
    missed = set(wanted) - set(reached(0))
    assert len(missed) <= most, missed
    assert not missed or not missed - set(reached(LONG)), missed


def smallest(strategy: st.SearchStrategy[Any], condition: Any = lambda value: True) -> Any:
    return find(strategy, condition, settings=FINDING)


def pass_all_engines(side: Any, content_type: str, status: int, count: int) -> None:
    """The judge and the explaining engine say yes; the accepting one, which may pass on, mostly."""
    maker = making(CONTRACT)
    validate, is_valid, options = CONTRACT.validate_request_body, CONTRACT.is_valid_request_body, {}
    bodies: Any = request_bodies
    if side == "response":
        validate, is_valid, options = (
            CONTRACT.validate_response_body,
            CONTRACT.is_valid_response_body,
            {"status": status},
        )  # type: ignore[assignment]
        bodies = response_bodies
    accept, strategy = (
        CONTRACT.acceptor(side, content_type, status=status),
        bodies(content_type=content_type, **options),
    )

    @settings(max_examples=count)
    @given(strategy)
    def check(value: Any) -> None:
        encoded = maker.encoded(side, value, content_type, status)
        for held in (value, encoded):
            assert is_valid(held, content_type, **options)
            assert validate(held, content_type, **options).valid
            assert validate(held, content_type, engine="reference", **options).valid

    check()
    taken = [accept is None or accept.value(value) for value in drawn(strategy, 100)]
    assert sum(taken) >= 0.4 * len(taken)


@pytest.mark.parametrize("content_type", [JSON, XML, FORM])
def test_request_bodies_pass_all_three_engines(content_type: str) -> None:
    pass_all_engines("request", content_type, 0, 30)


@pytest.mark.parametrize(("content_type", "status"), [(JSON, 200), (XML, 200), (JSON, 401)])
def test_response_bodies_pass_all_three_engines(content_type: str, status: int) -> None:
    pass_all_engines("response", content_type, status, 20)


@settings(max_examples=100)
@given(request_bodies(clean=True), response_bodies(clean=True))
def test_clean_bodies_have_no_finding_at_all(request_body: Any, response_body: Any) -> None:
    assert not CONTRACT.validate_request_body(request_body).findings
    assert not CONTRACT.validate_response_body(response_body).findings


@settings(max_examples=60)
@given(response_bodies(select=SELECT))
def test_bodies_keep_to_what_is_selected(body: Any) -> None:
    assert CONTRACT.validate_response_body(body, select=SELECT).valid
    assert CONTRACT.validate_response_body(body, select=SELECT, engine="reference").valid


@settings(max_examples=100)
@given(requests(clean=True), requests())
def test_whole_requests_have_no_error(clean: relation_spec.Request, other: relation_spec.Request) -> None:
    assert not CONTRACT.validate_request(clean).findings
    assert CONTRACT.validate_request(other).valid
    assert CONTRACT.is_valid_request_body(other.body, other.values("content-type")[0])


@settings(max_examples=60)
@given(responses(clean=True), responses(status=200, select=SELECT), requests(select=SELECT))
def test_whole_responses_have_no_error(
    any_status: relation_spec.Response, answer: relation_spec.Response, request: relation_spec.Request
) -> None:
    assert not CONTRACT.validate_response(any_status).findings
    asked = relation_spec.Request(request.method, request.url)  # without Accept, which the answer knows nothing of
    assert CONTRACT.validate_response(answer, asked).valid


@settings(max_examples=60)
@given(selects(), headers(), credentials())
def test_parts_make_a_good_request(names: str, fields: dict[str, str], parts: tuple[tuple[str, str], ...]) -> None:
    assert CONTRACT.validate_response_body(None, select=names).findings[0].code == "type"
    sent = [*fields.items(), *parts, ("Content-Type", JSON)]
    body = {"SourceContactId": 1, "DestinationContactId": 2}
    request = relation_spec.Request("POST", f"{OPERATION.path}?$select={names}", sent, body)
    assert not CONTRACT.validate_request(request).findings


def test_every_part_of_a_request_is_there_and_absent_in_500_draws() -> None:
    sent = drawn(requests())
    labels = {request.values("content-type")[0].partition(";")[0].lower() for request in sent}
    assert OPERATION.request
    assert labels == set(OPERATION.request.content)
    for parameter in OPERATION.parameters:
        if parameter.location == "header":
            held = [bool(request.values(parameter.name)) for request in sent]
        else:
            held = [f"{parameter.name}=" in request.url for request in sent]
        assert set(held) == {True, False}, parameter.name
    schemes = {
        request.values("authorization")[0].split()[0].lower() if request.values("authorization") else ""
        for request in sent
    }
    assert schemes == {"", "basic", "bearer", "soticket"}
    assert {bool(request.values("accept")) for request in sent} == {True, False}


def test_messages_shrink_to_what_a_person_would_write() -> None:
    assert smallest(request_bodies()) == {"SourceContactId": 1, "DestinationContactId": 1}
    request = smallest(requests())
    assert (request.method, request.url) == (OPERATION.method, OPERATION.path)
    assert request.body == b'{"SourceContactId":1,"DestinationContactId":1}'
    assert [name for name, _ in request.headers] == ["Authorization", "Content-Type"]
    answer = smallest(response_bodies())
    assert answer.keys() == set(CONTRACT.document.get("/components/schemas/ContactRelationEntityWithLinks")["required"])
    assert answer["UpdatedDate"] == "2000-01-01T00:00:00Z"
    assert {value for name, value in answer.items() if "Date" not in name} == {None, 0, 1}


@pytest.mark.parametrize(
    ("condition", "more"),
    [
        (lambda body: body.get("UpdatedDate"), {"UpdatedDate": "2000-01-01T00:00:00Z"}),
        (lambda body: (body.get("CreatedBy") or {}).get("Rank"), {"CreatedBy": {"Rank": 1}}),
        (lambda body: (body.get("CreatedBy") or {}).get("Deleted"), {"CreatedBy": {"Deleted": True}}),
        (lambda body: body.get("Reversed", 0) < 0, {"Reversed": -1}),
        (lambda body: body.get("RelationId", 0) > 99, {"RelationId": 100}),
        (lambda body: body["SourceContactId"] > 5000, {"SourceContactId": 5001}),
        (lambda body: "Comment" in body and body["Comment"] is None, {"Comment": None}),
        (lambda body: body.get("Comment") == "", {"Comment": ""}),
        (lambda body: len(body.get("Comment") or "") > 9, {"Comment": "0" * 10}),
        (lambda body: body.get("CreatedBy") == {}, {"CreatedBy": {}}),
    ],
    ids=["date", "nested", "boolean", "negative", "large", "required", "null", "empty", "long", "object"],
)
def test_a_failure_shrinks_to_the_one_property_that_causes_it(condition: Any, more: dict[str, Any]) -> None:
    found = smallest(request_bodies(clean=True), condition)
    assert found == {"SourceContactId": 1, "DestinationContactId": 1} | more


def test_a_failure_of_two_properties_shrinks_to_both_of_one_letter() -> None:
    found = smallest(request_bodies(), lambda body: body.get("ActiveText") and body.get("PassiveText"))
    assert found.keys() == {"SourceContactId", "DestinationContactId", "ActiveText", "PassiveText"}
    assert {found["ActiveText"], found["PassiveText"]} <= {"a", "0"}


def test_a_failure_deep_in_a_map_shrinks_to_the_way_there() -> None:
    def has_mask(body: Any) -> bool:
        rights = [(entry or {}).get("FieldRight") or {} for entry in (body.get("FieldProperties") or {}).values()]
        return any("Mask" in right for right in rights)

    found = smallest(request_bodies(), has_mask)
    way = {"FieldProperties": {"Self.Simple": {"FieldRight": {"Mask": "None"}}}}
    assert found == {"SourceContactId": 1, "DestinationContactId": 1} | way


def test_a_failing_answer_shrinks_to_the_value_that_causes_it() -> None:
    plain = smallest(response_bodies())
    found = smallest(response_bodies(), lambda body: body["Reversed"] < -40)
    assert found == plain | {"Reversed": -41}


def test_an_unusable_option_is_a_wrong_call() -> None:
    for call in (
        lambda: request_bodies(content_type="application/pdf"),
        lambda: response_bodies(status=418),
        lambda: smallest(response_bodies(select="nobody")),
        lambda: request_bodies(operation="nobody"),
    ):
        with pytest.raises(relation_spec.WrongCallError):
            call()
