"""What a text must contain for a pattern to have a chance: the literals that the scan looks for first.

A pattern gives ways to match, each of them sets of lower-case literals: a text that it matches holds, for one of the
ways, at least one literal of each set. The scan then runs RE2 only where that is so. A pattern without ways (`\\d+`)
is simply always run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from diagnose.rulebook.taken import BORDER, MOST, TEXT, Item, taken_apart, ways_of
from diagnose.where import Test

LEAST = 3
"""Shortest literal that is worth looking for."""
CLAUSES = 3
"""Sets kept a way."""
KEPT = 8192
"""Patterns whose literals are kept, for those who compile the same rules again and again."""

Alternatives = frozenset[str]
_DERIVED = frozenset({"level", "shape"})
"""Fields that a record may spell in other words than the log does."""
_NO_NUMBER = re.compile("[b-dghj-mo-z]")
"""A letter that stands in no number: a number may be written in another way than it is compared."""
_FOLDED = re.compile("ss|f[fil]|st")
"""What folding makes of a single letter that is not ASCII (`\u00df`, ligatures), in a comparison of whole texts."""


@lru_cache(maxsize=KEPT)
def required(pattern: str) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Ways in which a text can match: each is a few sets of lower-case literals, and the text holds one of each set.

    The pattern is one that RE2 accepts. What is not known of it gives no ways.
    """
    items = taken_apart(pattern)
    if items is None:
        return ()
    before, branches, behind = ways_of(items)
    head, tail = _pieces(before), _pieces(behind)
    ways = [_best(_sets([*head, *_pieces(branch), *tail])) for branch in branches]
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


def _best(found: Iterable[Alternatives]) -> tuple[tuple[str, ...], ...]:
    best = sorted(set(found), key=lambda a: (_worth(a), sorted(a)), reverse=True)
    return tuple(tuple(sorted(literals)) for literals in best[:CLAUSES])


def _pieces(items: Iterable[Item]) -> list[str | list[Alternatives]]:
    """Of each item its text in lower case, or the sets of which a match holds one literal each; borders left out."""
    return [argument.lower() if kind == TEXT else _of(kind, argument) for kind, argument in items if kind != BORDER]


def _sets(pieces: Iterable[str | list[Alternatives]]) -> list[Alternatives]:
    """The sets of all pieces of a sequence, neighbouring texts taken together; a match holds one of each."""
    found: list[Alternatives] = []
    run = ""
    for piece in pieces:
        if isinstance(piece, str):
            run += piece
            continue
        if len(run) >= LEAST:
            found.append(frozenset((run,)))
        run = ""
        found += piece
    return [*found, frozenset((run,))] if len(run) >= LEAST else found


def _of(kind: str, argument: Any) -> list[Alternatives]:
    match kind:
        case "group":
            return _sets(_pieces(argument))
        case "choice":
            return _of_branches(argument)
        case "repeat" if argument[0] >= 1:
            return _sets(_pieces(argument[2]))
        case _:
            return []


def _of_branches(branches: Sequence[Sequence[Item]]) -> list[Alternatives]:
    """One set that holds the best of every branch; none when a branch has none or there are too many."""
    best = [max(_sets(_pieces(branch)), key=_worth, default=None) for branch in branches]
    if any(b is None for b in best):
        return []
    together = frozenset(literal for b in best if b for literal in b)
    return [together] if len(together) <= MOST else []


def _worth(literals: Alternatives) -> tuple[int, int]:
    """Longer literals are rarer; of equally long ones fewer alternatives are better."""
    return min(map(len, literals)), -len(literals)
