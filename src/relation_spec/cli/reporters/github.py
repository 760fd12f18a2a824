"""Workflow commands of GitHub Actions, which show findings beside the lines of a change."""

import click

from relation_spec.cli.reporters import base
from relation_spec.cli.reporters.base import Outcome, counted, located
from relation_spec.findings.quoting import quote_pointer

__all__ = ["Reporter"]


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


class Reporter(base.Reporter):
    """Writes ``::error file=...,line=...,col=...,title=...::message``."""

    def show(self, outcome: Outcome) -> None:
        for finding in outcome.findings:
            where = f"file={_property(outcome.file)}"
            if place := outcome.place(finding):
                where += f",line={place[0]},col={place[1]}"
            at = f" at {quote_pointer(finding.pointer)}" if finding.pointer else ""
            text = f"{finding.message}{at}. {finding.hint or ''}".strip()
            text += f" ({located(outcome, finding)})" if outcome.of else ""
            click.echo(f"::{finding.severity} {where},title={_property(finding.code)}::{_data(text)}")
        if outcome.report.omitted:
            more = counted(outcome.report.omitted, "more finding")
            line = "" if outcome.record is None else f",line={outcome.record}"
            click.echo(f"::notice file={_property(outcome.file)}{line}::and {more}, not shown")

    def complain(self, file: str, kind: str, reason: str) -> None:
        click.echo(f"::error file={_property(file)},title={kind}::{_data(reason)}")
