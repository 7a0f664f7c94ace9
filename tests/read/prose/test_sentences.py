"""What a sentence says: asserted, denied, suspected, advice."""

from __future__ import annotations

import re

import pytest

from diagnose.read.prose.sentences import Stance, clauses, sentences, stance


def of(text: str, pattern: str) -> list[Stance]:
    """The stance of every clause that holds the pattern."""
    return [stance(c, m.start(), m.end()) for c in clauses(text) if (m := re.search(pattern, c, re.IGNORECASE))]


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("The uplink went down at noon.", "uplink went down"),
        ("No idea where the bridge drops frames.", "drops frames"),
        ("Handsets stayed registered without trouble.", "registered"),
        ("Not only the bot stutters, agents hear gaps as well.", "bot stutters"),
        ("It no longer works since the uplink flapped.", "uplink flapped"),
        ("The socket never answers.", "never answers"),
        ("We can't explain why the stream resets.", "stream resets"),
        ("No change was made, the stream resets.", "stream resets"),
        ("There is no fault on the LAN and the stream resets.", "stream resets"),
        ("We could not connect to the trunk.", "could not connect to the trunk"),
        ("Why does the socket close with 1006?", "close with 1006"),
        ("Audio is fine as long as the uplink is stable.", "uplink is stable"),
        ("You don't need to change firewall rules.", "don't need to change firewall"),
        ("Restart of the bridge did help.", "restart of the bridge"),
        ("The check shows a closed port.", "closed port"),
        ("On 5 May the uplink went down.", "uplink went down"),
        ("Nothing works until the uplink is back.", "uplink is back"),
        ("They don\u2019t tell you that the payload is sparse.", "payload is sparse"),
        ("When the caller says nothing the recogniser stops.", "recogniser stops"),
    ],
)
def test_asserted(text: str, pattern: str) -> None:
    assert of(text, pattern) == ["asserted"]


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("No packet loss on the uplink.", "packet loss"),
        ("We did not see any resets.", "resets"),
        ("There were no drops, resets or timeouts.", "timeouts"),
        ("The capture shows zero retransmissions.", "retransmissions"),
        ("The uplink hasn\u2019t flapped once.", "flapped"),
        ("A DNS failure was ruled out.", "DNS failure"),
        ("Link errors: none", "link errors"),
        ("Neither jitter nor loss was seen.", "loss"),
        ("The transfer no longer works.", "works"),
        ("The firewall drops happen elsewhere but we saw no resets here.", "resets"),
    ],
)
def test_denied(text: str, pattern: str) -> None:
    assert of(text, pattern) == ["denied"]


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("Maybe the firewall drops the stream.", "firewall drops"),
        ("I suspect the uplink flapped.", "uplink flapped"),
        ("It could be packet loss.", "packet loss"),
        ("Does the firewall drop the stream?", "firewall drop"),
        ("The bot goes quiet, is the uplink down?", "uplink down"),
        ("Not sure whether the certificate expired.", "certificate expired"),
        ("The media might be trying a dead path.", "dead path"),
        ("The stream stops, probably the firewall drops it.", "firewall drops"),
    ],
)
def test_suspected(text: str, pattern: str) -> None:
    assert of(text, pattern) == ["suspected"]


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("Check the log for resets.", "resets"),
        ("Please verify that the uplink is down.", "uplink is down"),
        ("You need to look at the timeout counters.", "timeout"),
        ("If you see those, the bridge lost its handshake.", "lost its handshake"),
        ("If the transfer failed, the audio dies.", "audio dies"),
        ("If the node is in local mode, the path changes.", "in local mode"),
        ("The docs say that sessions expire after an hour.", "sessions expire"),
        ("Don\u2019t ignore a changed media node.", "changed media node"),
    ],
)
def test_advice(text: str, pattern: str) -> None:
    assert of(text, pattern) == ["advice"]


def test_a_condition_in_the_past_teaches() -> None:
    assert of("If the transfer failed, the audio dies.", "transfer failed, the audio dies") == ["advice"]
    assert of("If a call is connected, the audio dies.", "call is connected, the audio dies") == ["asserted"]


def test_a_condition_over_both_sides_of_an_if_is_an_observation() -> None:
    assert of("If the uplink is down, the bot stutters.", "uplink is down, the bot stutters") == ["asserted"]


def test_only_the_question_at_the_end_is_a_question() -> None:
    assert of("The bot goes quiet after a minute, any idea?", "bot goes quiet") == ["asserted"]


def test_wrapped_lines_are_one_sentence_with_the_line_it_begins_on() -> None:
    lines = [
        (1, "The first one. The uplink of the branch office"),
        (2, "went down twice."),
        (3, ""),
        (4, "Then quiet."),
    ]
    assert [(s.line, s.text) for s in sentences(lines)] == [
        (1, "The first one."),
        (1, "The uplink of the branch office went down twice."),
        (4, "Then quiet."),
    ]


def test_list_items_and_abbreviations() -> None:
    lines = [(7, "- uplink, e.g. fibre, down"), (8, "- Version 2.1 installed"), (9, "1) phones fine")]
    assert [(s.line, s.text) for s in sentences(lines)] == [
        (7, "uplink, e.g. fibre, down"),
        (8, "Version 2.1 installed"),
        (9, "phones fine"),
    ]


def test_no_lines_no_sentences() -> None:
    assert list(sentences([])) == []
    assert list(sentences([(1, "  "), (2, "")])) == []


def test_a_bullet_without_words_is_no_sentence() -> None:
    for bullet in ("- ", "* ", "1. "):
        lines = [(1, bullet), (2, "The uplink was down."), (3, bullet), (4, "then up")]
        assert [s.line for s in sentences(lines)] == [2, 4]


@pytest.mark.parametrize(
    ("text", "pattern", "expected"),
    [
        ("The Edge cannot open the websocket: connection refused", "websocket: connection refused", ["asserted"]),
        ("It never reached the socket: all was well", "socket: all", ["denied"]),
    ],
)
def test_a_reason_behind_a_colon_is_not_denied(text: str, pattern: str, expected: list[Stance]) -> None:
    assert of(text, pattern) == expected
