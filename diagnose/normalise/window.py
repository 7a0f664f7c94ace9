"""`--at` and `--window`: only what happened around an instant counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, tzinfo

import msgspec

from diagnose.errors import UsageError
from diagnose.model import Draft

DEFAULT_MS = 30 * 60_000
"""Half the width of the window when only its middle is given."""
_UNITS = {"s": 1_000, "m": 60_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
_SPAN = re.compile(r"(\d+(?:\.\d+)?) ?(s|m|min|h|d)")


class Window(msgspec.Struct, frozen=True):
    """What counts: from `start` to `end`, UTC ms."""

    start: int
    end: int

    def shown(self) -> str:
        """`2026-03-17 13:33:00 to 14:33:00 UTC`."""
        first, last = (datetime.fromtimestamp(ms / 1000, UTC) for ms in (self.start, self.end))
        same = first.date() == last.date()
        return f"{first:%Y-%m-%d %H:%M:%S} to {last:{'%H:%M:%S' if same else '%Y-%m-%d %H:%M:%S'}} UTC"

    def holds(self, start: int | None, end: int | None, bound: int) -> bool:
        """Whether something may lie in it, its clock being off by `bound`; open ends reach on, no time is inside."""
        return (start is None or start - bound <= self.end) and (end is None or end + bound >= self.start)


def span(text: str) -> int:
    """A length of time such as `90s`, `30m`, `2h`, `1d` in ms. Raises UsageError."""
    found = _SPAN.fullmatch(text.strip())
    if found is None or float(found[1]) == 0:
        raise UsageError(f"--window {text}: no length of time; give one such as 90s, 30m, 2h or 1d")
    return round(float(found[1]) * _UNITS[found[2]])


def window(at: str | None, width: str | None, where: tzinfo, drafts: Sequence[Draft]) -> Window | None:
    """The window around the instant `at`, `width` to each side (30 minutes when left out); None without either.

    An instant without a zone is in `where`; one without a date is on the one day that the drafts lie on. Raises
    UsageError when it is no instant, when the day is not clear, or for a width without an instant.
    """
    if at is None:
        if width is not None:
            raise UsageError(f"--window {width}: around which instant? Give it with --at")
        return None
    middle = _instant(at, where, drafts)
    half = DEFAULT_MS if width is None else span(width)
    return Window(middle - half, middle + half)


def _instant(text: str, where: tzinfo, drafts: Sequence[Draft]) -> int:
    try:
        if re.fullmatch(r"\d{1,2}:\d\d(?::\d\d)?", text):
            clock = time.fromisoformat(text if text[2:3] == ":" else f"0{text}")
            at = datetime.combine(_day(text, where, drafts), clock)
        else:
            at = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--at {text}: no instant; give one such as 2026-03-17T14:05:21Z or 14:05") from None
    if at.tzinfo is None:
        at = at.replace(tzinfo=where)
    return round(at.timestamp() * 1000)


def _day(text: str, where: tzinfo, drafts: Sequence[Draft]) -> date:
    days = sorted({datetime.fromtimestamp(d.start / 1000, where).date() for d in drafts if d.start is not None})
    if len(days) != 1:
        shown = "no time is known" if not days else f"the evidence lies between {days[0]} and {days[-1]}"
        raise UsageError(f"--at {text}: on which day? {shown}; give the date too, as 2026-03-17T{text}")
    return days[0]


def narrow(drafts: Sequence[Draft], inside: Window, bound_of: dict[str, int]) -> tuple[list[Draft], list[str]]:
    """The drafts that may lie in the window, and a sentence on those left out; `bound_of` goes by path."""
    kept = [d for d in drafts if inside.holds(d.start, d.end, bound_of.get(d.place.path, 0) + d.bound)]
    gone = len(drafts) - len(kept)
    if not gone:
        return kept, []
    return kept, [f"{gone} {'fact' if gone == 1 else 'facts'} outside {inside.shown()} left out (--at, --window)"]
