"""`diagnose rules new`: a working document with its test, in its place in a pack."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from diagnose.rulebook.drafts import Draft
    from diagnose.rulebook.files import RuleFile
    from diagnose.rulebook.library import Library
    from diagnose.rulebook.scaffold import Seen

F = TypeVar("F", bound=Callable[..., Any])


@click.group("new")
def new_group() -> None:
    """Write a new pack, signal, finding or cause with its test; asks for what is not given.

    What it writes passes `rules lint` and `rules test`. It overwrites nothing.
    """


def _in_pack(command: F) -> F:
    return click.option("--pack", "folder", metavar="DIR", default=".", show_default=True, help="The pack.")(command)


def _seen_options(command: F) -> F:
    """What is looked for: `--fact`, `--where`."""
    for option in reversed(
        (
            click.option("--fact", default="", metavar="KIND", help="The kind of fact that it looks for."),
            click.option("--where", multiple=True, metavar="FIELD=VALUE", help="A field that the fact must have."),
            click.option("--then", default="", metavar="KIND", help="A second fact that must follow."),
            click.option("--then-where", multiple=True, metavar="FIELD=VALUE", help="A field of the second."),
            click.option("--within", default="5m", show_default=True, metavar="TIME", help="How soon it must follow."),
            click.option("--join", multiple=True, metavar="ENTITY", help="What both must be about, such as edge."),
        )
    ):
        command = option(command)
    return command


def on_terminal() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin.isatty()


def ask(
    given: str, question: str, flag: str, default: str | None = None, check: Callable[[str], object] | None = None
) -> str:
    """What was given, else what the person at the terminal answers, else the default.

    `check` raises UsageError on what will not do; at a terminal the question is then asked again.
    Raises UsageError that names the flag when there is nobody to ask and no default.
    """
    from diagnose.errors import UsageError

    if given or not on_terminal():
        if not given and default is None:
            raise UsageError(f"{flag} is missing ({question.lower()}), and there is no terminal to ask on")
        value = given or default or ""
        if check is not None and value:
            check(value)
        return value
    while True:
        value = str(click.prompt(question, default=default, show_default=bool(default), err=True)).strip()
        try:
            if check is not None and value:
                check(value)
        except UsageError as error:
            click.echo(str(error), err=True)
        else:
            return value


@new_group.command("pack")
@click.option("--pack", "folder", metavar="DIR", default="", help="Its folder, new or empty of packs.")
@click.option("--id", "name", default="", help="Its id.  [default: the name of the folder]")
@click.option("--title", default="", help="What it is about, in a sentence.")
@click.option("--owner", default="", help="Who looks after it.")
def pack_command(folder: str, name: str, title: str, owner: str) -> int:
    """Make a folder a pack."""
    import re

    from diagnose.rulebook import drafts, scaffold

    folder = ask(folder, "Folder of the pack", "--pack")
    own = re.sub(r"[^a-z0-9]+", "-", Path(folder).resolve().name.lower()).strip("-") or "pack"
    name = ask(name, "Id", "--id", own, drafts.check_id)
    title = ask(title, "What is it about", "--title", f"Rules of {name}")
    path = Path(folder) / drafts.PACK
    drafts.write({path: scaffold.pack(name, title, owner)})
    click.echo(f"wrote {path}")
    click.echo(f"next: diagnose rules learn LOGLINE --pack {folder}")
    return 0


@new_group.command("signal")
@_in_pack
@click.option("--line", "lines", multiple=True, metavar="LOGLINE", help="A log line that it must read; repeatable.")
@click.option("--id", "name", default="", help="Its id.  [default: made of the line's words]")
@click.option("--title", default="", help="A sentence on what the line says.")
@click.option("--fact", default="", metavar="KIND", help="The kind of fact.  [default: proposed]")
@click.option("--set", "constants", multiple=True, metavar="FIELD=VALUE", help="A constant field of the fact.")
@click.option("--from", "source", default="", metavar="SOURCE", help="The kind of source.  [default: told by the line]")
@click.option("--match", default="", metavar="RE2", help="The pattern.  [default: proposed]")
@click.option("--not", "nots", multiple=True, metavar="TEXT", help="A line that it must not match.")
def signal_command(
    folder: str,
    lines: tuple[str, ...],
    name: str,
    title: str,
    fact: str,
    constants: tuple[str, ...],
    source: str,
    match: str,
    nots: tuple[str, ...],
) -> int:
    """A signal, from a log line that it must read (as `rules learn LOGLINE --pack DIR`)."""
    from diagnose.cli.rules_learn import fields_of, learn
    from diagnose.rulebook import drafts
    from diagnose.rulebook.proposal import Wishes, read_lines

    drafts.pack_folder(folder)
    text = "\n".join(lines) or ask("", "A log line that it must read", "--line")
    wishes = Wishes(name, title, fact, source, fields_of(constants), nots, match)
    return learn(read_lines(text), wishes, folders=(), pack=folder, output=None, anyway=True)


@new_group.command("finding")
@_in_pack
@click.option("--id", "name", default="", help="Its id, such as site.backup_slow.")
@click.option("--title", default="", help="A sentence of the field, as it should stand in a report.")
@_seen_options
@click.option("--cause", default="", metavar="ID", help="The cause that it speaks for.")
@click.option("--seen", default="usually", show_default=True, help="How often, when that is the cause.")
def finding_command(folder: str, name: str, title: str, cause: str, seen: str, **options: Any) -> int:
    """A finding: a fact, or one fact after another, that means something together."""
    from diagnose.rulebook import scaffold

    files, library = _packs(folder)
    name = ask(name, "Id, such as site.backup_slow", "--id", None, lambda n: scaffold.free(n, "finding", library))
    title = ask(title, "Title, a sentence as it should stand in a report", "--title")
    looked = _looked_for(options, library)
    question = "Cause that it speaks for (diagnose knowledge causes; empty for none)"
    cause = ask(cause, question, "--cause", "", lambda c: scaffold.known(c, "cause", library))
    return _keep(scaffold.finding(name, title, looked, library, cause, seen), files, folder)


@new_group.command("cause")
@_in_pack
@click.option("--id", "name", default="", help="Its id, such as site.backup_slow.")
@click.option("--title", default="", help="What is wrong, in a sentence.")
@click.option("--finding", "found", default="", metavar="ID", help="A known finding that it makes likely.")
@_seen_options
@click.option("--step", "steps", multiple=True, metavar="TEXT", help="A step of its remedy; repeatable.")
def cause_command(folder: str, name: str, title: str, found: str, steps: tuple[str, ...], **options: Any) -> int:
    """A cause with a finding that shows it and a remedy."""
    from diagnose.rulebook import scaffold

    files, library = _packs(folder)
    name = ask(name, "Id, such as site.backup_slow", "--id", None, lambda n: scaffold.free(n, "cause", library))
    title = ask(title, "What is wrong, in a sentence", "--title")
    looked = None if found else _looked_for(options, library)
    does = steps or (ask("", "First step of the remedy", "--step", f"Look into it: {title}"),)
    return _keep(scaffold.cause(name, title, looked, found, library, does), files, folder)


def _packs(folder: str) -> tuple[list[RuleFile], Library]:
    from diagnose.errors import RulebookError
    from diagnose.rulebook import drafts, files
    from diagnose.rulebook.library import gather

    own = drafts.pack_folder(folder)
    found = files.read_files([*files.built_in_folders(), *files.extra_folders([own])])
    library = gather(found)
    errors = [p for p in library.problems if p.severity == "error"]
    if errors:
        raise RulebookError(errors)
    return found, library


def _looked_for(options: dict[str, Any], library: Library) -> Seen:
    from diagnose.cli.rules_learn import fields_of
    from diagnose.errors import UsageError
    from diagnose.rulebook import scaffold
    from diagnose.rulebook.schema import milliseconds

    try:
        milliseconds(options["within"])
    except ValueError as error:
        raise UsageError(f"--within: {error}; write it with a unit, such as 90s, 5m or 24h") from None
    question = "Kind of fact that it looks for (diagnose knowledge facts)"
    fact = ask(options["fact"], question, "--fact", None, lambda f: scaffold.known(f, "fact", library))
    if options["then"]:
        scaffold.known(options["then"], "fact", library)
    where = options["where"]
    if not where and on_terminal():
        question = f"Fields it must have, as FIELD=VALUE ({_fields(fact, library)})"
        where = tuple(_pairs(ask("", question, "--where", "", lambda text: fields_of(_pairs(text)))))
    return scaffold.Seen(
        fact, fields_of(where), options["then"], fields_of(options["then_where"]), options["within"], options["join"]
    )


def _pairs(text: str) -> list[str]:
    from diagnose.errors import UsageError

    try:
        return shlex.split(text)
    except ValueError as error:
        raise UsageError(f"{text}: {error}") from None


def _fields(fact: str, library: Library) -> str:
    return ", ".join(library.facts[fact].fields)


def _keep(draft: Draft, files: list[RuleFile], folder: str) -> int:
    """Try the draft, then write it."""
    from diagnose import pipeline
    from diagnose.cli.rules_learn import next_steps
    from diagnose.rulebook import drafts, scaffold

    where = Path(folder)
    tried = scaffold.tried(draft, files, str(where.resolve()), pipeline)
    out = drafts.in_pack(tried, where)
    drafts.write(out)
    for path in out:
        click.echo(f"wrote {path}")
    for comment in tried.comments:
        click.echo(f"note: {comment}", err=True)
    click.echo(next_steps(folder, draft.id))
    return 0
