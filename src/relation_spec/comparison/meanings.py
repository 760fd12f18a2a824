"""What a changed extension or annotation does, where it rules out no value: one row for each, and a word for the rest.

An extension that has no row here is no oversight that passes: it is told as unsorted, for somebody to look at.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from relation_spec.comparison.changes import Direction, Verdict
from relation_spec.comparison.differences import Difference
from relation_spec.comparison.facets import key_of, shown
from relation_spec.contract import Document, Side

__all__ = ["EXTENSION_CONSEQUENCES", "PROSE", "Context", "meaning", "unsorted"]

PROSE: Final = frozenset({
    "description", "summary", "title", "tags", "externalDocs", "example", "examples", "$comment", "$defs", "contact",
    "license", "termsOfService", "bearerFormat", "x-provenance", "x-reason",
})  # fmt: skip
"""Fields that say something to people alone."""

_NOUNS: Final[Mapping[str, str]] = {"x-provenance": "provenance", "x-reason": "reason", "$comment": "comment"}


class Context(NamedTuple):
    """On which side, and between which documents."""

    side: Side
    old: Document
    new: Document


_Consequence = Callable[[Context, Any, Any], tuple[Direction, Verdict | None, str, str]]
"""From the old and the new value (None where there is none): direction, verdict, what to do for writers and readers."""


def _notable(send: str, read: str = "") -> _Consequence:
    return lambda context, old, new: (Direction.SAME, "notable", send, read or send)


def _judged(code: str, send: str, read: str) -> _Consequence:
    """A rule whose findings count as ``x-severity`` says for ``code``."""

    def consequence(context: Context, old: Any, new: Any) -> tuple[Direction, Verdict | None, str, str]:
        before = context.old.severity(code, context.side) if old is not None else "none"
        after = context.new.severity(code, context.side) if new is not None else "none"
        direction = Direction.NARROWER if after == "error" else Direction.SAME
        direction |= Direction.WIDER if before == "error" else Direction.SAME
        told = direction or before != after or after == "warning"
        return direction, None if direction else "notable" if told else "harmless", send, read

    return consequence


def _refers(context: Context, old: Any, new: Any) -> tuple[Direction, Verdict | None, str, str]:
    if context.side == "response":
        return Direction.SAME, "notable", "", "The id is looked up in another way."
    if new is None:
        return Direction.WIDER, None, "", ""
    return Direction.NARROWER, None, "Send ids that servers find there; others are refused.", ""


def _zero(context: Context, old: Any, new: Any) -> tuple[Direction, Verdict | None, str, str]:
    selects = any(one.select for document in context[1:] for one in document.operations.values())
    if context.side == "request" or not selects:
        return Direction.SAME, "notable", "Look where this value is taken for nothing.", ""
    direction = Direction.WIDER if new is not None else Direction.SAME
    direction |= Direction.NARROWER if old is not None else Direction.SAME
    return direction, None, "", "Be ready for this value in what was not selected."


def _ignored(context: Context, old: Any, new: Any) -> tuple[Direction, Verdict | None, str, str]:
    return Direction.SAME, "notable", "Send one of these header fields beside it, or it does nothing.", ""


def _named(context: Context, old: Any, new: Any) -> tuple[Direction, Verdict | None, str, str]:
    return Direction.SAME, "notable", "Names generated from the contract change.", "Names generated from it change."


def _added_or_gone(send: str, read: str) -> _Consequence:
    """Something that allows more where it stands: a way to write what else could not be written."""

    def consequence(context: Context, old: Any, new: Any) -> tuple[Direction, Verdict | None, str, str]:
        direction = Direction.WIDER if new is not None else Direction.SAME
        direction |= Direction.NARROWER if old is not None else Direction.SAME
        return direction, None, send, read

    return consequence


EXTENSION_CONSEQUENCES: Final[dict[str, _Consequence]] = {
    "readOnly": _judged("read-only", "Leave the property out.", "Look who sets this property."),
    "x-null-id": _judged("null-id", "Send the id of something that exists.", "Be ready for an id that names nothing."),
    "x-zero": _zero,
    "x-refers": _refers,
    "x-value": _notable("Who sets this property is another matter now: what you send may count, or count no more."),
    "x-translated": _notable("Whether this text depends on the language that a request names has changed."),
    "x-controls": _notable("What this parameter does to answers has changed."),
    "x-ignored-without": _ignored,
    "x-secret": _notable("Whether tools may show this value has changed; look at your logs."),
    "x-null": _added_or_gone("Do not send null in this media type.", "Be ready for null in this media type."),
    "x-names": _added_or_gone("Do not send such names in this media type.", "Be ready for escaped names."),
    "default": _notable("Send the value yourself if you rely on it.", "Do not rely on the old default."),
    "deprecated": _notable("Look for what stands in its place."),
    "operationId": _named,
}
"""What a change of each does."""


def _sentence(name: str, old: Any, new: Any) -> str:
    if old is None:
        return f"{name} is new: {shown(new)}"
    if new is None:
        return f"{name} is gone; it was {shown(old)}"
    return f"{name} was {shown(old)} and is {shown(new)}"


def meaning(
    context: Context, name: str, old: Any, new: Any, places: tuple[tuple[str, ...], tuple[str, ...]]
) -> Difference | None:
    """What a change of the field ``name`` does; None where it did not change.

    Args:
        context: the side and the documents.
        name: an extension, an annotation, or any other field.
        old: its value before, or None.
        new: its value now, or None.
        places: its pointers in the old and in the new document.
    """
    if key_of(old) == key_of(new):
        return None
    if name in PROSE:
        noun = _NOUNS.get(name, name)
        what = f"the {noun} is {'new' if old is None else 'gone' if new is None else 'worded in another way'}"
        return Difference(name, Direction.SAME, what, "", "", (), *places, "harmless", prose=True)
    consequence = EXTENSION_CONSEQUENCES.get(name)
    if consequence is None:
        return unsorted(name, _sentence(name, old, new), places)
    direction, verdict, send, read = consequence(context, old, new)
    return Difference(name, direction, _sentence(name, old, new), send, read, (), *places, verdict)


def unsorted(name: str, what: str, places: tuple[tuple[str, ...], tuple[str, ...]]) -> Difference:
    """A change that this package cannot judge."""
    todo = "This comparison does not know what that does: look yourself."
    return Difference(name, Direction.SAME, what, todo, todo, (), *places, "unsorted")
