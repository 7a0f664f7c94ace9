"""`diagnose rules graph`: what a rule stands on and what stands on it."""

from __future__ import annotations

import click

from diagnose.cli.options import emit, rules_option, switch_options
from diagnose.cli.rules_matrix import by_suffix


@click.command("graph", short_help="Draw how a rule is derived.")
@click.argument("name", metavar="ID")
@rules_option
@switch_options
@click.option("--depth", type=click.IntRange(0), help="Steps either way.  [default: back to signals, one step on]")
@click.option("--most", type=click.IntRange(1), default=6, show_default=True, help="Neighbours shown of one rule.")
@click.option("--format", "form", type=click.Choice(["mermaid", "svg", "json"]), help="Default: by -o, else mermaid.")
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of standard output.")
def graph_command(
    name: str,
    rules: tuple[str, ...],
    enable: tuple[str, ...],
    disable: tuple[str, ...],
    depth: int | None,
    most: int,
    form: str | None,
    output: str | None,
) -> int:
    """Draw how the finding or cause ID is derived: signals, facts, findings, causes, remedies.

    Signals and remedies can be asked for, too. Dashed: speaks against it, or must not be there. On the way from a
    finding to a cause: in how many incidents of the cause it is seen, and in how many of all.

    \b
    diagnose rules graph wan.flap -o flap.svg
    diagnose rules graph edge.survivability_media_path --depth 1
    """
    from diagnose.report.mermaid import mermaid
    from diagnose.report.rulegraph import build
    from diagnose.rulebook import load_rulebook

    book = load_rulebook(rules, enable=enable, disable=disable)
    graph = build(book, name, depth=depth, most=most)
    form = form or by_suffix(output, {"svg": "svg", "json": "json"}) or "mermaid"
    if form == "svg":
        from diagnose.report.graphsvg import svg

        emit(svg(graph), output)
    elif form == "json":
        import msgspec

        emit(
            msgspec.json.format(
                msgspec.json.encode({"schema_version": 1, **msgspec.to_builtins(graph)}), indent=2
            ).decode(),
            output,
        )
    else:
        emit(mermaid(graph), output)
    return 0
