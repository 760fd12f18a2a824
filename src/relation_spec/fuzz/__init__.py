"""Testing a server by the contract: :func:`run` sends what is valid and what is broken, and tells what went wrong.

It asks a live server at an address, or an ASGI or WSGI application in this process. The command ``relation-spec fuzz``
does the same. Names are loaded when they are first used.
"""

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from relation_spec.fuzz.engine import run
    from relation_spec.fuzz.model import Defect, Result
    from relation_spec.fuzz.replaying import replay

__all__ = ["Defect", "Result", "replay", "run"]

_HOMES: Final = {"run": "engine", "replay": "replaying", "Defect": "model", "Result": "model"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = globals()[name] = getattr(import_module(f"relation_spec.fuzz.{_HOMES[name]}"), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
