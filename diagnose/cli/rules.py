"""`diagnose rules`: check, list, show and test rules."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from diagnose.cli.lint import lint_command
from diagnose.cli.rules_diff import diff_command
from diagnose.cli.rules_docs import docs_command
from diagnose.cli.rules_graph import graph_command
from diagnose.cli.rules_learn import learn_command
from diagnose.cli.rules_list import list_command, show_command
from diagnose.cli.rules_matrix import matrix_command
from diagnose.cli.rules_new import new_group
from diagnose.cli.rules_schema import schema_command
from diagnose.cli.rules_test import test_command
from diagnose.cli.rules_trace import trace_command

if TYPE_CHECKING:
    from diagnose.rulebook.library import Library


@click.group()
def rules() -> None:
    """Check, list, show and test the rules and packs."""


rules.add_command(lint_command)
rules.add_command(learn_command)
rules.add_command(new_group)
rules.add_command(schema_command)
rules.add_command(list_command)
rules.add_command(show_command)
rules.add_command(diff_command)
rules.add_command(docs_command)
rules.add_command(graph_command)
rules.add_command(matrix_command)
rules.add_command(test_command)
rules.add_command(trace_command)


def gather_library(folders: tuple[str, ...] = ()) -> Library:
    """The documents of the built-in packs, of those from outside, and of `folders`."""
    from diagnose.rulebook import files
    from diagnose.rulebook.library import gather

    found = files.read_files([*files.built_in_folders(), *files.extra_folders(folders)])
    return gather(found)


def _fail(message: str, code: int) -> None:
    click.echo(message, err=True)
    sys.exit(code)


@rules.command("learn-words")
@click.option("--rules", "folders", multiple=True, metavar="DIR", help="More packs with stories.")
@click.option(
    "--incidents",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A folder of incidents with labels.csv to learn from as well; repeatable.",
)
@click.option("-o", "output", type=click.Path(path_type=Path), help="Where to write it. Default: knowledge/words.json.")
def learn_words_command(folders: tuple[str, ...], incidents: tuple[Path, ...], output: Path | None) -> None:
    """Learn which words speak for which cause from the stories, and write the table that diagnoses use."""
    import msgspec

    from diagnose.batch.samples import samples_in
    from diagnose.errors import DiagnoseError
    from diagnose.rulebook import files
    from diagnose.rulebook.wordlearn import learn, stories

    lines = stories(_library_or_exit(folders))
    try:
        known = [sample for folder in incidents for sample in samples_in(folder)]
        table = learn(lines, known)
    except DiagnoseError as error:
        _fail(str(error), error.exit_code)
        return
    target = output or files.built_in_folders()[-1] / files.WORDS
    target.write_bytes(msgspec.json.encode(table) + b"\n")
    learned = f"{len(lines)} stories and {len(known)} incidents" if known else f"{len(lines)} stories"
    click.echo(f"{target}: {len(table.words)} words of {learned} on {len(table.causes)} causes")


def _library_or_exit(folders: tuple[str, ...]) -> Library:
    from diagnose.errors import InputError

    try:
        library = gather_library(folders)
    except InputError as error:
        _fail(str(error), error.exit_code)
        raise
    errors = [p for p in sorted(library.problems) if p.severity == "error"]
    if errors:
        _fail("\n".join(p.render() for p in errors), 2)
    return library
