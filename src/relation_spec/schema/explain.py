"""The explaining engine: every finding of a value in one pass, by functions compiled from the schema.

A schema is compiled once per side. All schemas that hold for one value (through ``$ref`` and ``allOf``) become one
function, so a value is looked at once. JSON Schema 2020-12 gives the meaning of every keyword; which keywords there
are stands in :mod:`relation_spec.contract.vocabulary`.
"""

import re
from collections.abc import Callable
from typing import Any, Final

from relation_spec.contract import Document, Side
from relation_spec.contract.pointer import join
from relation_spec.schema.conjuncts import Conjunct, conjuncts
from relation_spec.schema.evaluated import Evaluated
from relation_spec.schema.faults import Faults, Path
from relation_spec.schema.formats import Format, has_offset, integer_bounds
from relation_spec.schema.json_type import has_type, is_multiple, json_equal, json_type
from relation_spec.schema.patterns import compile_pattern
from relation_spec.schema.rules import Rule, make_rule, text_format

__all__ = ["ASSERTED", "Check", "Explainer"]

# (value, path of the container or None, name or index in it or None, where to put faults)
Check = Callable[[Any, Path, "str | int | None", Faults], None]
_Assertion = Callable[[Any, Path, Faults], None]

ASSERTED: Final = frozenset(
    """$ref type enum const multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern
    format items prefixItems contains minContains maxContains maxItems minItems uniqueItems unevaluatedItems properties
    patternProperties additionalProperties unevaluatedProperties propertyNames required maxProperties minProperties
    dependentRequired dependentSchemas allOf anyOf oneOf not if then else readOnly x-closed x-date-time x-flags
    x-null-id""".split()
)
"""The keywords that this engine enforces."""

_ALL_TYPES: Final = frozenset(["object", "array", "string", "integer", "number", "boolean", "null"])
_LIMITS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "minimum": lambda value, bound: value >= bound,
    "maximum": lambda value, bound: value <= bound,
    "exclusiveMinimum": lambda value, bound: value > bound,
    "exclusiveMaximum": lambda value, bound: value < bound,
    "multipleOf": lambda value, bound: is_multiple(value, bound),
    "minLength": lambda value, bound: len(value) >= bound,
    "maxLength": lambda value, bound: len(value) <= bound,
    "minItems": lambda value, bound: len(value) >= bound,
    "maxItems": lambda value, bound: len(value) <= bound,
    "minProperties": lambda value, bound: len(value) >= bound,
    "maxProperties": lambda value, bound: len(value) <= bound,
}
_NUMERIC: Final = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")


