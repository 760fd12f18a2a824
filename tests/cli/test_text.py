"""The text format, as a reader sees it: the snapshot is meant to be read, and the caret to be trusted."""

import os
import random
import re
from pathlib import Path

import click
import pytest

import relation_spec as rs
from relation_spec.cli.reporters import REPORTERS, Outcome
from relation_spec.findings.excerpt import excerpt, line_starts
from relation_spec.findings.quoting import escape
from relation_spec.media import json_text
from tests.cli.conftest import BAD, GOOD, WARNED, Run

SNAPSHOT = Path(__file__).with_name("broken.txt")
BROKEN = {
    "bounds.json": '{\n\t"SourceContactId": 874,\n\t"DestinationContactId": 955,\n\t"Reversed": 3000000000,\n\t"RelationId": "685"\n}\n',
    "cut-off.json": '{\n  "SourceContactId": 874,\n  "DestinationContactId": 955,\n  "Comment": "est',
    "dates.json": '{\r\n  "SourceContactId": 874,\r\n  "DestinationContactId": 955,\r\n  "CreatedDate": "2017-02-30T03:41:58Z",\r\n  "UpdatedDate": "2017-12-11T03:41:58"\r\n}\r\n',
    "one-long-line.json": f'{{"Comment":"{"lorem ipsum " * 40}","SourceContactId":874,"DestinationContactId":null,"ActiveText":"{"sed " * 60}"}}',
    "secrets.json": '{"SourceContactId": 874, "Password": "hunter2",\n "DestinationContactId": "Bearer 0123456789abcdef", "Comment": "7T:Zm9vYmFyYmF6"}\n',
    "wide.json": '{"SourceContactId": 874, "ActiveText": "親しい友人 \U0001f600 e\u0301 \u202e!", "DestinationContactId": 955.5,\n  "activeText": ""}\n',
}


def test_six_broken_payloads_read_like_this(quick: Run, tmp_path: Path) -> None:
    for name, text in BROKEN.items():
        (tmp_path / name).write_text(text, newline="", encoding="utf-8")
    shown = re.sub(r"(relation\.openapi\.yaml):\d+:", r"\1:N:", quick("validate", *BROKEN).out)
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOT.write_text(shown, encoding="utf-8")
    assert shown == SNAPSHOT.read_text(encoding="utf-8")


def test_every_caret_stands_under_the_character_that_the_finding_names() -> None:
    """Random lines of hard characters; the character above the caret is the one at the offset."""
    chance = random.Random(7)
    hard = 'a"\\\t\r\n,:{}日\u0301\U0001f600\u202e\u00a0é \x1b'
    for _ in range(3000):
        text = "".join(chance.choice(hard) for _ in range(chance.randrange(1, 400)))
        offset = chance.randrange(len(text))
        line, column = json_text.line_column(text, offset)
        shown, indent = excerpt(text, line_starts(text, [line])[line], column)
        expected = "" if text[offset] in "\r\n" else escape(text[offset].replace("\t", " "))
        width, at = 0, 0
        while width < indent:
            width += {"日": 2, "\U0001f600": 2, "\u0301": 0}.get(shown[at], 1)
            at += 1
        while shown[at : at + 1] == "\u0301" != expected:
            at += 1  # it stands on the character before
        assert shown[at:].startswith(expected), (text, offset, shown, indent)
        assert len(shown) < 300
        assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e]", shown)


def test_lines_are_counted_as_the_findings_count_them() -> None:
    text = "a\r\nb\rc\n\nd"
    assert line_starts(text, [1, 2, 3, 4, 5]) == {1: 0, 2: 3, 3: 5, 4: 7, 5: 8}
    assert line_starts("\n" * 10**6 + "x", [10**6 + 1]) == {10**6 + 1: 10**6}


