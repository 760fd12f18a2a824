"""Judge messages of one HTTP endpoint by its contract, a single OpenAPI 3.1 YAML.

Start with :func:`load`, or with the calls on the bundled contract that stand here: ``validate_request``,
``validate_response``, ``validate_request_body``, ``validate_response_body``, and the ``is_valid_``, ``decode_`` and
``encode_`` forms of the last two. Names are loaded when they are first used.
"""

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from relation_spec.contract import ContractError, UnencodableValueError, UnusableContractError, WrongCallError
    from relation_spec.findings import Finding, InvalidMessageError, Report
    from relation_spec.messages import Contract, load
    from relation_spec.messages.message import Request, Response

__version__ = "0.1.0"

__all__ = [
    "Contract",
    "ContractError",
    "Finding",
    "InvalidMessageError",
    "Report",
    "Request",
    "Response",
    "UnencodableValueError",
    "UnusableContractError",
    "WrongCallError",
    "decode_request_body",
    "decode_response_body",
    "encode_request_body",
    "encode_response_body",
    "is_valid_request_body",
    "is_valid_response_body",
    "load",
    "validate_request",
    "validate_request_body",
    "validate_response",
    "validate_response_body",
]

_HOMES: Final = {
    "Contract": "messages",
    "load": "messages",
    "ContractError": "contract",
    "UnencodableValueError": "contract",
    "UnusableContractError": "contract",
    "WrongCallError": "contract",
    "Finding": "findings",
    "InvalidMessageError": "findings",
    "Report": "findings",
    "Request": "messages.message",
    "Response": "messages.message",
}
_CALLS: Final = frozenset(name for name in __all__ if name.startswith(("validate_", "is_valid_", "encode_", "decode_")))


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name in _CALLS:
        value = getattr(import_module("relation_spec.messages").load(), name)
    elif name in _HOMES:
        value = getattr(import_module(f"relation_spec.{_HOMES[name]}"), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


if TYPE_CHECKING:

    def decode_request_body(body: bytes | str, content_type: str = ..., *, operation: str | None = ...) -> Any:
        """:meth:`Contract.decode_request_body` of the bundled contract."""

    def decode_response_body(
        body: bytes | str, content_type: str = ..., *, status: int = ..., operation: str | None = ...
    ) -> Any:
        """:meth:`Contract.decode_response_body` of the bundled contract."""

    def encode_request_body(
        value: Any, content_type: str = ..., *, operation: str | None = ..., indent: int | None = ...
    ) -> bytes:
        """:meth:`Contract.encode_request_body` of the bundled contract."""

    def encode_response_body(
        value: Any,
        content_type: str = ...,
        *,
        status: int = ...,
        operation: str | None = ...,
        indent: int | None = ...,
    ) -> bytes:
        """:meth:`Contract.encode_response_body` of the bundled contract."""

    def validate_request(
        request: Any,
        *,
        strict: bool = ...,
        engine: Any = ...,
        operation: str | None = ...,
        max_findings: int = ...,
    ) -> Report:
        """:meth:`Contract.validate_request` of the bundled contract."""

    def validate_response(
        response: Any,
        request: Any = ...,
        *,
        strict: bool = ...,
        engine: Any = ...,
        operation: str | None = ...,
        max_findings: int = ...,
    ) -> Report:
        """:meth:`Contract.validate_response` of the bundled contract."""

    def validate_request_body(
        body: Any,
        content_type: str = ...,
        *,
        strict: bool = ...,
        engine: Any = ...,
        operation: str | None = ...,
        max_findings: int = ...,
    ) -> Report:
        """:meth:`Contract.validate_request_body` of the bundled contract."""

    def validate_response_body(
        body: Any,
        content_type: str = ...,
        *,
        status: int = ...,
        select: str | Iterable[str] | None = ...,
        strict: bool = ...,
        engine: Any = ...,
        operation: str | None = ...,
        max_findings: int = ...,
    ) -> Report:
        """:meth:`Contract.validate_response_body` of the bundled contract."""

    def is_valid_request_body(
        body: Any, content_type: str = ..., *, strict: bool = ..., engine: Any = ..., operation: str | None = ...
    ) -> bool:
        """:meth:`Contract.is_valid_request_body` of the bundled contract."""

    def is_valid_response_body(
        body: Any,
        content_type: str = ...,
        *,
        status: int = ...,
        select: str | Iterable[str] | None = ...,
        strict: bool = ...,
        engine: Any = ...,
        operation: str | None = ...,
    ) -> bool:
        """:meth:`Contract.is_valid_response_body` of the bundled contract."""
