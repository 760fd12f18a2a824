"""Every record of an export ends in one of two files, and what is wrong with it in the table."""

import csv
import gzip
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import relation_spec as rs
from check_export import check
from hypothesis import given, settings
from hypothesis import strategies as st
from relation_spec.strategies import invalid_request_bodies, request_bodies

PROJECT = Path(__file__).parent.parent
EXPORT = PROJECT / "export.ndjson"


def rows(folder):
    with (folder / "findings.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_bad_records_of_the_export_are_found(tmp_path):
    check(EXPORT, tmp_path)
    assert [(row["record"], row["code"], row["pointer"]) for row in rows(tmp_path)] == [
        ("3", "type", "/SourceContactId"),
        ("6", "format", "/UpdatedDate"),
        ("7", "unknown-property", "/Coment"),
        ("8", "range", "/RelationId"),
    ]


def test_no_record_is_lost(tmp_path):
    check(EXPORT, tmp_path)
    sorted_out = [
        *(tmp_path / "good.ndjson").read_bytes().splitlines(),
        *(tmp_path / "bad.ndjson").read_bytes().splitlines(),
    ]
    assert sorted(sorted_out) == sorted(EXPORT.read_bytes().splitlines())


def test_a_gzipped_export_is_read_alike(tmp_path):
    packed = tmp_path / "export.ndjson.gz"
    packed.write_bytes(gzip.compress(EXPORT.read_bytes()))
    assert check(packed, tmp_path / "packed") == check(EXPORT, tmp_path / "plain")


@settings(max_examples=20, deadline=None)
@given(st.lists(request_bodies()), st.lists(invalid_request_bodies(rule="type")))
def test_good_and_broken_records_are_told_apart(good, broken):
    with tempfile.TemporaryDirectory() as folder:
        export = Path(folder) / "export.ndjson"
        export.write_bytes(
            b"".join(rs.encode_request_body(value) + b"\n" for value in [*good, *(body for body, _ in broken)])
        )
        check(export, Path(folder))
        assert len((Path(folder) / "good.ndjson").read_bytes().splitlines()) == len(good)
        assert {(row["code"], row["pointer"]) for row in rows(Path(folder))} == {
            (breach.code, breach.pointer) for _, breach in broken
        }


def test_as_a_command_it_tells_how_often_what_was_found(tmp_path):
    command = [sys.executable, str(PROJECT / "check_export.py"), str(EXPORT), "--into", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert {"code": "range", "pointer": "/RelationId", "count": 1} in json.loads(done.stdout)
