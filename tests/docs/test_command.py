"""``relation-spec docs``: what it writes, and how it says that a page is stale."""

from pathlib import Path

import relation_spec as rs
from relation_spec import docs
from tests.cli.conftest import Run, quick  # noqa: F401  a fixture
from tests.conftest import COMMENT
from tests.docs.conftest import PRIORITY, Edited
from tests.test_layout import HEAVY, modules_after


def test_it_writes_markdown_to_standard_output_or_a_file(quick: Run, tmp_path: Path) -> None:  # noqa: F811
    assert quick("docs") == (0, docs.markdown(), "")
    assert quick("docs", "--output", "page.md") == (0, "", "")
    assert (tmp_path / "page.md").read_text(encoding="utf-8") == docs.markdown()


def test_the_format_is_told_or_follows_from_the_name(quick: Run, tmp_path: Path) -> None:  # noqa: F811
    assert quick("docs", "--output", "page.html").status == 0
    assert quick("docs", "--output", "page", "--format", "html").status == 0
    assert (
        (tmp_path / "page.html").read_text(encoding="utf-8")
        == (tmp_path / "page").read_text(encoding="utf-8")
        == docs.html()
    )


def test_another_contract_and_address_are_shown(quick: Run, edited: Edited) -> None:  # noqa: F811
    spec = edited((COMMENT, PRIORITY + COMMENT))
    page = quick("docs", "--spec", str(spec), "--address", "https://crm.example.com/Cust1/").out
    assert "| Priority |" in page
    assert "'https://crm.example.com/Cust1/api/v1/Relation'" in page
    assert "127.0.0.1" not in page


def test_a_stale_page_fails_the_check_with_a_diff(quick: Run, tmp_path: Path, edited: Edited) -> None:  # noqa: F811
    (tmp_path / "docs").mkdir()
    assert quick("docs", "--output", "docs/reference.md").status == 0
    assert quick("docs", "--check") == (0, "", "")
    stale = quick("docs", "--check", "--spec", str(edited((COMMENT, PRIORITY + COMMENT))))
    assert stale.status == 1
    assert "--- docs/reference.md as it is\n+++ docs/reference.md as it should be\n@@" in stale.out
    assert "\n+| Priority | integer |" in stale.out
    assert stale.err.startswith("docs/reference.md is stale; make it anew with relation-spec docs --output docs/")
    assert (tmp_path / "docs" / "reference.md").read_text(encoding="utf-8") == docs.markdown()


def test_a_check_of_a_page_of_html_shows_no_endless_diff(quick: Run, tmp_path: Path) -> None:  # noqa: F811
    (tmp_path / "page.html").write_text("nothing")
    stale = quick("docs", "--check", "--output", "page.html")
    assert stale.status == 1
    assert 200 <= len(stale.out.splitlines()) <= 202
    assert "more lines" in stale.out.splitlines()[-1]


def test_what_cannot_be_read_or_written_is_told(quick: Run, tmp_path: Path, edited: Edited) -> None:  # noqa: F811
    missing = quick("docs", "--check")
    assert (missing.status, missing.err) == (2, "Error: docs/reference.md cannot be read: No such file or directory\n")
    unwritable = quick("docs", "--output", "none/such.md")
    assert (unwritable.status, unwritable.err) == (
        2,
        "Error: none/such.md cannot be written: No such file or directory\n",
    )
    broken = quick(
        "docs",
        "--spec",
        str(edited(("        SourceContactId: 874", "        SourceContactId: x"))),
        "--output",
        "x.md",
    )
    assert broken.status == 2
    assert "the example 'page' of application/json is not valid" in broken.err
    assert not (tmp_path / "x.md").exists()


def test_without_its_extra_it_says_what_to_install(quick: Run, monkeypatch: object) -> None:  # noqa: F811
    import sys

    held = sys.modules.get("pygments")
    sys.modules["pygments"] = None  # type: ignore[assignment]
    try:
        told = quick("docs")
    finally:
        if held is None:
            del sys.modules["pygments"]
        else:
            sys.modules["pygments"] = held
    assert (told.status, told.err) == (2, "Error: pages need pygments: pip install 'relation-spec[docs]'\n")
    assert issubclass(docs.MissingExtraError, rs.ContractError)


def test_importing_the_room_loads_nothing_heavy() -> None:
    loaded = modules_after("import relation_spec.docs")
    assert not loaded & {*HEAVY, "jinja2", "pygments", "msgspec"}


def test_line_ends_that_a_checkout_changed_do_not_make_a_page_stale(quick: Run, tmp_path: Path) -> None:  # noqa: F811
    assert quick("docs", "--output", "page.md").status == 0
    page = tmp_path / "page.md"
    page.write_bytes(page.read_bytes().replace(b"\n", b"\r\n"))
    assert quick("docs", "--output", "page.md", "--check").status == 0
