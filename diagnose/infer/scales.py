"""What every finding weighs on every cause, worked out once for a program: a diagnosis only adds up.

Weights are in nats: log(p / background) for a finding seen, log((1 - p) / (1 - background)) for one not seen, each
at most `CAP` either way.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache

import msgspec

from diagnose.infer.once import once
from diagnose.infer.program import CauseDef, Link, Program

CAP = 4.0
"""Most nats that one finding may add: a factor of 55."""
FLOOR = 0.001
DEFAULT_BACKGROUND = 0.05


class LinkScale(msgspec.Struct, frozen=True, gc=False):
    """One finding on one cause: `tells` is how far it moves the cause on average, whichever way it comes out.

    `group` is the name under which it counts once, `most` the most that one of its group tells.
    """

    link: Link
    group: str
    seen: float
    not_seen: float
    tells: float
    most: float = 0.0


class CauseScale(msgspec.Struct, frozen=True):
    """All findings on one cause, by how much they tell; `total` is the most that one of each group tells, in all."""

    cause: CauseDef
    links: tuple[LinkScale, ...]
    total: float


class Scales:
    """The scales of a program: per cause, `on` per finding by cause with the chances (`rates`), and the backgrounds."""

    def __init__(self, program: Program) -> None:
        self.background = {f.id: f.background for f in program.findings}
        self.causes = tuple(_cause_scale(cause, self.background) for cause in program.causes)
        self.on: dict[str, dict[str, LinkScale]] = {}
        for scale in self.causes:
            for link in scale.links:
                self.on.setdefault(link.link.finding, {})[scale.cause.id] = link
        self.rates = {finding: {c: s.link.p for c, s in by.items()} for finding, by in self.on.items()}


@once
def scales_of(program: Program) -> Scales:
    """The scales of `program`, worked out at its first use."""
    return Scales(program)


@lru_cache(maxsize=4096)
def nats(p: float, background: float) -> tuple[float, float, float]:
    """What a finding adds to a cause when seen and when not seen, and how far it moves it on average, in nats.

    `p` is its chance under the cause. Few pairs occur in a rulebook, so they are kept.
    """
    likely, common = (min(1 - FLOOR, max(FLOOR, share)) for share in (p, background))
    seen = max(-CAP, min(CAP, math.log(likely / common)))
    not_seen = max(-CAP, min(CAP, math.log((1 - likely) / (1 - common))))
    return seen, not_seen, p * abs(seen) + (1 - p) * abs(not_seen)


def _cause_scale(cause: CauseDef, background: Mapping[str, float]) -> CauseScale:
    links = {link.finding: _link_scale(link, background.get(link.finding, DEFAULT_BACKGROUND)) for link in cause.links}
    groups: dict[str, float] = {}
    for scale in links.values():
        groups[scale.group] = max(groups.get(scale.group, 0.0), scale.tells)
    telling = sorted(links.values(), key=lambda scale: (-scale.tells, scale.link.finding))
    whole = tuple(msgspec.structs.replace(scale, most=groups[scale.group]) for scale in telling)
    return CauseScale(cause, whole, sum(groups.values()))


def _link_scale(link: Link, background: float) -> LinkScale:
    return LinkScale(link, link.group or link.finding, *nats(link.p, background))
