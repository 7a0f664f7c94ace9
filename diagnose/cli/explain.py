"""`diagnose explain`: how a saved diagnosis came about, or why not another cause."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from diagnose.cli.options import emit, output_options


@click.command()
@click.argument("diagnosis", metavar="DIAGNOSIS.json")
@click.option(
    "--how", is_flag=False, flag_value="", metavar="[ID]", help="From a cause, finding or fact down to the raw lines."
)
@click.option(
    "--why-not",
    is_flag=False,
    flag_value="",
    metavar="[ID]",
    help="What is missing for, or speaks against, a cause or finding.",
)
@output_options
def explain(
    diagnosis: str, how: str | None, why_not: str | None, output: str | None, quiet: bool, verbose: int, debug: bool
) -> int:
    """Explain DIAGNOSIS.json, the output of diagnose run --format json (- reads standard input).

    Without an option: how the first cause came about. Without an ID --how takes the first cause, --why-not the second.
    """
    from diagnose.explain import explain as explain_text
    from diagnose.report.formats import read_json

    data = sys.stdin.buffer.read() if diagnosis == "-" else Path(diagnosis).read_bytes()
    result = read_json(data, "standard input" if diagnosis == "-" else diagnosis)
    parts = []
    if how is not None or why_not is None:
        parts.append(explain_text(result, "how", how or ""))
    if why_not is not None:
        parts.append(explain_text(result, "why-not", why_not))
    emit("\n\n".join(parts), output)
    return 0
