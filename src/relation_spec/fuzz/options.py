"""The options of a run, by name and type; :func:`relation_spec.fuzz.run` says what each means."""

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

from relation_spec.fuzz.model import Key
from relation_spec.messages import Contract
from relation_spec.messages.message import HeaderFields

__all__ = ["Options", "SessionOptions"]


class SessionOptions(TypedDict, total=False):
    """How a target is spoken to."""

    contract: Contract | None
    auth: str | Iterable[str] | None
    expired_auth: str | None
    headers: HeaderFields
    rate: float | None
    sample: Mapping[str, Any] | None
    allowed_hosts: Iterable[str]
    operation: str | None
    verify: bool


class Options(SessionOptions, total=False):
    """What is tried, what is looked for, and what counts."""

    seed: int
    examples: int
    seconds: float | None
    max_cases: int | None
    only: Iterable[str]
    skip: Iterable[str]
    workers: int
    documented_only: bool
    require_matrix: bool
    baseline: Iterable[Key]
