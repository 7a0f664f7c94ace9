from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnose.errors import UsageError
from diagnose.model import Draft
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


BERLIN = "Europe/Berlin"
HOUR = 3_600_000


def wall(text: str) -> int:
    """Wall-clock ms of an ISO time."""
    return round(datetime.fromisoformat(text + "+00:00").timestamp() * 1000)


def test_an_hour_that_occurs_twice_is_taken_as_the_first_with_a_wider_bound_and_a_warning() -> None:
    at = wall("2030-10-27T02:30:00")
    evidence = normalise(reading(draft(at=(at - BASE) / 1000, local=True)), tz=BERLIN)
    (fact,) = evidence.facts
    assert fact.at.start == wall("2030-10-27T00:30:00")
    assert fact.at.bound == 2_000 + HOUR
    assert "occur twice" in evidence.warnings[0]


def test_an_hour_that_does_not_exist_is_named() -> None:
    at = wall("2030-03-31T02:30:00")
    evidence = normalise(reading(draft(at=(at - BASE) / 1000, local=True)), tz=BERLIN)
    assert evidence.facts[0].at.bound == 2_000 + HOUR
    assert "do not exist" in evidence.warnings[0]


@pytest.mark.parametrize("tz", ["UTC", "+09:00", "Asia/Tokyo", BERLIN])
def test_other_hours_are_clear(tz: str) -> None:
    evidence = normalise(reading(draft(local=True)), tz=tz)
    assert evidence.warnings == ()
    assert evidence.facts[0].at.bound == 2_000


@given(st.integers(0, 2_000_000_000_000), st.sampled_from([BERLIN, "America/St_Johns", "Australia/Lord_Howe", "UTC"]))
def test_a_wall_clock_time_that_is_clear_is_the_time_that_was_meant(ms: int, name: str) -> None:
    where = timeline.zone(name)
    local = datetime.fromtimestamp(ms / 1000, where).replace(tzinfo=UTC)
    shown = round(local.timestamp() * 1000)
    unclear = timeline.doubt(shown, where)
    assert unclear >= 0  # a time that was shown exists
    assert abs((timeline.to_utc(shown, where) or 0) - ms) <= unclear


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
