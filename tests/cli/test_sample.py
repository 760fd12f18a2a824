"""``relation-spec sample``: valid and broken samples in every format, the same bytes for the same seed everywhere."""

import base64
import hashlib
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import relation_spec
from relation_spec.cli import cli
from relation_spec.contract.document import Document
from relation_spec.findings import CODES
from relation_spec.strategies.choosing import SteadyRandom
from relation_spec.strategies.samples import body_samples, message_samples
from tests.cli.conftest import Run

CONTRACT = relation_spec.load()


@pytest.fixture
def written(tmp_path: Path, run: Run) -> Callable[..., Path]:
    """The standard output of ``sample`` in a file."""

    def write(name: str, *args: str) -> Path:
        path = tmp_path / name
        with path.open("wb") as file:
            done = run("sample", *args, stdout=file)
        assert done.status == 0, done.err
        return path

    return write


def test_a_sample_is_a_valid_body(quick: Run) -> None:
    ran = quick("sample", "request", "--seed", "5")
    assert CONTRACT.validate_request_body(ran.out).valid
    assert ran.out.startswith("{\n  ")
    assert not ran.err


@pytest.mark.parametrize("args", [("request",), ("response",), ("response", "--status", "404", "--spec")])
def test_samples_of_each_side_are_valid(args: tuple[str, ...], quick: Run) -> None:
    if args[-1] == "--spec":
        assert quick("sample", *args[:-1]).status == 2  # 404 is not documented
        return
    ran = quick("sample", *args, "--count", "40", "--format", "ndjson")
    validate = CONTRACT.validate_request_body if args[0] == "request" else CONTRACT.validate_response_body
    lines = ran.out.removesuffix("\n").split("\n")
    assert len(lines) == 40
    assert all(validate(line).valid for line in lines)


def test_broken_bodies_say_what_they_break(quick: Run) -> None:
    ran = quick("sample", "request", "--invalid", "--count", "30", "--format", "ndjson", "--seed", "2")
    codes = set()
    for line in ran.out.splitlines():
        held = json.loads(line)
        body = held["body"].encode() if "body" in held else base64.b64decode(held["body_base64"])
        breach = held["breach"]
        report = CONTRACT.validate_request_body(body, held["content_type"])
        assert (breach["code"], breach["pointer"]) in {(f.code, f.pointer) for f in report.findings}
        codes.add(breach["code"])
    assert len(codes) > 4


def test_a_broken_body_has_its_comment_on_standard_error(run: Run) -> None:
    ran = run("sample", "request", "--invalid", "--seed", "1", "--content-type", "application/xml")
    assert ran.err.startswith("# 1: breaks ")
    assert "rule " in ran.err
    assert ran.status == 0


REQUEST, RESPONSE = CONTRACT.document.operation().request, CONTRACT.document.operation().response(200)
LABELS = [("request", name) for name in REQUEST.content] + [("response", name) for name in RESPONSE.content]  # type: ignore[union-attr]
COMMENT = re.compile(r"^# (?:\d+: )?breaks ([a-z-]+) in (\S+)(?: at (.*))?; rule (.+?); .+$", re.MULTILINE)


@pytest.mark.parametrize(("side", "label"), LABELS)
@pytest.mark.parametrize("format_", ["body", "http", "curl", "ndjson"])
def test_every_broken_sample_says_which_rule_it_breaks(side: str, label: str, format_: str) -> None:
    """In a comment, or in NDJSON in a field; for bodies the judge finds just that."""
    if (side, format_) == ("response", "curl"):
        return
    args = ["sample", side, "--invalid", "--count", "12", "--content-type", label, "--format", format_]
    ran = CliRunner().invoke(cli, args)
    assert ran.exit_code == 0
    if format_ == "ndjson":
        lines = [json.loads(line) for line in ran.stdout_bytes.splitlines()]
        assert {line["content_type"] for line in lines} == {label}
        told = [line["breach"] for line in lines]
        assert all(breach["code"] and breach["rule"] and breach["note"] for breach in told)
        rules = [(breach["code"], breach["rule"]) for breach in told]
    else:
        text = (ran.stderr_bytes or b"" if format_ == "body" else ran.stdout_bytes).decode("utf-8", "replace")
        rules = [(found[1], found[4]) for found in COMMENT.finditer(text)]
    assert len(rules) == 12
    assert {code for code, _ in rules} <= CODES.keys()
    known = CONTRACT.document
    assert all(known.get(rule.partition(" ")[0]) is not None for _, rule in rules if rule.startswith("/"))


