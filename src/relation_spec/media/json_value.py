"""Decoded values: whether JSON could carry them, and the plain form that the engines judge.

Plain means exactly dict, list, str, int, float, Decimal, bool and None. Mappings, tuples and subclasses (an IntEnum,
a str subclass) are read as what they stand for; everything else, NaN, lone surrogates and keys that are no text are
faults. The value given is never changed.
"""

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

from relation_spec.limits import MAX_DEPTH, MAX_VALUES

__all__ = ["Misfit", "faults", "is_plain", "plain"]

_LEAVES: Final = frozenset({int, bool, type(None)})


class Misfit(NamedTuple):
    """Why a value is no JSON value: a code, what is wrong, what to do, and the path of names and indices to it."""

    code: str
    reason: str
    hint: str
    path: tuple[str | int, ...]


def _has_lone_surrogate(text: str) -> bool:
    if text.isascii():
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _is_finite(number: float | Decimal) -> bool:
    return number.is_finite() if isinstance(number, Decimal) else math.isfinite(number)


def is_plain(value: Any) -> bool:
    """Whether ``value`` is plain and JSON can carry it; the quick question before :func:`plain` and :func:`faults`."""
    level, seen = [value], 1
    try:
        for _ in range(MAX_DEPTH + 1):
            below: list[Any] = []
            texts: list[str] = []
            for item in level:
                kind = type(item)
                if kind is str:
                    texts.append(item)
                elif kind is dict:
                    texts.extend(item)
                    below += item.values()
                elif kind is list:
                    below += item
                elif kind not in _LEAVES and not (kind in (float, Decimal) and _is_finite(item)):
                    return False
            joined = "".join(texts)  # raises TypeError for a key that is no text
            if not joined.isascii():
                joined.encode()  # raises UnicodeEncodeError, a ValueError, for a lone surrogate
            seen += len(below)
            if not below or seen > MAX_VALUES:
                return not below
            level = below
    except (TypeError, ValueError):
        return False
    return False


def plain(value: Any, depth: int = 0) -> Any:
    """A copy of ``value`` in plain form, as deep as nesting is allowed; what stands for nothing in JSON is kept."""
    if depth > MAX_DEPTH:
        return value
    if isinstance(value, Mapping):
        return {str(k) if isinstance(k, str) else k: plain(v, depth + 1) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item, depth + 1) for item in value]
    for kind in (bool, int, float, str, Decimal):
        if isinstance(value, kind):
            return value if type(value) is kind else kind(value)
    return value


def faults(value: Any) -> list[Misfit]:
    """Everything in ``value`` that JSON cannot carry, in its order; endless and too deep values end the search."""
    found: list[Misfit] = []
    stack: list[tuple[Any, tuple[str | int, ...]]] = [(value, ())]
    seen = 0
    while stack:
        item, path = stack.pop()
        seen += 1
        if isinstance(item, (Mapping, list, tuple)):
            if len(path) >= MAX_DEPTH:
                reason = f"arrays and objects are nested more than {MAX_DEPTH} deep"
                return [Misfit("too-deep", reason, "Look for a loop in the code that builds the body.", path[:8])]
            if seen > MAX_VALUES:
                reason = f"the value holds more than {MAX_VALUES} values"
                return [Misfit("too-large", reason, "Send less, or validate its JSON text.", ())]
        if isinstance(item, Mapping):
            found.extend(misfit for key in item if (misfit := _bad_name(key, path)))
            stack.extend((item[key], (*path, key)) for key in reversed(list(item)) if isinstance(key, str))
        elif isinstance(item, (list, tuple)):
            stack.extend((item[index], (*path, index)) for index in range(len(item) - 1, -1, -1))
        elif misfit := _bad_leaf(item, path):
            found.append(misfit)
    return found


def _bad_name(key: Any, path: tuple[str | int, ...]) -> Misfit | None:
    if not isinstance(key, str):
        reason = f"found a Python {type(key).__name__} as property name"
        return Misfit("malformed", reason, "JSON property names are texts.", path)
    if _has_lone_surrogate(key):
        reason = "found a property name with a lone surrogate, half of a character"
        return Misfit("malformed", reason, "Such text has no UTF-8 form; mend its source.", path)
    return None


def _bad_leaf(item: Any, path: tuple[str | int, ...]) -> Misfit | None:
    if isinstance(item, str):
        if _has_lone_surrogate(item):
            reason = "found a text with a lone surrogate, half of a character"
            return Misfit("malformed", reason, "Such text has no UTF-8 form; mend its source.", path)
    elif isinstance(item, (float, Decimal)):
        if not _is_finite(item):
            hint = "Send a number, or null where the contract allows it."
            return Misfit("malformed", f"found {item}, which JSON does not know", hint, path)
    elif not isinstance(item, int) and item is not None:
        hint = "Turn it into a text, number, object or array before you validate or send it."
        return Misfit("malformed", f"found a Python {type(item).__name__}, which is no JSON value", hint, path)
    return None
