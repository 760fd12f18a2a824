r"""``pattern``: ECMA-262 regular expressions, as JSON Schema means them, in Python's ``re``.

What the two write alike but mean differently is translated (``$`` is the very end, ``\d`` and ``\w`` are ASCII, names
of groups); what Python cannot say is refused when the contract is loaded.
"""

import re
from functools import lru_cache
from typing import Final

__all__ = ["UnsupportedPatternError", "compile_pattern", "translate"]

_SPACE: Final = "\\t\\n\\v\\f\\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_CLASSES: Final = {"d": "0-9", "w": "A-Za-z0-9_", "s": _SPACE}
_PLAIN_ESCAPES: Final = frozenset("tnvfrbB0123456789^$\\.*+?()[]{}|/-")
_TOKEN: Final = re.compile(r"\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)|\(\?(?:<(?![=!])|P|[aiLmsux#(]|.)?|.", re.DOTALL)


class UnsupportedPatternError(ValueError):
    """The pattern uses something that Python's ``re`` cannot do as ECMA-262 does it."""


def translate(pattern: str) -> str:
    """The Python form of an ECMA-262 pattern.

    Raises:
        UnsupportedPatternError: naming what cannot be said.
    """
    parts: list[str] = []
    in_class = False
    for found in _TOKEN.finditer(pattern):
        token = found.group()
        if token[0] == "\\":
            parts.append(_escape(token, in_class))
        elif in_class:
            in_class = token != "]"
            parts.append("\\[" if token == "[" else token)
        elif token == "[":
            in_class = True
            parts.append(token)
        elif token == "$":
            parts.append(r"\Z")
        elif token == ".":
            parts.append("[^\n\r\u2028\u2029]")
        elif token.startswith("(?") and token not in ("(?:", "(?=", "(?!", "(?<"):
            raise UnsupportedPatternError(f"{token!r} is not supported")
        else:
            parts.append("(?P<" if token == "(?<" else token)
    text = "".join(parts).replace("(?P<=", "(?<=").replace("(?P<!", "(?<!")
    try:
        re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise UnsupportedPatternError(str(error)) from None
    return text


def _escape(token: str, in_class: bool) -> str:
    letter = token[1]
    if letter in _CLASSES:
        return _CLASSES[letter] if in_class else f"[{_CLASSES[letter]}]"
    if letter.lower() in _CLASSES and letter.isupper():
        if in_class:
            raise UnsupportedPatternError(f"{token} inside a character class is not supported")
        return f"[^{_CLASSES[letter.lower()]}]"
    if letter == "b" and not in_class:
        return r"(?a:\b)"
    if letter == "B" and not in_class:
        return r"(?a:\B)"
    if len(token) > 2 or letter in _PLAIN_ESCAPES:
        return token
    raise UnsupportedPatternError(f"the escape {token} is not supported")


@lru_cache(maxsize=1024)
def compile_pattern(pattern: str) -> re.Pattern[str]:
    """The compiled Python form of an ECMA-262 pattern; use its ``search``.

    Raises:
        UnsupportedPatternError: as :func:`translate`.
    """
    return re.compile(translate(pattern))
