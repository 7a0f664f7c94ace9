"""`diagnose rules learn`: a signal proposed from pasted log lines."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

import click

from diagnose.cli.options import emit, note

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from diagnose.rulebook.drafts import Draft
    from diagnose.rulebook.files import RuleFile
    from diagnose.rulebook.library import Library
    from diagnose.rulebook.proposal import Line, Proposal, Wishes


MOST_LINES = 200
"""Lines that are learned from at once."""


@click.command("learn")
@click.argument("lines", nargs=-1, required=True, metavar="LOGLINE...")
@click.option("--id", "name", default="", help="Id of the signal.  [default: made of the line's words]")
@click.option("--title", default="", help="Its title: a sentence on what the line says.")
@click.option("--fact", default="", metavar="KIND", help="The kind of fact that the line is.  [default: proposed]")
@click.option("--set", "constants", multiple=True, metavar="FIELD=VALUE", help="A constant field of the fact.")
@click.option("--from", "source", default="", metavar="SOURCE", help="The kind of source.  [default: told by the line]")
@click.option("--match", default="", metavar="RE2", help="The pattern.  [default: proposed]")
@click.option("--not", "nots", multiple=True, metavar="TEXT", help="A line that it must not match.")
@click.option("--anyway", is_flag=True, help="Propose a signal for lines, too, that a signal reads already.")
@click.option("--rules", "folders", multiple=True, metavar="DIR", help="More packs whose signals are known.")
@click.option("--pack", metavar="DIR", help="Write the signal and its test into this pack.")
@click.option("-o", "--output", metavar="FILE", help="Write both into FILE.")
def learn_command(
    lines: tuple[str, ...],
    name: str,
    title: str,
    fact: str,
    constants: tuple[str, ...],
    source: str,
    match: str,
    nots: tuple[str, ...],
    anyway: bool,
    folders: tuple[str, ...],
    pack: str | None,
    output: str | None,
) -> int:
    """Propose a signal from log lines; with - they are read from standard input.

    Lines of one form give one signal. Files are never overwritten.

    \b
    diagnose rules learn '2026-03-17 14:03:39 WARN mixer: stream 7 starved for 5200 ms'
    tail -3 odd.log | diagnose rules learn - --pack my-pack

    Exit code 0 when a signal is proposed, 1 when known signals read all of the lines.
    """
    from diagnose.errors import InputError, UsageError
    from diagnose.rulebook.patterns import refusal
    from diagnose.rulebook.proposal import Wishes, read_lines

    text = sys.stdin.buffer.read().decode("utf-8", "replace") if lines == ("-",) else "\n".join(lines)
    found = read_lines(text)
    if not found:
        raise InputError("no log line to learn from: give one in quotes, or - and lines on standard input")
    if len(found) > MOST_LINES:
        raise UsageError(f"{len(found)} lines are too many to learn from; give those that are to be one signal")
    if match and refusal(match):
        raise UsageError(f"--match {match}: {refusal(match)}")
    wishes = Wishes(name, title, fact, source, fields_of(constants), nots, match)
    return learn(found, wishes, folders=folders, pack=pack, output=output, anyway=anyway)


def fields_of(pairs: Sequence[str]) -> dict[str, object]:
    """`FIELD=VALUE` options as fields; numbers, true and false by their looks. Raises UsageError on another form."""
    from diagnose.errors import UsageError

    out: dict[str, object] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not key or not equals:
            raise UsageError(f"'{pair}' is no FIELD=VALUE, such as outcome=reset")
        out[key] = _value(value)
    return out


def _value(text: str) -> object:
    """A number, true or false by its looks, else the text."""
    if text in ("true", "false"):
        return text == "true"
    for kind in (int, float):
        with contextlib.suppress(ValueError):
            return kind(text)
    return text


def learn(
    found: Sequence[Line],
    wishes: Wishes,
    *,
    folders: Sequence[str],
    pack: str | None,
    output: str | None,
    anyway: bool = False,
) -> int:
    """Propose signals for the lines, print why, and write them where that is asked for; the exit code."""
    from diagnose.cli.rules import gather_library
    from diagnose.errors import UsageError
    from diagnose.rulebook import drafts, files
    from diagnose.rulebook.trial import dictionary_of

    known = [*folders, *([str(drafts.pack_folder(pack))] if pack else [])]
    library = gather_library(tuple(known))
    if wishes.id and drafts.check_id(wishes.id) in library.of("signal"):
        start = library.of("signal")[wishes.id].document.start
        raise UsageError(f"signal '{wishes.id}' exists in {start.source.path}:{start.line}; give another --id")
    new = found if anyway else _unread(found, wishes.source, library, known)
    if not new:
        note("nothing to learn; --anyway proposes a signal all the same")
        return 1
    dictionary = dictionary_of(files.read_files([*files.built_in_folders(), *files.extra_folders(known)]))
    _put(_drafted(new, wishes, library, dictionary), pack, output)
    return 0


def _drafted(new: Sequence[Line], wishes: Wishes, library: Library, dictionary: Sequence[RuleFile]) -> list[Draft]:
    """A signal with its test for each form of line; why it is as it is goes to standard error."""
    from diagnose import pipeline
    from diagnose.errors import UsageError
    from diagnose.rulebook.likeness import Examples
    from diagnose.rulebook.proposal import forms, propose
    from diagnose.rulebook.trial import draft_of

    examples = Examples(library)
    made: list[Draft] = []
    shapes = forms(new)
    for members, pieces in shapes:
        try:
            proposal = propose(members, pieces, library, examples, wishes)
        except UsageError as error:
            if len(shapes) == 1:
                raise
            note(f"left out: {error}")
            continue
        taken = {*library.of("signal"), *(d.id for d in made)}
        proposal.signal["id"] = next(i for i in _ids(proposal.signal["id"]) if i not in taken)
        draft = draft_of(proposal, pipeline, dictionary)
        made.append(draft)
        note(_told(proposal, draft, library))
    if not made:
        raise UsageError("nothing can be proposed for any of the lines")
    return made


def _ids(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}_{i}" for i in range(2, 1000))


def _put(made: Sequence[Draft], pack: str | None, output: str | None) -> None:
    from pathlib import Path

    from diagnose.errors import UsageError
    from diagnose.rulebook import drafts

    untested = [draft.id for draft in made if not draft.tests]
    if untested and (pack or output):
        raise UsageError(f"the readers give the line to no signal, so {', '.join(untested)} is not written")
    text = "---\n".join(draft.whole() for draft in made)
    if pack:
        out = {path: t for draft in made for path, t in drafts.in_pack(draft, Path(pack)).items()}
        drafts.write(out)
        for path in out:
            click.echo(f"wrote {path}")
        click.echo(next_steps(pack, made[0].id))
    elif output and output != "-":
        drafts.write({Path(output): text})
        click.echo(f"wrote {output}")
    else:
        emit(text, None)


def next_steps(folder: str, name: str) -> str:
    """What to do with a document that was written."""
    shown = f'"{folder}"' if " " in folder else folder
    return f"next: diagnose rules lint {shown}; diagnose rules test {shown} --run {name}"


def _unread(found: Sequence[Line], source: str, library: Library, known: Sequence[str]) -> list[Line]:
    """The lines that no signal reads; those that one does are named with it."""
    from diagnose.read.logs.kinds import log_kind
    from diagnose.read.signals.scan import Scanner
    from diagnose.rulebook import load_rulebook
    from diagnose.rulebook.likeness import TOLD

    scanner = Scanner(load_rulebook(known).signals)
    new = []
    for line in found:
        kind = source or log_kind([(line.fields, line.text)])
        hits = [h for h in scanner.hits(kind, line.text, line.fields) if not TOLD.issuperset(h.signal.sources)]
        for hit in hits:
            entry = library.of("signal").get(hit.signal.id)
            start = entry.document.start if entry is not None else None
            place = f"  ({start.source.path}:{start.line})" if start is not None else ""
            fields = ", ".join(f"{k}={v}" for k, v in {**hit.fields, **hit.entities}.items())
            note(f"already read: {line.message[:70]!r}\n  by signal {hit.signal.id}{place}\n  as {hit.fact} {fields}")
        if not hits:
            new.append(line)
    return new


def _told(proposal: Proposal, draft: Draft, library: Library) -> str:
    """Why the proposal is as it is."""
    from diagnose.rulebook.likeness import users

    first = proposal.lines[0]
    more = f"  (and {len(proposal.lines) - 1} more of this form)" if len(proposal.lines) > 1 else ""
    out = [f"message   {first.message.splitlines()[0]}{more}", f"source    {proposal.source}: {proposal.source_why}"]
    out += _guessed(proposal)
    for taken in proposal.taken:
        what = f"-> {taken.field}: {taken.why}" if taken.field else f"varies, not taken: {taken.why}"
        out.append(f"variable  {taken.text}  {what}")
    used = users(library, proposal.fact, proposal.signal.get("set", {}))
    out.append(f"findings  {', '.join(used[:2])}{', ...' if len(used) > 2 else ''} may see it")
    if not used:
        out[-1] = "findings  none sees it yet: diagnose rules new finding"
    if not draft.tests:
        out.append("no test   the readers read nothing in this line with it; see what they do: diagnose facts FILE")
    return "\n".join(out)


def _guessed(proposal: Proposal) -> list[str]:
    """Which fact it is, and what else it may be."""
    if not proposal.guesses:
        fields = " ".join(f"{k}={v}" for k, v in proposal.signal.get("set", {}).items())
        return [f"{'fact':<9} {proposal.fact} {fields}".rstrip(), "          as you said"]
    out = []
    for i, guess in enumerate(proposal.guesses):
        fields = " ".join(f"{k}={v}" for k, v in guess.set.items())
        out.append(f"{'or' if i else 'fact':<9} {guess.fact} {fields}".rstrip())
        out.append(f"          like {guess.signal} by: {', '.join(guess.shared[:4])}")
        if i == 0 and guess.weak:
            out.append("          a weak guess; if it is wrong: diagnose knowledge facts, then --fact and --set")
    return out
