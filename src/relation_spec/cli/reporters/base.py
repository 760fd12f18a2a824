"""What every output format is given: an :class:`Outcome` per payload, and the counts of bulk files."""

from functools import cached_property
from typing import Final

from relation_spec.contract import Document, Side
from relation_spec.findings import Finding, Report
from relation_spec.findings.quoting import quote_pointer

__all__ = ["MOST", "Outcome", "Reporter", "complaint", "counted", "located", "sentence"]

MOST: Final = 1000
"""Findings of one bulk file that a format which writes at the end keeps, so that memory stays bounded."""


class Outcome:
    """One judged payload.

    Args:
        file: the name it was given by.
        record: its line in a bulk file, from 1, or None.
        report: what was said of it.
        body: its bytes.
        content_type: the Content-Type it was judged by.
        show_warnings: whether warnings are asked for.

    Attributes:
        entry: the name of the exchange in a recording, or None.
        side: which of the exchange's messages it is, or None.
    """

    def __init__(
        self, file: str, record: int | None, report: Report, body: bytes, content_type: str, show_warnings: bool
    ) -> None:
        self.file, self.record, self.report, self.body = file, record, report, body
        self.content_type, self.show_warnings = content_type, show_warnings
        self.entry: str | None = None
        self.side: Side | None = None

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The findings to show."""
        return self.report.findings if self.show_warnings else self.report.errors

    @cached_property
    def text(self) -> str:
        """The body as text, whatever its bytes are; positions of findings hold in it."""
        from relation_spec.media import charset, media_type

        parsed = media_type.parse(self.content_type)
        name = parsed.parameters.get("charset") if parsed else None
        read = charset.decode(self.body, name)
        if read.reason is None:
            return read.text
        try:
            return self.body.decode(name or "utf-8", "replace")
        except (LookupError, ValueError):
            return self.body.decode("utf-8", "replace")

    @cached_property
    def starts(self) -> dict[int, int]:
        """Where in the text each line begins that a finding is on."""
        from relation_spec.findings.excerpt import line_starts

        return line_starts(self.text, {finding.line for finding in self.findings if finding.line is not None})

    def place(self, finding: Finding) -> tuple[int, int] | None:
        """The finding's line and column in the file."""
        line, column = finding.line, finding.column
        if line is None or column is None:
            return None
        if self.record is None:
            return line, column
        # within the line of a bulk file a lone CR is white space
        return self.record, column if line == 1 else self.starts[line] + column

    @property
    def of(self) -> str:
        """Exchange and side in words, or nothing."""
        return ""

    def inside(self, finding: Finding) -> tuple[int, int] | None:
        """The finding's line and column in the file, or in the body where lines of the file mean nothing."""
        return self.place(finding)

    def label(self, finding: Finding) -> str:
        """What the text is called in which :meth:`inside` holds."""
        return self.file

    def shown(self, finding: Finding) -> tuple[str, int] | None:
        """The line with the place and how far to indent the caret, or None."""
        if finding.line is None or finding.column is None:
            return None
        from relation_spec.findings.excerpt import excerpt  # the valid case never needs it

        return excerpt(self.text, self.starts[finding.line], finding.column)


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun, such as ``1 file`` or ``3 files``."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def complaint(kind: str, reason: str) -> str:
    """Why a file counts as failed without a finding, as a sentence."""
    return f"the file could not be read: {reason}" if kind == "unreadable" else reason


def located(outcome: Outcome, finding: Finding) -> str:
    """The exchange of a finding, and the lines of its body where the file's mean nothing."""
    place = outcome.inside(finding)
    own = place is not None and place != outcome.place(finding)
    return outcome.of + (f", line {place[0]}, column {place[1]} of the body" if place and own else "")


def sentence(outcome: Outcome, finding: Finding) -> str:
    """A finding on one line: severity, code, place, what was found, and what to do."""
    place = outcome.inside(finding)
    at = finding.where + (f" {quote_pointer(finding.pointer)}" if finding.pointer else "")
    if place is not None:
        at += f" (line {place[0]}, column {place[1]})"
    hint = f". {finding.hint}" if finding.hint else ""
    return f"{finding.severity}[{finding.code}] {at}: {finding.message}{hint}"


class Reporter:
    """The base of output formats; keeps the counts of all.

    Args:
        document: the contract.
        spec: the path it was asked for by, or None for the bundled one.
    """

    def __init__(self, document: Document, spec: str | None = None) -> None:
        self.document, self.spec = document, spec
        self.valid = self.invalid = self.errors = self.warnings = self.omitted = self.unread = self.skipped = 0
        self.bulk = False
        self.noun = "payload"

    def begin_bulk(self, file: str) -> None:
        """A file of many payloads begins."""
        self.bulk = True

    def end_bulk(self, file: str, total: int, invalid: int) -> None:
        """It ends: ``total`` payloads, ``invalid`` of them not valid; of the valid ones not all were added."""
        self.bulk = False
        self.valid += total - invalid
        self.invalid += invalid

    def begin_recording(self, file: str) -> None:
        """A file of recorded messages begins; it ends like one of many payloads."""
        self.noun = "message"
        self.begin_bulk(file)

    def skip(self, number: int) -> None:
        """So many messages of the recording are of other endpoints."""
        self.skipped += number

    def add(self, outcome: Outcome) -> None:
        """A payload was judged."""
        if not self.bulk:
            self.valid += outcome.report.valid
            self.invalid += not outcome.report.valid
        errors = sum(finding.severity == "error" for finding in outcome.findings)
        self.errors += errors
        self.warnings += len(outcome.findings) - errors
        self.omitted += outcome.report.omitted
        self.show(outcome)

    def show(self, outcome: Outcome) -> None:
        """Write or keep one payload's findings."""

    def unreadable(self, file: str, reason: str) -> None:
        """A file cannot be read, or not to its end."""
        self.unread += 1
        self.complain(file, "unreadable", reason)

    def untested(self, file: str, reason: str) -> None:
        """A recording holds nothing to judge."""
        self.complain(file, "untested", reason)

    def complain(self, file: str, kind: str, reason: str) -> None:
        """Write or keep why a file counts as failed without a finding; ``kind`` is the name of the method that knew."""

    def end(self) -> None:
        """All files were judged."""
