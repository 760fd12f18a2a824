"""Credentials are kept out of everything that is written, in whatever form they come back from a target.

In: texts that must not be shown. Out: a :class:`Cover`, which replaces them in texts: as they are, with any of their
characters escaped as JSON, XML, HTML, Python or URLs escape them, in base64 wherever they begin in it, and cut off
where a text was shortened.
"""

import base64
import html
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

__all__ = ["HIDDEN", "Cover"]

HIDDEN: Final = "***"
_SHORTEST: Final = 4  # hiding shorter texts would blot out common letters, and tells nobody anything
_SHORTEST_INSIDE: Final = 8  # shorter ones are hidden where they stand as words: pass stays in password
_SHORTEST_PART: Final = 6  # of what was cut off
_SHORTEST_BASE64: Final = 8
_CUT: Final = "…"
_ORDINALS: Final = ("first", "second")


class Cover:
    """What must not be shown.

    Args:
        secrets: passwords, tokens and whatever else nobody may read.
        names: the names of users, first and second, which are told apart where they are hidden.
    """

    def __init__(self, secrets: Iterable[str], names: Iterable[str] = ()) -> None:
        called = {name: f"({nth} user)" for nth, name in zip(_ORDINALS, names, strict=False)}
        held = [text for text in dict.fromkeys(secrets) if len(text) >= _SHORTEST and text not in called]
        self._secrets = sorted(held, key=len, reverse=True)
        shown = dict.fromkeys(self._secrets, HIDDEN) | {
            name: words for name, words in reversed(called.items()) if len(name) >= _SHORTEST
        }
        self._shown = [(re.compile("|".join(_forms(text)), re.IGNORECASE), words) for text, words in shown.items()]

    def text(self, text: str) -> str:
        """``text`` with everything hidden."""
        for pattern, words in self._shown:
            text = pattern.sub(words, text)
        if _CUT in text and self._secrets:
            text = "".join(piece if piece in ('"', _CUT) else self._uncut(piece) for piece in re.split('(["…])', text))
        return text

    def _uncut(self, piece: str) -> str:
        """A piece between quotes and marks of shortening, without the half of a secret at its ends."""
        low = piece.lower()
        for secret in map(str.lower, self._secrets):
            if len(low) >= _SHORTEST_PART and low in secret:
                return HIDDEN
            for length in range(min(len(secret), len(low)), _SHORTEST_PART - 1, -1):
                if low.endswith(secret[:length]):
                    return piece[:-length] + HIDDEN
                if low.startswith(secret[-length:]):
                    return HIDDEN + piece[length:]
        return piece

    def value(self, value: Any) -> Any:
        """A value of JSON with everything hidden in its texts; names of properties are left as they are."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {name: self.value(held) for name, held in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.value(held) for held in value]
        return value


def _forms(text: str) -> Iterator[str]:
    """Patterns of the forms in which ``text`` may stand."""
    plain = "".join(map(_letter, text))
    yield plain if len(text) >= _SHORTEST_INSIDE else rf"(?<!\w){plain}(?!\w)"
    held = text.encode("utf-8", "surrogatepass")
    for shift in range(3):  # base64 takes three bytes at a time, so that a text may begin in three places
        encoded = base64.b64encode(bytes(shift) + held).decode()
        whole = len(held) + shift
        core = encoded[(0, 2, 3)[shift] : whole * 4 // 3]
        if len(core) >= _SHORTEST_BASE64:
            yield re.escape(core).replace(r"\+", "[-+]").replace("/", "[/_]") + "=*"


def _letter(letter: str) -> str:
    """A pattern of the ways in which a character may be written."""
    number = ord(letter)
    ways = ["".join(f"%{byte:02x}" for byte in letter.encode("utf-8", "surrogatepass"))]
    if not letter.isalnum() or not letter.isascii():
        name = html.escape(letter).strip("&;")
        ways += [rf"&(?:amp;)*{name};"] if name != letter else []
        ways += [rf"&(?:amp;)*#0*{number};", rf"&(?:amp;)*#x0*{number:x};"]
        units = letter.encode("utf-16-be", "surrogatepass")
        ways.append("".join(rf"\\+u{units[i : i + 2].hex()}" for i in range(0, len(units), 2)))
        ways.append("".join(rf"\\+x{byte:02x}" for byte in letter.encode("utf-8", "surrogatepass")))
        ways += [r"\+"] if letter == " " else []
    return f"(?:\\\\*{re.escape(letter)}|{'|'.join(ways)})" if len(ways) > 1 else f"(?:{re.escape(letter)}|{ways[0]})"
