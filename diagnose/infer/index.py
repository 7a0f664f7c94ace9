"""A program by what inference looks up in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from diagnose.infer.once import once
from diagnose.infer.program import FINDING, Alpha, FindingDef, Program, Rule


class Index:
    """Alphas by id and by kind, summaries by id, findings and rules by id and by stratum.

    `counted` is what each summary counts, an alpha id; `parts` are the alphas that a rule, by its id, cannot do
    without, `needs` the findings among them.
    """

    def __init__(self, program: Program) -> None:
        self.alphas = {a.id: a for a in program.alphas}
        self.of_kind: dict[str, list[Alpha]] = defaultdict(list)
        for alpha in program.alphas:
            self.of_kind[alpha.kind].append(alpha)
        self.summaries = {s.id: s for s in program.summaries}
        self.counted = {s.id: s.alpha for s in program.summaries}
        self.findings = {f.id: f for f in program.findings}
        self.findings_of: dict[int, list[FindingDef]] = defaultdict(list)
        self.rules: dict[str, Rule] = {}
        self.rules_of: dict[int, list[Rule]] = defaultdict(list)
        self.parts: dict[str, frozenset[str]] = {}
        self.needs: dict[str, tuple[str, ...]] = {}
        for finding in program.findings:
            self.findings_of[max((r.stratum for r in finding.rules), default=0)].append(finding)
            for rule in finding.rules:
                self.rules[rule.id] = rule
                self.rules_of[rule.stratum].append(rule)
                self.parts[rule.id] = frozenset(alpha for _, alpha in rule.positives)
                self.needs[rule.id] = tuple(self._needs(rule))

    def _needs(self, rule: Rule) -> Iterator[str]:
        for _, alpha in rule.positives:
            base = self.alphas.get(self.counted.get(alpha, alpha))
            if base is not None and base.kind.startswith(FINDING):
                yield base.kind.removeprefix(FINDING)


@once
def index_of(program: Program) -> Index:
    """The index of `program`, made at its first use."""
    return Index(program)
