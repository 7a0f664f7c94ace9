"""Graphs of rules as data."""

from __future__ import annotations

import pytest

from diagnose.errors import UsageError
from diagnose.infer.program import Alpha
from diagnose.read.signals.signal import Coded, Signal
from diagnose.report.rulegraph import Edge, build, condition, may_make
from diagnose.rulebook import CompiledRulebook, load_rulebook
from diagnose.where import Test


@pytest.fixture(scope="module")
def book() -> CompiledRulebook:
    return load_rulebook()


def test_a_finding_stands_on_facts_and_signals_and_leads_to_causes(book: CompiledRulebook) -> None:
    graph = build(book, "bot.handshake.reset_after_failover")
    kinds = {n.key: n.kind for n in graph.nodes}
    assert {"signal", "fact", "finding", "cause"} <= set(kinds.values())
    ways = {(kinds[e.source], kinds[e.target]) for e in graph.edges}
    assert {("signal", "fact"), ("fact", "finding"), ("finding", "finding"), ("finding", "cause")} <= ways
    assert "flap, then local within 1.5 min" in graph.nodes[0].notes
    assert Edge("finding:wan.flap", graph.root, "way 1") in graph.edges


def test_a_cause_leads_to_remedies_and_names_its_shares(book: CompiledRulebook) -> None:
    graph = build(book, "edge.survivability_media_path", depth=1, most=3)
    assert {n.kind for n in graph.nodes} == {"cause", "finding", "remedy", "more"}
    assert any(e.target == graph.root and e.label == "95 %, else 4 %" for e in graph.edges)
    assert any(e.source == graph.root and e.label.startswith("ends ") for e in graph.edges)


def test_depth_is_steps_either_way(book: CompiledRulebook) -> None:
    assert [n.key for n in build(book, "wan.flap", depth=0).nodes] == ["finding:wan.flap"]
    kinds = {n.kind for n in build(book, "wan.flap", depth=1).nodes}
    assert kinds == {"finding", "fact", "cause", "more"}


def test_a_signal_is_followed_to_the_findings(book: CompiledRulebook) -> None:
    kinds = {n.kind for n in build(book, "survivability.entered").nodes}
    assert {"signal", "fact", "finding"} <= kinds


def test_a_remedy_names_the_causes_that_it_ends(book: CompiledRulebook) -> None:
    graph = build(book, "route-bot-over-sip-trunk")
    assert {n.kind for n in graph.nodes} == {"remedy", "cause"}
    assert {e.target for e in graph.edges} == {graph.root}


def test_every_finding_and_cause_has_a_graph_whose_edges_meet_nodes(book: CompiledRulebook) -> None:
    for name in [*(f.id for f in book.program.findings[::7]), *(c.id for c in book.program.causes[::5])]:
        graph = build(book, name, most=3)
        keys = {n.key for n in graph.nodes}
        assert all({e.source, e.target} <= keys for e in graph.edges)


def test_a_misspelt_rule_is_answered_with_the_nearest(book: CompiledRulebook) -> None:
    with pytest.raises(UsageError, match=r"did you mean 'wan\.flap'"):
        build(book, "wan.flpa")


def test_a_signal_may_make_a_fact_when_what_it_sets_fits() -> None:
    asked = Alpha("a", "tcp.failure", (Test("outcome", "in", ("reset", "timeout")), Test("target", "eq", "bot")))
    fits = Signal("s", "s", ("log",), "tcp.failure", set={"outcome": "reset"}, take={"target": "peer"})
    assert may_make(fits, asked)
    assert not may_make(Signal("s", "s", ("log",), "tcp.failure", set={"outcome": "reset"}), asked)
    row = Coded("tcp.failure", "104", {"outcome": "reset", "target": "bot"})
    assert may_make(Signal("s", "s", ("log",), "log.event", coded={"104": row}), asked)
    denied = Signal("s", "s", ("log",), "tcp.failure", set=row.set, polarity="denied")
    assert not may_make(denied, asked)


@pytest.mark.parametrize(
    ("test", "words"),
    [
        (Test("age_s", "gt", 55), "age_s: over 55"),
        (Test("state", "in", ("up", "down")), "state: up or down"),
        (Test("note", "exists", False), "note: not known"),
    ],
)
def test_conditions_are_words(test: Test, words: str) -> None:
    assert condition(test) == words
