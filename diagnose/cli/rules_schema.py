"""`diagnose rules schema`: the JSON Schema of rule documents, for editors."""

from __future__ import annotations

import click

from diagnose.cli.options import emit

KINDS = (
    "signal", "finding", "cause", "remedy", "question", "test", "pack", "override", "switch", "story", "catalogue",
    "lexicon", "log-fields", "log-lines", "signals", "facts",
)  # fmt: skip
"""Kinds that have a schema; as `editors.KINDS`, which is dear to import."""


@click.command("schema")
@click.option("--kind", type=click.Choice(KINDS), help="Only documents of this kind.")
@click.option("--names", is_flag=True, help="Offer the names of facts, findings, causes and remedies, too.")
@click.option("--rules", "folders", multiple=True, metavar="DIR", help="With --names: those of more packs.")
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of standard output.")
def schema_command(kind: str | None, names: bool, folders: tuple[str, ...], output: str | None) -> None:
    """Print the JSON Schema (draft 2020-12) of rule documents, for editors.

    With it an editor completes keys and words and marks mistakes as you type; docs/authoring.md says how to set up
    VS Code, JetBrains IDEs and vim.
    """
    from diagnose.rulebook.editors import rendered, schema

    emit(rendered(schema(_names(folders) if names or folders else None, kind)), output)


def _names(folders: tuple[str, ...]) -> dict[str, list[str]]:
    from diagnose.cli.rules import gather_library

    library = gather_library(folders)
    return {"fact": list(library.facts), **{kind: list(found) for kind, found in library.entries.items()}}
