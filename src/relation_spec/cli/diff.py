"""``relation-spec diff``: what changes from one contract to the next, and whom that breaks."""

import json
from typing import Final

import click

from relation_spec.comparison import SIDES, Outcome, compared
from relation_spec.comparison.showing import as_dict, as_markdown, as_text
from relation_spec.contract import Side
from relation_spec.messages import load

__all__ = ["command"]

_COLOURS: Final = {"breaking": "red", "unsorted": "magenta", "notable": "yellow", "harmless": "green"}


@click.command("diff")
@click.argument("old", metavar="OLD.yaml", type=click.Path())
@click.argument("new", metavar="NEW.yaml", type=click.Path())
@click.option("--side", type=click.Choice(SIDES), help="Changes of one side alone. By default of both.")
@click.option(
    "--fail-on",
    default="breaking",
    show_default=True,
    type=click.Choice(["breaking", "any"]),
    help="End with status 1 for breaking and unsorted changes, or for any.",
)
@click.option(
    "--check-with",
    default=100,
    show_default=True,
    type=click.IntRange(0, 100_000),
    help="Try the sorting with so many messages of each side; 0 for none.",
)
@click.option("--seed", default=0, show_default=True, type=int, help="The same seed tries the same messages.")
@click.option("--format", "form", default="text", show_default=True, type=click.Choice(["text", "json", "markdown"]))
def command(old: str, new: str, *, side: Side | None, fail_on: str, check_with: int, seed: int, form: str) -> None:
    """Sort the changes from OLD.yaml to NEW.yaml: whom do they break?

    A request is judged as its writer sees it: what the old contract takes, the new one must take. A response is judged
    as its reader sees it: what the new contract may answer, the old one must have allowed. Generated messages try what
    is said here. Exit status: 0 nothing breaks; 1 something does, or could not be sorted; 2 wrong use, or a contract
    that cannot be used.
    """
    outcome = compared(load(old), load(new), sides=(side,) if side else SIDES, check_with=check_with, seed=seed)
    if form == "json":
        click.echo(json.dumps(as_dict(outcome), indent=2, ensure_ascii=False))
    elif form == "markdown":
        click.echo(as_markdown(outcome), nl=False)
    else:
        for kind, line in as_text(outcome):
            click.echo(line if kind == "plain" else click.style(line, fg=_COLOURS[kind], bold=True))
    raise click.exceptions.Exit(int(_fails(outcome, fail_on)))


def _fails(outcome: Outcome, fail_on: str) -> bool:
    counts = outcome.counts
    return bool(counts["breaking"] or counts["unsorted"] or (fail_on == "any" and outcome.changes))
