"""Why no atom takes a part of a rule: which fact or finding comes nearest, and what it lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from diagnose.infer.near import SHOWN_FACTS, Condition, describe, describe_test, seconds
from diagnose.infer.program import FINDING, Alpha, FindingDef, Summary
from diagnose.infer.run import Run
from diagnose.model import Fact
from diagnose.where import Test, holds

MOST_TESTS = 3
"""Failed tests of one fact that are told."""


def missing_part(run: Run, finding: FindingDef, alias: str, alpha_id: str) -> Condition:
    """The condition of the part `alias` of a rule of `finding`, for which `run` made no atom."""
    summary = run.index.summaries.get(alpha_id)
    alpha = run.index.alphas[summary.alpha if summary is not None else alpha_id]
    what = f"{alias}: {describe(run.index, alpha_id)}"
    taken = run.memory.candidates(alpha_id, ())
    if taken:
        facts = tuple(f for a in taken for f in a.facts)[:SHOWN_FACTS]
        return Condition(
            "part", what, "failed", "what fits it stands for another part already; one more is needed", facts
        )
    if summary is not None:
        counted = _counted(run, summary)
        if counted is not None:
            return Condition("part", what, "failed", *counted)
    if alpha.kind.startswith(FINDING):
        return _finding(run, alpha, what)
    return _fact(run, finding, alpha, what)


def _counted(run: Run, summary: Summary) -> tuple[str, tuple[str, ...]] | None:
    """How many there are of what a summary counts, and their facts; None when there is not even one."""
    groups = [(run.space.most(summary, atoms), keys, atoms) for keys, atoms in run.space.groups(summary)]
    if not groups:
        return None
    most, keys, atoms = max(groups, key=lambda g: g[0])
    about = "".join(f", {key} {value}" for key, value in keys.items() if value != "*")
    facts = tuple(dict.fromkeys(f for a in atoms for f in a.facts))[:SHOWN_FACTS]
    if summary.kind != "count":
        return f"{len(atoms)} of them{about}, and no such rhythm", facts
    what = f" different {summary.distinct}" if summary.distinct else " times"
    inside = f" within {seconds(summary.within)}" if summary.within is not None else ""
    over = summary.at_most is not None and most > summary.at_most
    need = f"allowed {summary.at_most} at most" if over else f"needed {summary.at_least}"
    return f"{most}{what}{inside}{about}, {need}", facts


def _finding(run: Run, alpha: Alpha, what: str) -> Condition:
    name = alpha.kind.removeprefix(FINDING)
    results = [r for r in run.out if r.id == name]
    seen = [r for r in results if r.state == "seen"]
    if seen:
        about = ", ".join(f"{k} {v}" for r in seen for k, v in r.about.items()) or "nothing"
        return Condition("part", what, "failed", f"it was seen, but about {about}", seen[0].facts[:SHOWN_FACTS])
    if not results:
        return Condition("part", what, "unknown", "no rule for it ran")
    state: Literal["failed", "unknown"] = "failed" if results[0].state == "not_seen" else "unknown"
    word = "not seen" if state == "failed" else "unknown"
    return Condition("part", what, state, f"{word}: {results[0].why}", results[0].facts[:SHOWN_FACTS])


def _fact(run: Run, finding: FindingDef, alpha: Alpha, what: str) -> Condition:
    facts = [f for f in run.facts.values() if f.kind == alpha.kind]
    scored = sorted(((_score(alpha, f), n, f) for n, f in enumerate(facts)), key=lambda s: s[:2])
    if not scored:
        return _none(run, finding, alpha, what)
    best = scored[0][2]
    failed = _failed(alpha, best)
    words = [_found(t, _fields(best)) for t in failed[:MOST_TESTS]]
    if best.polarity != alpha.polarity:
        words.insert(0, f"{best.id} denies it" if best.polarity == "denied" else f"{best.id} asserts it")
    alike = tuple(f.id for score, _, f in scored if score == scored[0][0])
    number = f"{len(facts)} {alpha.kind}, none fits; the nearest: " if len(facts) > 1 else ""
    return Condition("part", what, "failed", number + "; ".join(words or ["left out by a limit"]), alike[:SHOWN_FACTS])


def _none(run: Run, finding: FindingDef, alpha: Alpha, what: str) -> Condition:
    """There is no fact of the kind at all: not seen where a source was watching, else unknown."""
    sources = finding.observable_by
    watching = [s for s in sources if s in run.watching]
    if watching:
        return Condition(
            "part", what, "failed", f"no {alpha.kind} in the evidence, and {' and '.join(watching)} is there"
        )
    why = f"no {alpha.kind} in the evidence"
    return Condition("part", what, "unknown", f"{why}; {not_collected(run, sources)}" if sources else why)


def not_collected(run: Run, sources: Sequence[str]) -> str:
    """Which of `sources` are not there or do not cover the time, in words."""
    some = [s for s in sources if run.evidence.coverage.get(s)]
    none = [s for s in sources if s not in some]
    parts = [f"not collected: {', '.join(none)}"] if none else []
    return "; ".join([*parts, *([f"does not cover the time: {', '.join(some)}"] if some else [])])


def _score(alpha: Alpha, fact: Fact) -> tuple[bool, int]:
    return fact.polarity != alpha.polarity, len(_failed(alpha, fact))


def _fields(fact: Fact) -> dict[str, Any]:
    return {**fact.entities, **fact.fields, "source": fact.source_kind}


def _failed(alpha: Alpha, fact: Fact) -> list[Test]:
    fields = _fields(fact)
    return [t for t in alpha.where if not holds(t, fields)]


def _found(test: Test, fields: Mapping[str, Any]) -> str:
    """A test that failed: what was asked, what is there."""
    value = fields.get(test.field)
    return f"{test.field} is {value if value is not None else 'not there'}, asked {describe_test(test)}"
