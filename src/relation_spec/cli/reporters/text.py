"""The format for people: each finding like a good compiler's, and a line of counts at the end."""

from functools import cached_property

import click

from relation_spec.cli.reporters import base
from relation_spec.cli.reporters.base import Outcome, counted
from relation_spec.findings import Finding
from relation_spec.findings.quoting import escape
from relation_spec.findings.rendering import lines

__all__ = ["Reporter"]

_LONGEST_RULE = 100


class Reporter(base.Reporter):
    """Writes findings as they come."""

    def show(self, outcome: Outcome) -> None:
        for finding in outcome.findings:
            click.echo("\n".join(self._lines(outcome, finding)))
        if outcome.report.omitted:
            file = (
                escape(outcome.file + outcome.of)
                if outcome.record is None
                else f"{escape(outcome.file)}:{outcome.record}"
            )
            more = counted(outcome.report.omitted, "more finding")
            click.echo(f"and {more} in {file}, not shown; --max-findings asks for more\n")

    def _lines(self, outcome: Outcome, finding: Finding) -> list[str]:
        label, place = outcome.label(finding), outcome.inside(finding)
        rule = None if finding.spec_line is None and not finding.spec_pointer else self._rule(finding)
        within = outcome.of if label == outcome.file else None
        return lines(finding, label, place, outcome.shown(finding), rule, click.style, within)

    @cached_property
    def _yaml(self) -> list[str]:
        return self.document.text.decode("utf-8", "replace").splitlines()

    def _rule(self, finding: Finding) -> str:
        line = finding.spec_line or 1
        rule = escape(self._yaml[line - 1].strip())
        rule = rule if len(rule) <= _LONGEST_RULE else f"{rule[:_LONGEST_RULE]}…"
        return f"{escape(self.spec or self.document.path.rpartition('/')[2])}:{line}: {rule}"

    def end(self) -> None:
        total = self.valid + self.invalid
        counts = f"{counted(self.errors, 'error')}, {counted(self.warnings, 'warning')}"
        if self.omitted:
            counts += f", and {counted(self.omitted, 'more finding')} not shown"
        if self.skipped:
            counts += f"; {counted(self.skipped, 'message')} of other endpoints skipped"
        if self.unread:
            counts += f"; {counted(self.unread, 'file')} could not be read"
        click.echo(f"{counted(total, self.noun)}: {self.valid} valid, {self.invalid} invalid; {counts}")
