"""Findings become rules."""

from __future__ import annotations

import pytest

from diagnose.infer.program import Alpha, Join, Negative, Step
from diagnose.where import Test

CHAIN = """\
kind: finding
id: w.flap
title: Flapping
about: [edge]
match: {down: {fact: link.state, where: {state: down}}}
count: {of: down, at_least: 3, within: 5m}
observable_by: [edge.log]
---
kind: finding
id: w.reset
title: Reset after the Edge went local
about: [edge, conversation]
match:
  reset: {fact: hello, where: {outcome: [reset, timeout]}}
  local: {fact: edge.move, where: {state: entered}}
  flap: {finding: w.flap}
join: {edge: [reset, local, flap]}
sequence:
  - {after: flap, then: local, within: 90s}
  - {after: local, then: reset, within: 30s}
unless: {fact: link.state, where: {state: up}, join: edge, before: reset, within: 30m}
absent: [{finding: w.flap, join: [edge, trunk], after: local, within: 1m}]
"""


@pytest.fixture
def program(compile_texts):
    book, problems = compile_texts(CHAIN)
    assert problems == []
    return book.program


def rule_of(program, finding: str):
    return next(f for f in program.findings if f.id == finding).rules[0]


def alpha_of(program, name: str) -> Alpha:
    return next(a for a in program.alphas if a.id == name)


def test_aliases_are_bound_in_the_order_of_the_steps(program) -> None:
    assert [alias for alias, _ in rule_of(program, "w.reset").positives] == ["flap", "local", "reset"]


def test_steps_and_joins_are_kept(program) -> None:
    rule = rule_of(program, "w.reset")
    assert rule.steps == (Step("flap", "local", 90_000), Step("local", "reset", 30_000))
    assert rule.joins == (Join("edge", ("reset", "local", "flap")),)


def test_a_list_in_where_is_one_of(program) -> None:
    reset = alpha_of(program, dict(rule_of(program, "w.reset").positives)["reset"])
    assert reset.where == (Test("outcome", "in", ("reset", "timeout")),)
    assert reset.keys == ("edge",)


def test_an_alias_carries_the_keys_of_the_negatives_that_join_to_it(program) -> None:
    positives = dict(rule_of(program, "w.reset").positives)
    assert alpha_of(program, positives["local"]).keys == ("edge", "trunk")


def test_unless_needs_no_witness_and_absent_needs_one(program) -> None:
    unless, absent = rule_of(program, "w.reset").negatives
    assert (unless.before, unless.within, unless.joins, unless.needs) == ("reset", 1_800_000, (("edge", "reset"),), ())
    assert (absent.after, absent.joins) == ("local", (("edge", "local"), ("trunk", "local")))
    assert absent.needs == ("edge.log",)


def test_a_count_becomes_a_summary_by_what_the_finding_is_about(program) -> None:
    (summary,) = program.summaries
    assert rule_of(program, "w.flap").positives == (("down", summary.id),)
    assert (summary.kind, summary.keys, summary.at_least, summary.within) == ("count", ("edge",), 3, 300_000)
    assert alpha_of(program, summary.alpha).keys == ()


def test_findings_on_findings_lie_in_higher_strata(program) -> None:
    assert program.strata == 2
    assert [rule_of(program, f).stratum for f in ("w.flap", "w.reset")] == [0, 1]


def test_ids_do_not_depend_on_the_order_of_the_files(compile_texts) -> None:
    first, second = CHAIN.split("---\n")
    assert compile_texts(first, second)[0].program == compile_texts(second, first)[0].program


def test_alike_patterns_are_one_alpha(compile_texts) -> None:
    text = "kind: finding\nid: a.{0}\ntitle: t\nmatch: {{x: {{fact: link.state, where: {{state: down}}}}}}\n"
    book, _ = compile_texts(text.format("one"), text.format("two"))
    assert len(book.program.alphas) == 1


def test_each_branch_of_any_is_a_rule_and_shares_what_stands_above(compile_texts) -> None:
    book, problems = compile_texts(
        "kind: finding\nid: a\ntitle: t\nmatch: {x: {fact: hello}}\njoin: {edge: [x, y, z]}\n"
        "any:\n- match: {y: {fact: link.state}}\n- match: {z: {fact: edge.move}}\n"
    )
    assert problems == []
    (finding,) = book.program.findings
    assert [r.id for r in finding.rules] == ["a#0", "a#1"]
    assert [[alias for alias, _ in r.positives] for r in finding.rules] == [["x", "y"], ["x", "z"]]
    assert [r.joins for r in finding.rules] == [(Join("edge", ("x", "y")),), (Join("edge", ("x", "z")),)]


def test_all_names_findings_that_are_joined_on_nothing(compile_texts) -> None:
    both = "kind: finding\nid: b.both\ntitle: t\nall: [w.flap, w.reset]\n"
    book, problems = compile_texts(CHAIN, both)
    assert problems == []
    rule = rule_of(book.program, "b.both")
    assert ([alias for alias, _ in rule.positives], rule.joins, rule.stratum) == (["w_flap", "w_reset"], (), 2)


def test_a_denied_fact_is_a_pattern_of_its_own(compile_texts) -> None:
    book, _ = compile_texts("kind: finding\nid: a\ntitle: t\nmatch: {x: {fact: link.state, denied: true}}\n")
    assert [a.polarity for a in book.program.alphas] == ["denied"]


