"""Both pages say what the YAML says: sections, properties, rules, choices and samples; nothing in a YAML can act there."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import relation_spec as rs
from relation_spec import docs
from relation_spec.contract.vocabulary import ASSERTIONS, EXTENSIONS
from relation_spec.docs.choices import choices_of
from relation_spec.docs.rules import rules_of, schemas_of
from relation_spec.docs.wording import SILENT, words
from tests.conftest import COMMENT, ROOT
from tests.docs.conftest import HOSTILE, PRIORITY, Edited
from tests.test_layout import words_of_the_yaml

TEMPLATES = ROOT / "src" / "relation_spec" / "docs" / "templates"


class Seen(HTMLParser):
    """The ids, links, elements, attributes and texts of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        held = dict(attrs)
        self.names.add(tag)
        self.attributes |= held.keys()
        if "id" in held:
            self.ids.append(held["id"])
        if tag == "a":
            self.links.append(held["href"])

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def markdown() -> str:
    return docs.markdown()


@pytest.fixture(scope="module")
def page() -> Seen:
    return Seen(docs.html())


def test_the_committed_page_is_what_the_yaml_makes(markdown: str) -> None:
    """Make it anew with: relation-spec docs --output docs/reference.md."""
    assert (ROOT / "docs" / "reference.md").read_text(encoding="utf-8") == markdown


def test_markdown_has_the_sections_of_the_vendors_page_in_its_order(markdown: str) -> None:
    wanted = ["Query String Parameters", "Request Headers", "Request Body: ContactRelationEntityToSave", "Response:",
              "Response body: ContactRelationEntityWithLinks", "Sample request", "Sample response"]  # fmt: skip
    found = re.findall(r"^##+ (.*)$", markdown, re.MULTILINE)
    assert [heading for heading in found if heading in wanted] == wanted
    assert markdown.splitlines()[2] == "# POST Relation"


def test_both_pages_name_everything_that_the_vendors_page_names(markdown: str, page: Seen) -> None:
    """tests/page.json: the parameters, headers, media types and properties of that page."""
    held = json.loads((ROOT / "tests" / "page.json").read_text())
    named = [*held["query"], *held["headers"], *held["request_media_types"], *held["response_media_types"]]
    properties = [name for key in held if "propert" in key for name in held[key]]
    assert len(named) + len(properties) > 40
    plain = markdown.replace("\\", "")
    assert [name for name in [*named, *properties] if name not in plain] == []
    assert [name for name in [*named, *properties] if name not in page.text] == []


def test_every_property_rule_code_and_status_can_be_linked_to(contract: rs.Contract, page: Seen) -> None:
    operation = contract.document.operation()
    names = contract.document.get("/components/schemas/ContactRelationEntity/properties")
    wanted = {f"{side}/{name}" for side in ("request", "response") for name in names}
    wanted |= {rule.pointer for rule in rules_of(contract.document, operation)}
    wanted |= {f"code/{code}" for code in rs.findings.CODES}
    wanted |= {f"status/{status}" for status in operation.responses}
    assert len(wanted) > 250
    from urllib.parse import unquote

    assert wanted - set(map(unquote, page.ids)) == set()


def test_no_id_stands_twice_and_every_link_leads_somewhere(page: Seen) -> None:
    assert len(page.ids) == len(set(page.ids))
    assert [link for link in page.links if link.startswith("#") and link[1:] not in page.ids] == []
    assert {link.partition(":")[0] for link in page.links if not link.startswith("#")} == {"http"}


def test_every_keyword_of_every_schema_is_a_rule_on_the_page(contract: rs.Contract) -> None:
    document, operation = contract.document, contract.document.operation()
    found = {rule.pointer for rule in rules_of(document, operation)}
    judging = {*ASSERTIONS, *(n for n, held in EXTENSIONS.items() if "Schema" in held.objects)} - SILENT
    wanted = {f"{pointer}/{keyword}" for pointer in schemas_of(document, operation)
              if isinstance(document.get(pointer), dict) for keyword in document.get(pointer)
              if keyword in judging and keyword not in ("items", "allOf")}  # fmt: skip
    assert len(wanted) > 90
    assert wanted - found == set()


