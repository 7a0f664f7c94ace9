"""Lines that say the opposite."""

from __future__ import annotations

import re

from diagnose.rulebook.opposite import near_miss, troubled


def test_trouble_is_turned_into_health() -> None:
    assert near_miss("uplink lost", ["uplink", "lost"], re.compile("uplink lost").search) == ["uplink restored"]


def test_without_trouble_the_rest_is_cut_off() -> None:
    found = near_miss("switchboard parked leg", ["switchboard", "parked", "leg"], re.compile("parked leg").search)
    assert found == ["switchboard ok"]


def test_what_everything_matches_has_no_near_miss() -> None:
    assert near_miss("uplink lost", ["uplink", "lost"], re.compile("").search) == []


def test_trouble_is_told_by_words() -> None:
    assert troubled("the port is DOWN")
    assert not troubled("the downtown port")
