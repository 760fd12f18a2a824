"""The XML Schema of a body: one document for one side, in version 1.0 or 1.1 (XML Schema part 1).

In: a document, an operation and a side. Out: :class:`Exported`, whose comment lists what the schema does not say, and
what it refuses although the contract takes it.
"""

from collections.abc import Iterator
from typing import Any, Final

from relation_spec import __version__
from relation_spec.contract import Document, Operation, Side, WrongCallError
from relation_spec.export.exported import Exported
from relation_spec.export.markup import comment, node
from relation_spec.export.markup import document as written
from relation_spec.export.names import named
from relation_spec.export.plain import Plain
from relation_spec.export.schema_document import body_of, media_of
from relation_spec.export.text_rules import has_integers, nests_deeper
from relation_spec.export.unsaid import Unsaid, Unsaids, lines
from relation_spec.export.xml_types import Writing, XmlTypes
from relation_spec.limits import MAX_BODY_BYTES, MAX_DEPTH
from relation_spec.media import media_type
from relation_spec.media.shape import SEPARATOR, qualified, root_name, shape_of

__all__ = ["VERSIONS", "xsd"]

VERSIONS: Final = ("1.0", "1.1")
_XSD: Final = "http://www.w3.org/2001/XMLSchema"
_VERSIONING: Final = "http://www.w3.org/2007/XMLSchema-versioning"


def xsd(source: Document, operation: Operation, side: Side, status: int, version: str) -> Exported:
    """The schema of the XML bodies of one side.

    Raises:
        WrongCallError: for an unknown version, where the contract describes no such body, and where elements of one
            body are in several namespaces.
    """
    if version not in VERSIONS:
        raise WrongCallError(f"unknown version {version!r} of XML Schema; known are {', '.join(VERSIONS)}")
    body = body_of(operation, side, status)
    media, pointer = media_of(body, media_type.is_xml, "XML body")
    held = source.get(body.content[media].pointer)
    shape = shape_of(source, (pointer,))
    root = shape.wire or qualified(shape.namespace, root_name(source, pointer))
    plain = Plain(source, side)
    writing = Writing(
        version == "1.1",
        held.get("x-null") == "xsi-nil",
        held.get("x-names") == "escaped",
        root.rpartition(SEPARATOR)[0],
        source.severity("duplicate-key", side) != "error",
        source.severity("unknown-attribute", side) != "error",
    )
    schema = {"$ref": pointer}
    names = named({side: plain}, {side: [schema]}).names
    types = XmlTypes(plain, writing, {to: name for (_, to), name in names.items()})
    top = types.element(root, plain.at(pointer), shape, "")
    entries = _entries(types, plain, writing, body.pointer, plain.at(pointer))
    name = f"{operation.operation_id} {side}" + (f" {status}" if side == "response" else "")
    info = source.get("/info")
    head = [f"{name} of {info['title']} {info['version']}, exported by relation-spec {__version__}; do not edit."]
    space = {"targetNamespace": writing.namespace, "xmlns:t": writing.namespace} if writing.namespace else {}
    minimum = {"xmlns:vc": _VERSIONING, "vc:minVersion": "1.1"} if writing.exact else {}
    made = node("xs:schema", top, *types.definitions(), **{"xmlns:xs": _XSD, **space, **minimum})
    text = written(made, comment(head + lines(entries)))
    return Exported(f"XML Schema {version} of {name}", None, entries, text)


def _entries(types: XmlTypes, plain: Plain, writing: Writing, pointer: str, root: Any) -> tuple[Unsaid, ...]:
    found = Unsaids()
    refused = {(entry.code, entry.pointer) for entry in types.unsaid.entries() if entry.stricter}
    found.extend(types.unsaid.entries())
    # a warning of what is refused anyway is never given
    found.extend(e for e in plain.unsaid.entries() if (e.code, e.pointer) not in refused)
    deeper = types.is_open or nests_deeper(plain, root, closed=True)
    found.extend(_texts(plain, writing, pointer, root, deeper=deeper))
    return found.entries()


def _texts(plain: Plain, writing: Writing, pointer: str, root: Any, *, deeper: bool) -> Iterator[Unsaid]:
    """What is left to readers of XML, and what of the way values are written is refused."""
    side, document = plain.side, plain.document
    mild = {
        "encoding": "the reader of the text decides which encoding counts",
        "malformed": "the reader of the text decides: encodings, versions, document types and entities",
        "too-large": f"a text of more than {MAX_BODY_BYTES} bytes is not limited",
    }
    if deeper:
        mild["too-deep"] = f"nesting deeper than {MAX_DEPTH} is not limited"
    if writing.attributes:
        mild["unknown-attribute"] = "unknown attributes stand where elements do"
    if writing.exact and writing.repeats:
        mild["duplicate-key"] = "an element may stand twice"
    for code, reason in mild.items():
        severity = document.severity(code, side)
        if severity != "none":
            yield Unsaid(code, pointer, reason + (" (a warning only)" * (severity == "warning")), side, "text")
    strict = {"unknown-attribute": "attributes on elements that hold a text, even XML's own, and xsi:nil on non-nulls"}
    if has_integers(plain, root):
        strict["type"] = "a whole number written with a point or an exponent (5.0, 5e0) is none to XML Schema"
    if writing.repeats:
        strict["duplicate-key"] = "in XML Schema 1.0 an element that comes in any order stands once"
        if writing.exact:
            strict["duplicate-key"] = (
                "of an element that stands twice both values are judged, though the last one counts"
            )
    for code, reason in strict.items():
        yield Unsaid(code, pointer, reason, side, "text", stricter=True)
