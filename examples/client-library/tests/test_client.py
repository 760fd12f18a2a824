"""The client understands every answer that the contract allows, and sends nothing that it forbids."""

import httpx
import pytest
import relation_spec as rs
from crm_client import CrmClient, CrmError, Relation
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from relation_spec.pytest_plugin import assert_conforms
from relation_spec.strategies import invalid_responses, responses

INT32 = st.integers(1, 2**31 - 1)
TEXT = st.none() | st.text(st.characters(exclude_categories=["Cs"]))


def client_of(answer):
    """A client to whom everything is answered alike, and the requests that it has sent."""
    sent = []

    def handler(request):
        sent.append(request)
        return httpx.Response(answer.status, headers=list(answer.headers), content=answer.body)

    return CrmClient("https://crm.example.com", "tim", "secret", httpx.MockTransport(handler)), sent


@settings(max_examples=40, deadline=None)
@given(responses(status=200))
def test_every_valid_answer_is_understood(answer):
    client, _ = client_of(answer)
    assert isinstance(client.save(874, 955), Relation)


@settings(max_examples=20, deadline=None)
@given(responses(status=400))
def test_every_refusal_is_told(answer):
    client, _ = client_of(answer)
    with pytest.raises(CrmError):
        client.save(874, 955)


@settings(max_examples=40, deadline=None)
@given(invalid_responses(status=200))
def test_no_broken_answer_is_taken_for_a_relation(broken):
    answer, _ = broken
    client, _ = client_of(answer)
    assume(not rs.validate_response(answer).valid)  # some breaches are warnings alone
    with pytest.raises(rs.InvalidMessageError):
        client.save(874, 955)


@settings(max_examples=40, deadline=None)
@given(INT32, INT32, TEXT)
def test_whatever_is_saved_is_sent_in_a_valid_request(source, destination, comment):
    client, sent = client_of(
        rs.Response(503, {"Content-Type": "application/json"}, b'{"Error":true,"ErrorMessage":""}')
    )
    with pytest.raises((CrmError, rs.InvalidMessageError)):
        client.save(source, destination, comment)
    assert not rs.validate_request(sent[0]).findings


def test_it_saves_at_a_real_server(relation_server):
    saved = CrmClient(relation_server.url, "demo", "demo").save(874, 955, "met at the fair")
    assert (saved.source, saved.destination, saved.comment) == (874, 955, "met at the fair")
    assert saved.updated is not None


def test_the_server_keeps_to_the_contract(relation_server):
    value = {"SourceContactId": 874, "DestinationContactId": 955}
    assert_conforms(httpx.post(f"{relation_server.url}/api/v1/Relation", json=value, auth=("demo", "demo")))
