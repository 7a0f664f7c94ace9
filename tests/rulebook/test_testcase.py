"""From a test document to evidence."""

from __future__ import annotations

import pytest

from diagnose.model import Evidence, Fact, Place, Span
from diagnose.rulebook.testcase import ORIGIN, build_cases, evidence_of, offset

FINDING = "kind: finding\nid: f.one\ntitle: t\nmatch: {x: {fact: hello}}\n"
TEST = """\
kind: test
name: base
sources: [edge.log, bot.log]
offsets: {bot.log: 2s}
events:
  - {at: +10s, source: bot.log, fact: hello, edge: e1, outcome: reset, repeat: {every: 5s, times: 2}}
  - {at: +0s, until: +3s, source: edge.log, fact: link.state, state: down, denied: true}
  - {source: edge.log, fact: edge.move, state: entered}
expect: {findings: [f.one]}
"""


def cases(library, *texts: str):
    found, problems = build_cases(library(FINDING, *texts))
    assert problems == []
    return {c.name: c for c in found}


def no_text(texts) -> Evidence:
    raise AssertionError(texts)


def test_events_become_facts_in_time_order_with_unknown_times_last(library) -> None:
    facts = evidence_of(cases(library, TEST)["base"], no_text).facts
    assert [(f.id, f.kind, f.at.start and f.at.start - ORIGIN) for f in facts] == [
        ("f1", "link.state", 0),
        ("f2", "hello", 10_000),
        ("f3", "hello", 15_000),
        ("f4", "edge.move", None),
    ]
    assert (facts[0].polarity, facts[0].at.end, facts[0].at.bound) == ("denied", ORIGIN + 3000, 0)
    assert (facts[1].entities, facts[1].fields) == ({"edge": "e1"}, {"outcome": "reset"})
    assert (facts[1].at.clock, facts[1].at.bound) == ("bot.log", 2000)


def test_listed_sources_were_alive_all_the_time(library) -> None:
    evidence = evidence_of(cases(library, TEST)["base"], no_text)
    assert evidence.coverage == {"edge.log": ((None, None),), "bot.log": ((None, None),)}


def test_a_test_like_another_changes_and_drops_events(library) -> None:
    like = (
        "kind: test\nname: other\nlike: base\nsources: [edge.log]\nchange:\n"
        "  - {match: {fact: hello}, set: {at: +60s, outcome: ok}}\n  - {match: {fact: edge.move}, drop: true}\n"
        "events: [{at: +1s, source: edge.log, fact: hello}]\nexpect: {findings: [f.one]}\n"
    )
    found = cases(library, TEST, like)
    assert [(e["fact"], e.get("at")) for e in found["other"].events] == [
        ("hello", "+60s"),
        ("link.state", "+0s"),
        ("hello", "+60s"),
    ]
    assert [(e["fact"], e.get("at")) for e in found["base"].events] == [
        ("hello", "+10s"),
        ("link.state", "+0s"),
        ("edge.move", None),
    ]
    assert (found["other"].sources, found["other"].offsets) == (["edge.log"], {"bot.log": 2000})


def test_text_goes_through_the_readers_and_joins_the_events(library) -> None:
    text = "kind: test\nname: t\ntext: {edge.log: 'a line'}\n"
    text += "events: [{at: +5s, source: bot.log, fact: hello}]\nexpect: {findings: [f.one]}\n"
    read = Fact("f1", "edge.move", Span(ORIGIN, ORIGIN), {}, {}, Place("edge.log"), "edge.log")
    seen = []

    def read_text(texts) -> Evidence:
        seen.append(dict(texts))
        return Evidence(facts=(read,), coverage={"edge.log": ((0, 1),)})

    evidence = evidence_of(cases(library, text)["t"], read_text)
    assert seen == [{"edge.log": "a line"}]
    assert [(f.id, f.kind) for f in evidence.facts] == [("f1", "edge.move"), ("f2", "hello")]
    assert evidence.coverage == {"edge.log": ((0, 1),)}


@pytest.mark.parametrize(("text", "ms"), [("+95s", 95_000), ("-2m", -120_000), ("+0s", 0), ("5s", 5000)])
def test_offsets_count_from_the_start(text: str, ms: int) -> None:
    assert offset(text) == ms


EVENT = "kind: test\nname: t\nsources: [edge.log, bot.log]\nevents: [{0}]\nexpect: {{findings: [f.one]}}\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kind: test\nname: t\nevents: [{source: edge.log, fact: hello}]\n", ("R060", 1)),
        ("kind: test\nname: t\nexpect: {findings: [f.one]}\n", ("R062", 2)),
        ("kind: test\nname: t\nlike: nobody\nexpect: {findings: [f.one]}\n", ("R061", 3)),
        ("kind: test\nname: t\nlike: t\nexpect: {findings: [f.one]}\n", ("R061", 3)),
        (EVENT.format("{source: edge.log, fact: hello, outcome: rest}"), ("R014", 4)),
        (EVENT.format("{source: edge.log, fact: hello, colour: red}"), ("R013", 4)),
        (EVENT.format("{source: edge.logg, fact: hello}"), ("R015", 4)),
        (EVENT.format("{fact: hello}"), ("R008", 4)),
        (EVENT.format("{source: edge.log}"), ("R008", 4)),
        (EVENT.format("{source: edge.log, fact: hello, at: 95}"), ("R011", 4)),
        (EVENT.format("{source: edge.log, fact: hello, repeat: 3}"), ("R010", 4)),
        (
            EVENT.format("{source: edge.log, fact: hello}") + "change: [{match: {fact: nope}, drop: true}]\n",
            ("R061", 6),
        ),
        (EVENT.format("{source: edge.log, fact: hello}") + "offsets: {edge.log: soon}\n", ("R011", 6)),
        ("kind: test\nname: t\ntext: {edge.log: x}\nexpect: {cause: {is: c.no}}\n", ("R061", 4)),
        ("kind: test\nname: t\ntext: {edge.log: x}\nexpect: {first_remedy: r}\n", ("R061", 4)),
        ("kind: test\nname: t\ntext: {edge.log: x}\nexpect: {why_not: {f.x: because}}\n", ("R061", 4)),
    ],
)
def test_a_test_that_cannot_mean_anything_is_an_error(library, text: str, expected: tuple[str, int]) -> None:
    _, problems = build_cases(library(FINDING, text))
    assert expected in [(p.code, p.line) for p in problems]
