"""Whether a document may be used as a contract: everything in it is known, leads somewhere and can be satisfied.

:func:`check` goes over a parsed document and raises :class:`UnusableContractError` at the first fault. It fails
closed: a keyword, extension or reference that the package does not enforce is refused, with its line.
"""

import difflib
from collections.abc import Iterator
from typing import Any, Final

from relation_spec.contract.errors import UnusableContractError
from relation_spec.contract.pointer import join, split
from relation_spec.contract.source import Source
from relation_spec.contract.vocabulary import ANNOTATIONS, ASSERTIONS, EXTENSIONS, OBJECTS

__all__ = ["check", "schemas", "subschemas", "walk"]

_MISSING: Final = object()
_IN_PLACE: Final = ("$ref", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas")


def walk(value: Any, kind: str = "OpenAPI", pointer: str = "") -> Iterator[tuple[str, str, Any]]:
    """Every OpenAPI object below ``value`` as ``(kind, pointer, object)``, schemas and their subschemas included."""
    if kind == "Schema":
        yield kind, pointer, value
        for below, subschema in subschemas(value, pointer):
            yield from walk(subschema, kind, below)
        return
    yield kind, pointer, value
    if not isinstance(value, dict) or "$ref" in value:
        return
    for field, (shape, child) in OBJECTS[kind].items():
        held = value.get(field, _MISSING)
        here = join(pointer, field)
        if held is _MISSING:
            continue
        if shape == "one":
            yield from walk(held, child, here)
        elif shape == "list" and isinstance(held, list):
            for index, item in enumerate(held):
                yield from walk(item, child, f"{here}/{index}")
        elif shape == "map" and isinstance(held, dict):
            for name, item in held.items():
                if not name.startswith("x-") or field in ("headers", "parameters", "examples", "content"):
                    yield from walk(item, child, join(here, name))


def schemas(value: Any) -> Iterator[tuple[str, Any]]:
    """Every schema of a document with its pointer."""
    return ((pointer, schema) for kind, pointer, schema in walk(value) if kind == "Schema")


def subschemas(schema: Any, pointer: str, keywords: tuple[str, ...] | None = None) -> Iterator[tuple[str, Any]]:
    """The schemas directly inside ``schema`` (only those under ``keywords``, if given), with their pointers."""
    if not isinstance(schema, dict):
        return
    for keyword, value in schema.items():
        shape = ASSERTIONS.get(keyword) or ANNOTATIONS.get(keyword)
        if keywords is not None and keyword not in keywords:
            continue
        here = join(pointer, keyword)
        if shape == "schema":
            yield here, value
        elif shape == "schemas" and isinstance(value, list):
            yield from ((f"{here}/{index}", item) for index, item in enumerate(value))
        elif shape == "schema map" and isinstance(value, dict):
            yield from ((join(here, name), item) for name, item in value.items())


class _Checker:
    def __init__(self, source: Source, file: str) -> None:
        self.document, self.lines, self.file = source.value, source.lines, file

    def refuse(self, pointer: str, reason: str) -> UnusableContractError:
        line = next((self.lines[p] for p in _upwards(pointer) if p in self.lines), None)
        return UnusableContractError(self.file, line, reason)

    def lookup(self, pointer: str) -> Any:
        value = self.document
        for token in split(pointer):
            if isinstance(value, dict) and token in value:
                value = value[token]
            elif isinstance(value, list) and token.isdecimal() and int(token) < len(value):
                value = value[int(token)]
            else:
                return _MISSING
        return value

    def reference(self, ref: Any, pointer: str) -> str:
        """The pointer that a ``$ref`` names."""
        if not isinstance(ref, str):
            raise self.refuse(pointer, "$ref must be a text")
        if not ref.startswith("#"):
            raise self.refuse(pointer, f"$ref {ref!r} leads out of the file; a contract is one file")
        from urllib.parse import unquote  # loaded here since validating with the bundled contract never needs it

        target = unquote(ref[1:])
        if target and not target.startswith("/"):
            raise self.refuse(pointer, f"$ref {ref!r} is no JSON Pointer; anchors are not supported")
        if self.lookup(target) is _MISSING:
            raise self.refuse(pointer, f"$ref {ref!r} leads to nothing")
        return target

    def objects(self) -> None:
        kinds = {pointer: kind for kind, pointer, _ in walk(self.document)}
        for kind, pointer, value in walk(self.document):
            if not isinstance(value, dict):
                if kind == "Schema" and not isinstance(value, bool):
                    raise self.refuse(pointer, "a schema must be an object, true or false")
                continue
            self.extensions(kind, pointer, value)
            if kind == "Schema":
                self.keywords(pointer, value)
            if "$ref" in value:
                here = join(pointer, "$ref")
                target = self.reference(value["$ref"], here)
                if kinds.get(target) != kind:
                    raise self.refuse(here, f"$ref {value['$ref']!r} does not lead to a {kind} object")
                seen = {pointer}
                while kind != "Schema" and "$ref" in (held := self.lookup(target)):
                    if target in seen:
                        raise self.refuse(here, f"$ref {value['$ref']!r} leads in a circle")
                    seen.add(target)
                    target = self.reference(held["$ref"], join(target, "$ref"))

    def extensions(self, kind: str, pointer: str, value: dict[str, Any]) -> None:
        for name, held in value.items():
            if not name.startswith("x-"):
                continue
            here = join(pointer, name)
            extension = EXTENSIONS.get(name)
            if extension is None:
                raise self.refuse(here, f"unknown extension {name!r}{_nearest(name, EXTENSIONS)}")
            if "any" not in extension.objects and kind not in extension.objects:
                raise self.refuse(here, f"{name} may stand on {' or '.join(extension.objects)} objects, not on {kind}")
            from jsonschema import Draft202012Validator  # heavy, and not needed for the bundled contract

            for error in Draft202012Validator(extension.schema).iter_errors(held):
                raise self.refuse(join(here, *error.absolute_path), f"{name}: {error.message}")
        if value.get("x-provenance") == "choice" and "x-reason" not in value:
            raise self.refuse(join(pointer, "x-provenance"), "a choice must give its x-reason")

    def keywords(self, pointer: str, schema: dict[str, Any]) -> None:
        from jsonschema import Draft202012Validator

        for keyword in schema:
            if keyword.startswith("x-") or keyword in ASSERTIONS or keyword in ANNOTATIONS:
                continue
            near = _nearest(keyword, [*ASSERTIONS, *ANNOTATIONS])
            raise self.refuse(join(pointer, keyword), f"the keyword {keyword!r} is not enforced by this package{near}")
        for error in Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(schema):
            raise self.refuse(join(pointer, *error.absolute_path), f"not a JSON Schema: {error.message}")

    def circles(self) -> None:
        """Refuse references that come back to themselves without consuming any data."""
        done: set[str] = set()
        trail: dict[str, None] = {}

        def visit(pointer: str, schema: Any) -> None:
            if pointer in done or not isinstance(schema, dict):
                return
            if pointer in trail:
                names = " -> ".join([*list(trail)[list(trail).index(pointer) :], pointer])
                raise self.refuse(pointer, f"the schema refers to itself in place: {names}")
            trail[pointer] = None
            if "$ref" in schema:
                target = self.reference(schema["$ref"], join(pointer, "$ref"))
                visit(target, self.lookup(target))
            for below, subschema in subschemas(schema, pointer, _IN_PLACE):
                visit(below, subschema)
            del trail[pointer]
            done.add(pointer)

        for pointer, schema in schemas(self.document):
            visit(pointer, schema)

    def satisfiable(self) -> None:  # noqa: C901 - one fixed point, best read in one piece
        """Refuse schemas whose required properties or items need an endless value."""
        known = dict(schemas(self.document))
        finite: dict[str, bool] = dict.fromkeys(known, False)

        def holds(pointer: str, schema: Any) -> bool:
            if not isinstance(schema, dict):
                return True
            if "$ref" in schema and not finite[self.reference(schema["$ref"], pointer)]:
                return False
            if not all(finite[below] for below, _ in subschemas(schema, pointer, ("allOf",))):
                return False
            for keyword in ("anyOf", "oneOf"):
                branches = [finite[below] for below, _ in subschemas(schema, pointer, (keyword,))]
                if branches and not any(branches):
                    return False
            types = schema.get("type", ["string"])
            types = [types] if isinstance(types, str) else types
            if set(types) - {"object", "array"}:
                return True
            if "object" in types:
                needed = [name for name in schema.get("required", ()) if name in schema.get("properties", {})]
                if all(finite[join(pointer, "properties", name)] for name in needed):
                    return True
            if "array" in types:
                return not schema.get("minItems") or "items" not in schema or finite[join(pointer, "items")]
            return False

        changed = True
        while changed:
            changed = False
            for pointer, schema in known.items():
                if not finite[pointer] and holds(pointer, schema):
                    finite[pointer] = changed = True
        for pointer in known:
            if not finite[pointer]:
                raise self.refuse(pointer, "no finite value can satisfy this schema: it requires itself")


def _upwards(pointer: str) -> Iterator[str]:
    while pointer:
        yield pointer
        pointer = pointer.rpartition("/")[0]
    yield ""


def _nearest(name: str, known: Any) -> str:
    near = difflib.get_close_matches(name, list(known), 1)
    return f"; did you mean {near[0]!r}?" if near else ""


def check(source: Source, file: str) -> None:
    """Judge a parsed document.

    Raises:
        UnusableContractError: at the first thing that is unknown, leads nowhere or cannot be satisfied.
    """
    checker = _Checker(source, file)
    if not isinstance(source.value, dict):
        raise checker.refuse("", "a contract must be an OpenAPI document, which is a mapping")
    version = source.value.get("openapi")
    if not isinstance(version, str) or not version.startswith("3.1."):
        raise checker.refuse("/openapi", f"a contract must be OpenAPI 3.1, not {version!r}")
    checker.objects()
    checker.circles()
    checker.satisfiable()
