"""The contract as an OpenAPI document for other tools, in version 3.1 or 3.0, in one file without keywords of ours.

In: a document. Out: :class:`Exported`. Schemas are plain, one for each side where the sides differ; everything else is
as the contract has it, but for what 3.0 does not know. ``x-not-enforced`` lists what is left unsaid.
"""

import copy
from typing import Any, Final, Literal

from relation_spec import __version__
from relation_spec.contract import Document, Side, WrongCallError
from relation_spec.contract.document import target
from relation_spec.contract.pointer import join
from relation_spec.contract.vocabulary import EXTENSIONS, OBJECTS
from relation_spec.export.dialects import Lost, Translate, below
from relation_spec.export.exported import Exported
from relation_spec.export.merging import FROM
from relation_spec.export.message_rules import message_rules
from relation_spec.export.names import Named, named, referring
from relation_spec.export.openapi_objects import openapi_30_object
from relation_spec.export.openapi_schemas import openapi_30
from relation_spec.export.plain import Plain
from relation_spec.export.text_rules import texts_of
from relation_spec.export.unsaid import Unsaid, Unsaids, rules_at

__all__ = ["Version", "openapi"]

Version = Literal["3.1", "3.0"]
_VERSIONS: Final[dict[str, str]] = {"3.1": "3.1.0", "3.0": "3.0.3"}
_SIDES: Final[tuple[Side, ...]] = ("request", "response")
_NOT_ENFORCED: Final = "x-not-enforced"
_WHOLE: Final = (
    "whole numbers written with a point or an exponent (1.0) are no integers, by OpenAPI 3.0 and some validators"
)


def _openapi_31(schema: Any, lost: Lost) -> Any:
    """A plain schema in OpenAPI 3.1: as it is."""
    if not isinstance(schema, dict):
        return schema
    made = below(schema, lambda inner: _openapi_31(inner, lost))
    return {k: v for k, v in made.items() if k != FROM}


def openapi(document: Document, version: Version = "3.1", *, extensions: bool = False) -> Exported:
    """The whole contract as OpenAPI; with ``extensions`` our own keywords stay beside what they became.

    Raises:
        WrongCallError: for an unknown version.
    """
    if version not in _VERSIONS:
        raise WrongCallError(f"unknown version {version!r} of OpenAPI; known are {', '.join(_VERSIONS)}")
    builder = _Builder(document, version, extensions=extensions)
    value = builder.build()
    return Exported(f"OpenAPI {version} of {document.get('/info/title')}", value, builder.unsaid.entries())


