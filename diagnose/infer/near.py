"""How near a rule came: each of its conditions held against the atoms that come nearest to a match.

What a run says of a finding that was not seen, what `rules trace` shows and what a failed test of a rule names all
come from here. Candidates are bound part by part and the nearest are kept: fewest entities apart, then the least time
missed, then what holds back.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from typing import Literal

import msgspec

from diagnose.infer.index import Index
from diagnose.infer.match import FOREVER, Atom, holds_exactly, surely_follows
from diagnose.infer.program import FINDING, Alpha, Negative, Rule, Step, Summary
from diagnose.infer.reference import Binding, Memory, blockers, is_bound, joined
from diagnose.where import Test

KEPT = 16
"""Bindings kept, at least, while parts are bound: the nearest so far."""
QUICK, THOROUGH = 4_000, 200_000
"""Pairs of a binding and an atom that are looked at for a part: in a run, where a rule author asks."""
SHOWN_FACTS = 3
"""Facts that a condition names."""
HOUR = 3_600_000
_SIGNS = {
    "eq": "=",
    "ne": "!=",
    "in": "=",
    "gt": ">",
    "gte": ">=",
    "lt": "<",
    "lte": "<=",
    "matches": "~",
    "cidr": "in",
}


class Condition(msgspec.Struct, frozen=True, gc=False):
    """One condition of a rule, held against one candidate.

    `kind` is part, join, step, unless or absent; `what` is asked, `got` was found. Of a step `measured_ms` lies between
    the two (negative: in the wrong order), `allowed_ms` may, `tolerance_ms` more may for the clocks; it is `tolerant`
    when it holds only for that. `facts` are what it was held against, `values` the entities that a join met.
    """

    kind: Literal["part", "join", "step", "unless", "absent"]
    what: str
    state: Literal["passed", "failed", "unknown"]
    got: str = ""
    facts: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    measured_ms: int | None = None
    allowed_ms: int | None = None
    tolerance_ms: int = 0
    tolerant: bool = False


class Candidate(msgspec.Struct, frozen=True):
    """A rule held against the evidence: how far it is from a match, and every condition.

    `missing` parts were found nowhere, `apart` joins failed, the steps are missed by `off_ms` in all.
    """

    missing: int
    apart: int
    off_ms: int
    conditions: tuple[Condition, ...]

    @property
    def met(self) -> bool:
        """Whether every condition passed."""
        return all(c.state == "passed" for c in self.conditions)


Missing = Callable[[str, str], Condition]
"""What is said of a part, by alias and alpha id, that nothing matched."""
Unseen = Callable[[Negative, Binding], str]
"""Which sources are not there that could have shown what a negative is about; empty when one of them is."""


def nearest(rule: Rule, memory: Memory, most: int = KEPT, effort: int = QUICK) -> list[tuple[int, int, Binding]]:
    """The bindings of `rule` that come nearest, nearest first: failed joins, ms missed, binding; parts may be missing.

    A part that no atom can take is left out of the binding. For `effort` see `QUICK`.
    """
    beam: list[tuple[int, int, Binding]] = [(0, 0, {})]
    for number, (alias, alpha) in enumerate(rule.positives, 1):
        grown = [
            (apart + _apart(rule, alias, atom, binding), off + _off(rule.steps, alias, atom, binding), binding, atom)
            for apart, off, binding in beam
            for atom in _atoms(rule, alias, alpha, binding, memory)
        ]
        if grown:
            following = len(memory.candidates(rule.positives[number][1], ())) if number < len(rule.positives) else 0
            kept = max(most, KEPT, effort // following if following else 0)
            best = heapq.nsmallest(kept, grown, key=lambda g: g[:2])
            beam = [(apart, off, {**binding, alias: atom}) for apart, off, binding, atom in best]
    return beam[:most]


def _atoms(rule: Rule, alias: str, alpha: str, binding: Binding, memory: Memory) -> list[Atom]:
    """The atoms that belong to what is bound; when there are none, all of them."""
    pairs = joined(rule, alias, binding)
    free = [a for a in memory.candidates(alpha, pairs) if not is_bound(a, binding)]
    fitting = [a for a in free if all(a.keys.get(key) == entity for key, entity in pairs)]
    if fitting or not pairs:
        return fitting
    return [a for a in memory.candidates(alpha, ()) if not is_bound(a, binding)]


def _apart(rule: Rule, alias: str, atom: Atom, binding: Binding) -> int:
    return sum(atom.keys.get(key) != entity for key, entity in joined(rule, alias, binding))


def _off(steps: Iterable[Step], alias: str, atom: Atom, binding: Binding) -> int:
    total = 0
    for step in steps:
        if step.then == alias and step.after in binding:
            total += overrun(step, binding[step.after], atom)
        elif step.after == alias and step.then in binding:
            total += overrun(step, atom, binding[step.then])
    return total


def overrun(step: Step, after: Atom, then: Atom) -> int:
    """Ms by which a step is missed, what the clocks may be off taken into account; 0 when it holds."""
    if holds_exactly(step, after, then):
        return 0
    gap = distance(after, then)
    slack = clock_slack(after, then)
    return max(1, -gap - slack if gap < 0 else gap - (step.within or 0) - slack)


def distance(after: Atom, then: Atom) -> int:
    """Ms from the end of one to the start of the other, as measured; negative when it starts before the first does."""
    start, follow = (after.lo + after.hi) // 2, (then.lo + then.hi) // 2
    return follow - start if follow < start else max(0, follow - (after.end_lo + after.end_hi) // 2)


def clock_slack(after: Atom, then: Atom) -> int:
    """Ms that a distance may be more or less because the clocks may be off; none on one clock."""
    if (after.clock and after.clock == then.clock) or after.lo <= -FOREVER or then.lo <= -FOREVER:
        return 0
    return (after.hi - after.lo) // 2 + (then.hi - then.lo) // 2


def candidate(
    rule: Rule,
    found: tuple[int, int, Binding],
    memory: Memory,
    index: Index,
    missing: Missing | None = None,
    unseen: Unseen | None = None,
) -> Candidate:
    """Every condition of `rule` held against a binding that `nearest` found."""
    apart, off, binding = found
    conditions = [_part(alias, alpha, binding, index, missing) for alias, alpha in rule.positives]
    conditions += _joins(rule, binding)
    conditions += (
        _step(s, binding[s.after], binding[s.then]) for s in rule.steps if {s.after, s.then} <= binding.keys()
    )
    conditions += (c for n in rule.negatives if (c := _negative(n, binding, memory, index, unseen)) is not None)
    return Candidate(len(rule.positives) - len(binding), apart, off, tuple(conditions))


def _part(alias: str, alpha: str, binding: Binding, index: Index, missing: Missing | None) -> Condition:
    atom = binding.get(alias)
    if atom is not None:
        return Condition("part", f"{alias}: {describe(index, alpha)}", "passed", atom.note, atom.facts[:SHOWN_FACTS])
    if missing is not None:
        return missing(alias, alpha)
    return Condition("part", f"{alias}: {describe(index, alpha)}", "failed", "nothing matched it")


def _joins(rule: Rule, binding: Binding) -> Iterator[Condition]:
    for join in rule.joins:
        bound = [a for a in join.aliases if a in binding]
        if len(bound) > 1:
            values = [binding[a].keys.get(join.key, "*") for a in bound]
            unique = tuple(dict.fromkeys(values))
            facts = tuple(f for a in bound for f in binding[a].facts[:1])
            yield Condition(
                "join",
                f"same {join.key}: {', '.join(bound)}",
                "passed" if len(unique) == 1 else "failed",
                f"{join.key}: {' / '.join('any' if v == '*' else v for v in unique)}",
                () if len(unique) == 1 else facts,
                unique,
            )


def _step(step: Step, after: Atom, then: Atom) -> Condition:
    what = f"{step.after} -> {step.then}" + (f" within {seconds(step.within)}" if step.within is not None else "")
    facts = (*after.facts[-1:], *then.facts[:1])
    if after.lo <= -FOREVER or then.lo <= -FOREVER:
        return Condition("step", what, "passed", "a time is not known, so it may hold", facts, tolerant=True)
    gap, slack = distance(after, then), clock_slack(after, then)
    held = holds_exactly(step, after, then)
    tolerant = held and not surely_follows(step, after, then)
    got = f"{step.then} came {seconds(-gap)} before {step.after}" if gap < 0 else f"{seconds(gap)} apart"
    if gap >= 0 and step.within is not None:
        got += f", allowed {seconds(step.within)}"
    if slack and (tolerant or not held):
        got += f" + {seconds(slack)} clock tolerance"
    if tolerant:
        got += ": holds only within what the clocks may be off"
    state: Literal["passed", "failed"] = "passed" if held else "failed"
    return Condition("step", what, state, got, facts, (), gap, step.within, slack, tolerant)


def _negative(
    negative: Negative, binding: Binding, memory: Memory, index: Index, unseen: Unseen | None
) -> Condition | None:
    """The condition of a negative; None when what it is about was not found."""
    anchor = negative.before or negative.after
    if (anchor is not None and anchor not in binding) or any(alias not in binding for _, alias in negative.joins):
        return None
    kind: Literal["unless", "absent"] = "absent" if negative.needs else "unless"
    near = f" {'before' if negative.before else 'after'} {anchor}" if anchor else ""
    within = f" within {seconds(negative.within)}" if negative.within is not None else ""
    what = f"{'no' if negative.needs else 'unless'} {describe(index, negative.alpha)}{within}{near}"
    for blocker in blockers(negative, binding, memory):
        got = "it is there"
        if anchor is not None and blocker.lo > -FOREVER and binding[anchor].lo > -FOREVER:
            apart = ((blocker.lo + blocker.hi) - (binding[anchor].lo + binding[anchor].hi)) // 2
            got = f"it is there, {seconds(abs(apart))} {'before' if apart < 0 else 'after'} {anchor}"
        return Condition(kind, what, "failed", got, blocker.facts[:SHOWN_FACTS])
    why = unseen(negative, binding) if unseen is not None else ""
    return Condition(kind, what, "unknown" if why else "passed", why or "none found")


def nearest_miss(rule: Rule, memory: Memory, index: Index) -> tuple[int, str]:
    """How near `rule` came without firing: (how far it got, a sentence that names the condition that failed).

    How far: 0 nothing matched, 1 parts matched, 2 parts did not belong together, 3 the times were off,
    4 something held it back.
    """
    found = nearest(rule, memory)
    missing = [(alias, alpha) for alias, alpha in rule.positives if alias not in found[0][2]]
    if missing:
        named = ", ".join(f"{alias} ({describe(index, alpha)})" for alias, alpha in missing)
        return (1 if found[0][2] else 0), f"nothing matched {named}"
    return told(candidate(rule, found[0], memory, index))


def told(best: Candidate) -> tuple[int, str]:
    """How far a candidate got, as in `nearest_miss`, and its worst condition in one sentence."""
    failed = [c for c in best.conditions if c.state != "passed"]
    for condition in failed:
        if condition.kind == "part":
            return 1, f"{condition.what}: {condition.got}"
        if condition.kind == "join":
            return 2, f"the parts are there, but not with the {condition.what}; {condition.got}"
    steps = [c for c in failed if c.kind == "step"]
    if steps:
        return 3, _sentence(max(steps, key=_missed_by))
    for condition in failed:
        facts = f" ({', '.join(condition.facts)})" if condition.facts else ""
        if condition.state == "unknown":
            return 4, f"{condition.what}: {condition.got}"
        near = condition.got.removeprefix("it is there")
        return 4, f"held back by {condition.what.partition(' ')[2]}{facts}{near}"
    return 4, "every condition holds"


def _missed_by(condition: Condition) -> int:
    gap = condition.measured_ms or 0
    return -gap if gap < 0 else gap - (condition.allowed_ms or 0)


def _sentence(condition: Condition) -> str:
    """A step that failed, in one sentence."""
    if (condition.measured_ms or 0) < 0:
        return condition.got
    pair = condition.what.partition(" within ")[0]
    return f"{pair} took {condition.got.replace(' apart', '', 1)}"


def seconds(ms: float) -> str:
    """A length of time as rules write it: `10.4 s`, whole hours and all from two hours on as `3.5 h`."""
    hours = ms >= 2 * HOUR or (ms > 0 and ms % HOUR == 0)
    return f"{ms / HOUR:.1f}".removesuffix(".0") + " h" if hours else f"{ms / 1000:.6g} s"


def describe(index: Index, name: str) -> str:
    """The alpha or summary of this id in words: the kind, what is asked of its fields, how many or how regular."""
    summary = index.summaries.get(name)
    words = _alpha(index.alphas[summary.alpha if summary is not None else name])
    return words if summary is None else f"{words}, {_summary(summary)}"


def _summary(summary: Summary) -> str:
    inside = f" within {seconds(summary.within)}" if summary.within is not None else ""
    if summary.kind == "count":
        what = f" different {summary.distinct}" if summary.distinct else " times"
        most = f", {summary.at_most} at most" if summary.at_most is not None else ""
        return f"{summary.at_least}{what} or more{most}{inside}"
    return f"a rhythm{f' of {summary.field}' if summary.field else ''} kept {summary.at_least} times"


def _alpha(alpha: Alpha) -> str:
    tests = ", ".join(map(describe_test, alpha.where))
    kind = alpha.kind.replace(FINDING, "finding ")
    return f"{kind}{' with ' + tests if tests else ''}{', denied' if alpha.polarity == 'denied' else ''}"


def describe_test(test: Test) -> str:
    """A test of a field in words: `state = down`, `outcome = reset or timeout`, `age_s > 60`, `host given`."""
    if test.op == "exists":
        return f"{test.field} {'given' if test.value else 'not given'}"
    value = " or ".join(map(str, test.value)) if isinstance(test.value, tuple | list) else str(test.value)
    return f"{test.field} {_SIGNS[test.op]} {value}"
