"""Remedies ranked by what they save: the chance that they end the trouble, against what they cost.

Ordering repairs by P/C is optimal for a single fault with independent repairs (Heckerman, Breese and Rommelse,
1995). Risk is priced in minutes, or else a cheap restart that drops calls would always come first.
"""

from __future__ import annotations

from collections.abc import Sequence

from diagnose.infer.program import Program
from diagnose.model import CauseResult, Cost, RemedyResult

RISK_MINUTES = {"low": 0, "medium": 15, "high": 60}
IRREVERSIBLE_MINUTES = 30
DROPPED_CALLS_MINUTES = 45
OVERHEAD_MINUTES = 15
"""What doing anything at all costs: deciding, announcing, checking."""
WORTH_TRYING = 0.04
MOST = 8


def price(cost: Cost) -> float:
    """Minutes of work with risk, irreversibility and dropped calls priced in minutes (engineering judgement)."""
    return (
        cost.minutes
        + OVERHEAD_MINUTES
        + RISK_MINUTES.get(cost.risk, 0)
        + (0 if cost.reversible else IRREVERSIBLE_MINUTES)
        + (DROPPED_CALLS_MINUTES if cost.drops_calls else 0)
    )


def rank_remedies(program: Program, causes: Sequence[CauseResult]) -> tuple[RemedyResult, ...]:
    """Remedies that probably end the trouble, those that save most first; at most eight."""
    probability = {c.id: c.probability for c in causes}
    fixes: dict[str, list[tuple[float, str]]] = {}
    for cause in program.causes:
        for fix in cause.remedies:
            fixes.setdefault(fix.remedy, []).append((fix.p * probability.get(cause.id, 0.0), cause.id))
    out = []
    for remedy in program.remedies:
        shares = sorted(fixes.get(remedy.id, ()), reverse=True)
        p = min(1.0, sum(share for share, _ in shares))
        if p < WORTH_TRYING:
            continue
        out.append(
            RemedyResult(
                remedy.id,
                remedy.title,
                remedy.kind,
                p,
                remedy.cost,
                remedy.steps,
                remedy.where,
                remedy.breaks,
                remedy.rollback,
                remedy.verify,
                tuple(cause for share, cause in shares if share >= 0.01),
                60 * p / price(remedy.cost),
            )
        )
    return tuple(sorted(out, key=lambda r: (-r.saves, r.id))[:MOST])
