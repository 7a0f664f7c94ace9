"""Which signals a text can match at all, by the literals that every match of theirs must hold.

For a few texts an index by the first letters of literals: of thousands only those that begin as some place of the text
does are looked for. For many texts an RE2 set of all literals, which is faster once it is compiled, and a memory: the
lines of a log hold the same literals again and again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from typing import Any

import re2

Alternatives = Sequence[str]
"""Literals of which a match holds one."""
Ways = Sequence[Sequence[Alternatives]]
"""A match holds, for one of the ways, one literal of each of its sets; all are in lower case."""

_LETTERS = 3
_MEMORY = 256 << 20
_MOST_KEPT = 50_000
"""Different sets of literals whose signals are kept in mind."""


def _holds(way: Iterable[Alternatives], low: str | Set[str]) -> bool:
    """Whether a text, or a set of literals, holds one of each; plain loops, since this is asked of every record."""
    for alternatives in way:
        for literal in alternatives:
            if literal in low:
                break
        else:
            return False
    return True


class _Ways:
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


class LiteralIndex(_Ways):
    """The ways of numbered signals by the first letters of their literals."""

    def __init__(self, ways_of: Iterable[tuple[int, Ways]]) -> None:
        super().__init__(ways_of)
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


class LiteralSet(_Ways):
    """The ways of numbered signals behind one RE2 set of their literals, which are all in lower case."""

    def __init__(self, ways_of: Iterable[tuple[int, Ways]]) -> None:
        super().__init__(ways_of)
        rest = (literal for found in self._keys.values() for _, sets in found for some in sets for literal in some)
        self._literals = sorted({*self._keys, *rest})
        self._kept: dict[tuple[int, ...], tuple[int, ...]] = {}
        self._set = self._compiled()

    def numbers(self, low: str | bytes) -> tuple[int, ...]:
        """The numbers, in their order, of the signals that a text, in lower case, may match."""
        held = tuple(sorted(self._set.Match(low) or ())) if self._set is not None else ()
        found = self._kept.get(held)
        if found is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            found = self._kept[held] = self._of(frozenset(self._literals[n] for n in held))
        return found

    def _of(self, held: Set[str]) -> tuple[int, ...]:
        found = set(self._always)
        for literal in self._keys.keys() & held:
            found.update(number for number, rest in self._keys[literal] if _holds(rest, held))
        return tuple(sorted(found))

    def _compiled(self) -> Any:
        options = re2.Options()
        options.log_errors = False
        options.literal = True
        options.max_mem = _MEMORY
        out = re2.Set.SearchSet(options)
        for literal in self._literals:
            out.Add(literal)
        if not self._literals:
            return None
        out.Compile()
        return out
