"""``relation-spec serve``: the reference server, until it is told to stop."""

import ipaddress
import json
import logging
import signal
import sys
from functools import partial
from typing import Any, Final

import click

from relation_spec.limits import MAX_SERVED_BODY

__all__ = ["command"]

_DEMO: Final = {"demo": "demo"}
_NEEDED: Final = "the server needs Starlette and uvicorn: pip install 'relation-spec[server]'"


def _users(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    users = dict(text.split(":", 1) for text in given if text.partition(":")[0] and ":" in text)
    if len(users) != len(given):
        raise click.BadParameter("give a name, a colon and a password, each name once")
    return users


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen. By default this machine alone.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--database", default=":memory:", show_default=True, help="A file, which is made where there is none.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes, on one database.")
@click.option("--user", "users", multiple=True, metavar="NAME:PASSWORD", callback=_users, help="Who may sign in.")
@click.option("--ticket", "tickets", multiple=True, help="A ticket that is taken, for the first user.")
@click.option("--token", "tokens", multiple=True, help="An access token that is taken, for the first user.")
@click.option("--defect", metavar="NAME", help="Do something wrong on purpose.")
@click.option("--list-defects", is_flag=True, help="List what can be done wrong, and end.")
@click.option("--format", "form", default="text", type=click.Choice(["text", "json"]), help="How --list-defects tells.")
@click.option("--seed-data", type=click.Path(), help="A JSON file with other contacts, persons, users and texts.")
@click.option("--max-body", default=MAX_SERVED_BODY, show_default=True, type=click.IntRange(1), help="Bytes.")
@click.option("--check", is_flag=True, help="Hold every answer against the contract, and log those that break it.")
@click.option("--access-log/--no-access-log", default=True, help="A line of JSON for each request on stdout.")
@click.option("--spec", type=click.Path(), help="Another contract than the bundled one.")
def command(host: str, port: int, *, list_defects: bool, form: str, **options: Any) -> None:
    """Serve the contract: take, refuse, store and answer as it says.

    Without --user, --ticket and --token it takes demo:demo. What was saved can be read back at the address that the
    answer links to as itself. OPTIONS with good credentials gives the cookies of a session.
    """
    try:
        import starlette
        import uvicorn
    except ImportError:
        raise click.ClickException(_NEEDED) from None
    del starlette, uvicorn
    if list_defects:
        _list(options["spec"], form)
        return
    _serve(host, port, **options)


def _list(spec: str | None, form: str) -> None:
    """Write out the gallery: by groups for people, all that is known of each defect for programs."""
    from relation_spec.messages import load
    from relation_spec.server.defects.gallery import described

    found = described(load(spec))
    if form == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    group = None
    for defect in found:
        if defect["group"] != group:
            group = defect["group"]
            click.echo(f"{group}:")
        click.echo(f"  {defect['name']}: {defect['broken']}")


def _serve(
    host: str, port: int, *, spec: str | None, max_body: int, access_log: bool, workers: int, **options: Any
) -> None:
    from relation_spec.messages import load
    from relation_spec.server import Limits, create_app
    from relation_spec.server.reference import PAGE, is_free
    from relation_spec.server.running import listen, serve
    from relation_spec.server.workers import check
    from relation_spec.server.workers import serve as serve_by

    check(workers, options["database"], options["defect"])
    contract, limits = load(spec), Limits(body=max_body)
    known = any(options[name] for name in ("users", "tickets", "tokens"))
    if not known:
        options["users"] = _DEMO
    operation = contract.document.operation()
    if is_free(operation):
        options["page"] = _page(spec)
    app = create_app(contract=contract, limits=limits, **options)
    try:
        listening = listen(host, port)
        _log(access_log)
        address = f"[{host}]" if ":" in host else host
        told = f"Serving {operation.method} {operation.path} at http://{address}:{listening.getsockname()[1]}"
        by = f", by {workers} processes" if workers > 1 else ""
        page = f"; reference page at {PAGE}" if options.get("page") else ""
        click.echo(f"{told}, {_reach(host)}; data in {_data(options['database'])}{by}{page}.", err=True)
        if not known:
            click.echo("Sign in as demo:demo, since no --user, --ticket or --token was given.", err=True)
        if workers == 1:
            signal.signal(signal.SIGTERM, signal.default_int_handler)
            serve(app, listening, limits)
            return
        app.state.store.close()  # it has shown that all can be served; each worker makes its own
        serve_by(workers, listening, spec=spec, options={**options, "limits": limits}, log=partial(_log, access_log))
    except KeyboardInterrupt:
        pass  # uvicorn has stopped in good order by then, and raises the signal once more
    finally:
        app.state.store.close()


def _page(spec: str | None) -> Any:
    """What makes the reference page, or None where the extra for that is missing."""
    try:
        import jinja2
        import pygments
    except ImportError:
        return None
    del jinja2, pygments
    return partial(_make_page, spec)


def _make_page(spec: str | None, judge: str, address: str) -> Any:
    from relation_spec import docs
    from relation_spec.messages import load

    return docs.served(load(spec), judge, address=address)


def _reach(host: str) -> str:
    try:
        alone = ipaddress.ip_address(host).is_loopback
    except ValueError:
        alone = host == "localhost"
    return "for this machine alone" if alone else "for every machine that reaches it"


def _data(database: str) -> str:
    return "memory, gone at the end" if database == ":memory:" else database


def _log(access_log: bool) -> None:
    """Faults and breaches go to stderr, a line for each request to stdout."""
    from relation_spec.server.access_log import LOGGER

    faults = logging.StreamHandler(sys.stderr)
    faults.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(faults)
    LOGGER.propagate = False
    if access_log:
        LOGGER.addHandler(logging.StreamHandler(sys.stdout))
        LOGGER.setLevel(logging.INFO)
