"""The least that a durable server under uvicorn does: read a request, keep a page on disk, say yes.

    python tools/bench/waiting.py FILE

It judges nothing, stores the same bytes again and again, and prints its port to stderr. What it answers over one
connection no server of this kind can surpass on this disk.
"""

import os
import socket
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import uvicorn

from relation_spec.server.running import listen

Message = MutableMapping[str, Any]
_PAGE = os.urandom(4096)
_HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"2")]


class Waiting:
    """Answers every request when a page of ``file`` is on disk."""

    def __init__(self, file: int) -> None:
        self._file, self._sync = file, getattr(os, "fdatasync", os.fsync)

    async def __call__(
        self, _: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        """Answer one request."""
        while (await receive()).get("more_body"):
            pass
        os.pwrite(self._file, _PAGE, 0)
        self._sync(self._file)
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        await send({"type": "http.response.body", "body": b"{}"})


def main(path: str) -> None:
    """Serve until told to stop."""
    app = Waiting(os.open(path, os.O_RDWR | os.O_CREAT))
    listening: socket.socket = listen("127.0.0.1", 0)
    print(f"at :{listening.getsockname()[1]}, {path}", file=sys.stderr, flush=True)
    config = uvicorn.Config(app, lifespan="off", log_config=None, access_log=False, ws="none")
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main(sys.argv[1])
