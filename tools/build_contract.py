"""Build step: stores the parsed contract beside its YAML, so that a start-up need not parse YAML.

Wheels and editable installs get ``relation_spec/spec/_precompiled.json``. It holds the YAML's own bytes and is used
only while they equal the YAML.
"""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ContractBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the precompiled contract to what is built."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the file into the source tree, where git ignores it, and add it to a wheel."""
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        precompiled = compile_contract(root)
        if version != "editable":
            build_data["force_include"][str(precompiled)] = "relation_spec/spec/_precompiled.json"


def compile_contract(root: Path) -> Path:
    """Compile the YAML of the tree at ``root`` and return the file that holds the result."""
    sys.path.insert(0, str(root / "src"))
    try:
        from relation_spec.contract.bundled import NAME, dump
        from relation_spec.contract.yaml_text import parse
    finally:
        sys.path.pop(0)
    text = (root / "spec" / NAME).read_bytes()
    target = root / "src" / "relation_spec" / "spec" / "_precompiled.json"
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(dump(text, parse(text, NAME)))
    return target
