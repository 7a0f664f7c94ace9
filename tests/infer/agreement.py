"""The differential tests proper. `test_differential` runs them in processes of their own, since an engine may die.

By hand: `python -m pytest tests/infer/agreement.py`, with DIAGNOSE_DIFFERENTIAL_CASES for the number of cases.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from random import Random

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diagnose.infer.durable import DurableEngine
from diagnose.infer.match import Atom, Engine, Firing
from diagnose.infer.program import Program
from diagnose.infer.reference import ReferenceEngine
from diagnose.infer.run import Inference, run
from tests.infer.oracle_clips import ClipsEngine
from tests.infer.strategies import Case, cases

ASKED = os.environ.get("DIAGNOSE_DIFFERENTIAL_CASES")
CASES = int(ASKED or 2000)

durable = DurableEngine()


def _settings(share: float) -> settings:
    return settings(
        max_examples=max(1, int(CASES * share)),
        deadline=None,
        database=None,
        derandomize=ASKED is None,
        suppress_health_check=list(HealthCheck),
    )


class _Recording:
    """An engine that keeps what fired, stratum by stratum, in words that do not depend on the order of the facts."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.name = engine.name
        self.fired: list[set[Firing]] = []
        self.meant: list[set[tuple[str, tuple[object, ...]]]] = []

    def begin(self, program: Program) -> None:
        self.atoms: dict[int, Atom] = {}
        self.engine.begin(program)

    def fire(self, stratum: int, new: Sequence[Atom]) -> list[Firing]:
        self.atoms |= {a.n: a for a in new}
        firings = self.engine.fire(stratum, new)
        assert len(set(firings)) == len(firings), "something fired twice"
        self.fired.append(set(firings))
        self.meant.append({(f.rule, tuple((alias, self._meaning(n)) for alias, n in f.binding)) for f in firings})
        return firings

    def _meaning(self, n: int) -> object:
        atom = self.atoms[n]
        return tuple(sorted(atom.facts)), atom.findings, tuple(sorted(atom.keys.items()))

    def end(self) -> None:
        self.engine.end()


def _run(case: Case, engine: Engine) -> tuple[_Recording, Inference]:
    recording = _Recording(engine)
    inference = run(case.program, case.evidence, recording)
    assert inference.engine == engine.name, inference.warnings
    return recording, inference


def _agree(case: Case, *others: Engine) -> None:
    meant, expected = _run(case, ReferenceEngine())
    for engine in others:
        got, inference = _run(case, engine)
        assert got.fired == meant.fired, engine.name
        assert inference.findings == expected.findings, engine.name
        assert inference.contradictions == expected.contradictions, engine.name


@_settings(0.6)
@given(cases(size=3, facts=12))
def test_three_engines_agree_on_firings_findings_and_derivations(case: Case) -> None:
    _agree(case, durable, ClipsEngine())


@_settings(0.2)
@given(cases(size=5, facts=10))
def test_both_engines_agree_on_rules_of_many_parts_and_many_negatives(case: Case) -> None:
    _agree(case, durable)


@_settings(0.2)
@given(cases(size=3, facts=12), st.integers(0, 1000))
def test_the_order_of_the_facts_does_not_matter(case: Case, seed: int) -> None:
    facts = list(case.evidence.facts)
    Random(seed).shuffle(facts)
    shuffled = Case(case.program, msgspec.structs.replace(case.evidence, facts=tuple(facts)))
    _agree(shuffled, durable)
    assert _run(shuffled, durable)[0].meant[0] == _run(case, durable)[0].meant[0]