@pytest.mark.parametrize(
    "line",
    [
        '{"Comment": "Bearer SECRETSECRET"}',
        '{"Comment": "Bearer\\u0020SECRETSECRET"}',
        '{"password": "SECRET"}',
        '{"Token" : "SECRET"}',
        "Authorization: Bearer SECRETSECRET",
        "{'Comment': 'eyJSECRETSECRET.SECRET'}",
        "{Comment: 7T:SECRETSECRET}",
        '{"Comment": "' + "x1Y" * 40_000 + "SECRET" + "x1Y" * 40_000 + '"}',
    ],
)  # fmt: skip
def test_secrets_are_masked_wherever_the_caret_is(line: str) -> None:
    for column in (1, len(line) // 2, line.index("SECRET") + 1, len(line) + 1):
        shown, _ = excerpt(line, 0, column)
        assert "SECRET" not in shown


def test_what_is_no_secret_is_shown() -> None:
    line = '{"SourceContactId": 11111111111111111111111111111111111, "Comment": "A comment that is not short at all"}'
    assert excerpt(line, 0, 1)[0] == line[:96] + "…"
    assert excerpt(line[:90], 0, 1)[0] == line[:90]


def test_names_of_properties_and_files_cannot_reach_the_terminal(quick: Run, tmp_path: Path) -> None:
    (tmp_path / "\x1b[31m.json").write_bytes(GOOD[:-1] + b', "\\u001b[2J": 1, "Bearer abcdefghijk": 2}')
    shown = quick("validate", "\x1b[31m.json").out
    assert " --> \\u001b[31m.json:1:51  at /\\u001b[2J\n" in shown
    assert "\x1b" not in shown
    assert "abcdefghijk" not in shown


def test_what_is_not_shown_is_counted(quick: Run) -> None:
    many = b"{" + b",".join(b'"p%d": 1' % n for n in range(250)) + b"}"
    shown = quick("validate", "--max-findings", "3", "-", stdin=many).out
    assert "\nand 249 more findings in -, not shown; --max-findings asks for more\n" in shown
    assert shown.endswith("1 payload: 0 valid, 1 invalid; 3 errors, 0 warnings, and 249 more findings not shown\n")


def test_warnings_are_hidden_on_demand(quick: Run) -> None:
    assert "warning[null-id]" in quick("validate", "-", stdin=WARNED).out
    hidden = quick("validate", "--no-warnings", "-", stdin=WARNED)
    assert (hidden.status, hidden.out) == (0, "1 payload: 1 valid, 0 invalid; 0 errors, 0 warnings\n")
    assert "error[null-id]" in quick("validate", "--strict", "--no-warnings", "-", stdin=WARNED).out


def test_the_charset_of_the_content_type_is_the_one_of_the_excerpt(quick: Run) -> None:
    body = '{"Comment": "äöü", "SourceContactId": 1, "DestinationContactId": "ö"}'.encode("latin-1")
    shown = quick("validate", "--content-type", "application/json; charset=latin-1", "-", stdin=body).out
    assert '1 | {"Comment": "äöü", "SourceContactId": 1, "DestinationContactId": "ö"}\n' in shown


def test_what_cannot_be_decoded_is_shown_beyond_the_place(quick: Run) -> None:
    shown = quick("validate", "-", stdin=b'{"Comment": "caf\xe9 au lait"}').out
    assert '1 | {"Comment": "caf\ufffd au lait"}\n  |                 ^\n' in shown


def test_the_rule_is_quoted_from_the_contract_that_was_asked_for(quick: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "other.yaml").write_text(
        "openapi: 3.1.0\n"
        "info: {title: t, version: '1'}\n"
        "paths:\n"
        "  /x:\n"
        "    post:\n"
        "      operationId: x\n"
        "      requestBody:\n"
        "        content:\n"
        "          application/json:\n"
        "            schema:\n"
        "              type: integer\n"
        "              maximum: 3\n"
        "      responses: {'204': {description: ok}}\n"
    )
    shown = quick("validate", "--spec", "mine/other.yaml", "-", stdin=b"4").out
    assert "error[range]: found 4; expected at most 3\n" in shown
    assert "  = rule: mine/other.yaml:12: maximum: 3\n" in shown


def test_no_format_trips_over_any_broken_bytes(contract: rs.Contract, capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(11)
    reporters = [make()(contract.document) for make in REPORTERS.values()]
    for _ in range(300):
        body = bytearray(GOOD + b"\n" + BAD)
        for _ in range(chance.randrange(1, 9)):
            body[chance.randrange(len(body))] = chance.choice(b'\r\n\t"\\{}[]:,\x00\x1b\xff\xe2\x80\xae')
        report = contract.validate_request_body(bytes(body))
        for reporter in reporters:
            reporter.add(Outcome("x.json", None, report, bytes(body), "application/json", True))
    for reporter in reporters:
        reporter.end()
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", click.unstyle(capsys.readouterr().out))
