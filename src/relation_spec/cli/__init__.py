"""The command ``relation-spec``: one file per command, loaded when it is called; faults end here, not in tracebacks.

In: the arguments of the process. Out: text, and an exit status: 0 all well; 1 findings; 2 wrong use, unreadable input
or unwritable output; 3 a recording with nothing to judge, or nothing was tested; 4 a fault of our own; 130 interrupted;
141 the reader of the output left (as a shell counts it, 128 and the number of the signal).
"""

import atexit
import gc
import os
import sys
from importlib import import_module
from typing import Any, Final, NoReturn

import click

from relation_spec import __version__

__all__ = ["cli", "main"]

_COMMANDS: Final = {
    "validate": "Judge payloads by the contract.",
    "explain": "Say what a finding's code means, with an example and its mend.",
    "sample": "Make valid or broken samples from the contract.",
    "serve": "Serve the contract: take, refuse, store and answer as it says.",
    "fuzz": "Test a server, or an application in this process, by the contract.",
    "replay": "Send a recorded defect again, and say whether it still shows.",
    "diff": "Sort the changes from one contract to the next: whom do they break?",
    "docs": "Write the reference page of the contract, or tell whether it is stale.",
    "export": "Write the contract for other tools: OpenAPI, JSON Schema, XML Schema.",
    "demo": "See it all at once, on the contract's own messages.",
}


class _LazyGroup(click.Group):
    """Commands that are imported when they are called, so that each starts as fast as it can."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"relation_spec.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in _COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            from difflib import get_close_matches

            near = get_close_matches(name, _COMMANDS, 1) or [next(iter(_COMMANDS))]
            ctx.fail(f"No such command {name!r}. Did you mean {near[0]}?")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        # click would add a line to stderr for the first, and end with 1, as if there were findings, for the second
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise click.exceptions.Exit(130) from None
        except BrokenPipeError:
            _discard_output()
            raise click.exceptions.Exit(141) from None


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="relation-spec")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Judge messages of one HTTP endpoint by its contract, a single OpenAPI YAML."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        ctx.color = False


def main(args: list[str] | None = None) -> NoReturn:
    """Run the command with ``args`` (the process's own by default) and exit."""
    gc.set_threshold(100_000)  # nearly all that is made in a short run stays to its end,
    atexit.register(gc.freeze)  # where the system takes everything back sooner than a last search for garbage
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a character must not end the run
    try:
        status = cli.main(args, standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
    except click.ClickException as wrong:
        wrong.show()
        status = 2
    except (KeyboardInterrupt, click.Abort):
        status = 130
    except BrokenPipeError:
        _discard_output()
        status = 141
    except Exception as fault:
        status = _fault(fault)
    sys.exit(status)


def _discard_output() -> None:
    """Let what is still buffered go nowhere at exit: the reader has left, or there is no room."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (AttributeError, OSError, ValueError):  # no output, or one that is no file
        return


def _fault(fault: Exception) -> int:
    from relation_spec.contract import ContractError

    if isinstance(fault, ContractError):
        click.echo(f"Error: {fault}", err=True)
        return 2
    if isinstance(fault, OSError) and fault.filename is None:  # files are named where they are read; this is the output
        _discard_output()
        click.echo(f"Error: the output cannot be written: {fault.strerror or fault}", err=True)
        return 2
    from relation_spec.findings.quoting import escape

    said = escape(str(fault))[:300]
    click.echo(f"relation-spec failed, and not because of your input: {type(fault).__name__}: {said}", err=True)
    click.echo(
        f"Please report this with the command you ran (version {__version__}). "
        "With RELATION_SPEC_DEBUG=1 it shows where it happened.",
        err=True,
    )
    if os.environ.get("RELATION_SPEC_DEBUG"):
        from traceback import print_exception

        print_exception(fault)
    return 4
