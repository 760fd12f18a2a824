"""The accepting engine: msgspec types compiled from the schema, which say yes in one pass over the bytes or the value.

It may say yes only where the judge does. What a type cannot say exactly makes it say no, which means "ask the
explaining engine", never "invalid". Two tiers: *valid* accepts what has no error, *clean* what has no finding at all.
"""

import math
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from relation_spec.contract import Document, Side
from relation_spec.contract.pointer import join
from relation_spec.contract.vocabulary import ANNOTATIONS, MEANINGS
from relation_spec.schema.acceptors import Acceptor
from relation_spec.schema.conjuncts import Conjunct, conjuncts
from relation_spec.schema.formats import INTEGER_FORMATS
from relation_spec.schema.patterns import translate
from relation_spec.schema.rules import text_format

__all__ = ["Acceptor", "acceptor"]

_HANDLED: Final = frozenset(
    (
        *("$ref", "allOf", "type", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
        *("minLength", "maxLength", "pattern", "format", "x-date-time", "x-flags", "x-language", "properties"),
        *("required", "items"),
        *("additionalProperties", "unevaluatedProperties", "x-closed", "minItems", "maxItems", "readOnly", "x-null-id"),
        *("minProperties", "maxProperties"),
    )
)
_IGNORED: Final = frozenset((*ANNOTATIONS, "x-provenance", "x-reason", *MEANINGS))
_TYPES: Final = frozenset(["object", "array", "string", "integer", "number", "boolean", "null"])
_LEAST_FLOAT: Final = -1.7976931348623157e308
_ONE_LINE: Final = ("x-date-time", "x-flags", "x-language", "format")  # forms that no text with a line break has


class _InexpressibleError(Exception):
    """No type says this schema exactly enough."""


def acceptor(document: Document, side: Side, pointer: str, *, clean: bool) -> Acceptor | None:
    """The acceptor for the schema at ``pointer``, or None where types cannot say it."""
    compiler = _Compiler(document, side, clean)
    try:
        kind = compiler.compile((pointer,), root=True)
    except (_InexpressibleError, RecursionError):
        return None
    return Acceptor(kind, compiler.scalars, compiler.maps, arrays=compiler.arrays)


class _Compiler:
    def __init__(self, document: Document, side: Side, clean: bool) -> None:
        self._document, self._side, self._clean = document, side, clean
        self.scalars: list[tuple[str, str]] = []
        self.maps: list[tuple[str, str]] = []
        self._depth = 0
        self.arrays = False

    def _severity(self, code: str) -> str:
        return self._document.severity(code, self._side)

    def _tolerated(self, code: str) -> bool:
        """Whether a finding of ``code`` leaves the value acceptable in this tier."""
        severity = self._severity(code)
        return severity == "none" or (severity == "warning" and not self._clean)

    def compile(self, pointers: tuple[str, ...], root: bool = False, owner: str | None = None) -> Any:
        """The type of values that the schemas at ``pointers`` all hold for; ``owner`` is the root's property."""
        parts = conjuncts(self._document, pointers)
        types = _TYPES
        for part in parts:
            if not isinstance(part.schema, dict):
                raise _InexpressibleError
            if part.schema.keys() - _HANDLED - _IGNORED:
                raise _InexpressibleError
            if part.schema.get("readOnly") and not self._tolerated("read-only"):
                raise _InexpressibleError
            if (named := part.schema.get("type")) is not None:
                names = {named} if isinstance(named, str) else set(named)
                types &= names | ({"integer"} if "number" in names else set())
        if self._depth > 40:  # a schema that refers to itself through its data
            raise _InexpressibleError
        self._depth += 1
        try:
            made = [self._type(name, types, parts, root, owner) for name in sorted(types)]
        finally:
            self._depth -= 1
        kinds = [kind for kind in made if kind is not None]
        if not kinds:
            raise _InexpressibleError
        union = kinds[0]
        for kind in kinds[1:]:
            union = union | kind
        return union

    def _type(
        self, name: str, types: frozenset[str], parts: tuple[Conjunct, ...], root: bool, owner: str | None
    ) -> Any:
        if any(keyword in part.schema for part in parts for keyword in ("enum", "const")):
            return self._enum(name, types, parts)
        match name:
            case "null":
                return type(None)
            case "boolean":
                return bool
            case "integer":
                return None if "number" in types else self._integer(parts)
            case "number":
                return self._number(parts)
            case "string":
                return self._string(parts, owner if types == {"string"} else None)
            case "array":
                return self._array(parts)
        return self._object(parts, root, owner if types <= {"object", "null"} else None)

    def _enum(self, name: str, types: frozenset[str], parts: tuple[Conjunct, ...]) -> Any:
        for part in parts:
            if part.schema.keys() - _IGNORED - {"$ref", "allOf", "type", "enum", "const"}:
                raise _InexpressibleError
        allowed: list[Any] | None = None
        for part in parts:
            for listed in ([part.schema["const"]] if "const" in part.schema else []), part.schema.get("enum", []):
                if listed:
                    allowed = list(listed) if allowed is None else [item for item in allowed if item in listed]
        texts = tuple(item for item in allowed or () if isinstance(item, str))
        if name == "string" and texts:
            return Literal[texts]
        return type(None) if name == "null" and None in (allowed or ()) else None

    def _integer(self, parts: tuple[Conjunct, ...]) -> Any:
        least: Any = None
        greatest: Any = None
        for part in parts:
            schema = part.schema
            lows = [math.ceil(schema["minimum"])] if "minimum" in schema else []
            highs = [math.floor(schema["maximum"])] if "maximum" in schema else []
            if "exclusiveMinimum" in schema:
                lows.append(math.floor(schema["exclusiveMinimum"]) + 1)
            if "exclusiveMaximum" in schema:
                highs.append(math.ceil(schema["exclusiveMaximum"]) - 1)
            if bounds := INTEGER_FORMATS.get(schema.get("format", "")):
                lows.append(bounds[0])
                highs.append(bounds[1])
            if "x-null-id" in schema and not self._tolerated("null-id"):
                lows.append(int(schema["x-null-id"]) + 1)  # ids below the null id are left to the explaining engine
            least = max([*lows, least] if least is not None else lows, default=None)
            greatest = min([*highs, greatest] if greatest is not None else highs, default=None)
        for bound in (least, greatest):
            if bound is not None and not -(2**63) <= bound < 2**63:
                raise _InexpressibleError
        if least is None and greatest is None:
            return int
        if least is not None and greatest is not None and least > greatest:
            return None
        return Annotated[int, Meta(ge=least, le=greatest)]

    def _number(self, parts: tuple[Conjunct, ...]) -> Any:
        # without bounds, Infinity and NaN of a decoded value would pass
        bounds: dict[str, Any] = {"ge": _LEAST_FLOAT, "le": -_LEAST_FLOAT}
        for part in parts:
            for keyword, ours in (
                ("minimum", "ge"),
                ("exclusiveMinimum", "gt"),
                ("maximum", "le"),
                ("exclusiveMaximum", "lt"),
            ):
                if keyword in part.schema:
                    if len(parts) > 1 or float(part.schema[keyword]) != part.schema[keyword]:
                        raise _InexpressibleError
                    bounds.pop("ge" if ours[0] == "g" else "le", None)
                    bounds[ours] = part.schema[keyword]
        if {"ge", "gt"} <= bounds.keys() or {"le", "lt"} <= bounds.keys():
            raise _InexpressibleError
        return Annotated[float, Meta(**bounds)]

    def _string(self, parts: tuple[Conjunct, ...], owner: str | None) -> Any:
        lengths: dict[str, Any] = {}
        quick: list[tuple[str, str]] = []
        for part in parts:
            schema = part.schema
            if "minLength" in schema:
                lengths["min_length"] = max(int(schema["minLength"]), lengths.get("min_length", 0))
            if "maxLength" in schema:
                lengths["max_length"] = min(int(schema["maxLength"]), lengths.get("max_length", 2**60))
            if "pattern" in schema:
                quick.append(("pattern", f"(?s:.*){translate(schema['pattern'])}"))
            for keyword in _ONE_LINE:
                if keyword in schema and (form := text_format(keyword, schema[keyword])):
                    source = form.quick
                    if keyword == "x-date-time" and not self._tolerated("missing-offset"):
                        source = text_format(keyword, {**schema[keyword], "offset": "required"}).quick  # type: ignore[union-attr]
                    quick.append((keyword, source))
            if "x-null-id" in schema:
                raise _InexpressibleError
        if not quick:
            return Annotated[str, Meta(**lengths)] if lengths else str
        if len(quick) == 1 and quick[0][0] in _ONE_LINE and not lengths and owner is not None:
            self.scalars.append((owner, quick[0][1]))
            return str
        pattern = "".join(
            rf"(?=(?:{source})\Z)" if keyword != "pattern" else f"(?={source})" for keyword, source in quick
        )
        return Annotated[str, Meta(pattern=rf"\A{pattern}", **lengths)]

    def _array(self, parts: tuple[Conjunct, ...]) -> Any:
        self.arrays = True
        pointers = tuple(join(part.pointer, "items") for part in parts if "items" in part.schema)
        if not pointers:
            raise _InexpressibleError
        return Annotated[list[self.compile(pointers)], self._sizes(parts, "Items")]  # type: ignore[misc]

    def _sizes(self, parts: tuple[Conjunct, ...], of: str) -> Meta:
        least = max((int(part.schema.get(f"min{of}", 0)) for part in parts), default=0)
        greatest = min((int(part.schema[f"max{of}"]) for part in parts if f"max{of}" in part.schema), default=None)
        return Meta(min_length=least, max_length=greatest)

    def _object(self, parts: tuple[Conjunct, ...], root: bool, owner: str | None) -> Any:
        named: dict[str, list[str]] = {}
        for part in parts:
            for name in part.schema.get("properties", ()):
                named.setdefault(name, []).append(join(part.pointer, "properties", name))
        if not named:
            return self._map(parts, owner)
        if any(isinstance(part.schema.get("additionalProperties"), dict) for part in parts):
            raise _InexpressibleError
        if any("minProperties" in part.schema or "maxProperties" in part.schema for part in parts):
            raise _InexpressibleError
        for part in parts:
            # a part that closes the object to fewer names than all parts describe
            closing = {"additionalProperties", "unevaluatedProperties", "x-closed"} & part.schema.keys()
            described = {n for each in part.all() for n in each.schema.get("properties", ())}
            own = set(part.schema.get("properties", ())) if "additionalProperties" in closing else described
            if closing and own != set(named):
                raise _InexpressibleError
        required = {name for part in parts for name in part.schema.get("required", ())}
        if required - named.keys():
            raise _InexpressibleError
        fields: list[Any] = []
        rename: dict[str, str] = {}
        for index, (name, pointers) in enumerate(named.items()):
            field = f"f{index}"
            rename[field] = name
            owned = field if root and name in required else None
            try:
                kind = self.compile(tuple(pointers), owner=owned)
            except _InexpressibleError:
                if name in required:
                    raise
                rename.pop(field)  # where it is present, the explaining engine decides
                continue
            fields.append((field, kind) if name in required else (field, kind | UnsetType, UNSET))
        # msgspec skips unknown values without reading them whole, so an unknown name is never accepted here
        return msgspec.defstruct(
            "Object", fields, rename=rename, forbid_unknown_fields=True, gc=False, kw_only=True, frozen=False
        )

    def _map(self, parts: tuple[Conjunct, ...], owner: str | None) -> Any:
        pointers = []
        for part in parts:
            if part.schema.get("required") or {"unevaluatedProperties", "x-closed"} & part.schema.keys():
                raise _InexpressibleError
            if "additionalProperties" in part.schema:
                pointers.append(join(part.pointer, "additionalProperties"))
        if not pointers:
            raise _InexpressibleError
        sizes = self._sizes(parts, "Properties")
        before = len(self.scalars)
        kind = self.compile(tuple(pointers), owner=owner)
        held = self.scalars[before:]
        del self.scalars[before:]
        if held and owner is not None:
            self.maps.append((owner, held[0][1]))
        if sizes.min_length or sizes.max_length is not None:
            return Annotated[dict[str, kind], sizes]  # type: ignore[valid-type]
        return dict[str, kind]  # type: ignore[valid-type]
