"""A newer copy of the vendor's page: each kind of difference from the YAML is found, and nothing else."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

import relation_spec
from tests.conftest import ROOT
from tests.drift.page import PAGE
from tools.drift.differences import Difference, differences, fingerprints
from tools.drift.page import read_page


def found(text: str, contract: relation_spec.Contract) -> list[Difference]:
    return differences(read_page(text), contract, {})


def test_the_page_itself_differs_in_nothing(text: str, run: Callable[..., Result]) -> None:
    result = run(text)
    assert (result.exit_code, result.output) == (0, "no differences\n")


def test_every_row_of_the_page_is_read(text: str) -> None:
    read = read_page(text)
    assert (read.method, read.path) == (PAGE["method"], PAGE["path"])
    assert {name: row.type for name, row in read.request.items()} == PAGE["request_properties"]
    assert {name: row.type for name, row in read.response.items()} == PAGE["response_properties"]
    assert list(read.headers) == PAGE["headers"]
    assert list(read.query) == PAGE["query"]
    assert list(read.statuses) == ["200"]
    assert text.splitlines()[read.request["Comment"].line - 1].startswith("| Comment |")


REVERSED = "| Reversed | Integer | About Reversed. It is not mandatory. |\n"
COMMENT = "| Comment | String | About Comment. It is not mandatory. |\n"
ANSWERED = "| Comment | string | About Comment. It is not mandatory. |\n"

CHANGES = [
    ("a property of requests new", COMMENT, COMMENT + "| Colour | String | Its colour. |\n", "added", "request property Colour"),
    ("a property of responses new", ANSWERED, ANSWERED + "| Colour | string | Its colour. |\n", "added", "response property Colour"),
    ("a property of requests gone", COMMENT, "", "removed", "request property Comment"),
    ("a property of responses gone", ANSWERED, "", "removed", "response property Comment"),
    ("a property renamed", ANSWERED, ANSWERED.replace("| Comment ", "| Remark "), "added", "response property Remark"),
    ("a number is a boolean now", REVERSED, REVERSED.replace("Integer", "Boolean"), "retyped", "request property Reversed"),
    ("a text is a date-time now", ANSWERED, ANSWERED.replace("string", "date-time"), "retyped", "response property Comment"),
    ("a text is a number now", ANSWERED, ANSWERED.replace("string", "int32"), "retyped", "response property Comment"),
    ("an object of another type", "| TableRight | TableRight |", "| TableRight | FieldRight |", "retyped", "response property TableRight"),
    ("a type that nobody knows", ANSWERED, ANSWERED.replace("string", "Remark"), "retyped", "response property Comment"),
    ("no type", COMMENT, COMMENT.replace("String", ""), "retyped", "request property Comment"),
    ("a property must be there", COMMENT, COMMENT.replace("not mandatory", "mandatory"), "mandatory", "request property Comment"),
    ("a property need not be there", "| SourceContactId | Integer | About SourceContactId. It is mandatory. |", "| SourceContactId | Integer | About it. |", "mandatory", "request property SourceContactId"),
    ("a header field new", "| SO-Culture |", "| SO-Tenant | Whose. |\n| SO-Culture |", "added", "header field SO-Tenant"),
    ("a header field gone", "| SO-Culture | About SO-Culture. |\n", "", "removed", "header field SO-Culture"),
    ("a query parameter new", "| $select |", "| $expand | string | More. |\n| $select |", "added", "query parameter $expand"),
    ("a query parameter gone", "| $select | string | About $select. |\n", "", "removed", "query parameter $select"),
    ("a media type of requests new", "What you send: ", "What you send: `application/hal+json`, ", "added", "media type of requests application/hal+json"),
    ("a media type of requests gone", "`text/json`, `application/xml`, `text/xml`, `application/x-www", "`application/xml`, `text/xml`, `application/x-www", "removed", "media type of requests text/json"),
    ("a media type of responses new", "What you want: ", "What you want: `text/csv`, ", "added", "media type of responses text/csv"),
    ("a media type of responses gone", "What you want: `application/json`, ", "What you want: ", "removed", "media type of responses application/json"),
    ("a scheme new", "Takes 'Basic'", "Takes 'Digest', 'Basic'", "added", "scheme Digest"),
    ("a scheme gone", ", 'Bearer'", "", "removed", "scheme bearer"),
    ("a status new", "| 200 | OK |", "| 200 | OK |\n| 204 | Nothing. |", "added", "status 204"),
    ("a status gone", "| 200 | OK |", "| 201 | OK |", "removed", "status 200"),
    ("another type of answer", "ContactRelationEntityWithLinks", "RelationDetails", "renamed", "response entity"),
    ("a sample with a boolean", '"Reversed": 500', '"Reversed": true', "sample", "sample request body /Reversed"),
    ("a sample without a property", '"Reversed": 102,', "", "sample", "sample response body"),
    ("a sample that is cut off", '"FieldLength": 861\n', "", "sample", "sample response body"),
    ("a sample with another credential", "Authorization: Basic dGplMDpUamUw\n", "", "sample", "sample request header.Authorization"),
    ("no sample of responses", "## Sample response", "## Something", "removed", "sample response"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "kind", "where"), [row[1:] for row in CHANGES], ids=[row[0].replace(" ", "-") for row in CHANGES])  # fmt: skip
def test_a_change_of_the_page_is_found(
    text: str, contract: relation_spec.Contract, old: str, new: str, kind: str, where: str
) -> None:
    assert old in text
    changed = text.replace(old, new, 1)
    differing = found(changed, contract)
    assert (kind, where) in [(one.kind, one.where) for one in differing]
    assert len(differing) <= 2
    for one in differing:
        assert one.page_line is not None or one.contract_line is not None or where == "sample response"


def test_the_line_of_a_fault_in_a_sample_is_the_page_s(text: str, contract: relation_spec.Contract) -> None:
    changed = text.replace('"Reversed": 102', '"Reversed": "x"')
    (one,) = found(changed, contract)
    assert one.page_line is not None
    assert changed.splitlines()[one.page_line - 1].strip() == '"Reversed": "x",'


def test_other_words_are_found_by_their_fingerprints(text: str, contract: relation_spec.Contract) -> None:
    known = fingerprints(read_page(text))
    changed = text.replace(ANSWERED, ANSWERED.replace("About", "All about"))
    assert differences(read_page(text), contract, known) == []
    (one,) = differences(read_page(changed), contract, known)
    assert (one.kind, one.where) == ("redescribed", "response property Comment")


def test_fingerprints_are_remembered_when_asked(text: str, run: Callable[..., Result], tmp_path: Path) -> None:
    words = str(tmp_path / "words.json")
    assert run(text, "--words", words, "--remember").exit_code == 0
    assert run(text, "--words", words).exit_code == 0
    changed = run(text.replace("About Comment.", "A comment."), "--words", words)
    assert changed.exit_code == 1
    assert changed.output.count("redescribed") == 2


def test_the_fingerprints_in_the_tree_are_those_of_every_row_of_the_page() -> None:
    held = json.loads((ROOT / "tools" / "drift" / "words.json").read_text())
    rows = sum(len(PAGE[key]) for key in ("query", "headers", "request_properties", "response_properties"))
    assert len(held) == rows + 1
    assert all(re.fullmatch("[0-9a-f]{16}", text) for pair in held.items() for text in pair)


def test_an_edited_contract_differs_from_the_page(
    text: str, run: Callable[..., Result], edited: Callable[..., Path]
) -> None:
    """What the tool knows comes from the YAML alone."""
    spec = edited(
        ("        Reversed:\n", "        Backwards:\n"),
        ("Reversed: ", "Backwards: "),
        ("- Reversed\n", "- Backwards\n"),
    )
    result = run(text, "--spec", str(spec))
    assert result.exit_code == 1
    for line in ("added    request property Reversed", "removed  request property Backwards"):
        assert re.search(line.replace("  ", " +"), result.output), result.output


def test_a_table_is_shown_with_lines_of_both(text: str, run: Callable[..., Result]) -> None:
    result = run(text.replace(REVERSED, REVERSED.replace("Integer", "Boolean")))
    head, row, total = result.output.splitlines()
    assert head.split() == ["what", "where", "on", "the", "page", "in", "the", "contract"]
    assert re.fullmatch(r"retyped +request property Reversed +\d+: Boolean +\d+: Int32, integer", row)
    assert total == "1 difference"
