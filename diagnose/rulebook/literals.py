"""What a text must contain for a pattern to have a chance: the literals that the scan looks for first.

A pattern gives ways to match, each of them sets of lower-case literals: a text that it matches holds, for one of the
ways, at least one literal of each set. The scan then runs RE2 only where that is so. A pattern without ways (`\\d+`)
is simply always run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

LEAST = 3
"""Shortest literal that is worth looking for."""
CLAUSES = 3
"""Sets kept a way."""
MOST = 24
"""Most alternatives; beyond them looking costs more than it saves."""

Alternatives = frozenset[str]


def required(pattern: str) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Ways in which a text can match: each is a few sets of lower-case literals, and the text holds one of each set.

    The pattern is one that RE2 accepts. What Python's parser of patterns does not know gives no ways.
    """
    from re import _parser  # type: ignore[attr-defined]

    try:
        items = list(_parser.parse(pattern))
    except (re.error, OverflowError, RecursionError):  # RE2 takes what Python's own parser does not know
        return ()
    ways = [_best(_of_sequence(way)) for way in _ways(items)]
    return tuple(ways) if all(ways) else ()


def _ways(items: list[Any]) -> list[list[Any]]:
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
