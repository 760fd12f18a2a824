"""What the server is sent is stored, completed and comes back: by the contract's x-value and x-refers."""

import json
from typing import Any

import pytest

import relation_spec as rs
from tests.server.conftest import DEMO, NOON, PATH, Connect, Local

STAMPED = {
    "RelationId",
    "CreatedDate",
    "UpdatedDate",
    "CreatedBy",
    "UpdatedBy",
    "TableRight",
    "FieldProperties",
    "_Links",
}


def test_the_page_s_sample_request_is_answered_and_reads_back(
    local: Local, request_body: dict[str, Any], contract: rs.Contract
) -> None:
    """/components/examples/SampleRequest: its record exists, as the examples of the contract do."""
    answer = local.post(request_body)
    assert answer.status_code == 200
    assert contract.validate_response(answer).findings == ()
    value = answer.json()
    assert {n: v for n, v in value.items() if n not in STAMPED} == {
        n: v for n, v in request_body.items() if n not in STAMPED
    }
    assert value["RelationId"] == request_body["RelationId"]
    again = local.get(value["_Links"]["Self"])
    assert (again.status_code, again.json()) == (200, value)


def test_a_new_record_gets_a_number_a_date_and_a_user(local: Local, new: dict[str, Any]) -> None:
    """x-value: identity, clock, user."""
    first, second = local.post(new).json(), local.post({k: v for k, v in new.items() if k != "RelationId"}).json()
    assert second["RelationId"] == first["RelationId"] + 1 > 959
    assert first["CreatedDate"] == first["UpdatedDate"] == "2026-03-01T12:00:00.1234Z"
    assert first["CreatedBy"] == first["UpdatedBy"]
    assert (first["CreatedBy"]["Name"], first["CreatedBy"]["Type"]) == ("demo", "InternalAssociate")
    assert first["_Links"] == {"Self": f"http://crm.example{PATH}/{first['RelationId']}"}


def test_what_only_the_server_sets_is_ignored_in_a_request(local: Local, new: dict[str, Any]) -> None:
    """x-value and readOnly."""
    sent = new | {
        "SourceContactName": "Nobody",
        "CreatedBy": {"Name": "mallory"},
        "CreatedDate": "1999-01-01T00:00:00Z",
        "TableRight": {"Mask": "FULL"},
        "_Links": {"Self": "http://evil.example/"},
    }
    plain, told = local.post(new).json(), local.post(sent).json()
    assert {n: v for n, v in told.items() if n not in STAMPED - {"CreatedDate", "CreatedBy", "TableRight"}} == {
        n: v for n, v in plain.items() if n not in STAMPED - {"CreatedDate", "CreatedBy", "TableRight"}
    }
    assert told["_Links"]["Self"].startswith("http://crm.example/")


def test_saving_a_number_that_exists_updates_it(connect: Connect, new: dict[str, Any]) -> None:
    """x-value: identity; when: created, saved."""
    now = [NOON]
    local = connect(clock=lambda: now[0], users={"demo": "demo", "eve": "x"})
    made = local.post(new).json()
    now[0] = NOON.replace(hour=13)
    changed = local.post({**new, "RelationId": made["RelationId"], "Comment": "new"}, auth=("eve", "x")).json()
    assert changed["RelationId"] == made["RelationId"]
    assert (changed["Comment"], changed["CreatedDate"]) == ("new", made["CreatedDate"])
    assert changed["UpdatedDate"] == "2026-03-01T13:00:00.1234Z"
    assert (changed["CreatedBy"]["Name"], changed["UpdatedBy"]["Name"]) == ("demo", "eve")


def test_what_an_update_leaves_out_is_gone(local: Local, new: dict[str, Any]) -> None:
    """A request carries the whole relation, under every media type."""
    made = local.post(new).json()
    short = {"SourceContactId": 1, "DestinationContactId": 2, "RelationId": made["RelationId"]}
    changed = local.post(short, headers={"Content-Type": "application/merge-patch+json"}).json()
    assert (changed["Comment"], changed["Reversed"], changed["SourcePersonName"]) == (None, 0, None)


@pytest.mark.parametrize("number", [5, -1, 2**31 - 1])
def test_a_number_of_no_record_is_refused(local: Local, new: dict[str, Any], number: int) -> None:
    answer = local.post({**new, "RelationId": number})
    assert answer.status_code == 400
    assert f"RelationId: found {number};" in answer.json()["ErrorMessage"]
    assert local.get(f"{PATH}/{number}").status_code == 404


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"SourcePersonId": 650}, "SourcePersonId: found 650, whose contact is not 874"),
        ({"DestinationPersonId": 901}, "DestinationPersonId: found 901, whose contact is not 955"),
        ({"SourceContactId": 77}, "SourceContactId: found 77; expected the id of one of the contacts"),
        ({"SourcePersonId": 77}, "SourcePersonId: found 77; expected the id of one of the persons"),
        ({"DestinationContactId": 0}, "DestinationContactId: found 0, which names nothing"),
    ],
)
def test_what_refers_to_nothing_or_belongs_elsewhere_is_refused(
    local: Local, new: dict[str, Any], changes: dict[str, Any], said: str
) -> None:
    """x-refers; the page: the person must belong to the contact."""
    answer = local.post(new | changes)
    assert answer.status_code == 400
    assert said in answer.json()["ErrorMessage"]


