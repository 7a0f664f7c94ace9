"""What the tests of rules reach: findings in each of their states, steps kept and missed, causes that won and lost.

A finding is *seen* where a test expects it, a *near miss* where a test expects it not to be seen, and *unknown*
where some test leaves it so. A cause *wins* where a test expects it first; it *loses to* a rival where a test expects
the rival first and the cause is among the first `IN_PLAY` there. Rivals are the causes that its evidence tells
it apart from least. Shares are never rounded up.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from diagnose.infer.program import CauseDef, Program
from diagnose.model import Diagnosis
from diagnose.rulebook.testcase import TestCase

IN_PLAY = 5
"""How far down the ranking a cause may stand and still count as one that had a chance."""
RIVALS = 2
"""Nearest rivals of a cause that it must have lost to in some test."""


class Coverage(msgspec.Struct, frozen=True):
    """What is reached and what is not; each list of names is sorted, each total counts what could be reached."""

    findings: int
    unseen: tuple[str, ...]
    without_near_miss: tuple[str, ...]
    never_unknown: tuple[str, ...]
    steps: int
    steps_never_met: tuple[str, ...]
    causes: int
    never_won: tuple[str, ...]
    never_lost: tuple[tuple[str, str], ...]

    @property
    def share(self) -> float:
        """The share of all that could be reached that is, 0 to 1."""
        possible = 3 * self.findings + self.steps + self.causes * (1 + RIVALS)
        missed = len(self.unseen) + len(self.without_near_miss) + len(self.never_unknown)
        missed += len(self.steps_never_met) + len(self.never_won) + len(self.never_lost)
        return 1 - missed / possible if possible else 1.0

    def lines(self) -> Iterator[str]:
        """What to print: a line for each count, then what is missing."""
        yield f"findings  {_of(self.findings - len(self.unseen), self.findings)} seen"
        yield f"          {_of(self.findings - len(self.without_near_miss), self.findings)} with a near miss"
        yield f"          {_of(self.findings - len(self.never_unknown), self.findings)} unknown in some test"
        yield f"steps     {_of(self.steps - len(self.steps_never_met), self.steps)} met"
        yield f"causes    {_of(self.causes - len(self.never_won), self.causes)} won"
        pairs = self.causes * RIVALS
        yield f"          {_of(pairs - len(self.never_lost), pairs)} lost to a nearest rival"
        for what, names in (
            ("never seen", self.unseen),
            ("without a near miss", self.without_near_miss),
            ("never unknown", self.never_unknown),
            ("step never met", self.steps_never_met),
            ("never won", self.never_won),
            ("never lost to", tuple(f"{cause} to {rival}" for cause, rival in self.never_lost)),
        ):
            yield from (f"  {what}: {name}" for name in names)


def percent(share: float) -> str:
    """A share as a percentage with one digit, rounded down: 99.96 % is not 100 %."""
    return f"{math.floor(share * 1000) / 10:.1f} %"


def _of(reached: int, possible: int) -> str:
    return f"{reached} of {possible} ({percent(reached / possible if possible else 1.0)})"


def measure(program: Program, ran: Iterable[tuple[TestCase, Diagnosis]]) -> Coverage:
    """Coverage of `program` by tests that ran, each with the diagnosis it led to."""
    seen: set[str] = set()
    near: set[str] = set()
    unknown: set[str] = set()
    fired: set[str] = set()
    won: set[str] = set()
    lost: set[tuple[str, str]] = set()
    for case, diagnosis in ran:
        expect = case.expect
        near.update(expect.not_findings, expect.why_not)
        for finding in diagnosis.findings:
            if finding.state == "seen":
                fired.update(d.rule for d in finding.derivation)
                if finding.id in expect.findings:
                    seen.add(finding.id)
            elif finding.state == "unknown":
                unknown.add(finding.id)
        if expect.cause is not None:
            won.add(expect.cause.is_)
            in_play = [*(c.id for c in diagnosis.causes[:IN_PLAY]), *expect.not_causes]
            lost.update((cause, expect.cause.is_) for cause in in_play)
    findings = {f.id for f in program.findings}
    steps = {r.id for f in program.findings for r in f.rules if r.steps}
    causes = {c.id for c in program.causes}
    pairs = {(cause, rival) for cause, rivals in nearest_rivals(program).items() for rival in rivals}
    return Coverage(
        len(findings), _missing(findings, seen), _missing(findings, near), _missing(findings, unknown),
        len(steps), _missing(steps, fired),
        len(causes), _missing(causes, won), tuple(sorted(pairs - lost)),
    )  # fmt: skip


def _missing(wanted: set[str], reached: set[str]) -> tuple[str, ...]:
    return tuple(sorted(wanted - reached))


def nearest_rivals(program: Program) -> dict[str, tuple[str, ...]]:
    """Per cause the `RIVALS` causes that its findings tell it apart from least, nearest first."""
    background = {f.id: f.background for f in program.findings}
    rates = {c.id: {link.finding: link.p for link in c.links} for c in program.causes}
    return {cause.id: _nearest(cause, program.causes, rates, background) for cause in program.causes}


def _nearest(
    cause: CauseDef,
    causes: Sequence[CauseDef],
    rates: Mapping[str, Mapping[str, float]],
    background: Mapping[str, float],
) -> tuple[str, ...]:
    """The likeness of two causes is the cosine of what their findings say, each in nats over the background."""
    own = _says(rates[cause.id], background)
    scored = []
    for other in causes:
        if other.id != cause.id:
            theirs = _says(rates[other.id], background)
            dot = sum(own[f] * theirs[f] for f in own.keys() & theirs.keys())
            scored.append((-dot / (_length(own) * _length(theirs) or 1), other.id))
    return tuple(name for _, name in sorted(scored)[:RIVALS])


def _says(rates: Mapping[str, float], background: Mapping[str, float]) -> dict[str, float]:
    """What makes a cause more likely, in nats."""
    return {
        f: gain
        for f, p in rates.items()
        if f in background and (gain := math.log(max(p, 0.001) / max(background[f], 0.001))) > 0
    }


def _length(values: Mapping[str, float]) -> float:
    return math.sqrt(sum(v * v for v in values.values()))
