"""JSON text (RFC 8259) to a value, exactly, and pointers back to places in the text.

Where parsers differ, this one decides: numbers keep their value (those that no float or int should hold become
``Decimal``), ``NaN`` and ``Infinity`` are refused, of duplicate keys the last counts and the others are told, nesting
is bounded. The parsing itself is the standard library's.
"""

import json
import math
import re
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from decimal import Decimal
from json import scanner
from typing import Any, Final, NamedTuple

from relation_spec.limits import MAX_DEPTH, MAX_EXPONENT, MAX_INT_DIGITS

__all__ = ["Fault", "Lines", "decode", "duplicates", "line_column", "locate", "number", "repeats"]

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_STRUCTURE: Final = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\Z)|[\[\]{}]', re.DOTALL)
_CONSTANT: Final = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\Z)|NaN|-?Infinity', re.DOTALL)
_LONG_FLOAT: Final = 15  # digits that every float keeps


class Fault(NamedTuple):
    """Why a text is no JSON that can be judged: a code, what is wrong, what to do, and the offset of the place."""

    code: str
    reason: str
    hint: str
    offset: int


class _NotJsonError(Exception):
    """A NaN or Infinity, which the grammar does not know."""


def _clip(text: str) -> Decimal:
    mantissa, mark, exponent = text.lower().partition("e")
    if mark and abs(int(exponent[:20])) > MAX_EXPONENT:
        text = f"{mantissa}e{MAX_EXPONENT if int(exponent[:20]) > 0 else -MAX_EXPONENT}"
    return Decimal(text)


def _float(text: str) -> float | Decimal:
    value = float(text)
    if math.isinf(value) or value == 0 or (len(text) > _LONG_FLOAT and value.is_integer()):
        exact = _clip(text)
        if exact != Decimal(repr(value)):  # overflow, underflow, or digits that a float does not keep
            return exact
    return value


def _int(text: str) -> int | Decimal:
    return int(text) if len(text) <= MAX_INT_DIGITS else Decimal(text)


def number(text: str) -> Any:
    """The value of a JSON number, as :func:`decode` gives it."""
    return _float(text) if any(mark in text for mark in ".eE") else _int(text)


def _refuse_constant(name: str) -> None:
    raise _NotJsonError(name)


