"""One keyword beside its later self: are fewer values allowed now, more, or both? One row of :data:`FACETS` a question.

In: what the schemas that hold for one value say of one matter, put together. Out: :class:`Told`: the direction, what
changed, what to do for who writes such values, and for who reads them. Sources: JSON Schema 2020-12 validation
sections 6 and 7, and the keywords of this package.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from relation_spec.comparison.changes import Direction
from relation_spec.schema.formats import INTEGER_FORMATS
from relation_spec.schema.json_type import is_multiple

__all__ = ["ALL_TYPES", "FACETS", "Facet", "Told", "key_of", "shown", "types_of"]

ALL_TYPES: Final = frozenset({"object", "array", "string", "integer", "number", "boolean", "null"})
_NUMBERS: Final = frozenset({"integer", "number"})
_TEXTS: Final = frozenset({"string"})
_LONGEST: Final = 60

Said = list[tuple[str, Any]]
"""Keywords with their values, from every schema that holds."""


class Told(NamedTuple):
    """What became of a rule: how the allowed values change, in words, and what writers and readers have to do."""

    direction: Direction
    what: str
    send: str = ""
    read: str = ""


class Facet(NamedTuple):
    """A question: the keywords that answer it, the types of values concerned, and how answers join and compare.

    ``merge`` gives None where nothing is asked of values; ``compare`` is asked only where the merged values differ.
    """

    keywords: tuple[str, ...]
    types: frozenset[str]
    merge: Callable[[Said], Any]
    compare: Callable[[Any, Any], Told]


def shown(value: Any) -> str:
    """A value as JSON, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(held) for name, held in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def key_of(value: Any) -> str:
    """A text that is the same for equal JSON values alone (2020-12 core section 4.2.2)."""
    return json.dumps(_plain(value), sort_keys=True, default=str)


def types_of(named: Any) -> frozenset[str]:
    """The types that a value of the keyword ``type`` allows; ``number`` holds ``integer``."""
    types = frozenset([named] if isinstance(named, str) else named)
    return types | {"integer"} if "number" in types else types


def _listing(items: Iterable[Any]) -> str:
    held = list(items)
    return ", ".join(shown(item) for item in held[:8]) + (f" and {len(held) - 8} more" if len(held) > 8 else "")


def _toward(narrower: bool, wider: bool) -> Direction:
    return (Direction.NARROWER if narrower else Direction.SAME) | (Direction.WIDER if wider else Direction.SAME)


def _types(old: frozenset[str], new: frozenset[str]) -> Told:
    lost, gained = sorted(old - new), sorted(new - old)
    if "number" in lost and "integer" not in lost:
        lost = [*(name for name in lost if name != "number"), "numbers with a fraction"]
    said = [f"no longer {_or(lost)}"] if lost else []
    said += [f"also {_or(gained)}"] if gained else []
    send = f"Do not send {_or(lost)} here any more." if lost else ""
    read = f"Be ready to read {_or(gained)} here." if gained else ""
    return Told(_toward(bool(lost), bool(gained)), f"the type allows {' and '.join(said)}", send, read)


def _or(names: list[str]) -> str:
    return " or ".join(names)


def _listed(said: Said) -> dict[str, Any]:
    held = [{key_of(item): item for item in ([value] if keyword == "const" else value)} for keyword, value in said]
    return {key: item for key, item in held[0].items() if all(key in other for other in held)}


def _compare_listed(old: dict[str, Any] | None, new: dict[str, Any] | None) -> Told:
    if old is None and new is not None:
        allowed = _listing(new.values())
        return Told(Direction.NARROWER, f"only listed values are allowed now: {allowed}", f"Send one of {allowed}.")
    if new is None:
        return Told(Direction.WIDER, "any value is allowed now, not only listed ones", "", "Be ready for other values.")
    held = old or {}
    gone = [item for key, item in held.items() if key not in new]
    come = [item for key, item in new.items() if key not in held]
    what = " and ".join(
        [f"the value {_listing(gone)} is gone"] * bool(gone) + [f"the value {_listing(come)} is new"] * bool(come)
    )
    send = f"Stop sending {_listing(gone)}." if gone else ""
    return Told(_toward(bool(gone), bool(come)), what, send, f"Be ready to read {_listing(come)}." if come else "")


_Bound = tuple[Any, bool]  # the bound, and whether it is itself ruled out


def _least(said: Said) -> _Bound | None:
    found = [
        (INTEGER_FORMATS[value][0], False) if keyword == "format" else (value, keyword == "exclusiveMinimum")
        for keyword, value in said
        if keyword != "format" or value in INTEGER_FORMATS
    ]
    return max(found) if found else None


def _most(said: Said) -> _Bound | None:
    found = [
        (INTEGER_FORMATS[value][1], False) if keyword == "format" else (value, keyword == "exclusiveMaximum")
        for keyword, value in said
        if keyword != "format" or value in INTEGER_FORMATS
    ]
    return min(found, key=lambda bound: (bound[0], not bound[1])) if found else None


