from __future__ import annotations

from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnose.errors import UsageError
from diagnose.model import Draft, Evidence
from diagnose.normalise import normalise, timeline
from tests.normalise.drafts import BASE, draft, reading, report


def test_local_stamps_are_taken_as_utc_with_a_warning() -> None:
    evidence = normalise(reading(draft(local=True)))
    assert evidence.facts[0].at.start == BASE
    assert evidence.warnings == (
        "edge.log: time stamps have no zone and were taken as UTC; give theirs with --tz ZONE",
    )


@pytest.mark.parametrize(
    ("tz", "shift_h"), [("UTC", 0), ("Asia/Tokyo", -9), ("+09:00", -9), ("-03:30", 3.5), ("Europe/Berlin", -1)]
)
def test_local_stamps_are_moved_by_their_zone_and_others_stay(tz: str, shift_h: float) -> None:
    evidence = normalise(reading(draft(local=True), draft("ws.close", path="b.log")), tz=tz)
    starts = {f.kind: f.at.start for f in evidence.facts}
    assert starts == {"tcp.failure": BASE + shift_h * 3_600_000, "ws.close": BASE}
    assert evidence.warnings == ()


@pytest.mark.parametrize("tz", ["Mars/Olympus", "+99:99", "../etc/passwd", ""])
def test_an_unknown_zone_is_refused_with_the_way_out(tz: str) -> None:
    with pytest.raises(UsageError, match="Europe/Berlin"):
        timeline.zone(tz)


def test_a_stamp_whose_year_nothing_tells_is_named() -> None:
    old = Draft("tcp.failure", "log", draft().place, {}, {}, 70_000_000_000, 70_000_000_000)
    assert "no year" in normalise(reading(old)).warnings[0]


def anchored(offset_s: float, jitter_s: tuple[float, ...] = (0, 0, 0), count: int = 3) -> Evidence:
    """Calls that the cloud and a log saw end, the log's clock being off."""
    drafts = []
    for n in range(count):
        same = {"fields": {"type": "error"}, "entities": {"conversation": f"c{n}"}}
        drafts.append(draft("disconnect", n * 100, "call.json", source="analytics", **same))
        drafts.append(draft("disconnect", n * 100 + offset_s + jitter_s[n], "edge.log", **same))
    sources = (report("call.json", "analytics", clock="cloud"), report())
    return normalise(reading(*drafts, sources=sources))


def test_a_clock_an_hour_ahead_is_named_and_its_bound_widened_but_no_time_is_moved() -> None:
    evidence = anchored(3600)
    assert evidence.warnings == (
        "edge.log is about 3 600 s ahead of call.json (3 shared events): looks like a time zone error, try --tz",
    )
    logs = [f for f in evidence.facts if f.source.path == "edge.log"]
    cloud = [f for f in evidence.facts if f.source.path == "call.json"]
    assert {f.at.bound for f in logs} == {3_602_000}
    assert {f.at.bound for f in cloud} == {1_000}
    assert logs[0].at.start == BASE + 3_600_000


def test_a_clock_behind_by_an_odd_time_is_no_zone_error() -> None:
    assert anchored(-47).warnings == (
        "edge.log is about 47 s behind call.json (3 shared events): "
        "one of the two clocks is off, compare both with NTP",
    )


def test_the_spread_of_the_shared_events_widens_the_bound_too() -> None:
    assert max(f.at.bound for f in anchored(60, (0, 2, 4)).facts) == 2_000 + 62_000 + 2_000


def test_small_differences_scattered_ones_and_a_single_shared_event_say_nothing() -> None:
    for evidence in (anchored(1.5), anchored(60, (0, 40, 900)), anchored(3600, count=1)):
        assert evidence.warnings == ()
        assert {f.at.bound for f in evidence.facts} == {1_000, 2_000}


def test_sources_of_the_cloud_share_one_clock() -> None:
    sources = (report("a.json", "analytics", clock="cloud"), report("b.json", "events", clock="cloud"), report("x.log"))
    drafts = [
        draft(path=p, fields={"n": p}, source=k)
        for p, k in (("a.json", "analytics"), ("b.json", "events"), ("x.log", "log"))
    ]
    clocks = {f.source.path: f.at.clock for f in normalise(reading(*drafts, sources=sources)).facts}
    assert clocks == {"a.json": "cloud", "b.json": "cloud", "x.log": "x.log"}


def covered(*drafts: Draft, start: int = 0, end: int = 1000) -> dict[str, list[tuple[int, int]]]:
    span = {"from_": BASE + start * 1000, "to": BASE + end * 1000, "covers": True}
    sources = (report(**span), report("call.json", "analytics", **span), report("cut.txt", "ticket"))
    evidence = normalise(reading(*drafts, sources=sources))
    return {k: [((a or 0) - BASE, (b or 0) - BASE) for a, b in v] for k, v in evidence.coverage.items()}


def test_only_sources_that_show_ordinary_activity_cover_anything() -> None:
    assert covered() == {"edge.log": [(0, 1_000_000)], "analytics": [(0, 1_000_000)]}


def test_the_cloud_does_not_cover_the_time_in_which_an_edge_was_offline_and_settling() -> None:
    states = [
        draft("edge.state", t, fields={"online": o}, entities={"edge": "n"})
        for t, o in ((100, "offline"), (200, "online"))
    ]
    assert covered(*states) == {"edge.log": [(0, 1_000_000)], "analytics": [(0, 100_000), (380_000, 1_000_000)]}


def test_without_a_recovery_the_cloud_covers_nothing_after_survivability_began() -> None:
    entered = draft("survivability.state", 100, fields={"state": "entered"}, entities={"edge": "n"})
    assert covered(entered)["analytics"] == [(0, 100_000)]


def test_a_denied_or_undated_offline_state_cuts_nothing() -> None:
    denied = draft("edge.state", 100, fields={"online": "offline"}, polarity="denied")
    undated = draft("edge.state", None, fields={"online": "offline"})
    assert covered(denied, undated)["analytics"] == [(0, 1_000_000)]


def test_a_source_that_lies_wholly_in_the_gap_covers_nothing() -> None:
    entered = draft("survivability.state", -100, fields={"state": "entered"})
    assert set(covered(entered)) == {"edge.log"}


spans = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda p: (min(p), max(p) + 1)), max_size=5)


@given(spans, spans)
def test_what_is_left_after_cutting_is_exactly_what_lies_in_no_hole(
    have: list[tuple[int, int]], cut: list[tuple[int, int]]
) -> None:
    left = timeline.subtract(timeline.merge(have), timeline.merge(cut))
    for point in range(32):
        inside = any(a <= point < b for a, b in have) and not any(a <= point < b for a, b in cut)
        assert inside == any((a or 0) <= point < (b or 0) for a, b in left)


def test_open_intervals_swallow_what_follows() -> None:
    assert timeline.merge([(5, None), (1, 3), (9, 12), (None, 2)]) == [(None, 3), (5, None)]


def test_wall_clock_time_of_utc_is_utc() -> None:
    assert timeline.to_utc(BASE, UTC) == BASE
    assert timeline.to_utc(None, timeline.zone("Asia/Tokyo")) is None
