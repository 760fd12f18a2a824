"""The page in a real browser: on phones and desktops, light and dark, by keyboard alone, without scripts, and on paper."""

from pathlib import Path
from typing import Any

import pytest

import relation_spec as rs
from relation_spec import docs
from relation_spec.server.running import RunningServer
from tests.browser import DESKTOP, PHONE, OpenPage, axe
from tests.conftest import COMMENT
from tests.docs.conftest import HOSTILE, PRIORITY, Edited, serving

NARROWEST = 320
JUDGED = [(PHONE, "light"), (DESKTOP, "dark")]  # looking at all of it takes axe a while
LOOKS = [(width, scheme) for width in (PHONE, DESKTOP) for scheme in ("light", "dark")]
BROKEN = '{"SourceContactId": 1,\n "DestinationContactId": "x"}'


def address(served: RunningServer, fragment: str = "") -> str:
    return f"{served.url}/docs{fragment}"


def status(page: Any, name: str, wanted: str) -> str:
    """The text of a live region, once it begins with what is wanted."""
    page.wait_for_function(
        "([id, text]) => document.getElementById(id).textContent.startsWith(text)", arg=[name, wanted]
    )
    return str(page.text_content(f"#{name}"))


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_file_is_sound(open_page: OpenPage, file: Path, width: int, scheme: str) -> None:
    opened = open_page(file, width=width, colour_scheme=scheme)
    if (width, scheme) in JUDGED:
        assert axe(opened) == []
    assert opened.errors == []
    assert [url for url in opened.requests if not url.startswith(("file:", "data:"))] == []
    assert opened.overflow() <= 0


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_served_page_is_sound_with_findings_on_it(
    open_page: OpenPage, served: RunningServer, width: int, scheme: str
) -> None:
    opened = open_page(address(served), width=width, colour_scheme=scheme)
    opened.page.fill("#trial-text", BROKEN)
    status(opened.page, "trial-verdict", "Not valid")
    opened.page.fill("#search", "date")
    if (width, scheme) not in JUDGED:
        assert axe(opened, "nav, #try") == []
    assert opened.errors == []
    assert opened.outside() == []
    assert opened.overflow() <= 0


def test_it_fits_on_the_narrowest_phone(open_page: OpenPage, file: Path) -> None:
    assert open_page(file, width=NARROWEST).overflow() <= 0


def test_a_link_leads_to_a_property_and_shows_it(open_page: OpenPage, file: Path) -> None:
    for fragment in ("request/Comment", "type/Associate/Rank", "/components/schemas/Int32/maximum", "code/range"):
        opened = open_page(f"{file.resolve().as_uri()}#{fragment}")
        box = opened.page.locator(":target").bounding_box()
        assert box is not None
        assert -1 <= box["y"] <= 700, fragment
        assert opened.page.evaluate("document.querySelector(':target').id") == fragment


def test_the_keyboard_reaches_the_content_and_shows_where_it_is(open_page: OpenPage, file: Path) -> None:
    """WCAG 2.1 success criteria 2.1.1, 2.4.1 and 2.4.7."""
    opened = open_page(file)
    opened.page.keyboard.press("Tab")
    assert opened.focused() == "a Skip to the content"
    box = opened.page.locator(".skip").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    opened.page.keyboard.press("Enter")
    assert opened.focused().startswith("main ")
    opened.page.keyboard.press("Tab")
    width = "getComputedStyle(document.activeElement).outlineWidth"
    assert opened.page.evaluate(width) == "3px"


def test_search_by_keyboard(open_page: OpenPage, file: Path) -> None:
    page = (opened := open_page(file)).page
    page.keyboard.press("/")
    assert opened.focused().startswith("input")
    page.keyboard.type("comment")
    assert page.text_content("#count").endswith("places")
    hits = page.locator("#found a").all_text_contents()
    assert hits[:2] == ["Commentrequest body", "Commentresponse body"]
    page.keyboard.press("Escape")
    assert page.input_value("#search") == ""
    assert page.is_hidden("#found")
    assert page.is_visible("#contents")
    page.keyboard.type("comment")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert opened.focused().startswith("a Comment")
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash === '#response/Comment' && document.activeElement.id === 'response/Comment'")
    page.keyboard.press("/")
    page.keyboard.type("qqqq")
    assert page.text_content("#count") == "Nothing found"
    assert opened.errors == []


@pytest.mark.parametrize(
    ("query", "hit"),
    [("null-id", "null-idfinding"), ("2147483647", "Int32rule"), ("SO-Culture", "SO-Culturerequest header"), ("413", "413 Content Too Large"),
     ("daylight", ""), ("application/xml", "application/xmlrequest media type"), ("lost", "choice")],
)  # fmt: skip
def test_search_finds_rules_codes_headers_statuses_and_words(
    open_page: OpenPage, file: Path, query: str, hit: str
) -> None:
    page = open_page(file).page
    page.fill("#search", query)
    hits = page.locator("#found a").all_text_contents()
    assert any(hit in text for text in hits) if hit else hits == []


