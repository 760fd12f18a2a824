"""SARIF 2.1.0, which code scanning takes: results with places, and the table of codes as rules."""

import json
from typing import Any
from urllib.parse import quote

import click

from relation_spec import __version__
from relation_spec.cli.reporters import base
from relation_spec.cli.reporters.base import Outcome
from relation_spec.findings import CODES, Finding

__all__ = ["Reporter"]


class Reporter(base.Reporter):
    """Collects the results and writes one run at the end."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._results: list[dict[str, Any]] = []

    def show(self, outcome: Outcome) -> None:
        self._results.extend(self._result(outcome, finding) for finding in outcome.findings)

    def _result(self, outcome: Outcome, finding: Finding) -> dict[str, Any]:
        place: dict[str, Any] = {"artifactLocation": {"uri": quote(outcome.file)}}
        if finding.line is not None:
            place["region"] = {"startLine": outcome.line(finding), "startColumn": finding.column}
        logical = [{"fullyQualifiedName": finding.pointer or finding.where}]
        return {
            "ruleId": finding.code,
            "ruleIndex": list(CODES).index(finding.code),
            "level": finding.severity,
            "message": {"text": f"{finding.message}. {finding.hint or ''}".strip()},
            "locations": [{"physicalLocation": place, "logicalLocations": logical}],
            "properties": {"specPointer": finding.spec_pointer, "specLine": finding.spec_line},
        }

    def end(self) -> None:
        rules = [
            {
                "id": code.name,
                "shortDescription": {"text": code.title},
                "fullDescription": {"text": code.meaning},
                "help": {"text": code.mend},
            }
            for code in CODES.values()
        ]
        driver = {"name": "relation-spec", "version": __version__, "rules": rules}
        log = {
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": self._results}],
        }
        click.echo(json.dumps(log, indent=2))
