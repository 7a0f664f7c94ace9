"""`diagnose facts`: what was understood of the evidence, before any verdict."""

from __future__ import annotations

from typing import Any

import click

from diagnose.cli.options import emit, evidence_options, note, output_options, rules_option, switch_options
from diagnose.cli.progress import Progress


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only facts of this kind; may be repeated.")
@rules_option
@switch_options
@evidence_options
@output_options
def facts(
    paths: tuple[str, ...],
    form: str,
    kinds: tuple[str, ...],
    rules: tuple[str, ...],
    enable: tuple[str, ...],
    disable: tuple[str, ...],
    output: str | None,
    quiet: bool,
    verbose: int,
    debug: bool,
    **evidence: Any,
) -> int:
    """Print the facts that were understood of PATHs, and what became of each source.

    \b
    diagnose facts incident/
    diagnose facts edge.log --kind tcp.failure --at 14:05 --window 5m
    """
    from diagnose.pipeline import gather
    from diagnose.rulebook import load_rulebook

    book = load_rulebook(rules, enable=enable, disable=disable)
    with Progress(quiet=quiet) as progress:
        found = gather(paths, book, tick=progress.tick, **evidence)
    for warning in found.warnings:
        note(warning, quiet=quiet)
    chosen = [f for f in found.facts if not kinds or f.kind in kinds]
    if kinds and not chosen:
        note(f"no facts of kind {', '.join(kinds)}; the kinds there are: diagnose knowledge facts", quiet=quiet)
    if form == "json":
        from diagnose.report.formats import facts_text

        emit(facts_text(found, chosen), output)
    else:
        from diagnose.report.facts import render

        emit(render(found, chosen), output)
    return 0
