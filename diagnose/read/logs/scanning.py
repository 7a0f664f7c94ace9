"""Logs: records through the scanner to drafts, and a report on what the log covers.

Two shapes are read: one JSON object a line, and text lines with or without stamps. Whose log it is goes by its
first records (`kinds.log_kind`), for the whole of it: a log has one clock and one owner.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

import msgspec

from diagnose.errors import Problem
from diagnose.model import Draft, Place, SourceReport
from diagnose.read.logs.ages import Sessions, look_back
from diagnose.read.logs.kinds import log_kind
from diagnose.read.logs.records import EXCERPT, JsonRow, TextRow, rows_of, text_rows
from diagnose.read.opening.inputs import problem
from diagnose.read.signals.scan import Scanner
from diagnose.read.signals.sieve import Sieve
from diagnose.read.signals.signal import LOG_KINDS

SAMPLE = 400
"""Records that decide the kind of a log."""
MIN_RECORDS = 5
MIN_SHAPES = 4
"""A log of fewer records, or of fewer shapes of message and no INFO records, is an excerpt: its silence is no news."""
ORDINARY = 2
"""INFO records, and one in fifty, that a log must hold to count as whole: a search for one error brings none or one."""
MAX_DRAFTS = 50_000
"""Drafts kept of one log, so that a log of a single error that repeats for gigabytes stays in memory."""
MAX_NAMED = 5

_SHAPE = re.compile(r"\d+|0x[0-9a-f]+|\"[^\"]*\"|'[^']*'|[0-9a-f]{8,}")
_EDGE_NAME = re.compile(r"(?i)edge")
_YEAR_MS = 366 * 86_400_000  # the year that stands for unknown is a leap year

Lines = Iterable[tuple[int, str]]
Row = JsonRow | TextRow | str
"""A record not yet taken apart, or why a line could not be read as one."""


class _Tally:
    """What is counted while a log is read."""

    def __init__(self) -> None:
        self.records = self.facts = self.skipped = self.dropped = self.unknown = 0
        self.first: int | None = None
        self.last: int | None = None
        self.ordinary = self.levelled = False
        self.shapes: set[str] = set()
        self.why: list[str] = []
        self.lacks = ""

    def count(self, text: str, ms: int | None) -> None:
        self.records += 1
        if len(self.shapes) < MIN_SHAPES:
            self.shapes.add(_SHAPE.sub("#", text[:120]))
        if ms is not None:
            self.first = ms if self.first is None or ms < self.first else self.first
            self.last = ms if self.last is None or ms > self.last else self.last

    def skip(self, why: str) -> None:
        self.skipped += 1
        if len(self.why) < MAX_NAMED:
            self.why.append(why)

    @property
    def covers(self) -> bool:
        return self.records >= MIN_RECORDS and (self.ordinary or (not self.levelled and len(self.shapes) >= MIN_SHAPES))


class Log(msgspec.Struct, frozen=True):
    """What was read of one log: drafts, its report, problems; `lacks` says that its stamps have no year or no date."""

    drafts: tuple[Draft, ...]
    report: SourceReport
    problems: tuple[Problem, ...] = ()
    lacks: str = ""


def json_rows(lines: Iterable[tuple[int, str]]) -> Iterator[Row]:
    """Rows of a log of one JSON object a line; other lines between them are read as text, broken objects named."""
    decode: Callable[[str], Any] = msgspec.json.Decoder().decode
    for number, line in lines:
        text = line.strip()
        if not text:
            continue
        if not text.startswith("{"):
            yield from text_rows([(number, line)], sparse=True)
            continue
        try:
            obj = decode(text)
        except (msgspec.DecodeError, RecursionError):
            obj = _lenient(text)
        if isinstance(obj, dict):
            yield from rows_of(obj, number, text)
        else:
            yield f"line {number}: {'the JSON breaks off' if not text.endswith('}') else 'not valid JSON'}"


def _lenient(text: str) -> object:
    """What Python's own decoder makes of the text (it takes NaN and control characters), or None."""
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def read_json_log(lines: Lines, path: str, scanner: Scanner, kind: str | None = None) -> Log:
    """Read a log of one JSON object a line; `kind` when it is known, else by content."""
    return read_rows(json_rows(lines), path, scanner, kind, sieve=lines if isinstance(lines, Sieve) else None)


def read_text_log(
    lines: Lines,
    path: str,
    scanner: Scanner,
    kind: str | None = None,
    *,
    sparse: bool = False,
    sieve: Sieve | None = None,
) -> Log:
    """Read a log of text lines; see `records.text_rows` for `sparse`, `read_rows` for `sieve`."""
    return read_rows(text_rows(lines, sparse=sparse), path, scanner, kind, sieve=sieve)


