"""``relation-spec docs``: the reference page of a contract in Markdown or as one file of HTML, or if it is stale."""

from pathlib import Path
from typing import Final

import click

from relation_spec.cli.generated import difference, write

__all__ = ["command"]

_PAGE: Final = "docs/reference.md"  # where --check looks unless it is told otherwise
_SUFFIXES: Final = {".html": "html", ".htm": "html"}


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
        write(Path(target), text)
    elif told := difference(Path(target), text):
        click.echo(told, nl=False)
        click.echo(f"{target} is stale; make it anew with relation-spec docs --output {target}.", err=True)
        ctx.exit(1)
