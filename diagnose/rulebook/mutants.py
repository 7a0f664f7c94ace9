"""Mutants: evidence of a test spoilt in one place, which the test must notice.

Only what an expected finding rests on is touched: such facts are dropped, a counted fact happens once, the later
part of a timed step comes too late, a joined entity becomes another one, a source whose silence counted is taken away.
A mutant that a test does not notice survives: the test would pass even if the rule did not ask for this.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

import msgspec

from diagnose.infer.program import FindingDef, Program, Rule
from diagnose.model import Derivation, Diagnosis, Evidence, Fact
from diagnose.rulebook.coverage import percent
from diagnose.rulebook.testcase import TestCase

OTHER = "another-one"
"""The entity that a joined one is changed to."""
LATE_MS = 1_000
"""How much later than allowed a shifted fact comes, beyond what the clocks may be off."""


class Mutant(msgspec.Struct, frozen=True):
    """Spoilt evidence: what was done to it, in words."""

    what: str
    evidence: Evidence


class Verdict(msgspec.Struct, frozen=True):
    """What became of all mutants: how many were made, and those that no expectation noticed as (test, what)."""

    made: int
    survivors: tuple[tuple[str, str], ...]

    @property
    def killed(self) -> float:
        """The share of mutants that a test noticed, 0 to 1."""
        return 1 - len(self.survivors) / self.made if self.made else 1.0

    def lines(self) -> Iterator[str]:
        """What to print."""
        yield f"mutants   {self.made - len(self.survivors)} of {self.made} killed ({percent(self.killed)})"
        yield from (f"  survived: {test}: {what}" for test, what in self.survivors)


def hunt(
    program: Program,
    ran: Iterable[tuple[TestCase, Evidence, Diagnosis]],
    notices: Callable[[TestCase, Evidence], bool],
) -> Verdict:
    """Make the mutants of tests that passed, and see by `notices` whether the test fails on them."""
    made, survivors = 0, []
    for case, evidence, diagnosis in ran:
        for mutant in mutants(program, case, evidence, diagnosis):
            made += 1
            if not notices(case, mutant.evidence):
                survivors.append((f"{case.path}:{case.line} {case.name}", mutant.what))
    return Verdict(made, tuple(survivors))


def mutants(program: Program, case: TestCase, evidence: Evidence, diagnosis: Diagnosis) -> Iterator[Mutant]:
    """The mutants of one test, each once; a finding that came about by several rules is redundant and left alone."""
    defs = {f.id: f for f in program.findings}
    kinds = {a.id: a.kind for a in program.alphas} | {
        s.id: next(a.kind for a in program.alphas if a.id == s.alpha) for s in program.summaries
    }
    done: set[tuple[str, frozenset[str]]] = set()
    for result in diagnosis.findings:
        if result.id not in case.expect.findings or len({d.rule for d in result.derivation}) != 1:
            continue
        rule = _rule(defs[result.id], result.derivation[0])
        groups = _groups([f for f in evidence.facts if f.id in result.facts])
        counted = _counted(rule, program)
        spoilt = [*_dropped(groups), *_once(groups, counted), *_timed(rule, groups, kinds), *_joined(rule, groups)]
        for what, facts, change in spoilt:
            key = (what, frozenset(facts))
            if key not in done:
                done.add(key)
                yield Mutant(what, _changed(evidence, facts, change))
        for negative in rule.negatives if rule else ():
            if negative.needs:
                yield Mutant(f"without {' and '.join(negative.needs)}", _blind(evidence, negative.needs))


Change = Callable[[Fact], Fact | None]
Spoilt = tuple[str, Collection[str], Change]


def _rule(finding: FindingDef, derivation: Derivation) -> Rule | None:
    return next((r for r in finding.rules if r.id == derivation.rule), None)


def _groups(facts: Iterable[Fact]) -> list[list[Fact]]:
    """Facts of one kind together: they play one part in a finding, and one of them alone may be spare."""
    groups: dict[str, list[Fact]] = {}
    for fact in facts:
        groups.setdefault(fact.kind, []).append(fact)
    return list(groups.values())


def _name(facts: list[Fact]) -> str:
    words = ", ".join(f"{k} {v}" for k, v in facts[0].fields.items())
    return f"{facts[0].kind} ({words})" if words else facts[0].kind


def _dropped(groups: Iterable[list[Fact]]) -> Iterator[Spoilt]:
    for facts in groups:
        yield f"without {_name(facts)}", [f.id for f in facts], lambda _: None


def _counted(rule: Rule | None, program: Program) -> set[str]:
    """The kinds of facts of which the rule counts several, or whose rhythm it looks for."""
    summed = {s.id: s.alpha for s in program.summaries}
    kinds = {a.id: a.kind for a in program.alphas}
    return {kinds[summed[alpha]] for _, alpha in (rule.positives if rule else ()) if alpha in summed}


def _once(groups: Iterable[list[Fact]], counted: Collection[str]) -> Iterator[Spoilt]:
    for facts in groups:
        if len(facts) > 1 and facts[0].kind in counted:
            yield f"only one {_name(facts)}", [f.id for f in facts[1:]], lambda _: None


def _timed(rule: Rule | None, groups: Iterable[list[Fact]], kinds: Mapping[str, str]) -> Iterator[Spoilt]:
    """The later part of each timed step, beyond its window."""
    if rule is None:
        return
    alpha_of = dict(rule.positives)
    for step in rule.steps:
        if step.within is None:
            continue
        kind = kinds[alpha_of[step.then]]
        if kind == kinds[alpha_of[step.after]]:
            continue
        for facts in groups:
            if facts[0].kind == kind and facts[0].at.start is not None:
                by = step.within + LATE_MS + sum(f.at.bound for f in facts[:2]) * 2 + _length(groups)
                yield f"{_name(facts)} {step.within / 1000:g} s too late", [f.id for f in facts], _later(by)


def _length(groups: Iterable[list[Fact]]) -> int:
    """How long all of it lasts, in ms: shifted by that, a part surely comes after the rest."""
    times = [t for facts in groups for f in facts for t in (f.at.start, f.at.end) if t is not None]
    return max(times) - min(times) if times else 0


def _later(ms: int) -> Change:
    def change(fact: Fact) -> Fact:
        at = fact.at
        end = None if at.end is None else at.end + ms
        start = None if at.start is None else at.start + ms
        return msgspec.structs.replace(fact, at=msgspec.structs.replace(at, start=start, end=end))

    return change


def _joined(rule: Rule | None, groups: Iterable[list[Fact]]) -> Iterator[Spoilt]:
    """One of the joined parts of another entity."""
    for join in rule.joins if rule else ():
        if len(join.aliases) < 2:
            continue
        for facts in groups:
            if join.key in facts[0].entities:
                yield f"{_name(facts)} of another {join.key}", [f.id for f in facts], _moved(join.key)
                break


def _moved(key: str) -> Change:
    return lambda fact: msgspec.structs.replace(fact, entities={**fact.entities, key: OTHER})


def _changed(evidence: Evidence, ids: Collection[str], change: Change) -> Evidence:
    facts = [change(f) if f.id in ids else f for f in evidence.facts]
    kept = sorted((f for f in facts if f is not None), key=lambda f: (f.at.start is None, f.at.start or 0))
    return msgspec.structs.replace(evidence, facts=tuple(kept))


def _blind(evidence: Evidence, kinds: Collection[str]) -> Evidence:
    coverage = {kind: spans for kind, spans in evidence.coverage.items() if kind not in kinds}
    return msgspec.structs.replace(evidence, coverage=coverage)
