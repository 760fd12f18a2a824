"""Patterns in XML Schema's regular expressions, which have no anchors (part 2 appendix F), as libxml2 reads them."""

import re

import pytest
from lxml import etree

from relation_spec.export.xml_patterns import xml_pattern
from relation_spec.schema.patterns import compile_pattern, portable
from relation_spec.schema.rules import text_format
from tests.test_format_patterns import FORMS, PATTERNS, PROBES, texts

XSD = "http://www.w3.org/2001/XMLSchema"
# libxml2 takes https://h:8a/, and no escape for the end of a range
LOST_BY_LIBXML2 = {"uri", "^[\\t-\\r]$"}


def schema_of(pattern: str) -> etree.XMLSchema:
    root = etree.Element(f"{{{XSD}}}schema", nsmap={"xs": XSD})
    kind = etree.SubElement(etree.SubElement(root, f"{{{XSD}}}element", name="r"), f"{{{XSD}}}simpleType")
    held = etree.SubElement(kind, f"{{{XSD}}}restriction", base="xs:string")
    etree.SubElement(held, f"{{{XSD}}}pattern", value=pattern)
    return etree.XMLSchema(etree.fromstring(etree.tostring(root)))


def carried(text: str) -> etree._Element | None:
    element = etree.Element("r")
    try:
        element.text = text
    except ValueError:  # no character of XML
        return None
    return element


@pytest.mark.parametrize("name", sorted(FORMS.keys() - LOST_BY_LIBXML2))
def test_a_format_is_the_same_there(name: str) -> None:
    form = text_format(*FORMS[name])
    assert form is not None
    pattern = xml_pattern(f"^(?:{form.pattern})$")
    assert pattern is not None
    schema, count = schema_of(pattern), 0
    for text in texts(name, form):
        if (element := carried(text)) is not None and not (form.beyond and ":60" in text):
            assert schema.validate(element) == form.check(text), text
            count += 1
    assert count > 1000


@pytest.mark.parametrize("pattern", [pattern for pattern in PATTERNS if pattern not in LOST_BY_LIBXML2])
def test_a_pattern_is_the_same_there_or_is_told_to_be_unsayable(pattern: str) -> None:
    made = xml_pattern(portable(pattern).pattern)
    if made is None:
        assert re.search(r"\(\?[=!<]|\\b|\\1|\$.|.\^|\||\\v", pattern)
        return
    schema, search = schema_of(made), compile_pattern(pattern).search
    for text in PROBES:
        element = carried(text)
        if element is not None and "\r" not in text:  # which XML reads as a line feed
            assert schema.validate(element) == bool(search(text)), text
