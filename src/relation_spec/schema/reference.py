"""The judge: ``jsonschema`` (draft 2020-12) with the formats and extensions of this package.

It shares with the explaining engine the words of a rule, and nothing that decides: types, dates, flags and closed
objects are told here by other means, so that the two can be held against each other.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any, Final

import referencing
import referencing.jsonschema
from jsonschema import Draft202012Validator, ValidationError, validators

from relation_spec.contract import Document, Side
from relation_spec.contract.checks import schemas
from relation_spec.contract.document import target
from relation_spec.contract.pointer import join, split
from relation_spec.limits import MAX_INT_DIGITS
from relation_spec.schema.conjuncts import conjuncts
from relation_spec.schema.faults import Faults, Path
from relation_spec.schema.formats import INTEGER_FORMATS
from relation_spec.schema.judged_keywords import (
    KEYWORDS,
    closed,
    described_branches,
    format_checker,
    is_integer,
    unevaluated,
    x_date_time,
)
from relation_spec.schema.rules import make_rule

__all__ = ["Reference"]

extend: Callable[..., Any] = validators.extend  # which jsonschema leaves untyped

_BASE: Final = "urn:relation-spec:contract"


class Reference:
    """Judges values against the schemas of one document, for one side."""

    def __init__(self, document: Document, side: Side) -> None:
        self.document, self.side = document, side
        value = _without_false(document)
        resource = referencing.jsonschema.DRAFT202012.create_resource(value)
        self._registry = referencing.Registry().with_resource(_BASE, resource)
        types = Draft202012Validator.TYPE_CHECKER.redefine("integer", is_integer).redefine(
            "number", lambda _, value: isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)
        )
        muted = {
            "x-closed": document.severity("unknown-property", side),
            "x-null-id": document.severity("null-id", side),
            "readOnly": document.severity("read-only", side),
        }
        keywords = {
            **KEYWORDS,
            "unevaluatedProperties": partial(unevaluated, branches := described_branches(value)),
            "x-closed": partial(closed, branches),
        }
        strict = {k: f for k, f in keywords.items() if muted.get(k, "error") == "error"}
        if document.severity("missing-offset", side) != "error":
            strict["x-date-time"] = lambda v, p, i, s: (e for e in x_date_time(v, p, i, s) if e.message != "offset")
        self._errors = extend(Draft202012Validator, strict, type_checker=types)
        warn = {k: f for k, f in keywords.items() if muted.get(k, "error") != "none"}
        self._everything = extend(Draft202012Validator, warn, type_checker=types)
        self.validator = lru_cache(maxsize=256)(self._validator)

    def _validator(self, pointer: str, everything: bool) -> Any:
        kind = self._everything if everything else self._errors
        schema = {"$ref": f"{_BASE}#{_quoted(pointer)}"}
        return kind(schema, registry=self._registry, format_checker=format_checker())

    def is_valid(self, pointer: str, value: Any) -> bool:
        """Whether ``value`` has no error: jsonschema's own verdict."""
        value = _printable(value)
        valid: bool = self.validator(pointer, False).is_valid(value)
        return valid

    def check(self, pointer: str, value: Any, out: Faults) -> None:
        """Put every fault of ``value`` against the schema at ``pointer`` into ``out``."""
        value = _printable(value)
        valid = self.is_valid(pointer, value)
        seen: set[tuple[Any, ...]] = set()
        found: list[tuple[Any, Path, Any, Any]] = []
        for error in self.validator(pointer, True).iter_errors(value):
            found.extend(self._faults(error, value, pointer))
        typed = {path for rule, path, _, _ in found if rule.keyword == "type"}
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
        param: Any = error.validator_value
        details: list[Any] = [None]
        match keyword:
            case "required":
                details = [name for name in param if name not in held]
                names = tuple(names)
            case "dependentRequired":
                details = [
                    (name, other) for name in param if name in held for other in param[name] if other not in held
                ]
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
                path = (path, str(error.instance))
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
    their place.
    """
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


def _printable(value: Any) -> Any:
    """``value`` with integers that Python refuses to print as decimals: jsonschema prints what it complains about."""
    if isinstance(value, dict):
        return {name: _printable(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_printable(item) for item in value]
    return Decimal(value) if isinstance(value, int) and value.bit_length() > 3 * MAX_INT_DIGITS else value


def _quoted(pointer: str) -> str:
    from urllib.parse import quote

    return quote(pointer, safe="/~!$&'()*+,;=:@-._?")
