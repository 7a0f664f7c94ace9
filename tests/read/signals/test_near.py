"""Records that come near a signal."""

from __future__ import annotations

import pytest

from diagnose.read.signals.near import KIND, Watch, matched_part, nearest_words
from diagnose.read.signals.signal import Signal
from diagnose.where import Test as Where

RESET = Signal(
    "s", "t", ("bot.log",), "ws.close", "handshake failed.*reset by peer", (Where("component", "eq", "bot"),),
    literals=((("handshake failed",), ("reset by peer",)),),
)  # fmt: skip


def held_against(watch: Watch, text: str, kind: str = "bot.log", **fields: str) -> bool:
    return bool(watch.taken(watch.look(kind, text), fields))


def test_a_match_has_no_distance_and_becomes_a_draft():
    watch = Watch(RESET)
    (hit,) = watch.taken(watch.look("bot.log", "handshake failed: reset by peer"), {"component": "bot"})

    assert (hit.fact, watch.hits_seen, watch.records[0].distance) == (KIND, 1, 0)
    assert hit.fields == {"number": 0, "where.component": "bot"}


def test_a_record_that_nearly_matches_tells_which_literals_are_missing():
    watch = Watch(RESET)

    assert held_against(watch, "Handshake failed: timed out", component="bot")
    assert watch.records[0].missing == (("reset by peer",),)
    assert watch.records[0].held == ("handshake failed",)


def test_a_record_without_a_single_literal_is_not_near():
    assert not held_against(Watch(RESET), "all is well", component="bot")


def test_what_where_saw_is_kept_with_the_names_of_the_fields():
    watch = Watch(RESET)

    assert held_against(watch, "handshake failed: reset by peer", level="error")
    assert watch.records[0].failed == RESET.where
    assert watch.records[0].names == ("level",)


def test_a_match_in_a_source_that_from_does_not_name_is_near_and_half_a_match_there_is_not():
    watch = Watch(RESET)

    assert held_against(watch, "handshake failed: reset by peer", "edge.api", component="bot")
    assert not watch.records[0].reached
    assert not held_against(watch, "handshake failed", "edge.api", component="bot")


def test_only_the_nearest_are_kept():
    watch = Watch(RESET, most=2)
    texts = ["handshake failed", "reset by peer", "handshake failed again", "reset by peer, handshake failed"]

    assert [held_against(watch, text, component="bot") for text in texts] == [True, True, False, True]
    assert watch.seen == 4


@pytest.mark.parametrize(
    ("pattern", "text", "part"),
    [
        ("handshake (?:failed|error) by peer", "handshake failed", "handshake (?:failed|error)"),
        ("a|b", "c", ""),
        ("(?i)x", "y", ""),
    ],
)
def test_how_far_a_pattern_matches(pattern: str, text: str, part: str):
    assert matched_part(pattern, text) == part


def test_a_misspelt_literal_is_found_again():
    assert nearest_words(("reset by peer",), "connection reset by pear.") == "reset by pear."
    assert nearest_words(("reset by peer",), "nothing of it") == ""
