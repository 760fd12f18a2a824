"""Comparing values: what was sent with what came back, and two answers that should show the same entity.

In: two values and what the contract says of their properties. Out: the places where they differ, and how.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from relation_spec.contract.pointer import join
from relation_spec.findings import quote
from relation_spec.fuzz.facts import Facts, Property
from relation_spec.schema.json_type import json_equal
from relation_spec.schema.selection import properties_of

__all__ = ["Difference", "differences", "echoed", "has_offset", "moment", "resources", "same_text"]

_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,7}))?(Z|[+-]\d\d:\d\d)?")
_RESOURCE: Final = re.compile(r"\[[^\[\]]+\]")
_VARYING: Final = frozenset({"identity", "clock", "links"})


class Difference(NamedTuple):
    """A place where two values differ, how, the rule there, both values in words, and a sign by which to know it."""

    place: str
    cause: str
    rule: str
    words: str
    sign: str = ""


def moment(text: Any) -> float | None:
    """A date-time as seconds since 1970, taken for UTC where it has no offset; None for what is none."""
    found = _MOMENT.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    clock, fraction, offset = found.groups()
    try:
        seconds = datetime.fromisoformat(f"{clock}{offset if offset and offset != 'Z' else '+00:00'}").timestamp()
    except (ValueError, OverflowError):
        return None
    return seconds + float(f"0.{fraction}" if fraction else 0)


def has_offset(text: Any) -> bool:
    """Whether a date-time says in which zone it is."""
    found = _MOMENT.fullmatch(text) if isinstance(text, str) else None
    return found is not None and found.group(3) is not None


def same_text(prop: Property, one: Any, other: Any) -> bool:
    """Whether two values mean the same: dates by the moment, everything else as it stands."""
    if json_equal(one, other):
        return True
    if "x-date-time" in prop.keywords:
        first, second = moment(one), moment(other)
        return first is not None and second is not None and abs(first - second) < 1e-6
    return False


def _is_in(value: Any, blanks: tuple[Any, ...]) -> bool:
    return any(json_equal(value, blank) for blank in blanks)


def echoed(facts: Facts, sent: Mapping[str, Any], got: Mapping[str, Any], skip: frozenset[str]) -> Iterator[Difference]:
    """What clients set and did not get back as they sent it; ``skip`` holds names that are known to be wrong."""
    for name, prop in facts.sent.items():
        shown = facts.answered.get(name)
        if shown is None or not shown.is_client_set or name in skip or name not in got:
            continue
        value, back = sent.get(name), got[name]
        if value is None or (prop.refers and _is_in(value, shown.blank)):
            if _may_be_blank(shown) and not _is_in(back, shown.blank):
                cause = "null" if name in sent else "absent"
                words = f"sent {'null' if name in sent else 'nothing'}, and found {quote(back)}"
                yield Difference(f"/{name}", f"{cause} becomes something", prop.pointer, words)
        elif not same_text(prop, value, back):
            blank = _is_in(back, shown.blank) or back in ("", 0)
            cause = "something becomes nothing" if blank else "changed"
            cause = "empty text becomes null" if value == "" and back is None else cause
            yield Difference(f"/{name}", cause, prop.pointer, f"sent {_around(value, back)}", _sign(value, back))


def _may_be_blank(prop: Property) -> bool:
    """Whether nothing can be shown as nothing: bounds and lists may leave no value for that."""
    if "null" in prop.types:
        return True
    if {"enum", "const"} & prop.keywords.keys():
        return False
    return all(low <= 0 for low in _held(prop, "minimum", "exclusiveMinimum")) and all(
        high >= 0 for high in _held(prop, "maximum", "exclusiveMaximum")
    )


def _held(prop: Property, *words: str) -> list[Any]:
    return [prop.keywords[word] for word in words if word in prop.keywords]


def _first(value: str, back: str) -> int:
    """The first character in which two texts differ."""
    return next((i for i, (a, b) in enumerate(zip(value, back, strict=False)) if a != b), min(len(value), len(back)))


def _sign(value: Any, back: Any) -> str:
    """What stands where a text was changed, wherever that is."""
    if value == "" and back is None:
        return "nothing for an empty text"
    if not isinstance(value, str) or not isinstance(back, str):
        return ""
    at = _first(value, back)
    return back[max(0, at - 1) : at + 2]


def _around(value: Any, back: Any) -> str:
    """Both values, near the first character in which they differ."""
    if isinstance(value, str) and isinstance(back, str) and len(value) > 40:
        at = _first(value, back)
        start = max(0, at - 10)
        return f"…{quote(value[start : start + 30])} and found …{quote(back[start : start + 30])} at character {at}"
    return f"{quote(value)}, and found {quote(back)}"


def differences(
    facts: Facts,
    one: Mapping[str, Any],
    other: Mapping[str, Any],
    *,
    same_record: bool = False,
    same_saving: bool = False,
    controlled: frozenset[str] = frozenset(),
) -> Iterator[Difference]:
    """Where two answers about the same entity differ.

    Args:
        facts: what the contract says.
        one: the first answer.
        other: the second.
        same_record: both show one record, so that number, creation and addresses must be the same too.
        same_saving: both show one and the same saving, so that everything must be.
        controlled: what the second request asked for: ``language``, ``culture``, ``time-zone``.
    """
    for name, prop in facts.answered.items():
        if name not in one or name not in other:
            if (name in one) != (name in other):
                yield Difference(f"/{name}", "missing", prop.pointer, f"{quote(name)} is missing in one of two answers")
            continue
        if _may_vary(prop, same_record, same_saving):
            if type(one[name]) is not type(other[name]):
                yield Difference(f"/{name}", "type", prop.pointer, _both(one[name], other[name]))
            continue
        yield from _inside(facts, prop, f"/{name}", one[name], other[name], controlled)


def _may_vary(prop: Property, same_record: bool, same_saving: bool) -> bool:
    kind = prop.source.get("from")
    if same_saving or kind not in _VARYING | {"user"}:
        return False
    if kind == "user":
        return False
    saved = kind == "clock" and prop.source.get("when") == "saved"
    return saved or not same_record


def _both(one: Any, other: Any) -> str:
    return f"found {_around(one, other).replace('and found', 'and', 1)}"


def _inside(
    facts: Facts, prop: Property, place: str, one: Any, other: Any, controlled: frozenset[str]
) -> Iterator[Difference]:
    if isinstance(one, dict) and isinstance(other, dict):
        below = properties_of(facts.document, prop.pointers)
        for name in dict.fromkeys([*one, *other]):
            there = join(place, name)
            if (name in one) != (name in other):
                yield Difference(there, "missing", prop.pointer, f"{quote(name)} is missing in one of two answers")
            elif name in below:
                yield from _inside(facts, facts.property(name, below[name]), there, one[name], other[name], controlled)
            elif not json_equal(one[name], other[name]):
                yield Difference(there, "changed", prop.pointer, _both(one[name], other[name]))
        return
    bare = moment(one) is not None and moment(other) is not None and not (has_offset(one) and has_offset(other))
    if "time-zone" in controlled and bare:
        return  # nobody can tell which moments these are
    if controlled and prop.keywords.get("x-translated") and _is_text(one) and _is_text(other):
        return
    if not same_text(prop, one, other) or (not controlled and one != other):
        yield Difference(place, "changed", prop.pointer, _both(one, other))


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def resources(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Every text that is a resource name in square brackets, with its place."""
    if isinstance(value, dict):
        for name, held in value.items():
            yield from resources(held, join(place, name))
    elif isinstance(value, str) and _RESOURCE.fullmatch(value):
        yield place, value
