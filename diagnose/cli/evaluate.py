"""`diagnose evaluate`: accuracy and calibration against known causes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from diagnose.cli.options import rules_option, switch_options

if TYPE_CHECKING:
    from diagnose.batch.evaluate import Metrics


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option(
    "--labels", type=click.Path(path_type=Path), help="CSV: incident,cause[,also_accept]. Default: labels.csv."
)
@rules_option
@switch_options
@click.option("--engine", default="auto", show_default=True, help="auto, durable or reference.")
@click.option("--decided", is_flag=True, help="Count an inconclusive verdict as no answer.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("-o", "output", type=click.Path(path_type=Path), help="Write metrics.json into this folder as well.")
def evaluate(
    source: Path,
    labels: Path | None,
    rules: tuple[str, ...],
    enable: tuple[str, ...],
    disable: tuple[str, ...],
    engine: str,
    decided: bool,
    form: str,
    output: Path | None,
) -> None:
    """Diagnose every labelled incident of SOURCE, a folder of folders, and measure how often the verdict is right."""
    import msgspec

    from diagnose.batch.evaluate import measure, outcome, read_labels
    from diagnose.errors import InputError
    from diagnose.pipeline import diagnose
    from diagnose.rulebook import load_rulebook

    known = read_labels(labels or source / "labels.csv")
    book = load_rulebook(rules, enable=enable, disable=disable)
    outcomes, failed = [], []
    for number, label in enumerate(known, 1):
        if sys.stderr.isatty():
            click.echo(f"\r{number}/{len(known)} {label.incident:<50.50}", err=True, nl=False)
        try:
            result = diagnose([source / label.incident], rulebook=book, engine=engine)
            outcomes.append(outcome(label, result))
        except InputError as error:
            failed.append((label.incident, str(error)))
    metrics = measure(outcomes, failed)
    encoded = msgspec.json.format(msgspec.json.encode(metrics), indent=2)
    if output is not None:
        output.mkdir(parents=True, exist_ok=True)
        (output / "metrics.json").write_bytes(encoded + b"\n")
    click.echo(encoded.decode() if form == "json" else _text(metrics, decided))


def _text(m: Metrics, decided: bool) -> str:
    low, high = m.calibration_interval
    lines = [
        f"{m.incidents} incidents: top-1 {m.top1:.3f}, top-3 {m.top3:.3f}, log loss {m.log_loss:.2f}, "
        f"Brier {m.brier:.3f}",
        f"calibration error {m.calibration_error:.3f} ({low:.3f} to {high:.3f}; by chance "
        f"{m.calibration_by_chance:.3f}), wrong and sure {m.wrong_and_sure:.3f}",
    ]
    if decided:
        lines.append(f"decided: {m.decided} of {m.incidents}, of these right {m.decided_top1:.3f}")
    lines.append("")
    lines += [f"  {family:<10} {right:>3} of {number}" for family, (right, number) in m.families.items()]
    if m.misses:
        lines += ["", "wrong (incident, known cause, first cause, verdict):"]
        lines += [f"  {i:<34} {known:<32} {first:<32} {verdict}" for i, known, first, verdict in m.misses]
    if m.failed:
        lines += ["", "not read:"]
        lines += [f"  {incident}: {why}" for incident, why in m.failed]
    return "\n".join(lines)
