"""The contract's schema of one body as plain JSON Schema, so that every peer enforces the same rules.

In: a document and a side. Out: a schema that all peers read, draft-07 ones included. What this package says by
keywords of its own becomes patterns, and a ``$ref`` with other keywords beside it is merged into one schema. Both are
in the peers' favour: they look a property up once, and no pattern knows the calendar.
"""

from typing import Any, Final

from relation_spec.contract import Document, Side
from relation_spec.contract.pointer import split
from relation_spec.contract.vocabulary import ASSERTIONS
from relation_spec.schema.formats import INTEGER_FORMATS

__all__ = ["DATE_TIME", "Schema", "export"]

Schema = dict[str, Any]
DATE_TIME: Final = "date-time"
"""The ``$comment`` on a pattern that stands for a date-time, for peers that have a type for it."""

DIALECTS: Final = {
    "2020-12": "https://json-schema.org/draft/2020-12/schema",
    "draft-07": "http://json-schema.org/draft-07/schema#",
}
_IN_PLACE: Final = {"$ref", "allOf", "anyOf", "oneOf", "if", "dependentSchemas", "additionalProperties"}


def export(
    document: Document, side: Side, pointer: str, dialect: str | None = "2020-12", prefix: str = "#/$defs/"
) -> Schema:
    """The schema at ``pointer`` with all it refers to in ``$defs``; ``prefix`` is where references look for them."""
    exporter = _Exporter(document, side, prefix)
    root = exporter.resolved({"$ref": f"#{pointer}"})
    head = {"$schema": DIALECTS[dialect]} if dialect else {}
    return {**head, **root, "$defs": exporter.definitions}


class _Exporter:
    def __init__(self, document: Document, side: Side, prefix: str) -> None:
        self._document, self._side, self._prefix = document, side, prefix
        self.definitions: dict[str, Any] = {}

    def resolved(self, schema: Schema) -> Any:
        """The plain form of ``schema``, with no reference on top."""
        while schema.keys() == {"$ref"}:
            schema = self._document.get(schema["$ref"].removeprefix("#"))
        return self.plain(schema)

    def plain(self, schema: Any) -> Any:
        """The plain form of a schema of the document."""
        if not isinstance(schema, dict):
            return schema
        if schema.get("readOnly") and self._is_error("read-only"):
            return False
        own = self._own(schema)
        if "$ref" in schema:
            if not own:
                return {"$ref": self._prefix + self._define(schema["$ref"])}
            own = self._merged(self.resolved({"$ref": schema["$ref"]}), own)
        if "unevaluatedProperties" in own and not own.keys() & _IN_PLACE:
            own["additionalProperties"] = own.pop("unevaluatedProperties")
        return own

    def _is_error(self, code: str) -> bool:
        return self._document.severity(code, self._side) == "error"

    def _define(self, reference: str) -> str:
        name = split(reference.removeprefix("#"))[-1]
        if name not in self.definitions:
            self.definitions[name] = {}  # a schema may refer to itself
            self.definitions[name] = self.resolved({"$ref": reference})
        return name

    def _own(self, schema: Schema) -> Schema:
        """The keywords that stand at one place, references left out."""
        own: Schema = {}
        for keyword, value in schema.items():
            if keyword in ("$ref", "readOnly"):
                continue
            match ASSERTIONS.get(keyword):
                case "schema":
                    own[keyword] = self.plain(value)
                case "schemas":
                    own[keyword] = [self.plain(item) for item in value]
                case "schema map":
                    own[keyword] = {name: self.plain(item) for name, item in value.items()}
                case "value":
                    own[keyword] = value
        if bounds := INTEGER_FORMATS.get(own.get("format", "")):
            del own["format"]
            own["minimum"] = max(bounds[0], own.get("minimum", bounds[0]))
            own["maximum"] = min(bounds[1], own.get("maximum", bounds[1]))
        for extra in self._ours(schema):
            own = self._merged(own, extra)
        return own

    def _ours(self, schema: Schema) -> list[Schema]:
        """What a schema says by this package's keywords, as far as it makes a body invalid."""
        found: list[Schema] = []
        if rules := schema.get("x-date-time"):
            bare = rules["offset"] == "optional" and not self._is_error("missing-offset")
            fraction = rf"(\.[0-9]{{1,{rules['fractionDigits']}}})?" if rules["fractionDigits"] else ""
            clock = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
            offset = "(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])" + ("?" if bare else "")
            day = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
            found.append({"pattern": f"^{day}T{clock}{fraction}{offset}$", "$comment": DATE_TIME})
        if names := schema.get("x-flags"):
            one = "|".join(names)
            found.append({"pattern": f"^({one})(, ({one}))*$"})
        if "x-null-id" in schema and self._is_error("null-id"):
            found.append({"not": {"const": schema["x-null-id"]}})
        if "x-closed" in schema and self._is_error("unknown-property"):
            found.append({"unevaluatedProperties": False})
        return found

    def _merged(self, base: Any, own: Schema) -> Schema:
        """One schema that says what ``base`` and ``own`` say together."""
        if not isinstance(base, dict) or "$ref" in own or _clash(base, own) or _clash(own, base):
            return {"allOf": [base, own]}
        made = dict(base)
        for keyword, value in own.items():
            held: Any = made.get(keyword, value)
            if held == value:
                made[keyword] = value
            elif keyword == "required":
                made[keyword] = [*held, *(name for name in value if name not in held)]
            elif keyword == "type":
                made[keyword] = _common(held, value)
            elif keyword in ("minimum", "maximum"):
                made[keyword] = (max if keyword == "minimum" else min)(held, value)
            elif keyword == "properties":
                both = {name: self._both(held[name], value[name]) for name in held.keys() & value.keys()}
                made[keyword] = {**held, **value, **both}
            else:
                made["allOf"] = [*made.get("allOf", []), {keyword: value}]
        return made

    def _both(self, first: Schema, second: Schema) -> Schema:
        if first.keys() == {"$ref"}:
            first = self.definitions[first["$ref"].removeprefix(self._prefix)]
        return self._merged(first, second)


def _clash(closed: Schema, other: Schema) -> bool:
    """Whether ``closed`` has a say about the names that only ``other`` describes."""
    return "additionalProperties" in closed and "properties" in other


def _common(first: Any, second: Any) -> Any:
    """The types that two ``type`` keywords both allow."""
    lists = [value if isinstance(value, list) else [value] for value in (first, second)]
    common = [name for name in lists[0] if name in lists[1]]
    return common[0] if len(common) == 1 else common
