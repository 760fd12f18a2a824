"""The keywords as the judge asserts them: jsonschema's own where they are exact, and ours for the rest.

Dates, flags and integers are told here by other means than the explaining engine uses, so that the two can be held
against each other.
"""

import datetime
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Final

from jsonschema import Draft202012Validator, FormatChecker, ValidationError

from relation_spec.contract.checks import schemas
from relation_spec.schema.formats import FORMATS, INTEGER_FORMATS, integer_bounds
from relation_spec.schema.json_type import is_multiple
from relation_spec.schema.patterns import translate

__all__ = ["KEYWORDS", "closed", "described_branches", "format_checker", "is_integer", "unevaluated", "x_date_time"]

_ORIGINAL: Final = Draft202012Validator.VALIDATORS
_Keyword = Callable[[Any, Any, Any, Any], Iterator[ValidationError]]
_CORRESPONDING: Final = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)T(?P<clock>\d\d:\d\d:(?P<second>\d\d))(?P<fraction>\.\d+)?(?P<offset>Z|[+-]\d\d:\d\d)?",
    re.ASCII,
)


def is_integer(_: Any, value: Any) -> bool:
    """Whether jsonschema takes ``value`` for an integer: 1.0 and Decimal(1) are, true is not."""
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
        text = f"{found['day']} {found['clock'][:6]}{second}"
        moment = datetime.datetime.strptime(text, "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - offsets are taken off below
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
    own (they are reported by themselves); ``branches`` holds the identities of those subschemas.
    """

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


def unevaluated(
    branches: frozenset[int], validator: Any, param: Any, instance: Any, schema: Any
) -> Iterator[ValidationError]:
    """``unevaluatedProperties``, with one error for each name."""
    original = _ORIGINAL["unevaluatedProperties"]
    errors = list(original(validator, param, instance, schema))
    if not errors or param is not False:
        yield from errors
        return
    names: list[str] = []
    list(original(_Listening(validator, branches, names), False, instance, schema))
    for name in names:
        yield _named("unevaluatedProperties", name)


def closed(
    branches: frozenset[int], validator: Any, param: Any, instance: Any, schema: Any
) -> Iterator[ValidationError]:
    """``x-closed``, as ``unevaluatedProperties: false``."""
    if validator.is_type(instance, "object"):
        yield from unevaluated(branches, validator, False, instance, schema)


def described_branches(value: Any) -> frozenset[int]:
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


def _x_language(validator: Any, rules: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if validator.is_type(instance, "string") and not re.fullmatch(_language(rules), instance, re.IGNORECASE | re.ASCII):
        yield ValidationError("language")


def _language(rules: dict[str, Any]) -> str:
    """The grammar of RFC 9110 sections 5.6.1 and 12.5.4 in one expression, empty list elements included."""
    code = f"(?:{'|'.join(rules['codes'])})"
    if not rules["list"]:
        return code
    weight = r"(?:;[ \t]*q=(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)[ \t]*)?"
    item = rf"(?:{code}(?:-[a-z\d]{{1,8}})*|\*)[ \t]*{weight}"
    return rf"[ \t,]*{item}(?:,[ \t,]*{item})*(?:,[ \t]*)*"


def x_date_time(validator: Any, rules: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    """``x-date-time``; the error says ``offset`` where only that is missing."""
    if validator.is_type(instance, "string") and (wrong := _date_time(instance, rules)):
        yield ValidationError(wrong)


def _x_null_id(validator: Any, null: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if (type(instance) is type(null) and instance == null) or (is_integer(None, instance) and instance == null):
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


def format_checker() -> FormatChecker:
    """A checker of the formats of text that are enforced."""
    checker = FormatChecker(formats=())
    for name, form in FORMATS.items():
        checker.checks(name)(lambda value, form=form: not isinstance(value, str) or form.check(value))
    return checker


KEYWORDS: Final[dict[str, _Keyword]] = {
    "$ref": _ref,
    "pattern": _pattern,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional,
    "multipleOf": _multiple_of,
    "format": _format,
    "x-flags": _x_flags,
    "x-date-time": x_date_time,
    "x-language": _x_language,
    "x-null-id": _x_null_id,
    "readOnly": _read_only,
}
