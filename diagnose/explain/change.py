"""Two diagnoses of one incident, by two rulebooks: whether the verdict changed, and what made it change."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from diagnose.model import CauseResult, Diagnosis

BASE_RATE = "base rate"
"""What stands for the prior of a cause among the reasons of a change."""
LEAST = 0.05
"""Nats below which nothing is called a reason."""
ABSENT = "no such finding"


class Standing(msgspec.Struct, frozen=True):
    """What one rulebook says: the first cause with its probability, the verdict, whether the label agrees (if any)."""

    cause: str
    probability: float
    verdict: str
    right: bool | None = None


class Reason(msgspec.Struct, frozen=True):
    """A finding that moved the odds by `nats` towards the cause that leads now (negative: away from it).

    `before` and `after` are its states; where they are equal its weights changed. A finding that rules a cause
    out, or no longer does, has no nats, and `after` says so.
    """

    finding: str
    before: str
    after: str
    nats: float | None


class Change(msgspec.Struct, frozen=True):
    """One incident before and after: `rival` is whom the leading cause is compared with; strongest reasons first."""

    incident: str
    before: Standing
    after: Standing
    rival: str = ""
    reasons: tuple[Reason, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether another cause leads, or the verdict is another."""
        return (self.before.cause, self.before.verdict) != (self.after.cause, self.after.verdict)


def standing(diagnosis: Diagnosis, right: bool | None = None) -> Standing:
    """The first cause and the verdict of a diagnosis."""
    first = diagnosis.causes[0] if diagnosis.causes else None
    return Standing(first.id if first else "", first.probability if first else 0.0, diagnosis.verdict, right)


def change(
    old: Diagnosis,
    new: Diagnosis,
    priors: tuple[Mapping[str, float], Mapping[str, float]] = ({}, {}),
    right: tuple[bool | None, bool | None] = (None, None),
) -> Change:
    """What changed from `old` to `new`. `priors` are the logs of the base rates, by cause, of both rulebooks."""
    before, after = standing(old, right[0]), standing(new, right[1])
    lead, rival = after.cause, before.cause
    if lead == rival:
        others = [c.id for c in new.causes if c.id != lead]
        rival = others[0] if others else ""
    reasons = _reasons(old, new, priors, lead, rival) if lead else []
    return Change(new.incident, before, after, rival, tuple(reasons))


def _reasons(
    old: Diagnosis, new: Diagnosis, priors: tuple[Mapping[str, float], Mapping[str, float]], lead: str, rival: str
) -> list[Reason]:
    sides = []
    for diagnosis, prior in zip((old, new), priors, strict=True):
        by_id = {c.id: c for c in diagnosis.causes}
        towards = _weights(by_id.get(lead), prior.get(lead))
        for finding, nats in _weights(by_id.get(rival), prior.get(rival)).items():
            towards[finding] = towards.get(finding, 0.0) - nats
        sides.append((towards, _states(diagnosis), by_id))
    (was, states_was, old_causes), (now, states_now, new_causes) = sides
    out = [
        Reason(f, _state(f, states_was), _state(f, states_now), now.get(f, 0.0) - was.get(f, 0.0))
        for f in was.keys() | now.keys()
        if abs(now.get(f, 0.0) - was.get(f, 0.0)) >= LEAST
    ]
    out.sort(key=lambda r: (-abs(r.nats or 0.0), r.finding))
    return [*_ruled_out(old_causes, new_causes, (lead, rival)), *out]


def _ruled_out(old: Mapping[str, CauseResult], new: Mapping[str, CauseResult], causes: tuple[str, str]) -> list[Reason]:
    out = []
    for cause in causes:
        was = old[cause].excluded_by if cause in old else None
        now = new[cause].excluded_by if cause in new else None
        if was != now:
            out.append(
                Reason(now or was or "", "", f"rules out {cause}" if now else f"no longer rules out {cause}", None)
            )
    return out


def _weights(cause: CauseResult | None, prior: float | None) -> dict[str, float]:
    weights = {} if prior is None else {BASE_RATE: prior}
    for weight in (*cause.for_, *cause.against) if cause is not None else ():
        weights[weight.finding] = weight.weight
    return weights


def _states(diagnosis: Diagnosis) -> dict[str, str]:
    states: dict[str, str] = {}
    for finding in diagnosis.findings:
        if states.get(finding.id) != "seen":
            states[finding.id] = finding.state
    return states


def _state(finding: str, states: Mapping[str, str]) -> str:
    return "" if finding == BASE_RATE else states.get(finding, ABSENT).replace("_", " ")
