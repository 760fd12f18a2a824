"""What an engine found, before anyone words it: a bounded collection of faults."""

from typing import Any

from relation_spec.contract.pointer import join
from relation_spec.schema.rules import Rule

__all__ = ["Fault", "Faults", "Path", "pointer_of", "tokens"]

# the way from the root: None at the root, else the container's path and the name or index in it
Path = tuple[Any, str | int] | None


Fault = tuple[Rule, Path, Any, Any]
"""A broken rule, the path and the value that breaks it, and the name in question for rules about names."""


def tokens(path: Path) -> tuple[str | int, ...]:
    """The names and indices from the root to ``path``."""
    if path is None:
        return ()
    container, token = path
    return (token,) if container is None else (*tokens(container), token)


def pointer_of(path: Path) -> str:
    """The pointer (RFC 6901) to ``path``."""
    if path is None:
        return ""
    container, token = path
    above = "" if container is None else pointer_of(container)
    if type(token) is not str or "~" in token or "/" in token:
        return join(above, token)
    return f"{above}/{token}"


class Faults:
    """Collects faults; keeps the first ``limit`` errors and the first ``limit`` warnings, and counts all."""

    __slots__ = ("error_count", "errors", "limit", "warning_count", "warnings")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.errors: list[Fault] = []
        self.warnings: list[Fault] = []
        self.error_count = 0
        self.warning_count = 0

    def add(self, rule: Rule, path: Path, value: Any, detail: Any = None) -> None:
        """Note one fault."""
        if rule.severity == "error":
            self.error_count += 1
            if self.error_count <= self.limit:
                self.errors.append((rule, path, value, detail))
        else:
            self.warning_count += 1
            if self.warning_count <= self.limit:
                self.warnings.append((rule, path, value, detail))

    def extend(self, other: "Faults") -> None:
        """Take over what ``other`` collected."""
        for mine, theirs in ((self.errors, other.errors), (self.warnings, other.warnings)):
            mine.extend(theirs[: self.limit - len(mine)])
        self.error_count += other.error_count
        self.warning_count += other.warning_count
