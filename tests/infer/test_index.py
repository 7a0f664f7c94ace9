"""The index of a program: what rules need, and where findings and rules stand."""

from __future__ import annotations

from diagnose.infer.index import index_of
from diagnose.infer.program import FINDING, Alpha, FindingDef, Program, Rule, Summary


def test_a_rule_needs_the_findings_that_it_matches_or_counts() -> None:
    low = Rule("low#0", "low", 0, (("a", "fact"),))
    high = Rule("high#0", "high", 1, (("a", "fact"), ("b", "many")))
    index = index_of(
        Program(
            alphas=(Alpha("fact", "wan.down"), Alpha("lows", FINDING + "low")),
            summaries=(Summary("many", "lows", "count"),),
            findings=(FindingDef("high", "High", (high,)), FindingDef("low", "Low", (low,))),
            strata=2,
        )
    )
    assert index.needs == {"low#0": (), "high#0": ("low",)}
    assert index.parts["high#0"] == {"fact", "many"}
    assert [f.id for f in index.findings_of[1]] == ["high"]
    assert [r.id for r in index.rules_of[0]] == ["low#0"]
    assert [a.id for a in index.of_kind["wan.down"]] == ["fact"]
