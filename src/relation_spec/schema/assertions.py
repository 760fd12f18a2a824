"""The single assertions of the explaining engine: small functions that look at one value and note what breaks.

Each maker takes a keyword's value and its rule and returns the function; a rule of None is not reported on this side.
"""

import re
from collections.abc import Callable
from typing import Any, Final

from relation_spec.schema.faults import Faults, Path
from relation_spec.schema.formats import Format, has_offset
from relation_spec.schema.json_type import has_type, is_multiple, json_equal, json_type
from relation_spec.schema.rules import Rule

__all__ = [
    "LIMITS",
    "PYTHON_TYPES",
    "Assertion",
    "Check",
    "Done",
    "Match",
    "always",
    "denial",
    "dependent",
    "in_form",
    "is_unique",
    "matches",
    "names_fit",
    "one_of",
    "required",
    "typed",
    "unless",
    "when_present",
    "within",
]

# (value, path of the container or None, name or index in it or None, where to put faults)
Check = Callable[[Any, Path, "str | int | None", Faults], None]
Assertion = Callable[[Any, Path, Faults], None]
Match = Callable[[str], "re.Match[str] | None"]
# what a check surely takes: values of these types, integers from and to these bounds, and texts by this match
Done = tuple[frozenset[type], Any, Any, Match | None]

LIMITS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "minimum": lambda value, bound: value >= bound,
    "maximum": lambda value, bound: value <= bound,
    "exclusiveMinimum": lambda value, bound: value > bound,
    "exclusiveMaximum": lambda value, bound: value < bound,
    "multipleOf": is_multiple,
    "minLength": lambda value, bound: len(value) >= bound,
    "maxLength": lambda value, bound: len(value) <= bound,
    "minItems": lambda value, bound: len(value) >= bound,
    "maxItems": lambda value, bound: len(value) <= bound,
    "minProperties": lambda value, bound: len(value) >= bound,
    "maxProperties": lambda value, bound: len(value) <= bound,
}


def typed(
    table: dict[str, tuple[Assertion, ...]], types: list[tuple[frozenset[str], Rule | None]], sure: tuple[Any, Any]
) -> Check:
    """Choose the assertions by the value's type; ``sure`` are the bounds within which an integer needs none."""
    exact = {PYTHON_TYPES[name]: assertions for name, assertions in table.items() if name in PYTHON_TYPES}
    get = exact.get
    wrong = {
        kind: next(rule for names, rule in types if name not in names and not (name == "integer" and "number" in names))
        for name, kind in PYTHON_TYPES.items()
        if name not in table
    }
    done = frozenset(kind for kind, assertions in exact.items() if not assertions)
    least, greatest = sure

    def check(value: Any, parent: Path, key: str | int | None, out: Faults) -> None:
        kind = type(value)
        if kind in done or (kind is int and least <= value <= greatest):
            return
        assertions = get(kind)
        if assertions is None:
            assertions = table.get(json_type(value)) if kind not in wrong else None
            if assertions is None:
                rule = wrong[kind] if kind in wrong else next(r for names, r in types if not has_type(value, names))
                if rule:
                    out.add(rule, None if key is None else (parent, key), value)
                return
        here = None if key is None else (parent, key)
        for assertion in assertions:
            assertion(value, here, out)

    return check


PYTHON_TYPES: Final[dict[str, type]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "boolean": bool,
    "null": type(None),
}


def denial(rule: Rule | None) -> Check:
    """Nothing may stand here."""

    def deny(value: Any, parent: Path, key: str | int | None, out: Faults) -> None:
        if rule:
            out.add(rule, None if key is None else (parent, key), value)

    return deny


def always(rule: Rule) -> Assertion:
    """The value is noted whatever it is."""
    return lambda value, here, out: out.add(rule, here, value)


def unless(test: Callable[[Any, Any], bool], param: Any, rule: Rule | None) -> Assertion:
    """The value is noted unless ``test`` of it and ``param`` holds."""

    def assertion(value: Any, here: Path, out: Faults) -> None:
        if not test(value, param) and rule:
            out.add(rule, here, value)

    return assertion


def within(least: Any, below: Rule | None, greatest: Any, above: Rule | None) -> Assertion:
    """The number must lie within both bounds."""

    def within(value: Any, here: Path, out: Faults) -> None:
        if value < least:
            if below:
                out.add(below, here, value)
        elif value > greatest and above:
            out.add(above, here, value)

    return within


def matches(text: str, search: Callable[[str], re.Match[str] | None]) -> bool:
    """Whether a compiled pattern is found in ``text``."""
    return search(text) is not None


def in_form(form: Format, rule: Rule | None, offset: Rule | None) -> Assertion:
    """The text must have the form; a date-time without offset is noted by ``offset``."""
    quick, exact = re.compile(form.quick).fullmatch, form.check

    def assertion(value: Any, here: Path, out: Faults) -> None:
        if quick(value) is None and not exact(value):
            if rule:
                out.add(rule, here, value)
        elif offset and not has_offset(value):
            out.add(offset, here, value)

    return assertion


def one_of(allowed: list[Any], rule: Rule | None) -> Assertion:
    """The value must equal one of ``allowed``."""
    texts = frozenset(item for item in allowed if isinstance(item, str))

    def one_of(value: Any, here: Path, out: Faults) -> None:
        fits = value in texts if isinstance(value, str) else any(json_equal(value, item) for item in allowed)
        if not fits and rule:
            out.add(rule, here, value)

    return one_of


def required(names: tuple[str, ...], rule: Rule | None) -> Assertion:
    """The object must have every name."""
    needed = frozenset(names)

    def required(value: Any, here: Path, out: Faults) -> None:
        if not needed <= value.keys() and rule:
            for name in names:
                if name not in value:
                    out.add(rule, here, value, name)

    return required


def dependent(table: dict[str, list[str]], rule: Rule | None) -> Assertion:
    """An object with a name of the table must have the names listed there."""

    def dependent(value: Any, here: Path, out: Faults) -> None:
        for name, needed in table.items():
            if name in value and rule:
                for other in needed:
                    if other not in value:
                        out.add(rule, here, value, (name, other))

    return dependent


def when_present(name: str, check: Check) -> Assertion:
    """An object with the property ``name`` must pass ``check``."""

    def when_present(value: Any, here: Path, out: Faults) -> None:
        if name in value:
            parent, key = here if here is not None else (None, None)
            check(value, parent, key, out)

    return when_present


def names_fit(check: Check, rule: Rule | None) -> Assertion:
    """Every name of the object must pass ``check``."""

    def names(value: Any, here: Path, out: Faults) -> None:
        for name in value:
            found = Faults(0)
            check(name, None, None, found)
            if found.error_count and rule:
                out.add(rule, (here, name), value[name], name)

    return names


def is_unique(items: list[Any]) -> bool:
    """Whether no two items are equal as JSON."""
    seen: set[Any] = set()
    for item in items:
        key = _hashable(item)
        if key in seen:
            return False
        seen.add(key)
    return True


def _hashable(value: Any) -> Any:
    """A key that two values share just when they are equal as JSON."""
    if isinstance(value, dict):
        return ("object", frozenset((name, _hashable(item)) for name, item in value.items()))
    if isinstance(value, list):
        return ("array", tuple(map(_hashable, value)))
    return ("boolean", value) if isinstance(value, bool) else ("", value)
