"""Damaged recordings end in findings and the right status, and never in a traceback."""

import json
import random
from collections.abc import Callable
from typing import Any

import pytest

import relation_spec as rs
from relation_spec.cli.recordings import Judging, Kind, judge
from relation_spec.cli.reporters import REPORTERS
from tests.cli.conftest import Run
from tests.cli.test_recordings import EXCHANGE, TRAFFIC

Mutation = Callable[[bytes], bytes]
HTTP = ".http"
HAR = ".har"
CRLF = EXCHANGE.replace(b"\n", b"\r\n")


def swap(old: bytes, new: bytes) -> Mutation:
    def mutate(text: bytes) -> bytes:
        assert old in text
        return text.replace(old, new, 1)

    return mutate


def at(path: str, value: Any) -> Mutation:
    """An archive with one value of its second entry replaced."""

    def mutate(text: bytes) -> bytes:
        har = json.loads(text)
        *parents, last = path.split(".")
        held = har["log"]["entries"][1]
        for name in parents:
            held = held[name]
        held[last] = value
        return json.dumps(har).encode()

    return mutate


def framed(head: bytes, body: bytes) -> Mutation:
    """The request's head with another field and body."""
    return lambda text: text.partition(b"\n\n")[0] + b"\n" + head + b"\n\n" + body


