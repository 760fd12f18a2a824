"""The server in several processes on one port and one database, which uvicorn starts, watches and stops."""

import inspect
import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Callable, Mapping
from typing import Any, Final

import uvicorn
from uvicorn.supervisors import Multiprocess

from relation_spec.contract import WrongCallError
from relation_spec.messages import load
from relation_spec.server.application import create_app
from relation_spec.server.limits import Limits
from relation_spec.server.running import protocol, settings, spare_collector
from relation_spec.server.storage import MEMORY

__all__ = ["check", "serve"]

_PATIENCE: Final = (
    30  # seconds in which a process must answer uvicorn, which replaces it otherwise: it also starts then
)


def check(workers: int, database: str, defect: str | None) -> None:
    """Refuse what several processes cannot do together.

    Raises:
        WrongCallError: for a database in memory, which each would have for itself, and for a defect, since some of them
            remember what came before.
    """
    if workers > 1 and database == MEMORY:
        raise WrongCallError(f"{workers} workers need a database that they share: say --database FILE")
    if workers > 1 and defect is not None:
        raise WrongCallError("a defect needs a single worker, since it may have to remember what came before")


class _Config(uvicorn.Config):
    """Makes the application in the process that serves it, since it cannot be handed to another one."""

    def __init__(self, spec: str | None, options: Mapping[str, Any], log: Callable[[], None], workers: int) -> None:
        self._spec, self._options, self._log = spec, options, log
        told = settings(options.get("limits") or Limits())
        if "timeout_worker_healthcheck" in inspect.signature(uvicorn.Config).parameters:  # not in older releases
            told["timeout_worker_healthcheck"] = _PATIENCE
        super().__init__("made by each worker", workers=workers, **told)

    def load(self) -> None:
        """Make the application, and stop when the process that started this one is gone."""
        self._log()
        app = create_app(contract=load(self._spec), **self._options)
        self.app, self.http = app, protocol(app, self._options.get("limits") or Limits())
        super().load()
        spare_collector()
        if (parent := multiprocessing.parent_process()) is not None:
            threading.Thread(target=_stop_after, args=(parent,), name="relation-spec-parent", daemon=True).start()


def _stop_after(parent: Any) -> None:
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


def serve(
    workers: int,
    listening: socket.socket,
    *,
    spec: str | None,
    options: Mapping[str, Any],
    log: Callable[[], None],
) -> None:
    """Serve with so many processes until a signal tells to stop; then all finish what they took.

    A process that ends by itself is replaced. All that is handed to them must be picklable.

    Args:
        workers: how many.
        listening: the socket at which all of them listen.
        spec: the path of the contract, or None for the bundled one.
        options: the other options of :func:`~relation_spec.server.create_app`.
        log: sets up logging in each process.
    """
    config = _Config(spec, options, log, workers)
    arguments: dict[str, Any] = {"config": config, "sockets": [listening]}
    if "target" in inspect.signature(Multiprocess).parameters:  # of older releases
        arguments["target"] = uvicorn.Server(config).run
    Multiprocess(**arguments).run()
