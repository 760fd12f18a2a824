"""The same seed tries the same: in other processes, whatever is loaded beside it, and by any number of workers."""

import os
import subprocess
import sys
from itertools import islice

import pytest

import relation_spec as rs
from relation_spec.contract import WrongCallError
from relation_spec.fuzz import chance
from relation_spec.fuzz.chance import by_chance
from relation_spec.fuzz.facts import Facts
from relation_spec.fuzz.files import case_text
from relation_spec.fuzz.model import ABSENT
from tests.conftest import ROOT

PRINTED = """
import hashlib, sys
{more}
from relation_spec.fuzz.engine import prepared
from relation_spec.fuzz.files import case_text

async def app(scope, receive, send):
    raise NotImplementedError

made = prepared(app, auth=["basic:demo:demo", "bearer:token"], seed=11, examples=60)
digest = hashlib.sha256()
for _, cases in made.phases.values():
    for case in cases:
        digest.update(case_text(case).encode())
made.session.sender.close()
print(digest.hexdigest())
"""
FACTS = Facts(rs.load(), rs.load().document.operation())


def test_other_processes_try_the_same() -> None:
    """Hash seeds differ, and so do the modules that are loaded, whose constants Hypothesis knows of."""
    found = set()
    for seed, more in (("0", ""), ("1", "import relation_spec.server, relation_spec.cli.fuzz")):
        ended = subprocess.run([sys.executable, "-W", "error", "-c", PRINTED.format(more=more)], capture_output=True,
                               text=True, cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": seed}, timeout=120)  # fmt: skip
        assert ended.returncode == 0, ended.stderr
        found.add(ended.stdout)
    assert len(found) == 1


def test_another_seed_tries_something_else() -> None:
    first, again, other = ([*map(case_text, islice(by_chance(FACTS, seed), 40))] for seed in (5, 5, 6))
    assert first == again != other


def test_random_cases_are_valid_or_broken_as_they_say() -> None:
    """Each is judged by the contract: what is expected of a server is what that says."""
    seen = set()
    for case in islice(by_chance(FACTS, 1), 300):
        if case.value is not ABSENT:
            assert FACTS.is_valid(case.value), case
            seen.add("valid")
        else:
            report = rs.validate_request_body(case.body, case.content_type or "")
            assert report.valid is (case.expect == "free"), case
            seen.add(case.expect)
    assert seen == {"valid", "refused", "free"}


def test_without_hypothesis_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    chance._drawing.cache_clear()
    with pytest.raises(WrongCallError, match="--examples 0"):
        next(by_chance(FACTS, 0))
