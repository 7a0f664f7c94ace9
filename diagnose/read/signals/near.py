"""How near records come to one signal: a scanner that notes, instead of facts, what each record lacks.

It stands in for `Scanner` in an ordinary reading, so that every record reaches it as it reaches the signals, and each
record that is worth telling becomes a draft of kind `KIND` with its place. Fields of such a draft are the values that
`where` saw, as `where.NAME`, and under `number` the record's number in `Watch.records`.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec
import re2

from diagnose.read.signals.scan import TEXT_LIMIT, Hit, Look, Scanner, kinds_of, row_of
from diagnose.read.signals.signal import Signal
from diagnose.where import Test, holds

KIND = "near"
"""The kind of the drafts that stand for records."""
MOST_HITS = 50
"""Matches that become drafts; more are only counted."""
MOST_PREFIXES = 400
"""Characters at the end of a pattern that are left out, one after the other, to see how far it matches."""


SPLIT = 6
"""Length from which half of a literal is worth noting."""
_FIGURES = re.compile(r"\b[0-9a-f]*\d[0-9a-f]*\b|\d+")


Lacks = tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]


class Record(msgspec.Struct):
    """A record held against the signal.

    `reached` says whether `from` names the kind of its source. Of the pattern, `matched` says whether it was found,
    else `missing` are the sets of literals of which the text holds none (those of the nearest way to match) and `held`
    the literals that it does hold. `failed` are the tests of `where` that do not hold, `names` the fields that the
    record has. `uncoded` is a code that no row of the catalogue has. `alike` more records differ in figures only.
    """

    source: str
    reached: bool
    matched: bool
    missing: tuple[tuple[str, ...], ...] = ()
    held: tuple[str, ...] = ()
    failed: tuple[Test, ...] = ()
    names: tuple[str, ...] = ()
    uncoded: str = ""
    text: str = ""
    alike: int = 0

    @property
    def distance(self) -> float:
        """How many conditions it fails; a pattern that lacks nothing but its order counts half."""
        pattern = 0 if self.matched else (len(self.missing) or 0.5) + (0 if self.held else 0.25)
        return pattern + len(self.failed) + (not self.reached) + bool(self.uncoded)


class Watch(Scanner):
    """A scanner of one signal that makes no fact of it: the hits and the nearest `most` misses are in `records`."""

    def __init__(self, signal: Signal, most: int = 5) -> None:
        super().__init__([signal])
        self.signal = signal
        self.seen = 0
        self.hits_seen = 0
        self.records: list[Record] = []
        self._most = most
        self._best: list[float] = []
        self._pattern = None if signal.match is None else re2.compile(signal.match)
        self._looked: dict[int, tuple[Record, Mapping[str, str]]] = {}
        self._kinds: dict[tuple[str, str], Record] = {}

    def look(self, source_kind: str, text: str, raw: str | None = None) -> list[Look]:
        """A look at every record that may be one of the nearest."""
        self.seen += 1
        text = text[:TEXT_LIMIT]
        reached = bool(kinds_of(source_kind).intersection(self.signal.sources))
        record = Record(source_kind, reached, self._pattern is None, text=text)
        groups: Mapping[str, str] = {}
        span = (0, 0)
        if self._pattern is not None:
            found = self._pattern.search(text)
            record.matched = found is not None
            if found is not None:
                span, groups = found.span(), {k: v for k, v in found.groupdict().items() if v is not None}
            else:
                record.missing, record.held = _lacks(self.signal, text.lower())
                if not record.missing and not record.held:
                    return []
        if record.distance and not self._is_near(record.distance) and _kind(record) not in self._kinds:
            return []
        if not reached and not record.matched:
            return []
        self._looked = {0: (record, groups)}
        return [(0, span, groups)]

    def asks(self, looks: Iterable[Look]) -> bool:
        """Always: what the fields say is to be told."""
        return True

    def sought(self, source_kind: str, sample: bytes) -> list[str] | None:
        """None: every line is read."""
        return None

    def worth(self, source_kind: str) -> Callable[[bytes], bool]:
        """Every record is."""
        return lambda _: True

    def taken(self, looks: Iterable[Look], fields: Mapping[str, Any]) -> list[Hit]:
        """A hit of kind `KIND` for a record that is a match or one of the nearest."""
        out = []
        for number, span, groups in looks:
            record = self._looked[number][0]
            record.failed = tuple(t for t in self.signal.where if not holds(t, fields))
            record.names = tuple(fields)
            if record.matched and self.signal.coded and row_of(self.signal, groups) is None:
                record.uncoded = next(iter(groups.values()), "") or "(no code)"
            if self._keep(record, fields):
                self.records.append(record)
                saw = {f"where.{t.field}": str(fields[t.field]) for t in self.signal.where if t.field in fields}
                out.append(Hit(self.signal, KIND, {"number": len(self.records) - 1, **saw}, {}, *span))
        return out

    def _keep(self, record: Record, fields: Mapping[str, Any]) -> bool:
        distance = record.distance
        if not distance:
            self.hits_seen += 1
            return self.hits_seen <= MOST_HITS
        if not record.reached and distance > 1:
            return False
        if self._pattern is None and all(t.field not in fields for t in self.signal.where):
            return False
        known = self._kinds.get(_kind(record))
        if known is not None:
            known.alike += 1
            return False
        if not self._is_near(distance):
            return False
        self._kinds[_kind(record)] = record
        bisect.insort(self._best, distance)
        del self._best[self._most :]
        return True

    def _is_near(self, distance: float) -> bool:
        return len(self._best) < self._most or distance < self._best[-1]


def _kind(record: Record) -> tuple[str, str]:
    """What records that differ in figures only have in common."""
    return record.source, _FIGURES.sub("#", record.text)


def _hints(way: Iterable[Sequence[str]], low: str) -> bool:
    """Whether a text that holds none of the literals holds half of one, as it does when a letter is wrong."""
    halves = ((x[: len(x) // 2], x[len(x) // 2 :]) for literals in way for x in literals if len(x) >= SPLIT)
    return any(half in low for pair in halves for half in pair)


def _lacks(signal: Signal, low: str) -> Lacks:
    """The sets of literals that a text lacks for the nearest way to match, and the literals that it holds.

    Both are empty when it holds none, nor half of one.
    """
    best: Lacks = next((way for way in signal.literals if _hints(way, low)), ()), ()
    score = -1.0
    for way in signal.literals:
        held = [next((x for x in literals if x in low), "") for literals in way]
        share = sum(len(h) for h in held) / (1 + sum(min(map(len, literals)) for literals in way))
        if any(held) and share > score:
            score = share
            missing = tuple(literals for literals, h in zip(way, held, strict=True) if not h)
            best = missing, tuple(h for h in held if h)
    return best


@lru_cache(maxsize=64)
def matched_part(pattern: str, text: str) -> str:
    """The longest beginning of a pattern that is a pattern itself and matches something in `text`; empty when none."""
    options = re2.Options()
    options.log_errors = False
    for end in range(len(pattern) - 1, max(0, len(pattern) - MOST_PREFIXES), -1):
        part = pattern[:end]
        if part.endswith(("|", "\\")):
            continue
        try:
            found = re2.compile(part, options).search(text)
        except re2.error:
            continue
        if found is not None and found.end() > found.start():
            return part
    return ""


def nearest_words(literals: Sequence[str], text: str) -> str:
    """The piece of `text` that looks most like one of the literals; empty when none does."""
    from difflib import SequenceMatcher

    low = text.lower()
    best, found = 0.72, ""
    tokens = low.split()
    for literal in map(str.strip, literals):
        words = literal.count(" ") + 1
        for start in range(max(1, len(tokens) - words + 1)):
            piece = " ".join(tokens[start : start + words])
            ratio = SequenceMatcher(None, literal, piece.strip(".,;:()[]'\"")).ratio()
            if ratio > best:
                best, found = ratio, piece
    return found
