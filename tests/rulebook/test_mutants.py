"""Evidence spoilt on purpose, and whether tests of rules notice."""

from __future__ import annotations

from collections.abc import Callable

from diagnose import pipeline
from diagnose.rulebook.library import Library
from diagnose.rulebook.mutants import Verdict
from diagnose.rulebook.ruletest import run_tests
from tests.rulebook.test_ruletest import HIT, RULES

Gather = Callable[..., Library]
LOOSE = """\
kind: finding
id: f.twice
title: A link went down often, or so the title says
match: {down: {fact: link.state, where: {state: down}}}
count: {of: down, at_least: 1}
"""
TWICE = """\
kind: test
name: down twice
sources: [edge.log]
events: [{at: +0s, fact: link.state, edge: e1, state: down, repeat: {every: 10s, times: 2}}]
expect: {findings: [f.twice]}
"""
ABSENT = """\
kind: finding
id: f.silent
title: Down, and no handshake was tried
match: {down: {fact: link.state, where: {state: down}}}
absent: {fact: hello, after: down, within: 30s}
"""
SILENT = """\
kind: test
name: down and silent
sources: [edge.log]
events: [{at: +0s, fact: link.state, edge: e1, state: down}]
expect: {findings: [f.silent]}
"""


def hunted(library: Gather, *texts: str) -> Verdict:
    found = run_tests(library(RULES, *texts), pipeline, "reset|down", ("reference",), mutants=True).mutants
    assert found is not None
    return found


def test_dropped_late_and_moved_facts_are_noticed_by_a_sharp_test(library: Gather) -> None:
    found = hunted(library, HIT)
    assert found.made == 4
    assert found.survivors == ()
    assert list(found.lines()) == ["mutants   4 of 4 killed (100.0 %)"]


def test_a_rule_that_does_not_ask_for_what_its_test_shows_is_named(library: Gather) -> None:
    found = hunted(library, LOOSE, TWICE)
    assert [what for _, what in found.survivors] == ["only one link.state (state down)"]
    assert found.killed == 0.5


def test_a_source_whose_silence_counted_is_taken_away(library: Gather) -> None:
    found = hunted(library, ABSENT, SILENT)
    assert found.made == 2
    assert found.survivors == ()


def test_without_tests_that_pass_there_are_no_mutants(library: Gather) -> None:
    found = hunted(library, HIT.replace("[f.down, f.reset]", "[f.down]"))
    assert (found.made, found.killed) == (0, 1.0)
