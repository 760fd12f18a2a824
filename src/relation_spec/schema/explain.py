"""The explaining engine: every finding of a value in one pass, by functions compiled from the schema.

A schema is compiled once per side. All schemas that hold for one value (through ``$ref`` and ``allOf``) become one
function, so a value is looked at once. JSON Schema 2020-12 gives the meaning of every keyword; which keywords there
are stands in :mod:`relation_spec.contract.vocabulary`.
"""

import re
from typing import Any, Final

from relation_spec.contract import Document, Side
from relation_spec.contract.pointer import join
from relation_spec.schema.assertions import (
    LIMITS,
    PYTHON_TYPES,
    Assertion,
    Check,
    Done,
    Match,
    always,
    denial,
    dependent,
    in_form,
    is_unique,
    matches,
    names_fit,
    one_of,
    required,
    typed,
    unless,
    when_present,
    within,
)
from relation_spec.schema.conjuncts import Conjunct, conjuncts
from relation_spec.schema.evaluated import Evaluated
from relation_spec.schema.faults import Faults, Path
from relation_spec.schema.formats import integer_bounds
from relation_spec.schema.json_type import json_equal
from relation_spec.schema.objects import properties
from relation_spec.schema.patterns import compile_pattern
from relation_spec.schema.rules import Rule, make_rule, text_format

__all__ = ["ASSERTED", "Check", "Explainer"]

ASSERTED: Final = frozenset(
    (
        *("$ref", "type", "enum", "const", "multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum"),
        *("maxLength", "minLength", "pattern", "format", "items", "prefixItems", "contains", "minContains"),
        *("maxContains", "maxItems", "minItems", "uniqueItems", "unevaluatedItems", "properties", "patternProperties"),
        *("additionalProperties", "unevaluatedProperties", "propertyNames", "required", "maxProperties"),
        *("minProperties", "dependentRequired", "dependentSchemas", "allOf", "anyOf", "oneOf", "not", "if", "then"),
        *("else", "readOnly", "x-closed", "x-date-time", "x-flags", "x-language", "x-null-id"),
    )
)
"""The keywords that this engine enforces."""

_ALL_TYPES: Final = frozenset(["object", "array", "string", "integer", "number", "boolean", "null"])
_NUMERIC: Final = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_FORMS: Final = ("format", "x-date-time", "x-flags", "x-language")


# a branch of anyOf that fails by one of these at the value itself was not the one meant
_MISFIT: Final = frozenset({"type", "const", "enum", "false"})


def _is_misfit(found: Faults, here: Path) -> bool:
    return any(rule.keyword in _MISFIT and path == here for rule, path, _, _ in found.errors)


