"""Pages that are none, or about something else, are refused by a plain message, in bounded time and size."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
from click.testing import Result

from tests.drift.page import page
from tools.drift.page import UnreadablePageError, read_page
from tools.drift.sources import MAX_BYTES, read_source

BROKEN = [
    ("empty", lambda text: "", "the page is empty"),
    ("white space", lambda text: " \n\n", "the page is empty"),
    ("HTML", lambda text: "<!DOCTYPE html>\n<html><body>" + text, ":1: this is HTML"),
    ("another entity", lambda text: text.replace("/api/v1/Relation", "/api/v1/Contact"), "the page is about POST /api/v1/Contact, the contract about POST /api/v1/Relation"),
    ("another method", lambda text: text.replace("POST /api", "GET /api"), "the page is about GET"),
    ("prose", lambda text: "# A title\n\nSome words.\n", "this is no reference page"),
    ("huge", lambda text: text + "x" * MAX_BYTES, "longer than 2000000 bytes"),
    ("many lines", lambda text: text + "\n" * 30_000, "more than 20000 lines"),
    ("no UTF-8", lambda text: text.encode() + b"\xff", "the page is not UTF-8"),
    ("a table without its line of dashes", lambda text: text.replace("|------|------|------|\n", "", 2), "no line of dashes"),
    ("a row with too many cells", lambda text: text.replace("| Comment | String |", "| Comment | String | more | yet more |"), "a row of the table"),
    ("a row without a name", lambda text: text.replace("| Comment | String |", "|  | String |"), "a row of the table"),
    ("a row that lost its bars", lambda text: text.replace("| Comment | String | About Comment. It is not mandatory. |", "Comment String"), "is broken by other lines"),
    ("a row twice", lambda text: text.replace("| Reversed | Integer |", "| Comment | Integer |"), "'Comment' stands twice"),
    ("no table of requests", lambda text: text.replace("## Request Body", "## Something"), "a table of the properties of requests is missing"),
    ("no table of responses", lambda text: text.replace("### Response body", "### Something"), "a table of the properties of responses is missing"),
    ("code without an end", lambda text: text.rstrip().removesuffix("```"), "a block of code has no end"),
    ("a sample of nothing", lambda text: text.replace("HTTP/1.1 200 OK", "nothing"), "the sample starts with neither"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"), [row[1:] for row in BROKEN], ids=[row[0].replace(" ", "-") for row in BROKEN]
)
def test_a_page_that_is_none_is_refused(
    change: Callable[[str], str | bytes],
    said: str,
    text: str,
    run: Callable[..., Result],
) -> None:
    changed = change(text)
    assert changed != text
    result = run(changed)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1


def test_a_page_that_is_not_there_is_refused(run: Callable[..., Result]) -> None:
    with pytest.raises(UnreadablePageError, match="cannot be read"):
        read_source("no such page.md")


def test_an_unusable_contract_is_refused(text: str, run: Callable[..., Result]) -> None:
    result = run(text, "--spec", "no such.yaml")
    assert result.exit_code == 2
    assert "no such.yaml" in result.stderr


class _Pages(BaseHTTPRequestHandler):
    """Sends what the path asks for."""

    held: ClassVar[dict[str, tuple[int, str, bytes]]] = {}

    def do_GET(self) -> None:
        if self.path == "/slow":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"# A")
            self.wfile.flush()
            threading.Event().wait(1.5)
            return
        status, kind, body = self.held[self.path]
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if status == 302:
            self.send_header("Location", "file:///etc/passwd")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that the base class gives it
        pass


@pytest.fixture
def address(request_body: dict[str, Any], response_body: dict[str, Any]) -> Iterator[str]:
    """A server on a free port."""
    made = page(request_body, response_body).encode()
    _Pages.held = {
        "/page": (200, "text/markdown", made),
        "/html": (200, "text/html; charset=utf-8", b"<html>"),
        "/gone": (404, "text/plain", b"no"),
        "/huge": (200, "text/plain", b"x" * (MAX_BYTES + 1)),
        "/away": (302, "text/plain", b""),
    }
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_page_is_fetched_from_its_address(address: str) -> None:
    assert read_page(read_source(f"{address}/page")).method == "POST"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/html", "the server sent HTML"),
        ("/gone", "the server answered 404"),
        ("/huge", "longer than"),
        ("/away", "cannot be fetched"),
    ],
)
def test_what_is_no_page_is_not_taken_from_an_address(address: str, path: str, said: str) -> None:
    with pytest.raises(UnreadablePageError, match=said):
        read_source(f"{address}{path}")


def test_a_slow_server_is_waited_for_so_long(address: str) -> None:
    with pytest.raises(UnreadablePageError, match=r"cannot be fetched|did not come within"):
        read_source(f"{address}/slow", seconds=0.3)


def test_an_address_without_a_server_is_told(address: str) -> None:
    with pytest.raises(UnreadablePageError, match="cannot be fetched"):
        read_source("http://127.0.0.1:1/page", seconds=5)
