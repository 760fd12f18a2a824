"""pydantic: models made from the schema, as a person would write them; strict, with real dates and addresses."""

from datetime import datetime
from typing import Annotated, Any, Literal

import pydantic
from pydantic import AnyUrl, ConfigDict, Field, TypeAdapter, ValidationError, create_model

from tools.bench.export import DATE_TIME, Schema
from tools.bench.payloads import Material
from tools.bench.peers import Peer, UnfitError


def adapt(material: Material) -> Peer:
    """One adapter, made once; its answer by exception is turned into a verdict."""
    adapter: TypeAdapter[Any] = TypeAdapter(_Models(material.schema).type_of(material.schema, "Root"))
    validate_json, validate_python = adapter.validate_json, adapter.validate_python

    def of_bytes(body: bytes) -> bool:
        try:
            validate_json(body)
        except ValidationError:
            return False
        return True

    def of_value(value: Any) -> bool:
        try:
            validate_python(value)
        except ValidationError:
            return False
        return True

    def faults(value: Any) -> list[tuple[Any, str]]:
        try:
            validate_python(value)
        except ValidationError as error:
            return [(each["loc"], each["msg"]) for each in error.errors(include_url=False, include_context=False)]
        return []

    return Peer(f"pydantic {pydantic.VERSION}", {"bytes": of_bytes, "value": of_value, "faults": faults})


class _Models:
    """Types from the plain schema: a model for each object with described properties."""

    def __init__(self, root: Schema) -> None:
        self._root = root
        self._made: dict[str, Any] = {}

    def type_of(self, schema: Any, name: str) -> Any:
        """The type that takes what ``schema`` takes."""
        if "$ref" in schema:
            target = schema["$ref"].rpartition("/")[2]
            if target not in self._made:
                self._made[target] = self.type_of(self._root["$defs"][target], target)
            return self._made[target]
        types = schema.get("type", ())
        found = [self._one(kind, schema, name) for kind in ([types] if isinstance(types, str) else types)]
        if "const" in schema:
            found = [Literal[schema["const"]]]
        if not found:
            raise UnfitError(f"pydantic: no model for {schema}")
        made = found[0]
        for other in found[1:]:
            made = made | other
        return made

    def _one(self, kind: str, schema: Schema, name: str) -> Any:
        match kind:
            case "null":
                return None
            case "boolean":
                return bool
            case "integer":
                return Annotated[int, Field(strict=True, ge=schema.get("minimum"), le=schema.get("maximum"))]
            case "number":
                return Annotated[float, Field(ge=schema.get("minimum"), le=schema.get("maximum"))]
            case "string":
                return self._text(schema)
            case "object":
                return self._object(schema, name)
        raise UnfitError(f"pydantic: no type for {schema}")

    def _text(self, schema: Schema) -> Any:
        if "enum" in schema:
            return Literal[tuple(schema["enum"])]
        if DATE_TIME in (schema.get("$comment"), schema.get("format")):
            return datetime
        if schema.get("format") == "uri":
            return AnyUrl
        return Annotated[str, Field(strict=True, pattern=schema.get("pattern"), max_length=schema.get("maxLength"))]

    def _object(self, schema: Schema, name: str) -> Any:
        others = schema.get("additionalProperties")
        if "properties" not in schema:
            item: Any = self.type_of(others, f"{name}Item") if isinstance(others, dict) else Any
            return dict[str, item]
        required = schema.get("required", ())
        fields: Any = {
            f"field_{number}": (
                self.type_of(held, f"{name}Field{number}"), Field(... if key in required else None, alias=key)
            )
            for number, (key, held) in enumerate(schema["properties"].items())
        }  # fmt: skip
        config = ConfigDict(extra="forbid" if others is False else "ignore")
        return create_model(name, __config__=config, **fields)
