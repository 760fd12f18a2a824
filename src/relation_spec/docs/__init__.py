"""The reference pages of a contract: :func:`markdown` and :func:`html`, made from the YAML alone.

They need the extra ``docs``. Names are loaded when they are first used.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from relation_spec.docs.rendering import MissingExtraError, Served, html, markdown, served

__all__ = ["MissingExtraError", "Served", "html", "markdown", "served"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = globals()[name] = getattr(import_module("relation_spec.docs.rendering"), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
