"""Send requests over so many connections for so long, and print how many were answered and how fast, as JSON.

    python tools/bench/load.py PORT CONNECTIONS SECONDS [--requests N] < REQUESTS

A file of its own that imports little and reads answers no further than to their end, so that the server and not this
is measured; it says itself how busy it was. REQUESTS is a JSON list of whole HTTP requests, which the connections take
in turn. The head of each answer tells its length.
"""

import argparse
import asyncio
import json
import re
import sys
import time
from collections import Counter
from itertools import count
from typing import Final

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_HOST: Final = "127.0.0.1"


class Load:
    """What all connections send, and what came of it."""

    def __init__(self, requests: list[bytes], most: int | None) -> None:
        self.requests, self.left = requests, most
        self.numbers = count()
        self.ended = False
        self.times: list[float] = []
        self.statuses: Counter[str] = Counter()

    def next(self) -> bytes | None:
        """The next request, or None at the end."""
        if self.ended or self.left == 0:
            return None
        if self.left is not None:
            self.left -= 1
        return self.requests[next(self.numbers) % len(self.requests)]


class Connection(asyncio.Protocol):
    """Sends one request after the other, each when the one before it was answered."""

    def __init__(self, load: Load) -> None:
        self._load, self._held, self._wanted, self._sent = load, b"", 0, 0.0
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._send()

    def _send(self) -> None:
        request = self._load.next()
        if request is None:
            self._transport.close()
            return
        self._sent = time.perf_counter()
        self._transport.write(request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self._held += data
        if not self._wanted:
            end = self._held.find(b"\r\n\r\n")
            if end < 0:
                return
            found = _LENGTH.search(self._held, 0, end)
            if found is None:
                raise ValueError(f"an answer without its length: {self._held[:end]!r}")
            self._wanted = end + 4 + int(found[1])
        if len(self._held) < self._wanted:
            return
        self._load.times.append(time.perf_counter() - self._sent)
        self._load.statuses[self._held[9:12].decode()] += 1
        self._held, self._wanted = b"", 0
        self._send()

    def connection_lost(self, _: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


async def run(load: Load, port: int, connections: int, seconds: float) -> float:
    """How many seconds it took."""
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    opened = [await loop.create_connection(lambda: Connection(load), _HOST, port) for _ in range(connections)]

    def end() -> None:
        load.ended = True

    loop.call_later(seconds, end)
    await asyncio.gather(*(protocol.done for _, protocol in opened))
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("port", type=int)
    parser.add_argument("connections", type=int)
    parser.add_argument("seconds", type=float)
    parser.add_argument("--requests", type=int, help="end after so many")
    options = parser.parse_args()
    load = Load([text.encode() for text in json.load(sys.stdin)], options.requests)
    try:
        from uvloop import run as drive
    except ImportError:
        drive = asyncio.run
    busy = time.process_time()
    seconds = drive(run(load, options.port, options.connections, options.seconds))
    busy = time.process_time() - busy
    times = sorted(load.times)
    told = {"answered": len(times), "seconds": seconds, "busy": busy / seconds, "statuses": load.statuses}
    told |= {name: times[min(len(times) - 1, int(len(times) * part))] for name, part in (("p50", 0.5), ("p99", 0.99))}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
