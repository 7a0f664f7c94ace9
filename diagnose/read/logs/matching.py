"""Rows of a log to drafts: each row is asked for its text and time, and taken apart only where a signal may match.

What is counted on the way is a `Tally`; the tallies of the parts of one log add up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from diagnose.model import Draft, Place
from diagnose.read.logs.ages import Sessions
from diagnose.read.logs.kept import Kept
from diagnose.read.logs.records import EXCERPT
from diagnose.read.logs.rows import Broken, JsonRow, TextRow
from diagnose.read.signals.scan import Look, Scanner
from diagnose.read.signals.sieve import Sieve

MIN_SHAPES = 4
"""Shapes of message that are told apart; a log of fewer is an excerpt."""
MAX_NAMED = 5
"""Broken lines that are named."""

_SHAPE = re.compile(r"\d+|0x[0-9a-f]+|\"[^\"]*\"|'[^']*'|[0-9a-f]{8,}")
_EDGE_NAME = re.compile(r"(?i)edge")
_YEAR_MS = 366 * 86_400_000  # the year that stands for unknown is a leap year

Row = JsonRow | TextRow | Broken


class Tally(msgspec.Struct):
    """What is counted while a log is read: records, facts, lines that could not be read and why, records of no known
    form, the span of time in ms, shapes of messages, and what its stamps lack."""

    records: int = 0
    facts: int = 0
    skipped: int = 0
    unknown: int = 0
    first: int | None = None
    last: int | None = None
    lacks: str = ""
    shapes: set[str] = set()
    broken: list[Broken] = []

    def count(self, text: str, ms: int | None) -> None:
        """Count a record with this text and time."""
        self.records += 1
        if len(self.shapes) < MIN_SHAPES:
            self.shapes.add(_SHAPE.sub("#", text[:120]))
        if ms is not None:
            if self.first is None or ms < self.first:
                self.first = ms
            if self.last is None or ms > self.last:
                self.last = ms

    def skip(self, broken: Broken) -> None:
        """Count a line that could not be read."""
        self.skipped += 1
        if len(self.broken) < MAX_NAMED:
            self.broken.append(broken)

    def add(self, other: Tally, lines: int) -> None:
        """Add the tally of a later part of the log, before which there are so many lines."""
        self.records += other.records
        self.facts += other.facts
        self.skipped += other.skipped
        self.unknown += other.unknown
        self.first = min((ms for ms in (self.first, other.first) if ms is not None), default=None)
        self.last = max((ms for ms in (self.last, other.last) if ms is not None), default=None)
        self.lacks = self.lacks or other.lacks
        self.shapes |= other.shapes
        later = (msgspec.structs.replace(b, line=b.line + lines) for b in other.broken)
        self.broken = [*self.broken, *later][:MAX_NAMED]


def match_rows(
    rows: Iterable[Row], path: str, kind: str, scanner: Scanner, tally: Tally, sieve: Sieve | None = None
) -> Kept:
    """The drafts that the signals make of the rows of a log of this kind; not all are kept, but all are counted.

    `sieve` is where the lines of the rows come from, when it may leave some out.
    """
    kept = Kept()
    shift, sessions = 0, Sessions()
    for row in rows:
        if isinstance(row, Broken):
            tally.skip(row)
            continue
        text = row.text()
        when = row.when()
        ms = None
        if when is not None:
            if when[2]:
                tally.lacks = tally.lacks or when[2]
                shift = _year_shift(when, shift, tally.last)
            ms = when[0] + shift
        tally.count(text, ms)
        found: list[Draft] = []
        looks = scanner.look(kind, text, row.raw)
        if looks:
            found = _drafts(row, looks, when, path, kind, scanner, ms)
        if not found and when is None and not row.known():
            tally.unknown += 1
        if sieve is None or not sieve.passed:  # afterwards not every record of a session is seen
            found = sessions.note(row.session(), ms, found)
        if found:
            tally.facts += len(found)
            kept.add(found)
    return kept


def _year_shift(when: tuple[int, bool, str], shift: int, last: int | None) -> int:
    """What to add to stamps without a year: a year more once December has gone by."""
    if when[2] == "year" and last is not None and when[0] + shift < last - _YEAR_MS // 2:
        return shift + _YEAR_MS
    return shift


def _drafts(
    row: JsonRow | TextRow,
    looks: Sequence[Look],
    when: tuple[int, bool, str] | None,
    path: str,
    kind: str,
    scanner: Scanner,
    ms: int | None,
) -> list[Draft]:
    """The drafts that the signals make of one row, whose time is `ms`; for `looks` see `Scanner.look`."""
    entities = None if scanner.asks(looks) else row.entities()
    if entities is not None:
        hits, pointer = scanner.taken(looks, {}), None
    else:
        record = row.record()
        hits = scanner.taken(looks, record.fields)
        entities, pointer = record.entities, record.pointer
    if not hits:
        return []
    host = entities.get("host")
    if kind == "edge.log" and "edge" not in entities and host and _EDGE_NAME.search(host):
        entities = {**entities, "edge": host}
    place = Place(path, row.line or None, pointer, row.raw[:EXCERPT])
    local = when is not None and when[1]
    return [
        Draft(
            kind=hit.fact,
            source=kind,
            place=place,
            fields=hit.fields,
            entities={**entities, **hit.entities},
            start=ms,
            end=ms,
            local=local,
            polarity=hit.signal.polarity,
            signal=hit.signal.id,
        )
        for hit in hits
    ]
