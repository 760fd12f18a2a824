"""Run programs of others on the contract and its exports, and say what each makes of them.

    python -m tools.consumers.run [ROW ...] [--write] [--envs DIR]

From the project's folder, by a Python that has this package with its extra ``dev``; Chromium must be installed. Makes
environments under ``--envs``, with the versions that are pinned here and in ``tools/lint``, ``tools/side_by_side``,
``tools/bench`` and ``tools/schemathesis``; nothing but package registries is asked. ``--write`` puts the table into
``docs/consumers.md``. Exit status 1 where a program fails and no fault of its own is known, or where one that is known
to fail passes; 2 for wrong use.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tools.consumers import clients, pages, readers, schemas
from tools.consumers.rows import Outcome, Row, exit_status, outcome_of, selected, write
from tools.consumers.workshop import ROOT, Workshop

PAGE: Final = ROOT / "docs" / "consumers.md"
ROWS: Final[tuple[Row, ...]] = (*readers.ROWS, *pages.ROWS, *clients.ROWS, *schemas.ROWS)


def main(arguments: Sequence[str], rows: Sequence[Row] = ROWS) -> int:
    """Run the rows that are named, or all."""
    parser = argparse.ArgumentParser(
        prog="tools.consumers.run", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("row", nargs="*", help=f"one of: {', '.join(row.name for row in rows)}")
    parser.add_argument("--write", action="store_true", help="put the table into the page")
    parser.add_argument("--page", type=Path, default=PAGE, help="another page than docs/consumers.md")
    parser.add_argument("--envs", type=Path, default=ROOT / ".bench", help="where environments are kept")
    options = parser.parse_args(arguments)
    try:
        wanted = selected(rows, options.row)
    except LookupError as error:
        parser.error(str(error.args[0]))
    workshop = Workshop(options.envs)
    outcomes: list[Outcome] = []
    for row in wanted:
        outcomes.append(outcome_of(row, workshop))
        print(outcomes[-1].line(), flush=True)
    if options.write:
        write(options.page, outcomes, rows)
    passed = sum(outcome.passed for outcome in outcomes)
    print(f"{passed} of {len(outcomes)} pass; {sum(outcome.bad for outcome in outcomes)} to be looked into")
    return exit_status(outcomes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
