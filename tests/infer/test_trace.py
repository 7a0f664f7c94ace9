"""Traces of findings: rules, candidates, what was not there and which source could have shown it."""

from __future__ import annotations

from random import Random

from diagnose.infer.episodes import MAX_DERIVATIONS
from diagnose.infer.near import Condition
from diagnose.infer.program import FINDING, Alpha, FindingDef, Negative, Program, Rule, Step, Summary
from diagnose.infer.trace import FindingTrace, Tracer
from diagnose.model import Fact
from diagnose.where import Test as Where
from tests.infer.build import S, edge_join, evidence, fact, finding, program
from tests.infer.strategies import write_case

DOWN = Alpha("a1", "link", (Where("state", "eq", "down"),), ("edge",))
RESET = Alpha("a2", "reset", (), ("edge",))
STEP = (Step("down", "reset", 5 * S),)


def rule(**more: object) -> Program:
    parts = {"joins": edge_join("down", "reset"), "steps": STEP, **more}
    return program([DOWN, RESET], [finding("x", ("down", "a1"), ("reset", "a2"), **parts)])


def trace(prog: Program, *facts: Fact, covers: tuple[str, ...] = (), name: str = "x") -> FindingTrace:
    return Tracer(prog, evidence(*facts, covers=covers)).finding(name)


def conditions(prog: Program, *facts: Fact, covers: tuple[str, ...] = (), name: str = "x") -> tuple[Condition, ...]:
    return trace(prog, *facts, covers=covers, name=name).ways[0].candidates[0].conditions


def test_a_seen_finding_has_a_rule_that_fired_with_every_condition_met():
    result = trace(rule(), fact(1, "link", 0, edge="e1", state="down"), fact(2, "reset", S, edge="e1"))

    assert (result.state, result.ways[0].fired) == ("seen", True)
    assert result.ways[0].candidates[0].met


def test_a_fact_that_nearly_fits_is_shown_with_what_was_asked():
    part = conditions(rule(), fact(1, "link", 0, edge="e1", state="up"), fact(2, "reset", S, edge="e1"))[0]

    assert (part.what, part.state) == ("down: link with state = down", "failed")
    assert (part.got, part.facts) == ("state is up, asked state = down", ("f1",))


def test_a_part_that_nothing_could_show_is_unknown_and_names_the_source():
    prog = rule(observable_by=("edge.log", "analytics"))
    result = trace(prog, fact(2, "reset", S, edge="e1"))
    part = result.ways[0].candidates[0].conditions[0]

    assert (result.state, result.lacking) == ("unknown", "not collected: edge.log, analytics")
    assert (part.state, part.got) == ("unknown", "no link in the evidence; not collected: edge.log, analytics")


def test_a_part_that_a_watching_source_does_not_show_failed():
    part = conditions(rule(observable_by=("edge.log",)), fact(2, "reset", S, edge="e1"), covers=("edge.log",))[0]

    assert (part.state, part.got) == ("failed", "no link in the evidence, and edge.log is there")


def test_a_denied_fact_says_that_it_denies():
    part = conditions(rule(), fact(1, "link", 0, edge="e1", state="down", polarity="denied"))[0]

    assert part.got == "f1 denies it"


def test_an_absence_that_no_source_could_have_shown_is_unknown():
    absent = (Negative("a2", needs=("analytics",)),)
    prog = program([DOWN, RESET], [finding("x", ("down", "a1"), negatives=absent)])
    down = fact(1, "link", 0, edge="e1", state="down")

    assert conditions(prog, down)[1].got == "not collected: analytics"
    assert conditions(prog, down)[1].state == "unknown"
    assert conditions(prog, down, covers=("analytics",))[1].state == "passed"


def test_a_count_that_was_not_reached_says_how_many_there_were():
    count = Summary("s1", "a2", "count", ("edge",), at_least=3, within=10 * S)
    prog = program([RESET], [finding("x", ("many", "s1"))], summaries=(count,))
    part = conditions(prog, *(fact(n, "reset", n * S, edge="e1") for n in (1, 2)))[0]

    assert part.what == "many: reset, 3 times or more within 10 s"
    assert part.got == "2 times within 10 s, edge e1, needed 3"


def test_a_finding_below_that_was_not_seen_is_named_with_its_reason():
    low = finding("low", ("p", "a1"), observable_by=("edge.log",))
    high = finding("x", ("low", "a3"), ("reset", "a2"), stratum=1)
    prog = program([DOWN, RESET, Alpha("a3", FINDING + "low")], [low, high])

    part = conditions(prog, fact(1, "reset", 0), covers=("edge.log",))[0]
    assert (part.what, part.state) == ("low: finding low", "failed")
    assert part.got == "not seen: edge.log would have shown it"


def test_one_fact_for_two_parts_is_one_too_few():
    prog = program([RESET], [finding("x", ("p", "a2"), ("q", "a2"))])

    assert "one more is needed" in conditions(prog, fact(1, "reset", 0))[1].got


def test_the_nearest_miss_is_one_sentence_and_empty_when_nothing_was_found():
    near = Tracer(rule(), evidence(fact(1, "link", 0, edge="e1", state="down"), fact(2, "reset", 9 * S, edge="e1")))

    assert near.nearest("x") == "down -> reset took 9 s, allowed 5 s"
    assert Tracer(rule(), evidence()).nearest("x") == ""


def test_on_random_programs_a_candidate_meets_every_condition_where_its_rule_fired_and_only_there():
    fired = missed = 0
    for seed in range(60):
        case = write_case(Random(seed))
        tracer = Tracer(case.program, case.evidence)
        for definition in case.program.findings:
            for way in tracer.finding(definition.id).ways:
                assert any(c.met for c in way.candidates) is way.fired, (seed, way)
                fired += way.fired
                missed += not way.fired
    assert fired > 10
    assert missed > 10


def test_too_many_matches_leave_facts_out_as_in_a_run():
    pair = program([RESET], [finding("x", ("p", "a2"), ("q", "a2"), joins=edge_join("p", "q"))])
    tracer = Tracer(pair, evidence(*(fact(n, "reset", n, edge="e1") for n in range(1, 200))))

    assert tracer.finding("x").state == "seen"
    assert "the first and last 49 of 199 facts were used" in tracer.truncated[0]


def test_a_rule_fired_even_where_so_many_did_that_its_derivation_was_not_kept():
    alphas = [Alpha(f"a{n:02}", f"k{n}") for n in range(MAX_DERIVATIONS + 5)]
    rules = tuple(Rule(f"x#{n:02}", "x", 0, (("p", a.id),)) for n, a in enumerate(alphas))
    prog = program(alphas, [FindingDef("x", "X", rules)])
    result = trace(prog, *(fact(n, f"k{n}", n) for n in range(len(alphas))))

    assert all(way.fired for way in result.ways)
