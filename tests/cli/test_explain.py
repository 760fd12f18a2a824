"""``explain``, and what helps before a command runs: help, version, completion."""

import subprocess
import sys
from pathlib import Path

import pytest

from relation_spec.findings import CODES
from tests.cli.conftest import GOOD, Run, environment


def test_a_code_is_explained_with_an_example_and_its_mend(quick: Run) -> None:
    ran = quick("explain", "missing-offset")
    code = CODES["missing-offset"]
    assert ran.status == 0
    assert ran.out.startswith(
        f"missing-offset: {code.title}\n\n{code.meaning}\n\nWhat to do: {code.mend}\n\nFor example, in a request:\n\n"
        "warning[missing-offset]: "
    )


def test_a_code_that_no_body_shows_is_explained_in_words(quick: Run) -> None:
    ran = quick("explain", "too-large")
    assert ran.status == 0
    assert ran.out.endswith(f"What to do: {CODES['too-large'].mend}\n\nNo request of this contract shows it.\n")


@pytest.mark.parametrize(
    "code",
    ["method", "path", "header", "language", "unknown-parameter", "unauthenticated", "not-acceptable", "root-element",
     "unknown-attribute", "encoding", "unsupported-media-type", "select"],
)  # fmt: skip
def test_a_code_about_the_message_around_the_body_has_a_whole_request(quick: Run, code: str) -> None:
    out = quick("explain", code).out
    assert "For example, in this request:\n\n    " in out
    assert f"[{code}]: " in out
    assert " --> request.http:" in out


@pytest.mark.parametrize(("wrong", "hint"), [("rnage", "Did you mean range?"), ("zzz", "Call it without a code")])
def test_an_unknown_code_is_told_the_nearest(quick: Run, wrong: str, hint: str) -> None:
    ran = quick("explain", wrong)
    assert ran.status == 2
    assert f"Error: No code '{wrong}'. {hint}" in ran.err


def test_without_a_code_all_are_listed(quick: Run) -> None:
    lines = quick("explain").out.splitlines()
    assert [(line.split()[0], line.split("  ")[-1].strip()) for line in lines] == [
        (c.name, c.title) for c in CODES.values()
    ]


def test_shells_complete_commands_and_codes() -> None:
    def completed(words: str) -> list[str]:
        done = subprocess.run(
            [sys.executable, "-c", "import sys; sys.argv = ['relation-spec']; from relation_spec.cli import main; main()"],
            capture_output=True, text=True,
            env=environment(_RELATION_SPEC_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(words.count(" "))),
        )  # fmt: skip
        return done.stdout.splitlines()

    assert completed("relation-spec va") == ["plain,validate"]
    assert completed("relation-spec explain missing") == ["plain,missing-offset"]
    assert completed("relation-spec validate exam") == ["file,exam"]


def test_a_valid_payload_loads_only_what_it_needs(tmp_path: Path) -> None:
    """Time to start is what a small file costs."""
    (tmp_path / "good.json").write_bytes(GOOD)
    code = (
        "import sys\nfrom relation_spec.cli import main\ntry:\n    main(['validate', 'good.json'])\n"
        "finally:\n    print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True, env=environment()
    )
    heavy = {"gzip", "xml.etree", "jsonschema", "hypothesis", "relation_spec.strategies", "relation_spec.cli.bulk"}
    heavy |= {"relation_spec.cli.explain", "relation_spec.schema.explain", "relation_spec.cli.reporters.json"}
    assert not heavy & set(done.stderr.split())
