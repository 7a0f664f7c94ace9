"""Only what happened around an instant counts, when one is given."""

from __future__ import annotations

from datetime import UTC

import pytest

from diagnose.errors import UsageError
from diagnose.normalise import normalise
from diagnose.normalise.timeline import zone
from diagnose.normalise.window import Window, span, window
from tests.normalise.drafts import BASE, draft, reading, report

MINUTE = 60_000


@pytest.mark.parametrize(
    ("text", "ms"),
    [("90s", 90_000), ("30m", 30 * MINUTE), ("2 h", 120 * MINUTE), ("1d", 1440 * MINUTE), ("1.5m", 90_000)],
)
def test_lengths_of_time(text: str, ms: int) -> None:
    assert span(text) == ms


@pytest.mark.parametrize("text", ["", "30", "m", "-5m", "0m", "1w", "5m5s"])
def test_other_lengths_are_refused_with_the_way_out(text: str) -> None:
    with pytest.raises(UsageError, match="such as 90s"):
        span(text)


@pytest.mark.parametrize(
    "text", ["2031-03-04T12:00:00Z", "2031-03-04 13:00:00+01:00", "2031-03-04T12:00", "12:00", "12:00:00"]
)
def test_an_instant_is_a_date_and_a_time_or_a_time_on_the_one_day_of_the_evidence(text: str) -> None:
    assert window(text, "5m", UTC, [draft()]) == Window(BASE - 5 * MINUTE, BASE + 5 * MINUTE)


def test_an_instant_without_a_zone_is_in_that_of_the_stamps() -> None:
    found = window("21:00", None, zone("Asia/Tokyo"), [draft()])
    assert found == Window(BASE - 30 * MINUTE, BASE + 30 * MINUTE)


def test_a_time_on_evidence_of_two_days_asks_for_the_date() -> None:
    with pytest.raises(UsageError, match="between 2031-03-04 and 2031-03-05"):
        window("12:00", None, UTC, [draft(), draft(at=86_400)])
    with pytest.raises(UsageError, match="no time is known"):
        window("12:00", None, UTC, [])


@pytest.mark.parametrize("text", ["noon", "25:00", "2031-13-01", ""])
def test_what_is_no_instant_is_refused_with_the_way_out(text: str) -> None:
    with pytest.raises(UsageError, match="2026-03-17T14:05:21Z"):
        window(text, None, UTC, [draft()])


def test_a_width_without_an_instant_is_refused() -> None:
    with pytest.raises(UsageError, match="--at"):
        window(None, "5m", UTC, [])
    assert window(None, None, UTC, []) is None


def test_facts_outside_are_left_out_and_counted_and_what_has_no_time_stays() -> None:
    drafts = [draft(at=t, line=n) for n, t in enumerate((-400, -200, 0, 200, 400, None))]
    evidence = normalise(reading(*drafts), at="12:00", width="5m")
    assert [f.source.line for f in evidence.facts] == [1, 2, 3, 5]
    assert evidence.truncated == ("2 facts outside 2031-03-04 11:55:00 to 12:05:00 UTC left out (--at, --window)",)


def test_what_a_clock_may_be_off_widens_the_window() -> None:
    assert len(normalise(reading(draft(at=61)), at="12:00", width="1m").facts) == 1
    assert len(normalise(reading(draft(at=63)), at="12:00", width="1m").facts) == 0


def test_what_was_watched_outside_does_not_count_either() -> None:
    sources = (report(from_=BASE - 9_000_000, to=BASE + 9_000_000, covers=True),)
    evidence = normalise(reading(draft(), sources=sources), at="12:00", width="5m")
    assert evidence.coverage == {"edge.log": ((BASE - 300_000, BASE + 300_000),)}


def test_a_window_over_several_days_is_shown_with_both_dates() -> None:
    assert Window(BASE, BASE + 86_400_000).shown() == "2031-03-04 12:00:00 to 2031-03-05 12:00:00 UTC"
