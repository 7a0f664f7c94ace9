"""A third engine, on CLIPS: it shares no code with the other two, so that they cannot be wrong together.

It is written from what `diagnose.infer.match` and `diagnose.infer.program` say a rule means. A token fact comes
last, as every rule waits for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import clips

from diagnose.infer.match import Atom, Firing
from diagnose.infer.program import Negative, Program, Rule, Step


class ClipsEngine:
    """`match.Engine` on CLIPS, one environment a stratum."""

    name = "clips"

    def begin(self, program: Program) -> None:
        """Start an incident of `program`."""
        self._rules: dict[int, list[Rule]] = defaultdict(list)
        for finding in program.findings:
            for rule in finding.rules:
                self._rules[rule.stratum].append(rule)
        self._atoms: list[Atom] = []

    def fire(self, stratum: int, new: Sequence[Atom]) -> list[Firing]:
        """All firings of the rules of `stratum` over every atom so far."""
        self._atoms += new
        rules = self._rules[stratum]
        keys = sorted({k for a in self._atoms for k in a.keys})
        environment = clips.Environment()
        fired: list[Firing] = []

        def record(number: int, *atoms: int) -> None:
            rule = rules[number]
            aliases = [alias for alias, _ in rule.positives]
            fired.append(Firing(rule.id, tuple(sorted(zip(aliases, map(int, atoms), strict=True)))))

        environment.define_function(record, "record")
        slots = "".join(f"(slot key-{k})" for k in keys)
        environment.build(
            f"(deftemplate atom (slot n) (slot who) (slot alpha) (slot lo) (slot hi) (slot end-hi) {slots})"
        )
        environment.build("(deftemplate token (slot name))")
        for i, rule in enumerate(rules):
            text = _rule(i, rule, keys)
            if text:
                environment.build(text)
        template = environment.find_template("atom")
        for a in self._atoms:
            entities = {f"key-{k}": a.keys.get(k, "nothing") for k in keys}
            template.assert_fact(
                n=a.n, who=a.stands_for(), alpha=a.alpha, lo=a.lo, hi=a.hi, **{"end-hi": a.end_hi}, **entities
            )
        environment.find_template("token").assert_fact(name="go")
        environment.run()
        return fired

    def end(self) -> None:
        """Forget the incident."""
        self._atoms = []


def _rule(number: int, rule: Rule, keys: Sequence[str]) -> str:
    """The rule as text; empty when it joins a key that nothing in the incident carries, as it cannot fire."""
    needed = {j.key for j in rule.joins}
    if not needed <= set(keys):
        return ""
    lines = ["(token (name ?name))"]
    for alias, alpha in rule.positives:
        entities = " ".join(f"(key-{k} ?{alias}-{k})" for k in keys)
        times = f"(lo ?{alias}-lo) (hi ?{alias}-hi) (end-hi ?{alias}-end)"
        lines.append(f'(atom (n ?{alias}-n) (who ?{alias}-who) (alpha "{alpha}") {times} {entities})')
    aliases = [alias for alias, _ in rule.positives]
    for i, alias in enumerate(aliases):
        lines += [f"(test (neq ?{alias}-who ?{other}-who))" for other in aliases[:i]]
    for join in rule.joins:
        for left in join.aliases:
            lines += [f"(test (eq ?{left}-{join.key} ?{right}-{join.key}))" for right in join.aliases if right != left]
    lines += [_step(step) for step in rule.steps]
    lines += [_absence(negative, keys) for negative in rule.negatives]
    numbers = " ".join(f"?{alias}-n" for alias in aliases)
    return f"(defrule rule-{number} {' '.join(lines)} => (record {number} {numbers}))"


def _step(step: Step) -> str:
    """Neither surely too early nor surely too late."""
    early = f"(< ?{step.then}-hi ?{step.after}-lo)"
    late = "FALSE" if step.within is None else f"(> ?{step.then}-lo (+ ?{step.after}-end {step.within}))"
    return f"(test (not (or {early} {late})))"


def _absence(negative: Negative, keys: Sequence[str]) -> str:
    tests = ["TRUE"]
    slots = " ".join(f"(key-{k} ?no-{k})" for k in keys)
    tests += [f"(eq ?no-{key} ?{alias}-{key})" if key in keys else "FALSE" for key, alias in negative.joins]
    tests += [f"(neq ?no-who ?{alias}-who)" for alias in (negative.before or negative.after,) if alias]
    within = negative.within
    if negative.before is not None:
        tests.append(f"(<= ?no-lo ?{negative.before}-hi)")
        if within is not None:
            tests.append(f"(>= (+ ?no-hi {within}) ?{negative.before}-lo)")
    elif negative.after is not None:
        tests.append(f"(>= ?no-hi ?{negative.after}-lo)")
        if within is not None:
            tests.append(f"(<= (- ?no-lo {within}) ?{negative.after}-end)")
    condition = f"(and {' '.join(tests)} TRUE)"
    return (
        f'(not (atom (alpha "{negative.alpha}") (lo ?no-lo) (hi ?no-hi) (who ?no-who) {slots} (n ?no-n&:{condition})))'
    )
