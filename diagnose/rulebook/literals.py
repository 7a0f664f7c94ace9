"""What a text must contain for a pattern to have a chance: the literals that the scan looks for first.

A pattern gives ways to match, each of them sets of lower-case literals: a text that it matches holds, for one of the
ways, at least one literal of each set. The scan then runs RE2 only where that is so. A pattern without ways (`\\d+`)
is simply always run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from diagnose.where import Test

LEAST = 3
"""Shortest literal that is worth looking for."""
CLAUSES = 3
"""Sets kept a way."""
MOST = 24
"""Most alternatives; beyond them looking costs more than it saves."""

Alternatives = frozenset[str]
_DERIVED = frozenset({"level", "shape"})
"""Fields that a record may spell in other words than the log does."""
_NO_NUMBER = re.compile("[b-dghj-mo-z]")
"""A letter that stands in no number: a number may be written in another way than it is compared."""
_FOLDED = re.compile("ss|f[fil]|st")
"""What folding makes of a single letter that is not ASCII (`\u00df`, ligatures), in a comparison of whole texts."""


def required(pattern: str) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Ways in which a text can match: each is a few sets of lower-case literals, and the text holds one of each set.

    The pattern is one that RE2 accepts. What Python's parser of patterns does not know gives no ways.
    """
    items = parsed(pattern)
    if items is None:
        return ()
    ways = [_best(_of_sequence(way)) for way in ways_of(items)]
    return tuple(ways) if all(ways) else ()


def required_by(tests: Iterable[Test]) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """As `required`, of a signal without a pattern: what a record, as it is written, holds when all its tests hold."""
    for test in tests:
        if test.field in _DERIVED:
            continue
        if test.op == "matches":
            ways = required(test.value)
            if all(any(_NO_NUMBER.search(x) for x in best) for way in ways for best in way):
                return ways
        values = test.value if test.op == "in" else (test.value,) if test.op == "eq" else ()
        literals = [max(_FOLDED.split(v.lower()), key=len) if isinstance(v, str) else "" for v in values]
        if literals and all(len(x) >= LEAST and x.isascii() and _NO_NUMBER.search(x) for x in literals):
            return ((tuple(sorted(set(literals))),),)
    return ()


def parsed(pattern: str) -> list[Any] | None:
    """The pattern as Python's parser takes it apart, or None when it is one that only RE2 knows."""
    from re import _parser  # type: ignore[attr-defined]

    if "[[:" in pattern or "[^[:" in pattern:  # a POSIX class, which Python takes for another class
        return None
    try:
        return list(_parser.parse(pattern))
    except (re.error, OverflowError, RecursionError):
        return None


def ways_of(items: list[Any]) -> list[list[Any]]:
    """The sequence once for each branch of its first alternation, so that each keeps all of its own literals."""
    for at, (operation, argument) in enumerate(items):
        if str(operation) == "BRANCH" and len(argument[1]) <= MOST:
            return [[*items[:at], *branch, *items[at + 1 :]] for branch in argument[1]]
    return [items]


def _best(found: Iterable[Alternatives]) -> tuple[tuple[str, ...], ...]:
    best = sorted(set(found), key=lambda a: (_worth(a), sorted(a)), reverse=True)
    return tuple(tuple(sorted(literals)) for literals in best[:CLAUSES])


def _of_sequence(items: Iterable[Any]) -> list[Alternatives]:
    """The sets of all parts of a sequence, runs of characters taken together; a match holds one of each."""
    found: list[Alternatives] = []
    run = ""
    for operation, argument in items:
        if str(operation) == "LITERAL" and argument < 128:
            run += chr(argument).lower()
            continue
        if str(operation) == "AT":
            continue
        found += _of_run(run)
        run = ""
        found += _of_part(str(operation), argument)
    return found + _of_run(run)


def _of_run(run: str) -> list[Alternatives]:
    return [frozenset({run})] if len(run) >= LEAST else []


def _of_part(operation: str, argument: Any) -> list[Alternatives]:
    match operation:
        case "SUBPATTERN":
            return _of_sequence(argument[-1])
        case "BRANCH":
            return _of_branches([list(branch) for branch in argument[1]])
        case "MAX_REPEAT" | "MIN_REPEAT" if argument[0] >= 1:
            return _of_sequence(argument[2])
        case _:
            return []


def _of_branches(branches: Sequence[Sequence[Any]]) -> list[Alternatives]:
    """One set that holds the best of every branch; none when a branch has none or there are too many."""
    best = [max(_of_sequence(branch), key=_worth, default=None) for branch in branches]
    if any(b is None for b in best):
        return []
    together = frozenset(literal for b in best if b for literal in b)
    return [together] if len(together) <= MOST else []


def _worth(literals: Alternatives) -> tuple[int, int]:
    """Longer literals are rarer; of equally long ones fewer alternatives are better."""
    return min(map(len, literals)), -len(literals)
