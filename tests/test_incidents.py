"""How right we are on incidents of our own: recorded from real programs, in the shapes of the platform, and in prose.

The figures are floors, a little below what was reached when they were set; a change that falls below one is no
improvement. The words of these incidents are learned from and rules were written beside them, so the figures say
nothing of incidents that nobody has seen.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest

from diagnose.batch.evaluate import Metrics, measure, outcome, read_labels
from diagnose.pipeline import diagnose
from diagnose.rulebook import load_rulebook
from diagnose.rulebook.compiled import CompiledRulebook

INCIDENTS = Path(__file__).parent / "incidents"
FLOORS = {"lab": (0.95, 0.97), "genesys": (0.94, 0.97), "threads": (0.95, 0.98), "forums": (0.95, 0.98)}
"""Per set the least share of incidents with a right cause first, and among the first three."""
SURE = 0.02
"""Most incidents with a wrong cause that is called established."""


@lru_cache(maxsize=1)
def rulebook() -> CompiledRulebook:
    return load_rulebook()


@lru_cache(maxsize=4)
def metrics(name: str) -> Metrics:
    folder = INCIDENTS / name
    labels = read_labels(folder / "labels.csv")
    return measure(
        [
            outcome(label, diagnose([folder / label.incident], rulebook=rulebook(), engine="reference"))
            for label in labels
        ]
    )


@pytest.mark.parametrize("name", FLOORS)
def test_causes_are_named_as_often_as_before(name: str) -> None:
    top1, top3 = FLOORS[name]
    found = metrics(name)
    assert found.top1 >= top1, found.misses
    assert found.top3 >= top3, found.misses


@pytest.mark.parametrize("name", FLOORS)
def test_hardly_a_wrong_cause_is_established(name: str) -> None:
    assert metrics(name).wrong_and_sure <= SURE


@pytest.mark.parametrize("name", FLOORS)
def test_every_incident_has_a_label_and_a_folder(name: str) -> None:
    labels = read_labels(INCIDENTS / name / "labels.csv")
    assert {label.incident for label in labels} == {p.name for p in (INCIDENTS / name).iterdir() if p.is_dir()}
    causes = {c.id for c in rulebook().program.causes}
    assert {cause for label in labels for cause in (label.cause, *label.also_accept)} <= causes
