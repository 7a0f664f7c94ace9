from __future__ import annotations

import msgspec

from diagnose.model import Place
from diagnose.read.genesys.conversation import Conversation, Leg, legs_of
from tests.read.calls import NOON_MS, call, party, session, stat


def leg(**fields: object) -> Leg:
    decoded = msgspec.convert(call(party("customer", session("s1", **fields))), Conversation, strict=False)
    return legs_of(decoded, Place("call.json"))[0]


def test_a_session_without_end_has_no_age() -> None:
    found = leg(end=None)
    assert (found.start, found.end, found.age_ms) == (NOON_MS, None, None)


def test_a_session_without_segments_has_no_times() -> None:
    found = leg(segments=[])
    assert (found.start, found.end) == (None, None)


def test_the_time_for_media_leaves_ringing_out() -> None:
    assert leg(end=30).media_ms == 30_000
    assert leg(end=30, segmentType="alert").media_ms == 0


def test_counters_are_read_in_time_order_and_split_where_they_fall() -> None:
    assert leg(mediaEndpointStats=[stat(700, 60), stat(500, 30), stat(100, 90)]).epochs == (700, 100)


def test_unknown_fields_of_the_api_do_no_harm() -> None:
    assert leg(somethingNew={"a": [1]}).session.session_id == "s1"
