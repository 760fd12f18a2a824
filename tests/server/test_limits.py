"""Whatever clients do, others are answered meanwhile, and who is refused is told why."""

import contextlib
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import relation_spec as rs
from relation_spec.server import Limits
from relation_spec.server.running import RunningServer, running_server
from tests.server.conftest import DEMO, PATH
from tests.server.processes import VALUE, answered, connected, head, whole

QUICK = Limits(seconds=1.0)
MANY = 20


def port_of(server: RunningServer) -> int:
    return int(server.url.rpartition(":")[2])


def assert_others_are_answered(server: RunningServer) -> None:
    started = time.perf_counter()
    answer = httpx.post(server.url + PATH, json=VALUE, auth=DEMO, timeout=10)
    assert answer.status_code == 200
    assert time.perf_counter() - started < 5


def assert_told(answer: bytes, status: int) -> None:
    """The error object of the contract under this status, and the end of the connection."""
    first, _, body = answer.partition(b"\r\n\r\n")
    assert first.startswith(f"HTTP/1.1 {status} ".encode()), answer[:300]
    assert b"connection: close" in first.lower()
    assert rs.load().validate_response_body(body, status=400).valid


@pytest.fixture(scope="module", params=["httptools", "h11"])
def server(request: pytest.FixtureRequest) -> Iterator[RunningServer]:
    """With each parser of HTTP that uvicorn knows."""
    pytest.importorskip(request.param)
    with running_server(check=True, limits=QUICK, parser=request.param) as running:
        yield running
    assert not running.service.breaches


def test_clients_that_never_finish_their_head_are_told_so(server: RunningServer) -> None:
    """Slowloris: many connections, a byte now and then."""
    slow = [connected(port_of(server), head()[:-4]) for _ in range(MANY)]
    assert_others_are_answered(server)
    for opened in slow:
        opened.sendall(b"x")
    assert_others_are_answered(server)
    for opened in slow:
        assert_told(answered(opened), 408)


def test_clients_that_never_finish_their_body_are_told_so(server: RunningServer) -> None:
    slow = [connected(port_of(server), head(1000) + b"{") for _ in range(MANY)]
    assert_others_are_answered(server)
    for opened in slow:
        assert_told(answered(opened), 408)


def test_a_client_that_says_nothing_is_sent_away(server: RunningServer) -> None:
    assert_told(answered(connected(port_of(server))), 408)


def test_a_client_that_leaves_in_the_middle_harms_nobody(server: RunningServer) -> None:
    for cut in (10, 150, -5):
        connected(port_of(server), whole()[:cut]).close()
    assert_others_are_answered(server)


def test_a_second_request_on_a_connection_is_waited_for_no_longer(server: RunningServer) -> None:
    opened = connected(port_of(server), whole())
    assert opened.recv(65536).startswith(b"HTTP/1.1 200 ")
    opened.sendall(head()[:20])
    assert answered(opened).count(b"HTTP/1.1 408 ") == 1


def test_a_connection_serves_many_requests_also_before_their_answers(server: RunningServer) -> None:
    """RFC 9112 section 9.3.2."""
    opened = connected(port_of(server), whole() * 4 + whole(VALUE, "Connection: close"))
    assert answered(opened).count(b"HTTP/1.1 200 ") == 5


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_of_a_hundred_megabytes_is_refused_and_its_sender_can_read_why(
    server: RunningServer, chunked: bool
) -> None:
    """RFC 9110 section 15.5.14."""

    def pieces() -> Iterator[bytes]:
        for _ in range(100):
            yield b" " * 1_000_000

    headers = {"Content-Type": "application/json"} | ({} if chunked else {"Content-Length": "100000000"})
    answer = httpx.post(server.url + PATH, content=pieces(), headers=headers, auth=DEMO, timeout=20)
    assert answer.status_code == 413
    assert "longer than 1048576 bytes" in answer.json()["ErrorMessage"]
    assert_others_are_answered(server)


def test_a_client_that_asks_first_need_not_send_it(server: RunningServer) -> None:
    """RFC 9110 section 10.1.1."""
    answer = answered(connected(port_of(server), head(100_000_000, "Expect: 100-continue")))
    assert_told(answer, 413)
    opened = connected(port_of(server), head(len(json.dumps(VALUE)), "Expect: 100-continue", "Connection: close"))
    assert opened.recv(1000).startswith(b"HTTP/1.1 100 ")
    opened.sendall(json.dumps(VALUE).encode())
    assert answered(opened).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "lines",
    [
        ["X: " + "y" * 40_000],
        [f"X-{number}: y" for number in range(5000)],
        ["X-" + "y" * 100_000 + ": y"],
    ],
)
def test_a_head_that_is_too_long_is_refused(server: RunningServer, lines: list[str]) -> None:
    """RFC 6585 section 5."""
    assert_told(answered(connected(port_of(server), head(None, *lines))), 431)


