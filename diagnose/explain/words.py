"""Small words of reports: counts, shares, times, rhythms, wrapped lines."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from statistics import median

import msgspec

from diagnose.model import Fact, Place

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
HALF = 42
"""Characters that the places of one line may take."""
MOST_OF = 0.7
"""Share of a finding's facts that must be of one kind for their number to be the finding's."""
LEVELS = frozenset({"edge.state", "edge.resource", "telemetry", "media.quality", "media.flow", "condition", "scope"})
STEADY = 0.3
"""How far, as a share of the median, most gaps may be off it to be called a rhythm."""


def count(n: int, noun: str) -> str:
    """`1 file`, `14 212 lines`: thousands are set apart by a space."""
    return f"{n:,}".replace(",", " ") + f" {noun}" + ("" if n == 1 else "s")


def percent(p: float) -> str:
    """A probability in whole percents; below one with one decimal place; never a false 0 or 100."""
    if p >= 0.995:
        return "over 99 %"
    if p < 0.0005:
        return "under 0.1 %"
    return f"{p:.1%}".replace("%", " %") if p < 0.01 else f"{p:.0%}".replace("%", " %")


def clock_time(ms: int, *, dated: bool = False) -> str:
    """`09:13:41` in UTC, with `dated` as `03-17 09:13:41`."""
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%m-%d %H:%M:%S" if dated else "%H:%M:%S")


def day(ms: int) -> str:
    """The UTC date as `2026-03-17`."""
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d")


def length(ms: float) -> str:
    """A length of time as one would say it: `350 ms`, `2 s`, `4 min`, `1.5 h`."""
    for unit, name in ((HOUR, "h"), (MINUTE, "min"), (SECOND, "s")):
        if ms >= unit:
            return f"{ms / unit:.1f}".removesuffix(".0") + f" {name}"
    return f"{ms:.0f} ms"


def rhythm(facts: Sequence[Fact]) -> str:
    """How often the event behind these facts came: `every 2 s, 47 times`, `3 times in 2 min`; empty for under three.

    Facts of several kinds or sources are not counted together: one of them must make up most of the facts. Kinds that
    tell how things stand, and not that something happened, are not counted at all.
    """
    groups = [(f.kind, f.polarity, f.source.path) for f in facts]
    if not groups:
        return ""
    top = max(dict.fromkeys(groups), key=groups.count)
    kinds = [kind for kind, _, _ in groups]
    if top[0] in LEVELS or kinds.count(top[0]) < MOST_OF * len(facts):
        return ""
    chosen = [f for f in facts if (f.kind, f.polarity, f.source.path) == top]
    times = sorted({f.at.start for f in chosen if f.at.start is not None})
    if len(times) < 3:
        return ""
    gaps = [b - a for a, b in pairwise(times)]
    middle = median(gaps)
    steady = sum(abs(g - middle) <= STEADY * middle for g in gaps) >= 0.8 * len(gaps)
    if steady and len(times) > 3:
        return f"every {length(_even(middle))}, {len(chosen)} times"
    return f"{len(chosen)} times in {length(times[-1] - times[0])}"


def _even(ms: float) -> float:
    """The nearest whole second, where a tenth of it is not missed."""
    whole = round(ms / SECOND) * SECOND
    return whole if abs(ms - whole) <= 0.1 * whole else ms


def places(facts: Sequence[Fact], root: str = "") -> str:
    """Where facts were read: `edge.log:140`, `ticket.txt:4, :11`, `conversation.json /participants/1`.

    Two places where both fit in half a line, else the first; the lines of one file share its name. A leading `root` is
    left out of paths.
    """
    seen: list[Place] = []
    for fact in facts:
        place = msgspec.structs.replace(fact.source, path=fact.source.path.removeprefix(root))
        if not any((p.path, p.line, p.pointer) == (place.path, place.line, place.pointer) for p in seen):
            seen.append(place)
    if not seen:
        return ""
    first, rest = seen[0], seen[1:]
    other = next((p for p in rest if p.path != first.path), None)
    if other is not None:
        both = f"{first.label()}, {other.label()}"
    elif rest and first.line is not None and rest[0].line is not None and not first.pointer and not rest[0].pointer:
        both = f"{first.label()}, :{rest[0].line}"
    else:
        both = first.label()
    return both if len(both) <= HALF else first.label()


def wrap(text: str, width: int, first: str = "", rest: str | None = None) -> list[str]:
    """`text` in lines of at most `width`, the first led by `first`, the others by `rest` (blanks of its length)."""
    lead = " " * len(first) if rest is None else rest
    lines = textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=lead, break_on_hyphens=False, break_long_words=True
    )
    return lines or [first.rstrip()]


def with_right(lines: list[str], right: str, width: int, indent: int) -> list[str]:
    """`right` set flush right on the last of `lines` where it fits, else on a line of its own after `indent` blanks."""
    if not right:
        return lines
    last = lines[-1]
    if len(last) + 2 + len(right) <= width:
        return [*lines[:-1], last + right.rjust(width - len(last))]
    if indent + len(right) <= width:
        return [*lines, right.rjust(width)]
    return [*lines, *(" " * indent + part for part in textwrap.wrap(right, width - indent, break_on_hyphens=False))]


def lower_first(text: str) -> str:
    """`text` with a small first letter, unless it begins with an abbreviation or a name in capitals."""
    head = text.split(" ", 1)[0]
    return text if len(head) > 1 and any(c.isupper() for c in head[1:]) else text[:1].lower() + text[1:]
