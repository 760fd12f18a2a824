"""The public names of the package: as a part of a page for one module, and as lines of text for all of them.

What is public is what ``__all__`` of these modules lists; of two that also serve other rooms, what stands here.
Docstrings are read by Sphinx's autodoc.
"""

import ast
import inspect
import textwrap
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
_NAMES: Final = {
    "relation_spec.server.running": ("RunningServer", "running_server"),
    "relation_spec.middleware.exchange": ("Exchange", "OnReport"),
}


def _public(module: str) -> Iterator[tuple[str, Any]]:
    loaded = import_module(module)
    for name in _NAMES.get(module, loaded.__all__):
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
            parts.append(f".. py:data:: {name}\n   :type: pytest fixture\n\n   {text}")
        elif inspect.isroutine(inspect.unwrap(value)):
            parts.append(f".. autofunction:: {full}")
        else:
            parts.append(f".. autodata:: {full}")
    return "```{eval-rst}\n" + "\n\n".join(parts) + "\n```"


def _node(value: Any) -> Any:
    """The definition of a function or a class, as it stands in the source: alike under every Python."""
    return ast.parse(textwrap.dedent(inspect.getsource(value))).body[0]


def _signature(node: Any) -> str:
    returned = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"({ast.unparse(node.args)}){returned}"


def _in_class(node: ast.ClassDef) -> Iterator[str]:
    """The fields, the way to make one, and the public methods and properties that a class itself defines."""
    for held in node.body:
        if isinstance(held, ast.AnnAssign) and not ast.unparse(held.target).startswith("_"):
            yield f"  {ast.unparse(held)}"
        elif isinstance(held, ast.FunctionDef) and (held.name == "__init__" or not held.name.startswith("_")):
            marks = [ast.unparse(mark) for mark in held.decorator_list]
            kind = next((mark for mark in marks if mark in ("property", "classmethod", "staticmethod")), "def")
            yield f"  {kind} {held.name}{_signature(held)}"


def _lines_of(full: str, value: Any) -> Iterator[str]:
    if inspect.isclass(value):
        node = _node(value)
        yield f"class {full}({', '.join(map(ast.unparse, node.bases))})".removesuffix("()")
        yield from _in_class(node)
    elif inspect.isroutine(inspect.unwrap(value)):
        function = inspect.unwrap(value)
        kind = "def" if function is value else "fixture" if "pytest" in full else "def"
        yield f"{kind} {full}{_signature(_node(function))}"
    else:
        yield f"value {full} = {value!r}"


def lines() -> list[str]:
    """Every public name with its signature: a line for each, and one for each field and method of a class."""
    return [
        line for module in MODULES for name, value in _public(module) for line in _lines_of(f"{module}.{name}", value)
    ]
