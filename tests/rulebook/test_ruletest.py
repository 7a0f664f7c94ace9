"""Tests of rules, run on both engines."""

from __future__ import annotations

import re

import msgspec
import pytest

from diagnose import pipeline
from diagnose.errors import RulebookError, UsageError
from diagnose.rulebook.ruletest import run_tests, touched
from diagnose.rulebook.testcase import build_cases

RULES = """\
kind: finding
id: f.down
title: Link down
about: [edge]
background: 0.1
match: {down: {fact: link.state, where: {state: down}}}
observable_by: [edge.log]
---
kind: finding
id: f.reset
title: Reset soon after
about: [edge]
background: 0.01
match: {down: {fact: link.state, where: {state: down}}, reset: {fact: hello, where: {outcome: reset}}}
join: {edge: [down, reset]}
sequence: [{after: down, then: reset, within: 30s}]
observable_by: [edge.log]
---
kind: remedy
id: fix-link
title: Fix
does: removes
steps: [x]
---
kind: cause
id: c.link
title: Link
prior: 0.5
explains: [{finding: f.reset, seen_when_true: usually}]
remedies: [{remedy: fix-link, fixes: 0.9}]
---
kind: cause
id: c.other
title: Other
prior: 0.4
explains: [{finding: f.reset, seen_when_true: rarely}]
remedies: [{remedy: fix-link, fixes: 0.1}]
---
kind: question
id: ask.down
asks: f.down
text: Down?
answers: {yes: seen, no: not_seen}
"""
HIT = """\
kind: test
name: reset in time
sources: [edge.log]
events:
  - {at: +0s, fact: link.state, edge: e1, state: down}
  - {at: +20s, fact: hello, edge: e1, outcome: reset}
expect:
  findings: [f.down, f.reset]
  cause: {is: c.link, at_least: 0.9, margin: 0.5}
  first_remedy: fix-link
  verdict: established
strict: true
"""
MISS = """\
kind: test
name: near miss
like: reset in time
change: [{match: {fact: hello}, set: {at: +50s}}]
expect:
  not_findings: [f.reset]
  not_causes: [c.link]
  why_not: {f.reset: "down -> reset took 50 s, allowed 30 s"}
"""
BLIND = "kind: test\nname: blind\nlike: reset in time\nsources: []\n"
BLIND += "change: [{match: {fact: hello}, drop: true}]\nexpect: {unknown: [f.reset]}\n"


def outcome(library, *texts: str, pattern: str | None = None, runner=pipeline):
    return run_tests(library(RULES, *texts), runner, pattern)


def failing(library, expect: str, extra: str = "") -> str:
    text = f"kind: test\nname: wrong\nlike: reset in time\nexpect: {expect}\n{extra}"
    return "\n".join(outcome(library, HIT, text, pattern="wrong").lines())


def test_hits_misses_and_unknowns_pass_on_both_engines(library) -> None:
    result = outcome(library, HIT, MISS, BLIND)
    assert [(r.name, r.status) for r in result.results] == [
        (n, "passed") for n in ("reset in time", "near miss", "blind")
    ]
    assert (result.exit_code, result.engines[0]) == (0, "reference")


def test_events_without_a_source_come_from_the_only_source_listed(library) -> None:
    assert outcome(library, HIT, pattern="in time").results[0].status == "passed"


@pytest.mark.parametrize(
    ("expect", "words"),
    [
        ("{not_findings: [f.reset]}", "expected f.reset not to be seen"),
        ("{unknown: [f.down]}", "expected f.down unknown"),
        ("{cause: {is: c.other}}", "expected cause c.other"),
        ("{cause: {is: c.link, at_least: 0.999}}", "expected c.link with at least 0.999"),
        ("{cause: {is: c.link, margin: 0.999}}", "expected c.link to lead by 0.999"),
        ("{not_causes: [c.link]}", "expected another cause than c.link"),
        ("{next_question: ask.down}", "expected next question ask.down"),
        ("{verdict: possible}", "expected the verdict possible"),
        ("{why_not: {f.reset: too late}}", "expected of f.reset why not: too late"),
    ],
)
def test_a_failure_says_what_was_expected_and_what_came(library, expect: str, words: str) -> None:
    printed = failing(library, expect)
    assert words in printed
    assert "pack/2.yaml:1  failed: wrong" in printed
    assert "     got " in printed


def test_a_failed_cause_names_the_nearest_probabilities(library) -> None:
    assert re.search(r"got c\.link [01]\.\d\d, c\.other 0\.\d\d", failing(library, "{cause: {is: c.other}}"))


def test_strict_fails_on_findings_that_were_not_expected(library) -> None:
    assert "f.reset as well" in failing(library, "{findings: [f.down]}", "strict: true\n")


