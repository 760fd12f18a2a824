"""XML and forms on the command line: known by their names, shown with carets in their own text."""

import gzip
from pathlib import Path

import pytest

from tests.cli.conftest import Run

XML = "<ContactRelationEntity>\n  <SourceContactId>x</SourceContactId>\n  <Foo>&amp;</Foo>\n</ContactRelationEntity>\n"
FORM = "SourceContactId=874&DestinationContactId=955&UpdatedDate=2017-12-11T03:41:58Z"


def test_xml_is_shown_where_it_is_wrong(quick: Run, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(XML)
    ran = quick("validate", "a.xml")
    assert ran.status == 1
    assert " --> a.xml:2:20  at /SourceContactId\n" in ran.out
    assert "2 |   <SourceContactId>x</SourceContactId>\n  |                    ^\n" in ran.out
    assert " --> a.xml:3:4  at /Foo\n" in ran.out
    assert "error[required]" in ran.out


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
@pytest.mark.parametrize("name", ["a.form", "a.urlencoded", "a.FORM.gz"])
def test_the_end_of_a_file_s_line_is_no_part_of_a_form(quick: Run, tmp_path: Path, name: str, end: str) -> None:
    body = f"{FORM}{end}".encode()
    (tmp_path / name).write_bytes(gzip.compress(body) if name.endswith("gz") else body)
    assert quick("validate", name).out == "1 payload: 1 valid, 0 invalid; 0 errors, 0 warnings\n"


def test_a_content_type_counts_more_than_a_name(quick: Run, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(FORM)
    assert quick("validate", "--content-type", "application/x-www-form-urlencoded", "a.xml").status == 0
    ran = quick("validate", "a.xml")
    assert ran.status == 1
    assert "error[malformed]" in ran.out


def test_forms_are_no_answers(quick: Run, tmp_path: Path) -> None:
    """paths/~1api~1v1~1Relation/post/responses/200 lists none."""
    (tmp_path / "response.form").write_text(FORM)
    ran = quick("validate", "--content-type", "application/x-www-form-urlencoded", "response.form")
    assert "error[unsupported-media-type]" in ran.out


def test_xml_without_a_label_gets_a_hint(quick: Run) -> None:
    assert "= help: This looks like XML; say so in the Content-Type." in quick("validate", "-", stdin=XML.encode()).out
