"""No credential of a message, whole or in part, in any form, stands in anything that is said of it."""

import base64
import contextlib
import json
import logging
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

import relation_spec as rs
from relation_spec.findings import redaction

SENTINEL = "S3nt1nel"
"""Stands in every planted secret, so that any part of one that is long enough to matter is found."""

PARTS = [SENTINEL, SENTINEL.lower(), SENTINEL.upper(), SENTINEL[:6], SENTINEL[2:]]
PATH = "/api/v1/Relation"


def secret(kind: str) -> str:
    return f"{SENTINEL}-{kind}-{SENTINEL}-0123456789-{SENTINEL}"


def basic(user: str, password: str) -> str:
    return base64.b64encode(f"{user}:{password}".encode()).decode()


def requests() -> Iterator[rs.Request]:
    """Requests with a secret in every place that may hold one, each broken in every layer."""
    body = json.dumps({"SourceContactId": "x", "Comment": 5, "Nme": 1}).encode()
    token = secret("token")
    authorizations = [
        f"Basic {basic(secret('user'), token)}",
        f"Basic {base64.b64encode(token.encode()).decode()}",  # no colon
        f"Basic {token}!",  # no base64
        f"Bearer {token}",
        f"Bearer {token} {token}",
        f"SoTicket {token}\x00",
        f"Digest {token}",
        token,
        f"  {token}",
        "",
    ]
    others = {
        "Cookie": f"XSRF-TOKEN={secret('cookie')}; session={secret('session')}; {secret('bare')}",
        "X-XSRF-TOKEN": secret("xsrf"),
        "Proxy-Authorization": f"Basic {basic('proxy', secret('proxy'))}",
        "Content-Type": "application/jsn",
        "Content-Length": "7",
        "Accept": "text/html",
        "SO-Language": "xx",
    }
    for authorization in authorizations:
        for app_token in (secret("app"), f"{secret('app')}\x07", ""):
            headers = [*others.items(), ("Authorization", authorization), ("SO-AppToken", app_token)]
            url = f"https://{quote(secret('name'))}:{secret('password')}@host{PATH}/?$select=Nme&$tpo=1"
            yield rs.Request("PUT", url, headers, body)
            yield rs.Request(
                "POST", PATH, [*headers, ("SO-AppToken", token), ("Authorization", f"Bearer {token}")], body
            )
    for place in (token, f"x{token}x", token[:14]):  # a credential that strayed into the body
        stray = json.dumps({place: place, "SourceContactId": place, "UpdatedDate": place, "CreatedBy": {"Type": place}})
        yield rs.Request(
            "POST", PATH, {"Authorization": f"Bearer {token}", "Content-Type": "text/json"}, stray.encode()
        )
        pair = {"X-XSRF-TOKEN": token, "Cookie": "a=b", "Content-Type": "text/json"}
        yield rs.Request("POST", PATH, pair, stray.encode())
    xml = f"<ContactRelationEntity a='{token}'><{token}/><Reversed>{token}</Reversed></ContactRelationEntity>"
    yield rs.Request("POST", PATH, {"Authorization": f"Bearer {token}", "Content-Type": "text/xml"}, xml.encode())
    yield rs.Request("POST", f"/{token}?{token}", {"Authorization": f"Bearer {token}", "Accept": token})
    yield rs.Request(token, PATH, {"Authorization": f"Bearer {token}", "Accept-Language": token})


def everything_said(report: rs.Report) -> Iterator[str]:
    """All forms in which a report can reach an eye or a disk."""
    yield str(report)
    yield repr(report)
    yield json.dumps(report.to_dict())
    for finding in report.findings:
        yield str(finding)
        yield repr(finding)
        yield f"{finding.message} {finding.hint} {finding.where} {finding.pointer}"
    yield str(pickle.loads(pickle.dumps(report)).to_dict())
    with contextlib.suppress(rs.InvalidMessageError):
        try:
            report.raise_if_invalid()
        except rs.InvalidMessageError as error:
            yield f"{error} {error!r}"
            raise


def leaks(texts: Iterator[str]) -> list[str]:
    """The texts in which a part of the sentinel stands, plain, percent-encoded or in any alignment of base64."""
    encoded = [base64.b64encode(("." * shift + SENTINEL).encode()).decode()[4:9] for shift in range(3)]
    return [text for text in texts if any(part in text for part in (*PARTS, *encoded))]


def test_no_finding_tells_a_secret(contract: rs.Contract) -> None:
    count = 0
    for request in requests():
        for strict in (False, True):
            report = contract.validate_request(request, strict=strict)
            assert report.findings
            count += len(report.findings)
            assert not leaks(everything_said(report))
        if request.url.partition("?")[0].endswith((PATH, f"{PATH}/")) and request.method.isalpha():
            assert not leaks(iter([repr(request), str(request)]))
    assert count > 500


def test_no_finding_of_an_answer_tells_a_secret(contract: rs.Contract) -> None:
    cookies = {"Set-Cookie": f"session={secret('set')}; HttpOnly", "Content-Type": "text/json"}
    for request in requests():
        for body in (b"{}", json.dumps({"UpdatedDate": secret("token"), secret("set"): 1}).encode(), b"<"):
            response = rs.Response(200, cookies, body)
            assert not leaks(everything_said(contract.validate_response(response, request)))
            assert not leaks(iter([repr(response)]))


def test_nothing_is_logged(contract: rs.Contract, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        for request in requests():
            contract.validate_request(request)
    assert not caplog.text


def test_the_search_finds_what_redaction_hides(contract: rs.Contract, monkeypatch: pytest.MonkeyPatch) -> None:
    """With redaction switched off the same search finds secrets: it is no search that cannot fail."""
    monkeypatch.setattr(redaction.Redaction, "hide", lambda self, value: value)
    monkeypatch.setattr(redaction.Redaction, "cover", lambda self, text: text)
    monkeypatch.setattr(redaction.Redaction, "pointer", lambda self, pointer: pointer)
    monkeypatch.setattr("relation_spec.messages.parameters.Hidden", lambda stars: secret("app"))
    found = [text for request in requests() for text in leaks(everything_said(contract.validate_request(request)))]
    assert len(found) > 30


@pytest.mark.parametrize("format_", ["text", "json", "junit", "sarif", "github"])
def test_no_format_of_the_command_tells_a_secret(format_: str, tmp_path: Path) -> None:
    """Recordings hold secrets in the clear; what is said of them must not."""
    path = tmp_path / "recorded.http"
    texts: list[Any] = []
    for request in requests():
        if any(not value.isprintable() for _, value in request.headers) or secret("token")[:14].encode() + b'"' in (
            request.body or b""
        ):
            continue  # what does not fit a text file, and a body that holds a part of a token as its own text
        fields = "".join(f"{name}: {value}\n" for name, value in request.headers)
        body = request.body.decode() if request.body else ""
        texts.append(f"POST {PATH} HTTP/1.1\n{fields}\n{body}\n")
    path.write_text("\n###\n".join(texts))
    command = [sys.executable, "-m", "relation_spec", "validate", "--format", format_, "--strict", str(path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert run.returncode == 1
    assert len(run.stdout) > 1000
    assert not leaks(iter((run.stdout + run.stderr).splitlines()))
