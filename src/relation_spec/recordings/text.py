"""The bytes of a text file as lines with numbers."""

__all__ = ["Text"]


class Text:
    """Bytes, their lines, and the number of each.

    LF ends a line, with or without CR before it. Numbers count a CR alone too, as positions inside bodies do.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._offset, self._number = 0, 1

    def line(self, at: int) -> tuple[bytes, int]:
        """The line that begins at ``at``, without what ends it, and where the next one begins."""
        end = self.data.find(b"\n", at)
        if end < 0:
            return self.data[at:], len(self.data)
        return self.data[at : end - 1 if end > at and self.data[end - 1] == 13 else end], end + 1

    def number(self, at: int) -> int:
        """The number, from 1, of the line that begins at ``at``; cheap where ``at`` is not before the last one."""
        if at < self._offset:
            self._offset, self._number = 0, 1
        data, since = self.data, self._offset
        ends = data.count(b"\n", since, at) + data.count(b"\r", since, at) - data.count(b"\r\n", since, at)
        self._offset, self._number = at, self._number + ends
        return self._number
