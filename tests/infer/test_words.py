"""What words say of causes."""

from __future__ import annotations

import pytest

from diagnose.infer.words import CAP, FINDING, WordTable, weigh, written
from diagnose.model import Fact, Place, Span

TABLE = WordTable(
    ("c.dns", "c.idle"),
    (0.0, 0.0),
    written(
        {
            "resolv": (2.0, (0, 1), (3.0, -3.0)),
            "quiet": (2.0, (0, 1), (-3.0, 3.0)),
            "quiet minut": (2.0, (1,), (2.0,)),
            "minut": (1.0, (1,), (0.5,)),
        }
    ),
    {"resolv": "resolves"},
)


def told(*found: str, kind: str = "words") -> list[Fact]:
    return [Fact(f"f{i}", kind, Span(), {}, {"found": f}, Place("t", 1), "ticket") for i, f in enumerate(found)]


def test_words_speak_for_the_cause_that_is_told_with_them() -> None:
    weights = weigh(TABLE, told("resolv; unheard"))
    assert weights["c.dns"].weight > 0 > weights["c.idle"].weight
    assert (weights["c.dns"].finding, weights["c.dns"].facts) == (FINDING, ("f0",))
    assert weights["c.dns"].origin == "words: resolves"


def test_a_pair_is_named_in_place_of_its_words() -> None:
    assert weigh(TABLE, told("quiet; minut; quiet minut"))["c.idle"].origin == "words: quiet minut"


def test_words_that_speak_for_both_leave_them_even() -> None:
    weights = weigh(TABLE, told("resolv", "quiet"))
    assert weights["c.dns"].weight == pytest.approx(weights["c.idle"].weight)


def test_no_known_words_weigh_nothing() -> None:
    assert weigh(TABLE, told("unheard")) == {}
    assert weigh(TABLE, told("resolv", kind="symptom")) == {}
    assert weigh(WordTable(), told("resolv")) == {}


def test_all_words_together_are_capped_and_count_less_beside_records() -> None:
    loud = WordTable(TABLE.causes, (0.0, 0.0), written({"resolv": (9.0, (0, 1), (90.0, -90.0))}))
    assert weigh(loud, told("resolv"))["c.idle"].weight == -CAP
    beside = weigh(TABLE, told("resolv"), watched=True)["c.idle"].weight
    assert weigh(TABLE, told("resolv"))["c.idle"].weight < beside < 0