def test_a_slash_that_is_typed_stays_a_slash(open_page: OpenPage, served: RunningServer) -> None:
    page = open_page(address(served)).page
    page.focus("#trial-text")
    page.keyboard.type("a/b")
    assert page.input_value("#trial-text") == "a/b"


def test_the_file_says_what_trying_needs(open_page: OpenPage, file: Path) -> None:
    page = open_page(file).page
    said = page.text_content("#try .note")
    assert "relation-spec serve" in said
    assert page.get_attribute("#try .note a", "href") == "http://127.0.0.1:8080/docs#try"
    assert page.locator("#try form").count() == 0


def test_without_scripts_everything_can_be_read(open_page: OpenPage, file: Path, served: RunningServer) -> None:
    opened = open_page(file, scripts=False)
    for section in opened.page.locator("main section").all():
        assert section.is_visible()
    assert opened.page.is_visible("[id='request/Comment']")
    assert opened.page.is_hidden(".search")
    page = open_page(address(served), scripts=False).page
    assert page.text_content("#try noscript") or page.is_visible("text=This part needs JavaScript")


def test_samples_are_chosen_without_scripts(open_page: OpenPage, file: Path) -> None:
    page = open_page(file, scripts=False).page
    shown = page.locator("#media-types .tabs pre:visible")
    assert shown.count() == 1
    assert shown.text_content().startswith("{")
    page.focus("#media-types .tabs input")
    page.keyboard.press("ArrowRight")
    assert shown.text_content().startswith("<?xml")


def test_findings_come_while_typing(open_page: OpenPage, served: RunningServer) -> None:
    """The part is used by keyboard alone; the verdict is in a live region (WCAG 2.1 success criterion 4.1.3)."""
    page = (opened := open_page(address(served))).page
    assert page.get_attribute("#trial-verdict", "aria-live") == "polite"
    page.focus("#trial-text")
    page.keyboard.type('{"SourceContactId": 1, "DestinationContactId": "x"}')
    said = status(page, "trial-verdict", "Not valid; 1 error. found the string")
    assert "expected a whole number" in said
    excerpt, caret = page.text_content("#trial-findings pre").split("\n")
    assert excerpt[caret.index("^") :] == '"x"}'
    page.keyboard.press("End")
    for _ in range(4):
        page.keyboard.press("Backspace")
    page.keyboard.type("2}")
    status(page, "trial-verdict", "Valid.")
    assert page.locator("#trial-findings li").count() == 0
    assert opened.errors == []


def test_a_finding_leads_to_its_rule_and_its_code(open_page: OpenPage, served: RunningServer) -> None:
    page = open_page(address(served)).page
    page.fill("#trial-text", '{"SourceContactId": 1, "DestinationContactId": 99999999999}')
    status(page, "trial-verdict", "Not valid")
    links = [link.get_attribute("href") for link in page.locator("#trial-findings a").all()]
    assert links == ["#code/range", "#/components/schemas/Int32/maximum"]


def test_answers_are_tried_with_status_and_select(open_page: OpenPage, served: RunningServer) -> None:
    page = open_page(address(served)).page
    page.check("input[value=response]")
    page.select_option("#trial-status", "401")
    page.fill("#trial-text", '{"Error": true, "ErrorType": null, "ErrorMessage": "No.", "ErrorSource": null}')
    status(page, "trial-verdict", "Valid.")
    page.select_option("#trial-status", "200")
    status(page, "trial-verdict", "Not valid")
    page.fill("#trial-select", "comment")
    page.fill("#trial-text", '{"ActiveText": "x"}')
    page.wait_for_selector("text=not-selected >> visible=true")


def test_whole_messages_and_other_media_types_are_tried(open_page: OpenPage, served: RunningServer) -> None:
    page = open_page(address(served)).page
    page.select_option("#trial-type", "application/xml")
    page.click("#trial-sample")
    status(page, "trial-verdict", "Valid.")
    page.check("input[value=messages]")
    page.fill("#trial-text", "POST /api/v1/Relation\nContent-Type: application/json\n\n{}")
    status(page, "trial-verdict", "1 message: Not valid")
    codes = page.locator("#trial-findings a").all_text_contents()
    assert {"unauthenticated", "required"} <= set(codes)


