"""The site of the guide: it is built without a warning, says of every code what ``explain`` says, and links to itself."""

import html
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from relation_spec.docs.choices import choices_of
from relation_spec.findings import CODES
from relation_spec.messages import load
from tests.conftest import ROOT, SPEC
from tools.site import codes
from tools.site.api import homes


def pages(site: Path) -> Iterator[tuple[Path, str]]:
    for path in site.rglob("*.html"):
        yield path, path.read_text(encoding="utf-8")


def words(page: Path) -> str:
    """The text of a page, with one space for each run of white space."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", page.read_text(encoding="utf-8"))).split())


def targets(text: str) -> list[str]:
    return [html.unescape(found) for found in re.findall(r'(?:href|src)="([^"]+)"', text)]


def test_every_page_of_the_folder_is_on_the_site(site: Path) -> None:
    sources = {path.relative_to(ROOT / "docs").with_suffix(".html") for path in (ROOT / "docs").rglob("*.md")}
    built = {path.relative_to(site) for path, _ in pages(site)}
    assert built - sources == {Path("genindex.html"), Path("py-modindex.html"), Path("search.html")}
    assert sources <= built


def test_every_link_within_the_site_leads_somewhere(site: Path) -> None:
    ids = {path: set(re.findall(r'\bid="([^"]+)"', text)) for path, text in pages(site)}
    lost = []
    for path, text in pages(site):
        for link in targets(text):
            if re.match(r"[a-z]+:", link):
                continue
            file, _, fragment = link.partition("#")
            target = (path.parent / unquote(file.partition("?")[0])).resolve() if file else path
            if not target.exists() or (fragment and target in ids and unquote(fragment) not in ids[target]):
                lost.append(f"{path.relative_to(site)}: {link}")
    assert not [one for one in lost if not one.endswith((": #", "#top"))]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("[lost](lost.md)", "lost.md"),
        ("[lost](#lost)", "lost"),
        ("{py:class}`relation_spec.Lost`", "relation_spec.Lost"),
    ],
)
def test_what_leads_nowhere_stops_the_build(tmp_path: Path, wrong: str, said: str) -> None:
    (tmp_path / "index.md").write_text(f"# A page\n\n{wrong}\n", encoding="utf-8")
    folders = [str(tmp_path), str(tmp_path / "site")]
    command = [sys.executable, "-m", "sphinx", "-W", "-q", "-c", str(ROOT / "docs"), "-b", "dummy", *folders]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode != 0
    assert said in done.stderr


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    for path, text in pages(site):
        loaded = re.findall(r'<(?:script|link|img|iframe)\b[^>]*?(?:href|src)="(https?:[^"]+|//[^"]+)"', text)
        assert not loaded, path
    for sheet in site.rglob("*.css"):
        assert not re.findall(r"url\(\s*['\"]?(?:https?:)?//", sheet.read_text(encoding="utf-8")), sheet


def test_every_code_has_an_address_with_its_meaning_an_example_and_its_mend(site: Path) -> None:
    page = (site / "guide" / "errors.html").read_text(encoding="utf-8")
    sections = dict(re.findall(r'<section id="code-([\w-]+)">(.*?)</section>', page, re.DOTALL))
    assert list(sections) == sorted(CODES)
    for name, section in sections.items():
        said = " ".join(html.unescape(re.sub(r"<[^>]+>", "", section)).split())
        for part in (CODES[name].title, CODES[name].meaning, CODES[name].mend):  # up to a quote, which is set curved
            assert re.split("['\"]", part)[0].strip() in said, name
        assert f"[{name}]: " in said or name == "too-large", name


def test_a_code_that_nothing_shows_stops_the_build(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(codes, "_SHOWING", tmp_path)
    with pytest.raises(RuntimeError, match=r"nothing in .* shows status"):
        codes._shown(CODES["status"])


def test_every_choice_of_the_yaml_stands_there_with_its_reason(site: Path) -> None:
    said = words(site / "guide" / "choices.html")
    choices = choices_of(load(SPEC).document)
    assert len(choices) > 10
    for choice in choices:
        for pointer, _ in choice.places:
            assert pointer in said
        assert re.split("['\"]", max((piece.text for piece in choice.reason), key=len))[0].strip() in said


def test_every_public_name_has_an_address(site: Path) -> None:
    ids = {
        found for path, text in pages(site) if path.parent.name == "api" for found in re.findall(r'id="([^"]+)"', text)
    }
    assert sorted(set(homes().values()) - ids) == []
