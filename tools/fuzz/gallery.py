"""Plant every defect of the server's gallery, run the fuzzer as a user would, and see which of them it finds.

    python tools/fuzz/gallery.py --seeds 5 --users both

A line for each defect: the case at which it was first seen with each seed, how many entries it made, the seconds until
it was seen and until the run was over, and the checks that named it. A defect is found where an entry with a check and
place of ``gallery.txt`` came up within ``--cases`` cases. Exit status 1 where one was missed, or made more than two
entries.
"""

import argparse
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NamedTuple

from relation_spec.fuzz import Result, run
from relation_spec.server import create_app
from relation_spec.server.defects.gallery import DEFECTS
from relation_spec.server.running import running_server

TOKEN = "8A:a-token-of-eve"
SERVER: dict[str, Any] = {"users": {"demo": "demo-word", "eve": "eve-word"}, "tokens": {TOKEN: "eve"}}
USERS = {"one": ["basic:demo:demo-word"], "two": ["basic:demo:demo-word", f"bearer:{TOKEN}"]}
NEEDS = {
    "first-user-remembered": "one user cannot be taken for another",
    "updater-not-recorded": "one user updates no record of another's",
    "scheme-unchecked": "a name and a password are no token",
}
"""What one user with a password cannot see, and why."""
MOST_ENTRIES = 2


class Row(NamedTuple):
    """What one run said: of each entry its check, place and the case at which it was first seen."""

    defect: str
    seed: int
    entries: tuple[tuple[str, str, int], ...]
    seen: float
    seconds: float
    cases: int


def wanted() -> dict[str, list[tuple[str, str]]]:
    """By the name of a defect: the checks and places of which one must name it."""
    rows = [line.split("\t") for line in Path(__file__).with_name("gallery.txt").read_text("utf-8").splitlines()]
    found: dict[str, list[tuple[str, str]]] = {}
    for name, check, place in rows:
        found.setdefault(name, []).append((check, place))
    return found


def tried(name: str, seed: int, users: str, live: bool, options: dict[str, Any]) -> Row:
    """One run against a server with the defect; settings are those of the command."""
    auth = USERS[users]
    begun, seen = time.monotonic(), []

    def progress(done: int, planned: int, found: int) -> None:
        if found and not seen:
            seen.append(time.monotonic() - begun)

    result: Result
    with running_server(defect=name, **SERVER) if live else nullcontext() as server:
        target = server.url if server is not None else create_app(defect=name, **SERVER)
        result = run(target, auth=auth, seed=seed, progress=progress, **options)
    entries = tuple((one.check, one.place, one.found) for one in result.defects)
    return Row(name, seed, entries, seen[0] if seen else 0.0, result.seconds, result.counts.cases)


def first_seen(row: Row, names: Iterable[tuple[str, str]]) -> int | None:
    """The case at which an entry with the right check and place was first seen."""
    return min((found for check, place, found in row.entries if (check, place) in names), default=None)


def told(name: str, rows: list[Row], names: list[tuple[str, str]], cases: int, patience: float) -> tuple[str, bool]:
    """The line of a defect, and whether all is well with it."""
    seen = [first_seen(row, names) for row in rows]
    most = max(len(row.entries) for row in rows)
    longest, seen_after = max(row.seconds for row in rows), max(row.seen for row in rows)
    fine = all(at is not None and at <= cases for at in seen) and most <= MOST_ENTRIES and seen_after <= patience
    checks = ", ".join(dict.fromkeys(f"{check} {place}" for row in rows for check, place, _ in row.entries)) or "none"
    shown = " ".join(f"{at if at is not None else '-':>5}" for at in seen)
    return (
        f"{name:<28} {shown}  {most} {seen_after:5.1f} {longest:5.1f}  {checks}{'' if fine else '   <-- WRONG'}",
        fine,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--users", choices=["one", "two", "both"], default="both")
    parser.add_argument("--cases", type=int, default=500, help="within which a defect must be seen")
    parser.add_argument("--patience", type=float, default=60.0, help="seconds to its first sight")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--live", action="store_true", help="over the network, rather than in the process")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="print lines for gallery.txt")
    parser.add_argument("only", nargs="*", help="names of defects")
    asked = parser.parse_args()
    known = {} if asked.write else wanted()
    names = asked.only or list(DEFECTS)
    wrong = 0
    for users in USERS if asked.users == "both" else [asked.users]:
        print(f"\nwith {', '.join(USERS[users])}")
        print(f"{'defect':<28} {'found at, by seed':<{6 * asked.seeds}} entries, seconds to sight and end, checks")
        tries = [(name, seed) for name in names for seed in range(1, asked.seeds + 1)
                 if users == "two" or name not in NEEDS]  # fmt: skip
        options = {"workers": asked.workers}
        with ProcessPoolExecutor(asked.jobs) as pool:
            futures = [pool.submit(tried, name, seed, users, asked.live, options) for name, seed in tries]
            rows = [future.result() for future in futures]
        found = 0
        for name in names:
            own = [row for row in rows if row.defect == name]
            if not own:
                print(f"{name:<28} left out: {NEEDS[name]}")
                continue
            if asked.write:
                print(
                    *sorted({f"{name}\t{check}\t{place}" for row in own for check, place, _ in row.entries}), sep="\n"
                )
                continue
            line, fine = told(name, own, known.get(name, []), asked.cases, asked.patience)
            found += fine
            wrong += not fine
            print(line, flush=True)
        print(f"{found} of {len({name for name, _ in tries})} found with every seed, in {len(rows)} runs, "
              f"{sum(row.cases for row in rows)} cases, {sum(row.seconds for row in rows):.0f} s")  # fmt: skip
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
