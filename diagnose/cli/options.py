"""Options that several commands share, and how output is written."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from diagnose.cli import quiet_pipe

F = TypeVar("F", bound=Callable[..., Any])


def output_options(command: F) -> F:
    """`-o FILE`, `-q`, `-v`, `--debug`."""
    for option in reversed(
        (
            click.option("-o", "--output", "output", metavar="FILE", help="Write to FILE instead of standard output."),
            click.option("-q", "--quiet", is_flag=True, help="Nothing on standard error but errors."),
            click.option("-v", "--verbose", count=True, help="More: all findings, remedies in full, warnings."),
            click.option("--debug", is_flag=True, help="Show the traceback of a defect."),
        )
    ):
        command = option(command)
    return command


_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


def size(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    """Bytes from a number with a unit of 1024, as `500M` or `4G`; a click error for anything else."""
    if value is None:
        return None
    found = re.fullmatch(r"([1-9]\d{0,9})([KMG]?)B?", value.strip().upper())
    if found is None:
        raise click.BadParameter(f"{value!r} is no size: give one such as 500M or 4G", ctx, param)
    return int(found[1]) * _UNITS[found[2]]


def evidence_options(command: F) -> F:
    """How evidence is read: `--tz`, `--at`, `--window`, `--encoding`, `--max-size`, `--no-redact`."""
    zone = "Zone of stamps that have none, as Europe/Berlin or +09:00.  [default: UTC]"
    instant = "Only what happened around this instant counts, as 2026-03-17T14:05Z or 14:05."
    for option in reversed(
        (
            click.option("--tz", metavar="ZONE", help=zone),
            click.option("--at", metavar="INSTANT", help=instant),
            click.option("--window", metavar="SPAN", help="How far around --at, as 90s, 10m or 2h.  [default: 30m]"),
            click.option("--encoding", metavar="NAME", help="Encoding of the files, where it does not show."),
            click.option("--max-size", metavar="SIZE", callback=size,
                         help="Read so much of a file at most.  [default: 4G]"),
            click.option(
                "--no-redact", "redact", is_flag=True, flag_value=False, default=True,
                help="Keep phone numbers, names and addresses; secrets never are.",
            ),
        )
    ):  # fmt: skip
        command = option(command)
    return command


def rules_option(command: F) -> F:
    """`--rules DIR`, repeatable."""
    return click.option(
        "--rules", "rules", multiple=True, metavar="DIR", type=click.Path(exists=True),
        help="A folder (or file) of further rules; may be repeated.",
    )(command)  # fmt: skip


def switch_options(command: F) -> F:
    """`--enable ID` and `--disable ID`, each repeatable."""
    for option in (
        click.option("--disable", multiple=True, metavar="ID", help="Do without this rule or pack."),
        click.option(
            "--enable", multiple=True, metavar="ID", help="Use this experimental rule or pack, too, or `all`."
        ),
    ):
        command = option(command)
    return command


def colour(output: str | None) -> bool:
    """Whether to use bold and colour: only on a terminal, not with NO_COLOR, not into a file."""
    if output is not None or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return sys.stdout.isatty()


def emit(text: str, output: str | None) -> None:
    """Write `text`, ended by one newline, to the file `output` or to standard output.

    A reader of the pipe that went away is no error. Raises UsageError when the file cannot be written.
    """
    text = text.rstrip("\n") + "\n"
    if output is not None and output != "-":
        from diagnose.errors import UsageError

        try:
            Path(output).write_text(text, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{output}: cannot be written: {error.strerror}; choose another -o FILE") from error
        return
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        quiet_pipe()


def note(text: str, *, quiet: bool = False) -> None:
    """One line on standard error, unless `quiet`."""
    if not quiet:
        click.echo(text, err=True)
