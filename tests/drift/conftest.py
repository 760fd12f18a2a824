"""A page in the vendor's form, and the command that looks at it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.drift.page import page
from tools.drift.__main__ import command


@pytest.fixture
def text(request_body: dict[str, Any], response_body: dict[str, Any]) -> str:
    return page(request_body, response_body)


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Result]:
    """The command, with a page's text in a file."""

    def call(text: str | bytes, *options: str) -> Result:
        path = tmp_path / "page.md"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        words = () if "--words" in options else ("--words", str(tmp_path / "none.json"))
        return CliRunner().invoke(command, [str(path), *words, *options])

    return call
