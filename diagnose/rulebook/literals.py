"""What a text must contain for a pattern to have a chance: the literals that the scan looks for first.

A pattern gives a set of lower-case literals of which at least one stands in every text that it matches. The scan
then runs RE2 only where one of them was found. A pattern without such a set (`\\d+`) is simply always run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

LEAST = 3
"""Shortest literal that is worth looking for."""
MOST = 24
"""Most alternatives; beyond them looking costs more than it saves."""

Alternatives = frozenset[str]


def required(pattern: str) -> tuple[str, ...]:
    """Lower-case literals of which every match of `pattern` contains at least one; empty when none is known.

    The pattern is one that RE2 accepts. What Python's parser of patterns does not know gives an empty set.
    """
    from re import _parser  # type: ignore[attr-defined]

    try:
        best = _of_sequence(_parser.parse(pattern))
    except Exception:  # the parser is Python's own; whatever it refuses has no known literals
        return ()
    return tuple(sorted(best)) if best else ()


def _of_sequence(items: Iterable[Any]) -> Alternatives | None:
    """The best set among the parts of a sequence, runs of characters taken together."""
    found: list[Alternatives | None] = []
    run = ""
    for operation, argument in items:
        if str(operation) == "LITERAL":
            run += chr(argument).lower()
            continue
        if str(operation) == "AT":
            continue
        found.append(_of_run(run))
        run = ""
        found.append(_of_part(str(operation), argument))
    found.append(_of_run(run))
    return max((f for f in found if f), key=_worth, default=None)


def _of_run(run: str) -> Alternatives | None:
    return frozenset({run}) if len(run) >= LEAST else None


def _of_part(operation: str, argument: Any) -> Alternatives | None:
    match operation:
        case "SUBPATTERN":
            return _of_sequence(argument[-1])
        case "BRANCH":
            return _of_branches([list(branch) for branch in argument[1]])
        case "MAX_REPEAT" | "MIN_REPEAT" if argument[0] >= 1:
            return _of_sequence(argument[2])
        case _:
            return None


def _of_branches(branches: Sequence[Sequence[Any]]) -> Alternatives | None:
    sets = [_of_sequence(branch) for branch in branches]
    if any(s is None for s in sets):
        return None
    together = frozenset(literal for s in sets if s for literal in s)
    return together if len(together) <= MOST else None


def _worth(literals: Alternatives) -> tuple[int, int]:
    """Longer literals are rarer; of equally long ones fewer alternatives are better."""
    return min(map(len, literals)), -len(literals)