def _bound(noun: str, words: tuple[str, str], order: int) -> Callable[[_Bound | None, _Bound | None], Told]:
    """The comparison of bounds; ``order`` is 1 for the least and -1 for the greatest."""

    def say(bound: _Bound | None) -> str:
        return "none" if bound is None else f"{words[bound[1]]} {bound[0]}"

    def compare(old: _Bound | None, new: _Bound | None) -> Told:
        tighter = new is not None
        if old is not None and new is not None:
            tighter = (new[0] * order, new[1]) > (old[0] * order, old[1])
        what = f"the {noun} number was {say(old)} and is {say(new)}"
        send = f"Send {say(new)}." if new is not None else ""
        read = f"Be ready for numbers beyond {old[0]}." if old is not None else ""
        return Told(_toward(tighter, not tighter), what, send, read)

    return compare


def _multiples(old: frozenset[Any] | None, new: frozenset[Any] | None) -> Told:
    before, after = old or frozenset(), new or frozenset()
    narrower = not all(any(is_multiple(one, step) for one in before) for step in after)
    wider = not all(any(is_multiple(one, step) for one in after) for step in before)
    what = (
        f"numbers had to be multiples of {_listing(before) or 'anything'}, and of {_listing(after) or 'anything'} now"
    )
    return Told(_toward(narrower, wider), what, "Send such multiples alone.", "Be ready for numbers between them.")


def _size(noun: str, least: bool) -> Callable[[int | None, int | None], Told]:
    word = "at least" if least else "at most"

    def compare(old: int | None, new: int | None) -> Told:
        unlimited = 0 if least else float("inf")
        before, after = (unlimited if bound is None else bound for bound in (old, new))
        tighter = after > before if least else after < before
        change = "" if before == after else f"{noun}: {word} {_none(old)} before, {word} {_none(new)} now"
        what = change or f"{noun}: {word} {_none(new)}, said in another way"
        read = f"Be ready for {'fewer' if least else 'more'} {noun}."
        return Told(_toward(tighter, before != after and not tighter), what, f"Send {word} {_none(new)} {noun}.", read)

    return compare


def _none(bound: int | None) -> str:
    return "any number" if bound is None else str(bound)


def _texts(noun: str) -> Callable[[frozenset[str] | None, frozenset[str] | None], Told]:
    """The comparison of conditions that cannot be set against each other; each is there or not."""

    def compare(old: frozenset[str] | None, new: frozenset[str] | None) -> Told:
        gone, come = sorted((old or frozenset()) - (new or frozenset())), sorted((new or frozenset()) - (old or set()))
        what = f"the {noun} was {_listing(gone) or 'free'} and is {_listing(come) or 'free'} now"
        if not gone or not come:
            what = f"the {noun} {_listing(come or gone)} is {'asked for now' if come else 'asked for no longer'}"
        send = f"Send texts of the {noun} {_listing(come)}." if come else ""
        return Told(_toward(bool(come), bool(gone)), what, send, f"Be ready for texts of another {noun}.")

    return compare


def _set_of_texts(said: Said) -> frozenset[str] | None:
    return frozenset(value for _, value in said if value not in INTEGER_FORMATS) or None


def _date_times(said: Said) -> tuple[bool, int]:
    rules = [value for _, value in said]
    return any(rule["offset"] == "required" for rule in rules), min(rule["fractionDigits"] for rule in rules)


def _compare_date_times(old: tuple[bool, int] | None, new: tuple[bool, int] | None) -> Told:
    if old is None:
        return Told(Direction.NARROWER, "texts must be date-times now", "Send date-times.")
    if new is None:
        return Told(Direction.WIDER, "texts need not be date-times any more", "", "Be ready for any text.")
    said, send, read = [], [], []
    if old[0] != new[0]:
        said.append(f"a date-time's offset is {'required' if new[0] else 'optional'} now")
        send.append("Send the offset.")
        read.append("Be ready for date-times without an offset.")
    if old[1] != new[1]:
        said.append(f"its fraction had at most {old[1]} digits, and has {new[1]} now")
        send.append(f"Send at most {new[1]} digits.")
        read.append(f"Be ready for {new[1]} digits.")
    direction = _toward(new[0] > old[0] or new[1] < old[1], new[0] < old[0] or new[1] > old[1])
    return Told(direction, " and ".join(said), " ".join(send), " ".join(read))


def _flags(said: Said) -> dict[str, int]:
    held = [value for _, value in said]
    return {name: number for name, number in held[0].items() if all(name in other for other in held)}


def _compare_flags(old: dict[str, int] | None, new: dict[str, int] | None) -> Told:
    if old is None or new is None or set(old) != set(new):
        known = [None if flags is None else {key_of(name): name for name in flags} for flags in (old, new)]
        return _compare_listed(*known)
    moved = [f"{name} from {old[name]} to {new[name]}" for name in new if old[name] != new[name]]
    return Told(Direction.SAME, f"a flag has another number: {', '.join(moved)}", "", "Look where numbers are used.")


