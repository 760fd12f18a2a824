"""Put load on the server beside Prism's mock server of the same contract, in turn, and print one table.

    python -m tools.bench.server [--workers N] [--rounds N] [--seconds N] [--memory REQUESTS] [--envs DIR]

From the project's folder, by a Python that has this package with its extra ``server``. Both listen on the loopback
interface, each a process of its own, and check every request against the contract. Ours also saves each request in a
database on disk, and answers when it is there; Prism answers with the contract's example. Neither writes a line for
each request. Both get the same bodies: the contract's example as a new record, a thousand times with another comment.

A request that is alone waits for the disk as long as one write takes there, which is measured between the rounds. No
server whose answers are durable can answer one connection faster than that. How near to that uvicorn itself comes is
measured too, by an application that only keeps a page on disk for each request (``waiting.py``).

In each round each server gets so many seconds of load at each number of connections, in shuffled order; ratios are
taken inside a round, and the medians printed. ``--memory`` instead sends so many requests to ours, and prints how much
memory it holds after each tenth. Exit status 1 where an answer was none of success; a goal that is missed is told in
the table alone.
"""

import argparse
import base64
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Final, NamedTuple

import relation_spec
from relation_spec.server.meaning import Meaning
from tools.bench.payloads import Material
from tools.side_by_side import prism
from tools.side_by_side.run import ROOT, SPEC, prism_of

CONNECTIONS: Final = (1, 8, 64)
GOAL: Final = 3.0
_LOAD: Final = Path(__file__).with_name("load.py")
_DIFFERENT: Final = 1000
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_GROWN: Final = 1.1  # memory is flat where the last tenth of the requests ends with at most so much of the first's


class Server(NamedTuple):
    """A server that runs: its name, its port, and the number of its first process."""

    name: str
    port: int
    process: int

    def _processes(self) -> list[int]:
        """The process and those that it started."""
        below = Path(f"/proc/{self.process}/task/{self.process}/children").read_text(encoding="utf-8")
        return [self.process, *map(int, below.split())]

    def busy(self) -> float:
        """Seconds of processor that it took until now."""
        ticks = 0
        for process in self._processes():
            fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / _TICKS

    def memory(self) -> float:
        """MiB that it holds."""
        held = [Path(f"/proc/{one}/statm").read_text(encoding="utf-8").split()[1] for one in self._processes()]
        return sum(map(int, held)) * os.sysconf("SC_PAGE_SIZE") / 2**20


class Taken(NamedTuple):
    """What one stretch of load found: answers a second, and seconds until an answer."""

    rate: float
    p50: float
    p99: float
    cost: float  # seconds of processor for one answer
    failed: int
    load_busy: float


