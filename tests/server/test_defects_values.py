"""Each defect of values shows: types and nulls, enums and flags, numbers, dates, links, fields, cut and garbled texts."""

import pytest

from tests.server.conftest import NOON, Local
from tests.server.exchanges import NEW, Exchange, finds, gives, post, shown, status, ticking, without, xml

DATE = "2026-03-01T12:00:00.1234"
NUMBER = "RelationDefinitionId"
ENDS = {"SourceContactId": 5, "SourcePersonId": 0, "DestinationContactId": 2, "DestinationPersonId": 0}


def updated_an_hour_later(server: Local) -> bool:
    made = server.post(NEW).json()
    changed = server.post(NEW | {"RelationId": made["RelationId"]}).json()
    return bool(changed["CreatedDate"] == made["CreatedDate"])


def link(server: Local) -> str:
    made: str = server.post(NEW).json()["_Links"]["Self"]
    return made


EXCHANGES: list[Exchange] = [
    # types and nulls
    finds("zero-as-null", "type", f"/{NUMBER}", without(NUMBER)),
    gives("null-as-word", shown("Comment", Comment=None), None, "null"),
    gives("null-as-empty", shown("Comment", Comment=""), "", None),
    finds("object-as-text", "type", "/UpdatedBy", post()),
    finds("boolean-as-number", "type", "/CreatedBy/Deleted", post()),
    finds("text-in-list", "type", "/Comment", post()),
    finds("no-object-as-list", "type", "/FieldProperties", post()),
    # enums and flags
    finds("enum-in-small-letters", "enum", "/CreatedBy/Type", post()),
    finds("enum-as-number", "type", "/CreatedBy/Type", post()),
    finds("enum-from-a-later-version", "enum", "/CreatedBy/Type", post()),
    finds("flags-joined-by-bars", "enum", "/TableRight/Mask", post()),
    finds("flags-as-number", "type", "/TableRight/Mask", post()),
    # numbers
    finds("number-as-text", "type", f"/{NUMBER}", post()),
    finds("number-with-fraction", "type", f"/{NUMBER}", post(RelationDefinitionId=1299)),
    finds("number-over-the-edge", "range", f"/{NUMBER}", post(RelationDefinitionId=2_000_000_000)),
    gives("number-wraps-at-16-bits", shown(NUMBER, RelationDefinitionId=40_000), 40_000, -25_536),
    gives("number-loses-digits", shown(NUMBER, RelationDefinitionId=16_777_217), 16_777_217, 16_777_216),
    gives("number-loses-its-sign", shown(NUMBER, RelationDefinitionId=-7), -7, 7),
    gives("number-at-its-bound-refused", status(post(RelationDefinitionId=2**31 - 1)), 200, 400),
    # dates
    gives("date-without-offset", shown("UpdatedDate"), f"{DATE}Z", DATE),
    finds("date-with-five-digits", "format", "/UpdatedDate", post()),
    finds("date-as-americans-write-it", "format", "/UpdatedDate", post()),
    finds("date-in-milliseconds", "format", "/UpdatedDate", post()),
    finds("date-with-nanoseconds", "format", "/UpdatedDate", post()),
    gives("date-in-local-time-as-utc", shown("UpdatedDate"), f"{DATE}Z", "2026-03-01T14:00:00.1234Z"),
    finds("date-as-null", "type", "/UpdatedDate", post()),
    finds("date-alone-at-midnight", "format", "/UpdatedDate", post(), clock=lambda: NOON.replace(hour=0)),
    gives("date-of-creation-moves", updated_an_hour_later, True, False, clock=ticking()),
    # maps and links
    finds("link-without-host", "format", "/_Links/Self", post()),
    finds("links-in-list", "type", "/_Links", post()),
    gives("link-to-the-next-record", lambda s: s.get(link(s)).status_code, 200, 404),
    gives("link-to-an-inner-host", lambda s: link(s).split("/")[2], "crm.example", "app-07.internal:5000"),
    # fields lost and swapped
    finds("field-lost", "required", "", post()),
    finds("nulls-left-out", "required", "", post()),
    finds("names-in-camel-case", "required", "", post()),
    finds("field-too-many", "unknown-property", "/debugInfo", post()),
    finds("field-twice", "duplicate-key", "/Comment", post()),
    gives("names-swapped", shown("SourceContactName"), "Renner, Block and Daugherty", "Predovic-Schumm"),
    gives("ends-sorted", shown("SourceContactId", **ENDS), 5, 2),
    # truncation
    gives("text-cut", shown("Comment", Comment="x" * 101), "x" * 101, "x" * 100),
    gives("text-ends-with-its-line", shown("Comment", Comment="one\ntwo"), "one\ntwo", "one"),
    gives("text-trimmed", shown("Comment", Comment=" x "), " x ", "x"),
    finds("body-cut", "malformed", "", post(Comment="x" * 4000)),
    # encoding
    gives("text-as-mojibake", shown("Comment", Comment="Müller"), "Müller", "MÃ¼ller"),
    gives("astral-lost", shown("Comment", Comment="𠮷野 🎉"), "𠮷野 🎉", "?野 ?"),
    gives("text-normalized", shown("Comment", Comment="e\u0301"), "e\u0301", "\u00e9"),
    gives("backslashes-lost", shown("Comment", Comment=r"C:\new"), r"C:\new", "C:new"),
    finds("xml-unescaped", "malformed", "", xml(Comment="Smith & Sons")),
    gives("xml-escaped-twice", lambda s: "&amp;amp;" in xml(Comment="A & B")(s).text, False, True),
    finds("json-with-raw-lines", "malformed", "", post(Comment="one\ntwo")),
    finds("byte-order-mark", "byte-order-mark", "", post()),
]  # fmt: skip


@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda exchange: exchange.defect)
def test_a_defect_of_values_shows(exchange: Exchange) -> None:
    assert exchange.told(None) == exchange.right
    assert exchange.told(exchange.defect) == exchange.wrong
