"""Why nothing takes a part of a rule; what a whole trace says of it is in `test_trace`."""

from __future__ import annotations

from diagnose.infer.parts import missing_part, not_collected
from diagnose.infer.program import FINDING, Alpha, Summary
from diagnose.infer.reference import ReferenceEngine
from diagnose.infer.run import Run
from diagnose.model import Evidence
from diagnose.where import Test as Where
from tests.infer.build import S, evidence, fact, finding, program

RESET = Alpha("a1", "reset", (Where("code", "gt", 5), Where("host", "exists", True)))


def ran(alpha: Alpha, given: Evidence, *more: Summary, part: str = "a1") -> tuple[Run, str, str]:
    prog = program([alpha], [finding("x", ("p", part))], summaries=more)
    run = Run(prog, given, ReferenceEngine())
    run.results()
    condition = missing_part(run, prog.findings[0], "p", part)
    return run, condition.what, condition.got


def test_the_fact_that_fails_the_fewest_tests_is_the_nearest():
    facts = [fact(1, "reset", 0, code=3), fact(2, "reset", 0, code=7), fact(3, "reset", 0)]
    _, what, got = ran(RESET, evidence(*facts))

    assert what == "p: reset with code > 5, host given"
    assert got == "3 reset, none fits; the nearest: host is not there, asked host given"


def test_too_many_are_told_as_such():
    few = Summary("s1", "a2", "count", at_least=1, at_most=2, distinct="code")
    alpha = Alpha("a2", "reset")
    _, what, got = ran(alpha, evidence(*(fact(n, "reset", n, code=n) for n in range(4))), few, part="s1")

    assert what == "p: reset, 1 different code or more, 2 at most"
    assert got == "4 different code, allowed 2 at most"


def test_a_rhythm_that_is_not_there():
    beat = Summary("s1", "a2", "period", at_least=3)
    _, what, got = ran(
        Alpha("a2", "reset"), evidence(*(fact(n, "reset", n * n * S) for n in range(4))), beat, part="s1"
    )

    assert (what, got) == ("p: reset, a rhythm kept 3 times", "4 of them, and no such rhythm")


def test_a_finding_seen_about_something_else():
    low = finding("low", ("p", "a1"), about=("edge",))
    alphas = [Alpha("a1", "reset"), Alpha("a2", FINDING + "low", (Where("edge", "eq", "e2"),))]
    prog = program(alphas, [low, finding("x", ("low", "a2"), stratum=1)])
    run = Run(prog, evidence(fact(1, "reset", 0, edge="e1")), ReferenceEngine())
    run.results()

    assert missing_part(run, prog.findings[1], "low", "a2").got == "it was seen, but about edge e1"


def test_sources_that_do_not_cover_the_time_are_told_from_those_that_are_not_there():
    given = Evidence((), coverage={"edge.log": ((0, 1),)})
    run = Run(program([RESET], [finding("x", ("p", "a1"))]), given, ReferenceEngine())

    assert not_collected(run, ("edge.log", "analytics")) == (
        "not collected: analytics; does not cover the time: edge.log"
    )