@pytest.mark.parametrize("keyword", sorted(ASSERTIONS.keys() | EXTENSIONS.keys() - SILENT))
def test_every_keyword_has_words(keyword: str) -> None:
    value = {
        "x-flags": {"A": 1}, "x-language": {"list": True, "codes": ["de"]},
        "x-date-time": {"offset": "required", "fractionDigits": 1}, "x-refers": {"to": "a", "where": {"b": "c"}},
        "x-value": {"from": "clock", "when": "saved"}, "x-controls": {"what": "culture", "overrules": ["A"]},
        "x-select": {"pathSeparator": "/", "caseSensitive": True}, "x-null": "xsi-nil",
    }.get(keyword, ["a"])  # fmt: skip
    assert "".join(piece.text for piece in words(keyword, value)).strip()


def test_every_choice_stands_on_both_pages_with_its_reason(contract: rs.Contract, markdown: str, page: Seen) -> None:
    choices = choices_of(contract.document)
    chosen = [place for choice in choices for place in choice.places]
    written = re.findall(rb"^ +x-provenance: choice$", contract.document.text, re.MULTILINE)
    assert len(chosen) == len(written) + 3 * 5  # what an alias repeats is written once
    for choice in choices:
        reason = "".join(piece.text for piece in choice.reason)
        assert reason
        assert reason in page.text
        assert reason in markdown.replace("\\", "")
        assert all(place in page.text for _, place in choice.places)


def test_the_samples_are_those_of_the_vendors_page(contract: rs.Contract, markdown: str) -> None:
    for side, name in (("request", "SampleRequest"), ("response", "SampleResponse")):
        section = markdown.partition(f"## Sample {side}\n")[2]
        body = re.search(r"```http\n.*?\n\n(.*?)\n```", section, re.DOTALL)
        assert body
        assert json.loads(body[1]) == contract.document.get(f"/components/examples/{name}/value")


def test_a_page_is_made_of_the_yaml_alone_and_always_the_same() -> None:
    assert docs.markdown(rs.load()) == docs.markdown()
    assert docs.html() == docs.html()


def test_html_is_one_small_file(file: Path) -> None:
    size = file.stat().st_size
    assert 50_000 < size < 300_000
    text = file.read_text(encoding="utf-8")
    assert not re.search(r"<(link|script|img|iframe)[^>]+(src|href)=\"(?!data:)", text)
    assert "@import" not in text
    assert "url(" not in text


def test_templates_know_nothing_of_the_endpoint(contract: rs.Contract) -> None:
    names = {word for word in words_of_the_yaml(contract.document.to_dict())
             if re.search("[a-z][A-Z]|[-_/$]", word)} | {"SourceContactId"}  # fmt: skip
    names -= {"application/json", "Content-Type", "Accept-Language"}
    texts = {path.name: path.read_text(encoding="utf-8") for path in TEMPLATES.iterdir()}
    assert len(texts) == 4
    assert [(file, name) for file, text in texts.items() for name in names if name in text] == []


def test_a_new_property_appears_with_its_rules_and_in_the_samples(edited: Edited) -> None:
    contract = rs.load(edited((COMMENT, PRIORITY + COMMENT)))
    markdown, page = docs.markdown(contract), Seen(docs.html(contract))
    assert "| Priority | integer | no | no | How much it matters. | `1` to `5` |" in markdown
    assert markdown.count('"Priority": 1') >= 3
    assert {"request/Priority", "response/Priority"} <= set(page.ids)
    assert "/components/schemas/ContactRelationEntity/properties/Priority/minimum" in page.ids
    assert "Somebody has to say so." in page.text


def test_renamed_and_dropped_things_leave_no_trace(edited: Edited) -> None:
    text_json = "          text/json:\n            x-provenance: page\n            schema: {$ref: '#/components/schemas/ContactRelationEntityToSave'}\n"
    contract = rs.load(
        edited(
            ("SourceContactId", "FromId"), ("sourceContactId", "fromId"), ("SO-Language", "X-Tongue"), (text_json, "")
        )
    )
    for text in (docs.markdown(contract), docs.html(contract)):
        assert "FromId" in text
        assert "X-Tongue" in text
        assert "SourceContactId" not in text
        assert "SO-Language" not in text


