"""``relation-spec explain``: what a code means, with an example made from the contract, and its mend."""

from typing import Final

import click

from relation_spec.findings import CODES
from relation_spec.messages import Contract, load

__all__ = ["command"]

_MOST_LINES: Final = 12


def _codes(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    return [name for name in CODES if name.startswith(incomplete)]


@click.command("explain")
@click.argument("code", required=False, shell_complete=_codes)
@click.option("--spec", type=click.Path(), help="Another contract than the bundled one.")
def command(code: str | None, spec: str | None) -> None:
    """Say what a finding's CODE means, with an example and its mend; without CODE, list all codes."""
    if code is None:
        width = max(map(len, CODES))
        for entry in CODES.values():
            click.echo(f"{entry.name:<{width}}  {entry.title}")
        return
    if code not in CODES:
        from difflib import get_close_matches

        near = get_close_matches(code, CODES, 1)
        hint = f" Did you mean {near[0]}?" if near else " Call it without a code for the list."
        raise click.UsageError(f"No code {code!r}.{hint}")
    contract = load(spec)  # first, so that nothing is said if it cannot be used
    entry = CODES[code]
    click.echo(f"{click.style(entry.name, bold=True)}: {entry.title}\n\n{entry.meaning}\n\nWhat to do: {entry.mend}")
    _show_example(contract, code, spec)


def _show_example(contract: Contract, code: str, spec: str | None) -> None:
    from relation_spec.cli.reporters import Outcome
    from relation_spec.cli.reporters.text import Reporter
    from relation_spec.strategies.examples import example_of

    example = example_of(contract, code)
    if example is None:
        _show_message(contract, code, spec)
        return
    click.echo(f"\nFor example, in a {example.side}:\n")
    outcome = Outcome(f"{example.side}.json", None, example.report, example.body, "application/json", True)
    Reporter(contract.document, spec).show(outcome)


def _show_message(contract: Contract, code: str, spec: str | None) -> None:
    """An example that is a whole request, written as in .http files, with its findings below."""
    from relation_spec.cli.reporters.recorded import Recorded
    from relation_spec.cli.reporters.text import Reporter
    from relation_spec.findings.quoting import escape
    from relation_spec.recordings import http_text
    from relation_spec.strategies.message_examples import message_example_of

    example = message_example_of(contract, code)
    if example is None:
        click.echo("\nNo request of this contract shows it.")
        return
    request = example.request
    fields = "".join(f"{name}: {value}\n" for name, value in request.headers)
    body = (request.body or b"").decode("utf-8", "replace")
    text = f"{request.method} {request.url} HTTP/1.1\n{fields}\n{body}\n"
    shown = text.splitlines()
    cut = [*shown[:_MOST_LINES], "…"] if len(shown) > _MOST_LINES + 1 else shown
    click.echo("\nFor example, in this request:\n\n" + "".join(f"    {escape(line)}\n" for line in cut))
    entry = next(iter(http_text.entries(text.encode())))
    Reporter(contract.document, spec).show(Recorded("request.http", entry, "request", example.report, True))
