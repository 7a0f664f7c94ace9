"""One time line: zones, what clocks are off, and in which spans silence counts.

No time is ever corrected in silence. Where shared events show that two clocks differ, the bound of one of them is
widened by the difference and a warning says what was seen and what to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import combinations
from statistics import median
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from diagnose.errors import UsageError
from diagnose.model import Draft, Fact, SourceReport

CLOUD_KINDS = frozenset({"analytics", "events", "edge.api", "trunk.api", "bot.api"})
"""Sources that the cloud writes: they cannot know what an Edge did while it was cut off."""
API_BOUND_MS = 1_000
"""How far a clock of the cloud may be off when nothing is known of it."""
LOG_BOUND_MS = 2_000
"""How far any other clock may be off when nothing is known of it."""
SETTLE_MS = 180_000
"""An Edge that is back needs minutes until the cloud has its statistics."""
ANCHORS = 2
"""So many shared events are needed to say anything of two clocks."""
STEADY_MS = 5_000
"""Half the spread of the differences above which the shared events are no anchors: they are not the same events."""
_ZONE_STEP_MS = 900_000
"""All time zones are multiples of a quarter of an hour."""
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
    placed = [
        msgspec.structs.replace(d, start=to_utc(d.start, where), end=to_utc(d.end, where)) if d.local else d
        for d in drafts
    ]
    reports = [
        msgspec.structs.replace(s, from_=to_utc(s.from_, where), to=to_utc(s.to, where)) if s.path in local else s
        for s in sources
    ]
    return placed, reports, warnings


def _zone_warning(paths: Sequence[str]) -> str:
    return f"{_named(paths)}: time stamps have no zone and were taken as UTC; give theirs with --tz ZONE"


def _named(paths: Sequence[str]) -> str:
    shown = ", ".join(paths[:3])
    return shown if len(paths) <= 3 else f"{shown} and {len(paths) - 3} more"


def clocks(drafts: Iterable[Draft], sources: Iterable[SourceReport]) -> dict[str, str]:
    """The clock of each path: what its report names, else the path itself."""
    named = {s.path: s.clock for s in reversed(list(sources)) if s.clock}
    return {d.place.path: named.get(d.place.path) or d.place.path for d in drafts}


def bounds(drafts: Sequence[Draft], clock_of: Mapping[str, str]) -> tuple[dict[str, int], list[str]]:
    """How far each clock may be off (ms), and a warning for each clock that shared events show to differ."""
    kinds: dict[str, set[str]] = {}
    for d in drafts:
        kinds.setdefault(clock_of[d.place.path], set()).add(d.source)
    bound = {c: API_BOUND_MS if found & CLOUD_KINDS else LOG_BOUND_MS for c, found in kinds.items()}
    base = dict(bound)
    warnings = []
    seen = _firsts(drafts, clock_of)
    for one, two in combinations(sorted(kinds), 2):
        # the cloud's clock is the better one: the other is said to be off
        good, other = (two, one) if kinds[two] & CLOUD_KINDS and not kinds[one] & CLOUD_KINDS else (one, two)
        shared = [seen[other][key] - seen[good][key] for key in seen[other].keys() & seen[good].keys()]
        if len(shared) < ANCHORS:
            continue
        offset, spread = round(median(shared)), (max(shared) - min(shared)) // 2
        if spread > STEADY_MS or abs(offset) <= base[good] + base[other]:
            continue
        bound[other] = max(bound[other], base[other] + abs(offset) + spread)
        names = _path(other, drafts, clock_of), _path(good, drafts, clock_of)
        warnings.append(_offset_warning(*names, offset, len(shared)))
    return bound, warnings


def _firsts(drafts: Sequence[Draft], clock_of: Mapping[str, str]) -> dict[str, dict[tuple[str, str, str], int]]:
    """Per clock and (kind, entity key, id) the first time: the same event of one call as seen by that clock."""
    seen: dict[str, dict[tuple[str, str, str], int]] = {}
    for d in drafts:
        own = seen.setdefault(clock_of[d.place.path], {})
        at = d.end if d.end is not None else d.start
        for key in ("session", "conversation"):
            if at is not None and d.entities.get(key):
                name = (d.kind, key, d.entities[key])
                own[name] = min(own.get(name, at), at)
                break
    return seen


def _path(clock: str, drafts: Sequence[Draft], clock_of: Mapping[str, str]) -> str:
    return next(d.place.path for d in drafts if clock_of[d.place.path] == clock)


def _offset_warning(other: str, good: str, offset: int, anchors: int) -> str:
    way = "ahead of" if offset > 0 else "behind"
    off = abs(offset) % _ZONE_STEP_MS
    zoned = min(off, _ZONE_STEP_MS - off) <= STEADY_MS and abs(offset) >= _ZONE_STEP_MS - STEADY_MS
    guess = "looks like a time zone error, try --tz" if zoned else "one of the two clocks is off, compare both with NTP"
    seconds = f"{round(abs(offset) / 1000):,}".replace(",", " ")
    return f"{other} is about {seconds} s {way} {good} ({anchors} shared events): {guess}"


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
