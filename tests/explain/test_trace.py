"""Ids that can be traced, and causes."""

from __future__ import annotations

import pytest

from diagnose import pipeline
from diagnose.errors import UsageError
from diagnose.explain.trace import CauseTrace, Trace, is_known, kinds_of, trace_cause
from diagnose.infer.program import Alpha, CauseDef, Fix, QuestionDef, RemedyDef, Step
from diagnose.infer.trace import Tracer
from diagnose.model import Cost, Evidence, Fact
from diagnose.read.signals.signal import Signal
from diagnose.rulebook.compiled import CompiledRulebook
from tests.infer.build import S, cause, evidence, fact, finding, program

FINDINGS = [
    finding(
        "f.late", ("down", "a1"), ("reset", "a2"), steps=(Step("down", "reset", 5 * S),), observable_by=("edge.log",)
    ),
    finding("f.down", ("down", "a1")),
    finding("f.never", ("move", "a3")),
]
CAUSES = (
    CauseDef(
        "c.one", "One", 0.5, links=cause("x", 1, f_late=0.8, f_down=0.9, f_never=0.5).links, remedies=(Fix("r", 1),)
    ),
    cause("c.two", 0.4, f_down=0.01),
)
PROGRAM = program(
    [Alpha("a1", "link"), Alpha("a2", "reset"), Alpha("a3", "move")],
    FINDINGS,
    causes=CAUSES,
    remedies=(RemedyDef("r", "R", "removes", Cost()),),
    questions=(QuestionDef("q", "f.down", "?"),),
)
BOOK = CompiledRulebook(
    (Signal("s.one", "S", ("log",), "link", "x"), Signal("f.down", "", ("log",), "link", "y")), PROGRAM
)


def traced(name: str, *facts: Fact) -> CauseTrace:
    given: Evidence = evidence(*facts, covers=("edge.log",))
    diagnosis = pipeline.infer_evidence(BOOK, given, engine="reference")
    return trace_cause(PROGRAM, name, diagnosis, Tracer(PROGRAM, given))


def test_all_that_is_called_by_an_id_is_traced():
    assert kinds_of(BOOK, "f.down") == ("finding", "signal")
    assert (is_known(BOOK, "c.one"), is_known(BOOK, "r")) == (True, False)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("f.dwon", "did you mean 'f.down'?"),
        ("zzz", "diagnose rules list"),
        ("r", "is a remedy: trace a cause that it fixes: c.one"),
        ("q", "is a question: trace the finding that it asks for: f.down"),
    ],
)
def test_an_id_that_cannot_be_traced_tells_the_way_out(name: str, hint: str):
    with pytest.raises(UsageError) as error:
        kinds_of(BOOK, name)
    assert hint in str(error.value)


def test_a_cause_has_its_findings_the_strongest_first_with_the_nearest_miss():
    trace = traced("c.one", fact(1, "link", 0), fact(2, "reset", 9 * S))

    assert (trace.rank, trace.of, trace.first) == (1, 2, "c.one")
    by_id = {link.finding: link for link in trace.links}
    assert by_id["f.down"].state == "seen"
    assert by_id["f.down"].weight > 0
    assert by_id["f.late"].state == "not_seen"
    assert by_id["f.late"].nearest == "down -> reset took 9 s, allowed 5 s"
    assert (by_id["f.never"].state, by_id["f.never"].weight, by_id["f.never"].nearest) == ("unknown", 0, "")
    sizes = [abs(link.weight) for link in trace.links]
    assert sizes == sorted(sizes, reverse=True)


def test_a_trace_names_the_facts_it_needs():
    trace = traced("c.two", fact(1, "link", 0))

    assert Trace("c.two", causes=(trace,)).fact_ids() == {"f1"}
    assert not Trace("c.two", causes=(trace,)).fired