class _Pairs:
    """Builds objects and remembers whether any named a property twice."""

    def __init__(self) -> None:
        self.repeated = False

    def __call__(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        built = dict(pairs)
        if len(built) != len(pairs):
            self.repeated = True
        return built


def _too_deep(text: str) -> Fault | None:
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return None
    depth = 0
    for found in _STRUCTURE.finditer(text):
        first = text[found.start()]
        if first in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                reason = f"arrays and objects are nested more than {MAX_DEPTH} deep"
                return Fault("too-deep", reason, "Look for a loop in the code that builds the body.", found.start())
        elif first in "]}":
            depth -= 1
    return None


def decode(text: str) -> tuple[Any, Fault | None, bool]:
    """The value of a JSON text as ``(value, fault, repeated)``.

    With a fault the value is None. ``repeated`` says that some object names a property twice; :func:`duplicates` finds
    them. Numbers are int, float or Decimal, by what holds their value. Never raises for any text.
    """
    if fault := _too_deep(text):
        return None, fault, False
    pairs = _Pairs()
    try:
        try:
            parse_int = None if sys.get_int_max_str_digits() else _int
            value = _decoder(pairs, parse_int).decode(text)
        except json.JSONDecodeError:
            raise
        except ValueError:  # an integer longer than Python converts
            value = _decoder(pairs, _int).decode(text)
    except json.JSONDecodeError as error:
        return None, _syntax(text, error), False
    except _NotJsonError as error:
        return None, _constant(text, str(error)), False
    except RecursionError:  # the caller's own stack is nearly full
        hint = "Call the validation from a place with more stack left."
        return None, Fault("too-deep", "the body is nested deeper than the stack allows here", hint, 0), False
    return value, None, pairs.repeated


def _decoder(pairs: _Pairs, parse_int: Any) -> json.JSONDecoder:
    return json.JSONDecoder(
        object_pairs_hook=pairs, parse_int=parse_int, parse_float=_float, parse_constant=_refuse_constant
    )


def _constant(text: str, name: str) -> Fault:
    found = next((m for m in _CONSTANT.finditer(text) if m.group() == name), None)
    hint = "Send a number, or null where the contract allows it."
    return Fault("malformed", f"found {name}, which JSON does not know", hint, found.start() if found else 0)


_EXPECTED: Final = (
    ("Extra data", "found text after the end of the value", "Send one JSON value and nothing after it."),
    ("Expecting property name", "expected a property name in double quotes", "Check for a comma before the bracket."),
    ("Illegal trailing comma", "found a comma before a closing bracket", "Remove the comma."),
    ("Expecting ':'", "expected a colon after the property name", 'Write "name": value.'),
    ("Expecting ','", "expected a comma or a closing bracket", "Check for a missing comma, quote or bracket."),
    ("Unterminated string", "found a string that never ends", "Close the string with a double quote."),
    (
        "Invalid control character",
        "found a raw control character in a string",
        "Close the string, or escape it (\\n, \\t).",
    ),
    ("Invalid \\", "found a backslash that starts no JSON escape", "Write \\\\ for a backslash itself."),
    ("Expecting value", "expected a value", "Values are objects, arrays, strings, numbers, true, false and null."),
    ("Unexpected UTF-8 BOM", "found a byte order mark", "Write plain UTF-8."),
)


def _syntax(text: str, error: json.JSONDecodeError) -> Fault:
    at = error.pos
    if not text.strip(" \t\n\r"):
        return Fault("malformed", "the body is empty", "Send one JSON value.", 0)
    expected, hint = next(
        ((words, hint) for start, words, hint in _EXPECTED if error.msg.startswith(start)), (error.msg, "")
    )
    if at >= len(text) and "string" not in expected:
        return Fault("malformed", f"{expected}, but the text ends here", "The body looks cut off; send all of it.", at)
    if expected == "expected a value" and text[at : at + 1] == "'":
        hint = "JSON strings stand in double quotes."
    if expected == "expected a value" and text[at : at + 1] == "<":
        hint = "This looks like XML; say so in the Content-Type."
    return Fault("malformed", expected, hint, at)


def line_column(text: str, offset: int) -> tuple[int, int]:
    """Line and column (both from 1) of ``offset``; columns count characters; LF, CR and CRLF each end a line."""
    line = text.count("\n", 0, offset) + 1
    start = text.rfind("\n", 0, offset)
    if "\r" in text:
        line += text.count("\r", 0, offset) - text.count("\r\n", 0, offset)
        start = max(start, text.rfind("\r", 0, offset))
    return line, offset - start


class Lines:
    """Where the lines of a text begin, worked out once for many places."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(found.end() for found in re.finditer(r"\r\n|\n|\r", text))]

    def line_column(self, offset: int) -> tuple[int, int]:
        """What :func:`line_column` gives, without another look at the text."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def _skipper() -> Any:
    # siblings are skipped by the C scanner; numbers are not converted, since their length is not bounded
    context: Any = json.JSONDecoder(parse_int=len, parse_float=len, parse_constant=len)
    return scanner.make_scanner(context)


def _space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def locate(text: str, pointers: Iterable[tuple[str | int, ...]]) -> dict[tuple[str | int, ...], tuple[int, int]]:
    """Where each place stands in ``text``: the offsets of its name and of its value; one pass for all of them.

    Places are paths of property names and indices; an item and the root have no name, and the value's offset counts.
    Of duplicate names the last counts. ``text`` must be JSON that :func:`decode` took.
    """
    wanted: dict[str | int, Any] = {}
    for path in pointers:
        branch = wanted
        for token in path:
            branch = branch.setdefault(token, {})
    start = _space(text, 0)
    places: dict[tuple[str | int, ...], tuple[int, int]] = {(): (start, start)}
    skip = _skipper()

    def value(at: int, path: tuple[str | int, ...], branch: dict[str | int, Any]) -> int:
        if not branch or text[at] not in "[{":
            return int(skip(text, at)[1])
        closing, named = ("}", True) if text[at] == "{" else ("]", False)
        at, index = _space(text, at + 1), 0
        if text[at] == closing:
            return at + 1
        while True:
            token: str | int = index
            place = at
            if named:
                token, at = skip(text, at)
                at = _space(text, _space(text, at) + 1)
            if token in branch:
                places[*path, token] = (place, at)
                at = value(at, (*path, token), branch[token])
            else:
                at = int(skip(text, at)[1])
            at = _space(text, at)
            if text[at] == closing:
                return at + 1
            at, index = _space(text, at + 1), index + 1

    value(start, (), wanted)
    return places


def duplicates(text: str) -> Iterator[tuple[tuple[str | int, ...], int, int]]:
    """Every repeated property of a JSON text as ``(path, offset, first offset)``, in the order of the text."""
    key = json.decoder.scanstring  # type: ignore[attr-defined]
    skip = _skipper()
    stack: list[tuple[dict[str, int] | None, list[str | int]]] = []
    at = _space(text, 0)
    while True:
        # here a value begins
        if text[at] in "[{" and text[(below := _space(text, at + 1))] not in "]}":
            named = text[at] == "{"
            stack.append(({} if named else None, [0]))
            at = below
        else:
            at = skip(text, at)[1]
            at = _space(text, at)
            while stack and text[at] in "]}":
                stack.pop()
                at = _space(text, at + 1)
            if not stack:
                return
            at = _space(text, at + 1)
            seen, token = stack[-1]
            if seen is None:
                token[0] = int(token[0]) + 1
        seen, token = stack[-1]
        if seen is not None:
            place = at
            name, at = key(text, at + 1, True)
            token[0] = name
            if name in seen:
                yield tuple(step[0] for _, step in stack), place, seen[name]
            else:
                seen[name] = place
            at = _space(text, _space(text, at) + 1)


class _RepeatedError(Exception):
    """An object names a property twice."""


def _refuse_repeated(pairs: list[tuple[str, Any]]) -> None:
    if len(dict(pairs)) != len(pairs):
        raise _RepeatedError


_LOOK: Final = json.JSONDecoder(object_pairs_hook=_refuse_repeated).decode


def repeats(body: bytes | str) -> bool:
    """Whether some object in ``body`` names a property twice; ``body`` must be JSON in UTF-8 without long integers."""
    try:
        _LOOK(body if isinstance(body, str) else body.decode())
    except _RepeatedError:
        return True
    return False
