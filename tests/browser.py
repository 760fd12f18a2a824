"""A real browser for tests of pages: Chromium without a window, driven by Playwright, and judged by axe-core.

``open_page`` opens a file or an address and keeps what went wrong and what was asked for; ``axe`` lists what WCAG 2.1 AA
forbids. Where there is no Chromium, tests are skipped; in continuous integration (``CI`` is set) they fail.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

PHONE, DESKTOP = 360, 1280
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
OPTIONS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
LONGEST_WAIT = 20_000  # milliseconds; a busy machine is slow

OpenPage = Callable[..., "Opened"]


@dataclass
class Opened:
    """A page that is open.

    Attributes:
        page: the page, to be driven as Playwright does it.
        errors: what the console and failing scripts said, warnings included.
        requests: every address that was asked for.
    """

    page: "Page"
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def outside(self) -> list[str]:
        """The addresses asked for that are not those of this machine."""
        own = ("file:", "data:", "blob:", "about:", "http://127.0.0.1:", "http://localhost:")
        return [url for url in self.requests if not url.startswith(own)]

    def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        wider: int = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return wider

    def focused(self) -> str:
        """What has the focus: the name of its element, and the beginning of its text."""
        said: str = self.page.evaluate(
            "(e => `${e.localName} ${(e.innerText || '').trim().slice(0, 80)}`)(document.activeElement)"
        )
        return said


def _missing(what: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(f"{what}; .ci/run installs it")
    pytest.skip(f"{what}; on Debian: apt-get install chromium")


# Not of the session: while Playwright is at work its event loop counts as running in this thread, and asyncio.run, which
# many tests call, would refuse to start another.
@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """Chromium, started once for all tests of a module."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        _missing(f"no browser is installed: none of {', '.join(NAMES)} is on the path")
    playwright = pytest.importorskip("playwright.sync_api", reason="pip install -e '.[dev]' brings Playwright")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=found, args=OPTIONS)
        yield started
        started.close()


@pytest.fixture
def open_page(browser: "Browser") -> Iterator[OpenPage]:
    """Opens a path or an address, in its own context: ``open_page(path, width=360, colour_scheme="dark")``."""
    contexts = []

    def open_(
        target: str | Path, *, width: int = DESKTOP, colour_scheme: str = "light", scripts: bool = True
    ) -> Opened:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if colour_scheme == "dark" else "light",
            java_script_enabled=scripts,
        )
        context.set_default_timeout(LONGEST_WAIT)
        contexts.append(context)
        opened = Opened(context.new_page())
        opened.page.on("console", lambda said: _note(opened, said))
        opened.page.on("pageerror", lambda error: opened.errors.append(str(error)))
        opened.page.on("request", lambda request: opened.requests.append(request.url))
        opened.page.goto(target if isinstance(target, str) else target.resolve().as_uri(), wait_until="load")
        return opened

    yield open_
    for context in contexts:
        context.close()


def _note(opened: Opened, said: "ConsoleMessage") -> None:
    if said.type in ("error", "warning"):
        opened.errors.append(said.text)


def axe(opened: Opened, within: str | None = None) -> list[str]:
    """What axe-core finds wrong with an open page, or the part of it that a selector names (which is quicker on large
    pages), one line an element: the rule, the element, and what to do.
    """
    from axe_playwright_python.sync_playwright import Axe

    ran = Axe().run(opened.page, within, options={"runOnly": RULES, "resultTypes": ["violations"]})
    violations: list[dict[str, Any]] = ran.response["violations"]
    assert ran.response["testEngine"]["name"] == "axe-core"
    return [
        f"{one['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for one in violations
        for node in one["nodes"]
    ]