def read_rows(
    rows: Iterable[Row],
    path: str,
    scanner: Scanner,
    kind: str | None = None,
    *,
    excerpt: bool = False,
    sieve: Sieve | None = None,
) -> Log:
    """Scan rows of a log. An `excerpt` never covers, however much it shows.

    `sieve` is where the lines of the rows come from, when it may leave some out; each of those counts as a record.
    """
    source = iter(rows)
    sample = list(itertools.islice(source, SAMPLE))
    records = [row.record() for row in sample if not isinstance(row, str)]
    if kind is None:
        kind = log_kind([(r.fields, r.message) for r in records], path)
    if sieve is not None:
        sieve.use(partial(scanner.search, kind))
    tally = _Tally()
    tally.levelled = any("level" in r.fields for r in records)
    tally.ordinary = sum(r.ordinary for r in records) >= max(ORDINARY, len(records) // 50)
    drafts: list[Draft] = []
    shift, sessions = 0, Sessions()
    for row in itertools.chain(sample, source):
        if isinstance(row, str):
            tally.skip(row)
            continue
        text = row.text()
        when = row.when()
        ms = None
        if when is not None:
            tally.lacks = tally.lacks or when[2]
            shift = _year_shift(when, shift, tally.last)
            ms = when[0] + shift
        tally.count(text, ms)
        found: list[Draft] = []
        among = scanner.wants(kind, text, row.raw)
        if among is not None and len(drafts) >= MAX_DRAFTS and not scanner.asks(among):
            tally.facts += len(scanner.hits(kind, text, {}, among))  # only counted, so no record is needed
        elif among is not None:
            found = _drafts(row, text, when, path, kind, scanner, ms, among)
        if not found and when is None and not row.known():
            tally.unknown += 1
        if sieve is None or not sieve.passed:  # afterwards not every record of a session is seen
            found = sessions.note(row.session(), ms, found)
        tally.facts += len(found)
        if found:
            drafts += found[: max(0, MAX_DRAFTS - len(drafts))]
    if sieve is not None and sieve.passed:
        look_back(drafts, lambda names: json_rows(sieve.lines_with(names)))
    tally.dropped = tally.facts - len(drafts)
    tally.records += sieve.passed if sieve is not None else 0
    return Log(tuple(drafts), _report(path, kind, tally, excerpt), _problems(path, tally), tally.lacks)


def _year_shift(when: tuple[int, bool, str], shift: int, last: int | None) -> int:
    """What to add to stamps without a year: a year more once December has gone by."""
    if when[2] == "year" and last is not None and when[0] + shift < last - _YEAR_MS // 2:
        return shift + _YEAR_MS
    return shift


def _drafts(
    row: JsonRow | TextRow,
    text: str,
    when: tuple[int, bool, str] | None,
    path: str,
    kind: str,
    scanner: Scanner,
    ms: int | None,
    among: Sequence[int],
) -> list[Draft]:
    """The drafts that the signals make of one row, whose time is `ms`; for `among` see `Scanner.hits`."""
    entities = None if scanner.asks(among) else row.entities()
    if entities is not None:
        hits, pointer = scanner.hits(kind, text, {}, among), None
    else:
        record = row.record()
        hits = scanner.hits(kind, record.message, record.fields, among if record.message == text else None)
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
            kind=hit.signal.fact,
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


def _report(path: str, kind: str, tally: _Tally, excerpt: bool) -> SourceReport:
    why = "; ".join(tally.why)
    if tally.skipped > len(tally.why):
        why += f"; and {tally.skipped - len(tally.why)} more"
    if tally.dropped:
        why = "; ".join(filter(None, [why, f"{tally.dropped} matches after the first {MAX_DRAFTS} were left out"]))
    return SourceReport(
        path=path,
        kind=kind,
        records=tally.records,
        facts=tally.facts - tally.dropped,
        from_=tally.first,
        to=tally.last,
        clock=path,
        skipped=tally.skipped,
        why=why,
        unknown=tally.unknown,
        covers=tally.covers and not excerpt and kind in LOG_KINDS and tally.first is not None,
    )


def _problems(path: str, tally: _Tally) -> tuple[Problem, ...]:
    if not tally.skipped:
        return ()
    lines = "1 line was" if tally.skipped == 1 else f"{tally.skipped} lines were"
    hint = "the file may have been cut off or written to while it was copied: copy it again"
    return (problem(path, "IN020", f"{lines} not read: {'; '.join(tally.why)}", hint, severity="warning"),)
