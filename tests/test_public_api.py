"""The public names and their signatures, as they were agreed on: a change of one is a decision, and shows in review."""

import os

from tests.conftest import ROOT
from tools.site.api import MODULES, lines

AGREED = ROOT / "tests" / "data" / "public_api.txt"


def test_public_names_and_signatures_are_those_agreed_on() -> None:
    """``UPDATE_SNAPSHOTS=1`` writes them; what breaks users goes into CHANGELOG.md, as docs/versioning.md says."""
    found = "\n".join(lines()) + "\n"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        AGREED.write_text(found, encoding="utf-8")
    assert found == AGREED.read_text(encoding="utf-8")


def test_every_public_name_is_on_a_page() -> None:
    pages = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs" / "api").glob("*.md"))
    assert [module for module in MODULES if f"<!-- made: api {module} -->" not in pages] == []
    assert pages.count("<!-- made: api ") == len(MODULES)
