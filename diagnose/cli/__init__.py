"""The command line: a group whose commands are imported when they are called.

`diagnose --help` imports click and nothing else of weight: the commands' names and one-line helps stand here.
Commands return their exit code (None counts as 0); `main` turns every error into one message and a code.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from diagnose.version import VERSION

COMMANDS = {
    "run": ("diagnose.cli.run", "run", "Diagnose one incident from files, folders or standard input."),
    "facts": ("diagnose.cli.facts", "facts", "Print what was understood of the evidence."),
    "explain": ("diagnose.cli.explain", "explain", "Say how a diagnosis came about, or why not another."),
    "evaluate": ("diagnose.cli.evaluate", "evaluate", "Measure accuracy and calibration against known causes."),
    "rules": ("diagnose.cli.rules", "rules", "List, show, check and test the rules."),
    "knowledge": ("diagnose.cli.knowledge", "knowledge", "Look up causes, remedies, codes and facts."),
}
"""Command: its module, its name there, its line in the help."""

INTERRUPTED = 130
USAGE = 3
MOST_PROBLEMS = 20
"""Problems of rules shown when a command stumbles over them."""
TOO_DEEP = "the input is nested too deeply to be read"


class LazyGroup(click.Group):
    """A click group that imports a command's module when the command is called, and not for its help line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of `COMMANDS`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command object, imported now; None for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        from importlib import import_module

        module, attribute, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The help's list of commands, from the table."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, _, line) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with a suggestion for a mistyped name, and a word on a path given without `run`."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            from difflib import get_close_matches

            close = get_close_matches(name, COMMANDS, n=1)
            hint = f"Did you mean '{close[0]}'?" if close else "See 'diagnose --help'."
            if os.path.exists(name):
                hint = f"To diagnose it: diagnose run {name}"
            raise click.UsageError(f"No such command '{name}'. {hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 a cause named or nothing failed, 1 inconclusive, 2 a rule is wrong, 3 bad usage or input.",
)
@click.version_option(VERSION, prog_name="diagnose", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Find the root cause of a failed call or voice bot on a Genesys Cloud Edge."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line with `argv` (default: the process's arguments) and give its exit code.

    Every expected error is a message on stderr; a traceback is only shown with `--debug`.
    """
    args = list(sys.argv[1:] if argv is None else argv)
    gc.set_threshold(200_000)  # a run makes many small things and keeps them: collecting often only costs time
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        result: Any = cli.main(args=args, prog_name="diagnose", standalone_mode=False)
        code = result if isinstance(result, int) else 0
        sys.stdout.flush()
        return code
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else USAGE
    except (KeyboardInterrupt, click.Abort):
        click.echo("diagnose: interrupted", err=True)
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return USAGE
    except BrokenPipeError:
        quiet_pipe()
        return 0
    except Exception as error:
        if "--debug" in args:
            raise
        return _failed(error)


def quiet_pipe() -> None:
    """Send the rest of standard output nowhere, after its reader has gone, so that the exit is quiet."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _failed(error: Exception) -> int:
    from diagnose.errors import DiagnoseError, RulebookError

    if isinstance(error, RulebookError) and len(error.problems) > MOST_PROBLEMS:
        shown = "\n".join(p.render() for p in error.problems[:MOST_PROBLEMS])
        more = len(error.problems) - MOST_PROBLEMS
        click.echo(f"{shown}\nand {more} more problems in the rules; all of them: diagnose rules lint [DIR]", err=True)
        return error.exit_code
    if isinstance(error, DiagnoseError):
        click.echo(f"diagnose: {error}" if "\n" not in str(error) else str(error), err=True)
        return error.exit_code
    if isinstance(error, OSError) and error.filename:
        click.echo(f"diagnose: {error.filename}: {error.strerror}", err=True)
        return USAGE
    what = TOO_DEEP if isinstance(error, RecursionError) else f"{type(error).__name__}: {error}"
    click.echo(
        f"diagnose: a defect in diagnose stopped it: {what}\nRun it again with --debug and report the output.", err=True
    )
    return USAGE
