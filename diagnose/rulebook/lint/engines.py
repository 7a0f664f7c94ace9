"""What rules cost the engines, and overrides that are not needed any more."""

from __future__ import annotations

from collections.abc import Iterator

from diagnose.errors import Problem, UnsupportedProgramError
from diagnose.infer.atoms import MAX_ATOMS
from diagnose.infer.effort import MAX_PARTIAL
from diagnose.infer.program import Rule
from diagnose.infer.rete import bound_on, shards
from diagnose.rulebook.lint.check import Check, Context

_FINDING = "kind: finding\nid: demo.own\ntitle: Own\n"
_NINE = ", ".join(f"a{n}: {{fact: ws.close, where: {{code: {1000 + n}}}}}" for n in range(9))


class BeyondDurable(Check):
    """A rule lies outside what the engine durable-rules runs safely."""

    code = "R070"
    severity = "warning"
    why = (
        "With `--engine durable` the rule is refused; the reference engine runs it, so the engines cannot be compared."
    )
    way_out = "Split it: make a finding of some of what it matches, and build on that."
    wrong = _FINDING + f"match: {{{_NINE}}}\njoin: {{edge: [{', '.join(f'a{n}' for n in range(9))}]}}\n"
    mend = (f"match: {{{_NINE}}}\njoin: {{edge: [{', '.join(f'a{n}' for n in range(9))}]}}\n",
            "match: {x: {fact: ws.close}}\ncount: {of: x, at_least: 9, distinct: code}\n")  # fmt: skip

    def find(self, context: Context) -> Iterator[Problem]:
        """Rules that the compiler for durable-rules refuses."""
        for finding in context.rulebook.program.findings:
            for rule in finding.rules:
                try:
                    shards([rule])
                except UnsupportedProgramError as error:
                    what = str(error).partition("it ")[2].partition(";")[0]
                    entry = context.library.of("finding")[finding.id]
                    message = f"durable-rules cannot run '{finding.id}': it {what}"
                    yield self.problem(entry, ("id",), message, "split it into findings that build on each other")


class Combinations(Check):
    """A rule matches several things that nothing ties together."""

    code = "R071"
    severity = "warning"
    why = (
        f"Up to {MAX_ATOMS} facts of each kind are kept, and all combinations are tried; beyond {MAX_PARTIAL:,} "
        "the engines give up on the incident."
    )
    way_out = "Tie them by `join` or by steps with `within`, or count one thing instead of matching it several times."
    wrong = _FINDING + "match: {a: {fact: ws.close}, b: {fact: link.state}, c: {fact: survivability.state}}\njoin: {}\n"
    mend = ("join: {}", "join: {edge: [a, b, c]}")

    def find(self, context: Context) -> Iterator[Problem]:
        """Rules whose free combinations exceed what the engines hold."""
        for finding in context.rulebook.program.findings:
            for rule in finding.rules:
                free = _free(rule, context)
                if MAX_ATOMS ** len(free) > MAX_PARTIAL:
                    entry = context.library.of("finding")[finding.id]
                    message = f"'{finding.id}' tries all combinations of {', '.join(free)}, which nothing ties together"
                    yield self.problem(entry, ("id",), message, "tie them by `join` or a step with `within`")


def _free(rule: Rule, context: Context) -> list[str]:
    """Aliases that are bound to facts without regard to those before them."""
    aliases = [alias for alias, _ in rule.positives]
    facts = {a.id for a in context.rulebook.program.alphas if not a.kind.startswith("finding:")}
    free = []
    for i, (alias, alpha) in enumerate(rule.positives):
        earlier = aliases[:i]
        windowed = any(
            s.within is not None and alias in (s.after, s.then) and {s.after, s.then} - {alias} <= set(earlier)
            for s in rule.steps
        )
        if alpha in facts and not windowed and not bound_on(rule, alias, earlier):
            free.append(alias)
    return free if len(free) > 1 else []
