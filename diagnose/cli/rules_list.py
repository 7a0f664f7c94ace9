"""`diagnose rules list` and `diagnose rules show`: what the rules are, and what overlays make of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from diagnose.cli.options import emit, rules_option, switch_options

if TYPE_CHECKING:
    from diagnose.rulebook.library import Library
    from diagnose.rulebook.overrides import Change

KINDS = ("signal", "finding", "cause", "remedy", "question", "test")
FEW = 8
"""Documents of a pack that are named when they are off for one reason; of more the number is told."""
WIDTH = 80
MOST = 64
"""Characters of a value that are shown; half of them where two stand side by side."""


@click.command("list")
@click.option("--kind", type=click.Choice(KINDS), help="Only documents of this kind.")
@click.option("--packs", is_flag=True, help="List the packs: version, maturity, where they come from.")
@click.option("--overrides", is_flag=True, help="List what packs change and what is off, with its place.")
@rules_option
@switch_options
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of standard output.")
def list_command(
    kind: str | None,
    packs: bool,
    overrides: bool,
    rules: tuple[str, ...],
    enable: tuple[str, ...],
    disable: tuple[str, ...],
    output: str | None,
) -> None:
    """List the documents: kind, id, title, pack; or the packs, or what packs change of one another.

    \b
    diagnose rules list --kind finding
    diagnose rules list --overrides --rules my-pack/
    """
    library = _library(rules, enable, disable)
    lines = _packs(library) if packs else _overlays(library) if overrides else _documents(library, kind)
    emit("\n".join(lines), output)


def _documents(library: Library, kind: str | None) -> Iterator[str]:
    from pathlib import Path

    for each in (kind,) if kind else KINDS:
        for name, entry in sorted(library.of(each).items()):
            title = getattr(entry.model, "title", "") or getattr(entry.model, "text", "")
            state = _state(library, each, name)
            pack = Path(entry.document.pack).name + (f", {state}" if state else "")
            yield f"{each:<9} {name:<48} {title}  [{pack}]" if title else f"{each:<9} {name}  [{pack}]"


def _state(library: Library, kind: str, name: str) -> str:
    """`experimental`, `off` or both, or nothing."""
    words = ["experimental"] if (kind, name) in library.trials else []
    return " ".join([*words, *(["off"] if (kind, name) in library.off else [])])


def _packs(library: Library) -> Iterator[str]:
    """A line for each pack: id, version, maturity, how many documents it has and how many are off, its folder."""
    import os
    from collections import Counter

    from diagnose.explain.words import count

    here = os.path.join(os.getcwd(), "")
    counts = Counter(entry.document.pack for kind in KINDS for entry in library.of(kind).values())
    for pack in library.packs:
        off = sum(library.of(k)[n].document.pack == pack.id for k, n in library.off)
        size = count(counts[pack.id], "document") + (f", {off} off" if off else "")
        folder = library.folders[pack.id].removeprefix(here)
        yield f"{pack.id:<16} {pack.version:<8} {pack.maturity:<12} {size:<22} {folder}"


def _overlays(library: Library) -> Iterator[str]:
    from diagnose.rulebook.overrides import effective

    last = None
    for change, hidden in effective(library.changes):
        if (change.kind, change.id) != last:
            yield f"{change.kind} {change.id}"
        last = (change.kind, change.id)
        yield from (f"  {line}" for line in _change(change, hidden))
    yield from _switched_off(library)
    if not library.changes and not library.off:
        yield "no pack changes or disables anything of another"


def _switched_off(library: Library) -> Iterator[str]:
    """What is off and why, with the file and line that says so; many of one pack in one line."""
    from collections import defaultdict

    groups = defaultdict(list)
    for (kind, name), off in sorted(library.off.items()):
        groups[off.why, off.place, library.of(kind)[name].document.pack].append(f"{kind} {name}")
    for (why, place, pack), names in groups.items():
        yield from names if len(names) <= FEW else [f"{len(names)} documents of pack {pack}"]
        yield f"  off, {why}" + (f"  ({place})" if place else "")


def _change(change: Change, hidden: Sequence[Change]) -> Iterator[str]:
    """What becomes of one place of a document, by which file and line, and why."""
    from diagnose.explain.words import wrap

    if change.added:
        yield from (f"{change.path}: + {short(value)}" for value in change.new)
    else:
        yield f"{change.path}: {short(change.old, MOST // 2)} -> {short(change.new, MOST // 2)}"
    yield from wrap(f"by {change.place}: {change.because}", WIDTH - 2, "  ", "    ")
    yield from (f"  hides {short(each.new)} of {each.place}" for each in hidden)


def short(value: Any, most: int = MOST) -> str:
    """A value as it may stand in YAML, on one line and not too long; `(nothing)` for None."""
    import yaml

    if value is None:
        return "(nothing)"
    text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10_000, sort_keys=False)
    text = text.removesuffix("\n").removesuffix("\n...")
    return text if len(text) <= most else text[: most - 3] + "..."


@click.command("show")
@click.argument("name", metavar="ID")
@rules_option
@switch_options
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of standard output.")
def show_command(
    name: str, rules: tuple[str, ...], enable: tuple[str, ...], disable: tuple[str, ...], output: str | None
) -> None:
    """Show the documents called ID: where they stand, what they say, overrides applied, and what these changed."""
    import yaml

    from diagnose.rulebook.overrides import effective
    from diagnose.rulebook.words import nearest

    library = _library(rules, enable, disable)
    found = [(kind, library.of(kind)[name]) for kind in KINDS if name in library.of(kind)]
    if not found:
        names = [n for kind in KINDS for n in library.of(kind)]
        click.echo(f"nothing is called '{name}'  {nearest(name, names)}".rstrip(), err=True)
        sys.exit(3)
    lines = []
    for kind, entry in found:
        start = entry.document.start
        lines.append(f"# {start.source.path}:{start.line}")
        state = _state(library, kind, name)
        lines += [f"# {state}"] if state else []
        for change, hidden in effective([c for c in library.changes if (c.kind, c.id) == (kind, name)]):
            lines += [f"# {line}" for line in _change(change, hidden)]
        lines.append(yaml.safe_dump(entry.document.data, sort_keys=False, allow_unicode=True, width=100))
    emit("\n".join(lines), output)


def _library(rules: tuple[str, ...], enable: tuple[str, ...], disable: tuple[str, ...]) -> Library:
    """The documents as a diagnosis has them: what is experimental is off. Ends the program when one is wrong."""
    from diagnose.errors import InputError
    from diagnose.rulebook import files
    from diagnose.rulebook.library import gather

    try:
        found = files.read_files([*files.built_in_folders(), *files.extra_folders(rules)])
    except InputError as error:
        click.echo(str(error), err=True)
        sys.exit(error.exit_code)
    library = gather([*found, *files.switches(enable, disable)], experimental=False)
    errors = [p for p in sorted(library.problems) if p.severity == "error"]
    if errors:
        click.echo("\n".join(p.render() for p in errors), err=True)
        sys.exit(2)
    return library
