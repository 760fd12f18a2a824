"""Workflow commands of GitHub Actions (also of Gitea and Forgejo), which show messages beside the lines of a change.

In: a message and where it belongs. Out: one line, ``::error file=...,line=...,col=...,title=...::message``.
"""

__all__ = ["annotation"]


def annotation(
    severity: str,
    message: str,
    *,
    file: str | None = None,
    line: int | None = None,
    column: int | None = None,
    title: str | None = None,
) -> str:
    """The command for a message of severity ``error``, ``warning`` or ``notice``; lines and columns count from 1.

    It is one line whatever stands in the texts: what would end a command is written ``%25``, ``%0D``, ``%0A``, and what
    would end a property ``%3A``, ``%2C``, which the runner reads.
    """
    given = {"file": file, "line": line, "col": column, "title": title}
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in given.items() if value is not None)
    return f"::{severity}{' ' if properties else ''}{properties}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
