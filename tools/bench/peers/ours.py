"""This package, by its public calls."""

from collections.abc import Callable
from typing import Any

import relation_spec
from tools.bench.payloads import Material
from tools.bench.peers import Peer


def adapt(material: Material) -> Peer:
    """The calls on the contract that is measured."""
    contract = material.contract
    if material.side == "request":
        is_valid, validate = contract.is_valid_request_body, contract.validate_request_body
    else:
        is_valid, validate = contract.is_valid_response_body, contract.validate_response_body

    def faults(value: Any) -> list[tuple[str, str]]:
        return [(finding.pointer, finding.message) for finding in validate(value).findings]

    def pointers(value: Any) -> list[str]:
        return [finding.pointer for finding in validate(value).findings]

    calls: dict[str, Callable[[Any], Any]] = {
        "bytes": is_valid,
        "value": is_valid,
        "report": validate,
        "faults": faults,
        "pointers": pointers,
    }
    return Peer(f"relation-spec {relation_spec.__version__}", calls)
