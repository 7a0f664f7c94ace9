"""Learning words from stories."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnose.batch.samples import samples_in
from diagnose.errors import UsageError
from diagnose.infer.words import weigh
from diagnose.model import Fact, Place, Span
from diagnose.rulebook import load_rulebook
from diagnose.rulebook.files import built_in_folders, read_files
from diagnose.rulebook.library import gather
from diagnose.rulebook.wordlearn import fingerprint, learn, samples_of, stories

INCIDENTS = Path(__file__).parents[1] / "incidents"
LINES = [
    ("the name does not resolve", "c.dns"),
    ("no name resolves here", "c.dns"),
    ("dns resolves the name wrongly", "c.dns"),
    ("the socket closes when quiet", "c.idle"),
    ("quiet sockets are closed", "c.idle"),
    ("callers hear an echo", "c.echo"),
    ("an echo on each call", "c.echo"),
]


def test_words_are_learned_for_the_causes_that_are_told_with_them() -> None:
    table = learn(LINES, least_often=2)
    assert table.causes == ("c.dns", "c.echo", "c.idle")
    assert set(table.words) >= {"name", "resolv", "quiet", "socket"}
    assert "wrong" not in table.words, "a word that occurs once proves nothing"
    assert table.shown["resolv"] == "resolves"
    fact = Fact("f1", "words", Span(), {}, {"found": "quiet; socket"}, Place("t", 1), "ticket")
    weights = weigh(table, [fact])
    assert weights["c.idle"].weight > 0 > weights["c.dns"].weight


def test_incidents_are_learned_from_beside_the_stories() -> None:
    heard = [(("hum", "line hum"), "c.echo"), (("hum",), "c.echo")]
    table = learn(LINES, heard, least_often=2)
    assert "hum" in table.words
    assert "hum" not in learn(LINES, least_often=2).words
    assert table.source == fingerprint([*samples_of(LINES), *reversed(heard)]) != fingerprint(samples_of(LINES))


def test_learning_needs_three_causes() -> None:
    with pytest.raises(UsageError, match="at least three causes"):
        learn(LINES[:5])


def test_the_table_that_ships_is_learned_from_the_stories_and_incidents_of_today() -> None:
    told = samples_of(stories(gather(read_files(built_in_folders()))))
    known = [sample for labels in sorted(INCIDENTS.glob("*/labels.csv")) for sample in samples_in(labels.parent)]
    assert load_rulebook(use_cache=False).program.words.source == fingerprint([*told, *known]), "run: make words"
