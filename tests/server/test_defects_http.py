"""Each defect of negotiation shows: $select, media types and charsets, parity between them, headers that choose."""

from datetime import datetime
from typing import Any

import pytest

from tests.server.conftest import NOON, Local
from tests.server.exchanges import NEW, Exchange, fields, finds, form, gives, post, sample, status, xml

GERMAN = "Dieser Server löscht keine Beziehungen."
NAMED = "application/merge-patch+json"


def selected(name: str, select: str, **changes: Any) -> Any:
    """Says: save, and select; gives one property."""
    return lambda server: post(select, **changes)(server).json()[name]


def reason(**headers: str) -> Any:
    """Says: save, with these headers; gives the text that depends on the language."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda server: post(headers=told)(server).json()["TableRight"]["Reason"]


def label(accept: str) -> Any:
    """Says: save, and accept this; gives the label of the answer."""
    return lambda server: post(headers={"Accept": accept})(server).headers["content-type"].partition(";")[0]


def element(name: str) -> Any:
    """Says: save without a text, and accept XML; gives what is left of one element up to its end."""

    def say(server: Local) -> str:
        text = xml(Comment=None)(server).text
        return str(text[text.index(f"<{name}") :].partition(">")[0] + ">")

    return say


def comment_of_form(text: str) -> Any:
    return lambda server: form(text)(server).json()["Comment"]


def comment_of_xml(*names: str) -> Any:
    """Says: save in XML, with these elements in this order; gives the text."""
    text = "".join(f"<{name}>{NEW[name]}</{name}>" for name in names)
    body = f"<ContactRelationEntity>{text}</ContactRelationEntity>"
    headers = {"Content-Type": "application/xml", "Accept": "application/json"}
    return lambda server: server.request("POST", content=body, headers=headers).json()["Comment"]


def reason_by_two_lines(server: Local) -> Any:
    """Says: save, with two header fields that list languages; gives the text that depends on the language."""
    lines = [("Content-Type", "application/json"), ("Accept-Language", "de"), ("Accept-Language", "fr")]
    return server.request("POST", content=sample(), headers=lines).json()["TableRight"]["Reason"]


def in_summer() -> datetime:
    return NOON.replace(month=7)


EXCHANGES: list[Exchange] = [
    # what is selected
    finds("select-ignored", "not-selected", "/ActiveText", post("comment")),
    gives("select-by-letter-case", selected("Comment", "comment"), "est", None),
    finds("select-without-depth", "not-selected", "/CreatedBy/Name", post("createdBy/fullName")),
    finds("select-turned-round", "not-selected", "/ActiveText", post("comment")),
    gives("select-gives-null-for-zero", selected("RelationDefinitionId", "comment"), 0, None),
    finds("select-leaves-out", "required", "", post("comment")),
    gives("select-takes-the-first", selected("Reversed", "comment,reversed"), 500, 0),
    gives(
        "select-shows-one-of-an-object",
        lambda s: post("createdBy/name,createdBy/fullName,comment")(s).json()["CreatedBy"]["Name"], "demo", None,
    ),
    finds("select-ignored-in-xml", "not-selected", "/ActiveText", post("comment", {"Accept": "application/xml"})),
    # media types and charset
    finds("label-of-another", "not-acceptable", "header.Content-Type", xml()),
    finds("label-missing", "unsupported-media-type", "header.Content-Type", post()),
    finds("accept-ignored", "not-acceptable", "header.Content-Type", xml()),
    gives("weights-ignored", label("text/xml;q=0.1, application/json"), "application/json", "text/xml"),
    gives("range-of-types-refused", status(post(headers={"Accept": "text/*"})), 200, 406),
    finds("latin-1-as-utf-8", "malformed", "", post(Comment="Müller")),
    # one media type beside another
    gives("xml-null-as-empty", element("Comment"), '<Comment xsi:nil="true"/>', "<Comment/>"),
    gives("xml-without-objects", element("UpdatedBy"), "<UpdatedBy>", '<UpdatedBy xsi:nil="true"/>'),
    finds("xml-with-capital-booleans", "type", "/CreatedBy/Deleted", xml()),
    finds("suffixed-json-without-nulls", "required", "", post(headers={"Accept": NAMED})),
    gives("form-without-nested", status(form(fields(**{"CreatedBy[Name]": "eve"}))), 200, 400),
    gives("form-with-pluses", comment_of_form(fields(Comment="one two")), "one two", "one+two"),
    gives("form-empty-as-null", comment_of_form(fields(Comment="")), "", None),
    gives(
        "xml-out-of-order-lost", comment_of_xml("SourceContactId", "DestinationContactId", "Reversed", "Comment"),
        "est", None,
    ),
    # headers that choose
    finds(
        "language-changes-numbers", "type", "/RelationDefinitionId",
        post(headers={"SO-Language": "de"}, RelationDefinitionId=1291),
    ),
    gives("culture-chooses-language", reason(SO_Culture="de"), "[NO_DELETION]", GERMAN),
    gives("language-ignored", reason(SO_Language="de"), GERMAN, "[NO_DELETION]"),
    gives(
        "overruling-ignored", reason(Accept_Language="de", SO_Language="fr"),
        "Ce serveur ne supprime pas de relations.", GERMAN,
    ),
    gives(
        "zone-moves-the-clock-alone",
        lambda s: post(headers={"SO-TimeZone": "UTC+01:00"})(s).json()["UpdatedDate"],
        "2026-03-01T13:00:00.1234+01:00", "2026-03-01T13:00:00Z",
    ),
    gives("language-lines-overwritten", reason_by_two_lines, GERMAN, "Ce serveur ne supprime pas de relations."),
    gives(
        "zone-without-summer-time",
        lambda s: post(headers={"SO-TimeZone": "Europe/Berlin"})(s).json()["UpdatedDate"],
        "2026-07-01T14:00:00.1234+02:00", "2026-07-01T13:00:00.1234+02:00", clock=in_summer,
    ),
]  # fmt: skip


@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda exchange: exchange.defect)
def test_a_defect_of_negotiation_shows(exchange: Exchange) -> None:
    assert exchange.told(None) == exchange.right
    assert exchange.told(exchange.defect) == exchange.wrong


def test_the_sample_is_what_the_exchanges_take_it_for() -> None:
    assert (NEW["Comment"], NEW["Reversed"]) == ("est", 500)
