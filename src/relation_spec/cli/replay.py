"""``relation-spec replay``: sends one recorded defect again, and says whether it still shows."""

import json
from typing import Any

import click

from relation_spec.findings.quoting import escape
from relation_spec.fuzz.credentials import users_of
from relation_spec.fuzz.replaying import UnreachedError, replay
from relation_spec.fuzz.showing import Shower
from relation_spec.messages import load

__all__ = ["command"]


@click.command("replay")
@click.argument("file", type=click.Path())
@click.option("--target", metavar="URL|module:app", help="By default the one that the file names.")
@click.option("--auth", multiple=True, metavar="KIND:...", help="As for fuzz; by default RELATION_AUTH.")
@click.option("--i-may-test-this-host", "allowed_hosts", multiple=True, metavar="HOST", help="Besides this machine.")
@click.option("--insecure", is_flag=True, help="Do not check certificates.")
@click.option("--operation", help="The operationId, where the contract holds several.")
@click.option("--format", "form", default="text", type=click.Choice(["text", "json"]), help="Of standard output.")
@click.option("--spec", type=click.Path(), help="Another contract than the bundled one.")
def command(
    file: str, target: str | None, auth: tuple[str, ...], insecure: bool, form: str, spec: str | None, **options: Any
) -> None:
    """Send the defect in FILE again.

    Exit status: 0 it does not show any more; 1 it does; 3 the target does not answer.
    """
    contract = load(spec)
    try:
        found = replay(file, target, contract=contract, auth=auth or None, verify=not insecure, **options)
    except UnreachedError as unreached:
        click.echo(f"Nothing was tested: {escape(str(unreached))}")
        raise click.exceptions.Exit(3) from None
    operation = contract.document.operation(options["operation"])
    shower = Shower(users_of(auth or None, operation), "", document=contract.document)
    if form == "json":
        held = None if found is None else shower.defect(found)
        click.echo(json.dumps({"fails": found is not None, "defect": held}, indent=2, default=str))
    elif found is None:
        click.echo("It does not show any more.")
    else:
        click.echo(f"It still shows: {escape(found.title)}\n   {escape(shower.cover(found.message))}")
    raise click.exceptions.Exit(0 if found is None else 1)
