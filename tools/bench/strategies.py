"""What it costs to draw a message by Hypothesis, with Hypothesis' own part in it.

    python -m tools.bench.strategies [--draws N] [--spec PATH]

Only the drawing is timed, not what Hypothesis does between two draws; ten booleans, drawn beside each message, show how
much of a figure is the machine's. The first draws, in which strategies are made, are left out. Of several rounds the
least counts, since other work on the machine only adds to it.
"""

import argparse
import gc
from statistics import mean
from time import process_time
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import relation_spec
from relation_spec import strategies
from tools.bench.table import Goal, Row, render, seconds

WARM_UP = 50
BOOLEANS = 10
ROUNDS = 3
GOAL = Goal(1.0, "ms")


def timed(strategy: st.SearchStrategy[Any], draws: int) -> tuple[float, float]:
    """Seconds for one draw of ``strategy``, and for one boolean."""
    gc.collect()
    gc.freeze()  # what earlier rounds left is no part of this one's cost
    taken: list[tuple[float, float]] = []

    @st.composite
    def both(draw: st.DrawFn) -> None:
        start = process_time()
        for _ in range(BOOLEANS):
            draw(st.booleans())
        middle = process_time()
        draw(strategy)
        taken.append((process_time() - middle, (middle - start) / BOOLEANS))

    @settings(max_examples=draws + WARM_UP, database=None, derandomize=True, deadline=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(both())
    def run(_: None) -> None:
        return

    run()
    return mean(one for one, _ in taken[WARM_UP:]), mean(one for _, one in taken[WARM_UP:])


def main() -> None:
    """Measure and print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=1500)
    parser.add_argument("--spec", help="another YAML than the bundled one")
    options = parser.parse_args()
    contract = relation_spec.load(options.spec)
    measured: dict[str, tuple[st.SearchStrategy[Any], Goal | None]] = {
        "requests(clean=True)": (strategies.requests(contract, clean=True), GOAL),
        "requests()": (strategies.requests(contract), GOAL),
        "request_bodies()": (strategies.request_bodies(contract), None),
        "response_bodies()": (strategies.response_bodies(contract), None),
        "responses()": (strategies.responses(contract), None),
        "invalid_request_bodies()": (strategies.invalid_request_bodies(contract), None),
        "malformed_request_bodies()": (strategies.malformed_request_bodies(contract), None),
        "invalid_requests()": (strategies.invalid_requests(contract), None),
    }
    rows = []
    for name, (strategy, goal) in measured.items():
        one, boolean = min(timed(strategy, options.draws) for _ in range(ROUNDS))
        rows.append(Row(name, seconds(one), "one boolean", seconds(boolean), one / boolean, goal, one * 1e3))
    print(render(rows))


if __name__ == "__main__":
    main()
