"""Run the fuzzer against servers without a defect, by many seeds: whatever it finds there is a false alarm.

    python tools/fuzz/clean.py --cases 20000 --seeds 20

The reference server in this process, over the network with one and with four workers, and the server of
``tests/fuzz/other_server.py``, which shares no code with it. Exit status 1 for any defect, flaky or not, or a pair of
media types that never succeeded.
"""

import argparse
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from relation_spec.fuzz import run
from relation_spec.server import create_app
from relation_spec.server.running import running_server

USERS = {"demo": "demo-word", "eve": "eve-word"}
AUTH = [f"basic:{name}:{word}" for name, word in USERS.items()]
PLANNED = 1062  # cases of the fixed plan
KINDS = ("in process", "live", "live, four workers", "other server")


@contextmanager
def target(kind: str) -> Iterator[Any]:
    if kind == "in process":
        yield create_app(users=USERS)
    elif kind == "other server":
        sys.path.insert(0, str(Path(__file__).parents[2]))
        from tests.fuzz.other_server import other_server

        yield other_server()
    else:
        with running_server(users=USERS) as server:
            yield server.url


def tried(kind: str, seed: int, cases: int) -> tuple[str, int, int, int, int, float, list[str]]:
    """One run: its cases, requests, pairs and seconds, and what it found."""
    examples = max(0, cases - PLANNED) * 10 // 11  # to ten of them comes one random sequence
    with target(kind) as asked:
        result = run(asked, auth=AUTH, seed=seed, examples=examples, workers=4 if "four" in kind else 1)
    found = [f"{one.check} {one.place}: {one.message}" for one in result.defects] + result.holes + result.notes
    counts = result.counts
    return kind, seed, counts.cases, counts.requests, len(counts.pairs), result.seconds, found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cases", type=int, default=20_000, help="of all seeds together, for each kind of target")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--kind", choices=KINDS, action="append")
    asked = parser.parse_args()
    wrong = 0
    each = -(-asked.cases // asked.seeds)
    with ProcessPoolExecutor(asked.jobs) as pool:
        futures = {kind: [pool.submit(tried, kind, seed, each) for seed in range(1, asked.seeds + 1)]
                   for kind in asked.kind or KINDS}  # fmt: skip
        for kind, held in futures.items():
            rows = [one.result() for one in held]
            found = [f"seed {row[1]}: {text}" for row in rows for text in row[-1]]
            wrong += len(found) + sum(row[4] < 42 for row in rows)
            print(f"{kind}: {sum(row[2] for row in rows)} cases, {sum(row[3] for row in rows)} requests, "
                  f"{min(row[4] for row in rows)} of 42 pairs at least, {sum(row[5] for row in rows):.0f} s, "
                  f"{len(found)} false alarms", *found, sep="\n  ", flush=True)  # fmt: skip
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
