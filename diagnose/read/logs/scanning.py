"""Logs: records through the scanner to drafts, and a report on what the log covers.

Two shapes are read: one JSON object a line, and text lines with or without stamps. Whose log it is goes by its
first records (`kinds.log_kind`), for the whole of it: a log has one clock and one owner.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import msgspec

from diagnose.errors import Problem
from diagnose.model import Draft, SourceReport
from diagnose.read.logs.ages import look_back
from diagnose.read.logs.kinds import log_kind
from diagnose.read.logs.matching import MIN_SHAPES, Row, Tally, match_rows
from diagnose.read.logs.rows import Broken, json_rows, text_rows
from diagnose.read.logs.workers import Workers, moved
from diagnose.read.opening.inputs import problem
from diagnose.read.signals.prefilter import Search, search_for
from diagnose.read.signals.scan import Scanner
from diagnose.read.signals.sieve import Sieve
from diagnose.read.signals.signal import LOG_KINDS

SAMPLE = 400
"""Records that decide the kind of a log."""
MIN_RECORDS = 5
"""A log of fewer records, or of fewer shapes of message and no INFO records, is an excerpt: its silence is no news."""
ORDINARY = 2
"""INFO records, and one in fifty, that a log must hold to count as whole: a search for one error brings none or one."""
Lines = Iterable[tuple[int, str]]


class Log(msgspec.Struct, frozen=True):
    """What was read of one log: drafts, its report, problems; `lacks` says that its stamps have no year or no date."""

    drafts: tuple[Draft, ...]
    report: SourceReport
    problems: tuple[Problem, ...] = ()
    lacks: str = ""


def read_json_log(
    lines: Lines, path: str, scanner: Scanner, kind: str | None = None, *, workers: Workers | None = None
) -> Log:
    """Read a log of one JSON object a line; `kind` when it is known, else by content; `workers` as in `read_rows`."""
    sieve = lines if isinstance(lines, Sieve) else None
    source = workers.rest(sieve) if sieve is not None and workers is not None else lines
    return read_rows(json_rows(source), path, scanner, kind, sieve=sieve, workers=workers)


def read_text_log(
    lines: Lines,
    path: str,
    scanner: Scanner,
    kind: str | None = None,
    *,
    sparse: bool = False,
    sieve: Sieve | None = None,
    workers: Workers | None = None,
) -> Log:
    """Read a log of text lines; see `rows.text_rows` for `sparse`, `read_rows` for `sieve` and `workers`."""
    return read_rows(text_rows(lines, sparse=sparse), path, scanner, kind, sieve=sieve, workers=workers)


def read_rows(
    rows: Iterable[Row],
    path: str,
    scanner: Scanner,
    kind: str | None = None,
    *,
    excerpt: bool = False,
    sieve: Sieve | None = None,
    workers: Workers | None = None,
) -> Log:
    """Scan rows of a log. An `excerpt` never covers, however much it shows.

    `sieve` is where the lines of the rows come from, when it may leave some out; each of those counts as a record. What
    lies ahead of it once it does may be read by other `workers`.
    """
    source = iter(rows)
    sample = list(itertools.islice(source, SAMPLE))
    records = [row.record() for row in sample if not isinstance(row, Broken)]
    kind = kind or log_kind([(r.fields, r.message) for r in records], path)
    tally = Tally()

    def search(block: bytes) -> Search | None:
        patterns = scanner.sought(kind, block)
        if patterns is not None and workers is not None and tally.lacks != "year":
            workers.start(path, kind, scanner.signals, patterns)
        return None if patterns is None else search_for(patterns)

    if sieve is not None:
        sieve.use(search, scanner.worth(kind))
    kept = match_rows(itertools.chain(sample, source), path, kind, scanner, tally, sieve)
    if sieve is not None:
        tally.records += sieve.passed
        if workers is not None:
            tally.records += workers.passed
            for lines, part in workers.parts():
                kept.add(moved(part, lines))
                tally.add(part.tally, lines)
    drafts = kept.all()
    if workers is not None:
        drafts.sort(key=lambda d: d.place.line or 0)
    if sieve is not None and sieve.passed:
        look_back(drafts, lambda names: json_rows(sieve.lines_with(names)))
    levelled = any("level" in r.fields for r in records)
    ordinary = sum(r.ordinary for r in records) >= max(ORDINARY, len(records) // 50)
    whole = tally.records >= MIN_RECORDS and (ordinary or (not levelled and len(tally.shapes) >= MIN_SHAPES))
    report = _report(path, kind, tally, kept.limit, len(drafts), covers=whole and not excerpt)
    return Log(tuple(drafts), report, _problems(path, tally), tally.lacks)


def _report(path: str, kind: str, tally: Tally, limit: int, kept: int, *, covers: bool) -> SourceReport:
    """The report on a log of which `kept` drafts were kept, of each signal at most `limit` at either end."""
    why = _named(tally)
    if tally.facts > kept:
        told = f"{tally.facts - kept} matches between the first and the last {limit} of the same kind were left out"
        why = "; ".join(filter(None, [why, told]))
    return SourceReport(
        path=path,
        kind=kind,
        records=tally.records,
        facts=kept,
        from_=tally.first,
        to=tally.last,
        clock=path,
        skipped=tally.skipped,
        why=why,
        unknown=tally.unknown,
        covers=covers and kind in LOG_KINDS and tally.first is not None,
    )


def _named(tally: Tally) -> str:
    """The broken lines in words."""
    why = "; ".join(map(str, tally.broken))
    more = tally.skipped - len(tally.broken)
    return f"{why}; and {more} more" if more else why


def _problems(path: str, tally: Tally) -> tuple[Problem, ...]:
    if not tally.skipped:
        return ()
    lines = "1 line was" if tally.skipped == 1 else f"{tally.skipped} lines were"
    hint = "the file may have been cut off or written to while it was copied: copy it again"
    told = f"{lines} not read: {'; '.join(map(str, tally.broken))}"
    return (problem(path, "IN020", told, hint, severity="warning"),)
