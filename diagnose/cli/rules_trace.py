"""`diagnose rules trace`: why a finding, a cause or a signal came out as it did on some evidence."""

from __future__ import annotations

import sys
from os.path import exists
from typing import Any

import click
import msgspec

from diagnose.cli.options import emit, evidence_options, note, output_options, rules_option, switch_options
from diagnose.cli.progress import Progress


@click.command("trace")
@click.argument("name", metavar="ID")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@rules_option
@switch_options
@evidence_options
@output_options
def trace_command(
    name: str,
    paths: tuple[str, ...],
    form: str,
    rules: tuple[str, ...],
    enable: tuple[str, ...],
    disable: tuple[str, ...],
    output: str | None,
    quiet: bool,
    verbose: int,
    debug: bool,
    **evidence: Any,
) -> int:
    """Say why the finding, cause or signal ID came out as it did on PATHs.

    Each condition stands as passed, FAILED or unknown, with what was found, how far off it is, and where. The
    candidates that came nearest come first; -v shows the evidence, and rules that did not fire beside one that did.
    Exit code 0 when it was seen, matched or comes first, 1 otherwise.

    \b
    diagnose rules trace wan.flap incident/
    diagnose rules trace my.signal edge.log --rules my-pack/ --format json
    """
    from diagnose.explain.trace import is_known
    from diagnose.pipeline import trace
    from diagnose.report.trace import json_text, render
    from diagnose.rulebook import load_rulebook

    if "-" in paths and sys.stdin.isatty():
        note("Paste the evidence, then press Ctrl-D.", quiet=quiet)
    book = load_rulebook(rules, enable=enable, disable=disable)
    for off in book.notes if not is_known(book, name) else ():
        note(off, quiet=quiet)
    if exists(name) and not is_known(book, name):
        raise click.UsageError(f"'{name}' is a file: the id comes first, then the evidence: rules trace ID PATH...")
    with Progress(quiet=quiet) as progress:
        found = trace(paths, name, book, tick=progress.tick, **evidence)
    found = msgspec.structs.replace(found, defined=_defined(name, rules))
    for warning in found.warnings:
        note(warning, quiet=quiet)
    emit(json_text(found) if form == "json" else render(found, verbose=verbose > 0), output)
    return 0 if found.fired else 1


def _defined(name: str, rules: tuple[str, ...]) -> tuple[str, ...]:
    """Where the documents called `name` stand, as `path:line`."""
    from diagnose.cli.rules import gather_library

    library = gather_library(rules)
    found = [library.of(kind)[name] for kind in ("signal", "finding", "cause") if name in library.of(kind)]
    return tuple(f"{entry.document.start.source.path}:{entry.document.start.line}" for entry in found)
