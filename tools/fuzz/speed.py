"""Measure how fast random cases are drawn, alone and with everything that is done with them.

    python tools/fuzz/speed.py --examples 2000

Prints cases a second: drawn, and run against the reference server in this process and over the network.
"""

import argparse
import time
from itertools import islice

import relation_spec as rs
from relation_spec.fuzz import run
from relation_spec.fuzz.chance import by_chance
from relation_spec.fuzz.facts import Facts
from relation_spec.server import create_app
from relation_spec.server.running import running_server

AUTH = "basic:demo:demo"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--examples", type=int, default=2000)
    examples = parser.parse_args().examples
    facts = Facts(rs.load(), rs.load().document.operation())
    next(by_chance(facts, 0))  # strategies are built when they are first used
    begun = time.perf_counter()
    for _ in islice(by_chance(facts, 1), examples):
        pass
    print(f"drawn: {examples / (time.perf_counter() - begun):.0f} cases a second")
    result = run(create_app(), auth=AUTH, examples=examples)
    print(f"in process: {result.counts.cases / result.seconds:.0f} cases a second of {result.counts.cases}")
    for workers in (1, 4):
        with running_server() as server:
            result = run(server.url, auth=AUTH, examples=examples, workers=workers)
        print(f"live, {workers} worker(s): {result.counts.cases / result.seconds:.0f} cases a second")


if __name__ == "__main__":
    main()
