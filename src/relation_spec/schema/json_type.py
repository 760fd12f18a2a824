"""The types of JSON Schema (2020-12 validation section 6.1.1) told from plain Python values."""

from decimal import Decimal
from typing import Any, Final

__all__ = ["has_type", "is_multiple", "json_equal", "json_type"]

_TYPES: Final[dict[type, str]] = {
    dict: "object",
    list: "array",
    str: "string",
    bool: "boolean",
    int: "integer",
    type(None): "null",
}


def json_type(value: Any) -> str:
    """The most special type of a plain value: ``integer`` for every number without a fraction, such as 1.0."""
    kind = _TYPES.get(type(value))
    if kind is not None:
        return kind
    return "integer" if _is_integral(value) else "number"


def _is_integral(value: float | Decimal) -> bool:
    if isinstance(value, float):
        return value.is_integer()
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int):
        return False
    return exponent >= 0 or value == value.to_integral_value()


def has_type(value: Any, types: tuple[str, ...] | frozenset[str]) -> bool:
    """Whether a plain value has one of ``types``."""
    kind = json_type(value)
    return kind in types or (kind == "integer" and "number" in types)


def json_equal(one: Any, other: Any) -> bool:
    """Equality of JSON values (2020-12 core section 4.2.2): 1 equals 1.0, and true does not equal 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(json_equal, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(json_equal(value, other[key]) for key, value in one.items())
    return bool(one == other)


def is_multiple(value: Any, bound: Any) -> bool:
    """Whether a number is a whole multiple of ``bound``, by their decimal values."""
    if isinstance(value, int) and isinstance(bound, int):
        return value % bound == 0
    number, step = Decimal(str(value)), Decimal(str(bound))
    if number.is_zero():
        return True
    if number.adjusted() - step.adjusted() > 100_000:  # the quotient would have that many digits
        return int(number.as_tuple().exponent) >= int(step.as_tuple().exponent)
    (over, under), (step_over, step_under) = number.as_integer_ratio(), step.as_integer_ratio()
    return (over * step_under) % (under * step_over) == 0
