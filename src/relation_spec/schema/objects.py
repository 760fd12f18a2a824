"""The properties of an object, checked in one loop: described, matched by pattern, additional, or unknown.

The schemas that hold for one object side by side (:mod:`relation_spec.schema.conjuncts`) each have their say about
each name (JSON Schema 2020-12 core sections 10.3.2 and 11.3).
"""

from collections.abc import Callable
from typing import Any, Final, Protocol

from relation_spec.contract.pointer import join
from relation_spec.schema.assertions import Assertion, Check, Done, Match
from relation_spec.schema.conjuncts import Conjunct
from relation_spec.schema.evaluated import Evaluated
from relation_spec.schema.faults import Faults, Path
from relation_spec.schema.patterns import compile_pattern
from relation_spec.schema.rules import Rule

__all__ = ["Compiler", "properties"]

_NOTHING: Final[frozenset[type]] = frozenset()
_UNKNOWN: Final[tuple[frozenset[type], Any, Any, Match | None, Check | None]] = (_NOTHING, 1, 0, None, None)


class Compiler(Protocol):
    """What compiles subschemas and makes rules: the explaining engine."""

    evaluated: Evaluated

    def check(self, *pointers: str) -> Check:
        """The function that checks one value against the schemas at ``pointers``."""

    def done(self, check: Check) -> Done:
        """What ``check`` surely takes."""

    def rule(self, conjunct: Conjunct, keyword: str, param: Any = None, names: tuple[str, ...] = ()) -> Rule | None:
        """The rule that ``keyword`` makes in a conjunct."""


def properties(compiler: Compiler, parts: tuple[Conjunct, ...]) -> Assertion | None:
    """The check of all properties by ``parts``, or None where they say nothing of properties."""
    made = _Properties(compiler, parts)
    return made.check if made.known or made.open_ended or made.static or made.dynamic else None


class _Properties:
    def __init__(self, compiler: Compiler, parts: tuple[Conjunct, ...]) -> None:
        self._compiler = compiler
        self._matchers = [_matcher(part) for part in parts]
        self._checks: dict[tuple[str, ...], Check] = {}
        self._denials = {
            join(part.pointer, "additionalProperties"): compiler.rule(
                part, "additionalProperties", None, tuple(part.schema.get("properties", ()))
            )
            for part in parts
            if part.schema.get("additionalProperties") is False
        }
        self.open_ended = any({"patternProperties", "additionalProperties"} & part.schema.keys() for part in parts)
        self.static: list[tuple[set[str], Rule]] = []
        self.dynamic: list[tuple[Conjunct, Rule]] = []
        for part in parts:
            self._close(part)
        self.known: dict[str, Check] = {}
        for name in dict.fromkeys(name for part in parts for name in part.schema.get("properties", ())):
            self.known[name] = compiler.check(*self._pointers(name))
        self._sure = {
            name: (*compiler.done(check), check)
            for name, check in self.known.items()
            if all(name in names for names, _ in self.static)
            and not any(pointer in self._denials for pointer in self._pointers(name))
        }

    def _pointers(self, name: str) -> tuple[str, ...]:
        """The schemas that have a say about ``name``."""
        return tuple(pointer for matcher in self._matchers for pointer in matcher(name))

    def _close(self, part: Conjunct) -> None:
        """Note what closes the object: the names that are known (where the value does not decide), and the rule."""
        for keyword in ("unevaluatedProperties", "x-closed"):
            if keyword not in part.schema:
                continue
            held = part.schema[keyword]
            if keyword == "unevaluatedProperties" and held is True:
                continue
            names = self._compiler.evaluated.static_names(part)
            rule = self._compiler.rule(part, keyword, held, tuple(self._compiler.evaluated.likely_names(part)))
            if rule is None:
                continue
            if names is None or isinstance(held, dict):
                self.dynamic.append((part, rule))
            else:
                self.static.append((names, rule))

    def check(self, value: Any, here: Path, out: Faults) -> None:
        """Check every property of ``value``, which stands at ``here``."""
        sure = self._sure.get
        for name, item in value.items():
            known = sure(name, _UNKNOWN)
            kind = type(item)
            if kind in known[0]:
                continue
            if kind is int:
                if known[1] <= item <= known[2]:
                    continue
            elif kind is str and known[3] is not None and known[3](item):
                continue
            if (check := known[4]) is not None:
                check(item, here, name, out)
            else:
                self._other(name, item, here, out)
        for part, rule in self.dynamic:
            self._unevaluated(part, rule, value, here, out)

    def _other(self, name: str, item: Any, here: Path, out: Faults) -> None:
        pointers = self._pointers(name) if self.open_ended or name in self.known else ()
        denied = next((rule for pointer in pointers if (rule := self._denials.get(pointer))), None)
        if denied:
            out.add(denied, (here, name), item, name)
        elif pointers:
            check = self._checks.get(pointers)
            if check is None:
                check = self._checks[pointers] = self._compiler.check(*pointers)
            check(item, here, name, out)
        for names, rule in self.static:
            if name not in names:
                out.add(rule, (here, name), item, name)
                break

    def _unevaluated(self, part: Conjunct, rule: Rule, value: Any, here: Path, out: Faults) -> None:
        names = self._compiler.evaluated.names(part, value)
        if names is None:
            return
        for name in value:
            if name not in names:
                if isinstance(rule.param, dict):
                    self._compiler.check(rule.pointer)(value[name], here, name, out)
                else:
                    out.add(rule, (here, name), value[name], name)


def _matcher(part: Conjunct) -> Callable[[str], list[str]]:
    described = part.schema.get("properties", {})
    patterns = [
        (compile_pattern(pattern).search, join(part.pointer, "patternProperties", pattern))
        for pattern in part.schema.get("patternProperties", ())
    ]
    additional = join(part.pointer, "additionalProperties") if "additionalProperties" in part.schema else None

    def matches(name: str) -> list[str]:
        found = [join(part.pointer, "properties", name)] if name in described else []
        found.extend(pointer for search, pointer in patterns if search(name))
        return found or ([additional] if additional else [])

    return matches
