"""Payloads without what the header of an export says is refused: the proof that nothing else was the reason."""

import json
import re
from collections.abc import Callable
from typing import Any, Final

from lxml import etree

from relation_spec.contract.pointer import split
from relation_spec.export import Unsaid
from relation_spec.findings import Report
from relation_spec.media.xml_name import unescape

__all__ = ["Milder", "milder_json", "milder_xml"]

Milder = Callable[[Unsaid, bytes, Report], bytes | None]

_NIL: Final = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_NUMBER: Final = re.compile(r"\s*[+-]?[0-9]*\.?[0-9]*(?:[eE][+-]?[0-9]+)?\s*")


def milder_json(entry: Unsaid, body: bytes, report: Report) -> bytes | None:
    """The body with whole numbers written as such, where ``entry`` is about numbers that are not; else None."""
    if not entry.stricter or entry.code != "type":
        return None
    return json.dumps(_whole(json.loads(body))).encode()


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _whole(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def milder_xml(entry: Unsaid, body: bytes, report: Report) -> bytes | None:
    """The body without what ``entry`` is about, or None where there is no such thing in it."""
    change = _CHANGES.get(entry.code)
    if not entry.stricter or change is None:
        return None
    tree = etree.fromstring(body)
    before = etree.tostring(tree)
    change(tree, entry, report)
    after: bytes = etree.tostring(tree)
    return None if after == before else after


def _whole_numbers(tree: Any, entry: Unsaid, report: Report) -> None:
    for element in tree.iter(etree.Element):
        text = element.text or ""
        if len(element) or not _NUMBER.fullmatch(text) or not re.search(r"[.eE]", text):
            continue
        try:
            number = float(text)
        except ValueError:
            continue
        if number.is_integer():
            element.text = str(int(number))


def _no_attributes(tree: Any, entry: Unsaid, report: Report) -> None:
    for element in tree.iter(etree.Element):
        for name, value in element.attrib.items():
            if name != _NIL or value.strip() not in ("true", "1"):
                del element.attrib[name]


def _the_last_one(tree: Any, entry: Unsaid, report: Report) -> None:
    for element in list(tree.iter(etree.Element)):
        last = {child.tag: child for child in element}
        for child in list(element):
            if last[child.tag] is not child:
                element.remove(child)


def _no_unknown(tree: Any, entry: Unsaid, report: Report) -> None:
    places = [f.pointer for f in report.findings if (f.code, f.spec_pointer) == (entry.code, entry.pointer)]
    for place in places:
        here = tree
        for token in split(place):
            found = [child for child in here if unescape(etree.QName(child).localname) == token]
            here = found[-1]
        here.getparent().remove(here)


_CHANGES: Final[dict[str, Callable[[Any, Unsaid, Report], None]]] = {
    "type": _whole_numbers,
    "unknown-attribute": _no_attributes,
    "duplicate-key": _the_last_one,
    "unknown-property": _no_unknown,
}
