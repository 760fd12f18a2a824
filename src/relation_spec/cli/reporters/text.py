"""The format for people: each finding like a good compiler's, and a line of counts at the end."""

import click

from relation_spec.cli.excerpt import excerpt
from relation_spec.cli.reporters import base
from relation_spec.cli.reporters.base import Outcome, counted
from relation_spec.findings import Finding

__all__ = ["Reporter", "lines_of"]


def _source(outcome: Outcome) -> str:
    from relation_spec.media import charset

    return charset.decode(outcome.body, None).text or outcome.body.decode("utf-8", "replace")


def lines_of(outcome: Outcome, finding: Finding, spec: str, rule: str) -> list[str]:
    """The lines that show one finding; ``rule`` is the YAML's line of it."""
    colour = "red" if finding.severity == "error" else "yellow"
    title = click.style(f"{finding.severity}[{finding.code}]", fg=colour, bold=True)
    line = outcome.line(finding)
    place = outcome.file + (f":{line}:{finding.column}" if line is not None else "")
    width = len(str(line or ""))
    margin = " " * width
    at = f"  at {finding.pointer}" if finding.pointer else ("" if finding.where == "body" else f"  in {finding.where}")
    found = [f"{title}: {finding.message}", f"{margin}--> {place}{at}"]
    if finding.line is not None and finding.column is not None:
        shown, indent = excerpt(_source(outcome), finding.line, finding.column)
        found.append(f"{margin} |")
        found.append(f"{line} | {shown}")
        found.append(f"{margin} | {' ' * indent}{click.style('^', fg=colour, bold=True)}")
    found.append(f"{margin} = rule: {spec}:{finding.spec_line}: {rule}")
    if finding.hint:
        found.append(f"{margin} = help: {finding.hint}")
    return [*found, ""]


class Reporter(base.Reporter):
    """Writes findings as they come."""

    def show(self, outcome: Outcome) -> None:
        spec = self.document.path.rpartition("/")[2]
        for finding in outcome.findings:
            for line in lines_of(outcome, finding, spec, self._rule(finding)):
                click.echo(line)
        if outcome.report.omitted:
            more = counted(outcome.report.omitted, "more finding")
            click.echo(f"{outcome.file}: {more} not shown; see --max-findings\n")

    def _rule(self, finding: Finding) -> str:
        lines = self.document.text.decode().splitlines()
        rule = lines[(finding.spec_line or 1) - 1].strip()
        return rule if len(rule) <= 100 else f"{rule[:100]}…"

    def end(self) -> None:
        total = self.valid + self.invalid
        counts = f"{counted(self.errors, 'error')}, {counted(self.warnings, 'warning')}"
        click.echo(f"{counted(total, 'payload')}: {self.valid} valid, {self.invalid} invalid; {counts}")
