"""``$select`` against an answer: what was not selected must be null, or its type's zero where it has no null."""

from functools import lru_cache
from typing import Any, Final

from relation_spec.contract import Document, Select, Side
from relation_spec.contract.pointer import join
from relation_spec.findings import quote
from relation_spec.schema.conjuncts import Conjunct, conjuncts
from relation_spec.schema.faults import Faults, Path
from relation_spec.schema.json_type import json_equal
from relation_spec.schema.rules import Rule, nearest

__all__ = ["Selection", "Unknown", "properties_of"]

_ZEROS: Final[dict[str, Any]] = {"integer": 0, "number": 0, "boolean": False}


class Unknown(Rule):
    """The rule that a name in the list must be a property."""

    def words(self, value: Any, detail: Any) -> tuple[str, str | None]:
        """Message and hint for one unknown name."""
        near = nearest(value, self.names)
        hint = f"Did you mean {near}?" if near else "Remove it from the list."
        return f"found {quote(value)}; expected a property of the answer", hint


class _NotSelected(Rule):
    def words(self, value: Any, detail: Any) -> tuple[str, str | None]:
        zero = f" or {quote(self.param)}" if self.param is not None else ""
        return (
            f"found {quote(value)} outside the selection; expected null{zero}",
            "Null it in the answer, or select it.",
        )


@lru_cache(maxsize=512)
def properties_of(document: Document, pointers: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The described properties of the schemas at ``pointers``, each with the pointers of its own schemas."""
    found: dict[str, list[str]] = {}
    for part in conjuncts(document, pointers):
        if isinstance(part.schema, dict):
            for name in part.schema.get("properties", ()):
                found.setdefault(name, []).append(join(part.pointer, "properties", name))
    return {name: tuple(below) for name, below in found.items()}


@lru_cache(maxsize=512)
def _folded(document: Document, pointers: tuple[str, ...]) -> dict[str, str]:
    """The names of the described properties by their small letters; the first one counts."""
    return {name.lower(): name for name in reversed(properties_of(document, pointers))}


@lru_cache(maxsize=512)
def _entries_of(document: Document, pointers: tuple[str, ...]) -> tuple[str, ...]:
    """The schemas of a map's entries; none where the schemas at ``pointers`` describe no map."""
    return tuple(
        join(part.pointer, "additionalProperties")
        for part in conjuncts(document, pointers)
        if isinstance(part.schema, dict) and part.schema.get("additionalProperties", False) is not False
    )


def _zero(parts: tuple[Conjunct, ...]) -> Any:
    """The value that stands for nothing, or None where null is the only one."""
    for part in parts:
        if isinstance(part.schema, dict):
            if "x-zero" in part.schema:
                return part.schema["x-zero"]
            if isinstance(named := part.schema.get("type"), str) and named in _ZEROS:
                return _ZEROS[named]
    return None


def _takes_null(parts: tuple[Conjunct, ...]) -> bool:
    """Whether null is a value of the schemas."""
    held = [part.schema for part in parts if isinstance(part.schema, dict)]
    return all("null" in schema.get("type", "null") and None in schema.get("enum", (None,)) for schema in held)


class Selection:
    """A parsed ``$select`` list over one schema.

    ``unknown`` holds the names that lead to no property. :meth:`covers` tells whether a place in the answer is
    selected, :meth:`check` reports what should have been nulled, :meth:`applied` nulls it.
    """

    def __init__(self, document: Document, side: Side, select: Select, schema: str, names: tuple[str, ...]) -> None:
        self._document = document
        self._separator, self._fold = select.separator, not select.case_sensitive
        self._pointer = join(select.pointer, "x-select")
        self.unknown: list[tuple[str, Unknown]] = []
        self._tree: dict[str, Any] = {}
        for name in names:
            self._add(name, schema)
        self._schema = schema
        self._rules: dict[tuple[str, ...], tuple[Rule, Any]] = {}

    def _add(self, name: str, schema: str) -> None:
        branch = self._tree
        pointers: tuple[str, ...] = (schema,)
        steps = name.split(self._separator)
        for index, step in enumerate(steps):
            known = properties_of(self._document, pointers)
            actual = step if step in known else None
            if actual is None and self._fold:
                actual = _folded(self._document, pointers).get(step.lower())
            if actual is None:
                entries = _entries_of(self._document, pointers)
                if entries:  # a map's entries are selected by their own names
                    actual, pointers = step, entries
                else:
                    rule = Unknown("select", "error", self._pointer, "x-select", None, tuple(known))
                    self.unknown.append((name, rule))
                    return
            else:
                pointers = known[actual]
            held = branch.get(actual)
            if held is True:  # the whole property is selected already
                return
            if index == len(steps) - 1:
                branch[actual] = True
            else:
                branch = branch.setdefault(actual, {})

    def covers(self, path: Path) -> bool:
        """Whether the place at ``path`` is selected, or leads to something selected."""
        steps: list[Any] = []
        while path is not None:
            path, token = path
            steps.append(token)
        branch: Any = self._tree
        for token in reversed(steps):
            if branch is True:
                return True
            if token not in branch:
                return False
            branch = branch[token]
        return True

    def applied(self, value: Any) -> Any:
        """``value`` with every described property outside the selection null, or zero where it has no null."""
        return self._applied(value, self._tree, (self._schema,))

    def _applied(self, value: Any, tree: dict[str, Any], pointers: tuple[str, ...]) -> Any:
        if not isinstance(value, dict):
            return value
        made = dict(value)
        for name, below in properties_of(self._document, pointers).items():
            branch = tree.get(name)
            if name not in made or branch is True:
                continue
            if branch is not None:
                made[name] = self._applied(made[name], branch, below)
            else:
                parts = conjuncts(self._document, below)
                made[name] = None if _takes_null(parts) else _zero(parts)
        return made

    def check(self, value: Any, out: Faults) -> None:
        """Report every described property outside the selection that is neither null nor zero."""
        self._check(value, None, self._tree, (self._schema,), out)

    def _check(self, value: Any, path: Path, tree: dict[str, Any], pointers: tuple[str, ...], out: Faults) -> None:
        if not isinstance(value, dict):
            return
        for name, below in properties_of(self._document, pointers).items():
            if name not in value:
                continue
            branch = tree.get(name)
            if isinstance(branch, dict):
                self._check(value[name], (path, name), branch, below, out)
            elif branch is None and value[name] is not None:
                zero = _zero(conjuncts(self._document, below))
                if zero is None or not json_equal(value[name], zero):
                    rule = _NotSelected("not-selected", "error", self._pointer, "x-select", zero)
                    out.add(rule, (path, name), value[name])
