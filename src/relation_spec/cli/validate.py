"""``relation-spec validate``: payload files to a verdict and findings, one at a time or in bulk."""

import os
import sys
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import click

from relation_spec.cli.inputs import STDIN, UnreadableError, is_bulk, read, records
from relation_spec.cli.reporters import REPORTERS, Outcome, Reporter
from relation_spec.findings import Report
from relation_spec.limits import MAX_FINDINGS
from relation_spec.messages import Contract, load

__all__ = ["command"]


class _Options(NamedTuple):
    side: str | None
    content_type: str
    status: int
    select: str | None
    strict: bool
    warnings: bool | None
    engine: Any
    operation: str | None
    max_findings: int
    ndjson: bool | None


@click.command("validate")
@click.argument("files", nargs=-1, metavar="[FILE...]")
@click.option(
    "--as",
    "side",
    type=click.Choice(["request", "response"]),
    help="What the payloads are. By default responses where the file's name says so, else requests.",
)
@click.option("--content-type", default="application/json", show_default=True, help="The payloads' Content-Type.")
@click.option("--status", default=200, show_default=True, type=click.IntRange(100, 599), help="Responses' status.")
@click.option("--select", help="The request's select list; what it leaves out must be null or zero.")
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option("--warnings/--no-warnings", default=None, help="Show warnings. By default yes, in bulk no.")
@click.option("--engine", type=click.Choice(["reference"]), help="Ask the judge, jsonschema, alone.")
@click.option("--operation", help="The operationId, where the contract holds several.")
@click.option("--max-findings", default=MAX_FINDINGS, show_default=True, type=click.IntRange(1), help="Per payload.")
@click.option("--ndjson/--no-ndjson", default=None, help="One JSON text a line. By default for .ndjson and .jsonl.")
@click.option("--format", "format_", type=click.Choice(list(REPORTERS)), default="text", show_default=True)
@click.option("--spec", type=click.Path(), help="Another contract than the bundled one.")
def command(files: tuple[str, ...], format_: str, spec: str | None, **rest: Any) -> None:
    """Judge payloads by the contract.

    FILE is a JSON text, or one JSON text a line (.ndjson, .jsonl); either may be gzipped (.gz). "-" is standard input.

    Exit status: 0 all valid, 1 findings, 2 wrong use or unreadable input.
    """
    options = _Options(**rest)
    if not files and sys.stdin.isatty():
        raise click.UsageError("Name a file, or pipe a payload in.")
    contract = load(spec)
    reporter = REPORTERS[format_]()(contract.document)
    invalid = unreadable = False
    for file in files or (STDIN,):
        try:
            invalid |= not _file(contract, file, options, reporter)
        except UnreadableError as error:
            click.echo(f"Error: {file}: {error}", err=True)
            unreadable = True
    reporter.end()
    raise SystemExit(2 if unreadable else 1 if invalid else 0)


def _calls(contract: Contract, file: str, options: _Options) -> tuple[Callable[[Any], Report], Callable[[Any], bool]]:
    shared = {"strict": options.strict, "engine": options.engine, "operation": options.operation}
    named = "response" in os.path.basename(file).lower()
    if options.side == "response" or (options.side is None and named):
        shared |= {"status": options.status, "select": options.select}
        validate: Any = contract.validate_response_body
        is_valid: Any = contract.is_valid_response_body
    else:
        if options.select is not None:
            raise click.UsageError("--select goes with responses; add --as response.")
        validate, is_valid = contract.validate_request_body, contract.is_valid_request_body
    usual = {name: value for name, value in shared.items() if value not in (None, False, 200)}
    kind = options.content_type
    return (
        partial(validate, content_type=kind, max_findings=options.max_findings, **usual),
        partial(is_valid, content_type=kind, **usual) if usual or kind != "application/json" else is_valid,
    )


def _file(contract: Contract, file: str, options: _Options, reporter: Reporter) -> bool:
    validate, is_valid = _calls(contract, file, options)
    bulk = options.ndjson if options.ndjson is not None else is_bulk(file)
    if bulk:
        return _bulk(file, validate, is_valid, options.warnings or False, reporter)
    body = read(file)
    report = validate(body)
    reporter.add(Outcome(file, None, report, body, show_warnings=options.warnings is not False))
    return report.valid


def _bulk(
    file: str, validate: Callable[[Any], Report], is_valid: Callable[[Any], bool], warnings: bool, reporter: Reporter
) -> bool:
    total = invalid = 0
    reporter.begin_bulk(file)
    try:
        with _progress(file) as progress:
            for number, line in records(file, progress):
                total += 1
                if not warnings and is_valid(line):
                    continue
                report = validate(line)
                invalid += not report.valid
                reporter.add(Outcome(file, number, report, line, show_warnings=warnings))
    finally:
        reporter.end_bulk(file, total, invalid)
    return not invalid


class _progress:  # noqa: N801 - reads like the function it stands for
    """A progress bar on standard error by the file's size; nothing where that is no terminal."""

    def __init__(self, file: str) -> None:
        self._bar: Any = None
        if file != STDIN and sys.stderr.isatty() and os.path.isfile(file):
            self._bar = click.progressbar(length=os.path.getsize(file), label=os.path.basename(file), file=sys.stderr)

    def __enter__(self) -> Callable[[int], None] | None:
        if self._bar is None:
            return None
        update: Callable[[int], None] = self._bar.__enter__().update
        return update

    def __exit__(self, *failure: Any) -> None:
        if self._bar is not None:
            self._bar.__exit__(*failure)

