"""From a path to a checked, immutable :class:`Document`, cached by the file's content."""

import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from relation_spec.contract import bundled
from relation_spec.contract.document import Document
from relation_spec.contract.errors import UnusableContractError

__all__ = ["read"]


def read(path: str | os.PathLike[str] | None = None, enforceable: Callable[[Document], None] | None = None) -> Document:
    """Read the contract at ``path``, or the bundled one.

    Any YAML but the bundled one is judged first: by the checks of this package, by ``enforceable`` (which refuses what
    the engines cannot enforce), and by openapi-spec-validator. The same content at the same path gives the same object.

    Raises:
        UnusableContractError: naming file, line and reason.
    """
    chosen = bundled.find() if path is None else Path(path)
    try:
        text = chosen.read_bytes()
    except OSError as error:
        raise UnusableContractError(os.fspath(chosen), None, f"cannot be read: {error.strerror}") from None
    return _read(os.fspath(chosen), text, path is None, enforceable)


@lru_cache(maxsize=32)
def _read(path: str, text: bytes, trusted: bool, enforceable: Callable[[Document], None] | None) -> Document:
    if trusted and (stored := bundled.precompiled(text)):
        return Document(stored, path, text)
    from relation_spec.contract.yaml_text import parse  # loads PyYAML, which a precompiled start-up never needs

    source = parse(text, path)
    document = Document(source, path, text)
    if not trusted:
        from relation_spec.contract import checks, openapi

        checks.check(source, path)
        if enforceable is not None:
            enforceable(document)
        openapi.check(source, path)
    return document
