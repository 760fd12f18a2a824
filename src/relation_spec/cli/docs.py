"""``relation-spec docs``: the reference page of a contract in Markdown or as one file of HTML, or if it is stale."""

import difflib
from pathlib import Path
from typing import Final

import click

__all__ = ["command"]

_PAGE: Final = "docs/reference.md"  # where --check looks unless it is told otherwise
_SUFFIXES: Final = {".html": "html", ".htm": "html"}
_MOST_LINES: Final = 200


@click.command("docs")
@click.option("--format", "form", type=click.Choice(["markdown", "html"]), help="By default by the name of --output.")
@click.option("--output", type=click.Path(dir_okay=False), help="The file to write. By default standard output.")
@click.option(
    "--check", is_flag=True, help=f"Write nothing: fail where --output (or {_PAGE}) is not what it should be."
)
@click.option("--operation", help="The operationId, where the contract holds several.")
@click.option("--address", help="The server to which samples are sent. By default where `relation-spec serve` listens.")
@click.option("--spec", type=click.Path(), help="Another contract than the bundled one.")
@click.pass_context
def command(
    ctx: click.Context,
    form: str | None,
    output: str | None,
    check: bool,
    operation: str | None,
    address: str | None,
    spec: str | None,
) -> None:
    """Write the reference page of the contract.

    Every sample on it is judged first; one that the contract refuses stops the build. With --check the exit status is 1
    and the difference is shown where the page that is there is stale.
    """
    from relation_spec import docs
    from relation_spec.messages import load

    target = output if output is not None else _PAGE if check else None
    form = form or _SUFFIXES.get(Path(target or "").suffix.lower(), "markdown")
    make = docs.html if form == "html" else docs.markdown
    given = {} if address is None else {"address": address.rstrip("/")}
    text = make(load(spec), operation=operation, **given)
    if target is None:
        click.echo(text, nl=False)
    elif not check:
        _write(Path(target), text)
    elif told := _difference(Path(target), text):
        click.echo(told, nl=False)
        click.echo(f"{target} is stale; make it anew with relation-spec docs --output {target}.", err=True)
        ctx.exit(1)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}") from None


def _difference(path: Path, text: str) -> str:
    """How the file differs from what it should be, as a unified diff, or nothing."""
    try:
        found = path.read_bytes().decode("utf-8", "replace")
    except OSError as error:
        raise click.ClickException(f"{path} cannot be read: {error.strerror}") from None
    if found == text:
        return ""
    lines = list(difflib.unified_diff(
        found.splitlines(keepends=True), text.splitlines(keepends=True), f"{path} as it is", f"{path} as it should be"
    ))  # fmt: skip
    cut = (
        [*lines[:_MOST_LINES], f"… and {len(lines) - _MOST_LINES} more lines\n"] if len(lines) > _MOST_LINES else lines
    )
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in cut)
