"""`diagnose rules docs`: a page a rule."""

from __future__ import annotations

from pathlib import Path

import click

from diagnose.cli.options import note, rules_option


@click.command("docs", short_help="Write a page a rule.")
@click.argument("folders", nargs=-1, metavar="[DIR]...")
@rules_option
@click.option("--pack", "packs", multiple=True, metavar="ID", help="Only the pages of this pack; may be repeated.")
@click.option(
    "-o", "--output", default="rule-docs", show_default=True, metavar="DIR", type=click.Path(path_type=Path),
    help="The folder to write to; the index is index.md.",
)  # fmt: skip
@click.option("-q", "--quiet", is_flag=True, help="Nothing on standard error but errors.")
def docs_command(
    folders: tuple[str, ...], rules: tuple[str, ...], packs: tuple[str, ...], output: Path, quiet: bool
) -> None:
    """Write a page of Markdown for each cause, finding, signal and remedy, those of packs in DIR included.

    A page says what the rule sees, shows a test that matches and a near miss that does not, the weights on causes and
    where they are from, remedies, and the file and line of the rule.
    """
    from diagnose.cli.rules import gather_library
    from diagnose.errors import RulebookError
    from diagnose.report.rulepages import Pages, write
    from diagnose.rulebook.compile import compile_library

    library = gather_library((*rules, *folders))
    book, problems = compile_library(library)
    errors = {p for p in problems if p.severity == "error"}
    if errors:
        raise RulebookError(list(errors))
    number = write(Pages(library, book, packs), output)
    note(f"{number} pages; begin with {output / 'index.md'}", quiet=quiet)
