"""`diagnose run`: one incident, from evidence to a report."""

from __future__ import annotations

import sys
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click

from diagnose.cli.options import colour, emit, evidence_options, note, output_options, rules_option, switch_options
from diagnose.cli.progress import Progress

if TYPE_CHECKING:
    from diagnose.model import Diagnosis


@click.command()
@click.argument("paths", nargs=-1, metavar="PATH...")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@rules_option
@switch_options
@click.option(
    "--engine", type=click.Choice(["auto", "durable", "reference"]), default="auto", show_default=True,
    help="What runs the rules; auto is durable-rules where it is installed.",
)  # fmt: skip
@evidence_options
@click.option("--schema", is_flag=True, help="Print the JSON Schema of the JSON output and stop.")
@output_options
def run(
    paths: tuple[str, ...],
    form: str,
    rules: tuple[str, ...],
    enable: tuple[str, ...],
    disable: tuple[str, ...],
    engine: str,
    schema: bool,
    output: str | None,
    quiet: bool,
    verbose: int,
    debug: bool,
    **evidence: Any,
) -> int:
    """Diagnose one incident from PATHs: files, folders, or - for standard input, in any mixture.

    \b
    diagnose run incident/
    diagnose run edge.log conversation.json --tz Asia/Tokyo
    pbpaste | diagnose run - --format json
    """
    if schema:
        from diagnose.report.formats import schema_text

        emit(schema_text(), output)
        return 0
    if not paths:
        raise click.UsageError("Nothing to read: give files, folders, or - for standard input.")
    if "-" in paths and sys.stdin.isatty():
        note("Paste the evidence, then press Ctrl-D.", quiet=quiet)
    from diagnose.pipeline import diagnose

    started = perf_counter()
    with Progress(quiet=quiet) as progress:
        result = diagnose(
            paths,
            rules=rules,
            enable=enable,
            disable=disable,
            engine=engine,
            tick=progress.tick,
            **evidence,
        )
    took = perf_counter() - started
    for warning in result.warnings:
        note(warning, quiet=quiet)
    if form == "json":
        from diagnose.report.formats import json_text

        emit(json_text(result), output)
    else:
        from diagnose.report.text import render

        if sys.stderr.isatty():
            note(_read_line(result, took), quiet=quiet)
        emit(render(result, verbose=verbose > 0, colour=colour(output)), output)
    return exit_code(result)


def exit_code(diagnosis: Diagnosis) -> int:
    """0 when a cause was named or nothing failed, 1 when the diagnosis is inconclusive."""
    return 1 if diagnosis.verdict == "inconclusive" else 0


def _read_line(diagnosis: Diagnosis, seconds: float) -> str:
    from diagnose.explain.words import count

    used = [s for s in diagnosis.sources if s.records]
    parts = [
        count(len(used), "source"),
        count(sum(s.records for s in used), "record"),
        count(len(diagnosis.facts), "fact"),
    ]
    return f"{'read ' + ', '.join(parts):<72}{seconds:.2f} s"