class Explainer:
    """Compiles the schemas of one document for one side."""

    def __init__(self, document: Document, side: Side) -> None:
        self.document, self.side = document, side
        self._checks: dict[tuple[str, ...], list[Check]] = {}
        self._done: dict[Check, Done] = {}
        self.evaluated = Evaluated(document, self.is_valid)

    def check(self, *pointers: str) -> Check:
        """The function that checks one value against the schemas at ``pointers``, all of them at once."""
        cell = self._checks.get(pointers)
        if cell is None:
            self._checks[pointers] = cell = []
            cell.append(self._compile(pointers))
        if cell:
            return cell[0]
        # a schema that refers to itself is not made yet
        return lambda value, parent, key, out: cell[0](value, parent, key, out)  # noqa: PLW0108

    def done(self, check: Check) -> Done:
        """What ``check`` surely takes."""
        return self._done.get(check, (frozenset(), 1, 0, None))

    def is_valid(self, pointer: str, value: Any) -> bool:
        """Whether ``value`` has no error against the schema at ``pointer``."""
        out = Faults(0)
        self.check(pointer)(value, None, None, out)
        return not out.error_count

    def rule(self, conjunct: Conjunct, keyword: str, param: Any = None, names: tuple[str, ...] = ()) -> Rule | None:
        """The rule that ``keyword`` makes in a conjunct, or None where it is not reported on this side."""
        return make_rule(self.document, self.side, conjunct.pointer, keyword, param, names)

    def _compile(self, pointers: tuple[str, ...]) -> Check:
        parts = conjuncts(self.document, pointers)
        denied = [part for part in parts if part.schema is False]
        if denied:
            return denial(self.rule(denied[0], "false"))
        parts = tuple(part for part in parts if part.schema is not True)
        types = [
            (frozenset([named] if isinstance(named, str) else named), self.rule(part, "type", named))
            for part in parts
            if (named := part.schema.get("type")) is not None
        ]
        by_type: dict[str, list[Assertion]] = {name: [] for name in _ALL_TYPES}
        allowed = _ALL_TYPES
        for names, _ in types:
            allowed &= names | ({"integer"} if "number" in names else set())
        self._values(parts, by_type)
        self._texts(parts, by_type["string"])
        for name in ("integer", "number"):
            self._numbers(parts, by_type[name])
        self._objects(parts, by_type["object"])
        self._arrays(parts, by_type["array"])
        self._logic(parts, by_type)
        table = {name: tuple(by_type[name]) for name in _ALL_TYPES if name in allowed}
        bounds = self._only_bounds(parts, table)
        check = typed(table, types, bounds)
        free = frozenset(PYTHON_TYPES[name] for name in table if name in PYTHON_TYPES and not table[name])
        self._done[check] = free, *bounds, self._only_form(parts, table)
        return check

    def _only_bounds(self, parts: tuple[Conjunct, ...], table: dict[str, tuple[Assertion, ...]]) -> tuple[Any, Any]:
        """The bounds within which an integer needs no further check; none at all where there are other assertions."""
        bounds = [part.schema for part in parts if "minimum" in part.schema and "maximum" in part.schema]
        if len(bounds) != 1 or len(table.get("integer", ())) != 1:
            return 1, 0
        return bounds[0]["minimum"], bounds[0]["maximum"]

    def _only_form(self, parts: tuple[Conjunct, ...], table: dict[str, tuple[Assertion, ...]]) -> Match | None:
        """What matches texts that need no further check; None where there are other assertions."""
        forms = [(part, keyword) for part in parts for keyword in _FORMS if keyword in part.schema]
        if len(forms) != 1 or len(table.get("string", ())) != 1:
            return None
        part, keyword = forms[0]
        param = part.schema[keyword]
        if keyword == "x-date-time" and self.rule(part, "x-date-time offset"):
            param = {**param, "offset": "required"}
        form = text_format(keyword, param)
        return re.compile(form.quick).fullmatch if form else None

    def _values(self, parts: tuple[Conjunct, ...], by_type: dict[str, list[Assertion]]) -> None:
        for part in parts:
            for keyword in ("enum", "const"):
                if keyword in part.schema:
                    param = part.schema[keyword]
                    allowed = param if keyword == "enum" else [param]
                    made = one_of(allowed, self.rule(part, keyword, param))
                    for assertions in by_type.values():
                        assertions.append(made)
            if "x-null-id" in part.schema:
                self._null_id(part, by_type)
            if part.schema.get("readOnly") and (read_only := self.rule(part, "readOnly")):
                for assertions in by_type.values():
                    assertions.append(always(read_only))

    def _null_id(self, part: Conjunct, by_type: dict[str, list[Assertion]]) -> None:
        rule = self.rule(part, "x-null-id", part.schema["x-null-id"])
        if rule:
            made = unless(lambda value, null: not json_equal(value, null), rule.param, rule)
            for name in ("string", "integer"):
                by_type[name].append(made)

    def _texts(self, parts: tuple[Conjunct, ...], out: list[Assertion]) -> None:
        for part in parts:
            for keyword in ("minLength", "maxLength"):
                if keyword in part.schema:
                    bound = part.schema[keyword]
                    out.append(unless(LIMITS[keyword], bound, self.rule(part, keyword, bound)))
            if "pattern" in part.schema:
                search = compile_pattern(part.schema["pattern"]).search
                out.append(unless(matches, search, self.rule(part, "pattern", part.schema["pattern"])))
            for keyword in _FORMS:
                param = part.schema.get(keyword)
                if param is not None and (form := text_format(keyword, param)):
                    offset = self.rule(part, "x-date-time offset") if keyword == "x-date-time" else None
                    out.append(in_form(form, self.rule(part, keyword, param), offset))

    def _numbers(self, parts: tuple[Conjunct, ...], out: list[Assertion]) -> None:
        for part in parts:
            schema = part.schema
            if "minimum" in schema and "maximum" in schema:
                ends = [(schema[keyword], self.rule(part, keyword, schema[keyword])) for keyword in _NUMERIC[:2]]
                out.append(within(*ends[0], *ends[1]))
            for keyword in _NUMERIC if not {"minimum", "maximum"} <= schema.keys() else _NUMERIC[2:]:
                if keyword in schema:
                    bound = schema[keyword]
                    out.append(unless(LIMITS[keyword], bound, self.rule(part, keyword, bound)))
            if bounds := integer_bounds(part.schema):
                rule = make_rule(self.document, self.side, part.pointer, "format", part.schema["format"])
                rule = rule._replace(code="range") if rule else None
                out.append(unless(lambda value, ends: ends[0] <= value <= ends[1], bounds, rule))

    def _objects(self, parts: tuple[Conjunct, ...], out: list[Assertion]) -> None:
        for part in parts:
            if "required" in part.schema:
                names = tuple(self.evaluated.likely_names(part))
                out.append(required(tuple(part.schema["required"]), self.rule(part, "required", None, names)))
            for keyword in ("minProperties", "maxProperties"):
                if keyword in part.schema:
                    bound = part.schema[keyword]
                    out.append(unless(LIMITS[keyword], bound, self.rule(part, keyword, bound)))
            if "dependentRequired" in part.schema:
                param = part.schema["dependentRequired"]
                out.append(dependent(param, self.rule(part, "dependentRequired", param)))
            out.extend(
                when_present(name, self.check(join(part.pointer, "dependentSchemas", name)))
                for name in part.schema.get("dependentSchemas", ())
            )
            if "propertyNames" in part.schema:
                check = self.check(join(part.pointer, "propertyNames"))
                out.append(names_fit(check, self.rule(part, "propertyNames")))
        if each := properties(self, parts):
            out.append(each)

    def _arrays(self, parts: tuple[Conjunct, ...], out: list[Assertion]) -> None:
        for part in parts:
            for keyword in ("minItems", "maxItems"):
                if keyword in part.schema:
                    bound = part.schema[keyword]
                    out.append(unless(LIMITS[keyword], bound, self.rule(part, keyword, bound)))
            if part.schema.get("uniqueItems"):
                out.append(unless(lambda value, _: is_unique(value), None, self.rule(part, "uniqueItems")))
            if "prefixItems" in part.schema or "items" in part.schema:
                out.append(self._items(part))
            if "contains" in part.schema:
                out.append(self._contains(part))
            if part.schema.get("unevaluatedItems", True) is not True:
                out.append(self._unevaluated_items(part))

    def _items(self, part: Conjunct) -> Assertion:
        count = len(part.schema.get("prefixItems", ()))
        prefix = [self.check(join(part.pointer, "prefixItems", index)) for index in range(count)]
        rest = self.check(join(part.pointer, "items")) if part.schema.get("items", True) is not True else None
        if part.schema.get("items") is False:
            rest = denial(self.rule(part, "items"))

        def items(value: Any, here: Path, out: Faults) -> None:
            for index, (item, check) in enumerate(zip(value, prefix, strict=False)):
                check(item, here, index, out)
            if rest is not None:
                for index in range(count, len(value)):
                    rest(value[index], here, index, out)

        return items

    def _contains(self, part: Conjunct) -> Assertion:
        pointer = join(part.pointer, "contains")
        least, most = part.schema.get("minContains", 1), part.schema.get("maxContains")
        few = self.rule(part, "minContains" if "minContains" in part.schema else "contains", least)
        many = self.rule(part, "maxContains", most)

        def contains(value: Any, here: Path, out: Faults) -> None:
            count = sum(self.is_valid(pointer, item) for item in value)
            if count < least and few:
                out.add(few, here, value)
            if most is not None and count > most and many:
                out.add(many, here, value)

        return contains

    def _unevaluated_items(self, part: Conjunct) -> Assertion:
        denied = part.schema["unevaluatedItems"] is False
        rule = self.rule(part, "unevaluatedItems")
        check = denial(rule) if denied else self.check(join(part.pointer, "unevaluatedItems"))

        def unevaluated(value: Any, here: Path, out: Faults) -> None:
            indices = self.evaluated.indices(part, value)
            if indices is not None:
                for index, item in enumerate(value):
                    if index not in indices:
                        check(item, here, index, out)

        return unevaluated

    def _logic(self, parts: tuple[Conjunct, ...], by_type: dict[str, list[Assertion]]) -> None:
        for part in parts:
            made = [self._alternatives(part, keyword) for keyword in ("anyOf", "oneOf") if keyword in part.schema]
            if "not" in part.schema:
                pointer = join(part.pointer, "not")
                made.append(unless(lambda value, p: not self.is_valid(p, value), pointer, self.rule(part, "not")))
            if "if" in part.schema:
                made.append(self._conditional(part))
            for assertions in by_type.values():
                assertions.extend(made)

    def _alternatives(self, part: Conjunct, keyword: str) -> Assertion:
        pointers = [join(part.pointer, keyword, index) for index in range(len(part.schema[keyword]))]
        checks = [self.check(pointer) for pointer in pointers]
        none, many = self.rule(part, keyword), self.rule(part, "oneOf many") if keyword == "oneOf" else None

        def alternatives(value: Any, here: Path, out: Faults) -> None:
            tried: list[Faults] = []
            fitting: list[Faults] = []
            parent, key = here if here is not None else (None, None)
            for check in checks:
                found = Faults(out.limit)
                check(value, parent, key, found)
                (tried if found.error_count else fitting).append(found)
            if not fitting:
                meant = [
                    t
                    for t in tried
                    if not any(rule.keyword in _MISFIT and path == here for rule, path, _, _ in t.errors)
                ]
                if len(meant) == 1 and out.limit:
                    out.extend(meant[0])
                elif none:
                    out.add(none, here, value)
            elif many and len(fitting) > 1:
                out.add(many, here, value)
            else:
                for found in fitting:
                    out.extend(found)

        return alternatives

    def _conditional(self, part: Conjunct) -> Assertion:
        condition = join(part.pointer, "if")
        then, otherwise = (
            self.check(join(part.pointer, keyword)) if keyword in part.schema else None for keyword in ("then", "else")
        )

        def conditional(value: Any, here: Path, out: Faults) -> None:
            check = then if self.is_valid(condition, value) else otherwise
            if check is not None:
                parent, key = here if here is not None else (None, None)
                check(value, parent, key, out)

        return conditional
