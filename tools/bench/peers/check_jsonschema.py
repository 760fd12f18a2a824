"""check-jsonschema: the command that judges files by JSON Schema."""

import sys
from pathlib import Path

from tools.bench.peers import version

NAME = f"check-jsonschema {version('check-jsonschema')}"


def command(schema: Path, payload: Path) -> list[object]:
    """Judge one file."""
    return [sys.executable, "-m", "check_jsonschema", "--schemafile", schema, payload]
