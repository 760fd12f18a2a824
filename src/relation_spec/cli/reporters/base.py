"""What every output format is given: an :class:`Outcome` per payload, and the counts of bulk files."""

from typing import NamedTuple

from relation_spec.contract import Document
from relation_spec.findings import Finding, Report

__all__ = ["Outcome", "Reporter", "counted"]


class Outcome(NamedTuple):
    """One judged payload: its file, its line in a bulk file (or None), the report, the bytes, and what to show."""

    file: str
    record: int | None
    report: Report
    body: bytes
    show_warnings: bool

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings to show."""
        return self.report.findings if self.show_warnings else self.report.errors

    def line(self, finding: Finding) -> int | None:
        """The finding's line in the file."""
        if self.record is None or finding.line is None:
            return finding.line
        return self.record + finding.line - 1


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun, such as ``1 file`` or ``3 files``."""
    return f"{number} {one if number == 1 else many or one + 's'}"


class Reporter:
    """The base of output formats; keeps the counts of all."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.valid = self.invalid = self.errors = self.warnings = 0
        self.bulk = False

    def begin_bulk(self, file: str) -> None:
        """A file of many payloads begins."""
        self.bulk = True

    def end_bulk(self, file: str, total: int, invalid: int) -> None:
        """It ends: ``total`` payloads, ``invalid`` of them not valid; only the latter were all added."""
        self.bulk = False
        self.valid += total - invalid
        self.invalid += invalid

    def add(self, outcome: Outcome) -> None:
        """A payload was judged."""
        if not self.bulk:
            self.valid += outcome.report.valid
            self.invalid += not outcome.report.valid
        self.errors += len(outcome.report.errors)
        self.warnings += len(outcome.report.warnings) if outcome.show_warnings else 0
        self.show(outcome)

    def show(self, outcome: Outcome) -> None:
        """Write or keep one payload's findings."""

    def end(self) -> None:
        """All files were judged."""
