"""The command of :mod:`tools.drift`."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import click

from relation_spec.contract import ContractError
from relation_spec.findings.quoting import escape
from relation_spec.messages import load
from tools.drift.differences import Difference, differences, fingerprints
from tools.drift.page import UnreadablePageError, read_page
from tools.drift.sources import read_source

WORDS: Final = Path(__file__).parent / "words.json"
_WIDEST: Final = 60


def _cut(text: str) -> str:
    shown = escape(text)
    return shown if len(shown) <= _WIDEST else f"{shown[: _WIDEST - 1]}…"


def _table(found: Sequence[Difference]) -> Iterator[str]:
    """The differences as a table with a head."""
    rows = [("what", "where", "on the page", "in the contract")]
    for one in found:
        page = f"{one.page_line}: {one.page}" if one.page_line is not None else one.page
        contract = f"{one.contract_line}: {one.contract}" if one.contract_line is not None else one.contract
        rows.append((one.kind, _cut(one.where), _cut(page) or "-", _cut(contract) or "-"))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


@click.command()
@click.argument("page", metavar="PAGE.md|URL")
@click.option("--spec", type=click.Path(), help="Another contract than the bundled one.")
@click.option(
    "--words", "words", default=WORDS, type=click.Path(path_type=Path), help="Where fingerprints of descriptions are."
)
@click.option("--remember", is_flag=True, help="Store the fingerprints of this page's descriptions as those known.")
def command(page: str, spec: str | None, words: Path, remember: bool) -> None:
    """Say what a newer copy of the vendor's page says otherwise than the contract.

    Exit status: 0 no difference; 1 differences; 2 a page or contract that cannot be read, or a page about another
    operation.
    """
    try:
        read = read_page(read_source(page))
        known = {} if remember or not words.exists() else json.loads(words.read_text("utf-8"))
        found = differences(read, load(spec), known)
        if remember:
            words.write_text(json.dumps(fingerprints(read), indent=1) + "\n", "utf-8")
    except UnreadablePageError as error:
        place = f"{page}:{error.line}" if error.line is not None else page
        click.echo(f"{escape(place)}: {escape(error.reason)}", err=True)
        sys.exit(2)
    except (ContractError, OSError, ValueError) as error:
        click.echo(escape(str(error)), err=True)
        sys.exit(2)
    for line in _table(found) if found else ():
        click.echo(line)
    click.echo(f"{len(found) or 'no'} difference{'' if len(found) == 1 else 's'}")
    sys.exit(int(bool(found)))


if __name__ == "__main__":
    command()
