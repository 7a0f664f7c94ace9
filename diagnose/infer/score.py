"""From findings to ranked causes: weights of evidence over mutually exclusive causes and "none of these".

For each finding seen a cause gets log(p / background), for each not seen log((1 - p) / (1 - background)),
capped at `CAP` nats; unknown moves nothing, and neither does a finding to which the cause has no link.
Findings of one group, and findings that rest on the same facts, count once, by the strongest. This is naive
Bayes written as weights, which on 683 public cases ranked as well as certainty factors and was calibrated
ten times better; see "weight of evidence" in the glossary. Published constants, `SHARPEN`, `SHARPEN_WATCHED` and
`DOUBT`, turn the sums into probabilities that are as often right as they say.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from diagnose.infer.program import FindingDef, Program
from diagnose.infer.scales import CAP, DEFAULT_BACKGROUND, FLOOR, CauseScale, LinkScale, scales_of
from diagnose.infer.words import FINDING as LIKENESS
from diagnose.model import Band, CauseResult, FindingResult, State, Verdict, Weight

SHARPEN = 1.2
"""Power to which the odds are raised: background rates that people write down are too high. Of powers from 1 to 2
this one had a calibration error of 0.05 on 772 labelled tickets and excerpts, the words learned without them."""
SHARPEN_WATCHED = 2.7
"""The same where a source was watching: records agree with each other more often than the rules expect. On 221 labelled
incidents with records the calibration error falls from 0.08 (power 1.7) to 0.05."""
DOUBT = 0.005
"""Share of the probability that is spread evenly over all causes: a rulebook is never certain."""
ESTABLISHED = (0.85, 0.3, 0.6)
"""Probability, margin to the second and coverage that the band `established` asks for."""
LIKELY = 0.6
INSUFFICIENT = "unknown.insufficient_evidence"
MISSING = 6
"""Unknown findings that a cause names, the most telling ones."""


class Seen(dict[str, tuple[State, tuple[str, ...]]]):
    """Per finding id: its state, and all facts that any of its instances rests on, in their order."""

    def __init__(self) -> None:
        super().__init__()
        self._sets: dict[str, frozenset[str]] = {}

    @classmethod
    def of(cls, findings: Iterable[FindingResult]) -> Seen:
        """From the results of a run."""
        out = cls()
        for result in findings:
            state, facts = out.get(result.id, ("unknown", ()))
            if result.state == "seen" or state != "seen":
                state = result.state
            out[result.id] = (state, (*facts, *result.facts))
        for finding, (state, facts) in out.items():
            out[finding] = (state, tuple(sorted(set(facts), key=_natural)))
        return out

    def rests_on(self, finding: str) -> frozenset[str]:
        """The facts of a finding as a set, kept, since every cause that links to it asks for them."""
        facts = self._sets.get(finding)
        if facts is None:
            facts = self._sets[finding] = frozenset(self[finding][1])
        return facts

    def state(self, finding: str) -> State:
        """`unknown` for a finding that was not reported."""
        return self.get(finding, ("unknown", ()))[0]


def rank(
    program: Program,
    findings: Sequence[FindingResult],
    *,
    watched: bool = True,
    told: Mapping[str, Weight] | None = None,
) -> tuple[tuple[CauseResult, ...], float]:
    """All causes, best first, and the probability of none of these. Ties go by id.

    `told` are the weights of words (`infer/words.py`), which count where their finding is seen.

    Without a source that `watched` (only a ticket, excerpts, answers) no cause gets further than `likely`: what
    somebody tells may be all true and still leave out what matters.
    """
    seen = Seen.of(findings)
    scales = scales_of(program)
    known = {f: state for f, (state, _) in seen.items() if state != "unknown"}
    met: dict[str, list[LinkScale]] = {c.id: [] for c in program.causes}
    for finding in known:
        for cause_id, link in scales.on.get(finding, {}).items():
            met[cause_id].append(link)
    weights = {cause: _weights(links, seen) for cause, links in met.items()}
    excluded = {c.id: f for c in program.causes for f in reversed(c.rules_out) if known.get(f) == "seen"}
    power = SHARPEN_WATCHED if watched else SHARPEN
    if told and known.get(LIKENESS) == "seen":
        for cause_id in weights.keys() & told.keys():
            weights[cause_id] = sorted([*weights[cause_id], told[cause_id]], key=lambda w: (-abs(w.weight), w.finding))
    scores = _scores(program, weights, {})
    posterior, none = _normalise(_scores(program, weights, excluded), program.prior_none, power)
    order = sorted(scales.causes, key=lambda s: (-posterior.get(s.cause.id, 0.0), -scores[s.cause.id], s.cause.id))
    best = [posterior.get(s.cause.id, 0.0) for s in order[:2]]
    results = []
    for index, scale in enumerate(order):
        cause = scale.cause
        p = posterior.get(cause.id, 0.0)
        rival = max([none, *best[1:]]) if index == 0 else max(none, best[0])
        coverage, missing = _coverage(scale, met[cause.id], known)
        results.append(
            CauseResult(
                cause.id,
                cause.short or cause.title,
                p,
                _band(p, p - rival, coverage if watched else 0.0, cause.id in excluded),
                coverage,
                tuple(w for w in weights[cause.id] if w.weight > 0),
                tuple(w for w in weights[cause.id] if w.weight < 0),
                missing,
                excluded.get(cause.id),
                cause.upstream_of,
                cause.definition,
            )
        )
    return tuple(results), none


def verdict(causes: Sequence[CauseResult], none: float) -> Verdict:
    """The verdict that the ranking allows."""
    if not causes or causes[0].id == INSUFFICIENT or none >= causes[0].probability:
        return "inconclusive"
    if causes[0].band in ("established", "likely"):
        return causes[0].band
    return "inconclusive"


def together(program: Program, findings: Sequence[FindingResult], causes: Sequence[CauseResult]) -> str:
    """A sentence when the best cause leaves a strong finding unexplained and a second one beside it explains it.

    Strong: the background is at most 3 %. The pair is weighed by noisy-OR.
    """
    if not causes:
        return ""
    defs = {f.id: f for f in program.findings}
    by_id = {c.id: c for c in program.causes}
    seen = [f for f, (state, _) in Seen.of(findings).items() if state == "seen" and f in defs]
    best = by_id[causes[0].id]
    linked = {link.finding: link.p for link in best.links}
    odd = [f for f in seen if defs[f].background <= 0.03 and linked.get(f, defs[f].background) <= defs[f].background]
    for other in causes[1:6]:
        second = {link.finding: link.p for link in by_id[other.id].links}
        explained = [f for f in odd if second.get(f, 0.0) >= 0.5]
        if explained and _pair_gain(defs, seen, linked, second) + math.log(by_id[other.id].prior) > 0:
            titles = "; ".join(defs[f].title for f in explained)
            return f"{causes[0].title} leaves unexplained: {titles}. Together with {other.title} all is explained"
    return ""


def _pair_gain(
    defs: Mapping[str, FindingDef], seen: Iterable[str], first: Mapping[str, float], second: Mapping[str, float]
) -> float:
    gain = 0.0
    for finding in seen:
        b = max(FLOOR, defs[finding].background)
        alone = max(b, first.get(finding, b))
        both = 1 - (1 - alone) * (1 - second.get(finding, 0.0))
        gain += min(CAP, math.log(both / alone))
    return gain


def _weights(met: Iterable[LinkScale], seen: Seen) -> list[Weight]:
    """The weights that count, strongest first: one a group, and none that rests on the facts of a stronger one."""
    raw = []
    for scale in met:
        nats = scale.seen if seen[scale.link.finding][0] == "seen" else scale.not_seen
        if nats:
            raw.append((-abs(nats), scale.link.finding, nats, scale.link))
    kept: list[Weight] = []
    groups: set[str] = set()
    rests_on: list[frozenset[str]] = []
    for _, finding, nats, link in sorted(raw):
        if link.group in groups:
            continue
        state, facts = seen[finding]
        if facts and state == "seen":
            on = seen.rests_on(finding)
            if any(on <= other or other <= on for other in rests_on):
                continue
            rests_on.append(on)
        kept.append(Weight(finding, nats, facts, state, link.origin))
        if link.group is not None:
            groups.add(link.group)
    return kept


def _scores(program: Program, weights: Mapping[str, Iterable[Weight]], excluded: Mapping[str, str]) -> dict[str, float]:
    """Log of the prior and all weights of every cause that is not excluded."""
    kept = (c for c in program.causes if c.id not in excluded)
    return {c.id: math.log(c.prior) + sum(w.weight for w in weights[c.id]) for c in kept}


def _normalise(scores: Mapping[str, float], prior_none: float, power: float) -> tuple[dict[str, float], float]:
    nothing = math.log(prior_none)
    top = max([*scores.values(), nothing])
    odds = {c: math.exp(power * (s - top)) for c, s in scores.items()}
    left = math.exp(power * (nothing - top))
    share, even = (1 - DOUBT) / (sum(odds.values()) + left), DOUBT / (len(odds) + 1)
    return {c: share * o + even for c, o in odds.items()}, share * left + even


def _coverage(scale: CauseScale, met: Iterable[LinkScale], known: Mapping[str, State]) -> tuple[float, tuple[str, ...]]:
    """Share of the evidence that could move this cause and is known; the unknown findings, most telling first."""
    share = sum({link.group: link.most for link in met}.values()) / (scale.total or 1.0)
    telling = (link.link.finding for link in scale.links)
    return share, tuple(itertools.islice((f for f in telling if f not in known), MISSING))


def _band(p: float, margin: float, coverage: float, excluded: bool) -> Band:
    if excluded:
        return "ruled out"
    if p >= ESTABLISHED[0] and margin >= ESTABLISHED[1] and coverage >= ESTABLISHED[2]:
        return "established"
    return "likely" if p >= LIKELY else "possible"


def _natural(fact_id: str) -> tuple[int, str]:
    digits = "".join(ch for ch in fact_id if ch.isdigit())
    return (int(digits) if digits else 0, fact_id)


def separating(program: Program, finding: str, among: Sequence[str]) -> tuple[str, str] | None:
    """The two of the causes `among` that a finding tells apart best, the one it speaks for first; None when none."""
    scales = scales_of(program)
    background = scales.background.get(finding, DEFAULT_BACKGROUND)
    linked = scales.rates.get(finding, {})
    known = {s.cause.id for s in scales.causes}
    rates = {c: linked.get(c, background) for c in among if c in known}
    pairs = [(abs(math.log(max(FLOOR, rates[a]) / max(FLOOR, rates[b]))), a, b) for a, b in combinations(rates, 2)]
    if not pairs or max(pairs)[0] == 0:
        return None
    _, a, b = max(pairs, key=lambda t: t[0])
    return (a, b) if rates[a] >= rates[b] else (b, a)
