"""What a YAML file said and on which line: the value that every other module of this room works on."""

from typing import Any, NamedTuple

__all__ = ["Source"]


class Source(NamedTuple):
    """A YAML file's value and, for the pointer of every value in it, the line (from 1) of its key or item."""

    value: Any
    lines: dict[str, int]
