"""A comparison of two rulebooks as text and data."""

from __future__ import annotations

from diagnose.batch.compare import Comparison
from diagnose.explain.change import Change, Reason, Standing
from diagnose.report.changes import as_data, render

TURNED = Change(
    "x",
    Standing("a.one", 0.9, "likely", True),
    Standing("b.two", 0.8, "likely", False),
    "a.one",
    tuple(Reason(f"f.{i}", "unknown", "seen", 3.0 - i / 10) for i in range(7)),
)
MOVED = Change("y", Standing("a.one", 0.7, "likely"), Standing("a.one", 0.8, "likely"), "b.two")


def test_a_turned_verdict_shows_both_sides_and_the_strongest_reasons() -> None:
    text = render(Comparison((TURNED, MOVED)))
    assert "right -> wrong" in text
    assert "f.0" in text
    assert "f.6" not in text
    assert "and 2 weaker reasons" in text
    assert "1 of 2 verdicts changed; in 1 more the probability moves by 5 % or more (--all)" in text
    assert "  lost   x" in text
    assert "\ny" not in text


def test_what_only_moved_is_shown_when_asked_for() -> None:
    text = render(Comparison((MOVED,)), everything=True)
    assert text.startswith("y\n  before   a.one")
    assert "what else is known counts differently" in text
    assert "right" not in text


def test_what_could_not_be_read_is_named() -> None:
    assert "not read: z: gone" in render(Comparison((MOVED,), (("z", "gone"),)))


def test_data_counts_gains_and_losses() -> None:
    data = as_data(Comparison((TURNED, MOVED)))
    assert data["right"] == {"before": 1, "after": 0, "labelled": 1, "gained": [], "lost": ["x"]}
    assert data["changed"] == 1
