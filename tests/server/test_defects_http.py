"""Each defect of negotiation shows: $select, media types and charsets, parity between them, headers that choose."""

from typing import Any

import pytest

from tests.server.conftest import Local
from tests.server.exchanges import NEW, Exchange, fields, finds, form, gives, post, status, xml

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


EXCHANGES: list[Exchange] = [
    # what is selected
    finds("select-ignored", "not-selected", "/ActiveText", post("comment")),
    gives("select-by-letter-case", selected("Comment", "comment"), "est", None),
    finds("select-without-depth", "not-selected", "/CreatedBy/Name", post("createdBy/fullName")),
    finds("select-turned-round", "not-selected", "/ActiveText", post("comment")),
    gives("select-gives-null-for-zero", selected("RelationDefinitionId", "comment"), 0, None),
    finds("select-leaves-out", "required", "", post("comment")),
    gives("select-takes-the-first", selected("Reversed", "comment,reversed"), 500, 0),
    # media types and charset
    finds("label-of-another", "not-acceptable", "header.Content-Type", xml()),
    finds("label-missing", "unsupported-media-type", "header.Content-Type", post()),
    finds("accept-ignored", "not-acceptable", "header.Content-Type", xml()),
    gives("weights-ignored", label("text/xml;q=0.1, application/json"), "application/json", "text/xml"),
    finds("latin-1-as-utf-8", "malformed", "", post(Comment="Müller")),
    # one media type beside another
    gives("xml-null-as-empty", element("Comment"), '<Comment xsi:nil="true"/>', "<Comment/>"),
    gives("xml-without-objects", element("UpdatedBy"), "<UpdatedBy>", '<UpdatedBy xsi:nil="true"/>'),
    finds("xml-with-capital-booleans", "type", "/CreatedBy/Deleted", xml()),
    finds("suffixed-json-without-nulls", "required", "", post(headers={"Accept": NAMED})),
    gives("form-without-nested", status(form(fields(**{"CreatedBy[Name]": "eve"}))), 200, 400),
    gives("form-with-pluses", comment_of_form(fields(Comment="one two")), "one two", "one+two"),
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
]  # fmt: skip


@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda exchange: exchange.defect)
def test_a_defect_of_negotiation_shows(exchange: Exchange) -> None:
    assert exchange.told(None) == exchange.right
    assert exchange.told(exchange.defect) == exchange.wrong


def test_the_sample_is_what_the_exchanges_take_it_for() -> None:
    assert (NEW["Comment"], NEW["Reversed"]) == ("est", 500)
