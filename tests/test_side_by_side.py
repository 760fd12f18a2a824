"""``docs/side-by-side.md`` shows what this package says now; what the others say is as it was when the page was made."""

from tests.conftest import ROOT
from tools.side_by_side.asked import LAYERS, REQUESTS, ours
from tools.side_by_side.run import block

PAGE = (ROOT / "docs" / "side-by-side.md").read_text(encoding="utf-8")


def test_the_page_shows_what_this_package_says() -> None:
    """Where this fails, make the page anew: ``python -m tools.side_by_side.run``."""
    sections = PAGE.split("### Request ")[1:]
    assert len(sections) == len(REQUESTS)
    for section, asked in zip(sections, REQUESTS, strict=True):
        assert f"```http\n{asked.text()}\n```" in section
        assert f"relation-spec:\n\n{block(ours(asked))}\n\nopenapi-core:" in section


def test_the_first_request_has_a_fault_in_every_layer() -> None:
    assert {said.layer for said in ours(REQUESTS[0])} == set(LAYERS)
    assert [said.layer for said in ours(REQUESTS[-1])] == ["Accept"]
