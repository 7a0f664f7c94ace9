"""How much joining a rule can cost, told before an engine starts that cannot be stopped while it joins.

Only an upper bound is needed: the sizes of the groups that share entities, and the most atoms that lie in the
window of any one atom.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from diagnose.errors import EngineFailedError
from diagnose.infer.match import FOREVER, Atom
from diagnose.infer.program import Rule, Step
from diagnose.infer.rete import bound_on

MAX_VISITS = 10_000_000
"""Pairs of a partial match and an atom that one ruleset may compare in an incident; a second or two."""
MAX_PARTIAL = 250_000
"""Partial matches held at once; about 300 bytes each."""


def check_effort(rules: Iterable[Rule], atoms: Mapping[str, Sequence[Atom]]) -> None:
    """Raises EngineFailedError when joining `atoms` (by alpha) under `rules` can take too long or too much room."""
    visits = 0
    for rule in rules:
        more, partial = effort(rule, atoms)
        visits += more
        if visits > MAX_VISITS or partial > MAX_PARTIAL:
            raise EngineFailedError(f"rule {rule.id} could match too many combinations of what is alike ({partial:,})")


def effort(rule: Rule, atoms: Mapping[str, Sequence[Atom]]) -> tuple[int, int]:
    """(comparisons, partial matches) that `rule` takes at most."""
    everything = 1
    for _, alpha in rule.positives:
        everything *= len(atoms.get(alpha, ()))
    for negative in rule.negatives:
        everything *= max(1, len(atoms.get(negative.alpha, ())))
    if everything <= MAX_PARTIAL // 10:
        return everything, everything
    return _closer(rule, atoms)


def _closer(rule: Rule, atoms: Mapping[str, Sequence[Atom]]) -> tuple[int, int]:
    visits, partial, total = 0, 1, 0
    where = {alias: atoms.get(alpha, ()) for alias, alpha in rule.positives}
    for i, (alias, _) in enumerate(rule.positives):
        earlier = [a for a, _ in rule.positives[:i]]
        group = _largest(where[alias], [key for key, _ in bound_on(rule, alias, earlier)])
        visits += partial * group
        partial *= min([group, *_windows(rule, alias, earlier, where)])
        total += partial
    for negative in rule.negatives:
        visits += partial * _largest(atoms.get(negative.alpha, ()), [key for key, _ in negative.joins])
    return visits, total


def _largest(atoms: Sequence[Atom], keys: Sequence[str]) -> int:
    """Size of the largest group of atoms that share the entities of `keys`."""
    if not keys:
        return len(atoms)
    return max(Counter(tuple(a.keys.get(k) for k in keys) for a in atoms).values(), default=0)


def _windows(rule: Rule, alias: str, earlier: Sequence[str], where: Mapping[str, Sequence[Atom]]) -> Iterator[int]:
    """For each step between `alias` and what is bound before it: the most atoms of `alias` that fit one bound atom."""
    for step in rule.steps:
        if step.then == alias and step.after in earlier:
            yield _most_following(step, where[step.after], where[alias])
        elif step.after == alias and step.then in earlier:
            yield _most_followed(step, where[alias], where[step.then])


def _most_following(step: Step, after: Sequence[Atom], then: Sequence[Atom]) -> int:
    """Most atoms of `then` that can follow one atom of `after`."""
    lows, highs = sorted(a.lo for a in then), sorted(a.hi for a in then)
    latest = 2 * FOREVER if step.within is None else step.within
    return max((bisect_right(lows, a.end_hi + latest) - bisect_left(highs, a.lo) for a in after), default=0)


def _most_followed(step: Step, after: Sequence[Atom], then: Sequence[Atom]) -> int:
    """Most atoms of `after` that one atom of `then` can follow."""
    lows, ends = sorted(a.lo for a in after), sorted(a.end_hi for a in after)
    earliest = 2 * FOREVER if step.within is None else step.within
    return max((bisect_right(lows, t.hi) - bisect_left(ends, t.lo - earliest) for t in then), default=0)
