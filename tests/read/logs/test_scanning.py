"""Logs: kinds, drafts, coverage, what is left out."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator

from diagnose.read.logs import kept, scanning
from diagnose.read.signals.scan import Scanner
from diagnose.read.signals.signal import Signal

RESET = Signal(
    "bridge.reset",
    "reset",
    ("edge.log",),
    "bot.media.handshake",
    "reset by peer",
    (),
    {"outcome": "reset"},
    {"code": "error_code"},
)
SCANNER = Scanner([RESET])


def record(second: int, message: str = "link ok", **more: object) -> str:
    base = {
        "timestamp": f"2031-03-04T05:06:{second % 60:02}Z",
        "component": "media-bridge",
        "level": "INFO",
        "message": message,
    }
    return json.dumps({**base, **more})


def numbered(*lines: str) -> list[tuple[int, str]]:
    return list(enumerate(lines, start=1))


def test_a_hit_becomes_a_draft_with_place_time_and_entities() -> None:
    log = scanning.read_json_log(
        numbered(record(1), record(2, "TLS reset by peer", session_id="s1", edge_node="e1", error_code="E9")),
        "a.log",
        SCANNER,
    )
    (draft,) = log.drafts
    assert (draft.kind, draft.source, draft.signal) == ("bot.media.handshake", "edge.log", "bridge.reset")
    assert draft.fields == {"outcome": "reset", "code": "E9"}
    assert draft.entities == {"session": "s1", "edge": "e1"}
    assert (draft.place.path, draft.place.line) == ("a.log", 2)
    assert draft.start == draft.end == 1930367162000


def test_a_log_of_ordinary_activity_covers_and_an_excerpt_does_not() -> None:
    ordinary = scanning.read_json_log(numbered(*(record(i) for i in range(6))), "a.log", SCANNER).report
    grep = scanning.read_json_log(
        numbered(*(record(i, f"reset by peer {i}", level="ERROR") for i in range(60))), "a.log", SCANNER
    ).report
    short = scanning.read_json_log(numbered(record(1), record(2)), "a.log", SCANNER).report
    assert (ordinary.covers, ordinary.records, ordinary.facts) == (True, 6, 0)
    assert (grep.covers, grep.records, grep.facts) == (False, 60, 60)
    assert not short.covers


def test_many_shapes_of_message_are_ordinary_activity_too() -> None:
    lines = (
        f"2031-03-04T05:06:0{i}Z media-bridge {what}" for i, what in enumerate(["up", "open", "tick", "gone", "back"])
    )
    assert scanning.read_text_log(numbered(*lines), "a.log", SCANNER, "edge.log").report.covers


def test_a_search_for_one_error_never_covers_however_it_is_worded() -> None:
    errors = [
        record(n, f"stream {word} failed", level="ERROR") for n, word in enumerate(("a1", "open", "set up", "x", "y"))
    ]
    found = [record(9, "opening stream"), *errors * 3]
    assert not scanning.read_json_log(numbered(*found), "a.jsonl", SCANNER, "edge.log").report.covers


def test_a_log_without_times_never_covers() -> None:
    lines = (f"INFO media-bridge thing {what}" for what in ["up", "open", "tick", "gone", "back"])
    assert not scanning.read_text_log(numbered(*lines), "a.log", SCANNER, "edge.log", sparse=True).report.covers


def test_broken_lines_are_counted_and_named() -> None:
    log = scanning.read_json_log(numbered(record(1), record(2)[:30], "{oops}"), "a.log", SCANNER)
    assert log.report.skipped == 2
    assert log.report.why == "line 2: the JSON breaks off; line 3: not valid JSON"
    assert "2 lines were not read" in log.problems[0].message


def test_numbers_that_are_none_do_not_break_a_line() -> None:
    log = scanning.read_json_log(
        numbered('{"message": "mos NaN", "mos": NaN, "component": "media-bridge"}'), "a.log", SCANNER
    )
    assert (log.report.records, log.report.skipped) == (1, 0)


def test_text_between_json_lines_is_read_as_text() -> None:
    log = scanning.read_json_log(numbered(record(1), "panic: reset by peer", record(2)), "a.log", SCANNER, "edge.log")
    assert [d.place.line for d in log.drafts] == [2]


def test_the_span_of_a_log_out_of_order_is_its_earliest_and_latest() -> None:
    report = scanning.read_json_log(numbered(record(9), record(3), record(5)), "a.log", SCANNER).report
    assert (report.from_, report.to) == (1930367163000, 1930367169000)


def test_new_year_goes_on_in_a_log_without_years() -> None:
    lines = numbered("Dec 31 23:59:59 n1 app: reset by peer", "Jan  1 00:00:01 n1 app: reset by peer")
    log = scanning.read_text_log(lines, "a.log", SCANNER, "edge.log")
    first, second = (d.start for d in log.drafts)
    assert first is not None
    assert second is not None
    assert second - first == 2000
    assert log.lacks == "year"


def test_the_host_of_an_edge_log_is_the_edge_when_it_says_so() -> None:
    line = "2031-03-04T05:06:07Z oslo-edge-2 bridge[7]: reset by peer"
    (draft,) = scanning.read_text_log([(1, line)], "a.log", SCANNER, "edge.log").drafts
    assert draft.entities == {"host": "oslo-edge-2", "edge": "oslo-edge-2"}


def test_the_same_error_for_ever_stays_within_bounds() -> None:
    count = 2 * kept.OF_ONE + 10
    line = record(1, "reset by peer")
    log = scanning.read_json_log(((i, line) for i in range(1, count + 1)), "a.log", SCANNER)
    assert log.report.records == count
    assert len(log.drafts) == log.report.facts == 2 * kept.OF_ONE
    assert log.drafts[-1].place.line == count
    assert "10 matches" in log.report.why


def test_memory_does_not_grow_with_the_log() -> None:
    def lines(count: int) -> Iterator[tuple[int, str]]:
        return ((i, record(i, f"jitter buffer {i}")) for i in range(count))

    peaks = []
    for count in (2_000, 40_000):
        tracemalloc.start()
        scanning.read_json_log(lines(count), "a.log", SCANNER)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5
