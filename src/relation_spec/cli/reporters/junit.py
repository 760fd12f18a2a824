"""JUnit XML, which CI servers show as test results: a suite per file, a case per payload."""

import re
from typing import Any, Final
from xml.etree import ElementTree

import click

from relation_spec.cli.reporters import base
from relation_spec.cli.reporters.base import MOST, Outcome, complaint, counted, sentence

__all__ = ["Reporter"]

# what no XML 1.0 document may hold (section 2.2)
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


class Reporter(base.Reporter):
    """Collects the suites and writes them at the end.

    Valid payloads of a bulk file are counted, not listed; so are invalid ones, and messages of a recording, past a
    bound.
    """

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._root = ElementTree.Element("testsuites", name="relation-spec")
        self._suite = self._root

    def _begin(self, file: str) -> ElementTree.Element:
        self._suite = ElementTree.SubElement(
            self._root, "testsuite", name=_xml(file), tests="0", failures="0", errors="0", skipped="0"
        )
        return self._suite

    def begin_bulk(self, file: str) -> None:
        super().begin_bulk(file)
        self._begin(file)

    def end_bulk(self, file: str, total: int, invalid: int) -> None:
        super().end_bulk(file, total, invalid)
        _count(self._suite, "tests", total)
        _count(self._suite, "failures", invalid)
        listed = len(self._suite.findall("testcase/failure"))
        if invalid > listed:
            text = f"and {counted(invalid - listed, f'more invalid {self.noun}')}, not listed"
            ElementTree.SubElement(self._suite, "system-out").text = text

    def complain(self, file: str, kind: str, reason: str) -> None:
        suite = self._suite if self.bulk else self._begin(file)
        case = _case(suite, file, file)
        ElementTree.SubElement(case, "error", type=kind, message=_xml(complaint(kind, reason)))
        _count(suite, "tests", 1)
        _count(suite, "errors", 1)

    def show(self, outcome: Outcome) -> None:
        suite = self._suite if self.bulk else self._begin(outcome.file)
        if self.bulk and len(suite) >= MOST:
            return
        if not self.bulk:
            _count(suite, "tests", 1)
            _count(suite, "failures", not outcome.report.valid)
        name = outcome.of or (outcome.file if outcome.record is None else f"line {outcome.record}")
        case = _case(suite, outcome.file, name)
        said = [sentence(outcome, finding) for finding in outcome.findings]
        if outcome.report.omitted:
            said.append(f"and {counted(outcome.report.omitted, 'more finding')}, not shown")
        text = _xml("\n".join(said))
        if not outcome.report.valid:
            kind = outcome.findings[0].code
            ElementTree.SubElement(case, "failure", type=kind, message=_xml(said[0])).text = text
        elif text:
            ElementTree.SubElement(case, "system-out").text = text

    def end(self) -> None:
        for name in ("tests", "failures", "errors"):
            self._root.set(name, str(sum(int(suite.get(name, 0)) for suite in self._root)))
        ElementTree.indent(self._root)
        # bytes, since the first line promises an encoding that the terminal's need not be
        click.echo(ElementTree.tostring(self._root, encoding="utf-8", xml_declaration=True))


def _case(suite: ElementTree.Element, file: str, name: str) -> ElementTree.Element:
    """A test case; its time is not measured, but Surefire's readers ask for one."""
    return ElementTree.SubElement(suite, "testcase", classname=_xml(file), name=_xml(name), time="0.000")


def _count(suite: ElementTree.Element, name: str, more: int) -> None:
    suite.set(name, str(int(suite.get(name, 0)) + more))
