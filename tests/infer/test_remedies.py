"""Remedies are ranked by what they save."""

from __future__ import annotations

from diagnose.infer.program import CauseDef, Fix, Program, RemedyDef
from diagnose.infer.remedies import price, rank_remedies
from diagnose.model import CauseResult, Cost


def remedy(name: str, minutes: float, *, drops_calls: bool = False) -> RemedyDef:
    return RemedyDef(name, name, "removes", Cost(minutes, "low", True, drops_calls))


def fixed_by(name: str, **fixes: float) -> CauseDef:
    return CauseDef(name, name, 0.1, remedies=tuple(Fix(r, p) for r, p in fixes.items()))


def believed(name: str, p: float) -> CauseResult:
    return CauseResult(name, name, p, "possible", 0.5)


def test_risk_and_dropped_calls_are_priced_in_minutes():
    plain, harsh = Cost(5), Cost(5, "high", False, True)

    assert price(plain) == 20
    assert price(harsh) == 20 + 60 + 30 + 45


def test_a_cheap_restart_that_drops_calls_does_not_come_before_a_gentle_cure():
    prog = Program(
        causes=(fixed_by("a", gentle=0.8, restart=0.7),),
        remedies=(remedy("gentle", 10), remedy("restart", 2, drops_calls=True)),
    )

    assert [r.id for r in rank_remedies(prog, [believed("a", 0.9)])] == ["gentle", "restart"]


def test_a_remedy_adds_up_what_it_fixes_over_the_causes():
    prog = Program(causes=(fixed_by("a", r=0.5), fixed_by("b", r=0.5)), remedies=(remedy("r", 10),))

    ranked = rank_remedies(prog, [believed("a", 0.6), believed("b", 0.3)])

    assert abs(ranked[0].fixes - 0.45) < 1e-9
    assert ranked[0].causes == ("a", "b")


def test_remedies_of_causes_that_are_hardly_possible_are_left_out():
    prog = Program(causes=(fixed_by("a", r=0.9),), remedies=(remedy("r", 1), remedy("unused", 1)))

    assert rank_remedies(prog, [believed("a", 0.02)]) == ()
