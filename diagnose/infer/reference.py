"""The reference engine: what a rule means, in plain Python.

It binds the aliases of a rule one after the other, by an index on (alpha, key, entity), and keeps what
satisfies every join, step and negative. How near a rule came that did not fire: see `near`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from diagnose.errors import EngineFailedError
from diagnose.infer.index import index_of
from diagnose.infer.match import (
    MAX_FIRINGS,
    Atom,
    Firing,
    can_follow,
    can_lie_near,
)
from diagnose.infer.program import Negative, Program, Rule, Step

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
    for binding in _bind(rule, memory, {}, 0):
        if not any(True for n in rule.negatives for _ in blockers(n, binding, memory)):
            yield binding


def _bind(rule: Rule, memory: Memory, binding: Binding, depth: int) -> Iterator[Binding]:
    if depth == len(rule.positives):
        yield dict(binding)
        return
    alias, alpha = rule.positives[depth]
    pairs = joined(rule, alias, binding)
    for atom in memory.candidates(alpha, pairs):
        if any(atom.keys.get(key) != entity for key, entity in pairs):
            continue
        if is_bound(atom, binding):
            continue
        if not _in_time(rule.steps, alias, atom, binding):
            continue
        binding[alias] = atom
        yield from _bind(rule, memory, binding, depth + 1)
        del binding[alias]


def is_bound(atom: Atom, binding: Binding) -> bool:
    """Whether what `atom` stands for is bound already."""
    return any(atom.stands_for() == other.stands_for() for other in binding.values())


def joined(rule: Rule, alias: str, binding: Binding) -> list[tuple[str, str]]:
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


def blockers(negative: Negative, binding: Binding, memory: Memory) -> Iterator[Atom]:
    """Atoms that a negative forbids, given the binding."""
    pairs = [(key, binding[alias].keys[key]) for key, alias in negative.joins]
    anchor = binding.get(negative.before or negative.after or "")
    for atom in memory.candidates(negative.alpha, pairs):
        if any(atom.keys.get(key) != entity for key, entity in pairs):
            continue
        if anchor is None or (
            atom.stands_for() != anchor.stands_for()
            and can_lie_near(atom, anchor, before=negative.before is not None, within=negative.within)
        ):
            yield atom
