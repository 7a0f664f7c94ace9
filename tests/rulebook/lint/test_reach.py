"""Findings that can never be seen."""

from __future__ import annotations

import pytest

from diagnose.rulebook.lint import lint
from diagnose.rulebook.lint.reach import contradiction
from diagnose.where import Test

FINDING = "kind: finding\nid: f.own\ntitle: t\n"


@pytest.mark.parametrize(
    ("tests", "impossible"),
    [
        ([Test("a", "eq", "x"), Test("a", "ne", "x")], True),
        ([Test("a", "in", ("x", "y")), Test("a", "ne", "x")], False),
        ([Test("a", "in", ("x", "y")), Test("a", "eq", "z")], True),
        ([Test("a", "gt", 5), Test("a", "lt", 5)], True),
        ([Test("a", "gte", 5), Test("a", "lte", 5)], False),
        ([Test("a", "gt", 5), Test("b", "lt", 5)], False),
        ([Test("a", "exists", False), Test("a", "eq", 1)], True),
        ([Test("a", "exists", False)], False),
    ],
)
def test_conditions_that_exclude_each_other(tests: list[Test], impossible: bool) -> None:
    assert bool(contradiction(tests)) is impossible


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("match: {x: {fact: hello}}\nunless: {fact: hello}\n", "what it must not see is what it matches as 'x'"),
        ("match: {x: {fact: hello}}\nunless: {fact: hello, after: x, within: 5s}\n", ""),
        ("match: {x: {fact: hello}}\nunless: {fact: hello, where: {outcome: ok}}\n", ""),
        ("match: {x: {fact: hello}}\ncount: {of: x, at_least: 4, distinct: outcome}\n", "it counts 4 values"),
        ("match: {x: {fact: hello}}\ncount: {of: x, at_least: 3, distinct: outcome}\n", ""),
        ("any: [{match: {x: {fact: hello}}}, {match: {y: {fact: hello, where: {age_s: {gt: 2, lt: 1}}}}}]\n", ""),
    ],
)
def test_a_finding_is_lost_when_no_branch_of_it_is_possible(library, body: str, words: str) -> None:
    found = [p.message for p in lint(library(FINDING + body)).problems if p.code == "R057"]
    assert bool(found) is bool(words)
    assert words in "".join(found)


def test_what_is_built_on_a_lost_finding_is_lost_too(library) -> None:
    lost = FINDING + "match: {x: {fact: hello, where: {age_s: {gt: 2, lt: 1}}}}\n"
    above = "kind: finding\nid: f.above\ntitle: t\nall: [f.own]\n"
    found = [p.message for p in lint(library(lost, above)).problems if p.code == "R057"]
    assert any("'f.above' can never be seen: it needs 'f.own'" in message for message in found)


def test_a_fact_of_a_packs_own_kind_needs_a_signal(library) -> None:
    facts = "own.kind: {fields: {n: {type: integer}}, sources: [edge.log]}\n"
    finding = FINDING + "match: {x: {fact: own.kind}}\n"
    signal = "kind: signal\nid: s\nfrom: [edge.log]\nmatch: own thing\nfact: own.kind\n"

    def codes(*texts: str) -> list[str]:
        return [p.code for p in lint(library(*texts, **{"facts": facts})).problems]

    assert "R057" in codes(finding)
    assert "R057" not in codes(finding, signal)