@pytest.mark.parametrize("side", ["request", "response"])
def test_messages_as_text_are_read_back_as_valid(side: str, written: Callable[..., Path], run: Run) -> None:
    path = written("sample.http", side, "--format", "http", "--count", "60")
    ran = run("validate", str(path), "--no-warnings")
    assert ran.out.startswith("60 messages: 60 valid, 0 invalid"), ran.out + ran.err


def test_broken_messages_as_text_are_read_back_as_broken(written: Callable[..., Path], run: Run) -> None:
    path = written("broken.http", "request", "--format", "http", "--invalid", "--count", "60", "--seed", "4")
    assert path.read_bytes().count(b"\n# breaks ") == 60
    ran = run("validate", str(path), "--strict", "--format", "json")
    assert '"valid": true' not in ran.out.replace('"valid":true', '"valid": true')


def test_commands_send_what_the_sample_says(written: Callable[..., Path], tmp_path: Path) -> None:
    """A shell runs each command with a curl that notes its arguments and its input."""
    script = written("sample.sh", "request", "--format", "curl", "--count", "25", "--seed", "9", "--invalid")
    fake = tmp_path / "curl"
    fake.write_text(
        "#!/bin/sh\nfor word; do printf '%s\\0' \"$word\"; done >> args; printf '\\0' >> args\n"
        'for last; do :; done; case "$*" in *"--data-binary @-"*) cat > /dev/null;; esac\n'
    )
    fake.chmod(0o755)
    done = subprocess.run(["/bin/sh", str(script)], cwd=tmp_path, env={"PATH": f"{tmp_path}:/bin:/usr/bin"})
    assert done.returncode == 0
    calls = [call.split(b"\0") for call in (tmp_path / "args").read_bytes().removesuffix(b"\0\0").split(b"\0\0")]
    samples = list(message_samples(CONTRACT, "request", count=25, seed=9, invalid=True))
    assert len(calls) == len(samples)
    for call, sample in zip(calls, samples, strict=True):
        message: Any = sample.message
        assert message.method.encode() in call
        assert any(word.endswith(message.url.encode()) for word in call)
        for name, value in message.headers:
            assert f"{name}: {value}".encode() in call or f"{name};".encode() in call
        if message.body and b"@-" not in call:
            assert message.body in call


def test_wrong_use_is_told(quick: Run) -> None:
    assert quick("sample", "response", "--format", "curl").status == 2
    assert quick("sample", "request", "--content-type", "application/pdf").status == 2
    assert quick("sample", "nobody").status == 2
    assert quick("sample", "request", "--count", "0").status == 2


@pytest.mark.parametrize("args", [(), ("--invalid",), ("--format", "http", "--invalid")])
def test_the_same_seed_gives_the_same_bytes_whatever_the_hash(args: tuple[str, ...], run: Run, tmp_path: Path) -> None:
    def made(number: str, seed: str) -> bytes:
        with (tmp_path / "out").open("wb") as file:
            run(
                "sample", "request", "--count", "20", "--seed", seed, *args, stdout=file, env={"PYTHONHASHSEED": number}
            )
        return (tmp_path / "out").read_bytes()

    one = made("1", "3")
    assert one
    assert one == made("2", "3")
    assert one != made("1", "4")


def test_steady_choices_are_the_same_on_every_python() -> None:
    source = SteadyRandom(1)
    items = list(range(10))
    source.shuffle(items)
    found = [
        items,
        source.sample(range(9), 3),
        source.randint(1, 6),
        source.randrange(0, 100, 7),
        source.choice("abcdef"),
    ]
    assert found == EXPECTED


EXPECTED: list[Any] = [[3, 9, 6, 1, 2, 4, 8, 0, 7, 5], [8, 3, 5], 5, 70, "b"]
"""What seed 1 gives, noted once and for all."""


def test_samples_of_a_fixed_contract_are_pinned(loaded: Callable[[Any], relation_spec.Contract]) -> None:
    """One sum for every Python and platform; it changes with the makers of values alone."""
    schema = {
        "type": "object",
        "required": ["id"],
        "properties": {
            "id": {"type": "integer", "format": "int32"},
            "text": {"type": ["string", "null"]},
            "at": {"type": "string", "x-date-time": {"offset": "required", "fractionDigits": 7}},
            "map": {"type": "object", "additionalProperties": {"type": "boolean"}},
        },
    }
    contract = loaded(schema)
    assert isinstance(contract.document, Document)
    made = [sample.body for sample in body_samples(contract, "request", count=50, seed=1)]
    made += [sample.body for sample in body_samples(contract, "request", count=50, seed=1, invalid=True)]
    assert hashlib.sha256(b"\n".join(body or b"" for body in made)).hexdigest()[:16] == PINNED


PINNED = "b5cff0da45513cd8"
