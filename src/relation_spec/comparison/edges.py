"""Bodies that lie at the edges of one contract, just where a change to the other one is said to break something.

In: the contract that gives them, a schema, and the changes. Out: values; whether they are good is for both contracts to
say.
"""

import contextlib
import random
from collections.abc import Iterator, Sequence
from typing import Any, Final

from relation_spec.comparison.changes import ANY, Change
from relation_spec.contract import Document, Side
from relation_spec.schema.conjuncts import conjuncts
from relation_spec.schema.selection import properties_of
from relation_spec.strategies.edits import Edit, edited
from relation_spec.strategies.values import NoValueError, valid_value

__all__ = ["edge_bodies"]

_LISTS: Final = ("enum", "x-flags")
_BOUNDS: Final = ("minimum", "maximum", "const", "x-null-id", "x-zero")
_PLAIN: Final[tuple[Any, ...]] = (None, "", "x", " a b", 0, 1, -1, 0.5, True, [], {}, "2017-12-11T03:41:58")
_MOST_PLACES: Final = 4  # of one change: what holds at one of its places holds at the others


def edge_bodies(document: Document, side: Side, schema: str | None, changes: Sequence[Change]) -> Iterator[Any]:
    """Bodies with values at the places of the breaking changes of ``side``, each with one of interest there."""
    if schema is None:
        return
    bases = []
    for least in (True, False):
        with contextlib.suppress(NoValueError):
            source = random.Random(1)  # noqa: S311 - no secret is made here
            bases.append(valid_value(document, side, schema, source, whole=not least, least=least))
    places = dict.fromkeys(
        place.steps
        for change in changes
        if change.side == side and change.verdict == "breaking"
        for place in change.places[:_MOST_PLACES]
        if place.where == "body" and place.steps
    )
    for steps in places:
        pointers: tuple[str, ...] = (schema,)
        for step in steps:
            pointers = properties_of(document, pointers).get(step, ()) if pointers and step != ANY else ()
        for value in _values(document, pointers):
            named = tuple("anyName" if step == ANY else step for step in steps)
            yield from (edited(base, (Edit(named, value),), ({},) * len(steps)) for base in bases)


def _values(document: Document, pointers: tuple[str, ...]) -> Iterator[Any]:
    """Values at the edges of what the schemas at ``pointers`` allow, and some of every type."""
    for part in conjuncts(document, pointers):
        held = part.schema if isinstance(part.schema, dict) else {}
        for keyword in _LISTS:
            yield from held.get(keyword, ())
        yield from (held[keyword] for keyword in _BOUNDS if keyword in held)
        yield from (f"{code}" for code in held.get("x-language", {}).get("codes", ()))
        for keyword in ("minLength", "maxLength"):
            if 0 < held.get(keyword, 0) <= 10_000:
                yield "x" * held[keyword]
        if held.get("x-date-time", {}).get("fractionDigits"):
            yield f"2017-12-11T03:41:58.{'1' * held['x-date-time']['fractionDigits']}Z"
    yield from _PLAIN
