"""Weights, groups, shared facts, bands, pairs."""

from __future__ import annotations

import math

import pytest

from diagnose.infer.program import Alpha, CauseDef, FindingDef, Link, Program
from diagnose.infer.scales import CAP, nats
from diagnose.infer.score import DOUBT, SHARPEN_WATCHED, rank, separating, together, verdict
from diagnose.model import CauseResult, FindingResult, State, Weight
from tests.infer.build import cause


def defs(**background: float) -> tuple[FindingDef, ...]:
    return tuple(FindingDef(k, k, (), background=b) for k, b in background.items())


def result(name: str, state: State = "seen", *facts: str) -> FindingResult:
    return FindingResult(name, name, state, facts=facts)


def ranking(prog: Program, *results: FindingResult) -> dict[str, CauseResult]:
    return {c.id: c for c in rank(prog, results)[0]}


def test_a_weight_is_the_log_of_the_ratio_and_is_capped():
    assert nats(0.8, 0.1)[0] == pytest.approx(math.log(8))
    assert nats(0.8, 0.1)[1] == pytest.approx(math.log(0.2 / 0.9))
    assert nats(1.0, 0.0001)[0] == CAP


def test_the_posterior_is_bayes_with_none_of_these_as_a_rival():
    prog = Program(findings=defs(f=0.1), causes=(cause("a", 0.3, f=0.8), cause("b", 0.6, f=0.2)), prior_none=0.1)

    causes, none = rank(prog, [result("f")])

    odds = [(0.3 * 8) ** SHARPEN_WATCHED, (0.6 * 2) ** SHARPEN_WATCHED, 0.1**SHARPEN_WATCHED]
    expected = [(1 - DOUBT) * o / sum(odds) + DOUBT / 3 for o in odds]
    assert [c.id for c in causes] == ["a", "b"]
    assert [*(c.probability for c in causes), none] == pytest.approx(expected)


def test_unknown_moves_nothing_and_a_blank_cell_counts_as_background():
    prog = Program(findings=defs(f=0.1), causes=(cause("a", 0.4, f=0.9), cause("b", 0.4)))

    unknown, seen = ranking(prog, result("f", "unknown")), ranking(prog, result("f"))

    assert unknown["a"].probability == unknown["b"].probability
    assert seen["b"].for_ == seen["b"].against == ()


def test_findings_of_one_group_count_once_by_the_strongest():
    grouped = CauseDef("a", "a", 0.5, links=(Link("f", 0.8, "g"), Link("h", 0.5, "g")))
    prog = Program(findings=defs(f=0.1, h=0.1), causes=(grouped,))

    assert [w.finding for w in ranking(prog, result("f", "seen", "f1"), result("h", "seen", "f2"))["a"].for_] == ["f"]


def test_a_finding_that_rests_on_the_facts_of_another_adds_nothing():
    prog = Program(findings=defs(chain=0.01, part=0.1), causes=(cause("a", 0.5, chain=0.7, part=0.9),))

    both = ranking(prog, result("chain", "seen", "f1", "f2"), result("part", "seen", "f1"))
    apart = ranking(prog, result("chain", "seen", "f1", "f2"), result("part", "seen", "f3"))

    assert [w.finding for w in both["a"].for_] == ["chain"]
    assert [w.finding for w in apart["a"].for_] == ["chain", "part"]


def test_words_count_only_where_their_finding_is_seen():
    prog = Program(causes=(cause("a", 0.3), cause("b", 0.3)))
    told = {"a": Weight("words.likeness", 2.0)}

    assert not rank(prog, [result("words.likeness", "not_seen")], told=told)[0][0].for_
    assert rank(prog, [result("words.likeness")], told=told)[0][0].for_ == (told["a"],)


def test_a_hard_exclusion_takes_a_cause_out_and_names_the_finding():
    prog = Program(findings=defs(f=0.1, g=0.1), causes=(cause("a", 0.5, ("g",), f=0.9), cause("b", 0.4)))

    ranked = ranking(prog, result("f"), result("g"))

    assert (ranked["a"].probability, ranked["a"].band, ranked["a"].excluded_by) == (0.0, "ruled out", "g")


def test_established_asks_for_probability_margin_and_coverage():
    links = {f"f{i}": 0.9 for i in range(4)}
    prog = Program(
        findings=defs(f0=0.05, f1=0.05, f2=0.05, f3=0.05), causes=(cause("a", 0.4, **links), cause("b", 0.4))
    )

    full = ranking(prog, *(result(f"f{i}", "seen", f"e{i}") for i in range(4)))["a"]
    thin = ranking(prog, *(result(f"f{i}", "seen", f"e{i}") for i in range(2)))["a"]

    assert (full.band, full.coverage) == ("established", 1.0)
    assert thin.probability > 0.85
    assert (thin.band, thin.coverage) == ("likely", 0.5)
    assert set(thin.missing) == {"f2", "f3"}


def test_the_verdict_is_inconclusive_when_none_leads_or_the_best_is_weak():
    prog = Program(findings=defs(f=0.1), causes=(cause("a", 0.1, f=0.9), cause("b", 0.1, f=0.9)), prior_none=0.05)

    weak, none = rank(prog, [result("f")])
    lost, most = rank(Program(findings=defs(f=0.5), causes=(cause("a", 0.01),), prior_none=0.9), [])

    assert verdict(weak, none) == "inconclusive"
    assert verdict(lost, most) == "inconclusive"
    assert verdict((), 1.0) == "inconclusive"


def test_not_enough_evidence_as_the_best_cause_is_an_inconclusive_verdict():
    best = CauseResult("unknown.insufficient_evidence", "t", 0.95, "established", 1.0)

    assert verdict((best,), 0.01) == "inconclusive"


def test_two_causes_together_are_named_only_when_one_leaves_a_strong_finding_unexplained():
    prog = Program(
        findings=defs(f=0.05, odd=0.01),
        causes=(cause("a", 0.5, f=0.95), cause("b", 0.2, odd=0.9)),
    )
    both = [result("f", "seen", "f1"), result("odd", "seen", "f2")]
    one = [result("f", "seen", "f1")]

    top = sorted(rank(prog, both)[0], key=lambda c: c.id)
    assert "Together with b" in together(prog, both, top)
    assert together(prog, one, rank(prog, one)[0]) == ""


def test_the_pair_that_a_finding_separates_best_is_named_with_the_one_it_speaks_for_first():
    prog = Program(
        alphas=(Alpha("a1", "x"),),
        findings=defs(f=0.1),
        causes=(cause("a", 0.3, f=0.02), cause("b", 0.3, f=0.9), cause("c", 0.3)),
    )

    assert separating(prog, "f", ["a", "b", "c"]) == ("b", "a")
    assert separating(prog, "f", ["c"]) is None
