"""From firings to findings: seen, not seen, unknown, strata, episodes, answers."""

from __future__ import annotations

from collections.abc import Sequence

from diagnose.errors import EngineFailedError
from diagnose.infer.match import Atom, Firing
from diagnose.infer.program import FINDING, Alpha, Negative, Program, Step
from diagnose.infer.reference import ReferenceEngine
from diagnose.infer.run import Inference, run
from diagnose.model import Evidence, FindingResult
from tests.infer.build import S, edge_join, evidence, fact, finding, program

HIT = Alpha("a1", "hit")
ON_HIT = Alpha("a2", FINDING + "x")


def infer(prog: Program, ev: Evidence) -> Inference:
    return run(prog, ev, ReferenceEngine())


def only(prog: Program, ev: Evidence, name: str = "x") -> FindingResult:
    found = [r for r in infer(prog, ev).findings if r.id == name]
    assert len(found) == 1
    return found[0]


def test_a_finding_nobody_could_have_shown_is_unknown():
    x = program([HIT], [finding("x", ("p", "a1"), observable_by=("edge.log",))])

    result = only(x, evidence())

    assert (result.state, result.why) == ("unknown", "no edge.log that covers the time")


def test_a_finding_that_a_live_source_would_have_shown_is_not_seen():
    x = program([HIT], [finding("x", ("p", "a1"), observable_by=("edge.log",))])

    assert only(x, evidence(covers=("edge.log",))).state == "not_seen"
    assert only(x, evidence(covers=("analytics",))).state == "unknown"


def test_a_source_that_was_cut_off_while_it_happened_proves_nothing_by_silence():
    x = program([HIT, Alpha("a9", "other")], [finding("x", ("p", "a1"), observable_by=("analytics",))])
    during = fact(1, "other", 500)
    cut = Evidence((during,), coverage={"analytics": ((None, 100), (900, None))})
    alive = Evidence((during,), coverage={"analytics": ((None, 600),)})

    assert only(x, cut).state == "unknown"
    assert only(x, alive).state == "not_seen"


def test_a_denied_fact_makes_its_finding_not_seen_and_is_named():
    x = program([HIT], [finding("x", ("p", "a1"))])

    result = only(x, evidence(fact(1, "hit", polarity="denied")))

    assert (result.state, result.facts, result.why) == ("not_seen", ("f1",), "denied by f1")


def test_a_fact_and_its_denial_are_a_contradiction():
    x = program([HIT], [finding("x", ("p", "a1"))])

    result = infer(x, evidence(fact(1, "hit"), fact(2, "hit", polarity="denied")))

    assert result.findings[0].state == "seen"
    assert result.contradictions == ("X: seen, yet f2 says the opposite",)


def test_findings_build_on_findings_of_lower_strata_and_name_them():
    prog = program([HIT, ON_HIT], [finding("x", ("p", "a1"), about=("edge",)), finding("y", ("q", "a2"), stratum=1)])

    result = only(prog, evidence(fact(1, "hit", edge="e1")), "y")

    assert result.state == "seen"
    assert result.derivation[0].findings == ("x@edge=e1",)
    assert result.facts == ("f1",)


def test_a_finding_is_not_seen_when_a_finding_that_it_needs_is_not_seen():
    prog = program(
        [HIT, ON_HIT], [finding("x", ("p", "a1"), observable_by=("edge.log",)), finding("y", ("q", "a2"), stratum=1)]
    )

    result = only(prog, evidence(covers=("edge.log",)), "y")

    assert (result.state, result.why) == ("not_seen", "x was not seen")


def test_negation_of_a_finding_does_not_depend_on_the_order_of_facts():
    unless = (Negative("a2"),)
    prog = program(
        [HIT, ON_HIT, Alpha("a3", "other")],
        [finding("x", ("p", "a1")), finding("y", ("q", "a3"), stratum=1, negatives=unless)],
    )

    assert only(prog, evidence(fact(1, "other"), fact(2, "hit")), "y").state != "seen"
    assert only(prog, evidence(fact(1, "hit"), fact(2, "other")), "y").state != "seen"
    assert only(prog, evidence(fact(1, "other")), "y").state == "seen"


