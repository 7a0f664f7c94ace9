"""A trace as text."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from diagnose.explain.trace import CauseTrace, LinkTrace, RecordTrace, SignalTrace, Trace
from diagnose.infer.near import Candidate, Condition
from diagnose.infer.program import Alpha, Step
from diagnose.infer.trace import FindingTrace, Tracer, Way
from diagnose.report.trace import json_text, render
from tests.infer.build import S, edge_join, evidence, fact, finding, program

PROGRAM = program(
    [Alpha("a1", "link", (), ("edge",)), Alpha("a2", "reset", (), ("edge",))],
    [
        finding(
            "x",
            ("down", "a1"),
            ("reset", "a2"),
            joins=edge_join("down", "reset"),
            steps=(Step("down", "reset", 5 * S),),
        )
    ],
)


def trace(late: int) -> Trace:
    facts = fact(1, "link", 0, edge="e1"), fact(2, "reset", late, edge="e1"), fact(3, "reset", late + S, edge="e1")
    return Trace("x", (Tracer(PROGRAM, evidence(*facts)).finding("x"),), facts=facts, defined=("rules.yaml:7",))


def test_every_condition_has_its_mark_its_values_and_its_place():
    assert render(trace(10_400)).splitlines()[:12] == [
        "defined in rules.yaml:7",
        "",
        "finding x                                                                unknown",
        "  X",
        "  only a person or a log line that says so can show it",
        "",
        "the rule did not fire; the 2 nearest candidates, nearest first",
        "1 passed   down: link                                              p:1  00:00:00",
        "  passed   reset: reset                                            p:2  00:00:10",
        "  passed   same edge: down, reset",
        "             edge: e1",
        "  FAILED   down -> reset within 5 s",
    ]
    told = next(line for line in render(trace(10_400)).splitlines() if "10.4 s apart" in line)
    assert told.split() == ["10.4", "s", "apart,", "allowed", "5", "s", "p:1,", ":2", "00:00:00", "00:00:10"]
    assert len(told) == 80


def test_a_rule_that_fired_shows_one_match():
    text = render(trace(S))

    assert "the rule fired" in text
    assert text.count("passed   down: link") == 1


def test_json_holds_the_conditions_and_the_facts():
    data = json.loads(json_text(trace(10_400)))

    assert data["findings"][0]["ways"][0]["candidates"][0]["off_ms"] == 5_400
    assert [f["id"] for f in data["facts"]] == ["f1", "f2", "f3"]


@pytest.mark.parametrize(
    "struct", [Trace, FindingTrace, Way, Candidate, Condition, CauseTrace, LinkTrace, SignalTrace, RecordTrace]
)
def test_every_field_of_the_json_is_in_the_docs(struct: type[msgspec.Struct]):
    page = (Path(__file__).parents[2] / "docs" / "trace.md").read_text(encoding="utf-8")

    assert [f for f in struct.__struct_fields__ if f"`{f}`" not in page] == []
