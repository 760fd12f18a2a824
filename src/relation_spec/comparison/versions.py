"""Whether the contract's own version moved as far as its changes ask (Semantic Versioning 2.0.0, semver.org).

A breaking change asks for a new major version (before 1.0.0 for a new minor one), any other change of what holds for a
new minor version, new words alone for a new patch version.
"""

import re
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from relation_spec.comparison.changes import Change

__all__ = ["Move", "move"]

# semver.org, "Is there a suggested regular expression"
_VERSION: Final = re.compile(
    r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?"
)
_Step = Literal["major", "minor", "patch", "none"]
_STEPS: Final[tuple[_Step, ...]] = ("major", "minor", "patch", "none")


class Move(NamedTuple):
    """How the version of a contract moved.

    Attributes:
        old: the version before.
        new: the version now.
        asked: the step that the changes ask for.
        least: the least version that makes it, or None where ``old`` is no semantic version.
        enough: whether ``new`` goes as far; None where a version is no semantic one.
    """

    old: str
    new: str
    asked: _Step
    least: str | None
    enough: bool | None

    def __str__(self) -> str:
        if self.enough is None:
            return f"The version of the contract went from {self.old} to {self.new}: no semantic versions (semver.org)."
        moved = f"stayed {self.old}" if self.old == self.new else f"went from {self.old} to {self.new}"
        if self.asked == "none":
            return f"The version of the contract {moved}; nothing asks for a new one."
        asked = f"these changes ask for a new {self.asked} version"
        if self.enough:
            return f"The version of the contract {moved}; {asked}, and have it."
        return f"The version of the contract {moved}; {asked}: {self.least} or later."


def _parsed(version: str) -> tuple[int, int, int] | None:
    found = _VERSION.fullmatch(version)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def _step(changes: Sequence[Change], is_early: bool) -> _Step:
    if any(change.verdict in ("breaking", "unsorted") for change in changes):
        return "minor" if is_early else "major"
    if any(not change.prose for change in changes):
        return "minor"
    return "patch" if changes else "none"


def move(old: str, new: str, changes: Sequence[Change]) -> Move:
    """Hold the versions ``old`` and ``new`` of a contract against its changes, those of all sides."""
    before, after = _parsed(old), _parsed(new)
    asked = _step(changes, is_early=before is not None and before[0] == 0)
    if before is None or after is None:
        return Move(old, new, asked, None, None)
    major, minor, patch = before
    least = {
        "major": (major + 1, 0, 0), "minor": (major, minor + 1, 0), "patch": (major, minor, patch + 1), "none": before,
    }[asked]  # fmt: skip
    return Move(old, new, asked, ".".join(map(str, least)), after >= least)
