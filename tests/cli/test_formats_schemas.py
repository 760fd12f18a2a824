"""JUnit and SARIF of ``validate`` keep to the schemas of those who read them, whatever was judged."""

from pathlib import Path

import pytest

from tests.cli.conftest import BAD, GOOD, WARNED, Run
from tests.report_schemas import junit_faults, sarif_faults

FAULTS = {"junit": junit_faults, "sarif": sarif_faults}
RECORDED = b"POST /api/v1/Relation HTTP/1.1\nHost: x\nContent-Type: application/json\n\n" + BAD + b"\n"
INPUTS = {
    "good.json": GOOD,
    "warned.json": WARNED,
    '50%<&">\x01.json': BAD,
    "x.ndjson": GOOD + b"\n" + BAD,
    "x.http": RECORDED,
}


@pytest.mark.parametrize("format_", FAULTS)
@pytest.mark.parametrize("names", [["good.json"], [*INPUTS, "missing.json"], ["missing.json"]])
def test_formats_keep_to_their_schemas(quick: Run, tmp_path: Path, format_: str, names: list[str]) -> None:
    for name, body in INPUTS.items():
        (tmp_path / name).write_bytes(body)
    ran = quick("validate", "--strict", "--format", format_, *names)
    assert FAULTS[format_](ran.out if format_ == "sarif" else ran.out.encode()) == []  # type: ignore[operator]


@pytest.mark.parametrize("format_", FAULTS)
def test_formats_of_many_payloads_keep_to_their_schemas(quick: Run, format_: str) -> None:
    """Past a bound, findings are counted and no longer listed."""
    out = quick("validate", "--ndjson", "--format", format_, "-", stdin=(BAD + b"\n") * 1203).out
    assert "not listed" in out
    assert FAULTS[format_](out if format_ == "sarif" else out.encode()) == []  # type: ignore[operator]
