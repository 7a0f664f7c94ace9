"""The drafts that are kept of one log: of each signal the first and the last.

So a flood of one error neither fills the memory nor hides what else there is, nor how it began and ended.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from diagnose.model import Draft

OF_ONE = 2_500
"""Drafts of one signal kept from its first on, and as many up to its last."""
MOST = 50_000
"""Drafts kept of one log; beyond it fewer are kept of each signal."""
LEAST_OF_ONE = 50

Numbered = tuple[int, Draft]


class Kept:
    """Takes drafts in order and keeps some; `limit` is how many it keeps of one signal at either end."""

    def __init__(self) -> None:
        self.limit = OF_ONE
        self._first: dict[str, list[Numbered]] = {}
        self._last: dict[str, deque[Numbered]] = {}
        self._taken = self._held = 0

    def add(self, drafts: Iterable[Draft]) -> None:
        """Take these drafts, which come after those before."""
        for draft in drafts:
            self._taken += 1
            first = self._first.setdefault(draft.signal, [])
            if len(first) < self.limit:
                first.append((self._taken, draft))
                self._held += 1
            else:
                last = self._last.setdefault(draft.signal, deque(maxlen=self.limit))
                self._held += len(last) < self.limit
                last.append((self._taken, draft))
        if self._held > MOST and self.limit > LEAST_OF_ONE:
            self._halve()

    def all(self) -> list[Draft]:
        """What was kept, in the order in which it came."""
        pairs = [pair for some in (*self._first.values(), *self._last.values()) for pair in some]
        return [draft for _, draft in sorted(pairs, key=lambda pair: pair[0])]

    def _halve(self) -> None:
        self.limit = max(LEAST_OF_ONE, self.limit // 2)
        for signal, first in self._first.items():
            last = self._last.setdefault(signal, deque())
            self._last[signal] = deque((*first[self.limit :], *last), maxlen=self.limit)
            del first[self.limit :]
        self._held = sum(map(len, self._first.values())) + sum(map(len, self._last.values()))
