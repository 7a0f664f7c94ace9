"""The tree from a cause down to raw lines."""

from __future__ import annotations

import pytest

from diagnose.errors import UsageError
from diagnose.explain import explain
from diagnose.explain.how import factor, how
from diagnose.model import Diagnosis


def test_the_tree_goes_from_the_cause_to_the_raw_line(sample: Diagnosis) -> None:
    text = how(sample)
    order = [
        "edge.path",
        "path.lost_after_flap",
        "by path.lost_after_flap#0",
        "wan.down",
        "f8 link.state",
        "uplink lost carrier",
    ]
    found = [text.index(part) for part in order]
    assert found == sorted(found)


def test_a_weight_shows_nats_factor_and_who_judged_it(sample: Diagnosis) -> None:
    assert (
        "+3.10 (x 22)  seen: The bot's path was lost after the WAN fell  path.lost_after_flap  [expert, 'usually']"
        in how(sample)
    )


def test_every_fact_shows_its_place(sample: Diagnosis) -> None:
    assert "f9 scope who=bot_only edge=delft-edge-01  ticket.txt:4" in how(sample)


def test_many_facts_are_counted_after_the_first_few(sample: Diagnosis) -> None:
    assert "and 3 more facts, the last f7 at edge.log:17" in how(sample, "stream.resets")


def test_what_holds_only_by_the_clocks_tolerance_says_so(sample: Diagnosis) -> None:
    assert "only within what the clocks may be off" in how(sample)


def test_a_finding_that_was_not_seen_gives_its_reason(sample: Diagnosis) -> None:
    assert "because bot.api would have shown it" in how(sample, "turn.error")


def test_a_fact_can_be_asked_for(sample: Diagnosis) -> None:
    assert how(sample, "f8").splitlines() == [
        "f8 link.state link=wan state=down edge=delft-edge-01  2026-01-01 11:59:30 UTC  edge.log:3",
        "   uplink lost carrier",
    ]


def test_an_unknown_id_is_answered_with_the_nearest(sample: Diagnosis) -> None:
    with pytest.raises(UsageError, match=r"did you mean 'edge\.path'"):
        how(sample, "edge.pth")


def test_another_kind_of_explanation_is_refused_with_the_choice(sample: Diagnosis) -> None:
    with pytest.raises(UsageError, match="how, why-not"):
        explain(sample, "when")


@pytest.mark.parametrize(("weight", "words"), [(3.2, "x 25"), (-1.2, "/ 3.3"), (0.0, "x 1.0")])
def test_a_weight_is_a_factor_on_the_odds(weight: float, words: str) -> None:
    assert factor(weight) == words
