"""How much a server takes: the numbers of :mod:`relation_spec.limits`, each of which a caller may change."""

from typing import NamedTuple

from relation_spec import limits

__all__ = ["Limits"]


class Limits(NamedTuple):
    """At which sizes and times a server stops.

    Attributes:
        body: bytes of a request's body, packed or unpacked.
        head: bytes of a request line and its header fields.
        held: bytes of all bodies that are held at once.
        connections: connections at once.
        waiting: requests at once that wait for the disk.
        seconds: for a request's head to come, for its body, and for the answer to be read.
        database_wait: seconds that a locked database is waited for.
        database: bytes of the database, or None for all that the disk has.
        selections: ``$select`` lists that are remembered.
        heads: request lines with header fields that are remembered.
    """

    body: int = limits.MAX_SERVED_BODY
    head: int = limits.MAX_SERVED_HEAD
    held: int = limits.MAX_SERVED_HELD
    connections: int = limits.MAX_SERVED_CONNECTIONS
    waiting: int = limits.MAX_SERVED_WAITING
    seconds: float = limits.MAX_SERVED_SECONDS
    database_wait: float = limits.MAX_DATABASE_WAIT
    database: int | None = None
    selections: int = limits.MAX_CACHED_SELECTS
    heads: int = limits.MAX_CACHED_TEXTS