class _Builder:
    def __init__(self, document: Document, version: Version, *, extensions: bool) -> None:
        self._document, self._version, self._extensions = document, version, extensions
        self._sides: dict[Side, Plain] = {side: Plain(document, side) for side in _SIDES}
        self._roots: dict[Side, list[Any]] = {side: [] for side in _SIDES}
        self._components: dict[str, dict[str, Any]] = {}
        self._open: dict[str, tuple[str, str]] = {}
        self._names = Named({}, {})
        self.unsaid = Unsaids()

    def build(self) -> dict[str, Any]:
        """The document."""
        source = self._document.to_dict()
        made = {k: v for k, v in source.items() if k not in ("paths", "webhooks", "components")}
        if "paths" in source:  # twice: first to learn which schemas are needed, then with their names
            self._map("PathItem", "/paths", "request")
            self._names = named(self._sides, self._roots)
            self._components, self._open = {}, {}
            made["paths"] = self._map("PathItem", "/paths", "request")
        components = dict(self._components)
        if self._names.schemas:
            components["schemas"] = {
                name: self._schema(schema, side) for name, (side, schema) in self._names.schemas.items()
            }
        held = source.get("components", {}).get("securitySchemes")
        if held:
            components["securitySchemes"] = {
                name: self._object("SecurityScheme", join("/components/securitySchemes", name), "request")
                for name in held
            }
        if components:
            made["components"] = components
        made = self._without_ours(made)
        made["openapi"] = _VERSIONS[self._version]
        if self._version == "3.0":
            made = openapi_30_object("OpenAPI", made)
        self._note()
        return self._headed(made)

    def _headed(self, made: dict[str, Any]) -> dict[str, Any]:
        info = dict(made["info"])
        entries = self.unsaid.entries()
        said = f"Exported by relation-spec {__version__}; do not edit."
        if entries:
            said += f" What this document does not say of the contract, {_NOT_ENFORCED} lists."
        info["description"] = f"{info['description']}\n\n{said}" if info.get("description") else said
        first = {"openapi": made.pop("openapi"), "info": info}
        made.pop("info")
        return {**first, **({_NOT_ENFORCED: [entry.to_dict() for entry in entries]} if entries else {}), **made}

    def _note(self) -> None:
        for plain in self._sides.values():
            self.unsaid.extend(plain.unsaid.entries())
        self.unsaid.extend(message_rules(self._document))
        for operation in self._document.operations.values():
            for entry in texts_of(operation, self._sides):
                self.unsaid.add(entry)
                if self._version == "3.0":
                    self.unsaid.add(entry._replace(code="type", reason=_WHOLE, stricter=True))

    def _without_ours(self, held: dict[str, Any]) -> dict[str, Any]:
        if self._extensions:
            return held
        return {k: v for k, v in held.items() if k not in EXTENSIONS}

    def _map(self, kind: str, pointer: str, side: Side) -> dict[str, Any]:
        return {
            name: self._object(kind, join(pointer, name), side)
            for name in self._document.get(pointer)
            if not (name.startswith("x-") and kind == "PathItem")
        }

    def _object(self, kind: str, pointer: str, side: Side) -> Any:
        """The object at ``pointer`` made for others; a reference becomes one to a component, or what it leads to."""
        held = self._document.get(pointer)
        if kind == "Schema":
            return self._root(pointer, side)
        if not isinstance(held, dict):
            return copy.deepcopy(held)
        if "$ref" in held:
            return self._reference(kind, held, side)
        made: dict[str, Any] = {}
        for field, value in held.items():
            shape, child = OBJECTS[kind].get(field, ("", ""))
            here = join(pointer, field)
            of = "response" if kind == "Operation" and field == "responses" else side
            if shape == "one":
                made[field] = self._object(child, here, of)
            elif shape == "list":
                made[field] = [self._object(child, join(here, i), of) for i in range(len(value))]
            elif shape == "map":
                made[field] = self._map(child, here, of)
            elif kind in ("Parameter", "Header", "MediaType") and field == "schema":
                made[field] = self._root(here, side)
            else:
                made[field] = copy.deepcopy(value)
        return self._without_ours(made)

    def _reference(self, kind: str, held: dict[str, Any], side: Side) -> Any:
        to = target(held["$ref"])
        parts = to.split("/")
        if len(parts) != 4 or parts[1] != "components" or parts[2] == "pathItems":
            return self._object(kind, to, side)
        section, name = parts[2], parts[3]
        if self._open.setdefault(to, (section, side)) != (section, side):
            return self._object(kind, to, side)  # used on both sides, and maybe in different forms
        within = self._components.setdefault(section, {})
        if name not in within:
            within[name] = {}
            within[name] = self._object(kind, to, side)
        return dict(held)

    def _root(self, pointer: str, side: Side) -> Any:
        schema = self._sides[side].at(pointer)
        self._roots[side].append(schema)
        return self._schema(schema, side)

    def _schema(self, schema: Any, side: Side) -> Any:
        def lost(source: str) -> None:
            for code, rule in rules_at(self._document, side, source):
                self.unsaid.add(Unsaid(code, rule, f"OpenAPI {self._version} has no words for it", side))

        translate: Translate = _openapi_31 if self._version == "3.1" else openapi_30
        names = self._names.names
        made = translate(referring(schema, lambda to: f"#/components/schemas/{names.get((side, to), to)}"), lost)
        return made if self._extensions else _without_extensions(made)


def _without_extensions(schema: Any) -> Any:
    if not isinstance(schema, dict):
        return schema
    made = below(schema, _without_extensions)
    return {k: v for k, v in made.items() if k not in EXTENSIONS}
