"""Incidents under two rulebooks: which verdicts change, why, and whether that is for the better."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import msgspec

from diagnose.batch.evaluate import Label, outcome, read_labels
from diagnose.errors import InputError
from diagnose.explain.change import Change, change
from diagnose.pipeline import gather, infer_evidence
from diagnose.rulebook.compiled import CompiledRulebook

LABELS = "labels.csv"
SHIFT = 0.05
"""How far a probability moves, with the verdict as it was, to be worth a word."""


class Comparison(msgspec.Struct, frozen=True):
    """All incidents before and after, in their order, and those that could not be read, with the reason."""

    changes: tuple[Change, ...]
    failed: tuple[tuple[str, str], ...] = ()

    @property
    def changed(self) -> list[Change]:
        """Those whose first cause or verdict is another one."""
        return [c for c in self.changes if c.changed]

    @property
    def shifted(self) -> list[Change]:
        """Those whose verdict stayed while the probability moved by `SHIFT` or more."""
        apart = (c for c in self.changes if not c.changed)
        return [c for c in apart if abs(c.after.probability - c.before.probability) >= SHIFT]


def incidents_in(places: Iterable[Path], labels: Path | None = None) -> list[tuple[Path, Label | None]]:
    """The incidents at `places` with their labels: a folder of folders is many, any other folder or file is one.

    Where labels (of the file `labels`, else labels.csv in the folder) are given, the labelled ones are taken.
    Raises InputError for a place that does not exist.
    """
    out: list[tuple[Path, Label | None]] = []
    for place in places:
        if not place.exists():
            raise InputError(f"{place}: no such incident or folder of incidents")
        known = labels or place / LABELS
        if place.is_dir() and (labels is not None or known.is_file()):
            out += [(place / label.incident, label) for label in read_labels(known)]
            continue
        below = (
            sorted(p for p in place.iterdir() if p.is_dir() and not p.name.startswith(".")) if place.is_dir() else []
        )
        out += [(p, None) for p in below or [place]]
    return out


def compare(
    old: CompiledRulebook,
    new: CompiledRulebook,
    incidents: Sequence[tuple[Path, Label | None]],
    *,
    engine: str = "auto",
    tick: Callable[[int], None] | None = None,
) -> Comparison:
    """Diagnose every incident by both rulebooks; evidence is read once where both read it alike.

    `tick` is told how many incidents are done.
    """
    alike = old.signals == new.signals and old.program.words.words == new.program.words.words
    priors = tuple({c.id: math.log(c.prior) for c in book.program.causes} for book in (old, new))
    changes, failed = [], []
    for number, (path, label) in enumerate(incidents, 1):
        try:
            evidence = [gather([path], new)]
            evidence.insert(0, evidence[0] if alike else gather([path], old))
        except InputError as error:
            failed.append((path.name, str(error)))
            continue
        before, after = (
            infer_evidence(book, found, engine=engine, incident=path.name)
            for book, found in zip((old, new), evidence, strict=True)
        )
        right = [outcome(label, d).right_within(1) if label is not None else None for d in (before, after)]
        changes.append(change(before, after, (priors[0], priors[1]), (right[0], right[1])))
        if tick is not None:
            tick(number)
    return Comparison(tuple(changes), tuple(failed))
