"""The judge: ``jsonschema`` (draft 2020-12) with the formats and extensions of this package.

It shares with the explaining engine the words of a rule, and nothing that decides: types, dates, flags and closed
objects are told here by other means, so that the two can be held against each other.
"""

import datetime
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any, Final

import jsonschema
import referencing
import referencing.jsonschema
from jsonschema import Draft202012Validator, FormatChecker, ValidationError

from relation_spec.contract import Document, Side
from relation_spec.contract.checks import schemas
from relation_spec.contract.document import target
from relation_spec.contract.pointer import join, split
from relation_spec.schema.conjuncts import conjuncts
from relation_spec.schema.faults import Faults, Path
from relation_spec.schema.formats import FORMATS, INTEGER_FORMATS, integer_bounds
from relation_spec.schema.json_type import is_multiple
from relation_spec.schema.patterns import translate
from relation_spec.schema.rules import make_rule

__all__ = ["Reference"]

_BASE: Final = "urn:relation-spec:contract"
_ORIGINAL: Final = Draft202012Validator.VALIDATORS
_Keyword = Callable[[Any, Any, Any, Any], Iterator[ValidationError]]
_CORRESPONDING: Final = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)T(?P<clock>\d\d:\d\d:(?P<second>\d\d))(?P<fraction>\.\d+)?(?P<offset>Z|[+-]\d\d:\d\d)?",
    re.ASCII,
)


def _is_integer(_: Any, value: Any) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, Decimal):
        return value.is_finite() and value == value.to_integral_value()
    return isinstance(value, int) or (isinstance(value, float) and value.is_integer())


def _date_time(value: Any, rules: dict[str, Any]) -> str | None:
    """What is wrong with a date-time: None, ``"format"``, or ``"offset"`` where it only lacks its offset."""
    found = _CORRESPONDING.fullmatch(value)
    if not found or len(found["fraction"] or "") > rules["fractionDigits"] + 1:
        return "format"
    second = "59" if (leap := found["second"] == "60") else found["second"]
    try:
        moment = datetime.datetime.strptime(f"{found['day']} {found['clock'][:6]}{second}", "%Y-%m-%d %H:%M:%S")
        if found["offset"] not in (None, "Z"):
            sign = -1 if found["offset"][0] == "-" else 1
            shift = datetime.time.fromisoformat(found["offset"][1:])
            moment = moment.replace(year=2000, month=6, day=15)  # the clock alone matters, away from the ends of time
            moment -= sign * datetime.timedelta(hours=shift.hour, minutes=shift.minute)
    except ValueError:
        return "format"
    if leap and (moment.hour, moment.minute) != (23, 59):
        return "format"
    if found["offset"] is None:
        return "format" if rules["offset"] == "required" else "offset"
    return None


def _flags(value: str, names: dict[str, int]) -> bool:
    one = "|".join(re.escape(name) for name in names)
    return re.fullmatch(f"({one})(, ({one}))*", value) is not None


