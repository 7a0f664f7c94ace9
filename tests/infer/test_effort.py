"""The estimate of what joining costs is never too low, and not so high that ordinary incidents are refused."""

from __future__ import annotations

from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.errors import EngineFailedError
from diagnose.infer import effort as module
from diagnose.infer.atoms import AtomSpace
from diagnose.infer.effort import check_effort, effort
from diagnose.infer.match import Atom
from diagnose.infer.program import Join, Rule, Step
from diagnose.infer.reference import Memory, complete
from tests.infer.strategies import write_case

PAIR = (("flap", "F"), ("reset", "R"))
ON_EDGE = (Join("edge", ("flap", "reset")),)


def atoms(alpha: str, count: int, gap: int, edges: int = 1) -> list[Atom]:
    return [Atom(i, alpha, i * gap, i * gap, i * gap, i * gap, {"edge": f"e{i % edges}"}) for i in range(count)]


@settings(deadline=None, derandomize=True, database=None, max_examples=300)
@given(st.integers(0, 2**63))
def test_there_are_never_more_matches_than_estimated(seed: int) -> None:
    case = write_case(Random(seed), size=3, facts=20)
    space = AtomSpace(case.program, case.evidence.facts)
    by_alpha: dict[str, list[Atom]] = {}
    for atom in space.add_facts(case.evidence.facts):
        by_alpha.setdefault(atom.alpha, []).append(atom)
    memory = Memory()
    memory.add(a for group in by_alpha.values() for a in group)
    for rule in (r for f in case.program.findings for r in f.rules):
        positive = msgspec.structs.replace(rule, negatives=())
        matches = sum(1 for _ in complete(positive, memory))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "MAX_PARTIAL", 0)
            visits, partial = effort(positive, by_alpha)
        assert visits >= matches
        assert partial >= matches


def test_a_window_and_a_join_keep_a_large_incident_within_the_limits() -> None:
    rule = Rule("r", "r", 0, PAIR, (), ON_EDGE, (Step("flap", "reset", 30),))
    check_effort([rule], {"F": atoms("F", 5000, 100, 50), "R": atoms("R", 5000, 100, 50)})


def test_the_same_incident_without_a_join_is_refused_by_name() -> None:
    with pytest.raises(EngineFailedError, match="rule r could match too many combinations"):
        check_effort([Rule("r", "r", 0, PAIR)], {"F": atoms("F", 5000, 100), "R": atoms("R", 5000, 100)})


def test_many_rules_together_count() -> None:
    rules = [Rule(f"r{i}", f"r{i}", 0, PAIR, (), ON_EDGE, (Step("flap", "reset", 30),)) for i in range(70)]
    group = {"F": atoms("F", 400, 100), "R": atoms("R", 400, 100)}
    check_effort(rules[:60], group)
    with pytest.raises(EngineFailedError, match="rule r"):
        check_effort(rules, group)
