"""The entries of an HTTP archive (HAR 1.2), one text each, also where the file is cut off or broken.

In: the bytes of the file. Out: :class:`Piece` values. An intact file is split by msgspec in one pass; only one that it
refuses is walked here, value by value, so that everything before the damage is found.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec

from relation_spec.recordings.text import Text

__all__ = ["Piece", "split"]


class Piece(NamedTuple):
    """The text of one entry, or, where ``reason`` is given, why there is none and on which line."""

    text: bytes
    reason: str | None = None
    line: int | None = None


class _Log(msgspec.Struct):
    entries: list[msgspec.Raw]


class _Archive(msgspec.Struct):
    log: _Log


_NO_ARCHIVE: Final = "this is no HTTP archive: found no list of entries at log.entries"
_TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{}:,]|[^\s"\[\]{}:,]+|"', re.DOTALL)
_OFFSET: Final = re.compile(r"\(byte (\d+)\)")
_OPENING: Final = {b"]": b"[", b"}": b"{"}
_LONGEST_NAME: Final = 16  # in bytes; "log" and "entries" are shorter
_OPEN_LIST: Final = [b"{", b"{", b"["]  # what is open around an entry: the archive, the log and the list


def split(data: bytes) -> Iterator[Piece]:
    """The entries in ``data``, in order. Never raises for any bytes."""
    try:
        archive = msgspec.json.decode(data, type=_Archive)
    except msgspec.ValidationError:
        yield Piece(b"", _NO_ARCHIVE, 1)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        yield from _walk(data, _position(error))
    else:
        for raw in archive.log.entries:
            yield Piece(bytes(raw))


def _position(error: Exception) -> int | None:
    found = _OFFSET.search(str(error))
    return int(found.group(1)) if found else None


def _walk(data: bytes, refused: int | None) -> Iterator[Piece]:
    """The entries before the damage, and then what the damage is; msgspec stumbled over the byte ``refused``."""
    walk = _Walk(data)
    held = refused is None  # it stumbled over depth, which is told at the entry
    for start, end in walk.spans():
        held = held or start <= (refused or 0) < end
        yield Piece(data[start:end])
    text = Text(data)
    if walk.broken is not None:
        yield Piece(
            b"", "found a closing bracket that fits no opening one; nothing after it was read", _line(text, walk.broken)
        )
    elif walk.open:
        yield Piece(b"", "the file is cut off here, before its JSON ends", _line(text, len(data.rstrip())))
    elif not walk.found:
        yield Piece(b"", _NO_ARCHIVE, 1)
    elif not held:
        yield Piece(b"", "the JSON around the entries is broken here", _line(text, refused or 0))


def _line(text: Text, offset: int) -> int:
    """The number of the line that holds ``offset``."""
    return text.number(text.data.rfind(b"\n", 0, offset) + 1)


class _Walk:
    """Goes over the tokens of a text that need not be JSON.

    Attributes:
        found: whether the list of entries was come to.
        broken: where a closing bracket fits no opening one, or None.
        open: whether the text ends inside a value.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.found = self.open = False
        self.broken: int | None = None

    def spans(self) -> Iterator[tuple[int, int]]:
        """Where each value in the list of entries begins and ends."""
        stack: list[bytes] = []
        names = [b""] * 3  # the last string at depths 0 to 2: before a value it is the name of the value
        begin, inside = 0, False
        for token in _TOKEN.finditer(self.data):
            start, end = token.span()
            first = self.data[start : start + 1]
            if first in b"[{":
                begin = start if inside and len(stack) == len(_OPEN_LIST) else begin
                stack.append(first)
                if not inside and stack == _OPEN_LIST and names[1:] == [b'"log"', b'"entries"']:
                    self.found = inside = True
            elif first in b"]}":
                if not stack or stack.pop() != _OPENING[first]:
                    self.broken = start
                    return
                inside = inside and len(stack) >= len(_OPEN_LIST)
                if inside and len(stack) == len(_OPEN_LIST):
                    yield begin, end
            elif first == b'"' and end - start == 1:
                break
            elif first not in b",:":
                if inside and len(stack) == len(_OPEN_LIST):
                    yield start, end
                elif first == b'"' and len(stack) < len(names):
                    names[len(stack)] = token.group() if end - start < _LONGEST_NAME else b""
        else:
            self.open = bool(stack)
            return
        self.open = True
