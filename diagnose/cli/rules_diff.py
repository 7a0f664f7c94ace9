"""`diagnose rules diff`: which verdicts change from one rulebook to another."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from diagnose.cli.options import emit, note, rules_option, switch_options

if TYPE_CHECKING:
    from diagnose.rulebook.compiled import CompiledRulebook

BUILT_IN = "built-in"


@click.command("diff", short_help="Show which verdicts change between two rulebooks.")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option(
    "--on", "places", multiple=True, required=True, metavar="INCIDENTS", type=click.Path(path_type=Path),
    help="An incident, or a folder of incidents, with labels.csv if there is one; may be repeated.",
)  # fmt: skip
@click.option("--labels", metavar="FILE", type=click.Path(path_type=Path), help="CSV: incident,cause[,also_accept].")
@rules_option
@switch_options
@click.option("--engine", type=click.Choice(["auto", "durable", "reference"]), default="auto", show_default=True)
@click.option("--all", "everything", is_flag=True, help="Also where only the probability moves.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of standard output.")
@click.option("-q", "--quiet", is_flag=True, help="Nothing on standard error but errors.")
def diff_command(
    old: str,
    new: str,
    places: tuple[Path, ...],
    labels: Path | None,
    rules: tuple[str, ...],
    enable: tuple[str, ...],
    disable: tuple[str, ...],
    engine: str,
    everything: bool,
    form: str,
    output: str | None,
    quiet: bool,
) -> int:
    """Diagnose INCIDENTS by the rulebooks OLD and NEW and show which verdicts change, and why.

    OLD and NEW are each `built-in` or a folder of packs, which is added to the built-in ones (and to those of --rules).
    A folder that holds `rules` and `knowledge` is a whole rulebook and stands alone: that of another version, say.
    --enable and --disable are for NEW only; what is experimental is off until it is enabled.

    \b
    diagnose rules diff built-in my-pack/ --on incidents/
    diagnose rules diff ../diagnose-1.0/ built-in --on incidents/
    diagnose rules diff built-in built-in --disable wan.flap --on incidents/

    Exit code 0 when every verdict stays, 1 when one changes, 2 when a rule is wrong, 3 when nothing could be read.
    """
    from diagnose.batch.compare import compare, incidents_in
    from diagnose.errors import InputError
    from diagnose.report.changes import as_data, render

    incidents = incidents_in(places, labels)
    books = [_rulebook(old, rules), _rulebook(new, rules, enable=enable, disable=disable)]
    for pack in books[1].packs:
        if pack.maturity == "experimental" and pack.id not in enable:
            note(f"pack '{pack.id}' is experimental, so its rules are off; with them: --enable {pack.id}", quiet=quiet)

    def tick(done: int) -> None:
        if not quiet and sys.stderr.isatty():
            end = "\n" if done == len(incidents) else ""
            click.echo(f"\r{done}/{len(incidents)} {incidents[done - 1][0].name:<50.50}{end}", err=True, nl=False)

    result = compare(books[0], books[1], incidents, engine=engine, tick=tick)
    if not result.changes:
        raise InputError("\n".join(why for _, why in result.failed) or "there are no incidents to diagnose")
    for incident, why in result.failed:
        note(f"{incident}: {why}", quiet=quiet)
    if form == "json":
        import msgspec

        emit(msgspec.json.format(msgspec.json.encode(as_data(result)), indent=2).decode(), output)
    else:
        emit(render(result, everything=everything), output)
    return 1 if result.changed else 0


def _rulebook(
    side: str, common: tuple[str, ...], enable: tuple[str, ...] = (), disable: tuple[str, ...] = ()
) -> CompiledRulebook:
    from diagnose.rulebook import load_rulebook

    if side == BUILT_IN and not Path(side).exists():
        return load_rulebook(common, enable=enable, disable=disable)
    whole = [Path(side) / name for name in ("rules", "knowledge")]
    if all(folder.is_dir() for folder in whole):
        return load_rulebook(common, base=whole, enable=enable, disable=disable)
    return load_rulebook([*common, side], enable=enable, disable=disable)
