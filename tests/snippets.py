"""What pages show is what happens: the blocks of a page in Markdown, run, and their output compared.

A block of Python or shell is run; a block ``text`` after it is what it prints, in which ``...`` stands for anything. A
block whose first line is a comment with the name of a file, such as ``# test_it.py``, is saved under that name.
"""

import contextlib
import doctest
import io
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent


class Block(NamedTuple):
    """A block of a page, and the output shown after it, or None."""

    page: str
    heading: str
    line: int
    language: str
    code: str
    shown: str | None

    @property
    def file(self) -> str | None:
        """The name under which a reader saves it, if its first line says one."""
        named = re.match(r"# ([\w./-]+\.\w+)\n", self.code)
        return named[1] if named else None


def blocks(page: str) -> Iterator[Block]:
    """The blocks of a page, named by its path from the root of the project, without those that show output."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found = list(re.finditer(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))
    for this, following in zip(found, [*found[1:], None], strict=True):
        language, code = this.groups()
        if language == "text":
            continue
        shown = following[2] if following and following[1] == "text" else None
        heading = re.findall(r"^#+ (.*)$", text[: this.start()], re.MULTILINE)[-1]
        yield Block(page, heading, text.count("\n", 0, this.start()) + 1, language, code, shown)


def name(block: Block) -> str:
    return f"{block.heading.replace(' ', '_')}-line_{block.line}"


def assert_shown(block: Block, printed: str) -> None:
    """``...`` in what is shown stands for anything, and a line of the YAML for any line of it."""
    where = f"{block.page}:{block.line}"
    assert block.shown is not None or not printed, f"{where} must show what this prints:\n{printed}"

    def loose(text: str) -> str:
        return re.sub(r"((?:relation\.openapi|mine)\.yaml):\d+:", r"\1:N:", text)

    shown = block.shown or ""
    same = doctest.OutputChecker().check_output(loose(shown), loose(printed), doctest.ELLIPSIS)
    assert same, f"{where} printed:\n{printed}\nshown:\n{shown}"


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with the examples and the YAML in it, in which the command can be found, as the current folder."""
    for folder in ("examples", "spec"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / "bin").mkdir()
    for command, run_as in (("relation-spec", "-m relation_spec"), ("pytest", "-m pytest"), ("python", "")):
        script = tmp_path / "bin" / command
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" {run_as} "$@"\n')
        script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    for module in [key for key, held in sys.modules.items() if str(tmp_path) in str(getattr(held, "__file__", ""))]:
        del sys.modules[module]


def run(code: str) -> subprocess.CompletedProcess[str]:
    """Run commands as a shell does; what they leave running is ended with them."""
    with subprocess.Popen(
        ["/bin/sh", "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as shell:
        out, err = shell.communicate()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(shell.pid, signal.SIGTERM)
    return subprocess.CompletedProcess(code, shell.returncode, out, err)


def assert_python_prints_what_is_shown(block: Block) -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(block.code, f"{block.page}:{block.line}", "exec"), {"__name__": "page"})
    assert_shown(block, printed.getvalue())


def assert_shell_prints_what_is_shown(block: Block, code: str | None = None) -> None:
    done = run(code or block.code)
    where = f"{block.page}:{block.line}"
    assert not done.stderr, f"{where}: {done.stderr}"
    assert done.returncode in (0, 1), f"{where} ended with {done.returncode}: {done.stdout}"
    assert_shown(block, done.stdout)


def save(block: Block, folder: Path) -> None:
    """Save a block as the file that it names."""
    assert block.file
    path = folder / block.file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(block.code, encoding="utf-8")
