"""The contenders: one adapter file each, which says how that library does what is measured.

An in-process adapter has ``adapt(material)``, which compiles what it needs and gives a :class:`Peer`. Its calls are
``parse`` (bytes to value), ``bytes`` and ``value`` (to a verdict) and ``faults`` (to a list of pointers and messages).
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.metadata import version
from typing import Any, NamedTuple

from tools.bench.payloads import Material

__all__ = ["Peer", "UnfitError", "adapt", "check", "version"]


class Peer(NamedTuple):
    """A contender: its name with its version, its calls by kind, and what parses for it where it cannot."""

    name: str
    calls: Mapping[str, Callable[[Any], Any]]
    parser: str = ""

    def label(self, kind: str) -> str:
        """How the table calls it."""
        if kind == "bytes" and self.parser:
            return f"{self.parser} + {self.name}"
        return f"{self.name}, parsing" if kind == "parse" else self.name


class UnfitError(Exception):
    """The contender does not do what it is measured for."""


def adapt(module: str, material: Material) -> Peer:
    """The contender in ``tools.bench.peers.<module>``, for one side's rules."""
    peer: Peer = import_module(f"tools.bench.peers.{module}").adapt(material)
    return peer


def check(peer: Peer, kind: str, valid: list[Any], broken: Any, faults: int) -> None:
    """See that a call tells valid from broken before it is timed; ``valid`` and ``broken`` are decoded or bytes.

    Raises:
        UnfitError: where it does not.
    """
    call = peer.calls[kind]
    if kind == "faults":
        if len(found := call(broken)) != faults:
            raise UnfitError(f"{peer.name} finds {len(found)} of {faults} faults: {found}")
    elif kind != "parse":
        if refused := next((body for body in valid if not call(body)), None):
            raise UnfitError(f"{peer.name} refuses a valid body: {str(refused)[:400]}")
        if call(broken):
            raise UnfitError(f"{peer.name} takes a broken body")
