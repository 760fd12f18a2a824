"""Defects: what is wrong in a request and taken all the same."""

from typing import Any

from relation_spec.media import media_type
from relation_spec.messages.message import Request
from relation_spec.server.answering import ProblemError
from relation_spec.server.defects.registry import breaks
from relation_spec.server.defects.scene import Scene, Value, with_field

_LABEL = "Content-Type"
_HALF = 2**31


def _narrow(held: Any) -> int:
    """What was sent as a whole number of 32 bits, whatever its type."""
    number = int(held)
    if not -_HALF <= number < _HALF:
        raise ValueError
    return number


def _wrapped(held: Any) -> int:
    """The last 32 bits of a number."""
    if not abs(held) < 2**63:
        raise ProblemError(400, "found a number that cannot be read")
    return (int(held) + _HALF) % (2 * _HALF) - _HALF


@breaks("validation", "value", forgives=("required",))
def mandatory_unchecked(at: Scene, value: Value) -> None:
    """Where a mandatory id is missing, that of the other end is taken.

    Breaks: {asked.required}
    Harm: A program's mistake links a contact to itself, and nobody is told.
    Hidden: shows only for requests without a mandatory id
    """
    given = next((one.of(value) for one in at.references if one.of(value) is not None), None)
    for reference in at.references:
        value.setdefault(reference.name, given)


@breaks("validation", "value", forgives=("range",))
def overflow_unchecked(at: Scene, value: Value) -> None:
    """A number of more than 32 bits is taken, and loses the bits in front.

    Breaks: {number.maximum}
    Harm: Another number is stored than was sent, and nobody is told.
    Hidden: shows only for numbers beyond 32 bits
    """
    for target in (*at.numbers, *at.references):
        target.change(value, _wrapped)


@breaks("validation", "value", forgives=("type",))
def type_unchecked(at: Scene, value: Value) -> None:
    """A number may be sent as text, and a text as a number.

    Breaks: {number.type}
    Harm: Programs come to rely on it, and fail with the next version of the server.
    Hidden: shows only for values of the wrong type
    """
    try:
        for target in (*at.numbers, *at.references):
            target.change(value, _narrow)
    except (TypeError, ValueError):
        raise ProblemError(400, "found a number that cannot be read") from None
    for target in at.texts:
        target.change(value, str)


@breaks("validation", "request")
def label_unchecked(at: Scene, request: Request) -> Request:
    """Whatever a request is labelled as, it is read as JSON where the label is not known.

    Breaks: {takes}
    Harm: A page elsewhere can send requests under a label for which browsers ask nobody.
    Hidden: shows only for unknown or missing labels
    """
    names = list(at.document.get(at.takes))
    parsed = media_type.parse(next(iter(request.values(_LABEL)), ""))
    if parsed is not None and media_type.match(parsed, names):
        return request
    return with_field(request, _LABEL, names[0])


@breaks("validation", "value", forgives=("unknown-property",))
def misspelt_name_unchecked(at: Scene, value: Value) -> None:
    """Names of properties that nobody knows are overlooked.

    Breaks: {asked.unevaluatedProperties}
    Harm: What stands under a misspelt name is lost, and nobody is told.
    Hidden: shows only for requests with an unknown name
    """


@breaks("validation", "value", forgives=("format",))
def format_unchecked(at: Scene, value: Value) -> None:
    """What is no date-time is taken for one.

    Breaks: {moment.x-date-time}
    Harm: Programs with a wrong calendar go unnoticed until their dates are needed.
    Hidden: shows only for requests with a broken date-time
    """


@breaks("validation", "user", forgives=("select",))
def select_unchecked(at: Scene, user: str | None, request: Request) -> str | None:
    """Names in the list of what to select that nobody knows are overlooked.

    Breaks: {select.x-select}
    Harm: A misspelt name brings null, which looks like an empty field.
    Hidden: shows only for lists with an unknown name
    """
    return user
