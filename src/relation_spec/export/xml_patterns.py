"""Patterns in the regular expressions of XML Schema (part 2 appendix F), which match whole texts and have no anchors.

In: a portable pattern (:func:`relation_spec.schema.patterns.portable`). Out: the same for XML Schema, or None where
that has no words for it: looking around, back references, word boundaries, anchors inside.
"""

import re
from typing import Final

from relation_spec.schema.patterns import has_choice

__all__ = ["xml_pattern"]

_PART: Final = re.compile(r"\[(?:\\.|[^\]\\])*\]|\\.|\(\?(?:[:=!]|<[=!])|.", re.DOTALL)
_ANYTHING: Final = r"(.|\n|\r)*"
# libxml2 loses count of some repetitions where alternatives start alike, so that short ones are written out
_COUNTED: Final = re.compile(r"(\[(?:\\.|[^\]\\])*\]|\\.|[^\\{}()|*+?.\]])\{([1-9])\}")
_UNCARRIED: Final = re.compile("\\\\f|[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # no characters of XML 1.0
_PLAIN: Final = "$/#"  # escaped elsewhere, never here


def xml_pattern(pattern: str) -> str | None:
    """``pattern`` for XML Schema, or None."""
    tokens = _PART.findall(pattern.replace("$(?!\\n)", "$"))  # the very end, which is the only one here
    is_from_start, is_to_end = tokens[:1] == ["^"], tokens[-1:] == ["$"]
    inner = tokens[is_from_start : len(tokens) - is_to_end]
    if (is_from_start or is_to_end) and has_choice(inner):
        return None
    parts = [_part(token) for token in inner]
    if None in parts:
        return None
    text = _COUNTED.sub(_written_out, "".join(part for part in parts if part is not None))
    if not (is_from_start and is_to_end) and has_choice(inner):
        text = f"({text})"
    return f"{'' if is_from_start else _ANYTHING}{text}{'' if is_to_end else _ANYTHING}"


def _written_out(found: re.Match[str]) -> str:
    return found[1] * int(found[2])


def _part(token: str) -> str | None:
    if token[0] == "[":
        inner = token[1:-1]
        sign = "^" if inner.startswith("^") else ""
        return _class(sign, inner[len(sign) :])
    if token == "(?:":
        return "("
    if token[0] == "(" and len(token) > 1:
        return None
    if token in "^$" or _UNCARRIED.fullmatch(token):
        return None
    if token[0] == "\\":
        return _escape(token)
    return "\\-" if token == "-" else token


def _escape(token: str) -> str | None:
    letter = token[1]
    if letter in _PLAIN:
        return letter
    return token if letter in "nrt\\|.-^?*+{}()[]" else None


def _class(sign: str, inner: str) -> str | None:
    """A class, without characters that no XML carries; a hyphen that makes no range is escaped."""
    found = [token for token in re.findall(r"\\.|.", inner, re.DOTALL) if not _UNCARRIED.fullmatch(token)]
    made: list[str] = []
    index = 0
    while index < len(found):
        is_range = index + 2 < len(found) and found[index + 1] == "-"
        for token in (found[index], found[index + 2]) if is_range else (found[index],):
            written = _escape(token) if token[0] == "\\" else f"\\{token}" if token in "-^" else token
            if written is None:
                return None
            made.append(written)
        if is_range:
            made.insert(-1, "-")
        index += 3 if is_range else 1
    return f"[{sign}{''.join(made)}]"
