"""Workflow commands of GitHub Actions, which show findings beside the lines of a change."""

import click

from relation_spec.cli.reporters import base
from relation_spec.cli.reporters.base import Outcome, counted, located
from relation_spec.findings.annotations import annotation
from relation_spec.findings.quoting import quote_pointer

__all__ = ["Reporter"]


class Reporter(base.Reporter):
    """Writes ``::error file=...,line=...,col=...,title=...::message``."""

    def show(self, outcome: Outcome) -> None:
        for finding in outcome.findings:
            line, column = outcome.place(finding) or (None, None)
            at = f" at {quote_pointer(finding.pointer)}" if finding.pointer else ""
            text = f"{finding.message}{at}. {finding.hint or ''}".strip()
            text += f" ({located(outcome, finding)})" if outcome.of else ""
            click.echo(annotation(finding.severity, text, file=outcome.file, line=line, column=column,
                                  title=finding.code))  # fmt: skip
        if outcome.report.omitted:
            more = counted(outcome.report.omitted, "more finding")
            click.echo(annotation("notice", f"and {more}, not shown", file=outcome.file, line=outcome.record))

    def complain(self, file: str, kind: str, reason: str) -> None:
        click.echo(annotation("error", reason, file=file, title=kind))
