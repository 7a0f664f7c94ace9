"""The table of facts fits 80 columns and accounts for every source."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from diagnose.model import Evidence, Fact, Place, SourceReport, Span
from diagnose.report.facts import WIDTH, render
from tests.conftest import NOON, fact


def test_facts_stand_under_their_day_with_place_entities_and_fields() -> None:
    facts = (
        fact(1, "tcp.failure", "case/edge.log", 14, 2, outcome="reset"),
        fact(2, "scope", "case/ticket.txt", 4, None, who="bot_only"),
    )
    sources = (
        SourceReport("case/edge.log", "edge.log", 1200, 1, NOON, NOON + 60_000, "case/edge.log", 2, "cut off", True, 3),
        SourceReport("case/ticket.txt", "ticket", 9, 1),
    )
    text = render(Evidence(facts, sources, truncated=("7 facts were left out",)), facts)
    assert (
        text
        == """\
files in case/

2026-01-01, times in UTC
12:00:02  tcp.failure                                                edge.log:14
          edge delft-edge-01, outcome=reset

time not known
          scope                                                     ticket.txt:4
          edge delft-edge-01, who=bot_only

source                                     records     facts   unknown   skipped
edge.log
  edge.log                                    1200         1         3         2
  2026-01-01 12:00:00 to 2026-01-01 12:01:00 UTC
  cut off
ticket.txt
  ticket                                         9         1         0         0

2 sources, 2 facts
7 facts were left out
"""
    )


def test_without_facts_the_sources_are_still_told() -> None:
    text = render(Evidence(sources=(SourceReport("a.bin", "unread", why="binary, not text"),)), ())
    assert text.startswith("no facts\n")
    assert "binary, not text" in text


def test_what_is_denied_is_said_to_be_so() -> None:
    denied = Fact("f1", "tcp.failure", Span(), {}, {}, Place("t.txt", 1), "ticket", "denied")
    assert "not tcp.failure" in render(Evidence((denied,)), (denied,))


words = st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), min_size=1, max_size=120)


@given(words, words, words)
def test_no_line_is_longer_than_80_columns(path: str, value: str, pointer: str) -> None:
    one = Fact("f1", "media.flow", Span(NOON, NOON), {"edge": value}, {"note": value}, Place(path, 3, pointer), "log")
    source = SourceReport(path, "edge.log", 10**6, 10**5, NOON, NOON, "cloud", 1, value)
    for line in render(Evidence((one,), (source,)), (one,)).splitlines():
        assert len(line) <= WIDTH