# name: kind, mutation, status, codes of errors that are among those found
DAMAGED: dict[str, tuple[str, Mutation, int, set[str]]] = {
    "empty text": (HTTP, lambda _: b"", 3, set()),
    "a separator alone": (HTTP, lambda _: b"###\n", 3, set()),
    "comments alone": (HTTP, lambda _: b"# POST /api/v1/Relation\n", 3, set()),
    "text that is no HTTP": (HTTP, lambda _: b"hello\n", 1, {"recording"}),
    "random bytes": (HTTP, lambda _: bytes(range(256)), 1, {"recording"}),
    "UTF-16": (HTTP, lambda text: text.decode().encode("utf-16"), 1, {"recording"}),
    "an archive called .http": (HTTP, lambda _: TRAFFIC, 1, {"recording"}),
    "text called .har": (HAR, lambda _: EXCHANGE, 1, {"recording"}),
    "a status line without a status": (HTTP, swap(b"HTTP/1.1 200 OK", b"HTTP/1.1 OK"), 1, {"malformed"}),
    "a status out of range": (HTTP, swap(b"\n\nHTTP/1.1 200", b"\n\n###\nHTTP/1.1 999"), 1, {"recording"}),
    "a version that is none": (HTTP, swap(b"/Relation\n", b"/Relation HTTP/one\n"), 1, {"recording"}),
    "a space in the path": (HTTP, swap(b"/Relation\n", b"/Relation?$select=a b HTTP/1.1\n"), 1, {"recording"}),
    "another method": (HTTP, swap(b"POST", b"PUT"), 3, set()),
    "another path": (HTTP, swap(b"/Relation", b"/Relations"), 3, set()),
    "no colon": (HTTP, swap(b"Accept: ", b"Accept "), 1, {"recording"}),
    "no name": (HTTP, swap(b"Accept: ", b": "), 1, {"recording"}),
    "a space before the colon": (HTTP, swap(b"Accept: ", b"Accept : "), 1, {"recording"}),
    "a continued line": (HTTP, swap(b"fr,de,", b"fr,\n  de,"), 1, {"header"}),
    "a continued line at first": (HTTP, swap(b"Authorization", b" Authorization"), 1, {"recording", "unauthenticated"}),
    "a NUL in a header field": (HTTP, swap(b"fr,de,", b"fr,\0de,"), 1, {"header"}),
    "no empty line": (HTTP, swap(b"\n\n{", b"\n{"), 1, {"recording"}),
    "no body": (HTTP, framed(b"", b""), 1, {"required"}),
    "a body cut off": (HTTP, lambda text: text[:-9], 1, {"malformed"}),
    "a body that is not UTF-8": (HTTP, swap(b'"est"', b'"\xff"'), 1, {"malformed"}),
    "a variable in a header field": (HTTP, swap(b"dGplMDpUamUw", b"{{secret}}"), 1, {"recording"}),
    "a variable in the query": (HTTP, swap(b"/Relation\n", b"/Relation?$select={{names}}\n"), 1, {"recording"}),
    "a variable for the URL": (HTTP, swap(b"/api/v1/Relation", b"{{url}}"), 1, {"recording"}),
    "a body in another file": (HTTP, framed(b"", b"<@ body.json"), 0, set()),
    "a length longer than the file": (HTTP, framed(b"Content-Length: 999", b"{"), 1, {"malformed"}),
    "a length that is none": (HTTP, framed(b"Content-Length: x", b"{"), 1, {"malformed"}),
    "an endless length": (HTTP, framed(b"Content-Length: " + b"9" * 9999, b"{"), 1, {"malformed"}),
    "chunks cut off": (HTTP, framed(b"Transfer-Encoding: chunked", b"5\n{\n"), 1, {"recording"}),
    "a chunk longer than its size": (HTTP, framed(b"Transfer-Encoding: chunked", b"1\n{}\n0\n\n"), 1, {"recording"}),
    "a chunk size that is none": (HTTP, framed(b"Transfer-Encoding: chunked", b"2\n{}\nx\n\n"), 1, {"recording"}),
    "gzip that is none": (HTTP, framed(b"Content-Encoding: gzip", b"\x1f\x8b{}"), 1, {"malformed"}),
    "an empty archive": (HAR, lambda _: b"", 1, {"recording"}),
    "an archive without entries": (HAR, lambda _: b'{"log": {"entries": []}}', 3, set()),
    "an archive that is an array": (HAR, lambda _: b"[]", 1, {"recording"}),
    "an archive without a log": (HAR, swap(b'"log"', b'"lag"'), 1, {"recording"}),
    "entries that are no list": (HAR, lambda _: b'{"log": {"entries": 1}}', 1, {"recording"}),
    "entries that are no objects": (HAR, lambda _: b'{"log": {"entries": [1, null]}}', 1, {"recording"}),
    "an archive cut off in a string": (HAR, lambda text: text[: text.index(b"Hayes")], 1, {"recording"}),
    "an archive cut off after an entry": (HAR, lambda text: text[: text.rindex(b"}\n    ]")], 1, {"recording"}),
    "a missing bracket": (HAR, swap(b'"headersSize"', b'] "headersSize"'), 1, {"recording"}),
    "text after the end": (HAR, lambda text: text + b"{}", 1, {"recording"}),
    "an archive in UTF-16": (HAR, lambda text: text.decode().encode("utf-16"), 1, {"recording"}),
    "bytes that are no text": (HAR, swap(b"voluptatem", b"\xff"), 1, {"recording"}),
    "half a character": (HAR, swap(b"voluptatem", b"\\ud800"), 1, {"malformed"}),
    "an entry nested too deep": (HAR, at("_x", eval("[" * 90 + "]" * 90)), 0, set()),
    "a URL of another type": (HAR, at("request.url", 1), 1, {"recording"}),
    "a method that is null": (HAR, at("request.method", None), 1, {"recording"}),
    "a request that is a list": (HAR, at("request", []), 1, {"recording"}),
    "header fields that are an object": (HAR, at("request.headers", {"Accept": "x"}), 1, {"recording"}),
    "a header field that is a text": (HAR, at("response.headers", ["Accept: x"]), 1, {"recording"}),
    "a status that is a text": (HAR, at("response.status", "200"), 1, {"recording"}),
    "a status out of range in an archive": (HAR, at("response.status", 1e300), 1, {"recording"}),
    "a response that is null": (HAR, at("response", None), 1, {"recording"}),
    "content that is a text": (HAR, at("response.content", "{}"), 1, {"recording"}),
    "base64 that is none": (HAR, at("response.content", {"text": "{}", "encoding": "base64"}), 1, {"recording"}),
    "an unknown encoding": (HAR, at("response.content", {"text": "{}", "encoding": "rot13"}), 1, {"recording"}),
    "a posted number": (HAR, at("request.postData", 1), 1, {"recording"}),
    "parameters that are a number": (HAR, at("request.postData", {"params": 1}), 1, {"recording"}),
    "an empty body in an archive": (HAR, at("request.postData", {"text": ""}), 1, {"required"}),
    "an empty answer": (HAR, at("response.content", {"size": 0, "text": ""}), 1, {"required"}),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_recording_ends_in_findings_and_the_right_status(quick: Run, tmp_path: Any, name: str) -> None:
    kind, mutate, status, codes = DAMAGED[name]
    (tmp_path / f"x{kind}").write_bytes(mutate(EXCHANGE if kind == HTTP else TRAFFIC))
    ran = quick("validate", "--format", "json", f"x{kind}")
    assert ran.status == status
    assert "Traceback" not in ran.out + ran.err
    (entry,) = json.loads(ran.out)["files"]
    errors = {finding["code"] for finding in entry["findings"] if finding["severity"] == "error"}
    assert codes <= errors
    assert bool(errors) == (status == 1)
    assert ("error" in entry) == (status == 3)


def test_a_damaged_recording_is_told_by_the_process_as_well(run: Run, tmp_path: Any) -> None:
    for name in ("random bytes", "an archive cut off in a string", "comments alone"):
        kind, mutate, status, _ = DAMAGED[name]
        (tmp_path / f"x{kind}").write_bytes(mutate(EXCHANGE if kind == HTTP else TRAFFIC))
        ran = run("validate", f"x{kind}")
        assert ran.status == status
        assert "Traceback" not in ran.out + ran.err


def test_no_mutation_of_a_recording_raises_in_any_format(
    contract: rs.Contract, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(17)
    how = Judging(None, strict=False, engine=None, operation=None, max_findings=20, show_warnings=True)
    reporters = [make()(contract.document) for make in REPORTERS.values()]
    seeds: tuple[tuple[Kind, bytes], ...] = (("http", EXCHANGE), ("http", CRLF), ("har", TRAFFIC))
    for turn in range(400):
        kind, text = seeds[turn % 3]
        data = bytearray(text)
        for _ in range(chance.randrange(1, 9)):
            place = chance.randrange(len(data))
            data[place : place + chance.randrange(3)] = bytes(
                chance.choices(b'\r\n :#{}[]",\\/HTP1\0\xff', k=chance.randrange(4))
            )
        judge(contract, "x", bytes(data), kind, how, reporters[turn % len(reporters)])
    for reporter in reporters:
        reporter.end()
    assert "Traceback" not in capsys.readouterr().out