def test_hostile_text_is_only_text_in_html(edited: Edited) -> None:
    hostile = json.dumps(HOSTILE)
    contract = rs.load(edited(("description: A free remark about this relation.", f"description: {hostile}"),
                              ("    Comment: est", f"    Comment: {json.dumps(HOSTILE + '</pre></script>')}"),
                              ("title: Relation", f"title: {hostile}")))  # fmt: skip
    plain, page = Seen(docs.html()), Seen(docs.html(contract))
    assert page.text.count("<script>alert(1)</script>") >= 3
    assert page.names == plain.names
    assert page.attributes == plain.attributes
    assert [link for link in page.links if link.startswith("javascript")] == []


def test_hostile_text_is_only_text_in_markdown(edited: Edited) -> None:
    """By a reader of Markdown: no element but those of tables, code and links within the page is made of it."""
    markdown_it = pytest.importorskip("markdown_it")
    contract = rs.load(edited(("description: A free remark about this relation.", f"description: {json.dumps(HOSTILE)}"),
                              ("summary: Save a relation", f"summary: {json.dumps('1. ' + HOSTILE)}"),
                              ("title: Relation", f"title: {json.dumps(HOSTILE)}")))  # fmt: skip
    reader = markdown_it.MarkdownIt("commonmark").enable(["table", "strikethrough"])
    plain, made = (Seen(reader.render(docs.markdown(of))) for of in (rs.load(), contract))
    assert made.names == plain.names
    assert made.links == plain.links
    assert "<script>alert(1)</script> | **bold** [x](javascript:alert(1))" in made.text
    rows = [line for line in docs.markdown(contract).splitlines() if line.startswith("| Comment |")]
    assert len(rows) == 2
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 7 for row in rows)


def test_paragraphs_stay_apart(edited: Edited) -> None:
    contract = rs.load(edited(("description: A free remark about this relation.", 'description: "One.\\n\\n- `two`"'),
                              ("summary: Save a relation", 'summary: "One.\\n\\n- two"')))  # fmt: skip
    markdown = docs.markdown(contract)
    assert "| One.<br>- `two` |" in markdown
    assert "\nOne.\n\n\\- two\n" in markdown
    assert "<p>One.<br>- <code>two</code></p>" in docs.html(contract)


BROKEN = [
    (
        ("        SourceContactId: 874", "        SourceContactId: '874'"),
        "the example 'page' of application/json is not valid",
    ),
    (("        RelationId: 685\n", "        RelationId: no\n"), "the example 'page' of application/json is not valid"),
    (("example: fr,de,ru,zh", "example: xx"), "the example of Accept-Language is not valid"),
    (
        ("example: [sourceContactId, comment, createdBy/fullName]", "example: [nothing]"),
        "the example of $select is not valid",
    ),
]


@pytest.mark.parametrize(("edit", "said"), BROKEN)
def test_a_sample_that_does_not_validate_stops_the_build(edited: Edited, edit: tuple[str, str], said: str) -> None:
    path = edited(edit)
    contract = rs.load(path)
    line = (
        path.read_text()
        .splitlines()
        .index(next(row for row in path.read_text().splitlines() if edit[1].strip() in row))
    )
    for make in (docs.markdown, docs.html):
        with pytest.raises(rs.UnusableContractError, match=re.escape(said)) as stopped:
            make(contract)
        assert stopped.value.file == str(path)
        assert stopped.value.line is not None
        assert 0 <= line + 1 - stopped.value.line <= 8


def test_of_several_operations_one_must_be_named(edited: Edited) -> None:
    more = "  /ping:\n    get:\n      operationId: ping\n      responses: {'204': {description: There.}}\ncomponents:\n"
    contract = rs.load(edited(("\ncomponents:\n", "\n" + more)))
    with pytest.raises(rs.WrongCallError, match="say operation="):
        docs.markdown(contract)
    page = docs.markdown(contract, operation="ping")
    assert "GET /ping" in page
    assert "204 No Content | There." in page
    assert "Request Body" not in page
    assert docs.markdown(contract, operation="saveRelation") == docs.markdown().replace("relation.openapi", "edited")


def test_any_operation_has_a_page() -> None:
    contract = rs.load(ROOT / "tests" / "suites" / "orders.openapi.yaml")
    for name in contract.document.operations:
        page = Seen(docs.html(contract, operation=name))
        assert len(page.ids) == len(set(page.ids))
        assert [link for link in page.links if link.startswith("#") and link[1:] not in page.ids] == []
        assert docs.markdown(contract, operation=name).startswith("<!-- Made from orders.openapi.yaml")
