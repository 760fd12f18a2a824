"""Hooks of httpx and requests against a real server: what is judged, what is raised, and what is left alone."""

import asyncio
import gzip
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
import requests

import relation_spec as rs
from relation_spec.middleware.exchange import Exchange
from relation_spec.middleware.hooks import httpx_async_hook, httpx_hook, requests_hook
from tests.traffic import AUTHORIZED, BAD, GOOD, JSON, PATH, SENTINELS, STORED

HEADERS = AUTHORIZED | JSON


class Handler(BaseHTTPRequestHandler):
    """Answers as the caller says in X-Answer, and counts."""

    protocol_version = "HTTP/1.1"
    asked = 0

    def do_POST(self) -> None:
        type(self).asked += 1
        if "Content-Length" in self.headers:
            self.rfile.read(int(self.headers["Content-Length"]))
        else:
            while size := int(self.rfile.readline(), 16):
                self.rfile.read(size + 2)
            self.rfile.readline()
        wanted = self.headers.get("X-Answer", "good")
        body = b"{}" if wanted == "bad" else STORED
        self.send_response(307 if wanted == "redirect" and "again" not in self.path else 200)
        if wanted == "redirect":
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/again{PATH}")  # type: ignore[attr-defined]
        if wanted == "packed":
            self.send_header("Content-Encoding", "gzip")
            body = gzip.compress(body)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(30)
    server.server_close()


def by_httpx(url: str, body: Any, headers: dict[str, str], options: dict[str, Any]) -> bytes:
    with httpx.Client(event_hooks=httpx_hook(**options), trust_env=False, follow_redirects=True) as client:
        return client.post(url, content=body, headers=headers).content


def by_async_httpx(url: str, body: Any, headers: dict[str, str], options: dict[str, Any]) -> bytes:
    async def ask() -> bytes:
        hooks = httpx_async_hook(**options)
        async with httpx.AsyncClient(event_hooks=hooks, trust_env=False, follow_redirects=True) as client:
            return (await client.post(url, content=body, headers=headers)).content

    return asyncio.run(ask())


def by_requests(url: str, body: Any, headers: dict[str, str], options: dict[str, Any]) -> bytes:
    with requests.Session() as session:
        session.trust_env = False
        session.hooks.update(requests_hook(**options))
        return session.post(url, data=body, headers=headers).content


Ask = Callable[[str, Any, dict[str, str], dict[str, Any]], bytes]
clients = pytest.mark.parametrize("ask", [by_httpx, by_async_httpx, by_requests])


@clients
@pytest.mark.parametrize("answer", ["good", "packed"])
def test_valid_messages_pass_and_are_told(ask: Ask, address: str, answer: str) -> None:
    told: list[Exchange] = []
    body = ask(f"{address}/tenant{PATH}", GOOD, {**HEADERS, "X-Answer": answer}, {"on_report": told.append})
    assert body == STORED
    [exchange] = told
    assert (exchange.method, exchange.path, exchange.status) == ("POST", f"/tenant{PATH}", 200)
    assert exchange.valid
    assert exchange.duration is not None
    assert exchange.duration > 0


@clients
def test_an_invalid_answer_raises_with_its_findings(ask: Ask, address: str) -> None:
    told: list[Exchange] = []
    with pytest.raises(rs.InvalidMessageError) as caught:
        ask(f"{address}{PATH}", GOOD, {**HEADERS, "X-Answer": "bad"}, {"on_report": told.append})
    assert "required" in {finding.code for finding in caught.value.report}
    assert told[0].response == caught.value.report
    assert told[0].request == rs.Report()


@clients
def test_an_invalid_request_raises_and_where_the_client_allows_it_is_never_sent(ask: Ask, address: str) -> None:
    told: list[Exchange] = []
    asked = Handler.asked
    with pytest.raises(rs.InvalidMessageError, match="SourceContactId"):
        ask(f"{address}{PATH}", BAD, HEADERS, {"on_report": told.append})
    assert len(told) == 1
    assert (Handler.asked > asked) is (ask is by_requests)
    assert told[0].status == (200 if ask is by_requests else None)


