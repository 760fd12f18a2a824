"""``relation-spec fuzz``: tests a server, or an application in this process, by the contract."""

import json
import os
import sys
from pathlib import Path
from typing import Any, Final

import click

from relation_spec.contract import Document
from relation_spec.findings.quoting import escape
from relation_spec.fuzz.checks import CHECKS
from relation_spec.fuzz.engine import Prepared, carried_out, prepared
from relation_spec.fuzz.files import read_baseline
from relation_spec.fuzz.model import Result
from relation_spec.fuzz.reports import FORMS
from relation_spec.fuzz.reports.annotations import annotations
from relation_spec.fuzz.showing import Shower
from relation_spec.messages import Contract, load

__all__ = ["command"]

_INTERRUPTED: Final = 130  # as a shell counts it, 128 and the number of the signal
_PROGRESS_EVERY: Final = 25
_MOST_ALSO: Final = 5  # of what a defect explains
_MOST_TOLD: Final = 100
_LONGEST_RULE: Final = 100
_LAYERS: Final = {
    "valid": "Edges that must be taken", "body": "Broken rules of a schema", "text": "Broken rules of a format",
    "message": "Broken rules around the body",
}  # fmt: skip
_BASES: Final = {
    "page": "a rule of the vendor's page",
    "seen": "a rule seen in live answers",
    "vendor": "a rule that the vendor published elsewhere",
    "choice": "a rule that the contract's author chose",
}


