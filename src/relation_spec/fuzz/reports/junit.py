"""The report in JUnit XML, which CI servers show as test results: a test case for each check.

It keeps to the schemas of Jenkins' xUnit plugin and of Maven Surefire at once.
"""

import re
from typing import Any, Final
from xml.etree import ElementTree

from relation_spec.fuzz.checks import CHECKS
from relation_spec.fuzz.model import Result
from relation_spec.fuzz.showing import Shower

__all__ = ["written"]

# what no XML 1.0 document may hold (section 2.2)
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def written(result: Result, shower: Shower) -> str:
    """The report as JUnit XML."""
    held = shower.result(result)
    missing = [*([held["untested"]] if held["untested"] is not None else []), *held["holes"]]
    seconds = f"{result.seconds:.3f}"
    root = ElementTree.Element("testsuites", name="relation-spec fuzz", time=seconds)
    suite = ElementTree.SubElement(root, "testsuite", name=_xml(f"relation-spec fuzz {result.target}"), time=seconds)
    properties = ElementTree.SubElement(suite, "properties")
    for name in ("seed", "cases", "requests", "digest"):
        ElementTree.SubElement(properties, "property", name=name, value=_xml(str(held[name])))
    for name, about in CHECKS.items():
        case = _case(suite, name)
        found = [one for one in held["defects"] if one["check"] == name]
        if found:
            _say(case, "failure", name, f"{len(found)} found; {about.looks_for}", "\n\n".join(map(_told, found)))
        elif held["untested"] is not None:
            ElementTree.SubElement(case, "skipped", message="nothing was tested")
        elif name not in result.checks:
            ElementTree.SubElement(case, "skipped", message="not asked for")
    case = _case(suite, "everything was tried")
    if missing:
        _say(case, "error", "untried", "; ".join(missing), "")
    for element in (root, suite):
        for name, children in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
            element.set(name, str(len(suite.findall(f".//{children}"))))
    suite.set("skipped", str(len(suite.findall(".//skipped"))))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _case(suite: ElementTree.Element, name: str) -> ElementTree.Element:
    return ElementTree.SubElement(suite, "testcase", classname="relation-spec.fuzz", name=name, time="0.000")


def _say(case: ElementTree.Element, tag: str, kind: str, message: str, text: str) -> None:
    ElementTree.SubElement(case, tag, type=kind, message=_xml(message)).text = _xml(text)


def _told(one: dict[str, Any]) -> str:
    flaky = " (flaky: it did not show again)" if one["flaky"] else ""
    rule = f"rule: line {one['spec_line']} of the contract, {one['spec_pointer']}"
    return f"{one['title']}{flaky}\n{one['message']}\n{rule}\n{one['curl']}"


def _xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
