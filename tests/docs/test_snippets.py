"""Every command and program under Examples of docs/reference.md runs as it stands against the reference server."""

import contextlib
import io
import json
import re
import subprocess
from collections.abc import Iterator
from typing import NamedTuple

import httpx
import pytest

import relation_spec as rs
from relation_spec.docs.page import ADDRESS
from relation_spec.docs.snippets import snippets
from relation_spec.recordings import http_text
from relation_spec.server.running import RunningServer, running_server
from tests.conftest import ROOT

REFERENCE = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")


class Block(NamedTuple):
    name: str
    language: str
    text: str


def blocks() -> list[Block]:
    section = re.search(r"^## Examples\n(.*?)^## ", REFERENCE, re.MULTILINE | re.DOTALL)
    assert section
    found = []
    for example in re.split(r"^### ", section[1], flags=re.MULTILINE)[1:]:
        heading = example.partition("\n")[0]
        for title, language, text in re.findall(
            r"^([^\n]+):\n\n```(\w+)\n(.*?)\n```$", example, re.MULTILINE | re.DOTALL
        ):
            found.append(Block(f"{heading} {title}", language, text))
    return found


BLOCKS = blocks()


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    with running_server(check=True) as running:
        yield running
        assert not running.service.breaches


def run_shell(text: str) -> tuple[int, str]:
    done = subprocess.run(
        ["/bin/sh", "-c", f"{text} --silent --write-out '\\n%{{http_code}}'"], capture_output=True, text=True
    )
    body, _, status = done.stdout.rpartition("\n")
    return int(status), body


def run_python(text: str) -> tuple[int, str]:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(text, "reference.md", "exec"), {"__name__": "reference"})
    status, _, body = printed.getvalue().partition("\n")
    return int(status), body


def run_http(text: str) -> tuple[int, str]:
    (entry,) = http_text.entries(text.encode())
    assert entry.request is not None
    assert entry.faults == ()
    request = entry.request
    answer = httpx.request(request.method, request.url, headers=list(request.headers), content=request.body)
    return answer.status_code, answer.text


RUNNERS = {"sh": run_shell, "python": run_python, "http": run_http}


def test_there_are_examples_of_every_kind_in_every_way() -> None:
    """A page whose blocks are no longer recognised must fail, not pass."""
    assert len(BLOCKS) == 12
    assert {block.language for block in BLOCKS} == RUNNERS.keys()
    assert (
        sum("import requests" in block.text for block in BLOCKS) == sum("import httpx" in b.text for b in BLOCKS) == 3
    )
    assert all(ADDRESS in block.text for block in BLOCKS)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.name.replace(" ", "_"))
def test_an_example_is_answered_with_a_record(server: RunningServer, block: Block) -> None:
    status, body = RUNNERS[block.language](block.text.replace(ADDRESS, server.url))
    assert status == 200, body
    assert rs.validate_response_body(body).valid
    assert json.loads(body)["SourceContactId"] == 874


def test_the_sample_request_is_answered_too(server: RunningServer) -> None:
    text = re.search(r"^## Sample request\n\n```http\n(.*?)\n```$", REFERENCE, re.MULTILINE | re.DOTALL)
    assert text
    status, body = run_http(text[1].replace(" /api", f" {server.url}/api", 1))
    assert (status, rs.validate_response_body(body).valid) == (200, True)


HARD = [
    {"SourceContactId": 874, "DestinationContactId": 955, "Comment": 'it\'s $HOME `x` "q" \\ 100% \n{{x}} é\U0001f600'},
    {
        "SourceContactId": 874,
        "DestinationContactId": 955,
        "Comment": "'''\"\"\"\\n#",
        "CreatedBy": {"Name": None, "Deleted": True},
    },
]


@pytest.mark.parametrize("value", HARD, ids=["quotes", "nesting"])
@pytest.mark.parametrize(
    "content_type", ["application/json", "text/json", "application/xml", "application/x-www-form-urlencoded"]
)
def test_no_value_breaks_out_of_its_command(server: RunningServer, content_type: str, value: dict[str, object]) -> None:
    body = rs.load().encode_request_body(value, content_type, indent=2)
    basic = ("Authorization", "Basic ZGVtbzpkZW1v")
    request = rs.Request("POST", "/api/v1/Relation?$select=comment", [basic, ("Content-Type", content_type)], body)
    for snippet in snippets(request, server.url, value):
        if snippet.language == "http" and "{{" in str(value["Comment"]):
            continue  # in such a file that is a variable
        status, answer = RUNNERS[snippet.language](snippet.text)
        assert status == 200, answer
        assert json.loads(answer)["Comment"] == value["Comment"]