@contextmanager
def _started(name: str, words: Sequence[str]) -> Iterator[Server]:
    """A server that says on stderr at which port it is."""
    process = subprocess.Popen([sys.executable, *words], stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        found = re.search(r":(\d+),", first := process.stderr.readline())
        if found is None:
            raise SystemExit(f"the server did not start: {first}{process.stderr.read()}")
        threading.Thread(target=process.stderr.read, daemon=True).start()
        yield Server(name, int(found[1]), process.pid)
    finally:
        process.terminate()
        process.wait(60)


def ours(folder: Path, workers: int) -> AbstractContextManager[Server]:
    """Our server, by so many processes, with a database in ``folder``."""
    words = ["-m", "relation_spec", "serve", "--port", "0", "--no-access-log", "--spec", str(SPEC)]
    words += ["--workers", str(workers), "--database", str(folder / "relations.db")]
    return _started(f"relation-spec, {workers} workers", words)


def waiting(folder: Path) -> AbstractContextManager[Server]:
    """The server that only waits for the disk."""
    return _started("only the disk's wait", [str(_LOAD.with_name("waiting.py")), str(folder / "waited")])


def wait_of_disk(folder: Path) -> list[float]:
    """Seconds that the disk takes to keep a page of a file that has its size already, from the least to the longest."""
    times = []
    with (folder / "page").open("wb", buffering=0) as file:
        for _ in range(100):
            file.seek(0)
            file.write(os.urandom(4096))
            began = time.perf_counter()
            getattr(os, "fdatasync", os.fsync)(file.fileno())
            times.append(time.perf_counter() - began)
    return sorted(times)


def requests() -> list[str]:
    """Whole requests with different bodies."""
    contract = relation_spec.load(SPEC)
    operation = contract.document.operation()
    asked = Material.of(contract, "request")
    meaning = Meaning(contract.document, operation)
    text = next(name for name in meaning.kept if isinstance(asked.page.get(name), str))
    made = []
    for number in range(_DIFFERENT):
        body = json.dumps({**asked.page, str(meaning.identity): 0, text: f"{asked.page[text]} {number}"})
        head = {
            "Host": "localhost",
            "Authorization": "Basic " + base64.b64encode(b"demo:demo").decode(),
            "Content-Type": asked.media,
            "Accept": asked.media,
            "Content-Length": str(len(body.encode())),
        }
        fields = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        made.append(f"{operation.method} {operation.path} HTTP/1.1\r\n{fields}\r\n{body}")
    return made


def loaded(server: Server, connections: int, seconds: float, sent: str, *options: str) -> Taken:
    """One stretch of load."""
    before = server.busy()
    words = [sys.executable, str(_LOAD), str(server.port), str(connections), str(seconds), *options]
    done = subprocess.run(words, input=sent, check=True, stdout=subprocess.PIPE, text=True)
    told: dict[str, Any] = json.loads(done.stdout)
    answered = told["answered"]
    failed = answered - told["statuses"].get("200", 0)
    cost = (server.busy() - before) / answered
    return Taken(answered / told["seconds"], told["p50"], told["p99"], cost, failed, told["busy"])


def compared(options: argparse.Namespace, folder: Path, sent: str) -> bool:
    """Measure both servers, and print the table; whether all answers were good."""
    node, modules = prism_of(options.envs)
    source, good = random.Random(options.seed), True
    quiet = ("--verboseLevel", "silent")
    with (
        ours(folder, options.workers) as own,
        waiting(folder) as least,
        prism.serving(modules, node, SPEC, *quiet) as (port, number),
    ):
        servers = [own, Server(f"Prism {prism.version(modules)}", port, number)]
        for server in servers:
            loaded(server, 64, 2, sent)  # to warm up
        taken: dict[tuple[str, int], list[Taken]] = {}
        waits: list[float] = []
        for _ in range(options.rounds):
            waits += wait_of_disk(folder)
            taken.setdefault((least.name, 1), []).append(loaded(least, 1, options.seconds, sent))
            for connections in CONNECTIONS:
                for server in source.sample(servers, 2):
                    found = loaded(server, connections, options.seconds, sent)
                    good &= not found.failed
                    taken.setdefault((server.name, connections), []).append(found)
        _print(taken, [*(server.name for server in servers), least.name], sorted(waits))
        for server in servers:
            print(f"{server.name}: {server.memory():.0f} MiB at the end")
    return good


def _print(taken: dict[tuple[str, int], list[Taken]], names: Sequence[str], waits: list[float]) -> None:
    tenth, half, most = (waits[len(waits) * part // 10] * 1e3 for part in (1, 5, 9))
    print(f"a write to this disk waits {half:.2f} ms ({tenth:.2f} to {most:.2f})\n")
    print("| server | connections | answers/s | p50 ms | p99 ms | processor us | failed |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for (name, connections), found in sorted(taken.items(), key=lambda one: (one[0][1], names.index(one[0][0]))):
        rate, p50, p99, cost = (median(held) for held in zip(*(one[:4] for one in found), strict=True))
        failed = sum(one.failed for one in found)
        print(
            f"| {name} | {connections} | {rate:.0f} | {p50 * 1e3:.2f} | {p99 * 1e3:.2f} | {cost * 1e6:.0f} | {failed} |"
        )
    print("\n| ours by Prism's, median of rounds | " + " | ".join(f"{one} connections" for one in CONNECTIONS) + " |")
    print("|---|" + "--:|" * len(CONNECTIONS))
    rows: tuple[tuple[str, Callable[[Taken], float], str, Callable[[float], bool]], ...] = (
        ("answers/s", lambda one: one.rate, f"at least {GOAL:g}", lambda ratio: ratio >= GOAL),
        ("p50", lambda one: one.p50, "", lambda _: True),
        ("p99", lambda one: one.p99, "at most 1", lambda ratio: ratio <= 1),
        ("processor", lambda one: one.cost, "", lambda _: True),
    )
    for what, of, goal, met in rows:
        cells = []
        for connections in CONNECTIONS:
            pairs = zip(*(taken[name, connections] for name in names[:2]), strict=True)
            ratio = median(of(own) / of(theirs) for own, theirs in pairs)
            cells.append(f"{ratio:.2f}{'' if met(ratio) else ' MISSED'}")
        print(f"| {what}{goal and f' (goal: {goal})'} | {' | '.join(cells)} |")
    alone = [taken[name, 1] for name in names[1:]]
    least = median(waited.rate / theirs.rate for theirs, waited in zip(*alone, strict=True))
    print(f"\nover one connection, a server that only waits for the disk comes to {least:.2f} of Prism's answers/s")
    print(f"the load itself was busy at most {max(one.load_busy for held in taken.values() for one in held):.0%}")


def remembered(options: argparse.Namespace, folder: Path, sent: str) -> bool:
    """Print how memory goes over many requests; whether all answers were good, and memory flat."""
    held, failed = [], 0
    with ours(folder, options.workers) as server:
        print(f"0 requests: {server.memory():.1f} MiB")
        for tenth in range(1, 11):
            found = loaded(server, 8, 3600, sent, "--requests", str(options.memory // 10))
            failed += found.failed
            held.append(server.memory())
            print(
                f"{options.memory // 10 * tenth} requests: {held[-1]:.1f} MiB, {found.rate:.0f} answers/s", flush=True
            )
    flat = held[-1] <= held[0] * _GROWN
    print(f"the last by the first tenth: {held[-1] / held[0]:.3f} ({'flat' if flat else 'NOT FLAT'})")
    return flat and not failed


def main(arguments: Sequence[str]) -> int:
    """Measure, by the command line."""
    parser = argparse.ArgumentParser(
        prog="tools.bench.server", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes of our server")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--memory", type=int, metavar="REQUESTS", help="watch the memory of our server instead")
    parser.add_argument("--envs", type=Path, default=ROOT / ".bench", help="where environments are kept")
    parser.add_argument("--folder", type=Path, help="where the database lies; by default a temporary folder")
    parser.add_argument("--seed", type=int, default=1, help="of the order of servers")
    options = parser.parse_args(arguments)
    options.envs = options.envs.resolve()
    options.envs.mkdir(parents=True, exist_ok=True)
    (options.envs / ".gitignore").write_text("*\n", encoding="utf-8")
    sent = json.dumps(requests())
    print(f"load of this machine at the beginning: {os.getloadavg()[0]:.2f} on {os.cpu_count()} processors\n")
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        done = (remembered if options.memory else compared)(options, Path(folder), sent)
    return 0 if done else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
