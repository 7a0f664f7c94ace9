"""The reference engine: what a rule means, in plain Python.

It binds the aliases of a rule one after the other, by an index on (alpha, key, entity), and keeps what
satisfies every join, step and negative. It also tells how near a rule came that did not fire.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from diagnose.errors import EngineFailedError
from diagnose.infer.index import index_of
from diagnose.infer.match import (
    FOREVER,
    MAX_FIRINGS,
    Atom,
    Firing,
    can_follow,
    can_lie_near,
)
from diagnose.infer.program import Alpha, Negative, Program, Rule, Step

Binding = dict[str, Atom]


class Memory:
    """Atoms by alpha, and by (alpha, key, entity)."""

    def __init__(self) -> None:
        self._all: dict[str, list[Atom]] = defaultdict(list)
        self._by_entity: dict[tuple[str, str, str], list[Atom]] = defaultdict(list)

    def add(self, atoms: Iterable[Atom]) -> None:
        """Keep `atoms`, indexed."""
        for atom in atoms:
            self._all[atom.alpha].append(atom)
            for key, entity in atom.keys.items():
                self._by_entity[(atom.alpha, key, entity)].append(atom)

    def has(self, alphas: frozenset[str]) -> bool:
        """Whether there is an atom of each of `alphas`."""
        return self._all.keys() >= alphas

    def candidates(self, alpha: str, joined: Sequence[tuple[str, str]]) -> list[Atom]:
        """Atoms of `alpha` that carry the first of the `joined` (key, entity) pairs; all when nothing is joined."""
        if joined:
            key, entity = joined[0]
            return self._by_entity.get((alpha, key, entity), [])
        return self._all.get(alpha, [])


class ReferenceEngine:
    """The meaning of the rule language, run directly. Serves wherever durable-rules does not."""

    name = "reference"

    def begin(self, program: Program) -> None:
        """Start an incident of `program`; every program can be run."""
        self._index = index_of(program)
        self._memory = Memory()
        self._firings = 0

    def fire(self, stratum: int, new: Sequence[Atom]) -> list[Firing]:
        """All firings of the rules of `stratum`. Raises EngineFailedError over `MAX_FIRINGS` in one incident."""
        self._memory.add(new)
        out = []
        for rule in self._index.rules_of.get(stratum, ()):
            if not self._memory.has(self._index.parts[rule.id]):
                continue
            for binding in complete(rule, self._memory):
                out.append(Firing(rule.id, tuple(sorted((alias, a.n) for alias, a in binding.items()))))
                self._firings += 1
                if self._firings > MAX_FIRINGS:
                    raise EngineFailedError(f"rule {rule.id} and those before it matched more than {MAX_FIRINGS} times")
        return out

    def end(self) -> None:
        """Forget the incident."""
        self._memory = Memory()


def complete(rule: Rule, memory: Memory) -> Iterator[Binding]:
    """Every binding of all aliases of `rule` that satisfies its joins, steps and negatives."""
    for binding in _bind(rule, memory, {}, 0, timed=True):
        if not any(True for n in rule.negatives for _ in _blockers(n, binding, memory)):
            yield binding


def _bind(rule: Rule, memory: Memory, binding: Binding, depth: int, *, timed: bool) -> Iterator[Binding]:
    if depth == len(rule.positives):
        yield dict(binding)
        return
    alias, alpha = rule.positives[depth]
    joined = _joined(rule, alias, binding)
    for atom in memory.candidates(alpha, joined):
        if any(atom.keys.get(key) != entity for key, entity in joined):
            continue
        if _is_bound(atom, binding):
            continue
        if timed and not _in_time(rule.steps, alias, atom, binding):
            continue
        binding[alias] = atom
        yield from _bind(rule, memory, binding, depth + 1, timed=timed)
        del binding[alias]


def _is_bound(atom: Atom, binding: Binding) -> bool:
    """Whether what `atom` stands for is bound already."""
    return any(atom.stands_for() == other.stands_for() for other in binding.values())


def _joined(rule: Rule, alias: str, binding: Binding) -> list[tuple[str, str]]:
    """(key, entity) pairs that an atom for `alias` must carry, given what is bound."""
    out = []
    for join in rule.joins:
        if alias in join.aliases:
            bound = next((binding[a] for a in join.aliases if a in binding), None)
            if bound is not None:
                out.append((join.key, bound.keys[join.key]))
    return out


def _in_time(steps: Iterable[Step], alias: str, atom: Atom, binding: Binding) -> bool:
    for step in steps:
        if step.then == alias and step.after in binding:
            if not can_follow(step, binding[step.after], atom):
                return False
        elif step.after == alias and step.then in binding and not can_follow(step, atom, binding[step.then]):
            return False
    return True


def _blockers(negative: Negative, binding: Binding, memory: Memory) -> Iterator[Atom]:
    """Atoms that a negative forbids, given the binding."""
    joined = [(key, binding[alias].keys[key]) for key, alias in negative.joins]
    anchor = binding.get(negative.before or negative.after or "")
    for atom in memory.candidates(negative.alpha, joined):
        if any(atom.keys.get(key) != entity for key, entity in joined):
            continue
        if anchor is None or (
            atom.stands_for() != anchor.stands_for()
            and can_lie_near(atom, anchor, before=negative.before is not None, within=negative.within)
        ):
            yield atom


def nearest_miss(rule: Rule, memory: Memory, alphas: dict[str, Alpha]) -> tuple[int, str]:
    """How near `rule` came without firing: (how far it got, a sentence that names the step that failed).

    How far: 0 nothing matched, 1 parts matched, 2 parts did not belong together, 3 the times were off,
    4 something held it back.
    """
    missing = [alias for alias, alpha in rule.positives if not memory.candidates(alpha, ())]
    if missing:
        got = len(rule.positives) - len(missing)
        named = ", ".join(f"{a} ({describe_alpha(alphas.get(dict(rule.positives)[a]))})" for a in missing)
        return (1 if got else 0), f"nothing matched {named}"
    best: tuple[int, str] | None = None
    for count, binding in enumerate(_bind(rule, memory, {}, 0, timed=False)):
        miss = _miss(rule, binding, memory, alphas)
        if best is None or miss[0] < best[0]:
            best = miss
        if count > MAX_FIRINGS // 10:
            break
    if best is None:
        keys = ", ".join(f"{j.key} of {' and '.join(j.aliases)}" for j in rule.joins)
        return 2, f"the parts are there, but not with the same {keys or 'entity'}"
    return (3 if best[0] else 4), best[1]


def _miss(rule: Rule, binding: Binding, memory: Memory, alphas: dict[str, Alpha]) -> tuple[int, str]:
    """(ms by which the steps fail in all, sentence on the worst of them); (0, what held it back) when none fails."""
    total, worst, sentence = 0, -1, ""
    for step in rule.steps:
        after, then = binding[step.after], binding[step.then]
        if can_follow(step, after, then):
            continue
        gap = (then.lo + then.hi) // 2 - (after.end_lo + after.end_hi) // 2
        off = -gap if then.hi < after.lo else gap - (step.within or 0)
        total += off
        if off > worst:
            worst, sentence = off, _step_sentence(step, gap, _tolerance(after) + _tolerance(then))
    if sentence:
        return total, sentence
    for negative in rule.negatives:
        for blocker in _blockers(negative, binding, memory):
            what = describe_alpha(alphas.get(negative.alpha))
            return 0, f"held back by {what} ({', '.join(blocker.facts[:3] or blocker.findings[:3])})"
    return 0, "the clocks decide: measured on one clock the times do not hold"


def _tolerance(atom: Atom) -> int:
    return (atom.hi - atom.lo) // 2 if atom.lo > -FOREVER else 0


def _step_sentence(step: Step, gap: int, tolerance: int) -> str:
    extra = f" + {tolerance / 1000:g} s clock tolerance" if tolerance else ""
    if gap < 0:
        return f"{step.then} came {-gap / 1000:g} s before {step.after}"
    return f"{step.after} -> {step.then} took {gap / 1000:g} s, allowed {(step.within or 0) / 1000:g} s{extra}"


def describe_alpha(alpha: Alpha | None) -> str:
    """An alpha in words: the kind and what is asked of its fields."""
    if alpha is None:
        return "a summary"
    tests = ", ".join(f"{t.field} {t.op} {_value(t.value)}" for t in alpha.where)
    return f"{alpha.kind}{' with ' + tests if tests else ''}{', denied' if alpha.polarity == 'denied' else ''}"


def _value(value: object) -> str:
    return "/".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
