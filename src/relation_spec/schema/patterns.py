r"""``pattern``: ECMA-262 regular expressions, as JSON Schema means them, in Python's ``re``.

What the two write alike but mean differently is translated (``$`` is the very end, ``\d`` and ``\w`` are ASCII, names
of groups); what Python cannot say is refused when the contract is loaded. For other validators there is
:func:`portable`, which says the same in what ECMA-262, Python, Rust and RE2 read alike.
"""

import re
from functools import lru_cache
from typing import Final, NamedTuple

__all__ = ["Portable", "UnsupportedPatternError", "compile_pattern", "has_choice", "portable", "translate"]

# each ends with a range, so that a hyphen after it stands for itself
_SPACE: Final = "\\t\\n\\v\\f\\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff\u2000-\u200a"
_CLASSES: Final = {"d": "0-9", "w": "_A-Za-z0-9", "s": _SPACE}
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


class Portable(NamedTuple):
    """A pattern that most regular expressions read alike.

    ``one_line`` says that no text with a line feed matches; say so beside the pattern, because to Python ``$`` is the
    end before a last line feed too.
    """

    pattern: str
    one_line: bool


_PART: Final = re.compile(
    r"\[(?:\\.|[^\]\\])*\]|\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)|\(\?<(?![=!])[^>]*>|\(\?<?.|.", re.DOTALL
)
_NO_LINE_END: Final = "[^\\n\\r\u2028\u2029]"
_CONTROLS: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def portable(pattern: str) -> Portable:
    r"""``pattern``, which can be translated, with what is read differently written out.

    Where it cannot be said beside the pattern that ``$`` is the very end, it is ``$(?!\n)``, which RE2 does not read.
    """
    tokens = _PART.findall(pattern)
    whole = tokens[:1] == ["^"] and tokens[-1:] == ["$"] and tokens.count("$") == 1 and not has_choice(tokens)
    one_line = whole and not any(_takes_line_feeds(token) for token in tokens)
    parts = (("$" if one_line else "$(?!\\n)") if token == "$" else _portable_part(token) for token in tokens)
    return Portable("".join(parts), one_line)


def _takes_line_feeds(token: str) -> bool:
    is_characters = token[0] == "[" or token == "\n" or (token[0] == "\\" and token[1] not in "bB123456789")
    return is_characters and bool(re.fullmatch(translate(token), "\n"))


def _portable_part(token: str) -> str:
    if token[0] == "[":
        inner = token[1:-1]
        sign = "^" if inner.startswith("^") else ""
        found = _TOKEN.finditer(inner[len(sign) :])
        return f"[{sign}{''.join(_portable_character(part.group(), in_class=True) for part in found)}]"
    if token.startswith("(?<") and token[-1] == ">":
        return "("
    return _NO_LINE_END if token == "." else _portable_character(token, in_class=False)


def _portable_character(token: str, *, in_class: bool) -> str:
    if token[0] != "\\":
        # some look for an end by its sign alone, in a class too
        return f"\\{token}" if token in "[$" and in_class else token
    letter = token[1]
    if len(token) > 2:
        return _literal(chr(int(token[2:], 16)), in_class)  # noqa: FURB166 - the escape is no number's prefix
    if letter.lower() in _CLASSES:
        named = _CLASSES[letter.lower()].replace("\\v", "\x0b")
        return named if in_class else f"[{'^' if letter.isupper() else ''}{named}]"
    if letter in "v0" or (letter == "b" and in_class):
        return {"v": "\x0b", "0": "\x00", "b": "\x08"}[letter]
    return "-" if letter == "-" and not in_class else token


def _literal(character: str, in_class: bool) -> str:
    special = "\\]^-[" if in_class else "^$\\.*+?()[]{}|/"
    return _CONTROLS.get(character, f"\\{character}" if character in special else character)


def has_choice(tokens: list[str]) -> bool:
    """Whether a ``|`` stands outside all groups."""
    depth = 0
    for token in tokens:
        depth += (token[0] == "(") - (token == ")")
        if token == "|" and not depth:
            return True
    return False
