"""What a rule means: joins, steps, negatives, and how near it came."""

from __future__ import annotations

import pytest

from diagnose.errors import EngineFailedError
from diagnose.infer.atoms import AtomSpace
from diagnose.infer.index import index_of
from diagnose.infer.match import MAX_FIRINGS
from diagnose.infer.near import nearest_miss
from diagnose.infer.program import Alpha, Negative, Program, Rule, Step
from diagnose.infer.reference import Memory, ReferenceEngine
from diagnose.model import Fact
from diagnose.where import Test
from tests.infer.build import S, edge_join, fact, finding, program

DOWN, RESET, MOVE = (
    Alpha("a1", "link", (), ("edge",)),
    Alpha("a2", "reset", (), ("edge",)),
    Alpha("a3", "move", (), ("edge",)),
)


def fire(prog: Program, facts: list[Fact], stratum: int = 0) -> list[tuple[tuple[str, str], ...]]:
    """Firings as (alias, fact id) pairs."""
    space = AtomSpace(prog, facts)
    engine = ReferenceEngine()
    engine.begin(prog)
    firings = engine.fire(stratum, space.add_facts(facts))
    engine.end()
    return sorted(tuple((alias, space.atoms[n].facts[0]) for alias, n in f.binding) for f in firings)


def within_30s(**more: object) -> Program:
    rule = finding(
        "x",
        ("down", "a1"),
        ("reset", "a2"),
        joins=edge_join("down", "reset"),
        steps=(Step("down", "reset", 30 * S),),
        **more,
    )
    return program([DOWN, RESET, MOVE], [rule])


def miss(prog: Program, facts: list[Fact]) -> tuple[int, str]:
    memory = Memory()
    memory.add(AtomSpace(prog, facts).add_facts(facts))
    rule: Rule = prog.findings[0].rules[0]
    return nearest_miss(rule, memory, index_of(prog))


def test_facts_of_one_edge_inside_the_window_match():
    facts = [fact(1, "link", 0, edge="e1"), fact(2, "reset", 30 * S, edge="e1")]

    assert fire(within_30s(), facts) == [(("down", "f1"), ("reset", "f2"))]


def test_one_millisecond_past_the_window_does_not_match():
    facts = [fact(1, "link", 0, edge="e1"), fact(2, "reset", 30 * S + 1, edge="e1")]

    assert fire(within_30s(), facts) == []


def test_the_wrong_order_does_not_match():
    facts = [fact(1, "link", 10 * S, edge="e1"), fact(2, "reset", 9 * S, edge="e1")]

    assert fire(within_30s(), facts) == []


def test_another_edge_does_not_match():
    facts = [fact(1, "link", 0, edge="e1"), fact(2, "reset", S, edge="e2")]

    assert fire(within_30s(), facts) == []


def test_a_fact_that_names_no_edge_stands_for_every_edge():
    facts = [fact(1, "link", 0), fact(2, "reset", S, edge="e1"), fact(3, "reset", S, edge="e2")]

    assert fire(within_30s(), facts) == [(("down", "f1"), ("reset", "f2")), (("down", "f1"), ("reset", "f3"))]


def test_a_fact_without_a_time_may_lie_anywhere():
    facts = [fact(1, "link", 0, edge="e1"), fact(2, "reset", None, edge="e1")]

    assert len(fire(within_30s(), facts)) == 1


def test_a_clock_bound_widens_the_window():
    near = [fact(1, "link", 0, edge="e1"), fact(2, "reset", 32 * S, edge="e1", clock="d", bound=2 * S)]
    far = [fact(1, "link", 0, edge="e1"), fact(2, "reset", 33 * S, edge="e1", clock="d", bound=2 * S)]

    assert len(fire(within_30s(), near)) == 1
    assert fire(within_30s(), far) == []


