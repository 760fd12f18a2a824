"""The register of checks: their names, what they look for, and the functions of those that look at single answers."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from relation_spec.contract import WrongCallError
from relation_spec.fuzz import answer_checks
from relation_spec.fuzz.session import Check

__all__ = ["CHECKS", "About", "chosen", "functions"]


class About(NamedTuple):
    """What a check looks for, and its function where it looks at single answers."""

    looks_for: str
    function: Check | None


def _single(function: Check) -> About:
    return About((function.__doc__ or "").strip().partition("\n")[0], function)


CHECKS: Final[dict[str, About]] = {
    "server-error": _single(answer_checks.server_error),
    "status": _single(answer_checks.status),
    "content-type": _single(answer_checks.content_type),
    "schema": _single(answer_checks.schema),
    "errors": _single(answer_checks.errors),
    "leaks": _single(answer_checks.leaks),
    "accepted": _single(answer_checks.accepted),
    "refused": _single(answer_checks.refused),
    "authentication": _single(answer_checks.authentication),
    "method": _single(answer_checks.method),
    "time": _single(answer_checks.time),
    "echo": About("What clients set comes back as it was sent, property by property.", None),
    "nulls": About("Null, absence and empty text are kept apart.", None),
    "parity": About("The same entity is the same value in every media type of requests and answers.", None),
    "select": About("A selection shows what the full answer shows, and nothing else.", None),
    "controls": About("Language, culture and time zone change only what they may, and do change it.", None),
    "read-back": About("What is read at a record's own link is what was saved.", None),
    "update": _single(answer_checks.numbers),
    "isolation": About("Nothing of one user or record shows at another.", None),
    "determinism": About("The same request twice gives the same answer, but for number and time.", None),
    "clock": About("The moment of saving is now, not off by a time zone, and says its offset as others do.", None),
    "references": About("What is shown of something that an id refers to belongs to that id.", None),
}
"""Every check by its name."""


def chosen(only: Iterable[str] = (), skip: Iterable[str] = ()) -> frozenset[str]:
    """The names of the checks that are asked for.

    Raises:
        WrongCallError: for an unknown name.
    """
    wanted, unwanted = list(only), list(skip)
    for name in (*wanted, *unwanted):
        if name not in CHECKS:
            raise WrongCallError(f"no check {name!r}; there are: {', '.join(CHECKS)}")
    return frozenset(wanted or CHECKS) - frozenset(unwanted)


def functions() -> tuple[Check, ...]:
    """The functions of the checks of single answers, all of them: some make others keep silent."""
    return tuple(about.function for about in CHECKS.values() if about.function)
