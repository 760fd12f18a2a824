"""``relation-spec explain``: what a code means, with an example made from the contract, and its mend."""

import click

from relation_spec.findings import CODES
from relation_spec.messages import Contract, load

__all__ = ["command"]


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
        click.echo("\nNo body of this contract shows it.")
        return
    click.echo(f"\nFor example, in a {example.side}:\n")
    outcome = Outcome(f"{example.side}.json", None, example.report, example.body, "application/json", True)
    Reporter(contract.document, spec).show(outcome)
