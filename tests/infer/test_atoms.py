"""Facts become atoms: tests on fields, missing entities, counts, periods, caps."""

from __future__ import annotations

import pytest

from diagnose.infer.atoms import ANY, MAX_ATOMS, AtomSpace
from diagnose.infer.match import FOREVER
from diagnose.infer.program import Alpha, Summary
from diagnose.model import Fact
from diagnose.where import Test
from tests.infer.build import S, fact, program

HIT = Alpha("a1", "hit", (), ("edge",))


def summaries(summary: Summary, facts: list[Fact]) -> list[tuple[int, int, str]]:
    """Summary atoms as (start, end, note)."""
    prog = program([Alpha("a1", "hit")], [], summaries=(summary,))
    space = AtomSpace(prog, facts)
    space.add_facts(facts)
    return [(a.lo, a.end_hi, a.note) for a in space.add_summaries(prog.summaries)]


def test_a_fact_is_an_atom_of_every_alpha_that_it_satisfies():
    down = Alpha("a1", "link", (Test("state", "eq", "down"),))
    wan = Alpha("a2", "link", (Test("link", "in", ("wan", "lan")),))
    space = AtomSpace(program([down, wan], []), [])

    made = space.add_facts([fact(1, "link", state="down", link="wan"), fact(2, "link", state="up", link="other")])

    assert [(a.alpha, a.facts) for a in made] == [("a1", ("f1",)), ("a2", ("f1",))]


def test_a_missing_entity_becomes_every_known_one_and_a_star_when_none_is_known():
    known = [fact(1, "hit"), fact(2, "other", edge="e2"), fact(3, "other", edge="e1")]
    unknown = [fact(1, "hit")]

    assert [a.keys for a in AtomSpace(program([HIT], []), known).add_facts(known)] == [{"edge": "e1"}, {"edge": "e2"}]
    assert [a.keys for a in AtomSpace(program([HIT], []), unknown).add_facts(unknown)] == [{"edge": ANY}]


def test_the_bound_of_a_clock_and_an_unknown_time_become_where_an_atom_can_lie():
    space = AtomSpace(program([HIT], []), [])

    bounded, unknown = space.add_facts([fact(1, "hit", 10 * S, bound=2 * S), fact(2, "hit", None)])

    assert (bounded.lo, bounded.hi) == (8 * S, 12 * S)
    assert (unknown.lo, unknown.hi) == (-FOREVER, FOREVER)


def test_denied_facts_match_no_positive_alpha_but_are_known_to_deny_it():
    facts = [fact(1, "hit", polarity="denied")]
    space = AtomSpace(program([HIT], []), facts)

    assert space.add_facts(facts) == []
    assert space.denials(facts) == {"a1": ("f1",)}


@pytest.mark.parametrize(("third", "expected"), [(80, [(0, 80 * S, "3 times")]), (301, [])])
def test_a_count_needs_enough_facts_inside_its_window(third, expected):
    three = Summary("s1", "a1", "count", at_least=3, within=300 * S)

    assert summaries(three, [fact(1, "hit", 0), fact(2, "hit", 40 * S), fact(3, "hit", third * S)]) == expected


def test_a_count_of_different_values_does_not_count_one_value_twice():
    calls = Summary("s1", "a1", "count", at_least=2, distinct="conversation")

    assert summaries(calls, [fact(1, "hit", 0, conversation="c1"), fact(2, "hit", 1, conversation="c1")]) == []
    two = summaries(calls, [fact(1, "hit", 0, conversation="c1"), fact(2, "hit", 1, conversation="c2")])
    assert two == [(0, 1, "2 different conversation")]


def test_a_count_can_have_an_upper_limit():
    once = Summary("s1", "a1", "count", at_least=1, at_most=1)

    assert len(summaries(once, [fact(1, "hit", 0)])) == 1
    assert summaries(once, [fact(1, "hit", 0), fact(2, "hit", 5)]) == []


def test_counts_are_kept_apart_by_entity():
    per_edge = Summary("s1", "a1", "count", ("edge",), at_least=2)
    prog = program([Alpha("a1", "hit")], [], summaries=(per_edge,))
    facts = [fact(1, "hit", 0, edge="e1"), fact(2, "hit", 1, edge="e2"), fact(3, "hit", 2, edge="e2")]
    space = AtomSpace(prog, facts)
    space.add_facts(facts)

    assert [(a.keys, a.facts) for a in space.add_summaries(prog.summaries)] == [({"edge": "e2"}, ("f2", "f3"))]


def test_a_near_constant_gap_is_a_period_and_random_gaps_are_none():
    period = Summary("s1", "a1", "period", at_least=3, tolerance=0.2)

    steady = summaries(period, [fact(n, "hit", t) for n, t in enumerate((0, 2000, 4100, 6000, 8050))])
    random = summaries(period, [fact(n, "hit", t) for n, t in enumerate((0, 900, 7000, 8000, 30000))])

    assert [note for _, _, note in steady] == ["every 2.025 s, 4 times"]
    assert random == []


def test_a_period_of_a_field_looks_at_its_values():
    age = Summary("s1", "a1", "period", at_least=3, field="age_s", low=20, high=7200)

    same = summaries(age, [fact(n, "hit", n, age_s=v) for n, v in enumerate((60.1, 59.8, 60.4))])
    mixed = summaries(age, [fact(n, "hit", n, age_s=v) for n, v in enumerate((12.0, 59.8, 160.4))])
    short = summaries(age, [fact(n, "hit", n, age_s=v) for n, v in enumerate((2.0, 2.0, 2.0))])

    assert [note for _, _, note in same] == ["always about 60.1, 3 times"]
    assert (mixed, short) == ([], [])


def test_a_flood_of_like_facts_is_capped_and_said_so():
    facts = [fact(n, "hit", n, edge="e1") for n in range(MAX_ATOMS + 50)]
    space = AtomSpace(program([HIT], []), facts)

    assert len(space.add_facts(facts)) == MAX_ATOMS
    assert space.truncated == [
        f"{MAX_ATOMS + 50} facts of kind hit were alike: the first and last {MAX_ATOMS // 2} were joined"
    ]
