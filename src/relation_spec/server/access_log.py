"""One line of JSON for each request, without query, header, credential or body: the logger of its name says it."""

import json
import logging
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

__all__ = ["LOGGER", "Line"]

LOGGER: Final = logging.getLogger("relation_spec.server.access")
_LONGEST: Final = 200  # characters of a path


class Line:
    """What is said of one request.

    Attributes:
        user: the name under which its sender is known, or "".
    """

    __slots__ = ("_began", "_scope", "user")

    def __init__(self, scope: Mapping[str, Any]) -> None:
        self._scope, self._began, self.user = scope, time.perf_counter(), ""

    def write(self, status: int | None, size: int) -> None:
        """Say how it ended: with the status and the bytes of the answer's body, or None for a client that left."""
        if not LOGGER.isEnabledFor(logging.INFO):
            return
        client = self._scope.get("client")
        said = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "client": client[0] if client else None,
            "user": self.user or None,
            "method": self._scope["method"][:20],
            "path": self._scope["path"][:_LONGEST],
            "status": status,
            "bytes": size,
            "ms": round((time.perf_counter() - self._began) * 1000, 2),
        }
        LOGGER.info("%s", json.dumps(said))
