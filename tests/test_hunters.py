"""What counts as found where fuzzers are set beside each other, by recorded reports; no tool is started here."""

import json
from pathlib import Path
from typing import Any

import pytest

from relation_spec.server.defects.gallery import DEFECTS
from tests.conftest import ROOT
from tools.bench.hunters.credit import EXPLAINED, Budget, Entry, Run, found, normalised, of_ours
from tools.bench.hunters.results import CLEAN, Results
from tools.bench.hunters.schemathesis import entries_of
from tools.bench.hunters.served import Clock, Served, Tick
from tools.bench.hunters.table import Asked, Table, write

RECORDED = ROOT / "tests" / "data" / "hunters"
REPORT = [json.loads(line) for line in (RECORDED / "schemathesis.ndjson").read_text("utf-8").splitlines()]
OURS: dict[str, list[dict[str, Any]]] = json.loads((RECORDED / "relation-spec.json").read_text("utf-8"))
NEW = Entry("schema", "broken", 3, request=400, seconds=9.0)
OLD = Entry("acceptance", "refused", 7, request=10, seconds=1.0)


def run_of(*entries: Entry, **told: Any) -> Run:
    held = {"requests": 500, "cases": 480, "seconds": 10.0, "processor": 8.0, "clock": 8.0, "trouble": []}
    return Run(**{**held, **told, "entries": list(entries)})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('null is not of type "integer"\n\nSchema at /a:\n\n {}\n\nValue:\n\n null', 'null is not of type "string"'),
        ("took 1.5 s, 30 times as long as usual", "took 12 s,  7 times as long\nas usual"),
        ('-1 is less than 0: "say \\"a\\""', '5e3 is less than 0: "b"'),
    ],
)
def test_complaints_that_differ_in_values_are_one(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


def test_complaints_that_differ_in_words_are_two() -> None:
    assert normalised('null is not of type "integer"') != normalised('null is not one of "integer"')
    assert normalised("Undocumented HTTP status code") != normalised("Undocumented Content-Type")


def test_a_find_is_an_entry_that_the_clean_server_never_gets() -> None:
    clean = [run_of(OLD), run_of()]
    assert found([run_of(OLD, NEW)], clean, Budget()) == {NEW.key}
    assert found([run_of(OLD)], clean, Budget()) == set()
    assert found([run_of(NEW)], [run_of(NEW)], Budget()) == set()


def test_an_explained_complaint_is_no_find_even_where_the_clean_server_did_not_get_it() -> None:
    assert found([run_of(NEW._replace(says=EXPLAINED + "null in XML"))], [], Budget()) == set()


def test_a_budget_covers_what_was_known_within_it() -> None:
    assert Budget(requests=400).covers(NEW)
    assert not Budget(requests=399).covers(NEW)
    assert Budget(seconds=9).covers(NEW)
    assert not Budget(seconds=8.9).covers(NEW)
    assert Budget(requests=100).covers(NEW._replace(fuzzed=100)), "the random phase alone counts as well"


def test_a_report_of_schemathesis_becomes_entries_with_their_requests() -> None:
    """Three examples and four random cases after one probe; of the three complaints one is explained."""
    begin = next(event["SuiteStarted"]["timestamp"] for event in REPORT if "SuiteStarted" in event)
    clock = Clock([Tick(begin - 1, 0.5), *(Tick(begin + number, float(number)) for number in range(1, 8))])
    entries, phases = entries_of(REPORT, clock)
    assert phases == {"examples": 3, "fuzzing": 4}
    assert [entry._replace(raw="") for entry in entries] == [
        Entry(
            "response_schema_conformance",
            "null is not of type … Validated against the response schema for status code N.",
            times=4,
            request=2,
            seconds=1.0,
            fuzzed=1,
        ),
        Entry("positive_data_acceptance", EXPLAINED + "null in a form", times=1, request=7, seconds=6.0, fuzzed=3),
    ]


def test_our_defects_are_entries_by_check_place_and_cause() -> None:
    (one,) = map(of_ours, OURS["null-as-empty"])
    assert one == ("nulls", "/Comment: Null, absence and empty text are mixed up (empty text becomes null)")
    assert len(set(map(of_ours, OURS["text-in-list"]))) == 3


class Recorded:
    """A tool whose results are given."""

    def __init__(self, name: str) -> None:
        self.name, self.version = name, "1"

    def settings(self, requests: int, seconds: float, seed: int) -> list[str]:
        return [f"--seed={seed}"]

    def runs(self, served: Served, requests: int, seconds: float, seed: int, patience: float) -> list[Run]:
        raise AssertionError("nothing is run")

    def random(self, served: Served, seconds: float, seed: int, patience: float) -> Run:
        raise AssertionError("nothing is run")


def test_results_last_and_can_be_forgotten(tmp_path: Path) -> None:
    path, tool, other = tmp_path / "results.ndjson", Recorded("ours"), Recorded("theirs")
    for one in (tool, other):
        Results(path, 500, 20).add(one, "field-lost", 1, [run_of(NEW)])
    again = Results(path, 500, 20)
    assert again.runs(tool, "field-lost", 1) == [run_of(NEW)]
    assert not again.has(tool, "field-lost", 2)
    again.forget(tool="ours")
    assert not Results(path, 500, 20).has(tool, "field-lost", 1)
    assert Results(path, 500, 20).has(other, "field-lost", 1)


def test_the_table_counts_and_the_page_takes_it(tmp_path: Path) -> None:
    ours, theirs = Recorded("ours"), Recorded("theirs")
    results = Results(tmp_path / "results.ndjson", 500, 20)
    for tool, defect, entries in (
        (ours, CLEAN, []),
        (theirs, CLEAN, [OLD]),
        (ours, "a", [NEW]),
        (theirs, "a", [OLD]),
        (ours, "b", [NEW]),
        (theirs, "b", [OLD, NEW]),
    ):
        results.add(tool, defect, 1, [run_of(*entries)])
    table = Table(results, [ours, theirs], ["a", "b"], Asked(500, 20, 1, 1, 1))
    assert table.alone(ours, theirs) == ["a"]
    assert table.alone(theirs, ours) == []
    assert "| found of 2, 500 requests | 2 | 1 |" in table.summary()
    assert "| false alarms at the clean server, 1 seeds | 0 | 1 (of 7 answers) |" in table.summary()
    assert not table.met(), "the speed was not measured"
    page = tmp_path / "page.md"
    page.write_text((ROOT / "docs" / "hunters.md").read_text("utf-8"), "utf-8")
    write(page, table)
    assert table.page() in page.read_text("utf-8")
    assert page.read_text("utf-8").startswith("# Hunters of defects")


def test_the_page_has_a_row_for_every_defect() -> None:
    """Where this fails, measure what is new: ``python -m tools.bench.hunters.run --write``."""
    page = (ROOT / "docs" / "hunters.md").read_text("utf-8")
    assert [name for name in DEFECTS if f"\n| `{name}` |" not in page] == []
