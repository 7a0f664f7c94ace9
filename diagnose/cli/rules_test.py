"""`diagnose rules test`: run the tests of rules, once or on every save."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from diagnose.cli.options import emit, note
from diagnose.cli.progress import Progress

if TYPE_CHECKING:
    from diagnose.rulebook.ruletest import Outcome


class Options(msgspec.Struct, frozen=True):
    """What is asked of a run of the tests; see the options of the command."""

    folders: tuple[str, ...]
    pattern: str | None
    engine: str
    coverage: bool
    least: float | None
    mutants: bool
    junit: str | None
    output: str | None


@click.command("test")
@click.argument("folders", nargs=-1, metavar="[DIR]...", type=click.Path(path_type=str))
@click.option("--run", "pattern", metavar="REGEX", help="Only tests whose name or file matches.")
@click.option(
    "--engine", type=click.Choice(["both", "reference", "durable"]), default="both", show_default=True,
    help="What runs the rules; both is the reference engine alone where durable-rules does not import.",
)  # fmt: skip
@click.option("--coverage", is_flag=True, help="Tell what the tests reach: findings, steps, causes.")
@click.option("--min", "least", metavar="PERCENT", type=click.FloatRange(0, 100), help="Fail below so much coverage.")
@click.option("--mutants", is_flag=True, help="Spoil the evidence of each test and tell what no test notices; slow.")
@click.option("--junit", metavar="FILE", help="Write the results as JUnit XML, too.")
@click.option("--watch", is_flag=True, help="Run again whenever a file is saved: first the tests that it may touch.")
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of standard output.")
def test_command(watch: bool, **options: object) -> int:
    """Run the tests of the rules, those of DIR included, on both engines.

    A test that fails shows what was expected, what came, and the nearest miss of each finding that was not seen: every
    condition, passed or failed, with its distance. Exit code 0 when all pass, 1 when one fails or coverage is below
    --min, 2 when a rule is wrong, 3 when nothing is selected.
    """
    wanted = msgspec.convert(options, Options)
    if not watch:
        return _once(wanted)
    return _watched(wanted)


def _watched(options: Options) -> int:
    """Run the tests now and after every save, those that the saved files may touch; ends with Ctrl-C."""
    from diagnose.cli.watching import changes, stamp
    from diagnose.rulebook import files

    folders = [*files.built_in_folders(), *files.extra_folders(options.folders)]
    _checked(options)
    note("watching; Ctrl-C ends")
    here = os.path.join(Path.cwd(), "")
    try:
        for paths in changes(lambda: stamp(folders)):
            saved = [str(Path(path).resolve()).removeprefix(here) for path in paths]
            note(f"saved: {', '.join(saved[:3])}" + (f" and {len(saved) - 3} more" if len(saved) > 3 else ""))
            _checked(options, saved)
    except KeyboardInterrupt:
        pass
    return 0


def _once(options: Options, only: Sequence[str] = ()) -> int:
    """Run the tests; `only` those that the files of these paths may touch. Gives the exit code."""
    from diagnose import pipeline
    from diagnose.cli.rules import gather_library
    from diagnose.errors import UsageError
    from diagnose.infer.durable import available
    from diagnose.rulebook.coverage import percent
    from diagnose.rulebook.ruletest import ENGINES, run_tests

    if options.engine == "durable" and not available():
        raise UsageError("durable-rules does not import on this Python; use --engine reference")
    engines = (options.engine,) if options.engine != "both" else ENGINES
    if options.engine == "both" and not available():
        engines = ("reference",)
        note("durable-rules does not import on this Python: the reference engine runs alone")
    with Progress() as progress:
        progress.say("reading the rules")
        outcome = run_tests(
            gather_library(options.folders), pipeline, options.pattern, engines, saved=only, tick=progress.say,
            coverage=options.coverage or options.least is not None, mutants=options.mutants,
        )  # fmt: skip
    emit("\n".join(outcome.lines()), options.output)
    if options.junit is not None:
        _write_junit(outcome, options.junit)
    share = outcome.coverage.share if outcome.coverage is not None else 1.0
    short = options.least is not None and share * 100 < options.least
    if short:
        note(f"coverage is {percent(share)}, below the {options.least:g} % asked for")
    return outcome.exit_code or int(short)


def _checked(options: Options, only: Sequence[str] = ()) -> None:
    """As `_once`, while watching: what is wrong is told, and the next save is awaited."""
    from diagnose.errors import DiagnoseError

    try:
        _once(options, only)
    except DiagnoseError as error:
        note(str(error))


def _write_junit(outcome: Outcome, path: str) -> None:
    from diagnose.errors import UsageError
    from diagnose.rulebook.junit import junit_xml

    try:
        Path(path).write_bytes(junit_xml(outcome.results))
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}; choose another --junit FILE") from error
