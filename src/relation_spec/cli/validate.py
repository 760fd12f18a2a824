"""``relation-spec validate``: payloads and recorded traffic to a verdict and findings."""

import os
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from relation_spec.cli.inputs import STDIN, UnreadableError, is_bulk, read
from relation_spec.cli.reporters import REPORTERS, Outcome, Reporter
from relation_spec.contract import Side
from relation_spec.findings import Report
from relation_spec.limits import MAX_BODY_BYTES, MAX_FINDINGS
from relation_spec.messages import Contract, load

if TYPE_CHECKING:
    from relation_spec.cli.recordings import Judging, Kind, Verdict

__all__ = ["command"]

_JSON: Final = "application/json"
_FORM: Final = "application/x-www-form-urlencoded"
# recordings by the end of their name, and by what --content-type calls them (RFC 9112 section 10; HAR has no RFC)
_RECORDINGS: "Final[dict[str, Kind]]" = {".har": "har", ".http": "http", ".rest": "http"}
_RECORDED: "Final[dict[str, Kind]]" = {
    "application/har+json": "har",
    "message/http": "http",
    "application/http": "http",
}
# payloads by the end of their name, where they are not JSON
_KINDS: Final = {".xml": "xml", ".form": "form", ".urlencoded": "form"}
# what counts first, where there are several files
_STATUSES: Final = {"unreadable": 2, "invalid": 1, "untested": 3}


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
@click.option(
    "--content-type",
    help="The payloads' Content-Type. By default JSON, or what .xml and .form promise. For recordings "
    "application/har+json or message/http.",
)
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

    FILE is a body: JSON, XML (.xml) or a form (.form), or what --content-type says; or one JSON text a line (.ndjson,
    .jsonl); or recorded traffic: HTTP messages as text (.http, .rest) or an HTTP archive (.har). Each may be gzipped
    (.gz). "-" is standard input, where recordings are known by how they begin.

    Exit status: 0 all valid, 1 findings, 2 wrong use or unreadable input, 3 a recording without any message of the
    contract.
    """
    asked = rest.pop("content_type")
    options = _Options(content_type=asked or _JSON, **rest)
    inputs = _inputs(files, options)
    contract = load(spec)
    reporter = REPORTERS[format_]()(contract.document, spec)
    verdicts: set[str] = set()
    for file, side in inputs:
        try:
            named = None if asked else _promised(contract, file, side, options.operation)
            told = options._replace(content_type=named) if named else options
            verdicts.add(_file(contract, file, side, told, reporter))
        except UnreadableError as error:
            click.echo(f"Error: {file}: {error}", err=True)
            verdicts.add("unreadable")
    reporter.end()
    ctx.exit(next((status for verdict, status in _STATUSES.items() if verdict in verdicts), 0))


def _inputs(files: tuple[str, ...], options: _Options) -> list[tuple[str, Side]]:
    """Each file with its side, or a UsageError before anything is judged."""
    if not files and (sys.stdin is None or sys.stdin.isatty()):
        raise click.UsageError("Name a file, or pipe a payload in.")
    if files.count(STDIN) > 1:
        raise click.UsageError('"-" is standard input, which can be read once.')
    inputs = [(file, options.side or _guess(file)) for file in files or (STDIN,)]
    recorded = any(_recording(file, options) for file, _ in inputs)
    for name, value in (("--select", options.select), ("--status", options.status)):
        if value is not None and recorded:
            raise click.UsageError(f"{name} goes with payloads; a recording says it itself.")
        if value is not None and any(side == "request" for _, side in inputs):
            raise click.UsageError(f"{name} goes with responses; add --as response.")
    if recorded and options.content_type != _JSON and options.content_type.lower() not in _RECORDED:
        raise click.UsageError("--content-type goes with payloads; the messages of a recording say it themselves.")
    return inputs


def _recording(file: str, options: _Options) -> "Kind | None":
    """Which kind of recording the name or the content type promises."""
    named = os.path.splitext(file.lower().removesuffix(".gz"))[1]
    return None if options.ndjson else _RECORDED.get(options.content_type.lower()) or _RECORDINGS.get(named)


def _promised(contract: Contract, file: str, side: Side, operation: str | None) -> str | None:
    """The contract's own media type for what a file's name promises, where that is not JSON."""
    kind = _KINDS.get(os.path.splitext(file.lower().removesuffix(".gz"))[1])
    if kind is None:
        return None
    from relation_spec.messages.decoding import kind_of

    asked = contract.document.operation(operation)
    bodies = [asked.request] if side == "request" else list(asked.responses.values())
    return next((name for body in bodies if body for name in body.content if kind_of(name) == kind), None)


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


def _file(contract: Contract, file: str, side: Side, options: _Options, reporter: Reporter) -> "Verdict":
    kind = _recording(file, options)
    if not kind and (is_bulk(file) if options.ndjson is None else options.ndjson):
        from relation_spec.cli import bulk

        # an accepted line may have warnings
        in_full = options.engine or options.warnings or options.strict
        arguments = _arguments(side, options)
        accept = None if in_full else contract.acceptor(side, **arguments)
        validate, warnings = _call(contract, side, options), options.warnings or False
        valid = bulk.judge(file, options.content_type, validate, accept, reporter, warnings)
        return "valid" if valid else "invalid"
    try:
        body = read(file)
        if kind and len(body) > MAX_BODY_BYTES:
            raise UnreadableError(f"it holds more than {MAX_BODY_BYTES} bytes; split it")
    except UnreadableError as error:
        reporter.unreadable(file, str(error))
        raise
    if kind or (file == STDIN and _may_be_recording(body, options)):
        from relation_spec.cli import recordings

        if kind := kind or recordings.kind_of_bytes(body):
            return recordings.judge(contract, file, body, kind, _judging(options), reporter)
    if options.content_type.partition(";")[0].strip().lower() == _FORM:
        body = body.removesuffix(b"\n").removesuffix(b"\r")  # it ends the file's line, not the last field
    report = _call(contract, side, options)(body)
    reporter.add(Outcome(file, None, report, body, options.content_type, options.warnings is not False))
    return "valid" if report.valid else "invalid"


def _call(contract: Contract, side: Side, options: _Options) -> Callable[[Any], Report]:
    call: Any = contract.validate_response_body if side == "response" else contract.validate_request_body
    judging = {"strict": options.strict, "engine": options.engine, "max_findings": options.max_findings}
    return partial(call, **judging, **_arguments(side, options))


def _may_be_recording(body: bytes, options: _Options) -> bool:
    """Whether a closer look is worth its imports; no payload of the usual content type begins with a letter."""
    if options.content_type != _JSON or options.status is not None or options.select is not None:
        return False
    head = body[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    return b'"log"' in head if head.startswith(b"{") else not head.startswith((b"[", b'"'))


def _judging(options: _Options) -> "Judging":
    from relation_spec.cli.recordings import Judging

    return Judging(
        options.side,
        options.strict,
        options.engine,
        options.operation,
        options.max_findings,
        options.warnings is not False,
    )