@clients
def test_without_raising_everything_is_told_and_nothing_changes(ask: Ask, address: str) -> None:
    told: list[Exchange] = []
    options = {"on_report": told.append, "raise_invalid": False}
    assert ask(f"{address}{PATH}", BAD, {**HEADERS, "X-Answer": "bad"}, options) == b"{}"
    [exchange] = told
    assert exchange.request is not None
    assert exchange.response is not None
    assert not exchange.request.valid
    assert not exchange.response.valid


@clients
def test_messages_of_other_endpoints_are_left_alone(ask: Ask, address: str) -> None:
    told: list[Exchange] = []
    assert ask(f"{address}/api/v1/Contact", b"{", {"X-Answer": "bad"}, {"on_report": told.append}) == b"{}"
    assert not told


@clients
def test_strict_counts_warnings(ask: Ask, address: str) -> None:
    body = GOOD.replace(b'"SourceContactId": 874', b'"SourceContactId": 0')
    ask(f"{address}{PATH}", body, HEADERS, {})
    with pytest.raises(rs.InvalidMessageError, match="null-id"):
        ask(f"{address}{PATH}", body, HEADERS, {"strict": True})


@clients
def test_every_hop_of_a_redirect_is_told(ask: Ask, address: str) -> None:
    told: list[Exchange] = []
    options = {"on_report": told.append, "raise_invalid": False}
    ask(f"{address}{PATH}", GOOD, {**HEADERS, "X-Answer": "redirect"}, options)
    assert [(exchange.status, exchange.path) for exchange in told] == [(307, PATH), (200, f"/again{PATH}")]
    report = told[0].response
    assert report is not None
    assert [finding.code for finding in report] == ["status"]


def test_streamed_bodies_of_httpx_are_read_and_still_sent(address: str) -> None:
    told: list[Exchange] = []
    assert by_httpx(f"{address}{PATH}", iter([GOOD[:9], GOOD[9:]]), HEADERS, {"on_report": told.append}) == STORED
    assert told[0].valid


def test_a_streamed_request_of_requests_is_judged_without_its_body(address: str) -> None:
    """It is gone once it was sent, so only what is around it can be judged."""
    told: list[Exchange] = []
    options = {"on_report": told.append, "raise_invalid": False}
    assert by_requests(f"{address}{PATH}", iter([BAD]), JSON, options) == STORED
    report = told[0].request
    assert report is not None
    assert [finding.code for finding in report] == ["unauthenticated"]
    assert told[0].notes == ("request-body-unread",)


@clients
def test_no_credential_is_shown(ask: Ask, address: str, caplog: pytest.LogCaptureFixture) -> None:
    told: list[Exchange] = []
    url = f"http://user:SENTINEL-password@{address.removeprefix('http://')}{PATH}?token=SENTINEL-query"
    for body in (BAD, GOOD):
        for hidden in SENTINELS:
            headers = {name: value for name, value in SENTINELS.items() if name != hidden}
            with pytest.raises(rs.InvalidMessageError) as caught:
                ask(url, body, {**headers, **JSON, "X-Answer": "bad"}, {"on_report": told.append})
            assert "SENTINEL" not in str(caught.value)
    assert "SENTINEL" not in caplog.text + repr(told)
    assert told


def test_an_answer_of_a_mock_transport_is_judged_though_it_took_no_time() -> None:
    """httpx knows how long an answer took only when its body was still to be read."""
    told: list[Exchange] = []
    transport = httpx.MockTransport(lambda _: httpx.Response(200, headers=JSON, content=STORED))
    client = httpx.Client(transport=transport, event_hooks=httpx_hook(on_report=told.append))
    assert client.post(f"http://crm{PATH}", headers=HEADERS, content=GOOD).status_code == 200
    assert [(exchange.valid, exchange.duration) for exchange in told] == [(True, None)]
