"""Whose clock is off, and by how much: sources that saw the same events of the same calls are compared.

No time is ever corrected in silence. Where shared events show that two clocks differ, the bound of one of them is
widened by the difference, a warning says what was seen and what to do, and where the cloud, whose clock is the better
one, shows that another clock is off, that is a fact of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from statistics import median

import msgspec

from diagnose.model import Draft, Place, SourceReport

CLOUD_KINDS = frozenset({"analytics", "events", "edge.api", "trunk.api", "bot.api"})
"""Sources that the cloud writes: they cannot know what an Edge did while it was cut off."""
API_BOUND_MS = 1_000
"""How far a clock of the cloud may be off when nothing is known of it."""
LOG_BOUND_MS = 2_000
"""How far any other clock may be off when nothing is known of it."""
ANCHORS = 2
"""So many shared events are needed to say anything of two clocks."""
STEADY_MS = 5_000
"""Half the spread of the differences above which the shared events are no anchors: they are not the same events."""
SKEWED_MS = 30_000
"""A clock that is this far off is a fault of its own: tokens and signatures are refused, time stamps mislead."""
READER = "timeline"
_ZONE_STEP_MS = 900_000
"""All time zones are multiples of a quarter of an hour."""

Seen = Mapping[tuple[str, str, str], Draft]


class Offset(msgspec.Struct, frozen=True):
    """The clock `other` is `ms` ahead of the clock `good` (behind where negative), to within `spread` ms.

    `anchors` shared events show it, `first` being the first of them on the clock that is off.
    """

    other: str
    good: str
    ms: int
    spread: int
    anchors: int
    first: Draft

    @property
    def zone_like(self) -> bool:
        """Whether the difference looks like one of time zones: whole quarters of an hour."""
        off = abs(self.ms) % _ZONE_STEP_MS
        return min(off, _ZONE_STEP_MS - off) <= STEADY_MS and abs(self.ms) >= _ZONE_STEP_MS - STEADY_MS


def clocks(drafts: Iterable[Draft], sources: Iterable[SourceReport]) -> dict[str, str]:
    """The clock of each path: what its report names, else the path itself."""
    named = {s.path: s.clock for s in reversed(list(sources)) if s.clock}
    return {d.place.path: named.get(d.place.path) or d.place.path for d in drafts}


def offsets(drafts: Sequence[Draft], clock_of: Mapping[str, str]) -> tuple[dict[str, int], list[Offset]]:
    """How far each clock may be off (ms) by itself, and the differences beyond that which shared events show."""
    kinds: dict[str, set[str]] = {}
    for d in drafts:
        kinds.setdefault(clock_of[d.place.path], set()).add(d.source)
    base = {c: API_BOUND_MS if found & CLOUD_KINDS else LOG_BOUND_MS for c, found in kinds.items()}
    seen = _firsts(drafts, clock_of)
    found = []
    for one, two in combinations(sorted(kinds), 2):
        # the cloud's clock is the better one: the other is said to be off
        good, other = (two, one) if kinds[two] & CLOUD_KINDS and not kinds[one] & CLOUD_KINDS else (one, two)
        offset = _offset(good, other, seen)
        if offset is not None and offset.spread <= STEADY_MS and abs(offset.ms) > base[good] + base[other]:
            found.append(offset)
    return base, found


def _offset(good: str, other: str, seen: Mapping[str, Seen]) -> Offset | None:
    shared = sorted(seen[other].keys() & seen[good].keys())
    if len(shared) < ANCHORS:
        return None
    gaps = [_at(seen[other][key]) - _at(seen[good][key]) for key in shared]
    first = min((seen[other][key] for key in shared), key=_at)
    return Offset(other, good, round(median(gaps)), (max(gaps) - min(gaps)) // 2, len(shared), first)


def _at(draft: Draft) -> int:
    at = draft.end if draft.end is not None else draft.start
    return at if at is not None else 0


def _firsts(drafts: Sequence[Draft], clock_of: Mapping[str, str]) -> dict[str, dict[tuple[str, str, str], Draft]]:
    """Per clock and (kind, entity key, id) the first time: the same event of one call as seen by that clock."""
    seen: dict[str, dict[tuple[str, str, str], Draft]] = {}
    for d in drafts:
        own = seen.setdefault(clock_of[d.place.path], {})
        if d.start is None and d.end is None:
            continue
        key = next((k for k in ("session", "conversation") if d.entities.get(k)), None)
        if key is not None:
            name = (d.kind, key, d.entities[key])
            if name not in own or _at(d) < _at(own[name]):
                own[name] = d
    return seen


def bounds(drafts: Sequence[Draft], clock_of: Mapping[str, str]) -> tuple[dict[str, int], list[str], list[Draft]]:
    """How far each clock may be off (ms), a warning for each clock that differs, and facts of clocks that are wrong."""
    base, found = offsets(drafts, clock_of)
    bound = dict(base)
    for offset in found:
        bound[offset.other] = max(bound[offset.other], base[offset.other] + abs(offset.ms) + offset.spread)
    cloud = {clock_of[d.place.path] for d in drafts if d.source in CLOUD_KINDS}
    skewed = [_skew(o) for o in found if o.good in cloud and o.other not in cloud and _wrong(o)]
    return bound, [_warning(o, drafts, clock_of) for o in found], skewed


def _wrong(offset: Offset) -> bool:
    return abs(offset.ms) >= SKEWED_MS and not offset.zone_like


def _skew(offset: Offset) -> Draft:
    """The fact that a clock is off, at the place of the first event that shows it."""
    first = offset.first
    keys = {k: v for k, v in first.entities.items() if k in {"edge", "host", "node"}}
    place = Place(first.place.path, first.place.line, first.place.pointer, first.place.excerpt)
    fields = {"offset_ms": offset.ms, "state": "off"}
    return Draft("clock.offset", first.source, place, fields, keys, first.start, first.end, signal=READER)


def _warning(offset: Offset, drafts: Sequence[Draft], clock_of: Mapping[str, str]) -> str:
    other, good = (
        next(d.place.path for d in drafts if clock_of[d.place.path] == c) for c in (offset.other, offset.good)
    )
    way = "ahead of" if offset.ms > 0 else "behind"
    zoned = "looks like a time zone error, try --tz"
    guess = zoned if offset.zone_like else "one of the two clocks is off, compare both with NTP"
    seconds = f"{round(abs(offset.ms) / 1000):,}".replace(",", " ")
    return f"{other} is about {seconds} s {way} {good} ({offset.anchors} shared events): {guess}"
