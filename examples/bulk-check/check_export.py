"""Sorts an NDJSON export of relations: what keeps to the contract here, what does not there, and why in a table.

python check_export.py export.ndjson.gz --into checked
"""

import argparse
import csv
import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import relation_spec as rs


def lines(path: Path) -> Iterator[bytes]:
    """The lines of an export that are not blank."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        yield from (line.rstrip(b"\r\n") for line in file if line.strip())


def check(export: Path, into: Path) -> Counter[tuple[str, str]]:
    """Write good.ndjson, bad.ndjson and findings.csv into a folder; how often which code stood at which pointer."""
    counts: Counter[tuple[str, str]] = Counter()
    into.mkdir(parents=True, exist_ok=True)
    with ExitStack() as files:
        good = files.enter_context((into / "good.ndjson").open("wb"))
        bad = files.enter_context((into / "bad.ndjson").open("wb"))
        table = csv.writer(files.enter_context((into / "findings.csv").open("w", newline="", encoding="utf-8")))
        table.writerow(["record", "code", "pointer", "column", "message", "hint"])
        for number, line in enumerate(lines(export), 1):
            if rs.is_valid_request_body(line):  # nearly free where nothing is wrong
                good.write(line + b"\n")
                continue
            bad.write(line + b"\n")
            for finding in rs.validate_request_body(line).errors:
                counts[finding.code, finding.pointer] += 1
                where = [number, finding.code, finding.pointer, finding.column]
                table.writerow([*where, finding.message, finding.hint or ""])
    return counts


def main() -> int:
    """The exit status: 0 where every record is good, 1 where one is not."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("export", type=Path)
    parser.add_argument("--into", type=Path, default=Path("checked"))
    given = parser.parse_args()
    counts = check(given.export, given.into)
    found = [{"code": code, "pointer": pointer, "count": count} for (code, pointer), count in counts.most_common()]
    json.dump(found, sys.stdout, indent=2)
    print()
    return 1 if counts else 0


if __name__ == "__main__":
    sys.exit(main())
