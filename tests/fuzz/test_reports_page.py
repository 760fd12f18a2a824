"""The report in HTML, in a real browser: it reads well everywhere, needs nothing, and asks nobody for anything."""

import json
from pathlib import Path
from urllib.parse import unquote

import pytest

from relation_spec.fuzz.reports import FORMS
from tests.browser import DESKTOP, PHONE, OpenPage, axe
from tests.fuzz.reporting import Run, hostile, run

HOSTILE = (
    '</style></pre><script>document.title="x"</script><img src=//example.com/x onerror=alert(1)>"\'{{ 7*7 }}\u202e'
)


@pytest.fixture(scope="module", autouse=True)
def _runs() -> None:
    """Made before there is a browser, beside which no event loop can be started."""
    for name in ("clean", "unfinished", "down", "label-of-another", "text-as-mojibake"):
        run(name)


def page(tmp_path: Path, held: Run) -> Path:
    path = tmp_path / "report.html"
    path.write_text(held.report("html"), "utf-8")
    return path


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible_on_every_screen_and_loads_nothing(
    tmp_path: Path, open_page: OpenPage, width: int, scheme: str
) -> None:
    """WCAG 2.1 AA and axe's best practices, with everything that can be opened open."""
    opened = open_page(page(tmp_path, run("label-of-another")), width=width, colour_scheme=scheme)
    for summary in opened.page.locator("summary").all():
        summary.click()
    assert axe(opened) == []
    assert opened.overflow() == 0
    assert opened.errors == []
    assert len(opened.requests) == 1


@pytest.mark.parametrize("name", ["clean", "unfinished", "down"])
def test_it_reads_well_whatever_came_of_the_run(tmp_path: Path, open_page: OpenPage, name: str) -> None:
    opened = open_page(page(tmp_path, run(name)), width=320)
    assert axe(opened) == []
    assert opened.overflow() == 0
    verdict = opened.page.locator(".verdict").inner_text()
    assert {"clean": "No defect was found", "unfinished": "not all was tried", "down": "Nothing was tested"}[
        name
    ] in verdict


def test_defects_are_reached_by_keyboard_alone(tmp_path: Path, open_page: OpenPage) -> None:
    opened = open_page(page(tmp_path, run("label-of-another")))
    page_ = opened.page
    order = []
    for _ in range(3):
        page_.keyboard.press("Tab")
        order.append(opened.focused())
    assert order[0] == "a Skip the summary"
    assert [text.partition(" ")[0] for text in order] == ["a", "a", "a"]
    page_.keyboard.press("Enter")  # the second entry of the list of defects
    page_.wait_for_function("location.hash === '#defect-2'")
    page_.keyboard.press("Tab")
    assert opened.focused() == "a replay file"
    page_.keyboard.press("Tab")
    assert opened.focused() == "summary The smallest request, and its answer"
    second = page_.locator("article").nth(1)
    assert not second.get_by_text("Answer", exact=True).is_visible()
    page_.keyboard.press("Enter")
    assert second.get_by_text("Answer", exact=True).is_visible()
    outline = page_.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"  # the focus can be seen


def test_it_says_everything_without_scripts(tmp_path: Path, open_page: OpenPage) -> None:
    held = run("label-of-another")
    opened = open_page(page(tmp_path, held), scripts=False)
    text = opened.page.locator("body").inner_text()
    assert f"{len(held.result.defects)} defects were found" in text
    for number, defect in enumerate(held.result.defects, 1):
        article = opened.page.locator("article").nth(number - 1)
        article.locator("summary").click()
        shown = article.inner_text()
        one = held.shower.defect(defect)
        assert f"{number}. {defect.title}" in shown
        assert f"line {defect.spec_line}" in shown
        assert one["spec_text"][0] in shown
        assert one["curl"].split(" -H")[0] in shown
        assert f"relation-spec replay {held.shower.stem(number, defect)}.json" in shown


def test_the_replay_file_comes_with_the_page(tmp_path: Path, open_page: OpenPage) -> None:
    held = run("text-as-mojibake")
    opened = open_page(page(tmp_path, held))
    link = opened.page.get_by_role("link", name="replay file")
    with opened.page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "001_echo_comment.json"
    saved = json.loads(Path(download.value.path()).read_text("utf-8"))
    assert saved == json.loads(held.shower.replay(held.result.defects[0], held.result.target))
    assert unquote(link.get_attribute("href") or "").startswith("data:application/json")


def test_holes_stand_out_in_words_and_not_by_colour_alone(tmp_path: Path, open_page: OpenPage) -> None:
    """WCAG 1.4.1."""
    held = run("label-of-another")
    opened = open_page(page(tmp_path, held))
    cells = opened.page.locator(".pairs tbody td")
    assert cells.count() == len(held.result.sends) * len(held.result.answers)
    holes = cells.filter(has_text="never").count()
    assert holes == cells.count() - len(held.result.counts.pairs)
    assert holes == opened.page.locator(".pairs td.hole").count() > 0


def test_what_a_target_says_is_text_and_never_markup(tmp_path: Path, open_page: OpenPage) -> None:
    held = hostile(HOSTILE)
    opened = open_page(page(tmp_path, held))
    assert opened.page.locator("script, img").count() == 0
    assert "49" not in opened.page.title()
    assert opened.page.title() != "x"
    assert opened.errors == []
    assert len(opened.requests) == 1
    shown = opened.page.locator("h3").first.inner_text()
    assert shown == f"1. {HOSTILE}".replace("\u202e", "\\u202e")
    assert opened.overflow() == 0


def test_it_prints_what_is_folded_in(tmp_path: Path, open_page: OpenPage) -> None:
    opened = open_page(page(tmp_path, run("text-as-mojibake")))
    request = opened.page.locator("details pre").first
    assert not request.is_visible()
    opened.page.emulate_media(media="print")
    box = request.bounding_box()
    assert box is not None
    assert box["height"] > 20


def test_what_differs_is_marked(tmp_path: Path, open_page: OpenPage) -> None:
    opened = open_page(page(tmp_path, run("text-as-mojibake")))
    assert opened.page.locator(".sides dt").all_inner_texts() == ["= sent", "≠ came back"]
    assert opened.page.locator(".sides dd").all_inner_texts() == ['"Ä"', '"Ã\\u0084"']


def test_without_jinja_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from relation_spec.contract import WrongCallError

    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(WrongCallError, match=r"pip install 'relation-spec\[fuzz\]'"):
        FORMS["html"](*run("clean"))
