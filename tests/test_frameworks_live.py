"""Real clients call real servers: what either side reads is what was sent, whoever sends and whoever serves.

The exceptions stand in ``frameworks_cases``, each with its reason: ``carried``, ``answered_fields``, ``judged_otherwise``.
"""

from collections.abc import Iterator

import pytest

from relation_spec import Contract, Request, Response
from tests.frameworks_cases import CASES, Fields, answered_fields, carried, judged_otherwise
from tests.frameworks_servers import CLIENTS, SERVERS, Got, Server


@pytest.fixture(scope="module", params=list(SERVERS))
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with SERVERS[request.param]() as running:
        yield running


@pytest.fixture(scope="module", params=list(CLIENTS))
def exchanged(request: pytest.FixtureRequest, server: Server) -> tuple[str, Server, list[Got]]:
    """A client, a server, and what the client got for each of the cases."""
    return request.param, server, list(CLIENTS[request.param](f"http://127.0.0.1:{server.port}"))


Exchanged = tuple[str, Server, list[Got]]


def of(message: Request | Response, names: set[str]) -> dict[str, list[str]]:
    """The values of the fields that matter; clients and servers add others, and no two spell names alike."""
    return {name: message.values(name) for name in names}


def wanted(fields: Fields) -> dict[str, list[str]]:
    held: dict[str, list[str]] = {}
    for name, value in fields:
        held.setdefault(name, []).append(value)
    return held


def test_there_are_many_cases() -> None:
    assert len(CASES) >= 60
    assert len({case.name for case in CASES}) == len(CASES)


def test_requests_arrive_as_they_were_sent(exchanged: Exchanged) -> None:
    client, server, got = exchanged
    for case, answer in zip(CASES, got, strict=True):
        request, _ = server.seen[answer.key]
        target, headers, body = carried(case, client, server.name)
        names = {name for name, _ in case.headers} | {"Content-Type", "Content-Encoding"}
        assert (request.method, request.url, request.body) == (case.method, target, body), case.name
        expected = wanted(headers)
        assert of(request, names) == {name: expected.get(name, []) for name in names}, case.name


def test_answers_arrive_as_they_were_sent(exchanged: Exchanged) -> None:
    _, server, got = exchanged
    for case, answer in zip(CASES, got, strict=True):
        response = answer.response
        names = {name for name, _ in case.sent} | {"Content-Type", "Content-Encoding"}
        body = case.answer if case.plain is None else case.plain
        assert (response.status, response.body) == (case.status, body), case.name
        expected = wanted(answered_fields(case, server.name))
        assert of(response, names) == {name: expected.get(name, []) for name in names}, case.name
        assert case.plain is None or not response.values("Content-Length"), case.name


def test_servers_see_their_answers_as_they_send_them(exchanged: Exchanged) -> None:
    _, server, got = exchanged
    for case, answer in zip(CASES, got, strict=True):
        _, response = server.seen[answer.key]
        assert (response.status, response.body) == (case.status, case.answer), case.name
        coding = [pair for pair in case.sent if pair[0] == "Content-Encoding"]
        expected = wanted([*answered_fields(case, server.name), *(coding if case.plain is not None else [])])
        if server.name == "aiohttp" and "Content-Type" not in dict(case.sent):
            expected.pop("Content-Type", None)  # added when it is sent
        assert of(response, set(expected)) == expected, case.name


def test_clients_remember_their_requests_as_they_were_sent(exchanged: Exchanged) -> None:
    """urllib3 remembers none, aiohttp no bodies."""
    client, server, got = exchanged
    base = f"http://127.0.0.1:{server.port}"
    for case, answer in zip(CASES, got, strict=True):
        request = answer.request
        if client == "urllib3":
            assert request is None
            continue
        assert request is not None
        target, headers, body = carried(case, client, "starlette")
        assert (request.method, request.url) == (case.method, base + target), case.name
        assert request.body == (None if client == "aiohttp" else body), case.name
        assert of(request, {name for name, _ in case.headers}) == wanted(headers), case.name


def test_reports_on_requests_are_the_same_whoever_sends_and_serves(exchanged: Exchanged, contract: Contract) -> None:
    """What clients add (User-Agent, Accept, Accept-Encoding, Connection, Host) and how they spell names plays no part."""
    client, server, got = exchanged
    differing = set()
    for case, answer in zip(CASES, got, strict=True):
        request, _ = server.seen[answer.key]
        report = contract.validate_request(request).to_dict()
        target, headers, body = carried(case, client, server.name)
        assert report == contract.validate_request(Request(case.method, target, headers, body)).to_dict(), case.name
        if report != contract.validate_request(Request(case.method, case.target, case.headers, case.body)).to_dict():
            differing.add(case.name)
    assert differing <= judged_otherwise(client, server.name)


def test_reports_on_answers_are_the_same_whoever_asks_and_serves(exchanged: Exchanged, contract: Contract) -> None:
    """A client's response brings its request along; urllib3's does not."""
    _, server, got = exchanged
    differing = set()
    for case, answer in zip(CASES, got, strict=True):
        asked = Request(case.method, case.target, case.headers, case.body)
        report = contract.validate_response(answer.response, answer.request or asked).to_dict()
        if report != contract.validate_response(Response(case.status, case.sent, case.answer), asked).to_dict():
            differing.add(case.name)
    assert differing <= ({"no type answered"} if server.name == "aiohttp" else set())
