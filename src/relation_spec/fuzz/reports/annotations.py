"""The report as annotations, which a forge shows beside the lines of the contract that are broken."""

from collections.abc import Iterator

from relation_spec.findings.annotations import annotation
from relation_spec.fuzz.files import shown_path
from relation_spec.fuzz.model import Result
from relation_spec.fuzz.showing import Shower

__all__ = ["annotations"]


def annotations(result: Result, shower: Shower) -> Iterator[str]:
    """A line for each defect, and for what was not tested."""
    held, file = shower.result(result), shown_path(result.contract)
    for one in held["defects"]:
        severity = "warning" if one["flaky"] else "error"
        text = f"{one['message']}\n{one['curl']}"
        yield annotation(severity, text, file=file, line=one["spec_line"], title=f"{one['check']}: {one['title']}")
    if held["untested"] is not None:
        yield annotation("error", held["untested"], title="nothing was tested")
    for hole in held["holes"]:
        yield annotation("error", hole, title="untried")
    for note in held["notes"]:
        yield annotation("notice", note)