def test_one_fact_is_not_bound_twice():
    twice = program([RESET], [finding("x", ("p", "a2"), ("q", "a2"), joins=edge_join("p", "q"))])

    assert fire(twice, [fact(1, "reset", 0, edge="e1")]) == []
    assert len(fire(twice, [fact(1, "reset", 0, edge="e1"), fact(2, "reset", 0, edge="e1")])) == 2


@pytest.mark.parametrize(("at", "fires"), [(-61, True), (-60, False), (-1, False), (0, False), (1, True)])
def test_a_negative_before_an_alias_holds_back_inside_its_window_only(at, fires):
    unless = (Negative("a3", (("edge", "reset"),), before="reset", within=60 * S),)
    facts = [fact(1, "link", 0, edge="e1"), fact(2, "reset", 0, edge="e1"), fact(3, "move", at * S, edge="e1")]

    assert bool(fire(within_30s(negatives=unless), facts)) is fires


def test_a_negative_about_another_edge_does_not_hold_back():
    unless = (Negative("a3", (("edge", "reset"),)),)
    facts = [fact(1, "link", 0, edge="e1"), fact(2, "reset", 0, edge="e1"), fact(3, "move", 0, edge="e2")]

    assert len(fire(within_30s(negatives=unless), facts)) == 1


def test_one_fact_is_not_bound_twice_under_two_descriptions():
    resets = Alpha("a4", "reset", (Test("code", "eq", 1),), ("edge",))
    both = program([RESET, resets], [finding("x", ("p", "a2"), ("q", "a4"), joins=edge_join("p", "q"))])

    assert fire(both, [fact(1, "reset", 0, edge="e1", code=1)]) == []
    two = [fact(1, "reset", 0, edge="e1", code=1), fact(2, "reset", 0, edge="e1")]
    assert fire(both, two) == [(("p", "f2"), ("q", "f1"))]


def test_a_negative_is_about_another_fact_than_the_one_that_it_is_near_to():
    first = (Negative("a2", (("edge", "p"),), before="p"),)
    prog = program([RESET], [finding("x", ("p", "a2"), negatives=first)])

    assert fire(prog, [fact(1, "reset", 5, edge="e1"), fact(2, "reset", 9, edge="e1")]) == [(("p", "f1"),)]


def test_too_many_matches_end_in_a_refusal_with_the_rule_named():
    pair = program([RESET], [finding("x", ("p", "a2"), ("q", "a2"), joins=edge_join("p", "q"))])
    facts = [fact(n, "reset", n, edge="e1") for n in range(1, 200)]

    assert len(facts) ** 2 > MAX_FIRINGS
    with pytest.raises(EngineFailedError, match="x#0"):
        fire(pair, facts)


def test_the_nearest_miss_names_the_step_with_measured_and_allowed_time():
    facts = [
        fact(1, "link", 0, edge="e1"),
        fact(2, "reset", 500 * S, edge="e1"),
        fact(3, "reset", 240 * S, edge="e1"),
    ]

    assert miss(within_30s(), facts) == (3, "down -> reset took 240 s, allowed 30 s")


def test_the_nearest_miss_tells_wrong_order_wrong_entity_missing_part_and_what_held_back():
    unless = (Negative("a3", (("edge", "reset"),)),)
    down = fact(1, "link", 10 * S, edge="e1")

    assert miss(within_30s(), [down, fact(2, "reset", 4 * S, edge="e1")]) == (3, "reset came 6 s before down")
    assert miss(within_30s(), [down, fact(2, "reset", 11 * S, edge="e2")])[0] == 2
    assert miss(within_30s(), [down]) == (1, "nothing matched reset (reset)")
    assert miss(within_30s(), []) == (0, "nothing matched down (link), reset (reset)")
    held = miss(
        within_30s(negatives=unless), [down, fact(2, "reset", 11 * S, edge="e1"), fact(3, "move", 0, edge="e1")]
    )
    assert held == (4, "held back by move (f3)")
