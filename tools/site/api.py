"""The public names of the package: as a part of a page for one module, and as lines of text for all of them.

What is public is what ``__all__`` of these modules lists. Docstrings are read by Sphinx's autodoc.
"""

import inspect
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any, Final

__all__ = ["MODULES", "homes", "is_inner", "lines", "markdown"]

MODULES: Final = (
    "relation_spec",
    "relation_spec.strategies",
    "relation_spec.fuzz",
    "relation_spec.server",
    "relation_spec.server.running",
    "relation_spec.middleware.asgi",
    "relation_spec.middleware.wsgi",
    "relation_spec.middleware.hooks",
    "relation_spec.middleware.exchange",
    "relation_spec.pytest_plugin",
    "relation_spec.docs",
    "relation_spec.export",
    "relation_spec.comparison",
)


def _public(module: str) -> Iterator[tuple[str, Any]]:
    loaded = import_module(module)
    for name in loaded.__all__:
        yield name, getattr(loaded, name)


@cache
def homes() -> dict[str, str]:
    """The full name of every public name, by the name alone; of a name in two modules the first."""
    found: dict[str, str] = {}
    for module in MODULES:
        for name, _ in _public(module):
            found.setdefault(name, f"{module}.{name}")
    return found


def is_inner(full: str) -> bool:
    """Whether a full name is that of something in this package that is not public."""
    module, _, name = full.rpartition(".")
    if not module.startswith("relation_spec.") or full in homes().values():
        return False
    try:
        return hasattr(import_module(module), name)
    except ModuleNotFoundError:
        return False


def _members(kind: type) -> list[str]:
    """The public methods and properties of a class that this package wrote."""
    own = [base for base in kind.__mro__ if base.__module__.startswith("relation_spec")]
    names = dict.fromkeys(name for base in reversed(own) for name in vars(base) if not name.startswith("_"))
    return [name for name in names if isinstance(inspect.getattr_static(kind, name), _METHODS)]


_METHODS: Final = (type(lambda: None), property, classmethod, staticmethod)


def markdown(module: str) -> str:
    """The reference of one module, for MyST."""
    import_module(module)
    parts = [f".. py:module:: {module}"]
    for name, value in _public(module):
        full = f"{module}.{name}"
        if inspect.isclass(value):
            members = ", ".join(_members(value))
            parts.append(
                f".. autoclass:: {full}" + (f"\n   :members: {members}\n   :undoc-members:" if members else "")
            )
        elif hasattr(value, "__wrapped__") and not inspect.isfunction(value):  # a fixture of pytest
            text = inspect.cleandoc(value.__wrapped__.__doc__ or "").replace("\n", "\n   ")
            parts.append(f".. py:data:: {full}\n   :type: pytest fixture\n\n   {text}")
        elif callable(value) and hasattr(value, "__name__"):
            parts.append(f".. autofunction:: {full}")
        else:
            parts.append(f".. autodata:: {full}")
    return "```{eval-rst}\n" + "\n\n".join(parts) + "\n```"


def _signature(value: Any) -> str:
    try:
        return str(inspect.signature(value))
    except (TypeError, ValueError):
        return ""


def _lines_of(full: str, value: Any) -> Iterator[str]:
    if inspect.isclass(value):
        base = next((base.__name__ for base in value.__mro__[1:] if base is not object), "")
        yield f"class {full}{f' ({base})' if base else ''}: {_signature(value)}"
        for name in _members(value):
            member = inspect.getattr_static(value, name)
            if isinstance(member, property):
                returned = inspect.signature(member.fget).return_annotation if member.fget else ""
                yield f"  property {name}: {inspect.formatannotation(returned)}"
            else:
                yield f"  def {name}{_signature(getattr(value, name))}"
    elif hasattr(value, "__wrapped__") and not inspect.isfunction(value):
        yield f"fixture {full}{_signature(value.__wrapped__)}"
    elif callable(value) and hasattr(value, "__name__"):
        yield f"def {full}{_signature(value)}"
    else:
        yield f"value {full} = {value!r}"


def lines() -> list[str]:
    """Every public name with its signature: a line for each, and one for each method and property of a class."""
    return [
        line for module in MODULES for name, value in _public(module) for line in _lines_of(f"{module}.{name}", value)
    ]
