"""`diagnose knowledge`: what the product knows, to read."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from diagnose.cli.options import rules_option, switch_options

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from diagnose.infer.program import CauseDef, RemedyDef
    from diagnose.rulebook.compiled import CompiledRulebook
    from diagnose.rulebook.schema import CatalogueDoc, CodeDoc


@click.group()
def knowledge() -> None:
    """Look up causes, remedies, facts and codes."""


def _rulebook(rules: Sequence[str], enable: Sequence[str], disable: Sequence[str]) -> CompiledRulebook:
    from diagnose.errors import DiagnoseError
    from diagnose.rulebook import load_rulebook

    try:
        return load_rulebook(rules, enable=enable, disable=disable)
    except DiagnoseError as error:
        click.echo(str(error), err=True)
        sys.exit(error.exit_code)


def _missing(what: str, name: str, names: Iterable[str]) -> None:
    from diagnose.rulebook.words import nearest

    click.echo(f"no {what} '{name}'  {nearest(name, names)}".rstrip(), err=True)
    sys.exit(3)


@knowledge.command("causes")
@click.argument("name", metavar="[ID]", required=False)
@rules_option
@switch_options
def causes_command(name: str | None, rules: tuple[str, ...], enable: tuple[str, ...], disable: tuple[str, ...]) -> None:
    """List the root causes, or tell all about one."""
    program = _rulebook(rules, enable, disable).program
    causes = {c.id: c for c in program.causes}
    if name is None:
        for cause in causes.values():
            click.echo(f"{cause.id:<34} {cause.short or cause.title}")
    elif name not in causes:
        _missing("cause", name, causes)
    else:
        titles = {f.id: f.title for f in program.findings}
        for line in _cause_lines(causes[name], titles, {r.id: r for r in program.remedies}):
            click.echo(line)


def _cause_lines(cause: CauseDef, findings: dict[str, str], remedies: dict[str, RemedyDef]) -> list[str]:
    lines = [f"{cause.id}: {cause.title}"]
    lines += [cause.definition] if cause.definition else []
    lines.append(f"\nbase rate {cause.prior:.1%} of incidents; when it is the cause, one sees")
    for link in sorted(cause.links, key=lambda item: -item.p):
        lines.append(f"  {link.p:>5.0%}  {findings.get(link.finding, link.finding)}  ({link.finding}; {link.origin})")
    lines += [f"ruled out by  {findings.get(f, f)}  ({f})" for f in cause.rules_out]
    lines += [f"brings about  {c}" for c in cause.upstream_of]
    for fix in sorted(cause.remedies, key=lambda item: -item.p):
        title = remedies[fix.remedy].title if fix.remedy in remedies else fix.remedy
        lines.append(f"remedy {fix.p:>5.0%}  {title}  ({fix.remedy})")
    return [*lines, f"verify: {cause.verify}"] if cause.verify else lines


@knowledge.command("remedies")
@click.argument("name", metavar="[ID]", required=False)
@rules_option
@switch_options
def remedies_command(
    name: str | None, rules: tuple[str, ...], enable: tuple[str, ...], disable: tuple[str, ...]
) -> None:
    """List the remedies, or tell all about one."""
    remedies = {r.id: r for r in _rulebook(rules, enable, disable).program.remedies}
    if name is None:
        for remedy in remedies.values():
            click.echo(f"{remedy.id:<34} {remedy.title}  [{remedy.kind}]")
    elif name not in remedies:
        _missing("remedy", name, remedies)
    else:
        for line in _remedy_lines(remedies[name]):
            click.echo(line)


def _remedy_lines(remedy: RemedyDef) -> list[str]:
    cost = remedy.cost
    undo = "can be undone" if cost.reversible else "cannot be undone"
    drops = "drops calls" if cost.drops_calls else "keeps current calls"
    lines = [
        f"{remedy.id}: {remedy.title}",
        f"{remedy.kind} the cause; {cost.minutes:g} min, {cost.risk} risk, {undo}, {drops}",
    ]
    for label, text in (("where", remedy.where), ("breaks", remedy.breaks)):
        lines += [f"{label}: {text}"] if text else []
    for label, steps in (("steps", remedy.steps), ("roll back", remedy.rollback), ("verify", remedy.verify)):
        lines += [f"{label}:", *(f"  {i}. {step}" for i, step in enumerate(steps, 1))] if steps else []
    return lines


@knowledge.command("facts")
@click.argument("name", metavar="[KIND]", required=False)
@click.option("--format", "form", type=click.Choice(["text", "markdown"]), default="text", show_default=True)
@rules_option
def facts_command(name: str | None, form: str, rules: tuple[str, ...]) -> None:
    """List the kinds of facts that rules may speak of, or the fields of one; as Markdown all of them on one page."""
    from diagnose.cli.rules import gather_library
    from diagnose.errors import InputError

    try:
        facts = gather_library(rules).facts
    except InputError as error:
        click.echo(str(error), err=True)
        sys.exit(error.exit_code)
    if form == "markdown" and (name is None or name in facts):
        from diagnose.report.dictionary import markdown

        click.echo(markdown(facts.values() if name is None else [facts[name]]), nl=False)
    elif name is None:
        for kind in sorted(facts.values(), key=lambda k: k.id):
            click.echo(f"{kind.id:<22} {kind.title}")
    elif name not in facts:
        _missing("fact", name, facts)
    else:
        kind = facts[name]
        click.echo(f"{kind.id}: {kind.title}")
        if kind.note:
            click.echo(kind.note)
        for field, spec in kind.fields.items():
            values = f": {', '.join(spec.values)}" if spec.values else ""
            click.echo(f"  {field:<14} {spec.type}{f' in {spec.unit}' if spec.unit else ''}{values}")
        click.echo(f"shown by {', '.join(kind.sources)}")


@knowledge.command("codes")
@click.argument("name", metavar="[CATALOGUE|CODE]", required=False)
@click.option("--format", "form", type=click.Choice(["text", "markdown"]), default="text", show_default=True)
@rules_option
def codes_command(name: str | None, form: str, rules: tuple[str, ...]) -> None:
    """List the catalogues of codes, show one, or look a code up in all of them; R... are problems in rules."""
    from diagnose.rulebook.lint.registry import CHECKS

    catalogues = _catalogues(rules)
    if form == "markdown" and (name is None or name in catalogues):
        from diagnose.report.catalogues import markdown

        click.echo(markdown(catalogues.values() if name is None else [catalogues[name]]), nl=False)
    elif name is None:
        for catalogue in catalogues.values():
            click.echo(f"{catalogue.id:<28} {len(catalogue.rows):>4}  {catalogue.title}")
        click.echo(f"{'R001 ...':<28} {len(CHECKS):>4}  Problems in rules and tests of rules")
    elif name in catalogues:
        click.echo(f"{catalogues[name].title}\nsource: {catalogues[name].source}")
        for row in catalogues[name].rows:
            click.echo("\n" + "\n".join(_code_lines(row)))
    elif name.upper() in CHECKS:
        click.echo(f"{name.upper()}  {CHECKS[name.upper()].title}")
    else:
        found = [(c, row) for c in catalogues.values() for row in c.rows if str(row.code).casefold() == name.casefold()]
        if not found:
            _missing(
                "code or catalogue", name, [*catalogues, *(str(r.code) for c in catalogues.values() for r in c.rows)]
            )
        for catalogue, row in found:
            click.echo(f"{catalogue.title} (source: {row.source or catalogue.source})")
            click.echo("\n".join(_code_lines(row)))


def _catalogues(rules: tuple[str, ...]) -> dict[str, CatalogueDoc]:
    from diagnose.cli.rules import gather_library
    from diagnose.errors import InputError

    try:
        entries = gather_library(rules).of("catalogue")
    except InputError as error:
        click.echo(str(error), err=True)
        sys.exit(error.exit_code)
    return {name: entry.model for name, entry in sorted(entries.items()) if entry.model is not None}


def _code_lines(row: CodeDoc) -> list[str]:
    lines = [f"{row.code}  {row.name}"]
    lines += [f"  {row.means}"] if row.means else []
    lines += [f"  points {strength} to {cause}" for cause, strength in row.points_to.items()]
    return [*lines, f"  does not prove: {row.proves_not}"] if row.proves_not else lines
