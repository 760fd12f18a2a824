"""Bodies become values and back by the public calls, in every media type, and what cannot be decoded says why."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import relation_spec as rs
from relation_spec.strategies import request_bodies, response_bodies

CONTRACT = rs.load()
OPERATION = CONTRACT.document.operation(None)
REQUESTS = sorted(OPERATION.request.content)
ANSWERS = sorted(OPERATION.response(200).content)
XML = (
    b"<ContactRelationEntity><SourceContactId>874</SourceContactId>"
    b"<Reversed>no</Reversed><Comment/></ContactRelationEntity>"
)


@settings(max_examples=30, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(REQUESTS), request_bodies())
def test_a_request_body_decodes_to_the_value_that_was_encoded(content_type, value):
    try:
        body = rs.encode_request_body(value, content_type)
    except rs.UnencodableValueError:
        return
    assert rs.decode_request_body(body, content_type) == value


@settings(max_examples=30, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(ANSWERS), response_bodies())
def test_a_response_body_decodes_to_the_value_that_was_encoded(content_type, value):
    try:
        body = rs.encode_response_body(value, content_type)
    except rs.UnencodableValueError:
        return
    assert rs.decode_response_body(body, content_type) == value


def test_a_text_without_its_type_stays_a_text_which_judging_then_finds():
    value = rs.decode_request_body(XML, "text/xml")
    assert value == {"SourceContactId": 874, "Reversed": "no", "Comment": ""}
    told = [(finding.code, finding.pointer) for finding in rs.validate_request_body(value)]
    assert told == [(finding.code, finding.pointer) for finding in rs.validate_request_body(XML, "text/xml")]


@pytest.mark.parametrize(
    "body", [b'{"a": 1, "a": 2}', '{"a": 1, "a": 2}', bytearray(b'{"a": 2}'), b'\xef\xbb\xbf{"a":2}']
)
def test_bytes_and_text_are_decoded_whether_valid_or_not(body):
    assert rs.decode_request_body(body) == {"a": 2}


def test_answers_are_decoded_by_their_status():
    assert rs.decode_response_body(b"<Error><Error>true</Error></Error>", "text/xml", status=400) == {"Error": True}


@pytest.mark.parametrize(
    ("body", "content_type", "code"),
    [
        (b'{"a', "application/json", "malformed"),
        (b"<a", "application/xml", "malformed"),
        (b"[" * 100_000, "application/json", "too-deep"),
        (b"{}", "text/csv", "unsupported-media-type"),
    ],
)
def test_what_cannot_be_decoded_is_told_as_when_it_is_judged(body, content_type, code):
    with pytest.raises(rs.InvalidMessageError) as caught:
        rs.decode_request_body(body, content_type)
    assert [finding.code for finding in caught.value.report] == [code]
    assert caught.value.report == rs.validate_request_body(body, content_type)


def test_a_value_is_no_body():
    with pytest.raises(rs.WrongCallError, match="bytes or text, not dict"):
        rs.decode_request_body({})