def _ref(validator: Any, ref: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    for error in _ORIGINAL["$ref"](validator, ref, instance, schema):
        error.schema_path.appendleft("$ref")  # jsonschema leaves this step out, and then the path is ambiguous
        yield error


def _pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if validator.is_type(instance, "string") and not re.search(translate(pattern), instance):
        yield ValidationError("pattern")


def _pattern_properties(validator: Any, param: dict[str, Any], instance: Any, schema: Any) -> Iterator[ValidationError]:
    translated = {translate(pattern): pattern for pattern in param}
    original = _ORIGINAL["patternProperties"]
    for error in original(validator, {t: param[p] for t, p in translated.items()}, instance, schema):
        error.schema_path[0] = translated[error.schema_path[0]]
        yield error


def _additional(validator: Any, param: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if not validator.is_type(instance, "object"):
        return
    patterns = [translate(pattern) for pattern in schema.get("patternProperties", ())]
    for name, item in instance.items():
        if name in schema.get("properties", ()) or any(re.search(pattern, name) for pattern in patterns):
            continue
        if param is False:
            yield _named("additionalProperties", name)
        else:
            yield from validator.descend(item, param, path=name)


class _Listening:
    """Stands in for a validator while jsonschema looks for unevaluated properties, which it words all in one error:
    notes their names. What ``allOf`` and schemas of further properties describe counts although it has faults of its
    own (they are reported by themselves); ``branches`` holds the identities of those subschemas."""

    def __init__(self, validator: Any, branches: frozenset[int], names: list[str]) -> None:
        self._validator, self._branches, self._names = validator, branches, names

    def __getattr__(self, name: str) -> Any:
        return getattr(self._validator, name)

    def evolve(self, **changes: Any) -> "_Listening":
        return _Listening(self._validator.evolve(**changes), self._branches, self._names)

    def descend(self, instance: Any, schema: Any, path: Any = None, **places: Any) -> Iterator[ValidationError]:
        if path is not None:
            self._names.append(path)
        elif id(schema) not in self._branches:
            yield from self._validator.descend(instance, schema, **places)


def _unevaluated(
    branches: frozenset[int], validator: Any, param: Any, instance: Any, schema: Any
) -> Iterator[ValidationError]:
    original = _ORIGINAL["unevaluatedProperties"]
    errors = list(original(validator, param, instance, schema))
    if not errors or param is not False:
        yield from errors
        return
    names: list[str] = []
    list(original(_Listening(validator, branches, names), False, instance, schema))
    for name in names:
        yield _named("unevaluatedProperties", name)


def _closed(
    branches: frozenset[int], validator: Any, param: Any, instance: Any, schema: Any
) -> Iterator[ValidationError]:
    if validator.is_type(instance, "object"):
        yield from _unevaluated(branches, validator, False, instance, schema)


def _branches(value: Any) -> frozenset[int]:
    """The identities of the subschemas of a document whose properties are described, whatever they hold."""
    found: set[int] = set()
    for _, schema in schemas(value):
        if isinstance(schema, dict):
            found.update(map(id, schema.get("allOf", ())))
            if isinstance(schema.get("additionalProperties"), dict):
                found.add(id(schema["additionalProperties"]))
    return frozenset(found)


def _named(keyword: str, name: str) -> ValidationError:
    return ValidationError(keyword, path=[name], cause=None, instance=name, parent=None)


def _x_flags(validator: Any, names: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if validator.is_type(instance, "string") and not _flags(instance, names):
        yield ValidationError("flags")


def _x_date_time(validator: Any, rules: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if validator.is_type(instance, "string") and (wrong := _date_time(instance, rules)):
        yield ValidationError(wrong)


def _x_null_id(validator: Any, null: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if type(instance) is type(null) and instance == null or (_is_integer(None, instance) and instance == null):
        yield ValidationError("null id")


def _read_only(validator: Any, param: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if param is True:
        yield ValidationError("read only")


def _format(validator: Any, name: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if name in INTEGER_FORMATS:
        bounds = integer_bounds(schema)
        if bounds and validator.is_type(instance, "integer") and not bounds[0] <= instance <= bounds[1]:
            yield ValidationError("range")
    else:
        yield from _ORIGINAL["format"](validator, name, instance, schema)


def _multiple_of(validator: Any, step: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if validator.is_type(instance, "number") and not is_multiple(instance, step):
        yield ValidationError("multiple of")


def _format_checker() -> FormatChecker:
    checker = FormatChecker(formats=())
    for name, form in FORMATS.items():
        checker.checks(name)(lambda value, form=form: not isinstance(value, str) or form.check(value))
    return checker


_KEYWORDS: Final[dict[str, _Keyword]] = {
    "$ref": _ref,
    "pattern": _pattern,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional,
    "multipleOf": _multiple_of,
    "format": _format,
    "x-flags": _x_flags,
    "x-date-time": _x_date_time,
    "x-null-id": _x_null_id,
    "readOnly": _read_only,
}
# what only warns must not decide whether a branch of anyOf, not or if holds
_WARNING_KEYWORDS: Final = {"x-closed", "x-null-id", "readOnly"}


class Reference:
    """Judges values against the schemas of one document, for one side."""

    def __init__(self, document: Document, side: Side) -> None:
        self.document, self.side = document, side
        value = _without_false(document)
        resource = referencing.jsonschema.DRAFT202012.create_resource(value)
        self._registry = referencing.Registry().with_resource(_BASE, resource)
        types = Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_integer).redefine(
            "number", lambda _, value: isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)
        )
        muted = {
            "x-closed": document.severity("unknown-property", side),
            "x-null-id": document.severity("null-id", side),
            "readOnly": document.severity("read-only", side),
        }
        keywords = {
            **_KEYWORDS,
            "unevaluatedProperties": partial(_unevaluated, branches := _branches(value)),
            "x-closed": partial(_closed, branches),
        }
        strict = {k: f for k, f in keywords.items() if muted.get(k, "error") == "error"}
        if document.severity("missing-offset", side) != "error":
            strict["x-date-time"] = lambda v, p, i, s: (e for e in _x_date_time(v, p, i, s) if e.message != "offset")
        self._errors = jsonschema.validators.extend(Draft202012Validator, strict, type_checker=types)
        warn = {k: f for k, f in keywords.items() if muted.get(k, "error") != "none"}
        self._everything = jsonschema.validators.extend(Draft202012Validator, warn, type_checker=types)
        self.validator = lru_cache(maxsize=256)(self._validator)

    def _validator(self, pointer: str, everything: bool) -> Any:
        kind = self._everything if everything else self._errors
        schema = {"$ref": f"{_BASE}#{_quoted(pointer)}"}
        return kind(schema, registry=self._registry, format_checker=_format_checker())

    def is_valid(self, pointer: str, value: Any) -> bool:
        """Whether ``value`` has no error: jsonschema's own verdict."""
        valid: bool = self.validator(pointer, False).is_valid(value)
        return valid

    def check(self, pointer: str, value: Any, out: Faults) -> None:
        """Put every fault of ``value`` against the schema at ``pointer`` into ``out``."""
        valid = self.is_valid(pointer, value)
        seen: set[tuple[str, Any]] = set()
        typed: set[Any] = set()
        found = []
        for error in self.validator(pointer, True).iter_errors(value):
            found.extend(self._faults(error, value, pointer))
        for rule, path, held, detail in found:
            if rule.keyword == "type":
                typed.add(path)
        for rule, path, held, detail in found:
            key = (rule.code, path, detail if rule.code in ("required", "dependent") else None)
            if key in seen or (rule.keyword != "type" and path in typed) or (valid and rule.severity == "error"):
                continue
            seen.add(key)
            out.add(rule, path, held, detail)
        if not valid and not out.error_count:
            raise AssertionError("jsonschema refused a value without saying why")

    def _faults(self, error: ValidationError, root: Any, pointer: str) -> Iterator[tuple[Any, Path, Any, Any]]:
        schema, keyword = self._place(error, pointer)
        path: Path = None
        for token in error.absolute_path:
            path = (path, token)
        held = root
        for token in error.absolute_path:
            held = held[token]
        if error.validator in ("anyOf", "oneOf") and error.context:
            meant = self._meant(error)
            if meant is not None:
                for inner in meant:
                    yield from self._faults(inner, root, pointer)
                return
        yield from self._worded(error, schema, keyword, path, held)

    def _worded(
        self, error: ValidationError, schema: str, keyword: str, path: Path, held: Any
    ) -> Iterator[tuple[Any, Path, Any, Any]]:
        names = self._names(schema)
        param = error.validator_value
        details: list[Any] = [None]
        match keyword:
            case "required":
                details = [name for name in param if name not in held]
                names = tuple(names)
            case "dependentRequired":
                details = [(name, other) for name in param if name in held for other in param[name] if other not in held]
            case "additionalProperties" | "unevaluatedProperties" | "x-closed":
                details = [path[1] if path else None]
            case "oneOf" if not error.context:
                keyword = "oneOf many"
            case "x-date-time" if error.message == "offset":
                keyword = "x-date-time offset"
            case "contains":
                if "more than" in error.message or "Too many" in error.message:
                    keyword, param = "maxContains", self.document.get(schema).get("maxContains")
                elif "minContains" in self.document.get(schema):
                    keyword, param = "minContains", self.document.get(schema)["minContains"]
            case "propertyNames":
                details = [error.instance]
                path = (path, error.instance)
        rule = make_rule(self.document, self.side, schema, keyword, param, names)
        if rule is not None:
            if keyword == "format" and param in INTEGER_FORMATS:
                rule = rule._replace(code="range")
            for detail in details:
                yield rule, path, held, detail

    def _names(self, schema: str) -> tuple[str, ...]:
        parts = conjuncts(self.document, (schema,))
        found = (name for part in parts if isinstance(part.schema, dict) for name in part.schema.get("properties", ()))
        return tuple(dict.fromkeys(found))

    def _meant(self, error: ValidationError) -> list[ValidationError] | None:
        """The errors of the one branch that was meant, or None where no single one can be told."""
        branches: dict[Any, list[ValidationError]] = {}
        for inner in error.context:
            branches.setdefault(inner.schema_path[0], []).append(inner)
        meant = [
            errors
            for errors in branches.values()
            if not any(e.validator in ("type", "const", "enum") and not e.path for e in errors)
            and not any(e.validator == "not" and e.validator_value == {} and not e.path for e in errors)
        ]
        return meant[0] if len(meant) == 1 else None

    def _place(self, error: ValidationError, pointer: str) -> tuple[str, str]:
        """The pointer of the schema in which an error arose, and the keyword."""
        steps = list(error.absolute_schema_path)[1:]  # the first leads through the wrapping $ref
        here = pointer
        for index, step in enumerate(steps):
            held = self.document.get(here)
            if step == "$ref" and isinstance(held, dict) and isinstance(held.get("$ref"), str):
                here = target(held["$ref"])
            elif index < len(steps) - 1:
                here = join(here, step)
        if self.document.get(here) is False:
            parent, _, keyword = here.rpartition("/")
            return (parent, keyword) if keyword in ("items", "unevaluatedItems") else (here, "false")
        if error.validator == "propertyNames" or "propertyNames" in steps[:-1]:
            at = len(steps) - steps[::-1].index("propertyNames")
            return self._walk(pointer, steps[: at - 1]), "propertyNames"
        return here, str(error.validator)

    def _walk(self, pointer: str, steps: list[Any]) -> str:
        for step in steps:
            held = self.document.get(pointer)
            if step == "$ref" and isinstance(held, dict) and isinstance(held.get("$ref"), str):
                pointer = target(held["$ref"])
            else:
                pointer = join(pointer, step)
        return pointer


def _without_false(document: Document) -> Any:
    """The document's value with subschemas ``false`` written as ``{"not": {}}``: jsonschema's errors of ``false`` lack
    their place."""
    value = document.to_dict()
    for pointer, schema in schemas(document.get("")):
        above, _, last = pointer.rpartition("/")
        if schema is False and last not in ("additionalProperties", "unevaluatedProperties", "unevaluatedItems"):
            held = value
            for token in split(above):
                held = held[int(token)] if isinstance(held, list) else held[token]
            key = split("/" + last)[0]
            held[int(key) if isinstance(held, list) else key] = {"not": {}}
    return value


def _quoted(pointer: str) -> str:
    from urllib.parse import quote

    return quote(pointer, safe="/~!$&'()*+,;=:@-._?")
