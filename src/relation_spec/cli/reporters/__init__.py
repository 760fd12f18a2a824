"""Output formats by name; each is a file of this folder, loaded when it is asked for."""

from collections.abc import Callable
from importlib import import_module
from typing import Final

from relation_spec.cli.reporters.base import Outcome, Reporter, counted

__all__ = ["REPORTERS", "Outcome", "Reporter", "counted"]


def _named(name: str) -> Callable[[], type[Reporter]]:
    def reporter() -> type[Reporter]:
        found: type[Reporter] = import_module(f"relation_spec.cli.reporters.{name}").Reporter
        return found

    return reporter


REPORTERS: Final = {name: _named(name) for name in ("text", "json", "junit", "sarif", "github")}
"""Each format's name, and a function that loads its class."""
