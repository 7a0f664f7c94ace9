"""Time stamps at the start of a log line: the forms that log frameworks, syslog and web servers write.

`parse` gives the instant in UTC milliseconds, whether it had a zone, and where the rest of the line
begins. A stamp without a zone is local time: its milliseconds are those of the same wall clock in UTC,
to be shifted by whoever knows the zone. Syslog (RFC 3164) leaves the year out and some tools leave the
whole date out; `lacks` says so, and the instant then counts from 1972 (a leap year) or from 1970-01-01.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Literal

import msgspec

Lacks = Literal["", "year", "date"]
DAY_MS = 86_400_000
UNKNOWN_YEAR = 1972
"""The year of a stamp that has none: a leap year, so that 29 February parses."""

_EPOCH = date(1970, 1, 1).toordinal()
_MONTHS = {
    m: i
    for i, m in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1)
}
_MONTH = r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_CLOCK = r"(\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?"
_ZONE = r"(?:\s?(Z\b|UTC\b|GMT\b|[+-]\d\d:?\d\d\b))?"
_OPEN = r"(?:<\d{1,3}>(?:1 )?)?[\[(*]?"
_CLOSE = r"[\])]?[:,]?\s*"

_ISO = re.compile(rf"{_OPEN}(\d{{4}})[-/.](\d\d)[-/.](\d\d)(?:[T \t_]+|-){_CLOCK}{_ZONE}{_CLOSE}")
_SYSLOG = re.compile(
    rf"{_OPEN}(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?\s+)?{_MONTH}\s+(\d{{1,2}})(?:,?\s+(\d{{4}}))?\s+{_CLOCK}"
    rf"(?:\s(\d{{4}})\b)?{_ZONE}(?:\s(\d{{4}})\b)?{_CLOSE}"
)
_DAY_FIRST = re.compile(
    rf"{_OPEN}(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?\s+)?"
    rf"(\d{{1,2}})[-/ ]{_MONTH}[-/ ](\d{{4}})[: ]{_CLOCK}{_ZONE}{_CLOSE}"
)
_WEB = re.compile(rf"\[(\d\d)/{_MONTH}/(\d{{4}}):{_CLOCK}{_ZONE}\]")
_HALVES = r"(?:\s?([AaPp])\.?[Mm]\b\.?)?"
_COMPACT = re.compile(
    rf"{_OPEN}(\d{{4}})(\d\d)(\d\d)[T -](\d\d):?(\d\d):?(\d\d)(?:[.,](\d{{1,9}}))?(?!\d){_ZONE}{_CLOSE}"
)
_NUMERIC = re.compile(
    rf"{_OPEN}(\d{{1,2}})([/.-])(\d{{1,2}})\2(\d{{4}}),?[ T]+(\d{{1,2}}):(\d\d):(\d\d)(?:[.,](\d{{1,9}}))?"
    rf"{_HALVES}{_ZONE}{_CLOSE}"
)
_SPELT = re.compile(rf"{_OPEN}{_MONTH} (\d{{1,2}}), (\d{{4}}),? (\d{{1,2}}):(\d\d):(\d\d){_HALVES}{_CLOSE}")
_CHROMIUM = re.compile(r"\[(?:\d+:\d+:)?(\d\d)(\d\d)/(\d\d)(\d\d)(\d\d)(?:\.(\d{1,9}))?:")
_KLOG = re.compile(rf"[IWEFD](\d{{4}})?(\d\d)(\d\d) {_CLOCK}\s+")
_UNIX = re.compile(r"[\[(]?(1\d{9})(?:\.(\d{1,9})|(\d{3}|\d{6}|\d{9}))?[\])]?(?:[:,]\s*|\s+)")
_TIME = re.compile(rf"[\[(]?{_CLOCK}{_ZONE}[\])]?(?:\s+(?:-\s+)?|:\s+)")
_INNER = re.compile(rf"(?<=[\s\"'=\[(])(\d{{4}})[-/](\d\d)[-/](\d\d)[T ]{_CLOCK}{_ZONE}")
_INNER_REACH = 80
_KEPT = 2_000
"""Lines of fewer characters are kept for a while with their stamps."""


class Stamp(msgspec.Struct, frozen=True):
    """A time stamp: `ms` since 1970, `local` without a zone, `rest` the offset after it, `lacks` year or date."""

    ms: int
    local: bool
    rest: int
    lacks: Lacks = ""


@lru_cache(maxsize=4096)
def _day(year: int, month: int, day: int) -> int | None:
    try:
        return (date(year, month, day).toordinal() - _EPOCH) * DAY_MS
    except ValueError:
        return None


def _zone_ms(zone: str | None) -> int:
    if not zone or zone in {"Z", "UTC", "GMT"}:
        return 0
    digits = zone[1:].replace(":", "")
    ms = (int(digits[:2]) * 60 + int(digits[2:])) * 60_000
    return -ms if zone[0] == "-" else ms


def _clock(hour: str, minute: str, second: str, fraction: str | None) -> int | None:
    h, m, s = int(hour), int(minute), int(second)
    if h > 23 or m > 59 or s > 60:
        return None
    return (h * 3600 + m * 60 + s) * 1000 + (int((fraction + "00")[:3]) if fraction else 0)


def _make(day: int | None, clock: int | None, zone: str | None, rest: int, lacks: Lacks = "") -> Stamp | None:
    if day is None or clock is None:
        return None
    return Stamp(day + clock - _zone_ms(zone), zone is None, rest, lacks)


def _iso(line: str) -> Stamp | None:
    m = _ISO.match(line)
    if m is None:
        return None
    y, mo, d, h, mi, s, f, z = m.groups()
    return _make(_day(int(y), int(mo), int(d)), _clock(h, mi, s, f), z, m.end())


def _syslog(line: str) -> Stamp | None:
    m = _SYSLOG.match(line)
    if m is None:
        return None
    mon, d, y1, h, mi, s, f, y2, z, y3 = m.groups()
    year = y1 or y2 or y3
    day = _day(int(year or UNKNOWN_YEAR), _MONTHS[mon.lower()], int(d))
    return _make(day, _clock(h, mi, s, f), z, m.end(), "" if year else "year")


def _day_first(line: str, web: bool = False) -> Stamp | None:
    m = _WEB.search(line, 0, 200) if web else _DAY_FIRST.match(line)
    if m is None:
        return None
    d, mon, y, h, mi, s, f, z = m.groups()
    return _make(_day(int(y), _MONTHS[mon.lower()], int(d)), _clock(h, mi, s, f), z, 0 if web else m.end())


def _klog(line: str) -> Stamp | None:
    m = _KLOG.match(line)
    if m is None:
        return None
    y, mo, d, h, mi, s, f = m.groups()
    return _make(_day(int(y or UNKNOWN_YEAR), int(mo), int(d)), _clock(h, mi, s, f), None, m.end(), "" if y else "year")


def _chromium(line: str) -> Stamp | None:
    m = _CHROMIUM.match(line)
    if m is None:
        return None
    mo, d, h, mi, s, f = m.groups()
    return _make(_day(UNKNOWN_YEAR, int(mo), int(d)), _clock(h, mi, s, f), None, m.end(), "year")


def _compact(line: str) -> Stamp | None:
    m = _COMPACT.match(line)
    if m is None:
        return None
    y, mo, d, h, mi, s, f, z = m.groups()
    return _make(_day(int(y), int(mo), int(d)), _clock(h, mi, s, f), z, m.end())


def _numeric(line: str) -> Stamp | None:
    """Day and month as numbers: with slashes the month comes first (United States) unless it cannot be one."""
    m = _NUMERIC.match(line)
    if m is None:
        return None
    a, sep, b, y, h, mi, s, f, half, z = m.groups()
    mo, d = (a, b) if sep == "/" and int(a) <= 12 else (b, a)
    return _make(_day(int(y), int(mo), int(d)), _clock(_hour(h, half), mi, s, f), z, m.end())


def _spelt(line: str) -> Stamp | None:
    m = _SPELT.match(line)
    if m is None:
        return None
    mon, d, y, h, mi, s, half = m.groups()
    return _make(_day(int(y), _MONTHS[mon.lower()], int(d)), _clock(_hour(h, half), mi, s, None), None, m.end())


def _hour(hour: str, half: str | None) -> str:
    """The hour of 24 from one of 12 with `A` (before noon) or `P`; as it is without."""
    if not half or not 1 <= int(hour) <= 12:
        return hour
    return str(int(hour) % 12 + (12 if half in "Pp" else 0))


def _unix(line: str) -> Stamp | None:
    m = _UNIX.match(line)
    if m is None:
        return None
    seconds, fraction, more = m.groups()
    return Stamp(int(seconds) * 1000 + int(((fraction or more or "") + "000")[:3]), False, m.end())


def _time_only(line: str) -> Stamp | None:
    m = _TIME.match(line)
    if m is None:
        return None
    h, mi, s, f, z = m.groups()
    return _make(0, _clock(h, mi, s, f), z, m.end(), "date")


def _inner(line: str) -> Stamp | None:
    m = _INNER.search(line, 0, _INNER_REACH)
    if m is None:
        return None
    y, mo, d, h, mi, s, f, z = m.groups()
    return _make(_day(int(y), int(mo), int(d)), _clock(h, mi, s, f), z, 0)


def _rarely(line: str) -> Stamp | None:
    """The forms that few programs write."""
    return _numeric(line) or _compact(line) or _chromium(line) or _spelt(line)


def parse(line: str) -> Stamp | None:
    """The time stamp that `line` starts with, or None.

    Known: ISO 8601 and its kin (blank for `T`, slashes as Go and nginx write them, comma decimals, no separators),
    RFC 5424 and RFC 3164 with or without `<pri>`, `date`'s form, day first (`22-Nov-2026`), dates in numbers
    (`11/22/2026 1:00:00 PM`, `22.11.2026`), Java's (`Nov 22, 2026 1:00:00 PM`), the web servers' bracketed stamp
    behind the client's address, klog (`E0810 12:23:57.1`), Chromium's (`[1122/130000.1:`), seconds, milli-, micro-
    and nanoseconds since 1970, a bare time of day, and an ISO stamp behind a level or a key (`time="2024-..."`).
    """
    return _parsed(line) if len(line) < _KEPT else _parse(line)


@lru_cache(maxsize=64)
def _parsed(line: str) -> Stamp | None:
    """As `parse`; the lines about a match are looked at more than once."""
    return _parse(line)


def _parse(line: str) -> Stamp | None:
    if not line:
        return None
    first = line[0]
    if first.isdecimal() or first in "[(<*":
        found = _iso(line) or _unix(line) or _day_first(line) or _syslog(line) or _rarely(line) or _time_only(line)
        if found is not None:
            return found
        return (_day_first(line, web=True) if "[" in line else None) or _inner(line)
    if first.isalpha():
        found = _spelt(line) or _syslog(line) or (_klog(line) if first in "IWEFD" else None)
        found = found or (_day_first(line) if first in "MTWFS" else None)
        if found is not None:
            return found
    return (_day_first(line, web=True) if "/" in line[:200] and "[" in line[:200] else None) or _inner(line)


def from_value(value: object) -> tuple[int, bool] | None:
    """A record's time field as (ms since 1970, local): an ISO text or a number of seconds, ms, us or ns."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return _from_number(float(value))
    return _from_text(value) if isinstance(value, str) else None


@lru_cache(maxsize=64)
def _from_text(value: str) -> tuple[int, bool] | None:
    """As `from_value`, of a text; a record is asked for its time more than once."""
    text = value.strip()
    if text.replace(".", "", 1).isdecimal():
        return _from_number(float(text[:40]))
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        stamp = parse(text + " ")
        if stamp is not None and not stamp.lacks:
            return stamp.ms, stamp.local
        return None
    local = when.tzinfo is None
    aware = when.replace(tzinfo=UTC) if local else when
    return round(aware.timestamp() * 1000), local


def _from_number(number: float) -> tuple[int, bool] | None:
    for low, high, scale in ((1e9, 1e10, 1e3), (1e12, 1e13, 1.0), (1e15, 1e16, 1e-3), (1e18, 1e19, 1e-6)):
        if low <= number < high:
            return round(number * scale), False
    return None
