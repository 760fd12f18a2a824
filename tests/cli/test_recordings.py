"""Recorded traffic at the command line: which files are, what is judged in them, and where findings are said to be."""

import base64
import gzip
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.cli.conftest import GOOD, Run
from tests.conftest import ROOT

EXCHANGE = (ROOT / "examples" / "exchange.http").read_bytes()
TRAFFIC = (ROOT / "examples" / "traffic.har").read_bytes()
OTHERS = b"GET /api/v1/Contact/1 HTTP/1.1\n\nHTTP/1.1 200 OK\n\n{}\n\n### b\nPOST /api/v1/Person\n"
WRONG = {b'"RelationId": 959': b'"RelationId": "9"', b'"Reversed": 102': b'"Reversed": 1.5'}


def wrong(text: bytes) -> bytes:
    """With one error in the request's body and one in the response's."""
    for old, new in WRONG.items():
        for escaped in (old, old.replace(b'"', b'\\"')):
            text = text.replace(escaped, new if escaped == old else new.replace(b'"', b'\\"'))
    return text


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> None:
    for name, text in {
        "exchange.http": EXCHANGE,
        "exchange.rest": EXCHANGE.replace(b"\n", b"\r\n"),
        "traffic.har": TRAFFIC,
        "packed.har.GZ": gzip.compress(TRAFFIC),
        "packed.http.gz": gzip.compress(EXCHANGE),
        "har.json": TRAFFIC,
        "http.txt": EXCHANGE,
        "wrong.http": wrong(EXCHANGE),
        "wrong.har": wrong(TRAFFIC),
        "others.http": OTHERS,
        "good.json": GOOD,
    }.items():
        (tmp_path / name).write_bytes(text)


@pytest.mark.parametrize(
    "arguments",
    [
        ["exchange.http"],
        ["exchange.rest"],
        ["traffic.har"],
        ["packed.har.GZ"],
        ["packed.http.gz"],
        ["--content-type", "application/har+json", "har.json"],
        ["--content-type", "message/http", "http.txt"],
        ["--engine", "reference", "exchange.http"],
        ["--operation", "saveRelation", "traffic.har"],
        ["--strict", "exchange.http"],
    ],
)
def test_the_sample_of_the_page_is_valid_in_every_form(quick: Run, arguments: list[str]) -> None:
    ran = quick("validate", *arguments)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("2 messages: 2 valid, 0 invalid; 0 errors, 0 warnings")


