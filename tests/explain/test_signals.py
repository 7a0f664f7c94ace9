"""Signals traced: matches, near misses, sentences that only suspect."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from diagnose.explain.signals import trace_signal
from diagnose.explain.trace import SignalTrace
from diagnose.normalise import normalise
from diagnose.read import read, read_strings
from diagnose.read.signals.near import KIND, Watch
from diagnose.read.signals.scan import Scanner
from diagnose.read.signals.signal import Coded, Signal, spelling
from diagnose.rulebook import load_rulebook
from diagnose.rulebook.literals import required
from diagnose.where import Test as Where


def signal(match: str, **more: object) -> Signal:
    base: dict[str, object] = {"id": "s", "title": "t", "sources": ("log", "ticket"), "fact": "ws.close"}
    return Signal(match=match, literals=required(match), **{**base, **more})  # type: ignore[arg-type]


def traced(of: Signal, **texts: str) -> SignalTrace:
    watch = Watch(of)
    reading = read_strings({kind.replace("_", "."): text for kind, text in texts.items()}, watch)
    return trace_signal(watch, normalise(reading))


LOG = "2026-03-17T14:05:0{n}Z {text}\n"


def log(*texts: str) -> str:
    return "".join(LOG.format(n=n, text=text) for n, text in enumerate(texts))


def test_matches_are_counted_with_their_places_and_are_not_among_the_near():
    trace = traced(signal("socket closed"), edge_log=log("socket closed", "all well", "socket closed"))

    assert (trace.matches, trace.records, [p.line for p in trace.places], trace.near) == (2, 3, [1, 3], ())


def test_a_pattern_whose_texts_are_all_there_tells_how_far_it_matches():
    trace = traced(signal("handshake failed.*by peer"), edge_log=log("reset by peer after handshake failed"))

    last = trace.near[0].conditions[-1]
    assert last.what == "match: the pattern as a whole"
    assert last.got == "it matches as far as  handshake failed.*  and then lacks  by peer"


def test_records_that_differ_in_figures_only_are_counted_together():
    trace = traced(
        signal("socket (?:closed|gone) for good"), edge_log=log("socket closed for bad 7", "socket closed for bad 8")
    )

    assert [(r.place.line, r.alike) for r in trace.near] == [(1, 1)]


def test_a_match_that_a_sentence_only_suspects_is_told_apart():
    trace = traced(signal("firewall restarted"), ticket="Hello,\n\nwe suspect that the firewall restarted at noon.\n")

    assert (trace.matches, trace.unstated, trace.places) == (1, 1, ())


def test_a_code_that_no_row_has_is_named():
    rows = {spelling("R012"): Coded("ws.close", "R012")}
    coded = signal(r"code (?P<row1>\w+)", coded=rows)

    (record,) = traced(coded, edge_log=log("code R999")).near
    assert [c.got for c in record.conditions if c.state == "failed"] == ["no row has 'R999'"]


def test_a_field_that_is_not_there_names_those_that_are():
    trace = traced(
        signal("socket closed", where=(Where("component", "eq", "bot"),)),
        edge_log='{"level": "error", "message": "socket closed", "pid": 7}\n',
    )

    got = trace.near[0].conditions[-1].got
    assert got.startswith("component is not there; the record has ")
    assert "pid" in got


def test_a_watch_takes_what_the_scanner_takes() -> None:
    book = load_rulebook()
    path = str(Path(__file__).parents[2] / "examples" / "failed-handoff")
    drafts = Counter(d.signal for d in read([path], Scanner(book.signals)).drafts)
    known = [s for s in book.signals if s.id in drafts]
    assert len(known) > 5
    for signal in known:
        watch = Watch(signal)
        hits = [
            d for d in read([path], watch).drafts if d.kind == KIND and not watch.records[d.fields["number"]].distance
        ]
        assert len(hits) == drafts[signal.id], signal.id
