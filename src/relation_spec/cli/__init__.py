"""The command ``relation-spec``: one file per command, loaded when it is called; faults end here, not in tracebacks.

Exit status: 0 all well; 1 findings; 2 wrong use or unreadable input; 4 a fault of our own; 130 interrupted.
"""

import os
import sys
from importlib import import_module
from typing import Final, NoReturn

import click

from relation_spec import __version__

__all__ = ["cli", "main"]

_COMMANDS: Final = {
    "validate": "Judge payloads by the contract.",
    "explain": "Say what a finding's code means, with an example and its mend.",
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


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="relation-spec")
def cli() -> None:
    """Judge messages of one HTTP endpoint by its contract, a single OpenAPI YAML."""


def main(args: list[str] | None = None) -> NoReturn:
    """Run the command with ``args`` (the process's own by default) and exit."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a character must not end the run
    try:
        status = cli.main(args, standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as stop:
        status = stop.exit_code
    except click.ClickException as wrong:
        wrong.show()
        status = 2
    except (KeyboardInterrupt, click.Abort):
        status = 130
    except BrokenPipeError:
        _close_quietly()
        status = 0
    except Exception as fault:
        status = _fault(fault)
    sys.exit(status if isinstance(status, int) else 0)


def _close_quietly() -> None:
    # the reader has left; what is still buffered must not be written at exit either
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fault(fault: Exception) -> int:
    from relation_spec.contract import ContractError

    if isinstance(fault, ContractError):
        click.echo(f"Error: {fault}", err=True)
        return 2
    click.echo(f"relation-spec failed, and not because of your input: {type(fault).__name__}: {fault}", err=True)
    click.echo("Please report this. Set RELATION_SPEC_DEBUG=1 to see where it happened.", err=True)
    if os.environ.get("RELATION_SPEC_DEBUG"):
        raise fault
    return 4
