"""Clocks that differ are told by the events they share."""

from __future__ import annotations

from diagnose.model import Evidence
from diagnose.normalise import normalise
from tests.normalise.drafts import BASE, draft, reading, report


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


def skew(evidence: Evidence) -> list[object]:
    return [f.fields["offset_ms"] for f in evidence.facts if f.kind == "clock.offset"]


def test_a_clock_that_the_cloud_shows_to_be_minutes_off_is_a_fact_at_the_first_shared_event() -> None:
    evidence = anchored(300)
    assert skew(evidence) == [300_000]
    (fact,) = (f for f in evidence.facts if f.kind == "clock.offset")
    assert (fact.source.path, fact.fields["state"], fact.at.start) == ("edge.log", "off", BASE + 300_000)


def test_a_zone_error_and_seconds_are_no_clock_that_is_off() -> None:
    assert skew(anchored(3600)) == []
    assert skew(anchored(12)) == []


def test_of_two_logs_neither_is_said_to_be_the_one_that_is_off() -> None:
    drafts = []
    for n in range(3):
        same = {"fields": {"type": "error"}, "entities": {"session": f"s{n}"}}
        drafts += [draft("disconnect", n * 100, "a.log", **same), draft("disconnect", n * 100 + 95, "b.log", **same)]
    evidence = normalise(reading(*drafts))
    assert "b.log is about 95 s ahead of a.log" in evidence.warnings[0]
    assert skew(evidence) == []
