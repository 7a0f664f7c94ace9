"""Nearest misses under a failed test; how they look in its output is in `test_ruletest`."""

from __future__ import annotations

from diagnose.infer import near
from diagnose.rulebook import nearmiss


def test_a_line_says_what_was_asked_and_found() -> None:
    step = near.Condition("step", "a -> b within 5 s", "failed", "10.4 s apart, allowed 5 s", ("f1",))
    none = near.Condition("unless", "unless c", "passed", "none found")
    lines = list(nearmiss.lines_of(near.Candidate(0, 0, 0, (step, none)), {}))
    assert lines == ["  FAILED   a -> b within 5 s: 10.4 s apart, allowed 5 s", "  passed   unless c"]
