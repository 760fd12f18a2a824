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
from urllib.parse import unquote, unquote_plus

__all__ = ["HIDDEN", "Cover"]

HIDDEN: Final = "***"
_SHORTEST: Final = 4  # hiding shorter texts would blot out common letters, and tells nobody anything
_SHORTEST_INSIDE: Final = 8  # shorter ones are hidden where they stand as words: pass stays in password
_SHORTEST_PART: Final = 6  # of what was cut off
_SHORTEST_BASE64: Final = 8
_CUT: Final = "…"
# a quoted text that was shortened at its beginning, or at its end
_CUT_OFF: Final = re.compile('(?<=…)(")((?:[^"\\\\]|\\\\.)*)("?)|(^|(?<="))((?:[^"\\\\]|\\\\.)*)(…)')
_HALF_ESCAPE: Final = re.compile(r"(?:%[0-9a-f]{0,2}|\\+(?:[ux][0-9a-f]{0,4})?|&#?\w{0,6}|\ufffd)+$")
_BACKSLASHED: Final = re.compile(r"\\+(?:u([0-9a-f]{4})|x([0-9a-f]{2}))?")
_ESCAPED_AT_MOST: Final = 4  # times one upon the other
_URL_SAFE: Final = str.maketrans("+/", "-_")
_OTHERWISE: Final = {"/": ("~1",), "~": ("~0",), " ": (r"\+",)}  # in JSON Pointer, and in forms
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
        held.sort(key=len, reverse=True)
        self._whole = [form.lower() for text in held for form in (text, *_in_base64(text))]
        self._whole += [form.translate(_URL_SAFE) for form in self._whole]
        shown = dict.fromkeys(held, HIDDEN) | {
            name: words for name, words in reversed(called.items()) if len(name) >= _SHORTEST
        }
        self._shown = [(re.compile("|".join(_forms(text)), re.IGNORECASE), words) for text, words in shown.items()]

    def text(self, text: str) -> str:
        """``text`` with everything hidden."""
        for pattern, words in self._shown:
            text = pattern.sub(words, text)
        if _CUT in text and self._whole:
            text = _CUT_OFF.sub(self._uncut, text)
        return text

    def _uncut(self, found: re.Match[str]) -> str:
        """A shortened text, or stars where it begins or ends with a part of a secret, in whatever form."""
        before, piece, after = (text for text in found.groups() if text is not None)
        if any(map(self._tells, _readings(piece.lower()))):
            return f"{before}{HIDDEN}{after}"
        return found.group()

    def _tells(self, text: str) -> bool:
        return any(
            (len(text) >= _SHORTEST_PART and text in whole)
            or any(
                text.endswith(whole[:length]) or text.startswith(whole[-length:])
                for length in range(_SHORTEST_PART, min(len(whole), len(text)) + 1)
            )
            for whole in self._whole
        )

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
    for core in _in_base64(text):
        yield "".join({"+": "[-+]", "/": "[/_]"}.get(letter, letter) for letter in core) + "=*"


def _in_base64(text: str) -> Iterator[str]:
    """What stands of ``text`` in base64, which takes three bytes at a time: it may begin at each of the three."""
    held = text.encode("utf-8", "surrogatepass")
    for shift, first in enumerate((0, 2, 3)):
        encoded = base64.b64encode(bytes(shift) + held).decode()
        core = encoded[first : (len(held) + shift) * 4 // 3]
        if len(core) >= _SHORTEST_BASE64:
            yield core


def _readings(text: str) -> Iterator[str]:
    """A shortened text with its escapings taken off one after the other, and what was left of one at its end."""
    for plus in (unquote, unquote_plus):
        reading = text
        for _ in range(_ESCAPED_AT_MOST):
            yield reading
            reading = _HALF_ESCAPE.sub("", reading)
            yield reading
            reading = html.unescape(plus(_BACKSLASHED.sub(_unescaped, reading)))


def _unescaped(found: re.Match[str]) -> str:
    """What a backslash stands for; bytes as URLs write them, since it takes all bytes of a character to read it."""
    return chr(int(found[1], 16)) if found[1] else f"%{found[2]}" if found[2] else ""


def _letter(letter: str) -> str:
    """A pattern of the ways in which a character may be written, also by several escapings one upon the other."""
    if letter.isalnum() and letter.isascii():
        return f"(?:{letter}|%(?:25)*{ord(letter):02x})"
    # the expression disregards the case of letters, but not that of what their escapes stand for
    ways = [way for one in dict.fromkeys((letter, letter.lower(), letter.upper())) for way in _ways(one)]
    return rf"(?:\\|%(?:25)*5c)*(?:{'|'.join((*ways, *_OTHERWISE.get(letter, ())))})"


def _ways(letter: str) -> Iterator[str]:
    """As it is, and as URLs, XML and HTML, JSON, and Python escape it."""
    yield re.escape(letter)
    encoded = letter.encode("utf-8", "surrogatepass")
    yield "".join(f"%(?:25)*{byte:02x}" for byte in encoded)
    names = [re.escape(html.escape(letter).strip("&;"))]
    names += [f"#0*{ord(letter)}", f"#x0*{ord(letter):x}"] if len(letter) == 1 else []
    yield rf"&(?:amp;)*(?:{'|'.join(names)});"
    units = letter.encode("utf-16-be", "surrogatepass")
    yield "".join(rf"\\*u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
    yield "".join(rf"\\*x{byte:02x}" for byte in encoded)
