"""The format for programs: one JSON object, written when all is judged."""

import json
from typing import Any, Final

import click

from relation_spec.cli.reporters import base
from relation_spec.cli.reporters.base import Outcome

__all__ = ["Reporter"]

_MOST: Final = 1000  # findings of one file that are kept, so that memory stays bounded


class Reporter(base.Reporter):
    """Collects ``{"valid", "files": [{"file", "valid", "findings": [...]}]}``; a bulk file's findings name the
    ``record`` (the line in the file), and past a bound they are counted as ``omitted``."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._files: dict[str, dict[str, Any]] = {}

    def begin_bulk(self, file: str) -> None:
        super().begin_bulk(file)
        self._files.setdefault(file, {"file": file, "valid": True, "findings": [], "omitted": 0})

    def show(self, outcome: Outcome) -> None:
        entry = self._files.setdefault(
            outcome.file, {"file": outcome.file, "valid": True, "findings": [], "omitted": 0}
        )
        entry["valid"] &= outcome.report.valid
        entry["omitted"] += outcome.report.omitted
        for finding in outcome.findings:
            if len(entry["findings"]) >= _MOST:
                entry["omitted"] += 1
                continue
            fields = finding.to_dict()
            fields["line"] = outcome.line(finding)
            if outcome.record is not None:
                fields["record"] = outcome.record
            entry["findings"].append(fields)

    def end(self) -> None:
        for entry in self._files.values():
            if not entry["omitted"]:
                del entry["omitted"]
        files = list(self._files.values())
        click.echo(json.dumps({"valid": all(f["valid"] for f in files), "files": files}, indent=2))
