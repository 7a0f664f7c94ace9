"""Dates for stamps that lack a year or a date: taken from the other sources of the same incident.

A syslog line says `Oct 11 22:14:15`, a console line `18:22:21`. The year, or the day, is the one that puts the
log nearest to what is dated; with nothing dated, the one in which the file was last written. With neither,
a stamp without a date is no time at all, and one without a year is left in the year that stands for unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from diagnose.model import Draft, SourceReport
from diagnose.read.logs.stamps import DAY_MS, UNKNOWN_YEAR

_EARLIEST = 315_532_800_000
"""1980-01-01 in ms: no call was traced before."""


class Undated(msgspec.Struct, frozen=True):
    """A log at `path` whose stamps lack the `year` or the `date`; `modified` is when its file was written, in ms."""

    path: str
    lacks: str
    modified: int | None = None


def lacking(report: SourceReport) -> str:
    """`date` or `year` when the times of a source stand for that, by where they lie; else an empty text."""
    if report.from_ is None or report.from_ >= _EARLIEST:
        return ""
    return "date" if report.from_ < 2 * DAY_MS else "year"


def date_drafts(
    drafts: Sequence[Draft], sources: Sequence[SourceReport], undated: Sequence[Undated]
) -> tuple[list[Draft], list[SourceReport]]:
    """Drafts and reports with the years and dates filled in."""
    if not undated:
        return list(drafts), list(sources)
    lacking = {u.path for u in undated}
    dated = sorted(s.from_ for s in sources if s.from_ is not None and s.path not in lacking)
    near = dated[len(dated) // 2] if dated else None
    shifts = {u.path: _shift(u, near, sources) for u in undated}
    return (
        [_moved_draft(d, shifts[d.place.path]) if d.place.path in shifts else d for d in drafts],
        [_moved_report(s, shifts[s.path]) if s.path in shifts else s for s in sources],
    )


def _shift(log: Undated, near: int | None, sources: Sequence[SourceReport]) -> int | None:
    """Milliseconds to add to the log's stamps; None when its times mean nothing."""
    first = next((s.from_ for s in sources if s.path == log.path and s.from_ is not None), None)
    goal = near if near is not None else log.modified
    if first is None:
        return 0
    if goal is None:
        return None if log.lacks == "date" else 0
    if log.lacks == "date":
        return round((goal - first) / DAY_MS) * DAY_MS if near is not None else (goal - first) // DAY_MS * DAY_MS
    return _year_shift(first, goal, late=near is not None)


def _year_shift(first: int, goal: int, *, late: bool) -> int:
    start = datetime(1970, 1, 1, tzinfo=UTC)
    stamp, target = start + timedelta(milliseconds=first), start + timedelta(milliseconds=goal)
    choices = []
    for year in range(target.year - 1, target.year + 2):
        try:
            moved = stamp.replace(year=year + stamp.year - UNKNOWN_YEAR)
        except ValueError:
            continue
        if late or moved <= target + timedelta(days=1):
            choices.append((abs(moved - target), round((moved - stamp) / timedelta(milliseconds=1))))
    return min(choices)[1] if choices else 0


def _moved_draft(draft: Draft, shift: int | None) -> Draft:
    if draft.start is None:
        return draft
    start = None if shift is None else draft.start + shift
    end = None if shift is None or draft.end is None else draft.end + shift
    return msgspec.structs.replace(draft, start=start, end=end)


def _moved_report(report: SourceReport, shift: int | None) -> SourceReport:
    if report.from_ is None or report.to is None:
        return report
    if shift is None:
        return msgspec.structs.replace(report, from_=None, to=None, covers=False)
    return msgspec.structs.replace(report, from_=report.from_ + shift, to=report.to + shift)