@pytest.mark.parametrize("text", [EXCHANGE, TRAFFIC, b"\xef\xbb\xbf" + EXCHANGE, gzip.compress(TRAFFIC)], ids=range(4))
def test_standard_input_is_known_by_how_it_begins(quick: Run, text: bytes) -> None:
    assert quick("validate", "-", stdin=text).out.startswith("2 messages: 2 valid")
    assert quick("validate", "-", stdin=GOOD).out.startswith("1 payload: 1 valid")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--status", "200", "exchange.http"],
        ["--as", "response", "--select", "Comment", "traffic.har"],
        ["--content-type", "text/xml", "traffic.har"],
    ],
)
def test_what_a_recording_says_itself_cannot_be_said_again(quick: Run, arguments: list[str]) -> None:
    ran = quick("validate", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert "goes with payloads; " in ran.err


def test_one_side_alone_is_judged_on_demand(quick: Run) -> None:
    for side, code in (("request", '"9"'), ("response", "1.5")):
        for file in ("wrong.http", "wrong.har"):
            ran = quick("validate", "--as", side, file)
            assert ran.status == 1
            assert "1 message: 0 valid, 1 invalid; 1 error" in ran.out
            assert code in ran.out


def test_messages_of_other_endpoints_are_skipped_and_counted(quick: Run) -> None:
    ran = quick("validate", "traffic.har")
    assert ran.out.endswith("; 2 messages of other endpoints skipped\n")
    said = json.loads(quick("validate", "--format", "json", "traffic.har").out)
    assert said == {"valid": True, "files": [{"file": "traffic.har", "valid": True, "findings": [], "skipped": 2}]}


def test_a_recording_without_any_message_of_the_contract_tests_nothing(quick: Run) -> None:
    ran = quick("validate", "others.http", "good.json")
    assert ran.status == 3
    assert ran.err == (
        "Error: others.http: it holds no message of this contract, so nothing was tested; "
        "3 messages of other endpoints skipped\n"
    )
    assert quick("validate", "others.http", "wrong.http").status == 1
    assert quick("validate", "others.http", "missing.http").status == 2
    assert quick("validate", "-", "--content-type", "message/http").status == 3
    said = json.loads(quick("validate", "--format", "json", "others.http").out)
    assert (said["valid"], said["files"][0]["error"][:29]) == (False, "it holds no message of this c")
    assert 'errors="1"' in quick("validate", "--format", "junit", "others.http").out
    assert "title=untested" in quick("validate", "--format", "github", "others.http").out
    log = json.loads(quick("validate", "--format", "sarif", "others.http").out)
    assert log["runs"][0]["invocations"][0]["executionSuccessful"] is False


def test_text_shows_lines_of_the_file_and_the_exchange(quick: Run) -> None:
    out = quick("validate", "wrong.http").out
    lines = wrong(EXCHANGE).decode().splitlines()
    for place, text in (("13:17", '  "RelationId": "9",'), ("40:15", '  "Reversed": 1.5,')):
        number = int(place.split(":")[0])
        assert lines[number - 1] == text
        assert f"--> wrong.http:{place}  at /" in out
        assert f"\n{number} | {text}\n" in out
    assert " = in: #1 Save a relation, request\n" in out
    assert " = in: #1 Save a relation, response\n" in out


def test_text_shows_lines_of_the_body_where_those_of_the_file_mean_nothing(quick: Run) -> None:
    out = quick("validate", "wrong.har").out
    assert " --> wrong.har#2 POST /api/v1/Relation, request:6:17  at /RelationId\n" in out
    assert ' --> wrong.har#2 POST /api/v1/Relation, response:9:15  at /Reversed\n  |\n9 |   "Reversed": 1.5,\n' in out


def test_every_format_names_the_exchange(quick: Run) -> None:
    for file, lines in (("wrong.http", (13, 40)), ("wrong.har", (6, 9))):
        name = "#1 Save a relation" if file == "wrong.http" else "#2 POST /api/v1/Relation"
        (entry,) = json.loads(quick("validate", "--format", "json", file).out)["files"]
        assert [(f["entry"], f["side"], f["line"]) for f in entry["findings"]] == [
            (name, "request", lines[0]),
            (name, "response", lines[1]),
        ]
        (suite,) = ElementTree.fromstring(quick("validate", "--format", "junit", file).out)
        assert [case.get("name") for case in suite] == [f"{name}, request", f"{name}, response"]
        assert (suite.get("tests"), suite.get("failures")) == ("2", "2")
        results = json.loads(quick("validate", "--format", "sarif", file).out)["runs"][0]["results"]
        places = [result["locations"][0] for result in results]
        assert [place["logicalLocations"][0]["fullyQualifiedName"] for place in places] == [
            f"{name}, request /RelationId",
            f"{name}, response /Reversed",
        ]
        shown = [place["physicalLocation"].get("region", {}).get("startLine") for place in places]
        assert shown == ([13, 40] if file == "wrong.http" else [None, None])
        commands = quick("validate", "--format", "github", file).out.splitlines()
        assert f"({name}, request" in commands[0]
        assert ("line=13,col=17," in commands[0]) == (file == "wrong.http")
        assert ("line 6, column 17 of the body)" in commands[0]) == (file == "wrong.har")


def test_junit_lists_valid_messages_too(quick: Run) -> None:
    (suite,) = ElementTree.fromstring(quick("validate", "--format", "junit", "exchange.http").out)
    assert [(case.get("name"), len(case)) for case in suite] == [
        ("#1 Save a relation, request", 0),
        ("#1 Save a relation, response", 0),
    ]


def test_a_finding_in_a_header_field_is_on_its_line_and_in_a_query_on_the_first(quick: Run, tmp_path: Path) -> None:
    text = EXCHANGE.replace(b"fr,de,ru,zh", b"fr,deq").replace(b"/Relation", b"/Relation?$select=Nobody")
    (tmp_path / "x.http").write_bytes(text)
    out = quick("validate", "x.http").out
    assert "--> x.http:5:1  in header.Accept-Language\n  |\n5 | Accept-Language: …\n  | ^\n" in out
    assert "--> x.http:2:1  in query.$select\n  |\n2 | POST /api/v1/Relation?…\n  | ^\n" in out


SECRET = "hunter2hunter2"


def test_no_format_shows_a_credential_wherever_it_stands(quick: Run, tmp_path: Path) -> None:
    """Header fields, cookies, the address, the query, and a body that repeats one."""
    basic = base64.b64encode(f"tje:{SECRET}".encode()).decode()
    text = EXCHANGE.replace(b"dGplMDpUamUw", basic.encode())
    text = text.replace(b"POST /", f"POST https://u:{SECRET}@h.example/".encode(), 1)
    text = text.replace(b"/Relation\n", f"/Relation?token={SECRET}\n".encode(), 1)
    head = (
        f"Cookie: XSRF-TOKEN={SECRET}; a={SECRET}\nX-XSRF-TOKEN: {SECRET}x\nSO-AppToken: {SECRET}\nNo colon {SECRET}\n"
    )
    text = text.replace(b"Accept:", head.encode() + b"Accept:", 1)
    text = text.replace(b'"Comment": "est"', f'"RelationId": "{basic}", "Comment": 1, "x": "{SECRET}"'.encode())
    text = text.replace(b"HTTP/1.1 200 OK\n", f"HTTP/1.1 200 OK\nSet-Cookie: s={SECRET}; Path=/\n".encode())
    text = text.replace(b'"Comment": "et"', f'"Comment": 1, "x": "{SECRET}"'.encode())
    (tmp_path / "x.http").write_bytes(text)
    har = json.loads(TRAFFIC)
    request = har["log"]["entries"][1]["request"]
    request["url"] += f"?token={SECRET}"
    request["headers"] += [{"name": "Cookie", "value": f"a={SECRET}"}, {"name": "SO-AppToken", "value": SECRET}]
    request["headers"][0]["value"] = f"Basic {basic}"
    request["postData"]["text"] = json.dumps({"SourceContactId": basic, "DestinationContactId": "", "x": SECRET})
    (tmp_path / "x.har").write_text(json.dumps(har))
    for format_ in ("text", "json", "junit", "sarif", "github"):
        for file in ("x.http", "x.har"):
            ran = quick("validate", "--format", format_, file)
            assert ran.status == 1
            for secret in (SECRET, basic):
                assert secret not in ran.out + ran.err


def archive(**changes: Any) -> bytes:
    har = json.loads(TRAFFIC)
    for name, value in changes.items():
        side, _, key = name.partition("_")
        har["log"]["entries"][1][side][key] = value
    return json.dumps(har).encode()


def test_bodies_of_archives_come_in_several_forms(quick: Run, response_body: dict[str, Any]) -> None:
    """In base64, as a form's parameters, and not at all."""
    packed = base64.b64encode(json.dumps(response_body).encode()).decode()
    content = {"size": 9, "mimeType": "application/json", "text": packed, "encoding": "base64"}
    assert quick("validate", "-", stdin=archive(response_content=content)).status == 0
    broken = {**content, "text": base64.b64encode(b"{").decode()}
    assert "error[malformed]" in quick("validate", "-", stdin=archive(response_content=broken)).out
    form = [{"name": "SourceContactId", "value": "1"}, {"name": "DestinationContactId", "value": "x"}]
    headers = [h for h in json.loads(TRAFFIC)["log"]["entries"][1]["request"]["headers"] if h["name"] != "Content-Type"]
    headers.append({"name": "content-type", "value": "application/x-www-form-urlencoded"})
    ran = quick("validate", "-", stdin=archive(request_postData={"params": form}, request_headers=headers))
    assert ran.status == 1
    assert "at /DestinationContactId" in ran.out
    assert "1 error" in ran.out
    ran = quick("validate", "-", stdin=archive(response_content={"size": 9}))
    assert ran.status == 0
    assert "warning[recording]: the recording leaves out the response's body of 9 bytes\n" in ran.out
    assert "2 messages: 2 valid, 0 invalid; 0 errors, 1 warning" in ran.out
    assert quick("validate", "--strict", "-", stdin=archive(response_content={"size": 9})).status == 1


def test_an_archive_that_is_cut_off_is_judged_up_to_the_cut(quick: Run) -> None:
    har = json.loads(TRAFFIC)
    har["log"]["entries"] *= 2
    text = json.dumps(har, indent=1)
    ran = quick("validate", "-", stdin=text[:-1000].encode())
    assert ran.status == 1
    assert "error[recording]: the file is cut off here, before its JSON ends\n" in ran.out
    assert ran.out.endswith(
        "3 messages: 2 valid, 1 invalid; 1 error, 0 warnings; 4 messages of other endpoints skipped\n"
    )


def test_findings_are_bounded_with_those_of_the_recording_first(quick: Run) -> None:
    text = wrong(EXCHANGE).replace(b"Accept:", b"No colon\nAccept:")
    ran = quick("validate", "--max-findings", "1", "--as", "request", "-", stdin=text)
    assert "error[recording]" in ran.out
    assert "error[type]" not in ran.out
    assert "and 1 more finding in -#1 Save a relation, request, not shown" in ran.out


def test_lines_of_bodies_that_are_packed_or_in_chunks_are_those_of_the_body(quick: Run) -> None:
    body = b'{"SourceContactId": 1,\n"DestinationContactId": "x"}'
    head = EXCHANGE.partition(b"\n\n")[0].replace(b"\n", b"\r\n") + b"\r\n"
    chunks = b"%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n" % (9, body[:9], len(body) - 9, body[9:])
    packed = gzip.compress(body)
    for rest in (
        b"Transfer-Encoding: chunked\r\n\r\n" + chunks,
        b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s" % (len(packed), packed),
    ):
        ran = quick("validate", "-", stdin=head + rest)
        assert "--> -#1 Save a relation, request:2:25  at /DestinationContactId\n" in ran.out
        assert '2 | "DestinationContactId": "x"}\n' in ran.out
