"""`diagnose rules matrix`: which findings tell which causes apart."""

from __future__ import annotations

import shutil

import click

from diagnose.cli.options import emit, rules_option, switch_options


@click.command("matrix", short_help="Show which findings tell which causes apart.")
@click.argument("causes", nargs=-1, metavar="[CAUSE|FAMILY]...")
@rules_option
@switch_options
@click.option("--format", "form", type=click.Choice(["text", "json", "html"]), help="Default: by -o, else text.")
@click.option("--most", type=click.IntRange(1), default=20, show_default=True, help="Findings shown in text.")
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of standard output.")
def matrix_command(
    causes: tuple[str, ...],
    rules: tuple[str, ...],
    enable: tuple[str, ...],
    disable: tuple[str, ...],
    form: str | None,
    most: int,
    output: str | None,
) -> int:
    """Show how often findings are seen under causes, the strongest separators first.

    \b
    diagnose rules matrix                            each cause and its hardest rival
    diagnose rules matrix client.network client.webrtc_ice   what tells two apart
    diagnose rules matrix wan.link_flap              one beside its hardest rivals
    diagnose rules matrix bot                        a family
    diagnose rules matrix -o matrix.html             all, as a page to sort and filter
    """
    from diagnose.rulebook import load_rulebook
    from diagnose.rulebook.matrix import Matrix, as_data

    matrix = Matrix(load_rulebook(rules, enable=enable, disable=disable).program)
    chosen = matrix.choose(causes)
    form = form or by_suffix(output, {"html": "html", "htm": "html", "json": "json"}) or "text"
    if form == "json":
        import msgspec

        emit(msgspec.json.format(msgspec.json.encode(as_data(matrix, chosen)), indent=2).decode(), output)
    elif form == "html":
        from diagnose.report.matrixpage import page

        emit(page(matrix, chosen), output)
    else:
        from diagnose.report.matrix import render

        width = max(60, min(160, shutil.get_terminal_size((80, 24)).columns))
        emit(render(matrix, chosen, most=most, width=width), output)
    return 0


def by_suffix(output: str | None, forms: dict[str, str]) -> str | None:
    """The format that the end of a file's name tells, if it does."""
    return forms.get(output.rpartition(".")[2].lower()) if output else None
