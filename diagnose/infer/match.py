"""What the engines share: atoms, firings, and when one atom may follow another.

An engine joins atoms; it knows nothing of fields, patterns or causes. `Engine.fire` is called once a
stratum, with the atoms that are new since the last call, and gives every complete match of that stratum's
rules. `infer/run.py` drives it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from diagnose.infer.program import Program, Step

FOREVER = 1 << 52
"""Stands for an unknown time: an atom without a time may lie anywhere in [-FOREVER, FOREVER]."""


class Atom(msgspec.Struct, frozen=True, gc=False):
    """One fact, finding or summary as it is joined: it matches `alpha` and carries an entity for each of its keys.

    `n` is its running number in the incident. It starts somewhere in [`lo`, `hi`] and ends somewhere in
    [`end_lo`, `end_hi`] (ms; a bound of 0 makes both ends equal). `facts` and `findings` are what it stands for,
    `note` says of a summary what was counted.
    """

    n: int
    alpha: str
    lo: int
    hi: int
    end_lo: int
    end_hi: int
    keys: dict[str, str]
    clock: str = ""
    facts: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    note: str = ""

    def stands_for(self) -> str:
        """What the atom stands for, as text: atoms of one fact (under two alphas, for two entities) give the same."""
        return " ".join((*self.facts, "|", *self.findings)) if self.facts or self.findings else f"#{self.n}"


class Firing(msgspec.Struct, frozen=True, gc=False, order=True):
    """One complete match: the rule, and the atom number bound to each alias, sorted by alias."""

    rule: str
    binding: tuple[tuple[str, int], ...]


class Engine(Protocol):
    """What both engines offer. One engine object serves one program and many incidents.

    No two aliases of a firing are bound to atoms that stand for the same thing, and the alias that a negative names
    in `before` or `after` does not count for it: "no outage before this outage" is about another outage.
    """

    name: str

    def begin(self, program: Program) -> None:
        """Start an incident. Raises UnsupportedProgramError when this engine cannot run the program safely."""

    def fire(self, stratum: int, new: Sequence[Atom]) -> list[Firing]:
        """Take new atoms and give all firings of the rules of `stratum`, in any order, each once.

        Raises EngineFailedError when the engine fails on this incident.
        """

    def end(self) -> None:
        """Forget the incident."""


MAX_FIRINGS = 20_000
"""Most complete matches of one incident; beyond it an engine stops."""


def can_follow(step: Step, after: Atom, then: Atom) -> bool:
    """Whether `then` can start not before `after` starts and within the step's time after `after` ends.

    "Can" means: for some position of both atoms inside their clocks' bounds.
    """
    if then.hi < after.lo:
        return False
    return step.within is None or then.lo <= after.end_hi + step.within


def can_lie_near(then: Atom, anchor: Atom, *, before: bool, within: int | None) -> bool:
    """Whether an atom of a negative can lie in the window before or after its anchor.

    Before: it starts at most `within` ms before the anchor starts. After: at most `within` ms after the anchor ends,
    and not before the anchor starts.
    """
    if before:
        return then.lo <= anchor.hi and (within is None or then.hi >= anchor.lo - within)
    return then.hi >= anchor.lo and (within is None or then.lo <= anchor.end_hi + within)


def surely_follows(step: Step, after: Atom, then: Atom) -> bool:
    """Whether the step holds wherever both atoms lie inside their bounds, or as measured on the one clock they share.

    Atoms on one clock are exactly ordered whatever that clock is off; only the distance between two clocks is open.
    """
    if after.clock and after.clock == then.clock and after.lo > -FOREVER and then.lo > -FOREVER:
        start, end, follow = _middle(after.lo, after.hi), _middle(after.end_lo, after.end_hi), _middle(then.lo, then.hi)
        return follow >= start and (step.within is None or follow <= end + step.within)
    return then.lo >= after.hi and (step.within is None or then.hi <= after.end_lo + step.within)


def holds_exactly(step: Step, after: Atom, then: Atom) -> bool:
    """The step's last word on a match that an engine found: on one clock the measured times decide.

    Engines use `can_follow`, which widens by each clock's bound even between two atoms of the same clock;
    here that widening is taken back.
    """
    if after.clock and after.clock == then.clock and after.lo > -FOREVER and then.lo > -FOREVER:
        return surely_follows(step, after, then)
    return can_follow(step, after, then)


def _middle(low: int, high: int) -> int:
    return (low + high) // 2
