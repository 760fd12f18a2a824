"""Validate files by an XML Schema with lxml: ``validate_xml.py SCHEMA FILE...``; says of each what came of it."""

import sys

from lxml import etree

schema = etree.XMLSchema(etree.parse(sys.argv[1]))
for file in sys.argv[2:]:
    print(file, "valid" if schema.validate(etree.parse(file)) else f"refused: {schema.error_log[0].message}")
