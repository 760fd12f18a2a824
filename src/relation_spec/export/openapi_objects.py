"""The objects of OpenAPI 3.1 around schemas as OpenAPI 3.0.3 knows them: fields that are new in 3.1 go.

In: an object that holds nothing of ours but schemas that are 3.0 already. Out: the object in 3.0.
"""

from typing import Any, Final

from relation_spec.contract.vocabulary import OBJECTS

__all__ = ["openapi_30_object"]

# what OpenAPI 3.1 added to each object (its appendix A and release notes)
_NEW: Final[dict[str, tuple[str, ...]]] = {
    "OpenAPI": ("webhooks", "jsonSchemaDialect"),
    "Info": ("summary",),
    "License": ("identifier",),
    "Components": ("pathItems",),
}


def openapi_30_object(kind: str, held: Any) -> Any:
    """``held``, an object of ``kind``, in OpenAPI 3.0."""
    if kind in ("Schema", "") or not isinstance(held, dict):
        return held
    if "$ref" in held:
        return {"$ref": held["$ref"]}  # in 3.0 nothing may stand beside it
    made: dict[str, Any] = {}
    for field, value in held.items():
        shape, child = OBJECTS[kind].get(field, ("", ""))
        if field in _NEW.get(kind, ()):
            continue
        if shape == "one":
            made[field] = openapi_30_object(child, value)
        elif shape == "list":
            made[field] = [openapi_30_object(child, item) for item in value]
        elif shape == "map":
            made[field] = {name: openapi_30_object(child, item) for name, item in value.items()}
        else:
            made[field] = value
    if kind == "License" and "identifier" in held and "url" not in held:
        made["url"] = f"https://spdx.org/licenses/{held['identifier']}.html"  # which the identifier names
    if kind == "OpenAPI":
        made.setdefault("paths", {})
    if kind == "Operation":
        made.setdefault("responses", {"default": {"description": "Any answer."}})
    return made
