"""The gallery: every defect, planted by name or described for people and tools."""

from typing import Final

from relation_spec.contract import WrongCallError
from relation_spec.messages import Contract
from relation_spec.server.defects import (
    access,
    dates,
    errors,
    fields,
    holes,
    labels,
    links,
    numbers,
    parity,
    selecting,
    showing,
    state,
    storing,
    texts,
    values,
)
from relation_spec.server.defects.registry import KINDS, Kind, Planted
from relation_spec.server.defects.seam import Defect

__all__ = ["DEFECTS", "described", "plant"]

_MODULES: Final = (
    values, numbers, dates, links, fields, texts, selecting, labels, parity, access, errors, holes, storing, showing,
    state,
)  # fmt: skip

DEFECTS: Final[dict[str, Kind]] = {
    kind.name: kind for module in _MODULES for kind in KINDS if kind.function.__module__ == module.__name__
}
"""Every defect by its name, group by group."""


def plant(name: str, contract: Contract) -> Defect:
    """The defect of that name.

    Raises:
        WrongCallError: for an unknown name, or a contract that has nothing which the defect could break.
    """
    if name not in DEFECTS:
        raise WrongCallError(f"no defect {name!r}; known are: {', '.join(DEFECTS)}")
    return Planted(DEFECTS[name], contract)


def described(contract: Contract) -> list[dict[str, str | None]]:
    """What there is to know of each defect, ready for JSON."""
    return [kind.described(contract) for kind in DEFECTS.values()]
