"""How right the verdicts are: accuracy and calibration against incidents whose cause is known.

Top-1 goes by rank, whatever the verdict: right when the first cause is the label or among those also accepted.
Where the label is "not enough evidence" an inconclusive verdict is right.
"""

from __future__ import annotations

import csv
import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from diagnose.errors import InputError
from diagnose.infer.score import INSUFFICIENT
from diagnose.model import Diagnosis

BINS = 10
ROUNDS = 300
"""Samples that the interval of the calibration error is drawn from."""
OUTER = 0.05
"""Share of the samples that lie beyond each end of that interval."""
LEAST = 1e-6


class Label(msgspec.Struct, frozen=True):
    """The known cause of one incident, and causes that are accepted as well."""

    incident: str
    cause: str
    also_accept: tuple[str, ...] = ()

    def accepts(self, cause: str) -> bool:
        """Whether `cause` counts as right."""
        return cause == self.cause or cause in self.also_accept


class Outcome(msgspec.Struct, frozen=True):
    """One labelled incident and what was said of it: the ranking as (cause, probability), best first."""

    label: Label
    ranking: tuple[tuple[str, float], ...]
    verdict: str

    def right_within(self, n: int) -> bool:
        """Whether one of the first `n` causes is right."""
        if self.label.cause == INSUFFICIENT and self.verdict == "inconclusive":
            return True
        return any(self.label.accepts(cause) for cause, _ in self.ranking[:n])

    @property
    def confidence(self) -> float:
        """The probability of the first cause."""
        return self.ranking[0][1] if self.ranking else 0.0


class Metrics(msgspec.Struct, frozen=True):
    """What `evaluate` measures. Probabilities are 0 to 1, log loss is in nats.

    `wrong_and_sure` is the share of incidents with a wrong cause in the band `established`. `families` maps the
    first part of a cause's id to (right, all); `confusions` holds (label, first cause, how often).
    `calibration_interval` holds 90 % of the calibration errors of incidents drawn anew from these, and
    `calibration_by_chance` is the one to expect of perfect probabilities on so few incidents.
    """

    incidents: int
    top1: float
    top3: float
    log_loss: float
    brier: float
    calibration_error: float
    wrong_and_sure: float
    decided: int
    decided_top1: float
    families: dict[str, tuple[int, int]]
    confusions: tuple[tuple[str, str, int], ...]
    reliability: tuple[tuple[float, float, int], ...]
    misses: tuple[tuple[str, str, str, str], ...]
    failed: tuple[tuple[str, str], ...] = ()
    calibration_interval: tuple[float, float] = (0.0, 0.0)
    calibration_by_chance: float = 0.0


def read_labels(path: Path) -> list[Label]:
    """Labels from CSV with the columns incident, cause and, if there is one, also_accept (ids separated by spaces).

    Raises InputError when the file cannot be read or lacks a column.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.DictReader(handle)
            missing = {"incident", "cause"} - set(reader.fieldnames or ())
            if missing:
                raise InputError(
                    f"{path}: no column {', '.join(sorted(missing))}; it needs incident,cause[,also_accept]"
                )
            return [
                Label(row["incident"].strip(), row["cause"].strip(), tuple((row.get("also_accept") or "").split()))
                for row in reader
                if row["incident"]
            ]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: not read: {error}") from error


def outcome(label: Label, diagnosis: Diagnosis) -> Outcome:
    """What a diagnosis said of a labelled incident."""
    return Outcome(label, tuple((c.id, c.probability) for c in diagnosis.causes), diagnosis.verdict)


def measure(outcomes: Sequence[Outcome], failed: Iterable[tuple[str, str]] = ()) -> Metrics:
    """Metrics of `outcomes`; `failed` are incidents that could not be read, with the reason: they count as wrong."""
    lost = tuple(failed)
    total = len(outcomes) + len(lost)
    decided = [o for o in outcomes if o.verdict != "inconclusive"]
    families: dict[str, list[bool]] = defaultdict(list)
    for o in outcomes:
        families[o.label.cause.split(".")[0]].append(o.right_within(1))
    wrong = [o for o in outcomes if not o.right_within(1)]
    judged = [(o.confidence, o.right_within(1)) for o in outcomes]
    bins = _reliability(judged)
    return Metrics(
        incidents=total,
        top1=_share(sum(o.right_within(1) for o in outcomes), total),
        top3=_share(sum(o.right_within(3) for o in outcomes), total),
        log_loss=_mean([-math.log(max(LEAST, _believed(o))) for o in outcomes]),
        brier=_mean([(o.confidence - o.right_within(1)) ** 2 for o in outcomes]),
        calibration_error=_error(judged),
        wrong_and_sure=_share(sum(o.verdict == "established" for o in wrong), total),
        decided=len(decided),
        decided_top1=_share(sum(o.right_within(1) for o in decided), len(decided)),
        families={f: (sum(r), len(r)) for f, r in sorted(families.items())},
        confusions=tuple((a, b, n) for (a, b), n in _confusions(wrong).most_common()),
        reliability=bins,
        misses=tuple((o.label.incident, o.label.cause, _first(o), o.verdict) for o in wrong),
        failed=lost,
        calibration_interval=_interval(judged),
        calibration_by_chance=_by_chance(judged),
    )


def _believed(o: Outcome) -> float:
    return sum(p for cause, p in o.ranking if o.label.accepts(cause))


def _first(o: Outcome) -> str:
    return o.ranking[0][0] if o.ranking else ""


def _confusions(wrong: Iterable[Outcome]) -> Counter[tuple[str, str]]:
    return Counter((o.label.cause, _first(o)) for o in wrong)


def _reliability(judged: Iterable[tuple[float, bool]]) -> tuple[tuple[float, float, int], ...]:
    """Per tenth of confidence: mean confidence, share right, how many."""
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for confidence, right in judged:
        bins[min(BINS - 1, int(confidence * BINS))].append((confidence, right))
    return tuple(
        (_mean([c for c, _ in members]), _mean([float(r) for _, r in members]), len(members))
        for _, members in sorted(bins.items())
    )


def _error(judged: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error: how far confidence and accuracy lie apart, over the tenths of confidence."""
    return sum(n * abs(c - a) for c, a, n in _reliability(judged)) / max(1, len(judged))


def _interval(judged: Sequence[tuple[float, bool]]) -> tuple[float, float]:
    """The same of samples drawn with replacement, without the outermost on either side; always the same samples."""
    dice = random.Random(0)
    drawn = sorted(_error(dice.choices(judged, k=len(judged))) for _ in range(ROUNDS)) if judged else [0.0]
    cut = int(OUTER * len(drawn))
    return drawn[cut], drawn[-1 - cut]


def _by_chance(judged: Sequence[tuple[float, bool]]) -> float:
    """The mean of the same when each verdict is right as often as it says."""
    dice = random.Random(0)
    return _mean([_error([(c, dice.random() < c) for c, _ in judged]) for _ in range(ROUNDS)])


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
