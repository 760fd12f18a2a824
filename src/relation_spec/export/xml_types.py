"""The types of XML Schema for the bodies of one side: what stands in elements and attributes, by the schema's shape.

In: plain schemas and the shapes by which this package reads XML (:mod:`relation_spec.media.shape`). Out: type
definitions, and what they do not say. In 1.0 an object is an ``xs:all``: its elements come in any order, each once.
In 1.1 they may repeat and others may stand between them, as the contract lets them.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from relation_spec.contract import WrongCallError
from relation_spec.contract.pointer import join
from relation_spec.export.markup import Node, node
from relation_spec.export.merging import FROM, Schema, annotations
from relation_spec.export.plain import Plain
from relation_spec.export.unsaid import Unsaid, Unsaids, rules_at
from relation_spec.export.xml_values import SAID, restriction
from relation_spec.media.shape import SEPARATOR, Shape, shape_of
from relation_spec.media.xml_name import escape, is_name

__all__ = ["Writing", "XmlTypes"]

_XML: Final = "http://www.w3.org/XML/1998/namespace"
_NO_WORDS: Final = "XML Schema has no words for it"
_ANY_NAME: Final = "entries of a map are elements of any name, to which XML Schema gives no type"
_OBJECT_SAYS: Final = frozenset(("type", "properties", "required", "additionalProperties", "unevaluatedProperties"))


class Writing(NamedTuple):
    """How messages are written, and for whom the schema is.

    Attributes:
        exact: for XML Schema 1.1.
        nil: whether ``xsi:nil`` means null.
        escaped: whether names are escaped as in .NET.
        namespace: of the root element, or ``""``.
        repeats: whether an element that stands twice leaves a body valid.
        attributes: whether unknown attributes do.
    """

    exact: bool
    nil: bool
    escaped: bool
    namespace: str
    repeats: bool
    attributes: bool


class XmlTypes:
    """Makes type definitions; ``names`` maps pointers of schemas to names of types.

    Attributes:
        made: the named types so far.
        unsaid: what they do not say.
        is_open: whether any of them lets elements stand that it does not describe.
    """

    def __init__(self, plain: Plain, writing: Writing, names: dict[str, str]) -> None:
        self._plain, self._writing, self._names = plain, writing, names
        self.made: dict[str, Node] = {}
        self.unsaid = Unsaids()
        self.is_open = False
        self._prefix = "t:" if writing.namespace else ""

    def lost(self, source: str, reason: str = _NO_WORDS, places: tuple[str, ...] = ()) -> None:
        """Note every rule of the keyword or schema at ``source``."""
        for code, rule in rules_at(self._plain.document, self._plain.side, source):
            self.unsaid.add(Unsaid(code, rule, reason, self._plain.side, places=places))

    def element(self, wire: str, schema: Any, shape: Shape, place: str, **occurs: Any) -> Node:
        """The declaration of an element called ``wire``; ``place`` is where its values stand, as a pattern."""
        namespace, _, local = wire.rpartition(SEPARATOR)
        if namespace not in ("", self._writing.namespace):
            said = f"the element {local} is in the namespace {namespace}, and one XML Schema declares one namespace"
            raise WrongCallError(said)
        form = "qualified" if namespace and occurs else None
        inner, nullable = self._without_null(schema)
        nullable = nullable or "null" in (shape.types or ())
        name, inline = self._type(inner, shape, place)
        about = self._about(schema)
        nillable = "true" if nullable and self._writing.nil else None
        below = [item for item in (about, *inline) if item is not None]
        return node("xs:element", *below, name=local, type=name, nillable=nillable, form=form, **occurs)

    def _about(self, schema: Any) -> Node | None:
        text = schema.get("description") if isinstance(schema, dict) else None
        return text and node("xs:annotation", Node("xs:documentation", {}, text))

    def _without_null(self, schema: Any) -> tuple[Any, bool]:
        """``schema``, or its one alternative beside null."""
        if not isinstance(schema, dict):
            return schema, False
        for keyword in ("anyOf", "oneOf"):
            branches = schema.get(keyword, ())
            real = [b for b in branches if not (isinstance(b, dict) and b.get("type") == "null")]
            rest = schema.keys() - {keyword, FROM} - annotations(schema).keys()
            if len(branches) == 2 and len(real) == 1 and not rest:
                return real[0], True
        return schema, False

    def _type(self, schema: Any, shape: Shape, place: str) -> tuple[str | None, list[Node]]:
        """The name of a type, or its definition right here."""
        resolved = self._plain.resolved(schema)
        if not isinstance(resolved, dict):
            self.is_open = True
            return "xs:anyType", []
        self._entries(resolved, place)
        kind = self._kind(resolved, shape)
        if kind in ("any", "array") or not isinstance(schema, dict) or "$ref" not in schema:
            made = self._definition(resolved, shape, kind, place)
            return ("xs:anyType", []) if made is None else (None, [made])
        name = self._names[schema["$ref"]]
        if name not in self.made:
            self.made[name] = node("xs:complexType")  # a type may refer to itself
            own = shape_of(self._plain.document, (schema["$ref"],))
            made = self._definition(self._plain.at(schema["$ref"]), own, kind, place)
            self.made[name] = (made or self.made[name])._replace(attributes={"name": name})
        return self._prefix + name, []

    def _kind(self, schema: Schema, shape: Shape) -> str:
        kinds = set(shape.types or ()) - {"null"}
        if "number" in kinds:
            kinds.discard("integer")
        if len(kinds) == 1:
            kind = kinds.pop()
            return kind if kind != "array" or shape.wrapped else "any"
        # what may be a text or a number is read as either, so that every text is one
        return "text" if "string" in kinds and not kinds & {"object", "array"} else "any"

    def _definition(self, schema: Any, shape: Shape, kind: str, place: str) -> Node | None:
        schema = self._plain.resolved(schema)
        if kind == "object":
            return self._object(schema, shape, place)
        if kind == "array":
            return self._wrapped(schema, shape, place)
        if kind in SAID:
            lost: list[str] = []
            made = node("xs:simpleType", restriction(schema, kind, lost))
            for source in lost:
                self.lost(source)
            return made
        for keyword, source in schema.get(FROM, {}).items():
            if keyword != "type" or kind == "any":
                self.lost(source)
        if kind == "text":
            return node("xs:simpleType", node("xs:restriction", base="xs:string"))
        return None

    def _any_attribute(self) -> Node:
        """Attributes of XML itself may stand everywhere; all others where unknown ones are no error."""
        only = None if self._writing.attributes else _XML
        return node("xs:anyAttribute", namespace=only, processContents="skip")

    def _entries(self, schema: Schema, place: str) -> None:
        """Note what is lost of the entries of a map that stands at ``place``."""
        others = schema.get("additionalProperties", schema.get("unevaluatedProperties"))
        source = schema.get(FROM, {})
        for keyword in ("additionalProperties", "unevaluatedProperties"):
            if isinstance(others, dict) and keyword in source:
                self.lost(source[keyword], _ANY_NAME, (f"{place}/*",))

    def _wrapped(self, schema: Schema, shape: Shape, place: str) -> Node:
        items = schema.get("items", True)
        tag = shape.items.wire or shape.wire or "item"
        occurs = {"minOccurs": schema.get("minItems", 0), "maxOccurs": schema.get("maxItems", "unbounded")}
        for keyword, source in schema.get(FROM, {}).items():
            if keyword not in ("type", "items", "minItems", "maxItems"):
                self.lost(source)
        item = self.element(tag, items, shape.items, f"{place}/*", **occurs)
        reason = f"items in an element of their own are called {item.attributes['name']} here, as they are written"
        source = schema.get(FROM, {}).get("items", "")
        self.unsaid.add(Unsaid("unknown-property", source, reason, self._plain.side, stricter=True))
        return node("xs:complexType", node("xs:sequence", item), self._any_attribute())

    def _object(self, schema: Schema, shape: Shape, place: str) -> Node:
        source = schema.get(FROM, {})
        for keyword in source:
            if keyword not in _OBJECT_SAYS and not keyword.startswith("x-"):
                self.lost(source[keyword])
        required = schema.get("required", [])
        attributes, elements, counts = [], [], []
        repeats = False
        for name, held in schema.get("properties", {}).items():
            below = shape.properties.get(name)
            if held is False or below is None:
                continue
            here = join("**", name)
            if below.attribute:
                attributes.append(self._attribute(below.wire_for(name), held, below, name in required))
            elif below.is_array and not below.wrapped:
                elements.append(self._repeated(name, held, below, here, name in required))
                repeats = True
                sources = self._plain.resolved(held).get(FROM, {})
                counts += [sources[keyword] for keyword in ("minItems", "maxItems") if keyword in sources]
            elif (wire := self._wire(name, below)) is not None:
                most = "unbounded" if self._writing.exact and self._writing.repeats else None
                least = None if name in required else "0"
                elements.append(self.element(wire, held, below, here, minOccurs=least, maxOccurs=most))
        if [name for name in required if name not in schema.get("properties", {})]:
            self.lost(source["required"])
        others = schema.get("additionalProperties", schema.get("unevaluatedProperties", True))
        model = self._model(elements, source, is_open=others is not False, repeats=repeats, counts=counts)
        return node("xs:complexType", model, *attributes, self._any_attribute())

    def _wire(self, name: str, shape: Shape) -> str | None:
        """The name of a property's element; None where XML has none for it."""
        wire = shape.wire_for(name)
        namespace, sign, local = wire.rpartition(SEPARATOR)
        if not is_name(local) or (self._writing.escaped and "_x" in local):
            local = escape(local) if self._writing.escaped else ""
        return f"{namespace}{sign}{local}" if local else None

    def _attribute(self, wire: str, schema: Any, shape: Shape, required: bool) -> Node:
        namespace, _, local = wire.rpartition(SEPARATOR)
        resolved = self._plain.resolved(schema)
        kind = self._kind(resolved, shape)
        made = self._definition(resolved, shape, kind if kind in SAID else "text", "")
        use, form = "required" if required else None, "qualified" if namespace else None
        return node("xs:attribute", self._about(schema), made, name=local, use=use, form=form)

    def _repeated(self, name: str, schema: Any, shape: Shape, place: str, required: bool) -> Node:
        """An array without an element of its own: an element for each item."""
        resolved = self._plain.resolved(schema)
        source = resolved.get(FROM, {})
        for keyword in source:
            if keyword not in ("type", "items", "minItems", "maxItems"):
                self.lost(source[keyword])
        least = resolved.get("minItems", 0)
        if least > 1 and not required:  # none at all, or so many
            self.lost(source["minItems"])
        occurs = {
            "minOccurs": max(least, 1) if required else 0,
            "maxOccurs": resolved.get("maxItems", "unbounded"),
        }
        wire = shape.items.wire_for(shape.wire_for(name))
        return self.element(wire, resolved.get("items", True), shape.items, f"{place}/*", **occurs)

    def _model(
        self, elements: list[Node], source: dict[str, str], *, is_open: bool, repeats: bool, counts: list[str]
    ) -> Node | None:
        """The content of an object: its elements, and others where it is open."""
        often = {"minOccurs": "0", "maxOccurs": "unbounded"}
        others = node("xs:any", processContents="skip", **often)
        self.is_open |= is_open and (self._writing.exact or not elements)
        if not elements:
            # a group of nothing but xs:any is taken for no group at all by some, who let texts stand there
            anything = node("xs:sequence", node("xs:sequence", node("xs:any", processContents="skip"), **often))
            return anything if is_open else None
        if self._writing.exact:
            return node("xs:all", *elements, others if is_open else None)
        if is_open:
            self._stricter("unknown-property", source.get("x-closed", source.get("properties", "")))
        if not repeats:
            return node("xs:all", *elements)
        # in 1.0 no element of an xs:all repeats; a free choice says neither which must be there nor how many
        for place in [*filter(None, [source.get("required")]), *counts]:
            self.lost(place, "XML Schema 1.0 says so only of elements that do not repeat")
        free = [item._replace(attributes=_without_counts(item.attributes)) for item in elements]
        return node("xs:choice", *free, minOccurs="0", maxOccurs="unbounded")

    def _stricter(self, code: str, source: str) -> None:
        reason = "XML Schema 1.0 cannot let unknown elements stand between known ones in any order"
        self.unsaid.add(Unsaid(code, source, reason, self._plain.side, stricter=True))

    def definitions(self) -> Iterator[Node]:
        """All types that were named."""
        yield from self.made.values()


def _without_counts(attributes: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in attributes.items() if name not in ("minOccurs", "maxOccurs")}
