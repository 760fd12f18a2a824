"""Reports of a run for other programs and people; each form is a file of this folder, loaded when it is asked for.

In: a result, and a :class:`~relation_spec.fuzz.showing.Shower` that keeps credentials out. Out: text, by a function of
the table ``FORMS``.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Final

from relation_spec.fuzz.model import Result
from relation_spec.fuzz.showing import Shower

__all__ = ["FORMS"]

Form = Callable[[Result, Shower], str]


def _named(name: str) -> Form:
    def report(result: Result, shower: Shower) -> str:
        written: Form = import_module(f"relation_spec.fuzz.reports.{name}").written
        return written(result, shower)

    return report


FORMS: Final[Mapping[str, Form]] = {name: _named(name) for name in ("json", "junit", "sarif", "har", "html")}
"""Every form of report by its name."""
