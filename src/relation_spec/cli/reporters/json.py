"""The format for programs: one JSON object, written when all is judged."""

import json
from typing import Any

import click

from relation_spec.cli.reporters import base
from relation_spec.cli.reporters.base import MOST, Outcome

__all__ = ["Reporter"]


class Reporter(base.Reporter):
    """Collects ``{"valid", "files": [{"file", "valid", "findings": [...]}]}``.

    A bulk file is one entry whose findings name their ``record`` (the line in the file). So is a recording, whose
    findings name their ``entry`` and its ``side``; ``skipped`` counts its messages of other endpoints. ``omitted``
    counts findings past the bounds; ``error`` says why a file could not be read, or not to its end, or held nothing to
    judge, which makes it not valid.
    """

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._files: list[dict[str, Any]] = []

    def _begin(self, file: str) -> dict[str, Any]:
        self._files.append({"file": file, "valid": True, "findings": []})
        return self._files[-1]

    def begin_bulk(self, file: str) -> None:
        super().begin_bulk(file)
        self._begin(file)

    def complain(self, file: str, kind: str, reason: str) -> None:
        entry = self._files[-1] if self.bulk else self._begin(file)
        entry["valid"] = False
        entry["error"] = reason

    def show(self, outcome: Outcome) -> None:
        entry = self._files[-1] if self.bulk else self._begin(outcome.file)
        entry["valid"] &= outcome.report.valid
        kept, omitted = outcome.findings, outcome.report.omitted
        if self.bulk:
            kept = kept[: MOST - len(entry["findings"])]
            omitted += len(outcome.findings) - len(kept)
        for finding in kept:
            fields = finding.to_dict()
            fields["line"], fields["column"] = outcome.inside(finding) or (None, None)
            if outcome.record is not None:
                fields["record"] = outcome.record
            if outcome.entry is not None:
                fields["entry"], fields["side"] = outcome.entry, outcome.side
            entry["findings"].append(fields)
        if omitted:
            entry["omitted"] = entry.get("omitted", 0) + omitted

    def skip(self, number: int) -> None:
        super().skip(number)
        self._files[-1]["skipped"] = number

    def end(self) -> None:
        valid = all(entry["valid"] for entry in self._files)
        click.echo(json.dumps({"valid": valid, "files": self._files}, indent=2))
