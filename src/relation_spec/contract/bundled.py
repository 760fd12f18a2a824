"""Where the bundled YAML lies, and its precompiled form.

The YAML is one file in the source tree, ``spec/relation.openapi.yaml``; a wheel carries it inside the package. Parsing
it costs more than everything else at start-up, so a build step stores its parsed form beside it, with the YAML's own
bytes. The stored form is used only while those bytes equal the YAML; otherwise the YAML is parsed.
"""

from pathlib import Path
from typing import Any, Final

from relation_spec.contract.source import Source

__all__ = ["NAME", "dump", "find", "precompiled"]

NAME: Final = "relation.openapi.yaml"
_PACKAGE: Final = Path(__file__).parent.parent
_PRECOMPILED: Final = "_precompiled.json"


def find() -> Path:
    """The bundled YAML: inside an installed package, or in the source tree of an editable install."""
    installed = _PACKAGE / "spec" / NAME
    return installed if installed.is_file() else _PACKAGE.parent.parent / "spec" / NAME


def dump(text: bytes, source: Source) -> bytes:
    """The precompiled form of a YAML's bytes and what :func:`relation_spec.contract.yaml_text.parse` made of them."""
    import msgspec

    return msgspec.json.encode({"yaml": text.decode(), "value": source.value, "lines": source.lines})


def precompiled(text: bytes) -> Source | None:
    """The parsed form that the build stored, if it was made from just these bytes."""
    import msgspec

    try:
        stored: Any = msgspec.json.decode((_PACKAGE / "spec" / _PRECOMPILED).read_bytes())
    except (OSError, msgspec.DecodeError):
        return None
    return Source(stored["value"], stored["lines"]) if stored["yaml"].encode() == text else None