class Explainer:
    """Compiles the schemas of one document for one side."""

    def __init__(self, document: Document, side: Side) -> None:
        self.document, self.side = document, side
        self._checks: dict[tuple[str, ...], list[Check]] = {}
        self.evaluated = Evaluated(document, self.is_valid)

    def check(self, *pointers: str) -> Check:
        """The function that checks one value against the schemas at ``pointers``, all of them at once."""
        cell = self._checks.get(pointers)
        if cell is None:
            self._checks[pointers] = cell = []
            cell.append(self._compile(pointers))
        if cell:
            return cell[0]
        return lambda value, parent, key, out: cell[0](value, parent, key, out)  # a schema that refers to itself

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
            return _denial(self.rule(denied[0], "false"))
        parts = tuple(part for part in parts if part.schema is not True)
        types = [
            (frozenset([named] if isinstance(named, str) else named), self.rule(part, "type", named))
            for part in parts
            if (named := part.schema.get("type")) is not None
        ]
        by_type: dict[str, list[_Assertion]] = {name: [] for name in _ALL_TYPES}
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
        return _typed(table, types, self._only_bounds(parts, table))

    def _only_bounds(self, parts: tuple[Conjunct, ...], table: dict[str, tuple[_Assertion, ...]]) -> tuple[Any, Any]:
        """The bounds within which an integer needs no further check; none at all where there are other assertions."""
        bounds = [part.schema for part in parts if "minimum" in part.schema and "maximum" in part.schema]
        if len(bounds) != 1 or len(table.get("integer", ())) != 1:
            return 1, 0
        return bounds[0]["minimum"], bounds[0]["maximum"]

    def _values(self, parts: tuple[Conjunct, ...], by_type: dict[str, list[_Assertion]]) -> None:
        for part in parts:
            for keyword in ("enum", "const"):
                if keyword in part.schema:
                    param = part.schema[keyword]
                    allowed = param if keyword == "enum" else [param]
                    made = _one_of(allowed, self.rule(part, keyword, param))
                    for assertions in by_type.values():
                        assertions.append(made)
            if "x-null-id" in part.schema:
                self._null_id(part, by_type)
            if part.schema.get("readOnly") and (read_only := self.rule(part, "readOnly")):
                for assertions in by_type.values():
                    assertions.append(_always(read_only))

    def _null_id(self, part: Conjunct, by_type: dict[str, list[_Assertion]]) -> None:
        rule = self.rule(part, "x-null-id", part.schema["x-null-id"])
        if rule:
            made = _unless(lambda value, null: not json_equal(value, null), rule.param, rule)
            for name in ("string", "integer"):
                by_type[name].append(made)

    def _texts(self, parts: tuple[Conjunct, ...], out: list[_Assertion]) -> None:
        for part in parts:
            for keyword in ("minLength", "maxLength"):
                if keyword in part.schema:
                    bound = part.schema[keyword]
                    out.append(_unless(_LIMITS[keyword], bound, self.rule(part, keyword, bound)))
            if "pattern" in part.schema:
                search = compile_pattern(part.schema["pattern"]).search
                out.append(_unless(_matches, search, self.rule(part, "pattern", part.schema["pattern"])))
            for keyword in ("format", "x-date-time", "x-flags"):
                param = part.schema.get(keyword)
                if param is not None and (form := text_format(keyword, param)):
                    offset = self.rule(part, "x-date-time offset") if keyword == "x-date-time" else None
                    out.append(_form(form, self.rule(part, keyword, param), offset))

    def _numbers(self, parts: tuple[Conjunct, ...], out: list[_Assertion]) -> None:
        for part in parts:
            schema = part.schema
            if "minimum" in schema and "maximum" in schema:
                ends = [(schema[keyword], self.rule(part, keyword, schema[keyword])) for keyword in _NUMERIC[:2]]
                out.append(_within(*ends[0], *ends[1]))
            for keyword in _NUMERIC if not {"minimum", "maximum"} <= schema.keys() else _NUMERIC[2:]:
                if keyword in schema:
                    bound = schema[keyword]
                    out.append(_unless(_LIMITS[keyword], bound, self.rule(part, keyword, bound)))
            if bounds := integer_bounds(part.schema):
                rule = make_rule(self.document, self.side, part.pointer, "format", part.schema["format"])
                rule = rule._replace(code="range") if rule else None
                out.append(_unless(lambda value, ends: ends[0] <= value <= ends[1], bounds, rule))

    def _objects(self, parts: tuple[Conjunct, ...], out: list[_Assertion]) -> None:
        for part in parts:
            if "required" in part.schema:
                names = tuple(self.evaluated.likely_names(part))
                out.append(_required(tuple(part.schema["required"]), self.rule(part, "required", None, names)))
            for keyword in ("minProperties", "maxProperties"):
                if keyword in part.schema:
                    bound = part.schema[keyword]
                    out.append(_unless(_LIMITS[keyword], bound, self.rule(part, keyword, bound)))
            if "dependentRequired" in part.schema:
                param = part.schema["dependentRequired"]
                out.append(_dependent(param, self.rule(part, "dependentRequired", param)))
            for name in part.schema.get("dependentSchemas", ()):
                out.append(_when_present(name, self.check(join(part.pointer, "dependentSchemas", name))))
            if "propertyNames" in part.schema:
                check = self.check(join(part.pointer, "propertyNames"))
                out.append(_names(check, self.rule(part, "propertyNames")))
        if each := self._properties(parts):
            out.append(each)

    def _properties(self, parts: tuple[Conjunct, ...]) -> _Assertion | None:
        known: dict[str, Check] = {}
        names = dict.fromkeys(name for part in parts for name in part.schema.get("properties", ()))
        matchers = [self._matcher(part) for part in parts]
        closers = [closer for part in parts for closer in self._closers(part)]
        for name in names:
            pointers = tuple(pointer for matcher in matchers for pointer in matcher(name))
            if pointers:
                known[name] = self.check(*pointers)
        open_ended = any({"patternProperties", "additionalProperties"} & part.schema.keys() for part in parts)
        if not known and not open_ended and not closers:
            return None
        rules = {
            join(part.pointer, "additionalProperties"): self.rule(
                part, "additionalProperties", None, tuple(part.schema.get("properties", ()))
            )
            for part in parts
            if part.schema.get("additionalProperties") is False
        }
        cache: dict[tuple[str, ...], Check] = {}

        def other(name: str, item: Any, here: Path, out: Faults) -> None:
            pointers = tuple(pointer for matcher in matchers for pointer in matcher(name))
            for pointer in pointers:
                if rule := rules.get(pointer):
                    out.add(rule, (here, name), item, name)
                    return
            if pointers:
                check = cache.get(pointers)
                if check is None:
                    check = cache[pointers] = self.check(*pointers)
                check(item, here, name, out)

        static = [(names, rule) for names, _, rule in closers if names is not None]
        dynamic = [(part, rule) for names, part, rule in closers if names is None]
        # names that every closed part describes need no look at the parts
        sure = set(known) if all(set(known) <= names for names, _ in static) else set()
        sure = {name for name in sure if not any(pointer in rules for m in matchers for pointer in m(name))}
        get = {name: known[name] for name in sure}.get

        def properties(value: Any, here: Path, out: Faults) -> None:
            for name, item in value.items():
                check = get(name)
                if check is not None:
                    check(item, here, name, out)
                    continue
                if name in known and not any(p in rules for m in matchers for p in m(name)):
                    known[name](item, here, name, out)
                else:
                    other(name, item, here, out)
                for names, rule in static:
                    if name not in names:
                        out.add(rule, (here, name), item, name)
                        break
            for part, rule in dynamic:
                self._unevaluated(part, rule, value, here, out)

        return properties

    def _matcher(self, part: Conjunct) -> Callable[[str], list[str]]:
        properties = part.schema.get("properties", {})
        patterns = [
            (compile_pattern(pattern).search, join(part.pointer, "patternProperties", pattern))
            for pattern in part.schema.get("patternProperties", ())
        ]
        additional = join(part.pointer, "additionalProperties") if "additionalProperties" in part.schema else None

        def matches(name: str) -> list[str]:
            found = [join(part.pointer, "properties", name)] if name in properties else []
            found.extend(pointer for search, pointer in patterns if search(name))
            return found or ([additional] if additional else [])

        return matches

    def _closers(self, part: Conjunct) -> list[tuple[set[str] | None, Conjunct, Rule]]:
        """What closes an object: the names that are known (None where the value decides), and the rule."""
        found = []
        for keyword in ("unevaluatedProperties", "x-closed"):
            held = part.schema.get(keyword, True if keyword[0] == "u" else None)
            if held is (keyword == "x-closed") or isinstance(held, dict):
                names = self.evaluated.static_names(part)
                rule = self.rule(part, keyword, held, tuple(self.evaluated.likely_names(part)))
                if rule:
                    found.append((None if isinstance(held, dict) else names, part, rule))
        return found

    def _unevaluated(self, part: Conjunct, rule: Rule, value: Any, here: Path, out: Faults) -> None:
        names = self.evaluated.names(part, value)
        if names is None:
            return
        for name in value:
            if name not in names:
                if isinstance(rule.param, dict):
                    self.check(rule.pointer)(value[name], here, name, out)
                else:
                    out.add(rule, (here, name), value[name], name)

    def _arrays(self, parts: tuple[Conjunct, ...], out: list[_Assertion]) -> None:
        for part in parts:
            for keyword in ("minItems", "maxItems"):
                if keyword in part.schema:
                    bound = part.schema[keyword]
                    out.append(_unless(_LIMITS[keyword], bound, self.rule(part, keyword, bound)))
            if part.schema.get("uniqueItems"):
                out.append(_unless(lambda value, _: _is_unique(value), None, self.rule(part, "uniqueItems")))
            if "prefixItems" in part.schema or "items" in part.schema:
                out.append(self._items(part))
            if "contains" in part.schema:
                out.append(self._contains(part))
            if part.schema.get("unevaluatedItems", True) is not True:
                out.append(self._unevaluated_items(part))

    def _items(self, part: Conjunct) -> _Assertion:
        count = len(part.schema.get("prefixItems", ()))
        prefix = [self.check(join(part.pointer, "prefixItems", index)) for index in range(count)]
        rest = self.check(join(part.pointer, "items")) if part.schema.get("items", True) is not True else None
        if part.schema.get("items") is False:
            rest = _denial(self.rule(part, "items"))

        def items(value: Any, here: Path, out: Faults) -> None:
            for index, (item, check) in enumerate(zip(value, prefix, strict=False)):
                check(item, here, index, out)
            if rest is not None:
                for index in range(count, len(value)):
                    rest(value[index], here, index, out)

        return items

    def _contains(self, part: Conjunct) -> _Assertion:
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

    def _unevaluated_items(self, part: Conjunct) -> _Assertion:
        denied = part.schema["unevaluatedItems"] is False
        rule = self.rule(part, "unevaluatedItems")
        check = _denial(rule) if denied else self.check(join(part.pointer, "unevaluatedItems"))

        def unevaluated(value: Any, here: Path, out: Faults) -> None:
            indices = self.evaluated.indices(part, value)
            if indices is not None:
                for index, item in enumerate(value):
                    if index not in indices:
                        check(item, here, index, out)

        return unevaluated

    def _logic(self, parts: tuple[Conjunct, ...], by_type: dict[str, list[_Assertion]]) -> None:
        for part in parts:
            made: list[_Assertion] = []
            for keyword in ("anyOf", "oneOf"):
                if keyword in part.schema:
                    made.append(self._alternatives(part, keyword))
            if "not" in part.schema:
                pointer = join(part.pointer, "not")
                made.append(_unless(lambda value, p: not self.is_valid(p, value), pointer, self.rule(part, "not")))
            if "if" in part.schema:
                made.append(self._conditional(part))
            for assertions in by_type.values():
                assertions.extend(made)

    def _alternatives(self, part: Conjunct, keyword: str) -> _Assertion:
        pointers = [join(part.pointer, keyword, index) for index in range(len(part.schema[keyword]))]
        checks = [self.check(pointer) for pointer in pointers]
        none, many = self.rule(part, keyword), self.rule(part, "oneOf many") if keyword == "oneOf" else None

        def alternatives(value: Any, here: Path, out: Faults) -> None:
            tried = []
            fitting = []
            parent, key = here if here is not None else (None, None)
            for check in checks:
                found = Faults(out.limit)
                check(value, parent, key, found)
                (tried if found.error_count else fitting).append(found)
            if not fitting:
                meant = [t for t in tried if not any(rule.keyword in _MISFIT and path == here for rule, path, _, _ in t.errors)]
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

    def _conditional(self, part: Conjunct) -> _Assertion:
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


