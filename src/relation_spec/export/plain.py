"""A contract's schemas in plain JSON Schema 2020-12, for one side: what counts as an error there, and nothing else.

In: a document and a side. Out: for each schema of it one that says the same without keywords of ours; a ``$ref`` in it
is the pointer of another schema of the contract. What stands at one place by ``$ref`` and ``allOf`` becomes one schema
where keywords can say that. Rules that plain keywords cannot say are noted.
"""

from typing import Any, Final

from relation_spec.contract import Document, Side
from relation_spec.contract.document import target
from relation_spec.contract.pointer import join
from relation_spec.contract.vocabulary import ANNOTATIONS, ASSERTIONS
from relation_spec.export.merging import FROM, Schema, annotations, conjoin, merged
from relation_spec.export.unsaid import Unsaid, Unsaids
from relation_spec.schema.formats import INTEGER_FORMATS
from relation_spec.schema.patterns import portable
from relation_spec.schema.rules import text_format

__all__ = ["Plain"]

_ONLY_A_WARNING: Final = "a warning only, and no error"
_DYNAMIC: Final = frozenset(("$ref", "allOf", "anyOf", "oneOf", "if", "dependentSchemas"))
_DESCRIBING: Final = frozenset(
    (
        "$ref",
        "properties",
        "patternProperties",
        "additionalProperties",
        "unevaluatedProperties",
        "dependentSchemas",
        "if",
    )
)
_NO_LINE_FEED: Final = {"not": {"type": "string", "pattern": "\\n"}}


