"""Workflow commands of GitHub Actions, which show findings beside the lines of a change."""

import click

from relation_spec.cli.reporters import base
from relation_spec.cli.reporters.base import Outcome

__all__ = ["Reporter"]


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


class Reporter(base.Reporter):
    """Writes ``::error file=...,line=...,col=...,title=...::message``."""

    def show(self, outcome: Outcome) -> None:
        for finding in outcome.findings:
            place = f"file={_property(outcome.file)}"
            if finding.line is not None:
                place += f",line={outcome.line(finding)},col={finding.column}"
            at = f" at {finding.pointer}" if finding.pointer else ""
            text = f"{finding.message}{at}. {finding.hint or ''}".strip()
            click.echo(f"::{finding.severity} {place},title={_property(finding.code)}::{_data(text)}")
