"""JUnit XML, which CI servers show as test results: a suite per file, a case per payload."""

import re
from typing import Any, Final
from xml.etree import ElementTree

import click

from relation_spec.cli.reporters import base
from relation_spec.cli.reporters.base import Outcome

__all__ = ["Reporter"]

_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


class Reporter(base.Reporter):
    """Collects the suites and writes them at the end; valid payloads of a bulk file are counted, not listed."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._root = ElementTree.Element("testsuites", name="relation-spec")
        self._suites: dict[str, ElementTree.Element] = {}
        self._counts: dict[str, list[int]] = {}

    def _suite(self, file: str) -> ElementTree.Element:
        if file not in self._suites:
            self._suites[file] = ElementTree.SubElement(self._root, "testsuite", name=_xml(file))
            self._counts[file] = [0, 0]
        return self._suites[file]

    def begin_bulk(self, file: str) -> None:
        super().begin_bulk(file)
        self._suite(file)

    def end_bulk(self, file: str, total: int, invalid: int) -> None:
        super().end_bulk(file, total, invalid)
        self._counts[file] = [total, invalid]

    def show(self, outcome: Outcome) -> None:
        suite = self._suite(outcome.file)
        if not self.bulk:
            self._counts[outcome.file][0] += 1
            self._counts[outcome.file][1] += not outcome.report.valid
        name = outcome.file if outcome.record is None else f"line {outcome.record}"
        case = ElementTree.SubElement(suite, "testcase", classname=_xml(outcome.file), name=_xml(name))
        text = _xml("\n".join(map(str, outcome.findings)))
        if not outcome.report.valid:
            failure = ElementTree.SubElement(case, "failure", message=_xml(str(outcome.report.findings[0])))
            failure.text = text
        elif text:
            ElementTree.SubElement(case, "system-out").text = text

    def end(self) -> None:
        for file, (total, invalid) in self._counts.items():
            self._suites[file].set("tests", str(total))
            self._suites[file].set("failures", str(invalid))
        self._root.set("tests", str(sum(total for total, _ in self._counts.values())))
        self._root.set("failures", str(sum(invalid for _, invalid in self._counts.values())))
        ElementTree.indent(self._root)
        click.echo('<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(self._root, encoding="unicode"))