def _languages(said: Said) -> tuple[bool, frozenset[str]]:
    rules = [value for _, value in said]
    return all(rule["list"] for rule in rules), frozenset.intersection(*(frozenset(rule["codes"]) for rule in rules))


def _compare_languages(old: Any, new: Any) -> Told:
    if old is None:
        return Told(Direction.NARROWER, "texts must be languages now", "Send a language's code.")
    if new is None:
        return Told(Direction.WIDER, "texts need not be languages any more", "", "Be ready for any text.")
    gone, come = sorted(old[1] - new[1]), sorted(new[1] - old[1])
    said = [f"lists of languages are {'allowed' if new[0] else 'allowed no longer'}"] * (old[0] != new[0])
    said += [f"the languages {_listing(gone)} are gone"] * bool(gone) + [
        f"the languages {_listing(come)} are new"
    ] * bool(come)
    direction = _toward(old[0] > new[0] or bool(gone), old[0] < new[0] or bool(come))
    return Told(direction, " and ".join(said), "Send one of the languages left.", "Be ready for other languages.")


def _unique(old: bool | None, new: bool | None) -> Told:
    what = f"items may {'not ' if new else ''}repeat now"
    return Told(_toward(bool(new), not new), what, "Send each item once.", "Be ready for an item twice.")


def _names(said: Said) -> frozenset[str] | None:
    return frozenset(name for _, value in said for name in value) or None


def _required(old: frozenset[str] | None, new: frozenset[str] | None) -> Told:
    gone, come = (
        sorted((old or frozenset()) - (new or frozenset())),
        sorted((new or frozenset()) - (old or frozenset())),
    )
    said = [f"{_listing(come)} must be there now"] * bool(come)
    said += [f"{_listing(gone)} need not be there any more"] * bool(gone)
    send = f"Send {_listing(come)} always." if come else ""
    read = f"Be ready for answers without {_listing(gone)}." if gone else ""
    return Told(_toward(bool(come), bool(gone)), " and ".join(said), send, read)


def _pairs(said: Said) -> frozenset[str] | None:
    return (
        frozenset(f"{other} beside {name}" for _, held in said for name, needed in held.items() for other in needed)
        or None
    )


def _integer_formats(said: Said) -> frozenset[str] | None:
    return frozenset(value for _, value in said if value in INTEGER_FORMATS) or None


def _compare_integer_formats(old: frozenset[str] | None, new: frozenset[str] | None) -> Told:
    what = f"the format of the number was {_listing(old or ()) or 'none'} and is {_listing(new or ()) or 'none'}"
    return Told(Direction.SAME, what, "", "Programs generated from the contract may choose another type for it.")


def _counted(keyword: str, types: frozenset[str], noun: str) -> Facet:
    least = keyword.startswith("min")
    pick: Callable[[list[int]], int] = max if least else min
    return Facet((keyword,), types, lambda said: pick([value for _, value in said]), _size(noun, least))


_LEAST: Final = ("at least", "more than")
_MOST: Final = ("at most", "less than")

FACETS: Final[tuple[Facet, ...]] = (
    Facet(("type",), ALL_TYPES, lambda said: frozenset.intersection(*(types_of(value) for _, value in said)), _types),
    Facet(("enum", "const"), ALL_TYPES, _listed, _compare_listed),
    Facet(("minimum", "exclusiveMinimum", "format"), _NUMBERS, _least, _bound("least", _LEAST, 1)),
    Facet(("maximum", "exclusiveMaximum", "format"), _NUMBERS, _most, _bound("greatest", _MOST, -1)),
    Facet(("format",), _NUMBERS, _integer_formats, _compare_integer_formats),
    Facet(("multipleOf",), _NUMBERS, lambda said: frozenset(value for _, value in said), _multiples),
    _counted("minLength", _TEXTS, "characters"),
    _counted("maxLength", _TEXTS, "characters"),
    Facet(("pattern",), _TEXTS, _set_of_texts, _texts("pattern")),
    Facet(("format",), _TEXTS, _set_of_texts, _texts("format")),
    Facet(("x-date-time",), _TEXTS, _date_times, _compare_date_times),
    Facet(("x-flags",), _TEXTS, _flags, _compare_flags),
    Facet(("x-language",), _TEXTS, _languages, _compare_languages),
    _counted("minItems", frozenset({"array"}), "items"),
    _counted("maxItems", frozenset({"array"}), "items"),
    Facet(("uniqueItems",), frozenset({"array"}), lambda said: any(value for _, value in said) or None, _unique),
    _counted("minProperties", frozenset({"object"}), "properties"),
    _counted("maxProperties", frozenset({"object"}), "properties"),
    Facet(("required",), frozenset({"object"}), _names, _required),
    Facet(("dependentRequired",), frozenset({"object"}), _pairs, _required),
)
"""The keywords about one value alone, ``type`` first."""