# a branch of anyOf that fails by one of these at the value itself was not the one meant
_MISFIT: Final = frozenset({"type", "const", "enum", "false"})


def _typed(
    table: dict[str, tuple[_Assertion, ...]], types: list[tuple[frozenset[str], Rule | None]], sure: tuple[Any, Any]
) -> Check:
    exact = {_PYTHON[name]: assertions for name, assertions in table.items() if name in _PYTHON}
    get = exact.get
    done = frozenset(kind for kind, assertions in exact.items() if not assertions)
    least, greatest = sure

    def check(value: Any, parent: Path, key: str | int | None, out: Faults) -> None:
        kind = type(value)
        if kind in done or (kind is int and least <= value <= greatest):
            return
        assertions = get(kind)
        if assertions is None:
            assertions = table.get(json_type(value))
            if assertions is None:
                rule = next(rule for names, rule in types if not has_type(value, names))
                if rule:
                    out.add(rule, None if key is None else (parent, key), value)
                return
        here = None if key is None else (parent, key)
        for assertion in assertions:
            assertion(value, here, out)

    return check


_PYTHON: Final[dict[str, type]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "boolean": bool,
    "null": type(None),
}


def _denial(rule: Rule | None) -> Check:
    def deny(value: Any, parent: Path, key: str | int | None, out: Faults) -> None:
        if rule:
            out.add(rule, None if key is None else (parent, key), value)

    return deny