def test_a_person_is_not_mandatory(local: Local, new: dict[str, Any]) -> None:
    value = local.post(new | {"SourcePersonId": 0, "DestinationPersonId": 12, "DestinationContactId": 10}).json()
    assert (value["SourcePersonName"], value["DestinationPersonName"]) == (None, "Eve Green")


def test_other_seed_data_can_be_given(connect: Connect, tmp_path: Any, new: dict[str, Any]) -> None:
    path = tmp_path / "seed.json"
    path.write_text(json.dumps({"collections": {"contacts": {"4711": {"name": "Farina"}}}}))
    local = connect(seed_data=str(path))
    value = local.post({"SourceContactId": 4711, "DestinationContactId": 874}).json()
    assert (value["SourceContactName"], value["DestinationContactName"]) == ("Farina", new["SourceContactName"])
    assert local.post({"SourceContactId": 1, "DestinationContactId": 874}).status_code == 400


@pytest.mark.parametrize("text", ["{", "[]", '{"contacts": {}}', '{"collections": {"contacts": {"1": "x"}}}'])
def test_seed_data_that_is_none_is_refused(tmp_path: Any, text: str) -> None:
    from relation_spec.server import create_app

    path = tmp_path / "seed.json"
    path.write_text(text)
    with pytest.raises(rs.ContractError, match=r"seed\.json"):
        create_app(seed_data=str(path))


def test_numbers_with_a_fraction_of_zero_are_whole(local: Local, new: dict[str, Any]) -> None:
    text = json.dumps(new).replace('"Reversed": 500', '"Reversed": 5.0e2').replace("874", "874.0")
    answer = local.request("POST", content=text, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200
    assert '"Reversed":500,' in answer.text
    assert '"SourceContactId":874,' in answer.text


def test_a_packed_body_is_unpacked_within_bounds(local: Local, new: dict[str, Any]) -> None:
    """RFC 9110 section 8.4."""
    import gzip

    packed = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    assert local.request("POST", content=gzip.compress(json.dumps(new).encode()), headers=packed).status_code == 200
    bomb = gzip.compress(gzip.compress(b" " * 50_000_000))
    assert len(bomb) < 10_000
    headers = packed | {"Content-Encoding": "gzip, gzip"}
    assert local.request("POST", content=bomb, headers=headers).status_code == 413
    assert local.request("POST", content=b"\x1f\x8bnone", headers=packed).status_code == 400


def test_the_link_keeps_a_prefix_and_the_host_of_the_request(local: Local, new: dict[str, Any]) -> None:
    """/servers/0: a prefix before /api is allowed."""
    answer = local.post(new, f"/Cust1{PATH}/", headers={"Host": "crm.example:8443"})
    link = answer.json()["_Links"]["Self"]
    assert link.startswith("http://crm.example:8443/Cust1/api/v1/Relation/9")
    assert local.get(link).status_code == 200
    odd = local.post(new, headers={"Host": 'a"b'}).json()["_Links"]["Self"]
    assert odd.startswith("http://crm.example/api/")


def test_reading_gives_what_the_reader_asks_for(local: Local, new: dict[str, Any], contract: rs.Contract) -> None:
    """The link to itself is the server's own aid, with the same media types, credentials and $select."""
    link = local.post(new).json()["_Links"]["Self"]
    assert local.get(link, headers={"Accept": "text/xml"}).headers["content-type"] == "text/xml; charset=utf-8"
    selected = local.get(f"{link}?$select=comment").json()
    assert (selected["Comment"], selected["Reversed"], selected["TableRight"]) == ("est", 0, None)
    assert local.get(link, headers={"Accept": "text/html"}).status_code == 406
    assert local.get(f"{link}?$select=nothing").status_code == 400
    assert local.get(link, auth=("demo", "wrong")).status_code == 401
    head = local.request("HEAD", link)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(local.get(link).content))
    assert local.request("DELETE", link).headers["allow"] == "GET, HEAD, OPTIONS"


def test_a_text_that_xml_cannot_carry_is_saved_or_refused_as_a_whole(local: Local, new: dict[str, Any]) -> None:
    """XML 1.0 section 2.2; what cannot be answered is not saved."""
    sent = new | {"Comment": "\x01"}
    refused = local.post(sent, headers={"Accept": "text/xml"})
    assert refused.status_code == 406
    other = local.post(sent, headers={"Accept": "text/xml, application/json;q=0.5"})
    assert (other.status_code, other.json()["Comment"]) == (200, "\x01")
    assert local.post(new).json()["RelationId"] == other.json()["RelationId"] + 1


def test_users_without_a_description_have_their_name(connect: Connect, new: dict[str, Any]) -> None:
    local = connect(users={"zoë": "pa:ss"})
    by = local.post(new, auth=("zoë", "pa:ss")).json()["CreatedBy"]
    assert (by["AssociateId"], by["Name"], by["FullName"], by["Deleted"]) == (1, "zoë", "zoë", False)
    assert DEMO[0] not in json.dumps(by)