def _list(ctx: click.Context, param: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        width = max(map(len, CHECKS))
        for name, about in CHECKS.items():
            click.echo(f"{name:{width}}  {about.looks_for}")
        ctx.exit(0)


def _mutations(contract: Contract, operation: str | None) -> None:
    from relation_spec.strategies.catalogue import NOT_APPLICABLE, catalogue

    layer = ""
    for entry in catalogue(contract, operation):
        if entry.layer != layer:
            layer = entry.layer
            click.echo(click.style(f"{_LAYERS[layer]}:", bold=True))
        codes = f" [{', '.join(entry.codes)}]" if entry.codes else ""
        count = f", {entry.breaches} of them" if entry.breaches > 1 else ""
        click.echo(f"  {entry.name}{codes}: {entry.title}{count}")
        click.echo(f"    CATS: {', '.join(entry.cats) or 'nothing like it'}")
    click.echo(click.style("Fuzzers of CATS without a counterpart here:", bold=True))
    for name, why in NOT_APPLICABLE.items():
        click.echo(f"  {name}: {why}")


def _headers(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> list[tuple[str, str]]:
    pairs = [(name.strip(), value.strip()) for name, sign, value in (text.partition(":") for text in given) if sign]
    if len(pairs) != len(given):
        raise click.BadParameter("give a name, a colon and a value")
    return pairs


def _reports(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> list[tuple[str, str]]:
    pairs = [(form, path) for form, _, path in (text.partition("=") for text in given) if form in FORMS and path]
    if len(pairs) != len(given):
        raise click.BadParameter(f"give FORM=PATH, with a FORM of {', '.join(FORMS)}")
    return pairs


@click.command("fuzz")
@click.argument("target", metavar="URL|module:app", required=False)
@click.option("--auth", multiple=True, metavar="KIND:...", help="basic:NAME:PASSWORD, bearer:, ticket: or xsrf:TOKEN.")
@click.option("--expired-auth", metavar="KIND:...", help="Credentials that are valid no more, to be refused.")
@click.option("--seed", default=0, show_default=True, type=int, help="The same seed sends the same requests.")
@click.option("--examples", default=100, show_default=True, type=click.IntRange(0), help="Random cases after the plan.")
@click.option("--seconds", type=click.FloatRange(0.1), help="End after so many seconds, shrinking included.")
@click.option("--max-cases", type=click.IntRange(1), help="End after so many cases.")
@click.option("--rate", type=click.FloatRange(0.01), help="Requests a second at most.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1), help="Requests at once, live only.")
@click.option(
    "--header", "headers", multiple=True, metavar="NAME:VALUE", callback=_headers, help="Goes with every request."
)
@click.option("--sample", type=click.Path(), help="A JSON entity that the target accepts. By default the contract's.")
@click.option("--only", multiple=True, metavar="CHECK", help="These checks alone.")
@click.option("--skip", multiple=True, metavar="CHECK", help="All but these checks.")
@click.option(
    "--list-checks", is_flag=True, is_eager=True, expose_value=False, callback=_list, help="List them, and end."
)
@click.option("--list-mutations", is_flag=True, help="List what is broken and how CATS calls it, and end.")
@click.option("--documented-only", is_flag=True, help="Leave out defects whose rule the contract's author chose.")
@click.option("--require-matrix", is_flag=True, help="Checks that could not be made count as untried parts too.")
@click.option("--baseline", type=click.Path(), help="A JSON report; what it lists is known.")
@click.option("--dry-run", is_flag=True, help="Print the plan, and send nothing.")
@click.option("--report", "reports", multiple=True, metavar="FORM=PATH", callback=_reports, help=f"{', '.join(FORMS)}.")
@click.option("--save", type=click.Path(), help="A directory for a replay file and a pytest file of each defect.")
@click.option("--i-may-test-this-host", "allowed_hosts", multiple=True, metavar="HOST", help="Besides this machine.")
@click.option("--insecure", is_flag=True, help="Do not check certificates.")
@click.option("--operation", help="The operationId, where the contract holds several.")
@click.option(
    "--format", "form", default="text", type=click.Choice(["text", "json", "github"]), help="Of standard output."
)
@click.option("--spec", type=click.Path(), help="Another contract than the bundled one.")
@click.pass_context
def command(ctx: click.Context, /, target: str | None, *, list_mutations: bool, **options: Any) -> None:
    """Test a server, or an ASGI or WSGI application, by the contract.

    It saves relations at the target. Credentials are read from RELATION_AUTH and RELATION_AUTH_2 where --auth is
    absent; with two users more is tested. Exit status: 0 no defect; 1 defects; 2 wrong use; 3 nothing was tested, or
    not all that must be; 4 a fault of our own; 130 interrupted, after a report of what was found so far.
    """
    if list_mutations:
        _mutations(load(options["spec"]), options["operation"])
        return
    if target is None:
        raise click.MissingParameter(ctx=ctx, param=ctx.command.params[0])
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", _cache())  # else it makes a folder where the person stands
    _tested(target, **options)


def _tested(
    target: str, *, reports: list[tuple[str, str]], save: str | None, dry_run: bool, form: str, **options: Any
) -> None:
    made = prepared(target, **_taken(**options))
    session = made.session
    shower = Shower(
        session.users, session.sender.origin, session.secrets, session.facts.document, expired=session.expired
    )
    if form == "text":
        _plan(made)
    if dry_run:
        if form == "json":
            click.echo(json.dumps({"target": made.result.target, "seed": made.result.seed, "plan": made.result.plan}))
        made.session.sender.close()
        return
    is_watched = sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    result = carried_out(made, _progress if is_watched else None)
    if is_watched:
        click.echo("\r\x1b[K", nl=False, err=True)
    for name, path in reports:
        _write(Path(path), FORMS[name](result, shower))
    if save is not None:
        _save(Path(save), result, shower)
    if form == "json":
        click.echo(FORMS["json"](result, shower), nl=False)
    elif form == "github":
        _annotate(result, shower)
    else:
        _tell(result, shower, made.session.facts.document)
    raise click.exceptions.Exit(_INTERRUPTED if result.interrupted else result.status)


def _cache() -> str:
    """Where tables of characters are kept between runs."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    return str(Path(base, "relation-spec", "hypothesis"))


def _taken(
    *, auth: tuple[str, ...], spec: str | None, sample: str | None, baseline: str | None, insecure: bool, **options: Any
) -> dict[str, Any]:
    """The options as the engine takes them."""
    taken = dict(options)
    if sample is not None:
        try:
            taken["sample"] = json.loads(Path(sample).read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise click.BadParameter(f"{sample} cannot be read: {error}", param_hint="--sample") from None
        if not isinstance(taken["sample"], dict):
            raise click.BadParameter("it must hold a JSON object", param_hint="--sample")
    if baseline is not None:
        taken["baseline"] = read_baseline(baseline)
    return taken | {"contract": load(spec), "auth": auth or None, "verify": not insecure}


def _progress(done: int, planned: int, found: int) -> None:
    if done % _PROGRESS_EVERY == 0:
        click.echo(f"\r\x1b[K{done} of {planned} cases, {found} found", nl=False, err=True)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror or error}") from None


def _save(folder: Path, result: Result, shower: Shower) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.ClickException(f"{folder} cannot be made: {error.strerror or error}") from None
    for number, defect in enumerate(result.defects, 1):
        stem = shower.stem(number, defect)
        _write(folder / f"{stem}.json", shower.replay(defect, result.target))
        _write(folder / f"test_{stem}.py", shower.pytest(defect, result.target))


def _plan(made: Prepared) -> None:
    click.echo(f"Plan for {escape(made.result.target)}, seed {made.result.seed}:")
    for phase, groups in made.result.plan.items():
        held = ", ".join(f"{count} {name}" for name, count in groups.items())
        click.echo(f"  {phase}: {sum(groups.values())} cases ({held})")
    for what in made.result.left_out:
        click.echo(f"  left out: {what}")
    click.echo()


def _tell(result: Result, shower: Shower, document: Document) -> None:
    for number, defect in enumerate(result.defects[:_MOST_TOLD], 1):
        one = shower.defect(defect)
        flaky = click.style(" (flaky: it did not show again)", fg="yellow") if defect.flaky else ""
        click.echo(click.style(f"{number}. {one['title']}", bold=True) + flaky)
        click.echo(f"   {escape(one['message'])}")
        click.echo(f"   check {defect.check}, {_BASES[defect.basis]}; {_rule(document, defect.spec_line)}")
        click.echo(f"   {one['curl']}")
        if one["also"]:
            shown = ", ".join(f"{check} {place}" for check, place, _ in one["also"][:_MOST_ALSO])
            click.echo(f"   It explains {len(one['also'])} more: {escape(shown)}")
        click.echo()
    for note in result.notes:
        click.echo(f"Note: {escape(shower.cover(note))}")
    for hole in result.holes:
        click.echo(click.style("Untried: ", fg="yellow") + escape(shower.cover(hole)))
    if result.untested is not None:
        click.echo(click.style("Nothing was tested: ", fg="red") + escape(shower.cover(result.untested)))
        return
    _sum_up(result)


def _annotate(result: Result, shower: Shower) -> None:
    for line in annotations(result, shower):
        click.echo(line)
    if result.untested is None:
        _sum_up(result)


def _sum_up(result: Result) -> None:
    counts, known = result.counts, f", {result.known} known" if result.known else ""
    total = "1 defect" if len(result.defects) == 1 else f"{len(result.defects) or 'no'} defects"
    ended = ", ended before its plan" if result.stopped else ""
    ended = ", interrupted" if result.interrupted else ended
    click.echo(
        f"{counts.cases} cases, {counts.requests} requests, {counts.accepted} of {counts.wanted} valid ones accepted, "
        f"{len(counts.pairs)} media pairs, {result.seconds:.1f} s{ended}; hash {result.digest}: {total}{known}"
    )


def _rule(document: Document, line: int | None) -> str:
    """The line of the contract that is broken, with its place."""
    text = document.text.decode("utf-8", "replace").splitlines()[(line or 1) - 1].strip()
    shown = text if len(text) <= _LONGEST_RULE else f"{text[:_LONGEST_RULE]}…"
    return escape(f"{document.path.rpartition('/')[2]}:{line or 1}: {shown}")
