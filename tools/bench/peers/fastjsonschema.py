"""fastjsonschema: Python code generated from a draft-07 schema; stops at the first fault; bytes by orjson."""

from typing import Any

import fastjsonschema
import orjson

from tools.bench.export import DIALECTS
from tools.bench.payloads import Material
from tools.bench.peers import Peer, version


def adapt(material: Material) -> Peer:
    """One function, made once; its answer by exception is turned into a verdict."""
    validate = fastjsonschema.compile({**material.schema, "$schema": DIALECTS["draft-07"]})
    loads = orjson.loads

    def is_valid(value: Any) -> bool:
        try:
            validate(value)
        except fastjsonschema.JsonSchemaValueException:
            return False
        return True

    calls = {"bytes": lambda body: is_valid(loads(body)), "value": is_valid}
    return Peer(f"fastjsonschema {version('fastjsonschema')}", calls, "orjson")
