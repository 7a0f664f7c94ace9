"""`diagnose rules lint`: check packs, mend what is safe, explain codes, check again after every save."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from diagnose.rulebook.files import RuleFile
    from diagnose.rulebook.lint.fix import Fixed
    from diagnose.rulebook.lint.run import LintReport

FORMATS = ("text", "json", "sarif", "github")
UNTOLD = ("sarif", "github")
"""Formats that have no place for what was mended: it is told on standard error."""
WRONG = 2
Check = Callable[[Sequence["RuleFile"]], "LintReport"]


@click.command("lint")
@click.argument("folders", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=str))
@click.option("--strict", is_flag=True, help="Add remarks on what is legal and leans one way; fail on warnings.")
@click.option("--fix", "mend", is_flag=True, help="Mend what is safe in PATH, and say what was done.")
@click.option("--watch", is_flag=True, help="Check again after every save, until Ctrl-C.")
@click.option(
    "--explain", "code", metavar="CODE", help="Tell what a code means, why, and the way out; `all`: the page."
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("-o", "--output", "output", metavar="FILE", help="Write to FILE instead of standard output.")
def lint_command(
    folders: tuple[str, ...], strict: bool, mend: bool, watch: bool, code: str | None, form: str, output: str | None
) -> int:
    """Check the packs in PATH together with the built-in ones; without PATH the built-in ones alone.

    Exit code 0 when there is no error (with --strict: no warning either), 2 otherwise.

    \b
    diagnose rules lint my-pack/
    diagnose rules lint my-pack/ --fix
    diagnose rules lint --explain R054
    """
    from diagnose.cli.options import emit

    if code is not None:
        emit(_explained(code), output)
        return 0
    check = _checker(strict=strict)
    if watch:
        if mend:
            raise click.UsageError("--watch only looks; leave out --fix")
        return _watched(folders, check, form, output)
    return _once(folders, check, form, output, strict=strict, mend=mend)


def _checker(*, strict: bool) -> Check:
    """A function that checks files; documents of files that did not change are kept from one call to the next."""
    from diagnose.rulebook.library import Kept, gather
    from diagnose.rulebook.lint import lint

    kept: Kept = {}
    return lambda files: lint(gather(files, kept=kept), strict=strict)


def _read(folders: Sequence[str]) -> list[RuleFile]:
    from diagnose.rulebook import files

    return files.read_files([*files.built_in_folders(), *files.extra_folders(folders)])


def _once(
    folders: Sequence[str], check: Check, form: str, output: str | None, *, strict: bool, mend: bool = False
) -> int:
    from diagnose.cli.options import emit, note

    files = _read(folders)
    fixed: list[Fixed] = []
    if mend:
        from diagnose.rulebook.files import read_files
        from diagnose.rulebook.lint.fix import fix

        own = read_files(map(Path, folders)) if folders else files
        mended, report, fixed = fix(files, [file.shown for file in own], check)
        _write(files, mended)
        for line in (line for f in fixed if form in UNTOLD for line in f.lines()):
            note(line)
    else:
        report = check(files)
    emit(_rendered(report, fixed, form, output), output)
    return WRONG if report.errors or (strict and report.count("warning")) else 0


def _write(before: Sequence[RuleFile], after: Sequence[RuleFile]) -> None:
    from diagnose.errors import UsageError

    for old, new in zip(before, after, strict=True):
        if old.raw != new.raw:
            try:
                Path(new.shown).write_bytes(new.raw)
            except OSError as error:
                raise UsageError(
                    f"{new.shown}: cannot be written: {error.strerror}; nothing of it was mended"
                ) from error


def _rendered(report: LintReport, fixed: Sequence[Fixed], form: str, output: str | None) -> str:
    from diagnose.report import lint as shown

    if form == "json":
        return shown.json_text(report, fixed)
    if form == "sarif":
        return shown.sarif_text(report)
    if form == "github":
        return shown.github_text(report)
    terminal = output is None and sys.stdout.isatty()
    return shown.text(report, fixed, shutil.get_terminal_size().columns if terminal else None)


def _explained(code: str) -> str:
    from diagnose.errors import UsageError
    from diagnose.report import lintpage
    from diagnose.rulebook.lint import CHECKS

    if code.lower() == "all":
        return lintpage.markdown(CHECKS.values())
    if code.upper() not in CHECKS:
        raise UsageError(f"no code '{code}'; all of them: diagnose rules lint --explain all")
    return lintpage.page(CHECKS[code.upper()])


def _watched(folders: Sequence[str], check: Check, form: str, output: str | None) -> int:
    """Check, then again after every save; the exit code is that of the last check."""
    from diagnose.cli.options import note
    from diagnose.cli.watching import changes, stamp
    from diagnose.errors import DiagnoseError
    from diagnose.rulebook import files

    watched = [*files.built_in_folders(), *files.extra_folders(folders)]
    code = 0

    def again() -> int:
        try:
            return _once(folders, check, form, output, strict=False)
        except DiagnoseError as error:
            note(str(error))
            return error.exit_code

    try:
        code = again()
        note(f"watching {', '.join(folders) or 'the built-in packs'}; Ctrl-C ends")
        for paths in changes(lambda: stamp(watched)):
            note(f"\nsaved: {', '.join(os.path.relpath(path) for path in paths[:3])}{' ...' if len(paths) > 3 else ''}")
            code = again()
    except KeyboardInterrupt:
        note("")
    return code
