"""The ``{{variables}}`` of .http files: defined by lines such as ``@host = localhost``, filled in where they stand."""

import re
from typing import Final

from relation_spec.limits import MAX_BODY_BYTES, MAX_VARIABLE

__all__ = ["Variables"]

_DEFINITION: Final = re.compile(rb"@([^\s=]+)[ \t]*=[ \t]*(.*)")
_USE: Final = re.compile(rb"\{\{[ \t]*([^{}\r\n]*?)[ \t]*\}\}")
# a slash must follow: of a URL that is nothing but a variable nobody knows what it holds
_LEADING: Final = re.compile(rb"(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#{}]*)?(?:\{\{[^{}\r\n]*\}\}[^/?#{}]*)+(?=[/?#])")


class Variables:
    """What a file has defined so far."""

    def __init__(self) -> None:
        self._values: dict[bytes, bytes] = {}

    def define(self, line: bytes) -> bool:
        """Take a line that is a definition; false for one that is none."""
        found = _DEFINITION.fullmatch(line)
        if not found:
            return False
        value = self.fill(found.group(2).strip(b" \t"))
        if len(value) <= MAX_VARIABLE and not self.left(value):
            self._values[found.group(1)] = value
        return True

    def fill(self, text: bytes) -> bytes:
        """``text`` with the variables that are defined; the others are left alone."""
        if not self._values or b"{{" not in text:
            return text
        growth = sum(len(self._values.get(found.group(1), b"")) for found in _USE.finditer(text))
        if len(text) + growth > MAX_BODY_BYTES:
            return text
        return _USE.sub(lambda found: self._values.get(found.group(1), found.group()), text)

    def left(self, text: bytes) -> bool:
        """Whether a variable stands in ``text`` that nobody filled in."""
        return b"{{" in text and _USE.search(text) is not None

    def leading(self, url: bytes) -> int:
        """How long the scheme and authority of ``url`` are where a variable stands in them, else 0."""
        found = _LEADING.match(url)
        return found.end() if found else 0
