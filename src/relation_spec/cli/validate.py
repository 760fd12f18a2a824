"""``relation-spec validate``: payload files to a verdict and findings, one at a time or in bulk."""

import os
import sys
from collections.abc import Callable
from functools import partial
from typing import Any, Final, NamedTuple

import click

from relation_spec.cli.inputs import STDIN, UnreadableError, is_bulk, read
from relation_spec.cli.reporters import REPORTERS, Outcome, Reporter
from relation_spec.contract import Side
from relation_spec.findings import Report
from relation_spec.limits import MAX_FINDINGS
from relation_spec.messages import Contract, load

__all__ = ["command"]

_JSON: Final = "application/json"


class _Options(NamedTuple):
    side: Side | None
    content_type: str
    status: int | None
    select: str | None
    strict: bool
    warnings: bool | None
    engine: Any
    operation: str | None
    max_findings: int
    ndjson: bool | None


@click.command("validate")
@click.argument("files", nargs=-1, metavar="[FILE...]", type=click.Path(allow_dash=True))
@click.option(
    "--as",
    "side",
    type=click.Choice(["request", "response"]),
    help="What the payloads are. By default responses where the file's name says so, else requests.",
)
@click.option("--content-type", default=_JSON, show_default=True, help="The payloads' Content-Type.")
@click.option("--status", show_default="200", type=click.IntRange(100, 599), help="Responses' status.")
@click.option("--select", help="The request's select list; what it leaves out must be null or zero.")
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option("--warnings/--no-warnings", default=None, help="Show warnings. By default yes, in bulk no.")
@click.option("--engine", type=click.Choice(["reference"]), help="Ask the judge, jsonschema, alone.")
@click.option("--operation", help="The operationId, where the contract holds several.")
@click.option("--max-findings", default=MAX_FINDINGS, show_default=True, type=click.IntRange(1), help="Per payload.")
@click.option("--ndjson/--no-ndjson", default=None, help="One JSON text a line. By default for .ndjson and .jsonl.")
@click.option("--format", "format_", type=click.Choice(list(REPORTERS)), default="text", show_default=True)
@click.option("--spec", type=click.Path(), help="Another contract than the bundled one.")
@click.pass_context
def command(ctx: click.Context, /, files: tuple[str, ...], format_: str, spec: str | None, **rest: Any) -> None:
    """Judge payloads by the contract.

    FILE is a JSON text, or one JSON text a line (.ndjson, .jsonl); either may be gzipped (.gz). "-" is standard input.

    Exit status: 0 all valid, 1 findings, 2 wrong use or unreadable input.
    """
    options = _Options(**rest)
    inputs = _inputs(files, options)
    contract = load(spec)
    reporter = REPORTERS[format_]()(contract.document, spec)
    invalid = unreadable = False
    for file, side in inputs:
        try:
            invalid |= not _file(contract, file, side, options, reporter)
        except UnreadableError as error:
            click.echo(f"Error: {file}: {error}", err=True)
            unreadable = True
    reporter.end()
    ctx.exit(2 if unreadable else 1 if invalid else 0)


def _inputs(files: tuple[str, ...], options: _Options) -> list[tuple[str, Side]]:
    """Each file with its side, or a UsageError before anything is judged."""
    if not files and (sys.stdin is None or sys.stdin.isatty()):
        raise click.UsageError("Name a file, or pipe a payload in.")
    if files.count(STDIN) > 1:
        raise click.UsageError('"-" is standard input, which can be read once.')
    inputs = [(file, options.side or _guess(file)) for file in files or (STDIN,)]
    for name, value in (("--select", options.select), ("--status", options.status)):
        if value is not None and any(side == "request" for _, side in inputs):
            raise click.UsageError(f"{name} goes with responses; add --as response.")
    return inputs


def _guess(file: str) -> Side:
    return "response" if "response" in os.path.basename(file).lower() else "request"


def _arguments(side: Side, options: _Options) -> dict[str, Any]:
    """What the contract's calls are told, as far as it is not the usual."""
    given: dict[str, Any] = {"operation": options.operation}
    if side == "response":
        given |= {"status": options.status, "select": options.select}
    if options.content_type != _JSON:
        given["content_type"] = options.content_type
    return {name: value for name, value in given.items() if value is not None}


def _file(contract: Contract, file: str, side: Side, options: _Options, reporter: Reporter) -> bool:
    arguments = _arguments(side, options)
    call: Any = contract.validate_response_body if side == "response" else contract.validate_request_body
    judging = {"strict": options.strict, "engine": options.engine, "max_findings": options.max_findings}
    validate: Callable[[Any], Report] = partial(call, **judging, **arguments)
    if is_bulk(file) if options.ndjson is None else options.ndjson:
        from relation_spec.cli import bulk

        # an accepted line may have warnings
        in_full = options.engine or options.warnings or options.strict
        accept = None if in_full else contract.acceptor(side, **arguments)
        return bulk.judge(file, options.content_type, validate, accept, reporter, options.warnings or False)
    try:
        body = read(file)
    except UnreadableError as error:
        reporter.unreadable(file, str(error))
        raise
    report = validate(body)
    show_warnings = options.warnings is not False
    reporter.add(Outcome(file, None, report, body, options.content_type, show_warnings))
    return report.valid
