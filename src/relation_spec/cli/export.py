"""``relation-spec export``: the contract as OpenAPI, JSON Schema or XML Schema, and whether a stored one is fresh."""

from pathlib import Path
from typing import Any

import click

from relation_spec.cli.generated import difference, write
from relation_spec.contract import Side
from relation_spec.export import Exported, json_schema, openapi, xsd
from relation_spec.messages import Contract, load

__all__ = ["command"]

_STALE = 1


@click.command("export")
@click.argument("kind", metavar="openapi|jsonschema|xsd", type=click.Choice(["openapi", "jsonschema", "xsd"]))
@click.option("--openapi-version", type=click.Choice(["3.1", "3.0"]), help="For openapi.  [default: 3.1]")
@click.option("--extensions", is_flag=True, help="For openapi: keep our x- keywords beside what they became.")
@click.option("--dialect", type=click.Choice(["2020-12", "draft-07"]), help="For jsonschema.  [default: 2020-12]")
@click.option("--xsd-version", type=click.Choice(["1.0", "1.1"]), help="For xsd.  [default: 1.0]")
@click.option(
    "--side",
    type=click.Choice(["request", "response"]),
    help="For jsonschema and xsd: whose bodies.  [default: request]",
)
@click.option("--status", type=click.IntRange(100, 599), help="For jsonschema and xsd of responses.  [default: 200]")
@click.option("--operation", help="For jsonschema and xsd: the operationId, where the contract holds several.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["yaml", "json"]),
    help="Of openapi and jsonschema. By default by the name of --output, else yaml for openapi, json for jsonschema.",
)
@click.option("--output", "-o", type=click.Path(dir_okay=False), help="Write to this file instead of standard output.")
@click.option("--check", is_flag=True, help="Write nothing; show how the file at --output differs from a fresh export.")
@click.option("--spec", type=click.Path(), help="Another contract than the bundled one.")
def command(kind: str, spec: str | None, format_: str | None, output: str | None, check: bool, **options: Any) -> None:
    """Write the contract in the format of other tools.

    The header of each export lists the rules that its format cannot say: x-not-enforced in OpenAPI, $comment in JSON
    Schema, a comment in XML Schema. With --check the exit status is 1 if the stored export is stale.
    """
    if check and output is None:
        raise click.UsageError("--check needs --output PATH, the export to check.")
    made = _export(kind, load(spec), _given(kind, format_, options))
    if kind == "xsd":
        form = "xml"
    else:
        by_name = {".json": "json", ".yaml": "yaml", ".yml": "yaml"}.get(Path(output or "").suffix.lower())
        form = format_ or by_name or ("yaml" if kind == "openapi" else "json")
    text = made.text(form)  # type: ignore[arg-type]
    if output is None:
        click.echo(text, nl=False)
    elif not check:
        write(Path(output), text)
    elif told := difference(Path(output), text):
        click.echo(told, nl=False)
        click.echo(f"{output} is stale; write it again without --check", err=True)
        raise click.exceptions.Exit(_STALE)
    else:
        click.echo(f"{output} is fresh")


_OWNED = {
    "openapi": ("openapi_version", "extensions", "format"),
    "jsonschema": ("dialect", "side", "status", "operation", "format"),
    "xsd": ("xsd_version", "side", "status", "operation"),
}


def _given(kind: str, format_: str | None, options: dict[str, Any]) -> dict[str, Any]:
    """The options that were given; those of another kind of export are refused, since they would do nothing."""
    given = {name: value for name, value in {**options, "format": format_}.items() if value not in (None, False)}
    for name in given:
        if name not in _OWNED[kind]:
            raise click.UsageError(f"--{name.replace('_', '-')} does not go with {kind}.")
    if "status" in given and given.get("side") != "response":
        raise click.UsageError("--status goes with --side response.")
    return given


def _export(kind: str, contract: Contract, given: dict[str, Any]) -> Exported:
    if kind == "openapi":
        version = given.get("openapi_version", "3.1")
        return openapi(contract, version=version, extensions=given.get("extensions", False))
    side: Side = given.get("side", "request")
    place = {"operation": given.get("operation"), "status": given.get("status", 200)}
    if kind == "jsonschema":
        return json_schema(contract, side, dialect=given.get("dialect", "2020-12"), **place)
    return xsd(contract, side, version=given.get("xsd_version", "1.0"), **place)