@pytest.mark.parametrize("media_type", ["application/json", "application/x-www-form-urlencoded"])
def test_a_message_is_sent_and_its_answer_judged(open_page: OpenPage, served: RunningServer, media_type: str) -> None:
    page = (opened := open_page(address(served))).page
    page.select_option("#trial-type", media_type)
    page.click("#trial-sample")
    page.fill("#trial-user0", "demo")
    page.fill("#trial-password0", "demo")
    page.fill("#trial-select", "comment,relationId")
    page.select_option("#trial-accept", "text/json")
    page.focus("#trial-send")
    page.keyboard.press("Enter")
    assert status(page, "trial-sent", "Status") == "Status 200. The answer: Valid."
    assert '"Comment":"est"' in page.text_content("#trial-answer")
    assert '"ActiveText":null' in page.text_content("#trial-answer")
    stored = "[localStorage.length, sessionStorage.length, document.cookie]"
    assert page.evaluate(stored) == [0, 0, ""]
    assert opened.errors == []
    assert axe(opened, "#try") == []


def test_a_refusal_is_shown_and_judged_too(open_page: OpenPage, served: RunningServer) -> None:
    page = open_page(address(served)).page
    page.click("#trial-sample")
    page.fill("#trial-user0", "nobody")
    page.click("#trial-send")
    assert status(page, "trial-sent", "Status") == "Status 401. The answer: Valid."


def test_a_whole_message_is_sent_as_it_stands(open_page: OpenPage, served: RunningServer) -> None:
    page = open_page(address(served)).page
    page.check("input[value=messages]")
    message = (
        "POST /api/v1/Relation?$select=comment\nAuthorization: Basic ZGVtbzpkZW1v\nContent-Type: application/json\n\n"
    )
    page.fill("#trial-text", message + '{"SourceContactId": 874, "DestinationContactId": 955, "Comment": "x\\n\\ny"}')
    page.click("#trial-send")
    assert status(page, "trial-sent", "Status") == "Status 200. The answer: Valid."
    page.fill("#trial-text", "hello")
    page.click("#trial-send")
    assert "the first line must be that of a request" in status(page, "trial-sent", "It was not sent")


def test_a_defect_of_the_server_is_seen(open_page: OpenPage) -> None:
    with serving(defect="select-leaves-out") as server:
        page = open_page(address(server)).page
        page.fill("#trial-text", '{"SourceContactId": 874, "DestinationContactId": 955}')
        page.fill("#trial-user0", "demo")
        page.fill("#trial-password0", "demo")
        page.fill("#trial-select", "relationId")
        page.click("#trial-send")
        assert "Status 200. The answer: Not valid" in status(page, "trial-sent", "Status")
        page.wait_for_selector("#trial-judged >> text=required")


def test_a_server_that_is_gone_is_told(open_page: OpenPage) -> None:
    with serving() as server:
        page = open_page(address(server)).page
    page.fill("#trial-text", "{}")
    assert status(page, "trial-verdict", "It could not be judged: ")
    page.click("#trial-send")
    assert status(page, "trial-sent", "It was not sent, or not answered: ")


def test_a_new_property_is_found_by_search(open_page: OpenPage, edited: Edited, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(docs.html(rs.load(edited((COMMENT, PRIORITY + COMMENT)))), encoding="utf-8")
    page = open_page(path).page
    page.fill("#search", "priority")
    assert page.locator("#found a").all_text_contents()[:2] == ["Priorityrequest body", "Priorityresponse body"]
    assert '"Priority": 1' in page.text_content("#request aside")


def test_nothing_hostile_runs(open_page: OpenPage, edited: Edited) -> None:
    import json

    hostile = json.dumps(HOSTILE + "</script></style>")
    contract = rs.load(edited(("description: A free remark about this relation.", f"description: {hostile}"),
                              ("title: Relation", f"title: {hostile}"), ("    Comment: est", f"    Comment: {hostile}")))  # fmt: skip
    with serving(contract) as server:
        opened = open_page(address(server))
        opened.page.on("dialog", lambda dialog: opened.errors.append(dialog.message))
        opened.page.fill("#search", "alert(1)")
        assert opened.page.locator("#found a").count() > 2
        opened.page.click("#trial-sample")
        status(opened.page, "trial-verdict", "Valid.")
        opened.page.fill("#trial-text", json.dumps({HOSTILE: HOSTILE}))
        status(opened.page, "trial-verdict", "Not valid")
        assert opened.page.locator("img").count() == 0
        assert opened.errors == []


def test_on_paper_every_sample_is_shown_and_nothing_else(open_page: OpenPage, file: Path) -> None:
    page = open_page(file, colour_scheme="dark").page
    page.emulate_media(media="print")
    assert page.is_hidden("nav")
    assert page.is_hidden("#try")
    assert page.locator("#media-types .tabs pre:visible").count() == 3
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
