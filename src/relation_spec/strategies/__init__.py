"""Messages made from the contract: valid ones, and ones that break exactly one named rule.

For anybody's tests there are Hypothesis strategies: :func:`request_bodies`, :func:`response_bodies`, :func:`requests`,
:func:`responses`, and each of them with ``invalid_`` before its name, which gives pairs of a broken message and its
:class:`Breach`; ``malformed_request_bodies`` and ``malformed_response_bodies`` break the bytes; :func:`selects`,
:func:`headers` and :func:`credentials` give the parts. They need the extra ``fuzz``. Names are loaded when they are
first used.
"""

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from relation_spec.strategies.drafts import Breach
    from relation_spec.strategies.drawing import (
        credentials,
        headers,
        invalid_request_bodies,
        invalid_requests,
        invalid_response_bodies,
        invalid_responses,
        malformed_request_bodies,
        malformed_response_bodies,
        request_bodies,
        requests,
        response_bodies,
        responses,
        selects,
    )

__all__ = [
    "Breach",
    "credentials",
    "headers",
    "invalid_request_bodies",
    "invalid_requests",
    "invalid_response_bodies",
    "invalid_responses",
    "malformed_request_bodies",
    "malformed_response_bodies",
    "request_bodies",
    "requests",
    "response_bodies",
    "responses",
    "selects",
]

_HOMES: Final = {"Breach": "drafts"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    try:
        module = import_module(f"relation_spec.strategies.{_HOMES.get(name, 'drawing')}")
    except ModuleNotFoundError as missing:
        if missing.name != "hypothesis":
            raise
        raise ModuleNotFoundError(
            "the strategies need hypothesis: pip install 'relation-spec[fuzz]'", name="hypothesis"
        ) from None
    value = globals()[name] = getattr(module, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
