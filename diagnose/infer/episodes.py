"""Instances of a finding, merged into episodes and put into a result.

One match of a rule is an instance. Instances about the same entity that lie close in time are one episode, so a
reset that repeats 700 times is one finding, while an outage in the morning and one at night stay two.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from diagnose.infer.program import FindingDef
from diagnose.model import Derivation, FindingResult, Span

MAX_DERIVATIONS = 20
"""Derivations kept a finding instance; the facts of all are kept."""


class Instance(msgspec.Struct):
    """One match: whom it is about, from when to when (UTC ms) on which clock, on which facts it rests."""

    about: dict[str, str]
    start: int | None
    end: int | None
    clock: str
    bound: int
    facts: tuple[str, ...]
    derivations: list[Derivation]


def episodes(members: Sequence[Instance], settle: int) -> list[Instance]:
    """Instances about one entity, merged where they lie within `settle` ms; those without a time join the first."""
    timed = sorted((m for m in members if m.start is not None), key=lambda m: (m.start or 0, m.end or 0))
    timeless = [m for m in members if m.start is None]
    out: list[Instance] = []
    for member in timed:
        last = out[-1] if out else None
        if last is not None and (member.start or 0) - (last.end or 0) <= settle:
            _absorb(last, member)
        else:
            out.append(msgspec.structs.replace(member, derivations=list(member.derivations)))
    for member in timeless:
        if out:
            _absorb(out[0], member)
        else:
            out.append(msgspec.structs.replace(member, derivations=list(member.derivations)))
    return out


def _absorb(into: Instance, other: Instance) -> None:
    if other.end is not None:
        into.end = max(into.end or other.end, other.end)
        into.clock = into.clock if into.clock == other.clock else ""
    into.bound = max(into.bound, other.bound)
    into.facts = unique((*into.facts, *other.facts))
    into.derivations.extend(other.derivations)


def report(finding: FindingDef, about: dict[str, str], merged: Sequence[Instance]) -> FindingResult:
    """The result of a finding that was seen, from all its episodes about one entity."""
    starts = [e.start for e in merged if e.start is not None]
    ends = [e.end for e in merged if e.end is not None]
    clocks = {e.clock for e in merged}
    at = None
    if starts and ends:
        clock = clocks.pop() if len(clocks) == 1 else ""
        at = Span(min(starts), max(ends), clock, max(e.bound for e in merged))
    derivations = sorted({d for e in merged for d in e.derivations})
    return FindingResult(
        finding.id,
        finding.title,
        "seen",
        about,
        at,
        tuple(derivations[:MAX_DERIVATIONS]),
        unique(f for e in merged for f in e.facts),
    )


def unique(items: Iterable[str]) -> tuple[str, ...]:
    """`items` without repeats, in order."""
    return tuple(dict.fromkeys(items))
