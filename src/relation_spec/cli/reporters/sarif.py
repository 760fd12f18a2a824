"""SARIF 2.1.0, which code scanning takes: results with places, and the table of codes as rules."""

import json
import os
from typing import Any, Final
from urllib.parse import quote

import click

from relation_spec import __version__
from relation_spec.cli.reporters import base
from relation_spec.cli.reporters.base import MOST, Outcome, complaint, counted, located
from relation_spec.findings import CODES, Finding
from relation_spec.findings.quoting import quote_pointer

__all__ = ["Reporter"]

_NUMBERS: Final = {code: number for number, code in enumerate(CODES)}


def _uri(file: str) -> str:
    """A file's name as a URI reference (section 3.4.3): absolute paths with their scheme, others relative."""
    path = quote(os.fsencode(file.replace(os.sep, "/")))
    return f"file://{path}" if path.startswith("/") else path


class Reporter(base.Reporter):
    """Collects the results and writes one run at the end."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._results: list[dict[str, Any]] = []
        self._notes: list[dict[str, Any]] = []
        self._kept = 0
        self._failed = False

    def begin_bulk(self, file: str) -> None:
        super().begin_bulk(file)
        self._kept = self._past_bound = 0

    def end_bulk(self, file: str, total: int, invalid: int) -> None:
        super().end_bulk(file, total, invalid)
        if self._past_bound:
            self._note(file, "note", f"and {counted(self._past_bound, 'more finding')}, not listed")

    def show(self, outcome: Outcome) -> None:
        findings = outcome.findings
        if outcome.report.omitted:
            self._note(outcome.file, "note", f"and {counted(outcome.report.omitted, 'more finding')}, not shown")
        if self.bulk:
            findings = findings[: MOST - self._kept]
            self._kept += len(findings)
            self._past_bound += len(outcome.findings) - len(findings)
        self._results.extend(self._result(outcome, finding) for finding in findings)

    def complain(self, file: str, kind: str, reason: str) -> None:
        self._failed = True
        self._note(file, "error", complaint(kind, reason))

    def _note(self, file: str, level: str, text: str) -> None:
        if len(self._notes) < MOST:
            place = {"physicalLocation": {"artifactLocation": {"uri": _uri(file)}}}
            self._notes.append({"level": level, "message": {"text": text}, "locations": [place]})

    def _result(self, outcome: Outcome, finding: Finding) -> dict[str, Any]:
        physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(outcome.file)}}
        if place := outcome.place(finding):
            physical["region"] = {"startLine": place[0], "startColumn": place[1]}
        name = quote_pointer(finding.pointer) or finding.where
        text = f"{finding.message}. {finding.hint or ''}".strip()
        if outcome.of:
            name, text = f"{outcome.of} {name}", f"{text} ({located(outcome, finding)})"
        logical = [{"fullyQualifiedName": name}]
        return {
            "ruleId": finding.code,
            "ruleIndex": _NUMBERS[finding.code],
            "level": finding.severity,
            "message": {"text": text},
            "locations": [{"physicalLocation": physical, "logicalLocations": logical}],
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
        invocation: dict[str, Any] = {"executionSuccessful": not self._failed}
        if self._notes:
            invocation["toolExecutionNotifications"] = self._notes
        run = {
            "tool": {"driver": {"name": "relation-spec", "version": __version__, "rules": rules}},
            "columnKind": "unicodeCodePoints",
            "invocations": [invocation],
            "results": self._results,
        }
        log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
        click.echo(json.dumps(log, indent=2))
