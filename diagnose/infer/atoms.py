"""From facts to atoms: everything about a single fact that must be decided before an engine joins it.

A fact becomes one atom per alpha that it satisfies. A fact that lacks an entity key on which the alpha is
joined (a ticket that says "the Edge") stands for every entity of that key in the incident, and for `*` when
none is known. Summaries turn many atoms into one: counted, or found to repeat at a near-constant distance.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from diagnose.infer.index import index_of
from diagnose.infer.match import FOREVER, Atom
from diagnose.infer.program import FINDING, Program, Summary
from diagnose.model import Fact, FindingResult, Span
from diagnose.where import all_hold

ANY = "*"
MAX_ENTITIES = 64
MAX_ATOMS = 400
"""Most atoms of one alpha and one combination of entities: the first and the last half are kept."""


class AtomSpace:
    """The atoms of one incident, numbered in the order in which they are made.

    `truncated` collects a sentence for everything that a cap left out.
    """

    def __init__(self, program: Program, facts: Sequence[Fact]) -> None:
        self.program = program
        self.atoms: dict[int, Atom] = {}
        self.truncated: list[str] = []
        self._facts = {f.id: f for f in facts}
        self._by_kind = index_of(program).of_kind
        self._universe = _universe(facts)
        self._of_alpha: dict[str, list[Atom]] = defaultdict(list)

    def add_facts(self, facts: Iterable[Fact]) -> list[Atom]:
        """Atoms of all `facts`; gives the new ones."""
        new = []
        for fact in facts:
            fields = {**fact.entities, **fact.fields, "source": fact.source_kind}
            for alpha in self._by_kind.get(fact.kind, ()):
                if alpha.polarity == fact.polarity and all_hold(alpha.where, fields):
                    new += self._spread(alpha.id, alpha.keys, fact.entities, fact.at, facts=(fact.id,))
        return self._cap(new)

    def add_finding(self, result: FindingResult, instance: str, facts: tuple[str, ...], at: Span) -> list[Atom]:
        """Atoms of one finding instance, named `instance`; gives the new ones."""
        new = []
        for alpha in self._by_kind.get(FINDING + result.id, ()):
            if all_hold(alpha.where, result.about):
                new += self._spread(alpha.id, alpha.keys, result.about, at, facts=facts, findings=(instance,))
        return self._cap(new)

    def add_summaries(self, summaries: Iterable[Summary]) -> list[Atom]:
        """Atoms of `summaries` over the atoms that exist now; gives the new ones."""
        new: list[Atom] = []
        for summary in summaries:
            for keys, atoms in self.groups(summary):
                for cluster, note in self._summarise(summary, atoms):
                    new.append(self._join_up(summary.id, keys, cluster, note))
        return new

    def groups(self, summary: Summary) -> list[tuple[dict[str, str], list[Atom]]]:
        """What `summary` counts together: entities, and the atoms about them, each fact once."""
        groups: dict[tuple[str, ...], list[Atom]] = defaultdict(list)
        for atom in self._of_alpha.get(summary.alpha, ()):
            entities = self._entities(atom)
            for keys in self._combinations(summary.keys, {**entities, **atom.keys}):
                groups[tuple(keys.values())].append(atom)
        return [
            (dict(zip(summary.keys, values, strict=True)), list({a.facts + a.findings: a for a in atoms}.values()))
            for values, atoms in sorted(groups.items())
        ]

    def most(self, summary: Summary, atoms: list[Atom]) -> int:
        """The most of `atoms` that one window of a count holds, however many are asked for."""
        ordered = sorted(atoms, key=lambda a: (a.lo, a.n))
        return max((_number(summary, ordered[i:j], self._value) for i, j in _windows(summary, ordered)), default=0)

    def denials(self, facts: Iterable[Fact]) -> dict[str, tuple[str, ...]]:
        """Per alpha on asserted facts: the ids of denied facts that would have satisfied it."""
        found: dict[str, list[str]] = defaultdict(list)
        for fact in facts:
            if fact.polarity == "denied":
                fields = {**fact.entities, **fact.fields, "source": fact.source_kind}
                for alpha in self._by_kind.get(fact.kind, ()):
                    if alpha.polarity == "asserted" and all_hold(alpha.where, fields):
                        found[alpha.id].append(fact.id)
        return {alpha: tuple(ids) for alpha, ids in found.items()}

    def _entities(self, atom: Atom) -> dict[str, str]:
        return self._facts[atom.facts[0]].entities if atom.facts and not atom.findings else {}

    def _combinations(self, keys: Sequence[str], entities: Mapping[str, str]) -> Iterable[dict[str, str]]:
        choices: list[tuple[str, ...]] = []
        for key in keys:
            if key in entities:
                choices.append((entities[key],))
                continue
            known = self._universe.get(key, ())
            if len(known) > MAX_ENTITIES:
                self._say(f"a fact without {key} was held against none of {len(known)} (limit {MAX_ENTITIES})")
                known = ()
            choices.append(known or (ANY,))
        return [dict(zip(keys, values, strict=True)) for values in itertools.product(*choices)]

    def _spread(
        self,
        alpha: str,
        keys: Sequence[str],
        entities: Mapping[str, str],
        at: Span,
        *,
        facts: tuple[str, ...],
        findings: tuple[str, ...] = (),
    ) -> list[Atom]:
        lo, hi, end_lo, end_hi = extent(at)
        out = []
        for combination in self._combinations(keys, entities):
            n = len(self.atoms) + 1
            atom = Atom(n, alpha, lo, hi, end_lo, end_hi, combination, at.clock, facts, findings)
            self.atoms[n] = atom
            self._of_alpha[alpha].append(atom)
            out.append(atom)
        return out

    def _join_up(self, alpha: str, keys: dict[str, str], cluster: Sequence[Atom], note: str) -> Atom:
        first = min(cluster, key=lambda a: (a.lo, a.n))
        last = max(cluster, key=lambda a: (a.end_hi, a.n))
        clocks = {a.clock for a in cluster}
        atom = Atom(
            len(self.atoms) + 1,
            alpha,
            first.lo,
            first.hi,
            last.end_lo,
            last.end_hi,
            keys,
            clocks.pop() if len(clocks) == 1 else "",
            tuple(dict.fromkeys(f for a in cluster for f in a.facts)),
            tuple(dict.fromkeys(f for a in cluster for f in a.findings)),
            note,
        )
        self.atoms[atom.n] = atom
        self._of_alpha[alpha].append(atom)
        return atom

    def _cap(self, new: list[Atom]) -> list[Atom]:
        groups: dict[tuple[str, tuple[str, ...]], list[Atom]] = defaultdict(list)
        for atom in new:
            groups[(atom.alpha, tuple(atom.keys.values()))].append(atom)
        dropped: set[int] = set()
        for (alpha, _), atoms in groups.items():
            if len(atoms) > MAX_ATOMS:
                ordered = sorted(atoms, key=lambda a: (a.lo, a.n))
                dropped.update(a.n for a in ordered[MAX_ATOMS // 2 : -MAX_ATOMS // 2])
                kind = index_of(self.program).alphas[alpha].kind
                half = MAX_ATOMS // 2
                self._say(f"{len(atoms)} facts of kind {kind} were alike: the first and last {half} were joined")
        return [a for a in new if a.n not in dropped]

    def _summarise(self, summary: Summary, atoms: list[Atom]) -> list[tuple[list[Atom], str]]:
        if summary.kind == "count":
            return _clusters(summary, atoms, self._value)
        return _periods(summary, atoms, self._value)

    def _value(self, atom: Atom, name: str) -> Any:
        fact = self._facts[atom.facts[0]]
        return fact.entities.get(name, fact.fields.get(name))

    def _say(self, sentence: str) -> None:
        if sentence not in self.truncated:
            self.truncated.append(sentence)


def extent(at: Span) -> tuple[int, int, int, int]:
    """Where `at` can start (earliest, latest) and end (earliest, latest), in ms; an unknown time can be anywhere."""
    if at.start is None:
        return -FOREVER, FOREVER, -FOREVER, FOREVER
    end = at.end if at.end is not None else at.start
    return at.start - at.bound, at.start + at.bound, end - at.bound, end + at.bound


def _universe(facts: Iterable[Fact]) -> dict[str, tuple[str, ...]]:
    values: dict[str, set[str]] = defaultdict(set)
    for fact in facts:
        for key, value in fact.entities.items():
            values[key].add(value)
    return {key: tuple(sorted(v)) for key, v in values.items()}


def _gap(a: Atom, b: Atom) -> int:
    """Distance in ms that surely lies between two atoms; 0 when a time is unknown."""
    if a.lo <= -FOREVER or b.lo <= -FOREVER:
        return 0
    gap = (b.lo + b.hi) // 2 - (a.lo + a.hi) // 2
    tolerance = 0 if a.clock == b.clock else (a.hi - a.lo) // 2 + (b.hi - b.lo) // 2
    return max(0, gap - tolerance)


def _clusters(summary: Summary, atoms: list[Atom], value: Any) -> list[tuple[list[Atom], str]]:
    ordered = sorted(atoms, key=lambda a: (a.lo, a.n))
    runs: list[tuple[int, int]] = []
    for start, end in _windows(summary, ordered):
        if _number(summary, ordered[start:end], value) < summary.at_least:
            continue
        if runs and start < runs[-1][1]:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    out = []
    for start, end in runs:
        number = _number(summary, ordered[start:end], value)
        if summary.at_most is None or number <= summary.at_most:
            what = f" different {summary.distinct}" if summary.distinct else " times"
            out.append((ordered[start:end], f"{number}{what}"))
    return out


def _windows(summary: Summary, ordered: Sequence[Atom]) -> Iterable[tuple[int, int]]:
    """From each atom on, how far the time of a count reaches: slices of `ordered`."""
    end = 0
    for start in range(len(ordered)):
        end = max(end, start)
        while end < len(ordered) and (summary.within is None or _gap(ordered[start], ordered[end]) <= summary.within):
            end += 1
        yield start, end


def _number(summary: Summary, atoms: Sequence[Atom], value: Any) -> int:
    if summary.distinct is None:
        return len(atoms)
    return len({v for a in atoms if (v := value(a, summary.distinct)) is not None})


def _periods(summary: Summary, atoms: list[Atom], value: Any) -> list[tuple[list[Atom], str]]:
    if summary.field is not None:
        pairs = [(a, v) for a in atoms if isinstance(v := value(a, summary.field), int | float)]
        unit = ""
    else:
        known = sorted((a for a in atoms if a.lo > -FOREVER), key=lambda a: (a.lo, a.n))
        pairs = [(b, b.lo - a.lo) for a, b in itertools.pairwise(known) if b.lo > a.lo]
        unit = " ms"
    if len(pairs) < summary.at_least:
        return []
    from statistics import median as middle  # few incidents have a period, and this imports much

    median = middle(v for _, v in pairs)
    if median < summary.low or (summary.high is not None and median > summary.high):
        return []
    near = [a for a, v in pairs if abs(v - median) <= summary.tolerance * median]
    if len(near) < summary.at_least or len(near) < 0.7 * len(pairs):
        return []
    shown = f"every {median / 1000:g} s" if unit else f"always about {median:g}"
    return [(near, f"{shown}, {len(near)} times")]