class Plain:
    """The plain schemas of one side.

    Attributes:
        unsaid: what the schemas made so far do not say.
    """

    def __init__(self, document: Document, side: Side) -> None:
        self.document, self.side = document, side
        self.unsaid = Unsaids()
        self._made: dict[str, Any] = {}
        self._open: set[str] = set()

    def at(self, pointer: str) -> Any:
        """The plain form of the schema at ``pointer``; callers must not change it."""
        if pointer not in self._made:
            self._open.add(pointer)
            self._made[pointer] = self._plain(pointer)
            self._open.discard(pointer)
        return self._made[pointer]

    def resolved(self, schema: Any) -> Any:
        """``schema`` with a ``$ref`` on top replaced by what it stands for; None where it refers to itself."""
        while isinstance(schema, dict) and "$ref" in schema:
            if schema["$ref"] in self._open:
                return None
            held = self.at(schema["$ref"])
            if not isinstance(held, dict):
                return held
            over = {k: v for k, v in schema.items() if k not in ("$ref", FROM)}
            schema = {**held, **over, FROM: {**held.get(FROM, {}), **schema.get(FROM, {})}}
        return schema

    def _note(self, code: str, pointer: str, reason: str) -> None:
        self.unsaid.add(Unsaid(code, pointer, reason, self.side))

    def _counts(self, code: str, pointer: str) -> bool:
        """Whether findings of ``code`` are errors; if they are warnings, that is noted."""
        severity = self.document.severity(code, self.side)
        if severity == "warning":
            self._note(code, pointer, _ONLY_A_WARNING)
        return severity == "error"

    def _plain(self, pointer: str) -> Any:
        schema = self.document.get(pointer)
        if not isinstance(schema, dict):
            return schema
        if schema.get("readOnly") and self._counts("read-only", join(pointer, "readOnly")):
            return False
        made: Any = self._own(pointer, schema)
        closing = self._closing(pointer, schema)
        below = [join(pointer, "allOf", index) for index in range(len(schema.get("allOf", ())))]
        if "$ref" in schema:
            base = target(schema["$ref"])
            if not below and closing is None and annotations(made).keys() >= made.keys() - {FROM}:
                return {"$ref": base, **made}
            made = self._with({"$ref": base}, made)
        for part in below:
            made = self._with(self.at(part), made)
        if closing is not None and isinstance(made, dict):
            made = self._closed(made, *closing)
        return made

    def _with(self, base: Any, own: Any) -> Any:
        both = merged(base, own, self.resolved)
        if both is not None:
            return both
        return {**own, "allOf": [*own.get("allOf", []), base]}

    def _closing(self, pointer: str, schema: Schema) -> tuple[Any, str] | None:
        """What becomes of names that nothing describes, if the schema says so, and where it does."""
        if schema.get("unevaluatedProperties", True) is not True:
            below = join(pointer, "unevaluatedProperties")
            return self.at(below), below
        if schema.get("x-closed") and self._counts("unknown-property", join(pointer, "x-closed")):
            return False, join(pointer, "x-closed")
        return None

    def _closed(self, schema: Schema, others: Any, source: str) -> Schema:
        """``schema`` closed by ``additionalProperties`` where no value decides which names are described."""
        is_dynamic = _may_describe({k: v for k, v in schema.items() if k in _DYNAMIC})
        if "unevaluatedProperties" in schema or ("additionalProperties" in schema and not is_dynamic):
            return schema  # which has described or refused all others already
        keyword = "unevaluatedProperties" if is_dynamic else "additionalProperties"
        return {**schema, keyword: others, FROM: {**schema.get(FROM, {}), keyword: source}}

    def _own(self, pointer: str, schema: Schema) -> Schema:
        """The keywords that stand at one place, but for references, ``allOf`` and what closes an object."""
        own: Schema = {FROM: {}}
        for keyword, value in schema.items():
            here = join(pointer, keyword)
            shape = ASSERTIONS.get(keyword) or ANNOTATIONS.get(keyword)
            if keyword in ("$ref", "allOf", "$defs", "pattern", "patternProperties"):
                continue
            if keyword == "unevaluatedProperties" and value is not True:  # true says that all others are described
                continue
            if shape == "schema":
                own[keyword] = self.at(here)
            elif shape == "schemas":
                own[keyword] = [self.at(join(here, index)) for index in range(len(value))]
            elif shape == "schema map":
                own[keyword] = {name: self.at(join(here, name)) for name in value}
            else:
                own[keyword] = value
            own[FROM][keyword] = here
        if own.get("readOnly") is False or self.side == "request":
            own.pop("readOnly", None)  # of requests some validators refuse it, whatever the contract says
        self._patterns(pointer, schema, own)
        self._forms(pointer, schema, own)
        if "x-null-id" in schema and self._counts("null-id", here := join(pointer, "x-null-id")):
            conjoin(own, {"not": {"const": schema["x-null-id"]}}, here)
        self._items(schema, own)
        return own

    def _patterns(self, pointer: str, schema: Schema, own: Schema) -> None:
        if "patternProperties" in schema:
            here = join(pointer, "patternProperties")
            made = {}
            for pattern in schema["patternProperties"]:
                text, one_line = portable(pattern)
                made[text[:-1] + "$(?!\\n)" if one_line else text] = self.at(join(here, pattern))
            own["patternProperties"] = made
            own[FROM]["patternProperties"] = here
        if "pattern" in schema:
            text, one_line = portable(schema["pattern"])
            conjoin(own, {"pattern": text, **(_NO_LINE_FEED if one_line else {})}, join(pointer, "pattern"))

    def _forms(self, pointer: str, schema: Schema, own: Schema) -> None:
        """The formats, of texts by their patterns and of integers by their bounds."""
        for keyword in ("format", "x-date-time", "x-flags", "x-language"):
            if keyword not in schema:
                continue
            here, param = join(pointer, keyword), schema[keyword]
            if keyword == "format" and param in INTEGER_FORMATS:
                _bound(own, INTEGER_FORMATS[param], here)
            if keyword == "x-date-time" and param["offset"] == "optional" and self._counts("missing-offset", here):
                param = {**param, "offset": "required"}
            if form := text_format(keyword, param):
                conjoin(own, {"pattern": f"^(?:{form.pattern})$", **_NO_LINE_FEED}, here)
                if form.beyond:
                    code = "format"
                    self._note(code, here, form.beyond)

    def _items(self, schema: Schema, own: Schema) -> None:
        """``unevaluatedItems`` as ``items`` where no value decides which items are described."""
        if "unevaluatedItems" not in own or (_DYNAMIC | {"contains"}) & schema.keys():
            return
        others = own.pop("unevaluatedItems")
        if "items" not in own:
            own["items"], own[FROM]["items"] = others, own[FROM]["unevaluatedItems"]


def _bound(own: Schema, bounds: tuple[int, int], source: str) -> None:
    types = own.get("type", ["number"])
    types = [types] if isinstance(types, str) else types
    if "number" in types:
        integral = {"minimum": bounds[0], "maximum": bounds[1]}
        conjoin(own, {"anyOf": [{"not": {"type": "integer"}}, integral]}, source)
    elif "integer" in types:
        for keyword, bound, choose in (("minimum", bounds[0], max), ("maximum", bounds[1], min)):
            held = own.get(keyword, bound)
            if choose(held, bound) != held or keyword not in own:
                own[keyword], own[FROM][keyword] = choose(held, bound), source


def _may_describe(schema: Any) -> bool:
    """Whether a schema may say of names of properties that they are described."""
    if not isinstance(schema, dict):
        return False
    branches = [branch for keyword in ("allOf", "anyOf", "oneOf") for branch in schema.get(keyword, ())]
    return bool(_DESCRIBING & schema.keys()) or any(map(_may_describe, branches))
