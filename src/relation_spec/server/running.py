"""The server under uvicorn: on a socket until it is told to stop, or on a thread beside a test."""

import asyncio
import gc
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final, NamedTuple

import uvicorn
from starlette.applications import Starlette

from relation_spec.contract import WrongCallError
from relation_spec.server.application import create_app
from relation_spec.server.connections import limited
from relation_spec.server.limits import Limits
from relation_spec.server.service import Service

__all__ = ["RunningServer", "listen", "protocol", "running_server", "serve", "settings", "spare_collector"]

_BACKLOG: Final = 1024
_KEEP_ALIVE: Final = 5  # seconds that an idle connection is kept
_COLLECTING: Final = (20_000, 20, 50)  # objects more than before, and rounds, until the garbage collector looks
_STOPPING: Final = 30  # seconds that a stop waits for what the server took


class RunningServer(NamedTuple):
    """A server that runs beside a test.

    Attributes:
        url: its address, without a slash at the end.
        app: the application.
        service: its endpoint, whose ``breaches`` lists answers that broke the contract.
    """

    url: str
    app: Starlette
    service: Service


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one.

    Raises:
        WrongCallError: where nobody may listen.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # the protocol is named, since asyncio sends small packets at once only where it knows that this is TCP
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform != "win32":  # where it would let two servers listen at one port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        listening.close()
        raise WrongCallError(f"the server cannot listen at {host}:{port}: {error}") from None
    return listening


def protocol(app: Starlette, limits: Limits, parser: str | None = None) -> type[asyncio.Protocol]:
    """The class of an application's connections; the arguments are those of
    :func:`~relation_spec.server.connections.limited`.
    """
    service: Service = app.state.service
    return limited(partial(service.refusal, []), limits, parser)


def settings(limits: Limits) -> dict[str, Any]:
    """What uvicorn is told in every case."""
    return {
        "ws": "none",
        "lifespan": "on",
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "proxy_headers": False,
        "h11_max_incomplete_event_size": limits.head,
        "timeout_keep_alive": _KEEP_ALIVE,
        "timeout_graceful_shutdown": _STOPPING,
        "backlog": _BACKLOG,
    }


def _server(app: Starlette, limits: Limits, parser: str | None = None) -> uvicorn.Server:
    return uvicorn.Server(uvicorn.Config(app, http=protocol(app, limits, parser), **settings(limits)))


def spare_collector() -> None:
    """Let the garbage collector of a process that only serves pass over what stays, and look less often: requests leave
    hardly any cycles, and its looking takes a tenth of the processor otherwise.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTING)


def serve(app: Starlette, listening: socket.socket, limits: Limits | None = None) -> None:
    """Serve until a signal tells to stop; then finish what was taken."""
    spare_collector()
    _server(app, limits or Limits()).run(sockets=[listening])


@contextmanager
def running_server(*, parser: str | None = None, **options: Any) -> Iterator[RunningServer]:
    """A server on a free port of this machine, on a thread of its own.

    Args:
        parser: of HTTP, ``"httptools"`` or ``"h11"``; by default the first that is installed.
        options: those of :func:`create_app`.
    """
    app = create_app(**options)
    server = _server(app, options.get("limits") or Limits(), parser)
    with listen("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="relation-spec-server")
        thread.start()
        try:
            while not server.started and thread.is_alive():
                time.sleep(0.002)
            yield RunningServer(f"http://127.0.0.1:{port}", app, app.state.service)
        finally:
            server.should_exit = True
            thread.join(_STOPPING + 5)
            app.state.store.close()
