"""The site in a real browser: on a phone and a desktop, by day and by night, and searched by keyboard alone."""

import pytest

from tests.browser import DESKTOP, PHONE, OpenPage, axe

# of a long page axe looks at a part, which is quicker
CASES = [
    *(("index", width, colours, None) for width in (PHONE, DESKTOP) for colours in ("light", "dark")),
    ("guide/start", PHONE, "light", None),
    ("guide/start", DESKTOP, "dark", None),
    ("guide/errors", PHONE, "dark", "#code-status"),
    ("guide/errors", DESKTOP, "light", "#code-status"),
    ("api/pytest_plugin", PHONE, "light", None),
    ("api/pytest_plugin", DESKTOP, "dark", None),
    ("versioning", PHONE, "dark", None),
    ("reference", DESKTOP, "light", "#authentication"),
]


@pytest.mark.parametrize(("page", "width", "colours", "part"), CASES)
def test_a_page_is_sound(
    address: str, open_page: OpenPage, page: str, width: int, colours: str, part: str | None
) -> None:
    opened = open_page(f"{address}/{page}.html", width=width, colour_scheme=colours)
    assert not axe(opened, part)
    assert opened.overflow() <= 0
    assert not opened.outside()
    assert not opened.errors


def test_a_search_by_keyboard_leads_to_the_page_of_a_code(address: str, open_page: OpenPage) -> None:
    opened = open_page(f"{address}/index.html")
    page = opened.page
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "q":
            break
    page.keyboard.type("null-id")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=null-id*")
    page.wait_for_selector("#search-results li a")
    assert not axe(opened)
    found = page.locator("#search-results li a", has_text="null-id").first
    for _ in range(60):
        page.keyboard.press("Tab")
        if found.evaluate("link => link === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/guide/errors.html*")
    assert "An id that names nothing" in page.inner_text("article")
    assert not opened.outside()
    assert not opened.errors


def test_the_address_of_a_code_shows_that_code(address: str, open_page: OpenPage) -> None:
    opened = open_page(f"{address}/guide/errors.html#code-unknown-property", width=PHONE)
    opened.page.wait_for_function(  # the theme scrolls there smoothly
        """() => {
            const top = document.querySelector("#code-unknown-property > h2").getBoundingClientRect().top;
            return top >= 0 && top < innerHeight / 2;
        }"""
    )
    assert not opened.errors
