"""jsonschema-rs: JSON Schema compiled by Rust, formats asserted; bytes are parsed by orjson."""

from typing import Any

import jsonschema_rs
import orjson

from tools.bench.payloads import Material
from tools.bench.peers import Peer, version


def adapt(material: Material) -> Peer:
    """One validator, made once."""
    validator = jsonschema_rs.validator_for(material.schema, validate_formats=True)
    is_valid, iter_errors, loads = validator.is_valid, validator.iter_errors, orjson.loads

    def faults(value: Any) -> list[tuple[Any, str]]:
        return [(error.instance_path, error.message) for error in iter_errors(value)]

    def pointers(value: Any) -> list[Any]:
        return [error.instance_path for error in iter_errors(value)]

    calls = {"bytes": lambda body: is_valid(loads(body)), "value": is_valid, "faults": faults, "pointers": pointers}
    return Peer(f"jsonschema-rs {version('jsonschema-rs')}", calls, "orjson")
