"""Whether whole messages can be held to what a document says: asked once, when it is loaded."""

from typing import Any, Final

from relation_spec.contract import Document, UnusableContractError
from relation_spec.contract.checks import walk
from relation_spec.contract.pointer import join, split
from relation_spec.messages.decoding import kind_of
from relation_spec.schema import enforceable

__all__ = ["check"]

_STYLES: Final = {"query": "form", "cookie": "form", "header": "simple", "path": "simple"}
_NULLS: Final = {"xsi-nil": "xml", "bare-name": "form"}


def check(document: Document) -> None:
    """Refuse what no engine, and nothing around the engines, could hold anybody to.

    Raises:
        UnusableContractError: at the first rule that is not enforced.
    """
    enforceable.check(document)
    schemes = document.get("").get("components", {}).get("securitySchemes", {})
    for kind, pointer, held in walk(document.get("")):
        if not isinstance(held, dict) or "$ref" in held:
            continue
        fault = None
        if kind in ("Parameter", "Header"):
            fault = _parameter(held, held.get("in", "header"))
        elif kind == "MediaType":
            fault = _media_type(held, split(pointer)[-1])
        elif kind == "SecurityScheme" and held.get("x-equals", held.get("type")) not in (held.get("type"), *schemes):
            fault = ("x-equals", f"x-equals names no security scheme: {held['x-equals']!r}")
        if fault is not None:
            raise UnusableContractError(document.path, document.line(join(pointer, fault[0])), fault[1])


def _parameter(held: dict[str, Any], location: str) -> tuple[str, str] | None:
    if "content" in held:
        return "content", "a parameter with content is not enforced by this package; give it a schema"
    if held.get("style", _STYLES[location]) != _STYLES[location]:
        return "style", f"the style {held['style']!r} of a {location} parameter is not enforced by this package"
    return None


def _media_type(held: dict[str, Any], name: str) -> tuple[str, str] | None:
    kind = kind_of(name)
    if "x-null" in held and _NULLS[held["x-null"]] != kind:
        return "x-null", f"x-null: {held['x-null']} goes with another kind of media type than {name}"
    if "x-names" in held and kind != "xml":
        return "x-names", f"x-names goes with XML, not with {name}"
    for prop, encoding in held.get("encoding", {}).items() if kind == "form" else ():
        style = encoding.get("style", "form")
        if style not in ("form", "deepObject"):
            return f"encoding/{prop}", f"the style {style!r} of a form's property is not enforced by this package"
    return None
