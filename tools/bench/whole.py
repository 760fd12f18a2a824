"""Whole requests to measure with, made from the contract alone: good ones, and ones with a fault in three layers.

A request asks as the contract's examples do: by the select parameter, with credentials of the first scheme, and with
the first header parameter. The faults are such that a validator of plain OpenAPI finds them too.
"""

import base64
import json
import re
from typing import Any, Final, NamedTuple
from urllib.parse import quote

import relation_spec
from relation_spec.contract.document import Parameter
from tools.bench.export import Schema, export
from tools.bench.payloads import Material, compact

__all__ = ["LAYERS", "Asked", "good", "plain_document", "without_credentials", "wrong"]

LAYERS: Final = ("query", "header", "body")
"""Where the faults of :func:`wrong` are, each layer once."""

_ODD: Final = "{}"


class Asked(NamedTuple):
    """A request in parts, as every contender can be given it."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    def ours(self) -> relation_spec.Request:
        """The request as this package takes it."""
        query = "&".join(f"{quote(name, '$')}={quote(text, ',/')}" for name, text in self.query.items())
        return relation_spec.Request(self.method, f"{self.path}?{query}", self.headers, self.body)

    def to_json(self) -> dict[str, Any]:
        """The parts, for another process."""
        return {**self._asdict(), "body": self.body.decode()}


def good(material: Material, value: Any, number: int) -> Asked:
    """A request without any finding; ``number`` makes its credentials different from others'."""
    operation = _operation(material)
    query = {p.name: _example(material, p) for p in operation.parameters if p.location == "query"}
    language = next(p for p in operation.parameters if p.location == "header")
    answer = next(iter(operation.response(200).content))
    secret = base64.b64encode(f"user{number}:secret".encode()).decode()
    headers = {
        "Authorization": f"{operation.security[0][0].scheme.title()} {secret}",
        "Accept": answer,
        language.name: _example(material, language),
        "Content-Type": material.media,
    }
    return Asked(operation.method, operation.path, query, headers, compact(value))


def wrong(material: Material, value: Any, number: int) -> Asked:
    """A request with one fault in each layer of :data:`LAYERS`: an empty name, a text out of its form, a wrong type.

    Raises:
        LookupError: where the contract has no header whose form can be broken.
    """
    asked = good(material, material.broken(value, 1), number)
    for parameter in _operation(material).parameters:
        pattern = _schema(material, parameter).get("pattern")
        if parameter.location == "header" and pattern and not re.search(pattern, _ODD):
            query = {name: f",{text}" for name, text in asked.query.items()}
            return asked._replace(query=query, headers={**asked.headers, parameter.name: _ODD})
    raise LookupError("the contract has no header parameter with a pattern")


def without_credentials(asked: Asked) -> Asked:
    """The same request by nobody."""
    return asked._replace(headers={name: text for name, text in asked.headers.items() if name != "Authorization"})


def plain_document(material: Material) -> dict[str, Any]:
    """The operation's requests as OpenAPI without keywords of ours: parameters, credentials, and the plain schema."""
    operation, document = _operation(material), material.contract.document
    schemas = {**material.schema["$defs"], "BenchBody": _without(material.schema)}
    parameters = [
        {
            **{key: held for key, held in document.get(p.pointer).items() if not key.startswith("x-")},
            "schema": _without(_schema(material, p)),
        }
        for p in operation.parameters
    ]
    schemes = {scheme.name: document.get(scheme.pointer) for way in operation.security for scheme in way}
    made = {
        "parameters": parameters,
        "security": [{scheme.name: [] for scheme in way} for way in operation.security],
        "requestBody": {"content": {material.media: {"schema": {"$ref": "#/components/schemas/BenchBody"}}}},
        "responses": {"200": {"description": "ok"}},
    }
    whole = {
        "openapi": "3.1.0",
        "info": {"title": "bench", "version": "1"},
        "servers": [{"url": "/"}],
        "paths": {operation.path: {operation.method.lower(): made}},
        "components": {"schemas": schemas, "securitySchemes": schemes},
    }
    plain: dict[str, Any] = json.loads(json.dumps(whole).replace("#/$defs/", "#/components/schemas/"))
    return plain


def _operation(material: Material) -> Any:
    document = material.contract.document
    return document.operation(next(iter(document.operations)))


def _example(material: Material, parameter: Parameter) -> str:
    held = material.contract.document.get(parameter.pointer)["example"]
    return ",".join(held) if isinstance(held, list) else str(held)


def _schema(material: Material, parameter: Parameter) -> Schema:
    assert parameter.schema is not None
    return export(material.contract.document, "request", parameter.schema)


def _without(schema: Schema) -> Schema:
    return {key: held for key, held in schema.items() if key not in ("$schema", "$defs")}
