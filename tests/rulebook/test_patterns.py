"""Patterns and RE2's reasons."""

from __future__ import annotations

import pytest

from diagnose.rulebook.patterns import groups, refusal


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


def test_named_groups_are_found() -> None:
    assert groups("(?P<age>a)(b)(?P<edge>c)") == {"age", "edge"}
