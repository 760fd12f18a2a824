"""How an answer is shown: $select, languages, cultures and time zones change what the contract says, and nothing else."""

from typing import Any

import pytest

from relation_spec.server.dates import moved, zone_of
from tests.server.conftest import PATH, Local

REFERENCE = "[NO_DELETION]"
GERMAN = "Dieser Server löscht keine Beziehungen."


@pytest.mark.parametrize(
    ("select", "kept"),
    [
        ("Comment", {"Comment": "est"}),
        ("cOMMENT,relationid", {"Comment": "est", "RelationId": 960}),
        ("createdBy/fullName", {"CreatedBy": {"FullName": "Anna Hansen"}}),
        ("createdBy%2Fname, TABLERIGHT/mask", {"CreatedBy": {"Name": "demo"}, "TableRight": {"Mask": "URI"}}),
        ("createdBy,createdBy/name,updatedDate", {"CreatedBy": ..., "UpdatedDate": "2026-03-01T12:00:00.1234Z"}),
        ("_links", {"_Links": ...}),
    ],
)
def test_what_is_not_selected_is_null_or_zero(
    local: Local, new: dict[str, Any], select: str, kept: dict[str, Any]
) -> None:
    """/components/parameters/Select, with the zeros of x-zero: the contract judges each answer, too."""
    whole, part = local.post(new).json(), local.post(new, f"{PATH}?$select={select}").json()
    whole["RelationId"] = part["RelationId"] or whole["RelationId"]
    assert part.keys() == whole.keys()
    zeros = {None, 0, "0001-01-01T00:00:00", "None", "Unknown"}
    for name, value in part.items():
        if kept.get(name) is ...:
            assert value == whole[name] or name == "_Links"
        elif isinstance(kept.get(name), dict):
            assert {n: v for n, v in value.items() if v not in zeros} == kept[name]
        elif name in kept and name != "RelationId":
            assert value == kept[name]
        elif name != "RelationId":
            assert value in zeros


def test_selection_holds_for_every_media_type(local: Local, new: dict[str, Any]) -> None:
    answer = local.post(new, f"{PATH}?$select=comment", headers={"Accept": "text/xml"})
    assert "<Comment>est</Comment>" in answer.text
    assert '<ActiveText xsi:nil="true"/>' in answer.text
    assert "<Reversed>0</Reversed>" in answer.text


def test_an_empty_selection_selects_everything(local: Local, new: dict[str, Any]) -> None:
    made = local.post(new)
    assert local.get(made.json()["_Links"]["Self"]).json() == made.json()


@pytest.mark.parametrize(
    ("headers", "shown"),
    [
        ({}, REFERENCE),
        ({"SO-Language": "de"}, GERMAN),
        ({"SO-Language": "DE"}, GERMAN),
        ({"Accept-Language": "de-AT,en;q=0.5"}, GERMAN),
        ({"Accept-Language": "en;q=0.5, de"}, GERMAN),
        ({"Accept-Language": "ru,zh,de"}, GERMAN),
        ({"Accept-Language": "en", "SO-Language": "de"}, GERMAN),
        ({"Accept-Language": "de", "SO-Language": "fr"}, "Ce serveur ne supprime pas de relations."),
        ({"SO-Language": "zu"}, "This server does not delete relations."),
        ({"SO-Language": "de", "SO-Culture": "nb"}, GERMAN),
        ({"SO-Culture": "nb"}, REFERENCE),
    ],
)
def test_a_language_changes_texts_alone(local: Local, new: dict[str, Any], headers: dict[str, str], shown: str) -> None:
    """x-controls, x-translated: SO-Language overrules Accept-Language; a culture writes numbers that no text here has."""
    plain = local.post(new).json()
    told = local.get(plain["_Links"]["Self"], headers=headers).json()
    assert told["TableRight"]["Reason"] == shown
    assert told == plain | {"TableRight": {**plain["TableRight"], "Reason": shown}}


def test_what_a_client_wrote_is_never_translated(local: Local, new: dict[str, Any]) -> None:
    """x-translated stands on the reasons alone."""
    value = local.post(new | {"Comment": REFERENCE}, headers={"SO-Language": "de"}).json()
    assert (value["Comment"], value["TableRight"]["Reason"]) == (REFERENCE, GERMAN)


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("W. Europe Standard Time", "2026-03-01T13:00:00.1234+01:00"),
        ("Europe/Oslo", "2026-03-01T13:00:00.1234+01:00"),
        ("Asia/Kathmandu", "2026-03-01T17:45:00.1234+05:45"),
        ("america/new_york", "2026-03-01T12:00:00.1234Z"),
        ("Eastern Standard Time", "2026-03-01T07:00:00.1234-05:00"),
        ("UTC", "2026-03-01T12:00:00.1234Z"),
        ("GMT+2", "2026-03-01T14:00:00.1234+02:00"),
        ("Middle-earth", "2026-03-01T12:00:00.1234Z"),
        ("../../etc/passwd", "2026-03-01T12:00:00.1234Z"),
        ("Europe", "2026-03-01T12:00:00.1234Z"),
    ],
)
def test_a_time_zone_moves_date_times_alone(local: Local, new: dict[str, Any], zone: str, shown: str) -> None:
    """x-controls; a code that nobody knows moves nothing."""
    if zone.islower() and zone_of(zone) is not None:
        pytest.skip("this file system does not tell letter case")
    plain = local.post(new).json()
    told = local.get(plain["_Links"]["Self"], headers={"SO-TimeZone": zone}).json()
    assert told == plain | {"CreatedDate": shown, "UpdatedDate": shown}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2017-12-11T03:41:58.6211452+01:00", "2017-12-11T02:41:58.6211452Z"),
        ("2015-11-04T15:56:48", "2015-11-04T15:56:48"),
        ("0001-01-01T00:00:00", "0001-01-01T00:00:00"),
        ("0001-01-01T00:00:00+05:00", "0001-01-01T00:00:00+05:00"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:60Z"),
        ("0999-06-01T00:00:00+01:00", "0999-05-31T23:00:00Z"),
    ],
)
def test_a_date_time_keeps_its_digits_in_another_zone(text: str, shown: str) -> None:
    zone = zone_of("UTC")
    assert zone is not None
    assert moved(text, zone) == shown
