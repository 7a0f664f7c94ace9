"""Which signals a text can match at all, by the literals that every match of theirs must hold.

An index by the first letters of literals: of thousands only those that begin as some place of the text does are looked
for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set

Alternatives = Sequence[str]
"""Literals of which a match holds one."""
Ways = Sequence[Sequence[Alternatives]]
"""A match holds, for one of the ways, one literal of each of its sets; all are in lower case."""

_LETTERS = 3


def may_match(ways: Ways, low: str) -> bool:
    """Whether a text, in lower case, holds for one of the ways one literal of each of its sets; true without ways."""
    return not ways or any(_holds(way, low) for way in ways)


def _holds(way: Iterable[Alternatives], low: str) -> bool:
    """Plain loops, since this is asked of every record."""
    for alternatives in way:
        for literal in alternatives:
            if literal in low:
                break
        else:
            return False
    return True


class LiteralIndex:
    """The ways of numbered signals, each found by that of its sets which is least likely to be there by chance."""

    def __init__(self, ways_of: Iterable[tuple[int, Ways]]) -> None:
        self._always: set[int] = set()
        self._keys: dict[str, list[tuple[int, list[Alternatives]]]] = defaultdict(list)
        for number, ways in ways_of:
            if not ways or not all(ways):
                self._always.add(number)
                continue
            for way in ways:
                key = max(way, key=lambda alternatives: min(map(len, alternatives)))
                rest = [alternatives for alternatives in way if alternatives is not key]
                for literal in key:
                    self._keys[literal].append((number, rest))
        self._by_letters: dict[str, list[str]] = defaultdict(list)
        for literal in self._keys:
            self._by_letters[literal[:_LETTERS]].append(literal)
        self._short = [letters for letters in self._by_letters if len(letters) < _LETTERS]

    def numbers(self, low: str, allowed: Set[int]) -> list[int]:
        """The numbers, in their order, of the signals among `allowed` that a text, in lower case, may match."""
        found = self._always & allowed
        starts = {low[n : n + _LETTERS] for n in range(len(low))}
        for letters in [*(starts & self._by_letters.keys()), *self._short]:
            for literal in self._by_letters[letters]:
                if literal in low:
                    for number, rest in self._keys[literal]:
                        if number in allowed and number not in found and _holds(rest, low):
                            found.add(number)
        return sorted(found)
