"""Why a finding was seen or not: its rules, each with its nearest candidates and every condition of theirs."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from diagnose.errors import EngineError
from diagnose.infer.near import THOROUGH, Candidate, Condition, candidate, nearest, told
from diagnose.infer.parts import missing_part, not_collected
from diagnose.infer.program import FindingDef, Negative, Program, Rule
from diagnose.infer.reference import Binding, ReferenceEngine
from diagnose.infer.run import Run, halved, reach
from diagnose.model import Evidence, FindingResult, State

MOST = 3
"""Candidates of a rule that are told."""
WIDE = 64
"""Bindings of a rule that are held against all its conditions, so that one that is held back hides no other."""


class Way(msgspec.Struct, frozen=True):
    """One rule of a finding: whether it fired, and its candidates, nearest first."""

    rule: str
    fired: bool
    candidates: tuple[Candidate, ...]


class FindingTrace(msgspec.Struct, frozen=True):
    """A finding held against evidence: its state and why, its rules, those that came nearest first.

    `observable_by` are the sources that could show it; `lacking` says which of them are not there.
    """

    id: str
    title: str
    state: State
    why: str
    observable_by: tuple[str, ...]
    lacking: str
    ways: tuple[Way, ...]


class Tracer:
    """One incident, run once by the reference engine, of which any finding can be traced."""

    def __init__(self, program: Program, evidence: Evidence) -> None:
        """Where the evidence is too much for the engine, facts are left out as in a run; `truncated` says so."""
        self.truncated: list[str] = []
        self.run = Run(program, evidence, ReferenceEngine())
        while True:
            try:
                self.run.results()
                break
            except EngineError as error:
                evidence, note = halved(evidence, str(error))
                self.truncated.append(note)
                self.run = Run(program, evidence, ReferenceEngine())
        self.truncated += self.run.space.truncated

    def finding(self, name: str, most: int = MOST) -> FindingTrace:
        """The trace of the finding `name`, a finding of the program, with at most `most` candidates a rule."""
        definition = self.run.index.findings[name]
        results = [r for r in self.run.out if r.id == name]
        kept = {d.rule for r in results for d in r.derivation}  # of many derivations only the first are kept
        found = [(rule.id, self._candidates(definition, rule, most)) for rule in definition.rules]
        ways = [Way(rule, rule in kept or candidates[0].met, candidates) for rule, candidates in found]
        return FindingTrace(
            name,
            definition.title,
            results[0].state if results else "unknown",
            _why(results),
            definition.observable_by,
            not_collected(self.run, definition.observable_by),
            tuple(sorted(ways, key=lambda w: (not w.fired, _rank(w.candidates[0])))),
        )

    def nearest(self, name: str) -> str:
        """The nearest miss of a finding in one sentence: what failed first, and by how much.

        Empty when no part of any of its rules was found.
        """
        best = [w.candidates[0] for w in self.finding(name, 1).ways]
        started = [told(c) for c in best if any(p.kind == "part" and p.state == "passed" for p in c.conditions)]
        return max(started)[1] if started else ""

    def _candidates(self, finding: FindingDef, rule: Rule, most: int) -> tuple[Candidate, ...]:
        run = self.run

        def missing(alias: str, alpha: str) -> Condition:
            return missing_part(run, finding, alias, alpha)

        found = [
            candidate(rule, binding, run.memory, run.index, missing, self._unseen)
            for binding in nearest(rule, run.memory, WIDE, THOROUGH)
        ]
        return tuple(sorted(found, key=_rank)[:most])

    def _unseen(self, negative: Negative, binding: Binding) -> str:
        """Which sources are not there that could have shown an absence; empty when one of them is."""
        start, end = reach(binding)
        if not negative.needs or self.run.covered(negative.needs, start, end):
            return ""
        return not_collected(self.run, negative.needs)


def _rank(of: Candidate) -> tuple[int, int, int, int]:
    """The less the nearer."""
    return of.missing, of.apart, of.off_ms, sum(c.state != "passed" for c in of.conditions)


def _why(results: Sequence[FindingResult]) -> str:
    return next((r.why for r in results if r.why), "").partition("; nearest: ")[0]
