"""Patterns taken apart: what is plain text, what repeats, what is not looked into."""

from __future__ import annotations

import pytest

from diagnose.rulebook.taken import (
    BORDER,
    CHOICE,
    CLASS,
    GROUP,
    OTHER,
    REPEAT,
    TEXT,
    Item,
    groups,
    size,
    taken_apart,
    ways_of,
)

ANY = (OTHER, "")


@pytest.mark.parametrize(
    ("pattern", "items"),
    [
        (r"(?i)abc\.d", [(TEXT, "abc"), (TEXT, "."), (TEXT, "d")]),
        (r"^abc?$", [(BORDER, ""), (TEXT, "ab"), (REPEAT, (0, 1, [(TEXT, "c")])), (BORDER, "")]),
        (
            r"a{2,}?b{3}c{4,5}",
            [(REPEAT, (n, m, [(TEXT, x)])) for n, m, x in ((2, None, "a"), (3, 3, "b"), (4, 5, "c"))],
        ),
        (r"a{,2}", [(TEXT, "a"), (TEXT, "{"), (TEXT, ",2}")]),
        (r"(?:ab|cd)", [(CHOICE, [[(TEXT, "ab")], [(TEXT, "cd")]])]),
        (r"(?:ab)+(?:cd)", [(REPEAT, (1, None, [(GROUP, [(TEXT, "ab")])])), (TEXT, "cd")]),
        (r"(?P<n>ab)(?i:c)(?<m>d)", [(GROUP, [(TEXT, "ab")]), (TEXT, "c"), (GROUP, [(TEXT, "d")])]),
        (r"(?:a|b|\.)", [(CLASS, r"[ab\.]")]),
        (r"[]a\]][^[:alpha:]\d]\d", [(CLASS, r"[]a\]]"), (CLASS, r"[^[:alpha:]\d]"), (CLASS, r"\d")]),
        (r"\pL\p{Greek}\x{e9}\x41\012\té.", [ANY] * 8),
        (r"(?:a|)", [(CHOICE, [[(TEXT, "a")], []])]),
    ],
)
def test_a_pattern_is_taken_apart(pattern: str, items: list[Item]) -> None:
    assert taken_apart(pattern) == items


def test_a_quoted_stretch_is_not_known() -> None:
    assert taken_apart(r"a\Q.*\E") is None


def test_the_ways_are_those_of_the_first_choice_outside_of_groups() -> None:
    assert ways_of(taken_apart("a(b|cd)e(?:fg|hi)j") or [])[1:] == ([[(TEXT, "fg")], [(TEXT, "hi")]], [(TEXT, "j")])
    assert ways_of([(TEXT, "a")]) == ([(TEXT, "a")], [[]], [])


def test_named_groups_are_found() -> None:
    assert groups(r"(?P<age>a)(b)\(?P<no>[(?P<no>](?<edge>c)") == {"age", "edge"}


def test_repetitions_multiply_the_size_and_what_is_not_known_has_no_end() -> None:
    assert size("(?:a{2}|b)*") < size("(?:a{9}|b)*") < 20 * size("a" * 20) < size("(?:(?:ab){20}){20}")
    assert size(r"\pL") == size(r"[[:alpha:]]") == size(r"\Qa\E") == float("inf")