def test_an_expected_finding_that_is_missing_says_why(library) -> None:
    text = MISS.replace("not_findings", "findings").replace("  not_causes: [c.link]\n", "")
    assert "took 50 s, allowed 30 s" in " ".join(" ".join(outcome(library, HIT, text).lines()).split())


def test_a_known_gap_may_fail_and_is_reported_once_it_passes(library) -> None:
    gap = "kind: test\nname: gap\nlike: reset in time\nexpect: {{findings: [f.down]{0}}}\nknown_gap: later\n"
    assert "known gap: later" in failing(library, "{verdict: possible}", "known_gap: later\n")
    closed = outcome(library, HIT, gap.format(""))
    assert ([r.status for r in closed.results], closed.exit_code) == (["passed", "gap closed"], 0)


def test_engines_that_disagree_fail_the_test(library) -> None:
    class Liar:
        read_text = staticmethod(pipeline.read_text)

        @staticmethod
        def infer_evidence(book, evidence, *, engine):
            found = pipeline.infer_evidence(book, evidence, engine="reference")
            return msgspec.structs.replace(found, findings=found.findings[1:]) if engine == "durable" else found

    (result,) = outcome(library, HIT, runner=Liar).results
    assert result.status == "failed"
    assert "the engines disagree on f.down" in result.failures[0]


def test_a_pattern_selects_by_name_or_file(library) -> None:
    assert [r.name for r in outcome(library, HIT, MISS, pattern="NEAR").results] == ["near miss"]
    assert [r.name for r in outcome(library, HIT, MISS, pattern=r"pack/1\.yaml").results] == ["reset in time"]


@pytest.mark.parametrize(("pattern", "words"), [("zzz", "none of the 1 tests"), ("(", "not a regular expression")])
def test_a_pattern_that_selects_nothing_is_an_error(library, pattern: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        outcome(library, HIT, pattern=pattern)


def test_no_tests_at_all_is_an_error(library) -> None:
    with pytest.raises(UsageError, match="there are no tests"):
        outcome(library)


def test_a_wrong_rule_stops_the_run_with_all_problems(library) -> None:
    with pytest.raises(RulebookError) as caught:
        outcome(library, HIT, "kind: nothing\n", "kind: test\nname: x\nlike: y\nexpect: {findings: [f.down]}\n")
    assert [p.code for p in caught.value.problems] == ["R006", "R061"]


def test_a_failure_tells_the_nearest_miss_of_a_finding_that_did_not_come(library) -> None:
    late = "kind: test\nname: late\nlike: near miss\nexpect: {findings: [f.reset]}\n"
    lines = list(outcome(library, HIT, MISS, late, pattern="^late").lines())
    assert "    nearest miss of f.reset" in lines
    assert any(line.startswith("      FAILED   down -> reset within 30 s: 50 s apart, allowed 30 s") for line in lines)


def test_of_a_cause_that_is_not_the_first_the_findings_that_would_speak_for_it_are_told(library) -> None:
    late = "kind: test\nname: late\nlike: near miss\nexpect: {cause: {is: c.link, at_least: 0.9}}\n"
    other = late.replace("name: late", "name: other").replace("c.link", "c.other")
    lines = "\n".join(outcome(library, HIT, MISS, late, other, pattern="^(late|other)").lines())
    assert "nearest miss of f.reset" in lines


def test_after_a_save_the_tests_run_that_it_may_touch(library) -> None:
    lib = library(RULES, HIT, MISS)

    def names(*saved: str) -> list[str]:
        return [r.name for r in run_tests(lib, pipeline, saved=saved, engines=("reference",)).results]

    assert names("pack/1.yaml", "x") == ["reset in time", "near miss"]
    assert [c.name for c in touched(build_cases(lib)[0], lib, ["other/2.yaml"])] == []
    assert [c.name for c in touched(build_cases(lib)[0], lib, ["pack/0.yaml"])] == ["reset in time", "near miss"]


def test_a_fact_that_did_not_come_tells_the_nearest_signal_and_what_it_lacks(library) -> None:
    signal = (
        "kind: signal\nid: s.reset\nfrom: [edge.log]\nmatch: 'shake was reset'\nfact: hello\nset: {outcome: reset}\n"
    )
    test = 'kind: test\nname: read\ntext: {edge.log: "2026-03-17T14:05:00Z shake was rest\\n"}\n'
    test += "expect: {facts: [{fact: hello, outcome: reset}]}\n"
    lines = list(outcome(library, signal, test).lines())
    assert "    nearest signal s.reset" in lines
    assert "      FAILED   match: holds 'shake was reset': missing; it has 'shake was rest'" in lines
