"""How near a rule came: each condition with its values and distances."""

from __future__ import annotations

from diagnose.infer.atoms import AtomSpace
from diagnose.infer.index import index_of
from diagnose.infer.near import Candidate, candidate, describe_test, nearest, nearest_miss, seconds
from diagnose.infer.program import Alpha, Negative, Program, Step
from diagnose.infer.reference import Memory
from diagnose.model import Fact
from diagnose.where import Test as Where
from tests.infer.build import S, edge_join, fact, finding, program

DOWN, RESET, MOVE = (Alpha(f"a{n}", kind, (), ("edge",)) for n, kind in enumerate(("link", "reset", "move"), 1))


def within_5s(**more: object) -> Program:
    rule = finding(
        "x",
        ("down", "a1"),
        ("reset", "a2"),
        joins=edge_join("down", "reset"),
        steps=(Step("down", "reset", 5 * S),),
        **more,
    )
    return program([DOWN, RESET, MOVE], [rule])


def candidates(prog: Program, *facts: Fact) -> list[Candidate]:
    memory = Memory()
    memory.add(AtomSpace(prog, facts).add_facts(facts))
    rule = prog.findings[0].rules[0]
    return [candidate(rule, found, memory, index_of(prog)) for found in nearest(rule, memory)]


def told(prog: Program, *facts: Fact) -> str:
    memory = Memory()
    memory.add(AtomSpace(prog, facts).add_facts(facts))
    return nearest_miss(prog.findings[0].rules[0], memory, index_of(prog))[1]


def test_a_missed_window_shows_the_measured_and_the_allowed_distance():
    best = candidates(within_5s(), fact(1, "link", 0, edge="e1"), fact(2, "reset", 10_400, edge="e1"))[0]

    step = best.conditions[-1]
    assert (step.what, step.state, step.got) == ("down -> reset within 5 s", "failed", "10.4 s apart, allowed 5 s")
    assert (step.measured_ms, step.allowed_ms, best.off_ms) == (10_400, 5_000, 5_400)


def test_a_failed_join_shows_both_values():
    best = candidates(within_5s(), fact(1, "link", 0, edge="e1"), fact(2, "reset", S, edge="e2"))[0]

    join = next(c for c in best.conditions if c.kind == "join")
    assert (join.state, join.got, join.values, join.facts) == ("failed", "edge: e1 / e2", ("e1", "e2"), ("f1", "f2"))
    assert "same edge: down, reset; edge: e1 / e2" in told(
        within_5s(), fact(1, "link", 0, edge="e1"), fact(2, "reset", S, edge="e2")
    )


def test_the_nearest_candidate_comes_first():
    facts = [fact(1, "link", 0, edge="e1"), *(fact(n, "reset", n * 10 * S, edge="e1") for n in (4, 2, 3))]

    assert [c.off_ms // S for c in candidates(within_5s(), *facts)] == [15, 25, 35]


def test_one_entity_apart_is_farther_than_any_time():
    facts = [fact(1, "link", 0, edge="e1"), fact(2, "reset", S, edge="e2"), fact(3, "reset", 900 * S, edge="e1")]

    assert candidates(within_5s(), *facts)[0].conditions[-1].measured_ms == 900 * S


def test_the_wrong_order_says_which_came_first():
    best = candidates(within_5s(), fact(1, "link", 9 * S, edge="e1"), fact(2, "reset", 3 * S, edge="e1"))[0]

    assert (best.conditions[-1].got, best.conditions[-1].measured_ms) == ("reset came 6 s before down", -6 * S)


def test_a_step_that_holds_only_within_the_tolerance_of_the_clocks_says_so():
    facts = fact(1, "link", 0, edge="e1"), fact(2, "reset", 6 * S, edge="e1", clock="d", bound=2 * S)
    best = candidates(within_5s(), *facts)[0]

    step = best.conditions[-1]
    assert best.met
    assert step.tolerant
    assert step.got == "6 s apart, allowed 5 s + 2 s clock tolerance: holds only within what the clocks may be off"


def test_on_one_clock_there_is_no_tolerance():
    facts = fact(1, "link", 0, edge="e1", bound=9 * S), fact(2, "reset", 6 * S, edge="e1", bound=9 * S)

    assert candidates(within_5s(), *facts)[0].conditions[-1].got == "6 s apart, allowed 5 s"


def test_a_negation_that_was_met_tells_what_held_back_and_how_far_it_was():
    unless = (Negative("a3", (("edge", "reset"),), before="reset", within=60 * S),)
    facts = [
        fact(n, kind, at * S, edge="e1") for n, (kind, at) in enumerate((("link", 0), ("reset", 2), ("move", -10)), 1)
    ]
    best = candidates(within_5s(negatives=unless), *facts)[0]

    held = best.conditions[-1]
    assert (held.kind, held.what, held.state) == ("unless", "unless move within 60 s before reset", "failed")
    assert (held.got, held.facts) == ("it is there, 12 s before reset", ("f3",))
    assert told(within_5s(negatives=unless), *facts) == (
        "held back by move within 60 s before reset (f3), 12 s before reset"
    )


def test_a_match_meets_every_condition():
    best = candidates(within_5s(), fact(1, "link", 0, edge="e1"), fact(2, "reset", S, edge="e1"))[0]

    assert best.met
    assert (best.missing, best.apart, best.off_ms) == (0, 0, 0)


def test_many_alike_facts_do_not_hide_the_nearest():
    facts = [fact(n, "link", -n * 1000 * S, edge="e1") for n in range(1, 300)]
    facts += [fact(500, "link", 0, edge="e1"), fact(501, "reset", 8 * S, edge="e1")]

    assert candidates(within_5s(), *facts)[0].off_ms == 3 * S


def test_tests_and_times_are_said_in_words():
    assert describe_test(Where("state", "in", ("up", "down"))) == "state = up or down"
    assert describe_test(Where("host", "exists", False)) == "host not given"
    assert [seconds(ms) for ms in (10_400, 30_000, 9_000_000)] == ["10.4 s", "30 s", "2.5 h"]
