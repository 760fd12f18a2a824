"""The matrix of programs that read the contract: its page, and its exit status. The programs are run by
``python -m tools.consumers.run``, not here.
"""

import json
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tools.consumers.rows import BEGIN, END, Known, Row, names_in
from tools.consumers.run import PAGE, ROWS, main
from tools.consumers.workshop import Refusal, Workshop

EMPTY = f"# Page\n\n{BEGIN}\n\n{END}\n\nThe end.\n"


def passing(_: Workshop) -> str:
    return "3 of 3"


def failing(_: Workshop) -> str:
    raise Refusal("one | two <three>")


def astray(_: Workshop) -> str:
    return str(json.loads("no JSON"))


def run(tmp_path: Path, *rows: Row, arguments: tuple[str, ...] = ()) -> int:
    return main([*arguments, "--envs", str(tmp_path / "envs"), "--page", str(tmp_path / "page.md")], rows)


def test_the_page_has_a_row_for_each_that_is_known() -> None:
    """Where this fails, run what is new: ``python -m tools.consumers.run NAME --write``."""
    assert names_in(PAGE) == [row.name for row in ROWS]
    assert "FAILS" not in PAGE.read_text("utf-8")


def test_every_row_names_a_pinned_version() -> None:
    workshop = Workshop(ROOT / ".bench")
    assert [row.name for row in ROWS if not workshop.version(row.program)] == []


@pytest.mark.parametrize(
    ("row", "status"),
    [
        (Row("good", "one", passing), 0),
        (Row("bad", "one", failing), 1),
        (Row("astray", "one", astray), 1),
        (Row("known", "one", failing, Known("two", "a case")), 0),
        (Row("other", "one", failing, Known("four", "a case")), 1),
        (Row("mended", "one", passing, Known("two", "a case")), 1),
    ],
)
def test_a_failure_that_nobody_explains_makes_the_exit_status_1(tmp_path: Path, row: Row, status: int) -> None:
    assert run(tmp_path, Row("first", "one", passing), row) == status


def test_rows_that_are_not_run_stay_on_the_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(EMPTY, "utf-8")
    rows = (Row("a, b", "one", passing), Row("c", "two", failing, Known("two", "the smallest case")))
    assert run(tmp_path, *rows, arguments=("--write",)) == 0
    first = page.read_text("utf-8")
    assert run(tmp_path, *rows, arguments=("c", "--write")) == 0
    assert page.read_text("utf-8") == first
    assert names_in(page) == ["a, b", "c"]
    assert r"fails, by a fault of its own: one \| two &lt;three>" in first
    assert "- **c**: the smallest case" in first
    assert first.startswith("# Page\n")
    assert first.endswith("\n\nThe end.\n")


def test_a_row_that_does_not_exist_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        run(tmp_path, Row("first", "one", passing), arguments=("second",))
    assert "no such row: second; there are first" in capsys.readouterr().err
