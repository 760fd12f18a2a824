"""A finding as lines of text, like a good compiler's: what is wrong, where, the line with a caret, the rule, help."""

from collections.abc import Callable

from relation_spec.findings.quoting import escape, quote_pointer
from relation_spec.findings.report import Finding

__all__ = ["lines"]


def _plain(text: str, *, fg: str, bold: bool) -> str:
    return text


def lines(
    finding: Finding,
    file: str,
    place: tuple[int, int] | None,
    shown: tuple[str, int] | None,
    rule: str | None,
    style: Callable[..., str] = _plain,
    within: str | None = None,
) -> list[str]:
    """The lines of one finding, the last one empty.

    Args:
        finding: what to show.
        file: what the message is called.
        place: the finding's line and column there, or None.
        shown: what :func:`relation_spec.findings.excerpt.excerpt` gave for that place, or None.
        rule: where the rule stands, and what it says, or None where it is none of the contract.
        style: colours a text; called with ``fg`` and ``bold``.
        within: the exchange that the message is part of, or None.
    """
    colour = "red" if finding.severity == "error" else "yellow"
    margin = " " * (len(str(place[0])) if place else 0)
    name = escape(file) + (f":{place[0]}:{place[1]}" if place else "")
    at = "" if finding.where == "body" else f"  in {finding.where}"
    at = f"  at {quote_pointer(finding.pointer)}" if finding.pointer else at
    title = style(f"{finding.severity}[{finding.code}]", fg=colour, bold=True)
    made = [f"{title}: {finding.message}", f"{margin}--> {name}{at}"]
    if place and shown:
        made.append(f"{margin} |")
        made.append(f"{place[0]} | {shown[0]}")
        made.append(f"{margin} | {' ' * shown[1]}{style('^', fg=colour, bold=True)}")
    if within:
        made.append(f"{margin} = in: {within}")
    if rule is not None:
        made.append(f"{margin} = rule: {rule}")
    if finding.hint:
        made.append(f"{margin} = help: {finding.hint}")
    return [*made, ""]
