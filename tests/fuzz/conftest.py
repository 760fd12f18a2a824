"""What tests of the fuzzer share: the command, run in this process with credentials in its environment."""

from collections.abc import Callable

import pytest

from relation_spec.cli import main

SECRET = "demo-word"
AUTH = f"basic:demo:{SECRET}"

Command = Callable[..., tuple[int, str, str]]
"""Takes arguments, gives status, output and errors."""


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setenv("RELATION_AUTH", AUTH)

    def run(*args: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main([*args])
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run
