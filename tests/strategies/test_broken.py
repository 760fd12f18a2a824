"""Each broken message gives exactly the finding of its rule, and every rule gets its turn."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import relation_spec
from relation_spec.strategies import (
    Breach,
    invalid_request_bodies,
    invalid_requests,
    invalid_response_bodies,
    invalid_responses,
    malformed_request_bodies,
    malformed_response_bodies,
)
from relation_spec.strategies.making import making
from tests.strategies.test_valid import CONTRACT, FORM, JSON, LONG, SELECT, XML, drawn, never_missed, smallest


def found(report: relation_spec.Report) -> frozenset[tuple[str, str, str]]:
    return frozenset((finding.code, finding.where, finding.pointer) for finding in report.findings)


def every(strategy: st.SearchStrategy[Any], judge: Any, count: int = 60) -> None:
    """Each draw gives the findings that its breach tells, and no other."""

    @settings(max_examples=count)
    @given(strategy)
    def check(pair: Any) -> None:
        broken, breach = pair
        assert found(judge(broken)) == breach.findings, breach

    check()


@pytest.mark.parametrize("content_type", [JSON, XML, FORM])
def test_a_broken_request_body_gives_exactly_its_finding(content_type: str) -> None:
    every(
        invalid_request_bodies(content_type=content_type),
        lambda body: CONTRACT.validate_request_body(body, content_type),
    )


@pytest.mark.parametrize(("content_type", "status"), [(JSON, 200), (XML, 200), (JSON, 400)])
def test_a_broken_response_body_gives_exactly_its_finding(content_type: str, status: int) -> None:
    every(
        invalid_response_bodies(content_type=content_type, status=status),
        lambda body: CONTRACT.validate_response_body(body, content_type, status=status),
    )


@pytest.mark.parametrize("content_type", [JSON, XML, FORM])
def test_a_malformed_request_body_gives_exactly_its_finding(content_type: str) -> None:
    every(
        malformed_request_bodies(content_type=content_type),
        lambda body: CONTRACT.validate_request_body(body, content_type),
    )


@pytest.mark.parametrize("content_type", [JSON, XML])
def test_a_malformed_response_body_gives_exactly_its_finding(content_type: str) -> None:
    every(
        malformed_response_bodies(content_type=content_type),
        lambda body: CONTRACT.validate_response_body(body, content_type),
        60,
    )


def test_a_value_that_was_not_nulled_is_all_that_is_found() -> None:
    every(invalid_response_bodies(select=SELECT), lambda body: CONTRACT.validate_response_body(body, select=SELECT), 60)


def test_a_broken_request_gives_exactly_its_finding() -> None:
    every(invalid_requests(), CONTRACT.validate_request, 200)


@pytest.mark.parametrize("status", [200, 401])
def test_a_broken_response_gives_exactly_its_finding(status: int) -> None:
    every(invalid_responses(status=status), CONTRACT.validate_response)


def test_every_breach_around_the_body_gives_exactly_its_finding() -> None:
    """One draft, broken in each way in turn."""
    maker = making(CONTRACT)

    class Simplest:
        def pick(self, options: Any) -> Any:
            return options[0]

        def value(self, side: Any, schema: str, content_type: str) -> Any:
            return {"SourceContactId": 1, "DestinationContactId": 2}

    draft = maker.requests.draft(Simplest(), with_body=True)
    assert not CONTRACT.validate_request(draft.message()).findings
    groups = maker.broken_around
    assert sum(map(len, groups.values())) > 150
    for group in groups.values():
        for one in group:
            copy = draft.copy()
            one.change(copy)
            assert found(CONTRACT.validate_request(copy.message())) == one.breach.findings, one.breach


@pytest.mark.parametrize("side", ["request", "response"])
def test_every_rule_of_every_property_has_its_breach(side: Any) -> None:
    """The walk over the YAML, independent of how breaches are made: each described place has a type at least."""
    maker = making(CONTRACT)
    breaches = maker.breaches(side, maker.media(side, 200, None))
    places = {site.place for held in breaches.rules.values() for place in held for site in place}
    entity = CONTRACT.document.get("/components/schemas/ContactRelationEntity")["properties"]
    assert {place[0] for place in places if place} >= entity.keys()
    associate = CONTRACT.document.get("/components/schemas/Associate")["properties"]
    for parent in ("CreatedBy", "UpdatedBy"):
        assert {place[1] for place in places if place[:1] == (parent,) and len(place) > 1} >= associate.keys()
    keywords = {rule.partition(" ")[0].rpartition("/")[2] for rule in breaches.rules}
    common = {"required", "type", "minimum", "maximum", "format", "enum", "x-date-time", "x-flags", "x-closed"}
    only = {"readOnly", "x-null-id", "unevaluatedProperties"} if side == "request" else set()
    assert keywords == common | only


def test_every_kind_of_broken_text_comes_in_200_draws() -> None:
    maker = making(CONTRACT)
    for content_type in (JSON, XML, FORM):
        kinds = maker.breaches("request", maker.media("request", 0, content_type)).kinds
        broken = drawn(malformed_request_bodies(content_type=content_type), 200)
        assert {breach.rule.partition(": ")[2] for _, breach in broken} == set(kinds)


def test_every_part_of_a_request_is_broken_in_500_draws() -> None:
    wanted = {"method", "path", "query", "body", "header.Accept", "header.Content-Type", "header.Authorization"}
    wanted |= {f"{parameter.location}.{parameter.name}" for parameter in CONTRACT.document.operation().parameters}
    wanted |= {"unauthenticated", "not-acceptable", "unsupported-media-type", "malformed", "range"}

    def reached(first: int) -> set[str]:
        return {part for _, breach in drawn(invalid_requests(), LONG, first) for part in (breach.where, breach.code)}

    never_missed(wanted, reached, most=1)


@pytest.mark.parametrize("rule", ["range", "missing-offset", "x-flags", "/components/schemas/Text/type", "null-id"])
def test_a_rule_can_be_asked_for(rule: str) -> None:
    for _, breach in drawn(invalid_request_bodies(rule=rule), 20):
        assert rule in (breach.code, breach.rule, breach.rule.rpartition("/")[2])


@pytest.mark.parametrize("rule", ["unauthenticated", "select", "duplicate-key", "bad-escape", "required"])
def test_a_rule_of_any_layer_can_be_asked_for(rule: str) -> None:
    for _, breach in drawn(invalid_requests(rule=rule, content_type=JSON), 20):
        assert rule in (breach.code, breach.rule.partition(": ")[2])


def test_a_rule_that_is_nowhere_is_a_wrong_call_with_near_ones() -> None:
    with pytest.raises(relation_spec.WrongCallError, match="range"):
        invalid_request_bodies(rule="rage")
    with pytest.raises(relation_spec.WrongCallError, match="duplicate-key"):
        smallest(invalid_requests(rule="duplicate"))


def test_broken_messages_shrink_to_the_smallest_that_is_broken_so() -> None:
    body, breach = smallest(invalid_request_bodies(rule="range"))
    assert body == {"SourceContactId": -(2**31) - 1, "DestinationContactId": 1}
    assert (breach.code, breach.pointer, breach.where) == ("range", "/SourceContactId", "body")
    request, breach = smallest(invalid_requests(rule="method"))
    assert breach == Breach("method", "", "method", breach.rule, "the method GET")
    assert (request.method, request.url) == ("GET", CONTRACT.document.operation().path)
    assert request.body == b'{"SourceContactId":1,"DestinationContactId":1}'
