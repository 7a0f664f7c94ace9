"""One time line: zones, hours that occur twice or not at all, and in which spans silence counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from diagnose.errors import UsageError
from diagnose.model import Draft, Fact, SourceReport
from diagnose.normalise.clocks import CLOUD_KINDS

SETTLE_MS = 180_000
"""An Edge that is back needs minutes until the cloud has its statistics."""
_YEARLESS_BEFORE = 94_694_400_000
"""1973-01-01: a stamp whose year nothing tells stays in 1972."""

Interval = tuple[int | None, int | None]


def zone(name: str | None) -> tzinfo:
    """The time zone of `--tz`: an IANA name, `UTC`, or an offset such as `+09:00`. Raises UsageError."""
    if name is None or name.upper() in {"UTC", "Z"}:
        return UTC
    if name[:1] in "+-":
        try:
            found = datetime.fromisoformat(f"2000-01-01T00:00:00{name}").tzinfo
        except ValueError:
            found = None
        if found is not None:
            return found
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(
            f"--tz {name}: no such time zone; give a name such as Europe/Berlin or an offset such as +09:00"
        ) from None


def to_utc(ms: int | None, where: tzinfo) -> int | None:
    """Wall-clock ms in a zone as UTC ms."""
    if ms is None or where is UTC:
        return ms
    wall = datetime(1970, 1, 1) + timedelta(milliseconds=ms)
    return round(wall.replace(tzinfo=where).timestamp() * 1000)


def doubt(ms: int, where: tzinfo) -> int:
    """How far (ms) a wall-clock time in a zone is unclear: by an hour where clocks are set back or forward, else 0.

    Positive where the time occurs twice (it was taken as the first), negative where it does not occur (PEP 495).
    """
    wall = (datetime(1970, 1, 1) + timedelta(milliseconds=ms)).replace(tzinfo=where)
    first, second = wall.utcoffset(), wall.replace(fold=1).utcoffset()
    if first == second or first is None or second is None:
        return 0
    return round((first - second) / timedelta(milliseconds=1))


def place(
    drafts: Sequence[Draft], sources: Sequence[SourceReport], tz: str | None
) -> tuple[list[Draft], list[SourceReport], list[str]]:
    """The drafts and reports in UTC, and warnings about what had to be assumed."""
    where = zone(tz)
    local = {d.place.path for d in drafts if d.local and d.start is not None}
    warnings = [_zone_warning(sorted(local))] if local and tz is None else []
    yearless = sorted({d.place.path for d in drafts if d.start is not None and d.start < _YEARLESS_BEFORE})
    if yearless:
        warnings.append(f"{_named(yearless)}: time stamps have no year and nothing tells it; only their order is used")
    placed = [_placed(d, where) if d.local else d for d in drafts]
    warnings += _doubts([d for d in drafts if d.local and d.start is not None], where, tz) if where is not UTC else []
    reports = [
        msgspec.structs.replace(s, from_=to_utc(s.from_, where), to=to_utc(s.to, where)) if s.path in local else s
        for s in sources
    ]
    return placed, reports, warnings


def _placed(draft: Draft, where: tzinfo) -> Draft:
    times = [t for t in (draft.start, draft.end) if t is not None]
    unclear = max((abs(doubt(t, where)) for t in times), default=0) if where is not UTC else 0
    return msgspec.structs.replace(
        draft, start=to_utc(draft.start, where), end=to_utc(draft.end, where), bound=draft.bound + unclear
    )


def _doubts(drafts: Iterable[Draft], where: tzinfo, tz: str | None) -> list[str]:
    """Warnings about sources with times that occur twice in the zone, or not at all."""
    twice: set[str] = set()
    never: set[str] = set()
    for draft in drafts:
        unclear = doubt(draft.start or 0, where)
        if unclear:
            (twice if unclear > 0 else never).add(draft.place.path)
    out = []
    if twice:
        told = "some times occur twice, since clocks were set back then; they were taken as the first and may be later"
        out.append(f"{_named(sorted(twice))}: in {tz} {told}")
    if never:
        told = "some times do not exist, since clocks were set forward then; is that the right zone?"
        out.append(f"{_named(sorted(never))}: in {tz} {told}")
    return out


def _zone_warning(paths: Sequence[str]) -> str:
    return f"{_named(paths)}: time stamps have no zone and were taken as UTC; give theirs with --tz ZONE"


def _named(paths: Sequence[str]) -> str:
    shown = ", ".join(paths[:3])
    return shown if len(paths) <= 3 else f"{shown} and {len(paths) - 3} more"


def cut_off(facts: Iterable[Fact]) -> list[Interval]:
    """Spans in which an Edge could not tell the cloud anything: offline or in survivability, and settling after."""
    marks: dict[str, list[tuple[int, bool]]] = {}
    for fact in facts:
        if fact.polarity == "denied" or fact.at.start is None:
            continue
        if fact.kind == "edge.state" and fact.fields.get("online") in {"online", "offline"}:
            away = fact.fields["online"] == "offline"
        elif fact.kind == "survivability.state":
            away = fact.fields.get("state") == "entered"
        else:
            continue
        marks.setdefault(fact.entities.get("edge", ""), []).append((fact.at.start, away))
    return merge(span for events in marks.values() for span in _away(sorted(events)))


def _away(events: Sequence[tuple[int, bool]]) -> Iterator[Interval]:
    since: int | None = None
    for at, away in events:
        if away and since is None:
            since = at
        elif not away and since is not None:
            yield since, at + SETTLE_MS
            since = None
    if since is not None:
        yield since, None


def merge(spans: Iterable[Interval]) -> list[Interval]:
    """Overlapping and touching intervals joined, in order; `None` ends are open."""
    out: list[Interval] = []
    for start, end in sorted(spans, key=lambda s: (s[0] is not None, s[0] or 0)):
        if out and (out[-1][1] is None or start is None or start <= out[-1][1]):
            last_start, last_end = out[-1]
            out[-1] = (last_start, None if end is None or last_end is None else max(last_end, end))
        else:
            out.append((start, end))
    return out


def subtract(spans: Iterable[Interval], holes: Sequence[Interval]) -> list[Interval]:
    """What is left of the intervals without the holes."""
    left = list(spans)
    for low, high in holes:
        parts: list[Interval] = []
        for start, end in left:
            if (high is not None and start is not None and start >= high) or (
                low is not None and end is not None and end <= low
            ):
                parts.append((start, end))
                continue
            if low is not None and (start is None or start < low):
                parts.append((start, low))
            if high is not None and (end is None or end > high):
                parts.append((high, end))
        left = parts
    return left


def clip(spans: Iterable[Interval], low: int, high: int) -> list[Interval]:
    """What of the intervals lies between `low` and `high`."""
    return subtract(spans, [(None, low), (high, None)])


def coverage(sources: Iterable[SourceReport], facts: Sequence[Fact]) -> dict[str, tuple[Interval, ...]]:
    """Per source kind the intervals in which its silence counts.

    Only sources that show ordinary activity cover anything; the cloud's do not cover what an Edge did while cut off.
    """
    spans: dict[str, list[Interval]] = {}
    for report in sources:
        if report.covers:
            spans.setdefault(report.kind, []).append((report.from_, report.to))
    holes = cut_off(facts)
    out = {}
    for kind, found in sorted(spans.items()):
        left = subtract(merge(found), holes) if kind in CLOUD_KINDS else merge(found)
        if left:
            out[kind] = tuple(left)
    return out
