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
            file = escape(outcome.file) if outcome.record is None else f"{escape(outcome.file)}:{outcome.record}"
            more = counted(outcome.report.omitted, "more finding")
            click.echo(f"and {more} in {file}, not shown; --max-findings asks for more\n")

    def _lines(self, outcome: Outcome, finding: Finding) -> list[str]:
        shown = None
        place = outcome.place(finding)
        if place and finding.line is not None and finding.column is not None:
            from relation_spec.findings.excerpt import excerpt  # the valid case never needs it

            shown = excerpt(outcome.text, outcome.starts[finding.line], finding.column)
        return lines(finding, outcome.file, place, shown, self._rule(finding), click.style)

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
        if self.unread:
            counts += f"; {counted(self.unread, 'file')} could not be read"
        click.echo(f"{counted(total, 'payload')}: {self.valid} valid, {self.invalid} invalid; {counts}")
