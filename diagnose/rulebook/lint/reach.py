"""Which findings can never be seen, and why: conditions that exclude each other, facts that nothing makes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from math import inf
from typing import Any

from diagnose.infer.program import FINDING, Alpha, Rule, Summary
from diagnose.read.signals.signal import LOG_KINDS
from diagnose.rulebook.lint.check import Context
from diagnose.where import Test

_TEXTS = frozenset({*LOG_KINDS, "ticket", "prose"})
"""Sources in which only signals make facts of kinds that no reader knows."""


def unreachable(context: Context) -> dict[str, str]:
    """The findings that can never be seen, with the reason, in a sentence that goes on after a colon."""
    program = context.rulebook.program
    alphas = {alpha.id: alpha for alpha in program.alphas}
    summaries = {summary.id: summary for summary in program.summaries}
    made = _made(context)
    found: dict[str, str] = {}
    for finding in sorted(program.findings, key=lambda f: (max((r.stratum for r in f.rules), default=0), f.id)):
        reasons = [_impossible(rule, alphas, summaries, found, made, context) for rule in finding.rules]
        if reasons and all(reasons):
            found[finding.id] = reasons[0]
    return found


def _made(context: Context) -> frozenset[str]:
    """Kinds of facts that signals make."""
    signals = context.rulebook.signals
    coded = {row.fact for signal in signals for row in signal.coded.values()}
    return frozenset(coded | {signal.fact for signal in signals})


def _impossible(
    rule: Rule,
    alphas: Mapping[str, Alpha],
    summaries: Mapping[str, Summary],
    lost: Mapping[str, str],
    made: frozenset[str],
    context: Context,
) -> str:
    """Why a rule can never match; empty when it may."""
    for alias, name in rule.positives:
        summary = summaries.get(name)
        alpha = alphas[summary.alpha if summary else name]
        below = alpha.kind.removeprefix(FINDING) if alpha.kind.startswith(FINDING) else ""
        if below in lost:
            return f"it needs '{below}', which can never be seen"
        why = contradiction(alpha.where) or ("" if below else _unmade(alpha.kind, made, context))
        why = why or (_uncountable(summary, alpha, context) if summary else "")
        if why:
            return f"{why} (alias '{alias}')"
    return _excludes_itself(rule, alphas)


def contradiction(tests: Iterable[Test]) -> str:
    """Why no value can hold all the tests; empty when one may."""
    by_field: dict[str, list[Test]] = defaultdict(list)
    for test in tests:
        by_field[test.field].append(test)
    for field, held in by_field.items():
        allowed = _allowed(held)
        low = max((t.value for t in held if t.op in ("gt", "gte")), default=-inf)
        high = min((t.value for t in held if t.op in ("lt", "lte")), default=inf)
        strict = any(t.op in ("gt", "lt") and t.value in (low, high) for t in held)
        missing = any(t.op == "exists" and t.value is False for t in held)
        if allowed is not None and not allowed:
            return f"no value of '{field}' is allowed by all its conditions"
        if low > high or (low == high and strict):
            return f"'{field}' would have to lie above {low:g} and below {high:g}"
        if missing and any(t.op != "exists" or t.value for t in held):
            return f"'{field}' would have to be there and not to be there"
    return ""


def _allowed(held: Iterable[Test]) -> set[Any] | None:
    """The values that `eq`, `in` and `ne` leave; None when they leave all but some."""
    allowed: set[Any] | None = None
    for test in held:
        if test.op in ("eq", "in"):
            values = set(test.value) if isinstance(test.value, tuple) else {test.value}
            allowed = values if allowed is None else allowed & values
    return None if allowed is None else allowed - {t.value for t in held if t.op == "ne"}


def _unmade(kind: str, made: frozenset[str], context: Context) -> str:
    """Facts of a pack's own kinds: readers know nothing of them, so signals or people must make them."""
    fact = context.library.facts.get(kind)
    own = fact is not None and kind not in context.library.built_in_facts
    if own and fact is not None and kind not in made and _TEXTS.issuperset(fact.sources):
        return f"no signal makes the fact '{kind}'"
    return ""


def _uncountable(summary: Summary, alpha: Alpha, context: Context) -> str:
    kind = context.library.facts.get(alpha.kind)
    field = kind.fields.get(summary.distinct or "") if kind else None
    values = len(field.values) if field is not None and field.type == "word" else 0
    if summary.kind == "count" and values and summary.at_least > values:
        return f"it counts {summary.at_least} values of '{summary.distinct}', which has {values}"
    return ""


def _excludes_itself(rule: Rule, alphas: Mapping[str, Alpha]) -> str:
    for negative in rule.negatives:
        if negative.before or negative.after or negative.alpha not in alphas:
            continue
        for alias in _like(rule, alphas, alphas[negative.alpha]):
            if all(alias == other or _tied(rule, key, alias, other) for key, other in negative.joins):
                return f"what it must not see is what it matches as '{alias}'"
    return ""


def _like(rule: Rule, alphas: Mapping[str, Alpha], wanted: Alpha) -> Iterator[str]:
    """Aliases of the rule that match the same facts."""
    for alias, name in rule.positives:
        alpha = alphas.get(name)
        if alpha and (alpha.kind, alpha.where, alpha.polarity) == (wanted.kind, wanted.where, wanted.polarity):
            yield alias


def _tied(rule: Rule, key: str, first: str, second: str) -> bool:
    return any(join.key == key and {first, second} <= set(join.aliases) for join in rule.joins)
