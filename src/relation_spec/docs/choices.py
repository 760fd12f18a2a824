"""What the author of a contract decided because nobody says: every choice, those of one reason together.

In: a contract. Out: :class:`Choice` values in the order of the YAML (``x-provenance: choice`` with its ``x-reason``).
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from relation_spec.contract import Document
from relation_spec.contract.pointer import join
from relation_spec.docs.prose import Prose, pieces
from relation_spec.docs.rules import place_of

__all__ = ["Choice", "choices_of", "counts_of"]

_HELD: Final = ("example", "examples", "default", "const", "enum", "value")  # values, in which nothing is a statement


class Choice(NamedTuple):
    """One reason, and the pointers of what was chosen for it, each with its place in few words."""

    reason: Prose
    places: tuple[tuple[str, str], ...]


def _statements(value: Any, pointer: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, dict):
        if isinstance(value.get("x-provenance"), str):
            yield pointer, value
        for key, held in value.items():
            if key not in _HELD or pointer.endswith(("/properties", "/components")):
                yield from _statements(held, join(pointer, key))
    elif isinstance(value, list):
        for number, held in enumerate(value):
            yield from _statements(held, join(pointer, number))


def choices_of(document: Document) -> tuple[Choice, ...]:
    """Every choice of a contract."""
    found: dict[str, list[tuple[str, str]]] = {}
    for pointer, held in _statements(document.to_dict(), ""):
        if held["x-provenance"] == "choice":
            found.setdefault(held.get("x-reason", ""), []).append((pointer, place_of(pointer)))
    return tuple(Choice(pieces(reason), tuple(places)) for reason, places in found.items())


def counts_of(document: Document) -> dict[str, int]:
    """How many statements come from where."""
    counts: dict[str, int] = {}
    for _, held in _statements(document.to_dict(), ""):
        counts[held["x-provenance"]] = counts.get(held["x-provenance"], 0) + 1
    return counts