def test_an_absence_that_no_source_could_show_leaves_the_finding_unknown():
    absent = (Negative("a3", needs=("analytics",)),)
    prog = program([HIT, Alpha("a3", "turn")], [finding("x", ("p", "a1"), negatives=absent)])

    assert only(prog, evidence(fact(1, "hit"))).why == "an absence could not be seen: no analytics"
    assert only(prog, evidence(fact(1, "hit"), covers=("analytics",))).state == "seen"
    assert only(prog, evidence(fact(1, "hit"), fact(2, "turn"), covers=("analytics",))).state != "seen"


def test_instances_close_in_time_are_one_episode_and_distant_ones_are_two():
    near = program([HIT, ON_HIT], [finding("x", ("p", "a1"), settle=20 * S), finding("y", ("q", "a2"), stratum=1)])

    merged = only(near, evidence(fact(1, "hit", 0), fact(2, "hit", 20 * S)), "y")
    apart = only(near, evidence(fact(1, "hit", 0), fact(2, "hit", 21 * S)), "y")

    assert len(merged.derivation) == 1
    assert merged.at is not None
    assert (merged.at.start, merged.at.end) == (0, 20 * S)
    assert apart.facts == ("f1", "f2")


def test_about_is_taken_from_the_joined_entity():
    prog = program(
        [Alpha("a1", "hit", (), ("edge",)), Alpha("a2", "blow", (), ("edge",))],
        [finding("x", ("p", "a1"), ("q", "a2"), joins=edge_join("p", "q"), about=("edge",))],
    )

    assert only(prog, evidence(fact(1, "hit", edge="e7"), fact(2, "blow"))).about == {"edge": "e7"}


def test_a_step_that_holds_only_within_the_clocks_bounds_says_so():
    prog = program(
        [HIT, Alpha("a2", "blow")], [finding("x", ("p", "a1"), ("q", "a2"), steps=(Step("p", "q", 30 * S),))]
    )

    loose = only(prog, evidence(fact(1, "hit", 0), fact(2, "blow", 31 * S, clock="d", bound=2 * S)))
    firm = only(prog, evidence(fact(1, "hit", 0), fact(2, "blow", 20 * S, clock="d", bound=2 * S)))

    assert [d.tolerant for d in loose.derivation] == [True]
    assert [d.tolerant for d in firm.derivation] == [False]


def test_two_facts_of_one_clock_are_compared_exactly_whatever_that_clock_is_off():
    prog = program(
        [HIT, Alpha("a2", "blow")], [finding("x", ("p", "a1"), ("q", "a2"), steps=(Step("p", "q", 30 * S),))]
    )
    late = evidence(fact(1, "hit", 0, bound=9 * S), fact(2, "blow", 31 * S, bound=9 * S))

    assert only(prog, late).state != "seen"


def test_an_answer_decides_what_evidence_left_open_and_clashes_are_named():
    x = program([HIT], [finding("x", ("p", "a1"))])
    yes = fact(5, "answer", None, finding="x", state="seen")
    no = fact(6, "answer", None, finding="x", state="not_seen")

    assert only(x, evidence(yes)).state == "seen"
    assert only(x, evidence(no)).state == "not_seen"
    assert "answer f6 denies it" in infer(x, evidence(fact(1, "hit"), no)).contradictions[0]


class _Broken:
    name = "durable"

    def begin(self, program: Program) -> None:
        pass

    def fire(self, stratum: int, new: Sequence[Atom]) -> list[Firing]:
        raise EngineFailedError("the engine gave code 2 on a fresh fact")

    def end(self) -> None:
        pass


def test_an_engine_that_fails_is_replaced_and_the_result_says_so():
    x = program([HIT], [finding("x", ("p", "a1"))])

    result = run(x, evidence(fact(1, "hit")), _Broken())

    assert result.engine == "reference (after durable failed)"
    assert result.findings[0].state == "seen"
    assert result.warnings == ("the engine gave code 2 on a fresh fact",)


def test_too_many_matches_end_in_a_result_that_says_what_was_left_out():
    pair = program(
        [Alpha("a1", "hit", (), ("edge",))], [finding("x", ("p", "a1"), ("q", "a1"), joins=edge_join("p", "q"))]
    )

    result = infer(pair, evidence(*(fact(n, "hit", n, edge="e") for n in range(1, 260))))

    assert result.findings[0].state == "seen"
    assert "of 259 facts were used" in " ".join(result.truncated)
