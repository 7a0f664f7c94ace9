"""What is missing for, or speaks against, a cause or a finding."""

from __future__ import annotations

import msgspec
import pytest

from diagnose.errors import UsageError
from diagnose.explain.whynot import why_not
from diagnose.model import Diagnosis


def test_the_second_cause_is_meant_when_none_is_named(sample: Diagnosis) -> None:
    assert why_not(sample).startswith("bot.logic  0.4 %, possible, number 2 of 3")


def test_what_speaks_against_a_cause_has_weight_and_reason(sample: Diagnosis) -> None:
    text = why_not(sample, "bot.logic")
    assert "-1.90 (/ 6.7)  not seen: A turn of the bot ended in an error  turn.error" in text
    assert "because bot.api would have shown it" in text


def test_findings_that_only_the_first_cause_explains_are_listed(sample: Diagnosis) -> None:
    text = why_not(sample, "bot.logic")
    part = text[text.index("explained by the first cause only") :]
    assert "stream.resets" in part
    assert "scope.bot_only" not in part[: part.index("for it")]


def test_a_cause_that_was_ruled_out_names_the_finding(sample: Diagnosis) -> None:
    assert "ruled out by stream.resets: The bot's stream is reset in the handshake" in why_not(sample, "call.hung_up")


def test_the_first_cause_says_what_keeps_it_from_being_surer(sample: Diagnosis) -> None:
    text = why_not(sample, "edge.path")
    assert "It is the first" in text
    assert "The firewall lost its state  firewall.lost" in text


def test_a_finding_shows_its_state_and_the_reason(sample: Diagnosis) -> None:
    assert why_not(sample, "firewall.lost").splitlines() == [
        "firewall.lost  unknown: The firewall lost its state",
        "└─ because no network.note that covers the time",
    ]


def test_a_finding_that_was_seen_points_to_how(sample: Diagnosis) -> None:
    assert "--how wan.down" in why_not(sample, "wan.down")


def test_a_diagnosis_with_one_cause_has_no_second(sample: Diagnosis) -> None:
    with pytest.raises(UsageError, match="name an id"):
        why_not(msgspec.structs.replace(sample, causes=sample.causes[:1]))
