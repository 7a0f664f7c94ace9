"""Words with which a match can begin inside of another word."""

from __future__ import annotations

import pytest

from diagnose.rulebook.library import Library
from diagnose.rulebook.lint.begins import Vocabulary, within_words


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"(?i)(?:200|OK)\b[^;]*\b[1-9]\d{4,5} ?ms", ["200", "OK"]),
        (r"(?i)\b(?:200|OK)\b[^;]*\b[1-9]\d{4,5} ?ms", []),
        (r"(?i)ok.*ms", ["ok"]),
        (r"^ok", []),
        (r"(?i)no audio", []),
        (r"(?i)no (?:more )?audio", []),
        (r"(?i)(?:a )?up\b", ["a", "up"]),
        (r"OK\b.*", []),
        (r"[a-z]+ ok", []),
        (r"(?i)err\w+ 5", []),
    ],
)
def test_short_words_without_a_border_that_little_follows(pattern: str, words: list[str]) -> None:
    assert [word for word, _ in within_words(pattern, Vocabulary(Library()))] == words


def test_a_longer_word_is_named_when_the_stories_hold_one(library) -> None:
    told = library("kind: story\ncause: c\ntold: [the string is cut]\n")
    assert within_words(r"(?i)ring\b.*", Vocabulary(told)) == [("ring", "string")]
    assert within_words(r"(?i)ring\b.*", Vocabulary(Library())) == []
