"""sourcemeta's JSON Schema CLI from npm: C++, the native binary without Node.js in front of it."""

import json
import platform
import sys
from pathlib import Path

from tools.bench.peers import UnfitError

_PACKAGE = Path("npm/node_modules/@sourcemeta/jsonschema")
_MACHINES = {"AMD64": "x86_64", "aarch64": "arm64"}


def name(envs: Path) -> str:
    """Its name with its version."""
    about = json.loads((envs / _PACKAGE / "package.json").read_text(encoding="utf-8"))
    return f"sourcemeta --fast {about['version']}"


def command(envs: Path, schema: Path, lines: Path) -> list[object]:
    """Judge a file of lines to its end; without ``--format-assertion`` no format is checked."""
    machine = _MACHINES.get(platform.machine(), platform.machine())
    musl = sys.platform == "linux" and not platform.libc_ver()[0]
    binary = f"jsonschema-{sys.platform}-{machine}{'-musl' if musl else ''}"
    path = envs / _PACKAGE / "build" / "github-releases" / binary
    if not path.exists():
        raise UnfitError(f"sourcemeta: no binary {binary}; is Node.js there?")
    return [path, "validate", schema, lines, "--fast", "--continue"]
