"""`diagnose rules`: check, list, show and test rules."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from diagnose.cli.lint import lint_command
from diagnose.cli.rules_diff import diff_command
from diagnose.cli.rules_list import list_command, show_command
from diagnose.cli.rules_matrix import matrix_command
from diagnose.cli.rules_schema import schema_command

if TYPE_CHECKING:
    from diagnose.rulebook.library import Library


@click.group()
def rules() -> None:
    """Check, list, show and test the rules and packs."""


rules.add_command(lint_command)
rules.add_command(schema_command)
rules.add_command(list_command)
rules.add_command(show_command)


def gather_library(folders: tuple[str, ...] = ()) -> Library:
    """The documents of the built-in packs, of those from outside, and of `folders`."""
    from diagnose.rulebook import files
    from diagnose.rulebook.library import gather

    found = files.read_files([*files.built_in_folders(), *files.extra_folders(folders)])
    return gather(found)


def _fail(message: str, code: int) -> None:
    click.echo(message, err=True)
    sys.exit(code)


@rules.command("test")
@click.argument("folders", nargs=-1, metavar="[DIR]...", type=click.Path(path_type=str))
@click.option("--run", "pattern", metavar="REGEX", help="Only tests whose name or file matches.")
@click.option("--engine", type=click.Choice(["both", "reference", "durable"]), default="both", show_default=True)
@click.option("--coverage", is_flag=True, help="Tell what the tests reach: findings, steps, causes.")
@click.option("--min", "least", type=click.FloatRange(0, 100), help="With --coverage: fail below so many percent.")
@click.option("--mutants", is_flag=True, help="Spoil the evidence of each test and tell what no test notices; slow.")
def test_command(
    folders: tuple[str, ...],
    pattern: str | None,
    engine: str,
    coverage: bool,
    least: float | None,
    mutants: bool,
) -> None:
    """Run the tests of the rules, those of DIR included, on both engines.

    Exit code 0 when all pass, 1 when one fails, 2 when a rule is wrong, 3 when nothing is selected.
    """
    from diagnose import pipeline
    from diagnose.errors import DiagnoseError, UsageError
    from diagnose.rulebook.coverage import percent
    from diagnose.rulebook.ruletest import ENGINES, run_tests

    engines = ENGINES if engine == "both" else (engine,)
    try:
        outcome = run_tests(
            gather_library(folders),
            pipeline,
            pattern,
            engines,
            coverage=coverage or least is not None,
            mutants=mutants,
        )
    except UsageError as error:
        _fail(str(error), 3)
    except DiagnoseError as error:
        _fail(str(error), error.exit_code)
    else:
        for line in outcome.lines():
            click.echo(line)
        short = outcome.coverage is not None and least is not None and outcome.coverage.share * 100 < least
        if short and outcome.coverage is not None:
            click.echo(f"coverage is {percent(outcome.coverage.share)}, below the {least:g} % asked for", err=True)
        sys.exit(outcome.exit_code or int(short))


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


for _command in (matrix_command, diff_command):
    rules.add_command(_command)