def _always(rule: Rule) -> _Assertion:
    return lambda value, here, out: out.add(rule, here, value)


def _unless(test: Callable[[Any, Any], bool], param: Any, rule: Rule | None) -> _Assertion:
    def assertion(value: Any, here: Path, out: Faults) -> None:
        if not test(value, param) and rule:
            out.add(rule, here, value)

    return assertion


def _within(least: Any, below: Rule | None, greatest: Any, above: Rule | None) -> _Assertion:
    def within(value: Any, here: Path, out: Faults) -> None:
        if value < least:
            if below:
                out.add(below, here, value)
        elif value > greatest and above:
            out.add(above, here, value)

    return within


def _matches(text: str, search: Callable[[str], re.Match[str] | None]) -> bool:
    return search(text) is not None


def _form(form: Format, rule: Rule | None, offset: Rule | None) -> _Assertion:
    quick, exact = re.compile(form.quick).fullmatch, form.check

    def assertion(value: Any, here: Path, out: Faults) -> None:
        if quick(value) is None and not exact(value):
            if rule:
                out.add(rule, here, value)
        elif offset and not has_offset(value):
            out.add(offset, here, value)

    return assertion


def _one_of(allowed: list[Any], rule: Rule | None) -> _Assertion:
    texts = frozenset(item for item in allowed if isinstance(item, str))

    def one_of(value: Any, here: Path, out: Faults) -> None:
        if isinstance(value, str):
            fits = value in texts
        else:
            fits = any(json_equal(value, item) for item in allowed)
        if not fits and rule:
            out.add(rule, here, value)

    return one_of


def _required(names: tuple[str, ...], rule: Rule | None) -> _Assertion:
    needed = frozenset(names)

    def required(value: Any, here: Path, out: Faults) -> None:
        if not needed <= value.keys() and rule:
            for name in names:
                if name not in value:
                    out.add(rule, here, value, name)

    return required


def _dependent(table: dict[str, list[str]], rule: Rule | None) -> _Assertion:
    def dependent(value: Any, here: Path, out: Faults) -> None:
        for name, needed in table.items():
            if name in value and rule:
                for other in needed:
                    if other not in value:
                        out.add(rule, here, value, (name, other))

    return dependent


def _when_present(name: str, check: Check) -> _Assertion:
    def when_present(value: Any, here: Path, out: Faults) -> None:
        if name in value:
            parent, key = here if here is not None else (None, None)
            check(value, parent, key, out)

    return when_present


def _names(check: Check, rule: Rule | None) -> _Assertion:
    def names(value: Any, here: Path, out: Faults) -> None:
        for name in value:
            found = Faults(0)
            check(name, None, None, found)
            if found.error_count and rule:
                out.add(rule, (here, name), value[name], name)

    return names


def _is_unique(items: list[Any]) -> bool:
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
