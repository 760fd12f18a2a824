"""jsonschema: the reference in Python, with its formats; bytes are parsed by orjson."""

from typing import Any

import jsonschema
import orjson

from tools.bench.payloads import Material
from tools.bench.peers import Peer, version


def adapt(material: Material) -> Peer:
    """One validator, made once."""
    made = jsonschema.validators.validator_for(material.schema)
    validator = made(material.schema, format_checker=made.FORMAT_CHECKER)
    is_valid, iter_errors, loads = validator.is_valid, validator.iter_errors, orjson.loads

    def faults(value: Any) -> list[tuple[Any, str]]:
        return [(error.absolute_path, error.message) for error in iter_errors(value)]

    calls = {"bytes": lambda body: is_valid(loads(body)), "value": is_valid, "faults": faults}
    return Peer(f"jsonschema {version('jsonschema')}", calls, "orjson")
