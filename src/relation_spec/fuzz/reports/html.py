"""The report as one page for people, which loads nothing, runs nothing, and prints.

Its layout is ``templates/report.html.jinja``; everything is escaped there but the page's own markup.
"""

from typing import Any, Final
from urllib.parse import quote

from relation_spec import __version__
from relation_spec.contract import WrongCallError
from relation_spec.findings.quoting import escape
from relation_spec.fuzz.checks import CHECKS
from relation_spec.fuzz.files import shown_path
from relation_spec.fuzz.model import Defect, Result
from relation_spec.fuzz.showing import Shower
from relation_spec.fuzz.sides import compared, marked

__all__ = ["written"]

_BASES: Final = {
    "page": "a rule of the vendor's page",
    "seen": "a rule seen in live answers",
    "vendor": "a rule that the vendor published elsewhere",
    "choice": "a rule that the contract's author chose",
}


def written(result: Result, shower: Shower) -> str:
    """The report as HTML.

    Raises:
        WrongCallError: where Jinja2 is not installed.
    """
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
    except ImportError:
        raise WrongCallError("the report in HTML needs Jinja2: pip install 'relation-spec[fuzz]'") from None
    environment = Environment(
        loader=PackageLoader("relation_spec.fuzz.reports"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["visible"] = _visible
    held = shower.result(result)
    return environment.get_template("report.html.jinja").render(
        run=held, version=__version__, contract=shown_path(result.contract), verdict=_verdict(held),
        state="bad" if held["defects"] else "good" if result.status == 0 else "open",
        defects=[_defect(number, defect, shower, result) for number, defect in enumerate(result.defects, 1)],
        pairs={(sent, answered): count for sent, answered, count in held["pairs"]},
        checks=[(name, about.looks_for, _state(name, held)) for name, about in CHECKS.items()],
    ) + "\n"  # fmt: skip


def _verdict(held: dict[str, Any]) -> str:
    """What came of it, in one sentence."""
    count = len(held["defects"])
    known = f", besides {held['known']} known" if held["known"] else ""
    if held["untested"] is not None:
        return f"Nothing was tested: {held['untested']}."
    if count:
        return f"{count} {'defect was' if count == 1 else 'defects were'} found{known}."
    if held["holes"]:
        return f"No defect was found{known}, but not all was tried that must be."
    return f"No defect was found{known}, and all was tried that must be."


def _state(name: str, held: dict[str, Any]) -> str:
    count = sum(one["check"] == name for one in held["defects"])
    if count:
        return f"{count} found"
    return "not asked" if name not in held["checks"] else "untried" if held["untested"] is not None else "none"


def _defect(number: int, defect: Defect, shower: Shower, result: Result) -> dict[str, Any]:
    """A defect as the template takes it."""
    one = shower.defect(defect)
    # a message begins with what was tried, which the page shows by itself
    message = one["message"].removeprefix(f"{one['note']}: ")
    sides = compared(message)
    expected, found = sides.expected, sides.found
    if expected is None:
        expected, found = CHECKS[defect.check].looks_for, found or message
    parts = marked(escape(expected), escape(found or ""))
    replay = quote(shower.replay(defect, result.target))
    return one | {
        "number": number, "message": message, "basis": _BASES[defect.basis], "stem": shower.stem(number, defect),
        "sides": [(sides.expected_is, parts[0]), (sides.found_is, parts[1])],
        "rule": [((one["spec_line"] or 0) + below, text) for below, text in enumerate(one["spec_text"])],
        "replay": f"data:application/json;charset=utf-8,{replay}",
    }  # fmt: skip


def _visible(text: Any) -> str:
    r"""``text`` with invisible characters as ``\uXXXX``, its lines kept."""
    return "\n".join(escape(line) for line in str(text).split("\n"))
