from __future__ import annotations

from typing import Any

import pytest

from diagnose.model import Draft
from diagnose.read.genesys import analytics
from tests.read.calls import NOON_MS, call, party, session, stat


def facts(obj: object, kind: str) -> list[Draft]:
    return [d for d in analytics.read(obj, "call.json")[0] if d.kind == kind]


@pytest.mark.parametrize(
    "wrap",
    [
        lambda c: c,
        lambda c: [c],
        lambda c: {"conversations": [c], "totalHits": 1},
        lambda c: {"conversations": [c], "cursor": "x", "dataAvailabilityDate": "2031-03-04T00:00:00Z"},
    ],
)
def test_every_envelope_of_the_api_is_claimed_and_read(wrap: Any) -> None:
    obj = wrap(call(party("customer", session("s1", disconnectType="peer"))))
    assert analytics.claims(obj)
    assert [d.fields["type"] for d in facts(obj, "disconnect")] == ["peer"]


@pytest.mark.parametrize("obj", [None, 3, "x", [], {}, {"participants": "x"}, {"entities": []}, [{"message": "hello"}]])
def test_other_json_is_not_claimed(obj: object) -> None:
    assert not analytics.claims(obj)


def test_an_empty_page_is_claimed_and_gives_no_facts() -> None:
    page = {"conversations": [], "totalHits": 0}
    assert analytics.claims(page)
    drafts, report = analytics.read(page, "call.json")
    assert drafts == []
    assert report.records == 0


def test_the_place_is_a_json_pointer_to_the_session() -> None:
    obj = {
        "conversations": [call(party("ivr", session("s1")), party("customer", session("s2", disconnectType="peer")))]
    }
    (found,) = facts(obj, "disconnect")
    assert found.place.pointer == "/conversations/0/participants/1/sessions/0"
    assert found.entities == {"conversation": "call-1", "session": "s2"}


def test_a_value_of_a_wrong_type_costs_that_value_and_is_named() -> None:
    wrong = call(party("customer", session("s1", disconnectType="peer", edgeId=7)))
    drafts, report = analytics.read([wrong], "call.json")
    assert (report.records, report.skipped) == (1, 0)
    assert report.why.startswith("1 read without values of a wrong type; /0: Expected `str | null`, got `int` - at `$.")
    assert any(d.kind == "disconnect" for d in drafts)


def test_a_conversation_that_is_wrong_all_over_is_skipped_and_named_while_the_others_are_read() -> None:
    wrong = {"conversationId": "bad", "participants": [{"purpose": n} for n in range(99)]}
    drafts, report = analytics.read([wrong, call(party("customer", session("s1", disconnectType="peer")))], "call.json")
    assert (report.records, report.skipped) == (2, 1)
    assert "/0" in report.why
    assert any(d.kind == "disconnect" for d in drafts)


def test_nulls_and_numbers_as_text_are_read_as_the_api_means_them() -> None:
    obj = call(
        party("customer", session("s1", mediaEndpointStats=[stat(3000) | {"receivedPackets": "3000"}], edgeId=None))
    )
    (flow,) = facts(obj, "media.flow")
    assert flow.fields["received"] == 3000


def test_a_conversation_with_statistics_has_complete_telemetry_and_one_without_is_sparse() -> None:
    with_stats = call(party("customer", session("s1", mediaEndpointStats=[stat(3000)])))
    assert [d.fields["state"] for d in facts(with_stats, "telemetry")] == ["complete"]
    assert [d.fields["state"] for d in facts(call(party("customer", session("s1"))), "telemetry")] == ["sparse"]


def test_a_running_call_says_nothing_about_its_telemetry() -> None:
    assert facts(call(party("customer", session("s1", end=None)), end=None), "telemetry") == []


def test_the_report_covers_the_time_of_its_conversations() -> None:
    report = analytics.read(call(party("customer", session("s1"))), "call.json")[1]
    assert (report.from_, report.to, report.covers) == (NOON_MS, NOON_MS + 60_000, True)


def test_stamps_without_zone_are_marked_as_local() -> None:
    obj = call(party("customer", session("s1", disconnectType="peer")))
    segment = obj["participants"][0]["sessions"][0]["segments"][0]
    segment["segmentEnd"] = "2031-03-04T12:01:00"
    assert facts(obj, "disconnect")[0].local


def test_a_bot_session_without_end_is_open_while_the_caller_is_there_and_orphaned_after() -> None:
    bot = party("botflow", session("b1", end=None, segmentType="ivr"))
    running = call(party("customer", session("s1", end=None)), bot, end=None)
    left = call(party("customer", session("s1", end=30)), bot, end=None)
    assert facts(running, "bot.session")[0].fields["state"] == "open"
    assert facts(left, "bot.session")[0].fields["state"] == "orphaned"


@pytest.mark.parametrize(("ended", "state"), [(200, "orphaned"), (80, "completed")])
def test_a_bot_session_that_expires_long_after_the_caller_left_is_orphaned(ended: float, state: str) -> None:
    flow = {"flowName": "bot", "exitReason": "SESSION_EXPIRE_DISCONNECT"}
    bot = party("botflow", session("b", end=ended, flow=flow))
    drafts = analytics.read(call(party("customer", session("a", end=60)), bot, end=60), "call.json")[0]
    assert [d.fields["state"] for d in drafts if d.kind == "bot.session"] == [state]


def test_a_bot_session_that_ends_normally_after_the_caller_left_is_not_orphaned() -> None:
    bot = party("botflow", session("b", end=200, flow={"flowName": "bot", "exitReason": "FLOW_EXIT"}))
    drafts = analytics.read(call(party("customer", session("a", end=60)), bot, end=60), "call.json")[0]
    assert [d.fields["state"] for d in drafts if d.kind == "bot.session"] == ["completed"]


def test_an_ivr_menu_is_no_bot_session() -> None:
    menu = session("i1", flow={"flowType": "INBOUNDCALL", "flowName": "menu"}, segmentType="ivr")
    assert facts(call(party("ivr", menu)), "bot.session") == []


def test_an_ordinary_call_shows_no_failure_and_an_error_code_shows_one() -> None:
    good = call(party("customer", session("s1", disconnectType="peer", mediaEndpointStats=[stat(3000)])))
    bad = call(party("customer", session("s1", disconnectType="error", errorCode="error.x")))
    assert facts(good, "incident.kind")[0].fields["state"] == "no_failure_seen"
    assert facts(bad, "incident.kind")[0].fields["state"] == "failure_seen"


def test_the_lowest_quality_of_a_conversation_is_of_all_legs() -> None:
    found = facts(call(party("customer", session("s1")), mediaStatsMinConversationMos=2.5), "media.quality")
    assert [(d.fields["leg"], d.fields["grade"]) for d in found] == [("all", "bad")]
