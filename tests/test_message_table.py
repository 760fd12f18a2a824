"""Whole messages, listed in ``tests/data/messages``, and all that is found in each.

A file is about one theme. Its ``usual`` message is healthy; every case is that message with something else in places:

- ``method``, ``url``, ``status`` stand in for the usual ones; ``query`` is put behind the usual URL.
- ``headers`` are added or replaced by name; null takes one away, a list sends one several times.
- ``body`` replaces the usual one: a mapping is sent as JSON, a text as it stands. ``with`` and ``without`` change
  properties of a mapping. ``charset`` is the encoding of it all, ``packed`` a content coding, ``cut`` drops bytes at
  the end, ``twice`` sends the body as two members.
- ``asked`` is the request of a response, with the same keys.
- ``finds`` lists the findings as severity, code, place, and pointer into the body; without it there are none.

What follows from the contract or an RFC is said in the heading of each file. The word ``hush`` stands in everything that
is secret.
"""

import gzip
import json
import os
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

import relation_spec
from relation_spec import Report, Request, Response
from tests.conftest import ROOT

FOLDER = ROOT / "tests" / "data" / "messages"
KEYS = {
    *("method", "url", "query", "status", "headers", "body", "with", "without", "charset", "packed", "cut", "twice"),
    *("asked", "finds"),
}
PACKERS = {"gzip": gzip.compress, "deflate": zlib.compress}


def files() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(FOLDER.glob("*.yaml")):
        yield path.stem, yaml.safe_load(path.read_text(encoding="utf-8"))


def cases() -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """The name, the usual message and the changes of every case."""
    for theme, table in files():
        for case in table["cases"]:
            ((title, changes),) = case.items() if isinstance(case, dict) else ((case, {}),)
            assert changes.keys() <= KEYS, (title, changes)
            yield f"{theme}: {title}", table["usual"], changes


CASES = list(cases())


def _headers(usual: dict[str, Any], changes: dict[str, Any]) -> list[tuple[str, str]]:
    held = {**usual.get("headers", {}), **changes.get("headers", {})}
    return [
        (name, value)
        for name, values in held.items()
        if values is not None
        for value in (values if isinstance(values, list) else [values])
    ]


def _body(usual: dict[str, Any], changes: dict[str, Any]) -> bytes | None:
    body = changes.get("body", usual.get("body"))
    if isinstance(body, dict):
        body = {k: v for k, v in {**body, **changes.get("with", {})}.items() if k not in changes.get("without", ())}
        body = json.dumps(body, ensure_ascii=False)
    data = body.encode(changes.get("charset", "utf-8")) if isinstance(body, str) else body
    if (coding := changes.get("packed")) is not None:
        parts = [data[:20], data[20:]] if changes.get("twice") else [data]
        data = b"".join(map(PACKERS[coding], parts))
    return data[: len(data) - changes.get("cut", 0)] if data else data


def _request(usual: dict[str, Any], changes: dict[str, Any]) -> Request:
    url = changes.get("url", usual.get("url"))
    if "query" in changes:
        url += "?" + changes["query"]
    method = changes.get("method", usual.get("method"))
    return Request(method, url, _headers(usual, changes), _body(usual, changes))


def _response(usual: dict[str, Any], changes: dict[str, Any]) -> Response:
    return Response(changes.get("status", usual.get("status")), _headers(usual, changes), _body(usual, changes))


def judged(usual: dict[str, Any], changes: dict[str, Any], **options: Any) -> Report:
    if "status" not in usual:
        return relation_spec.validate_request(_request(usual, changes), **options)
    asked = _request(usual["asked"], changes.get("asked", {})) if "asked" in usual else None
    return relation_spec.validate_response(_response(usual, changes), asked, **options)


def found(report: Report) -> set[str]:
    return {f"{f.severity} {f.code} {f.where} {f.pointer}".strip() for f in report.findings}


@pytest.mark.parametrize(("usual", "changes"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_message_of_the_table_has_the_findings_that_stand_there(
    usual: dict[str, Any], changes: dict[str, Any]
) -> None:
    """Under every engine and strictness, and judged again; no finding gives a secret away."""
    expected = changes.get("finds", [])
    assert len(set(expected)) == len(expected)
    valid = not any(line.startswith("error") for line in expected)
    for engine in (None, "reference", None):
        report = judged(usual, changes, engine=engine)
        assert found(report) == set(expected)
        assert report.valid is valid
        shown = json.dumps(report.to_dict(), ensure_ascii=False)
        assert "hush" not in shown
        assert all(0 < len(f.message) < 600 and f.spec_line for f in report.findings)
        strict = judged(usual, changes, engine=engine, strict=True)
        assert found(strict) == {line.replace("warning", "error", 1) for line in expected}
        assert strict.valid is (not expected)


def test_the_table_is_long_and_a_third_of_it_is_healthy() -> None:
    names = [name for name, _, _ in CASES]
    assert len(set(names)) == len(names)
    assert len(CASES) >= 150
    healthy = sum("finds" not in changes for _, _, changes in CASES)
    assert healthy * 3 >= len(CASES)


def test_the_words_of_all_findings_read_well() -> None:
    """Each different finding of the table once, with its hint and its rule; ``UPDATE_SNAPSHOTS=1`` writes them."""
    said: dict[str, None] = {}
    for _, usual, changes in CASES:
        for f in judged(usual, changes).findings:
            place = " ".join(filter(None, [f.where, f.pointer]))
            said[f"{f.severity}[{f.code}] {place}\n  {f.message}\n  -> {f.hint}\n  by {f.spec_pointer}\n"] = None
    text = "\n".join(sorted(said))
    path = FOLDER.parent / "messages.words.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