def test_a_head_without_an_end_is_refused_while_it_comes(server: RunningServer) -> None:
    opened = connected(port_of(server), head()[:-2])
    with contextlib.suppress(ConnectionError):
        for _ in range(1000):
            opened.sendall(b"X: " + b"y" * 10_000 + b"\r\n")
    assert_told(answered(opened), 431)
    assert_others_are_answered(server)


@pytest.mark.parametrize("sent", [b"\x16\x03\x01\x02\x00\x01\x00", b"GET\r\n\r\n"])
def test_what_is_no_http_is_refused(server: RunningServer, sent: bytes) -> None:
    assert_told(answered(connected(port_of(server), sent + b"\r\n\r\n")), 400)


@pytest.mark.parametrize("line", [b"", b"Host: a\r\nHost: b\r\n"])
def test_a_request_names_one_host(server: RunningServer, line: bytes) -> None:
    """RFC 9112 section 3.2."""
    sent = b"POST / HTTP/1.1\r\n" + line + b"Connection: close\r\n\r\n"
    assert_told(answered(connected(port_of(server), sent)), 400)


def test_lengths_that_contradict_each_other_are_refused(server: RunningServer) -> None:
    """RFC 9112 section 6.3: such requests smuggle others."""
    sent = head(5, "Content-Length: 6") + b"{}    "
    assert answered(connected(port_of(server), sent)).startswith(b"HTTP/1.1 400 ")


def test_too_many_connections_are_turned_away() -> None:
    with running_server(limits=Limits(connections=5, seconds=1.0)) as server:
        idle = [connected(port_of(server)) for _ in range(5)]
        time.sleep(0.1)
        assert_told(answered(connected(port_of(server))), 503)
        for opened in idle:
            opened.close()
        time.sleep(0.1)
        assert_others_are_answered(server)


def test_bodies_that_are_held_at_once_are_bounded() -> None:
    with running_server(limits=Limits(held=200_000, seconds=1.0), check=True) as server:
        half = connected(port_of(server), head(190_000) + b" " * 180_000)
        time.sleep(0.1)
        answer = httpx.post(server.url + PATH, json=VALUE | {"Comment": "x" * 50_000}, auth=DEMO)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert rs.load().validate_response(answer).valid
        assert_others_are_answered(server)
        half.close()
        time.sleep(0.1)
        assert httpx.post(server.url + PATH, json=VALUE | {"Comment": "x" * 150_000}, auth=DEMO).status_code == 200
        assert not server.service.breaches


def test_who_would_wait_too_long_for_the_disk_is_turned_away() -> None:
    with running_server(limits=Limits(waiting=0), check=True) as server:
        answer = httpx.post(server.url + PATH, json=VALUE, auth=DEMO)
        assert answer.status_code == 503
        assert "nothing was saved: too many requests are waiting for the disk" in answer.json()["ErrorMessage"]
        assert not server.service.breaches


def test_memory_stays_flat(server: RunningServer) -> None:
    """Selections, languages, zones and contents that never repeat must not be kept."""
    if not Path("/proc/self/statm").exists():
        pytest.skip("this system does not say how much memory is used")
    body = json.dumps(VALUE).encode()

    def burst(start: int) -> None:
        with connected(port_of(server)) as opened:
            for number in range(start, start + 150):
                lines = f"SO-TimeZone: zone{number}", f"Accept: application/json;v={number}", f"X-{number}: {number}"
                path = f"{PATH}?$select=comment,fieldProperties/f{number}"
                opened.sendall(head(len(body), *lines, path=path) + body)
                while not opened.recv(65536).endswith(b"}"):
                    pass

    def used() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    burst(0)
    before = used()
    burst(1000)
    burst(2000)
    assert used() - before < 20_000_000


def test_a_stop_finishes_what_was_taken() -> None:
    body = json.dumps(VALUE).encode()
    with running_server() as server:
        opened = connected(port_of(server), head(len(body)) + body[:5])
        idle = connected(port_of(server))
        time.sleep(0.1)
        late = threading.Timer(0.3, opened.sendall, [body[5:]])
        late.start()
    late.join()
    answer = answered(opened)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"connection: close" in answer.lower() or answer.endswith(b"}")
    assert answered(idle) == b""
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port_of(server)), timeout=5)


def test_the_fixture_of_the_plugin_serves_a_test(relation_server: RunningServer, new: dict[str, Any]) -> None:
    answer = httpx.post(relation_server.url + PATH, json=new, auth=DEMO)
    assert answer.status_code == 200
    assert httpx.get(answer.json()["_Links"]["Self"], auth=DEMO).json() == answer.json()
