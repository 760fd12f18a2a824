"""Which address a request names: the operation of the contract, one stored record, or nothing that is served.

The address of a record is the operation's own with the record's number behind it. It is the server's own aid, so that
what was saved can be read back; the contract does not know it.
"""

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from relation_spec.contract import Operation
from relation_spec.messages.request_target import match_path, split_target

__all__ = ["Place", "base_of", "find"]

_NUMBER: Final = re.compile("-?[0-9]{1,18}")
_HOST: Final = re.compile(r"[A-Za-z0-9._-]+(?::[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](?::[0-9]{1,5})?")
_PATH: Final = "/%:@!$&'()*+,;=~"  # what a path that is encoded already may hold (RFC 3986 section 3.3)
_READING: Final = ("GET", "HEAD")


class Place(NamedTuple):
    """An address: the path of the operation as the request wrote it, and a record's number, or None."""

    path: str
    identity: int | None

    def methods(self, operation: Operation) -> tuple[str, ...]:
        """The methods that it takes."""
        return (operation.method, "OPTIONS") if self.identity is None else (*_READING, "OPTIONS")


def find(operation: Operation, url: str) -> Place | None:
    """What the path of ``url`` names, or None."""
    path = split_target(url).path
    found = match_path(operation.path, path)
    if found is not None:
        return Place(path.rstrip("/") if found.trailing_slash else path, None)
    head, _, last = path.rpartition("/")
    if _NUMBER.fullmatch(last) and (above := match_path(operation.path, head)) and not above.trailing_slash:
        return Place(head, int(last))
    return None


def base_of(scope: Mapping[str, Any], fields: Mapping[str, list[str]], path: str) -> str:
    """The absolute address to which a record's number is added, at the host that the request named."""
    host = next(iter(fields.get("host", ())), "")
    if not _HOST.fullmatch(host):
        name, port = scope.get("server") or ("localhost", None)
        host = f"[{name}]" if ":" in name else name
        host = f"{host}:{port}" if port else host
    return f"{scope.get('scheme', 'http')}://{host}{quote(path, safe=_PATH)}/"
