"""Files that are made from the contract: how they are written, and how one that is there differs from a fresh one.

In: a path and the text that should stand there. Line ends do not count, since a checkout may have changed them.
"""

from pathlib import Path
from typing import Final

import click

__all__ = ["difference", "write"]

_MOST_LINES: Final = 200  # of a difference: more says no more


def write(path: Path, text: str) -> None:
    """Write the file.

    Raises:
        click.ClickException: where it cannot be written.
    """
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}") from None


def difference(path: Path, text: str) -> str:
    """How the file differs from what it should be, as a unified diff, or nothing.

    Raises:
        click.ClickException: where it cannot be read.
    """
    try:
        found = path.read_bytes().replace(b"\r\n", b"\n").decode("utf-8", "replace")
    except OSError as error:
        raise click.ClickException(f"{path} cannot be read: {error.strerror}") from None
    if found == text:
        return ""
    from difflib import unified_diff

    old, new = found.splitlines(keepends=True), text.splitlines(keepends=True)
    lines = list(unified_diff(old, new, f"{path} as it is", f"{path} as it should be"))
    if len(lines) > _MOST_LINES:
        lines[_MOST_LINES:] = [f"… and {len(lines) - _MOST_LINES} more lines\n"]
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