def test_a_period_of_a_field_keeps_the_fields_unit(compile_texts) -> None:
    book, problems = compile_texts(
        "kind: finding\nid: a\ntitle: t\nmatch: {x: {fact: hello}}\n"
        "period: {of: x, field: age_s, at_least: 3, low: 10, high: 600}\n"
    )
    assert problems == []
    (summary,) = book.program.summaries
    assert (summary.field, summary.low, summary.high, summary.at_least) == ("age_s", 10.0, 600.0, 3)


def test_a_period_of_gaps_takes_durations(compile_texts) -> None:
    book, _ = compile_texts(
        "kind: finding\nid: a\ntitle: t\nmatch: {x: {fact: hello}}\nperiod: {of: x, low: 1s, high: 10s}\n"
    )
    assert [(s.low, s.high) for s in book.program.summaries] == [(1000.0, 10_000.0)]


BASE = "kind: finding\nid: a\ntitle: t\nabout: [edge]\nmatch: {x: {fact: hello}, y: {fact: link.state}}\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BASE + "join: {edge: [x, q]}\n", ("R024", 6, 18)),
        (BASE + "join: {egde: [x, y]}\n", ("R032", 6, 8)),
        (BASE + "sequence: [{after: x, then: z}]\n", ("R024", 6, 29)),
        (BASE + "sequence: [{after: x, then: y}, {after: y, then: x}]\n", ("R029", 6, 11)),
        (BASE + "unless: [{fact: hello, within: 5s}]\n", ("R010", 6, 24)),
        (BASE + "unless: [{fact: hello, before: x, after: y}]\n", ("R010", 6, 24)),
        (BASE + "count: {of: x, at_least: 3, at_most: 2}\n", ("R010", 6, 38)),
        (BASE + "count: {of: x, distinct: nothing}\n", ("R013", 6, 26)),
        (BASE.replace("hello", "helo") + "count: {of: x, at_least: 3}\n", ("R012", 5, 19)),
        (BASE + "period: {of: x, low: 5}\n", ("R011", 6, 22)),
        (BASE + "period: {of: x, field: outcome}\n", ("R009", 6, 24)),
        (BASE + "observable_by: [edge.lgo]\n", ("R015", 6, 17)),
        ("kind: finding\nid: a\ntitle: t\n", ("R028", 1, 1)),
        ("kind: finding\nid: a\ntitle: t\nmatch: {x: {where: {state: up}}}\n", ("R028", 4, 12)),
        ("kind: finding\nid: a\ntitle: t\nmatch: {x: {finding: b}}\n", ("R020", 4, 22)),
        ("kind: finding\nid: a\ntitle: t\nmatch: {x-y: {fact: hello}}\n", ("R017", 4, 9)),
        ("kind: finding\nid: a\ntitle: t\nmatch: {x: {fact: hello, where: {outcom: ok}}}\n", ("R013", 4, 34)),
        (
            "kind: finding\nid: a\ntitle: t\nmatch: {x: {fact: hello, where: {outcome: {equals: ok}}}}\n",
            ("R016", 4, 44),
        ),
        ("kind: finding\nid: a\ntitle: t\nmatch: {x: {fact: hello, where: {age_s: {gt: long}}}}\n", ("R009", 4, 46)),
        ("kind: finding\nid: a\ntitle: t\nmatch: {x: {fact: hello, where: {first: 1}}}\n", ("R009", 4, 41)),
        (
            "kind: finding\nid: a\ntitle: t\nmatch: {x: {fact: link.state, where: {reason: {matches: '(a'}}}}\n",
            ("R023", 4, 57),
        ),
        (
            "kind: finding\nid: a\ntitle: t\nmatch: {x: {fact: link.state, where: {reason: {cidr: 10.0.0.0/99}}}}\n",
            ("R010", 4, 54),
        ),
        ("kind: finding\nid: a\ntitle: t\nabout: [egde]\nmatch: {x: {fact: hello}}\n", ("R032", 4, 9)),
    ],
)
def test_a_mistake_in_a_match_is_placed(codes, text: str, expected: tuple[str, int, int]) -> None:
    assert expected in codes(text)


def test_a_window_may_span_unjoined_facts_when_the_rule_says_so(codes) -> None:
    assert codes(BASE + "join: {}\nsequence: [{after: x, then: y, within: 5s}]\n") == []


def test_a_window_may_span_facts_that_a_third_ties_together(codes) -> None:
    text = "kind: finding\nid: a\ntitle: t\nmatch: {x: {fact: hello}, y: {fact: link.state}, z: {fact: edge.move}}\n"
    assert codes(text + "join: {edge: [x, z], site: [z, y]}\nsequence: [{after: x, then: y, within: 5s}]\n") == []


def test_an_absence_that_nothing_could_show_is_refused(codes) -> None:
    blind = "kind: finding\nid: b\ntitle: t\nmatch: {x: {fact: hello}}\n"
    assert ("R030", 6, 10) in codes(blind, BASE + "absent: [{finding: b}]\n")


def test_a_finding_can_only_be_tested_on_what_it_is_about(codes) -> None:
    text = "kind: finding\nid: b\ntitle: t\nmatch: {x: {finding: w.flap, where: {edge: e1, trunk: t1}}}\n"
    assert codes(CHAIN, text) == [("R013", 4, 48)]


def test_negatives_join_to_the_first_joined_alias_without_an_anchor(compile_texts) -> None:
    book, _ = compile_texts(BASE + "join: {edge: [y, x]}\nunless: [{fact: edge.move, join: [edge]}]\n")
    (negative,) = book.program.findings[0].rules[0].negatives
    assert isinstance(negative, Negative)
    assert negative.joins == (("edge", "y"),)
