"""From facts to findings: drives an engine stratum by stratum and says of every finding whether it was seen.

    facts -> atoms -> [summaries -> engine -> firings -> instances -> atoms] per stratum -> results

Both engines go through here, so what a firing concludes, what is unknown and how it is explained does not
depend on the engine.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from diagnose.errors import EngineError
from diagnose.infer.atoms import ANY, AtomSpace
from diagnose.infer.episodes import Instance, episodes, report, unique
from diagnose.infer.index import index_of
from diagnose.infer.match import Atom, Engine, Firing, holds_exactly, surely_follows
from diagnose.infer.near import nearest_miss
from diagnose.infer.program import FINDING, FindingDef, Program, Rule, Summary
from diagnose.infer.reference import Memory, ReferenceEngine
from diagnose.model import Derivation, Evidence, Fact, FindingResult, Span, State


class Inference(msgspec.Struct, frozen=True):
    """What the engine found: every finding with its state, which engine ran, what caps left out, what clashes."""

    findings: tuple[FindingResult, ...]
    engine: str
    truncated: tuple[str, ...] = ()
    contradictions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def run(program: Program, evidence: Evidence, engine: Engine) -> Inference:
    """Findings of `evidence` by `engine`.

    When the engine refuses the program or fails, the reference engine does the work, and the label says so.
    """
    try:
        return Run(program, evidence, engine).results()
    except EngineError as error:
        if isinstance(engine, ReferenceEngine):
            return _partial(program, evidence, str(error))
        result = run(program, evidence, ReferenceEngine())
        label = f"reference (after {engine.name} failed)"
        return msgspec.structs.replace(result, engine=label, warnings=(*result.warnings, str(error)))


def _partial(program: Program, evidence: Evidence, why: str) -> Inference:
    """Too much even for the reference engine: half of the facts, and a word on it."""
    smaller, note = halved(evidence, why)
    result = run(program, smaller, ReferenceEngine())
    return msgspec.structs.replace(result, truncated=(*result.truncated, note))


def halved(evidence: Evidence, why: str) -> tuple[Evidence, str]:
    """The evidence with the first and the last quarter of its facts, and a sentence that says so and why."""
    quarter = max(1, len(evidence.facts) // 4)
    kept = (*evidence.facts[:quarter], *evidence.facts[-quarter:])
    note = f"{why}; the first and last {quarter} of {len(evidence.facts)} facts were used"
    return msgspec.structs.replace(evidence, facts=kept), note


class Run:
    """One incident on its way through one engine.

    What is known of it stays: after `results` a trace asks for `memory` (the atoms that rules could join), `space`,
    `facts`, `out` (the findings, in the order of the strata) and what was `watching`.
    """

    def __init__(self, program: Program, evidence: Evidence, engine: Engine) -> None:
        self.program = program
        self.evidence = evidence
        self.engine = engine
        self.space = AtomSpace(program, evidence.facts)
        self.facts: Mapping[str, Fact] = {f.id: f for f in evidence.facts}
        self.index = index_of(program)
        self.memory = Memory()
        self.denied = self.space.denials(evidence.facts)
        self.answers = _answers(evidence.facts)
        self.unobservable: dict[str, str] = {}
        self.states: dict[str, State] = {}
        self.times: list[int] = []
        self.watching: set[str] = set()
        self.out: list[FindingResult] = []
        self.contradictions: list[str] = []

    def results(self) -> Inference:
        """Run all strata; once a run. Raises EngineError when the engine refuses or fails."""
        self.engine.begin(self.program)
        try:
            new = self.space.add_facts(self.evidence.facts)
            matched = {f for a in new for f in a.facts}
            self.times = [f.at.start for f in self.evidence.facts if f.id in matched and f.at.start is not None]
            self.watching = {kind for kind in self.evidence.coverage if self._watched(kind)}
            for stratum in range(self.program.strata):
                new += self.space.add_summaries(self._summaries(stratum))
                self.memory.add(new)
                firings = sorted(self.engine.fire(stratum, new))
                new = self._conclude(stratum, firings)
        finally:
            self.engine.end()
        return Inference(
            tuple(sorted(self.out, key=lambda r: (r.id, sorted(r.about.items())))),
            self.engine.name,
            tuple(self.space.truncated),
            tuple(self.contradictions),
        )

    def _summaries(self, stratum: int) -> list[Summary]:
        """Summaries whose atoms are complete now: those of facts first, those of findings right after their stratum."""
        finished = {f.id for f in self.index.findings_of.get(stratum - 1, ())}
        out = []
        for summary in self.program.summaries:
            kind = self.index.alphas[summary.alpha].kind
            if kind.removeprefix(FINDING) in finished if kind.startswith(FINDING) else stratum == 0:
                out.append(summary)
        return out

    def _conclude(self, stratum: int, firings: Iterable[Firing]) -> list[Atom]:
        instances: dict[str, list[Instance]] = defaultdict(list)
        for firing in firings:
            rule = self.index.rules[firing.rule]
            atoms = {alias: self.space.atoms[n] for alias, n in firing.binding}
            if all(holds_exactly(s, atoms[s.after], atoms[s.then]) for s in rule.steps):
                instance = self._instance(rule, atoms)
                if instance is not None:
                    instances[rule.finding].append(instance)
        new: list[Atom] = []
        for finding in sorted(self.index.findings_of.get(stratum, ()), key=lambda f: f.id):
            new += self._settle(finding, instances.get(finding.id, []))
        return new

    def _instance(self, rule: Rule, atoms: Mapping[str, Atom]) -> Instance | None:
        bound = [_span(a) for a in atoms.values()]
        start, end = reach(atoms)
        for negative in rule.negatives:
            if negative.needs and not self.covered(negative.needs, start, end):
                self.unobservable[rule.finding] = f"an absence could not be seen: no {' or '.join(negative.needs)}"
                return None
        clocks = {s.clock for s in bound if s.start is not None}
        tolerant = any(not surely_follows(s, atoms[s.after], atoms[s.then]) for s in rule.steps)
        derivation = Derivation(
            rule.id,
            unique(f for a in atoms.values() if not a.findings for f in a.facts),
            unique(f for a in atoms.values() for f in a.findings),
            tolerant,
            "; ".join(a.note for a in atoms.values() if a.note),
        )
        return Instance(
            self._about(rule, atoms),
            start,
            end,
            clocks.pop() if len(clocks) == 1 else "",
            max((s.bound for s in bound), default=0),
            unique(f for a in atoms.values() for f in a.facts),
            [derivation],
        )

    def _about(self, rule: Rule, atoms: Mapping[str, Atom]) -> dict[str, str]:
        about = {}
        for key in self.index.findings[rule.finding].about:
            values = [a.keys[key] for a in atoms.values() if a.keys.get(key, ANY) != ANY]
            if not values:
                ids = [f for a in atoms.values() for f in a.facts]
                values = [v for i in ids if (v := self.facts[i].entities.get(key)) is not None]
            if values:
                about[key] = values[0]
        return about

    def _settle(self, finding: FindingDef, instances: Sequence[Instance]) -> list[Atom]:
        """Merge the instances of one finding, report it, and give its atoms for the strata above."""
        answer = self.answers.get(finding.id)
        if not instances and answer is not None and answer[0] == "seen":
            fact = self.facts[answer[1]]
            derivation = Derivation("answer", (fact.id,))
            at = fact.at
            instances = [Instance({}, at.start, at.end, at.clock, at.bound, (fact.id,), [derivation])]
        if not instances:
            self._not_found(finding, answer)
            return []
        self.states[finding.id] = "seen"
        self._note_clash(finding, answer)
        groups: dict[tuple[tuple[str, str], ...], list[Instance]] = defaultdict(list)
        for instance in instances:
            groups[tuple(sorted(instance.about.items()))].append(instance)
        new: list[Atom] = []
        for about, members in sorted(groups.items()):
            merged = episodes(members, finding.settle)
            name = finding.id + ("@" + ",".join(f"{k}={v}" for k, v in about) if about else "")
            result = report(finding, dict(about), merged)
            self.out.append(result)
            for episode in merged:
                at = Span(episode.start, episode.end, episode.clock, episode.bound)
                new += self.space.add_finding(result, name, episode.facts, at)
        return new

    def _not_found(self, finding: FindingDef, answer: tuple[str, str] | None) -> None:
        state, why, facts = self._absence(finding, answer)
        self.states[finding.id] = state
        near = () if finding.id in self.unobservable else finding.rules
        misses = [
            nearest_miss(rule, self.memory, self.index) for rule in near if self.memory.has(self.index.parts[rule.id])
        ]
        note = f"{why}; nearest: {max(misses)[1]}" if misses else why
        self.out.append(FindingResult(finding.id, finding.title, state, facts=facts, why=note))

    def _absence(self, finding: FindingDef, answer: tuple[str, str] | None) -> tuple[State, str, tuple[str, ...]]:
        """Not seen or unknown, in one sentence, and the facts that say so."""
        if finding.id in self.unobservable:
            return "unknown", self.unobservable[finding.id], ()
        facts = self._denied(finding)
        if facts:
            return "not_seen", f"denied by {', '.join(facts)}", facts
        if answer is not None and answer[0] == "not_seen":
            return "not_seen", "answered so", (answer[1],)
        kinds = [k for k in finding.observable_by if k in self.watching]
        if kinds:
            return "not_seen", f"{' and '.join(kinds)} would have shown it", ()
        part = self._missing_part(finding)
        if part:
            return "not_seen", f"{part} was not seen", ()
        if finding.observable_by:
            return "unknown", f"no {' or '.join(finding.observable_by)} that covers the time", ()
        return "unknown", "only a person or a log line that says so can show it", ()

    def _denied(self, finding: FindingDef) -> tuple[str, ...]:
        """Facts that deny a part of one of its rules."""
        if not self.denied:
            return ()
        parts = [self.index.counted.get(alpha, alpha) for rule in finding.rules for _, alpha in rule.positives]
        return unique(f for alpha in parts for f in self.denied.get(alpha, ()))

    def _missing_part(self, finding: FindingDef) -> str:
        """A finding that every rule of `finding` needs and that is known not to be there."""
        parts = []
        for rule in finding.rules:
            absent = [f for f in self.index.needs[rule.id] if self.states.get(f) == "not_seen"]
            if not absent:
                return ""
            parts.append(absent[0])
        return " and ".join(unique(parts))

    def _note_clash(self, finding: FindingDef, answer: tuple[str, str] | None) -> None:
        against = self._denied(finding)
        if against:
            self.contradictions.append(f"{finding.title}: seen, yet {', '.join(against)} says the opposite")
        if answer is not None and answer[0] == "not_seen":
            self.contradictions.append(f"{finding.title}: the evidence shows it, the answer {answer[1]} denies it")

    def covered(self, kinds: Iterable[str], start: int | None, end: int | None) -> bool:
        """Whether one of the source kinds was collected and alive from `start` to `end`; any time when that is None."""
        for kind in kinds:
            for low, high in self.evidence.coverage.get(kind, ()):
                if start is None or end is None or ((low is None or low <= start) and (high is None or end <= high)):
                    return True
        return False

    def _watched(self, kind: str) -> bool:
        """Whether a source of this kind was collected and alive for most of what is known to have happened.

        A source that was cut off then (the cloud, while the Edge is on its own) cannot tell what did not happen.
        """
        spans = self.evidence.coverage.get(kind, ())
        if not spans or not self.times:
            return bool(spans)
        inside = sum(any((a is None or a <= t) and (b is None or t <= b) for a, b in spans) for t in self.times)
        return 2 * inside >= len(self.times)


def reach(atoms: Mapping[str, Atom]) -> tuple[int | None, int | None]:
    """From when to when, in UTC ms, what is bound to the aliases of a rule lasted; None where no time is known."""
    spans = [_span(a) for a in atoms.values()]
    starts = [s.start for s in spans if s.start is not None]
    ends = [s.end for s in spans if s.end is not None]
    return (min(starts), max(ends)) if starts and ends else (None, None)


def _span(atom: Atom) -> Span:
    if atom.lo <= -(1 << 51):
        return Span()
    bound = (atom.hi - atom.lo) // 2
    return Span(atom.lo + bound, atom.end_hi - bound, atom.clock, bound)


def _answers(facts: Iterable[Fact]) -> dict[str, tuple[str, str]]:
    out = {}
    for fact in facts:
        if fact.kind == "answer":
            out[str(fact.fields.get("finding", ""))] = (str(fact.fields.get("state", "unknown")), fact.id)
    return out
