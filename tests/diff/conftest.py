"""Contracts made by editing the text of the bundled one."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pytest

import relation_spec
from relation_spec.contract.document import Document
from relation_spec.contract.yaml_text import parse
from tests.conftest import SPEC

TEXT = SPEC.read_text(encoding="utf-8")


def edited_text(edits: tuple[tuple[str, str], ...]) -> str:
    """The bundled YAML with the first place of each text replaced."""
    text = TEXT
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


@lru_cache(maxsize=4)
def document(text: str, path: str = "new.yaml") -> Document:
    """A document without the checks of loading, which other tests make of the same edits."""
    return Document(parse(text.encode(), path), path, text.encode())


@pytest.fixture
def loaded_text(tmp_path: Path) -> Callable[[str], relation_spec.Contract]:
    """A contract from a YAML's text, with all checks."""
    count = iter(range(1000))

    def load(text: str) -> relation_spec.Contract:
        path = tmp_path / f"contract{next(count)}.yaml"
        path.write_text(text, encoding="utf-8")
        return relation_spec.load(path)

    return load
