"""Rows of programs that show an OpenAPI document as a page: it is opened in Chromium, which may ask nobody else."""

import functools
import http.server
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tools.consumers.rows import Known, Row
from tools.consumers.workshop import Refusal, Workshop

__all__ = ["ROWS"]

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_OPTIONS: Final = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
_MILLISECONDS: Final = 60_000
_SHOWN: Final = ("SourceContactId", "Save a relation")
_WRITTEN: Final = "relation.yaml"
_EXPORTS: Final = ("openapi-3.1.yaml", "openapi-3.0.yaml")
_BADGE: Final = "https://cdn.redoc.ly/redoc/logo-mini.svg"
_ASKS: Final = Known(
    _BADGE,
    f"whatever the document, the page asks for `{_BADGE}`, a badge. Without a network the console says that it failed "
    "to load; the page is whole otherwise.",
)
_NARROWED: Final = Known(
    "Incompatible types in allOf",
    "a type narrowed beside a reference is warned of. With `A: {type: [string, 'null']}` a property "
    "`{$ref: '#/components/schemas/A', type: string}` gets `Incompatible types in allOf`. "
    "In the exports the two are one schema.",
)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def _shown(shop: Workshop, page: str, *documents: str, allowed: str | None = None) -> str:
    """Open a page of each document; ``allowed`` is an address of others that is answered with an empty picture.

    Raises:
        Refusal: where it does not show the operation, says an error, or asks another host.
    """
    from playwright.sync_api import sync_playwright

    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        raise Refusal("there is no Chromium")
    served = shop.modules.parent
    with _served(served) as url, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=_OPTIONS)
        try:
            for document in documents:
                made = shop.folder / f"{page}-{document}.html"
                text = (shop.folder / f"{page}.html").read_text(encoding="utf-8")
                made.write_text(text.replace("DOCUMENT", document), encoding="utf-8")
                shop.commands.append(f"chromium {page}.html of {document}")
                _open(browser, url, f"{url}/{shop.folder.name}/{made.name}", document, allowed)
        finally:
            browser.close()
    but = " but for its badge" if allowed else ""
    return f"{len(documents)} documents shown, no error or warning in the console, no request to another host{but}"


def _open(browser: Any, own: str, address: str, document: str, allowed: str | None) -> None:
    from playwright.sync_api import Error

    errors: list[str] = []
    outside: list[str] = []
    page = browser.new_page()
    page.on("console", lambda said: errors.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: errors.append(str(error)))

    def route(asked: Any) -> None:
        url = asked.request.url
        if url.startswith((own, "data:", "blob:")):
            asked.continue_()
        elif url == allowed:
            asked.fulfill(content_type="image/svg+xml", body='<svg xmlns="http://www.w3.org/2000/svg"/>')
        else:
            outside.append(url)
            asked.abort()

    page.route("**/*", route)
    try:
        page.goto(address, wait_until="load", timeout=_MILLISECONDS)
        for words in _SHOWN:
            page.get_by_text(re.compile(words)).first.wait_for(state="attached", timeout=_MILLISECONDS)
        page.wait_for_timeout(1000)  # for what comes after
    except Error as error:
        raise Refusal(f"{document}: {'; '.join(errors)} {str(error).splitlines()[0]}") from None
    finally:
        page.close()
    if outside or errors:
        raise Refusal(f"{document}: errors {errors[:3]}, requests to others {outside[:3]}")


ROWS: Final = (
    Row("swagger-ui", "swagger-ui-dist", lambda shop: _shown(shop, "swagger-ui", _WRITTEN, *_EXPORTS)),
    Row("scalar", "@scalar/api-reference", lambda shop: _shown(shop, "scalar", _WRITTEN, *_EXPORTS)),
    Row("redoc", "redoc", lambda shop: _shown(shop, "redoc", *_EXPORTS, allowed=_BADGE)),
    Row("redoc, without network", "redoc", lambda shop: _shown(shop, "redoc", _EXPORTS[0]), _ASKS),
    Row("redoc, the YAML as written", "redoc", lambda shop: _shown(shop, "redoc", _WRITTEN, allowed=_BADGE), _NARROWED),
)
