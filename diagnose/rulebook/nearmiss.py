"""What a test that failed adds to expected and got: how near each missing finding came, condition by condition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from diagnose.infer.near import Candidate, Condition
from diagnose.infer.program import Program
from diagnose.infer.trace import Tracer
from diagnose.model import Diagnosis, Evidence, Fact
from diagnose.rulebook.testcase import TestCase

MOST = 3
"""Findings of an expected cause whose nearest miss is told: the most telling ones."""
_MARKS = {"passed": "passed ", "failed": "FAILED ", "unknown": "unknown"}


def near_misses(case: TestCase, program: Program, evidence: Evidence, diagnosis: Diagnosis) -> Iterator[str]:
    """The nearest miss of every finding that the test expects and that was not seen, each in some lines.

    Of a cause that did not come first they are the findings that would have spoken for it most.
    """
    seen = {f.id for f in diagnosis.findings if f.state == "seen"}
    wanted = [f for f in case.expect.findings if f not in seen]
    facts = {f.id: f for f in evidence.facts}
    cause = case.expect.cause
    if not wanted and cause is not None and [c.id for c in diagnosis.causes[:1]] != [cause.is_]:
        wanted = _telling(program, cause.is_, seen)
    if not wanted:
        return
    tracer = Tracer(program, evidence)
    for finding in wanted:
        ways = tracer.finding(finding, 1).ways
        if ways:
            name = f" (rule {ways[0].rule.rpartition('#')[2]} of `any`)" if len(ways) > 1 else ""
            yield "\n".join([f"nearest miss of {finding}{name}", *lines_of(ways[0].candidates[0], facts)])


def near_texts(signals: Iterable[tuple[str, Sequence[Condition]]]) -> Iterator[str]:
    """The signals that came nearest to a fact that a test expects, each with its conditions in some lines."""
    for name, conditions in signals:
        yield "\n".join([f"nearest signal {name}", *(f"  {_MARKS[c.state]}  {_line(c)}" for c in conditions)])


def _telling(program: Program, cause: str, seen: set[str]) -> list[str]:
    """The findings that speak most for a cause and were not seen."""
    background = {f.id: f.background for f in program.findings}
    links = next((c.links for c in program.causes if c.id == cause), ())
    open_ = [link for link in links if link.finding not in seen and link.p > background[link.finding]]
    return [link.finding for link in sorted(open_, key=lambda k: background[k.finding] / k.p)[:MOST]]


def lines_of(best: Candidate, facts: Mapping[str, Fact]) -> Iterator[str]:
    """A line a condition of the nearest candidate, with the events that it was held against."""
    for condition in best.conditions:
        shown = [facts[f].source.excerpt or facts[f].source.label() for f in condition.facts[:2] if f in facts]
        where = f"  [{'; '.join(shown)}]" if shown else ""
        yield f"  {_MARKS[condition.state]}  {_line(condition)}{where}"


def _line(condition: Condition) -> str:
    told = condition.got and condition.got not in ("found", "none found")
    return f"{condition.what}: {condition.got}" if told else condition.what
