"""What tests of rules reach."""

from __future__ import annotations

from collections.abc import Callable

from diagnose import pipeline
from diagnose.rulebook.coverage import Coverage, percent
from diagnose.rulebook.library import Library
from diagnose.rulebook.ruletest import run_tests
from tests.rulebook.test_ruletest import HIT, MISS, RULES

Gather = Callable[..., Library]
BLIND = """\
kind: test
name: nobody was watching
sources: [analytics]
events: [{at: +0s, source: ticket, fact: hello, outcome: ok}]
expect: {unknown: [f.down, f.reset]}
"""
OTHER = """\
kind: test
name: the other cause
sources: [edge.log]
events: [{at: +0s, fact: link.state, edge: e1, state: up}]
expect: {not_findings: [f.down], cause: {is: c.other}, not_causes: [c.link]}
"""


def coverage_of(library: Gather, *tests: str) -> Coverage:
    found = run_tests(library(RULES, *tests), pipeline, engines=("reference",), coverage=True).coverage
    assert found is not None
    return found


def test_all_that_is_reached_is_counted(library: Gather) -> None:
    found = coverage_of(library, HIT, MISS, BLIND, OTHER)
    assert (found.unseen, found.without_near_miss, found.never_unknown) == ((), (), ())
    assert (found.steps, found.steps_never_met, found.never_won) == (1, (), ())


def test_what_no_test_reaches_is_named(library: Gather) -> None:
    found = coverage_of(library, BLIND)
    assert found.unseen == ("f.down", "f.reset")
    assert found.without_near_miss == ("f.down", "f.reset")
    assert found.steps_never_met == ("f.reset#0",)
    assert found.never_won == ("c.link", "c.other")
    assert found.never_lost == (("c.link", "c.other"), ("c.other", "c.link"))
    assert "  never lost to: c.link to c.other" in list(found.lines())


def test_a_cause_loses_where_a_rival_is_expected_first(library: Gather) -> None:
    assert coverage_of(library, HIT).never_lost == (("c.link", "c.other"),)
    assert coverage_of(library, HIT, OTHER).never_lost == ()


def test_a_share_is_never_rounded_up() -> None:
    assert percent(0.99999) == "99.9 %"
    assert percent(1.0) == "100.0 %"
