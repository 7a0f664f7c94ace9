"""Patterns and RE2's reasons."""

from __future__ import annotations

import pytest

from diagnose.rulebook.patterns import refusal


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("a(?=b)", "look-around"),
        ("(?<!a)b", "look-around"),
        (r"(a)\1", "backreference"),
        ("a++", "possessive"),
        (r"a\Z", "\\z for the end"),
        ("(a", "missing )"),
        ("[z-a]", "invalid character class range"),
    ],
)
def test_a_refusal_says_why(pattern: str, words: str) -> None:
    assert words in refusal(pattern)


@pytest.mark.parametrize("pattern", [r"(?i)a\b\d{1,3}(?:b|c)", "(?P<x>a)", r"\\1"])
def test_what_re2_takes_is_not_refused(pattern: str) -> None:
    assert refusal(pattern) == ""


@pytest.mark.parametrize("pattern", [r"(?:\pL{20}){50}", r"(?:[^a]{100}){10}" * 60])
def test_a_pattern_that_parses_and_grows_too_large_is_refused(pattern: str) -> None:
    assert "too large" in refusal(pattern)
