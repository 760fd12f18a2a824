"""Build step: puts the contract into what is built, as the YAML and in its parsed form, which makes starting cheap.

A wheel gets both files. An editable install reads ``spec/`` in the tree and gets the parsed form alone, where git
ignores it. The parsed form holds the YAML's own bytes and is used only while they equal the YAML.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_PRECOMPILED = "_precompiled.json"


class ContractBuildHook(BuildHookInterface[Any]):
    """Adds the contract to wheels and editable installs."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and say to the builder which files go where."""
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        if version == "editable":
            target = root / "src" / "relation_spec" / "spec"
        else:
            self._scratch = tempfile.TemporaryDirectory()
            target = Path(self._scratch.name)
        yaml, precompiled = compile_contract(root, target)
        if version != "editable":
            build_data["force_include"][str(yaml)] = f"relation_spec/spec/{yaml.name}"
            build_data["force_include"][str(precompiled)] = f"relation_spec/spec/{precompiled.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what only the build needed."""
        if hasattr(self, "_scratch"):
            self._scratch.cleanup()


def compile_contract(root: Path, target: Path) -> tuple[Path, Path]:
    """Compile the YAML of the tree at ``root`` into the folder ``target``; both files' paths."""
    sys.path.insert(0, str(root / "src"))
    try:
        from relation_spec.contract.bundled import NAME, dump
        from relation_spec.contract.yaml_text import parse
    finally:
        sys.path.pop(0)
    yaml = root / "spec" / NAME
    text = yaml.read_bytes()
    target.mkdir(exist_ok=True)
    precompiled = target / _PRECOMPILED
    precompiled.write_bytes(dump(text, parse(text, NAME)))
    return yaml, precompiled
