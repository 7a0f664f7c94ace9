from __future__ import annotations

from typing import Any

import pytest

from diagnose.model import Draft
from diagnose.read.genesys import analytics
from diagnose.read.genesys.legs import grade
from tests.read.calls import NOON_MS, call, party, session, stat


def facts(kind: str, purpose: str = "customer", **fields: Any) -> list[Draft]:
    obj = call(party(purpose, session("s1", **fields)))
    return [d for d in analytics.read(obj, "call.json")[0] if d.kind == kind]


@pytest.mark.parametrize(
    ("word", "form"),
    [
        ("TRANSPORT_FAILURE", "transportFailure"),
        ("transport.failure", "transportFailure"),
        ("transfer.consult", "consultTransfer"),
        ("endpoint.dnd", "dndEndpoint"),
        ("PEER", "peer"),
        ("somethingNew", "somethingNew"),
    ],
)
def test_disconnect_types_come_out_in_the_form_of_analytics(word: str, form: str) -> None:
    assert facts("disconnect", disconnectType=word)[0].fields["type"] == form


def test_a_disconnect_carries_its_codes_and_the_age_of_the_leg() -> None:
    (found,) = facts("disconnect", disconnectType="system", sipResponseCodes=[503], q850ResponseCodes=[34], end=12.5)
    assert found.fields == {"type": "system", "leg": "customer", "q850": 34, "sip": 503, "age_s": 12.5}
    assert found.end == NOON_MS + 12_500


def test_a_failed_sip_answer_is_a_fact_and_an_ok_is_none() -> None:
    (found,) = facts("sip.response", disconnectType="system", sipResponseCodes=[480], q850ResponseCodes=[20])
    assert found.fields == {"code": 480, "q850": 20}
    assert facts("sip.response", disconnectType="peer", sipResponseCodes=[200]) == []


@pytest.mark.parametrize(
    ("purpose", "leg"),
    [("botflow", "bot"), ("ivr", "bot"), ("user", "agent"), ("acd", "unknown"), ("external", "customer")],
)
def test_the_purpose_of_a_participant_names_the_leg(purpose: str, leg: str) -> None:
    assert facts("disconnect", purpose, disconnectType="peer")[0].fields["leg"] == leg


def test_no_packet_on_a_leg_of_a_minute_is_silence() -> None:
    (found,) = facts("media.flow", mediaEndpointStats=[stat(0)])
    assert found.fields == {"leg": "customer", "received": 0, "direction": "none"}
    assert found.place.excerpt == "receivedPackets 0"


@pytest.mark.parametrize(
    "fields", [{"end": 8}, {"audioMuted": True}, {"segmentType": "hold"}, {"segmentType": "alert"}]
)
def test_no_packet_while_short_muted_held_or_ringing_is_no_silence(fields: dict[str, Any]) -> None:
    assert facts("media.flow", mediaEndpointStats=[stat(0)], **fields) == []


def test_packets_that_came_in_do_not_say_that_any_went_out() -> None:
    assert facts("media.flow", mediaEndpointStats=[stat(3000)])[0].fields == {"leg": "customer", "received": 3000}


def test_counters_that_begin_anew_give_a_second_flow_that_moved() -> None:
    found = facts("media.flow", mediaEndpointStats=[stat(2500, 50), stat(900, 60)])
    assert [(d.fields["received"], d.fields.get("moved")) for d in found] == [(2500, None), (900, True)]


@pytest.mark.parametrize(
    ("measures", "expected"),
    [
        ({"mos": 4.3, "r_factor": 90.0, "discard_pct": 0.1}, "good"),
        ({"mos": 3.9, "r_factor": None, "discard_pct": None}, "fair"),
        ({"mos": 3.0, "r_factor": None, "discard_pct": None}, "bad"),
        ({"mos": None, "r_factor": 59.0, "discard_pct": None}, "bad"),
        ({"mos": 4.3, "r_factor": 90.0, "discard_pct": 2.1}, "bad"),
        ({"mos": None, "r_factor": None, "discard_pct": None}, None),
    ],
)
def test_the_worst_measure_gives_the_grade(measures: dict[str, float | None], expected: str | None) -> None:
    assert grade(**measures) == expected


def test_a_mos_of_four_is_good_on_g729() -> None:
    g729 = facts("media.quality", mediaEndpointStats=[stat(3000, minMos=3.9, codecs=["audio/G729"])])
    pcmu = facts("media.quality", mediaEndpointStats=[stat(3000, minMos=3.9, codecs=["audio/PCMU"])])
    assert (g729[0].fields["grade"], pcmu[0].fields["grade"]) == ("good", "fair")


def test_fewer_than_500_packets_say_nothing_about_quality() -> None:
    assert facts("media.quality", mediaEndpointStats=[stat(499, minMos=1.5)]) == []


@pytest.mark.parametrize(
    ("reason", "category"),
    [
        ("FLOW_ERROR_DISCONNECT", "error"),
        ("flowErrorExit", "error"),
        ("SESSION_EXPIRE_DISCONNECT", "expired"),
        ("RECOGNITION_FAILURE_EXIT", "recognition_failure"),
        ("TRANSFER", "transfer"),
        ("FLOW_DISCONNECT", "disconnect"),
        ("USER_EXIT", "normal"),
        ("UNKNOWN", "unknown"),
    ],
)
def test_exit_reasons_have_a_category(reason: str, category: str) -> None:
    (found,) = facts("flow.exit", "ivr", flow={"exitReason": reason, "flowType": "INBOUNDCALL", "flowId": "flow-7"})
    assert found.fields["category"] == category
    assert found.entities["flow"] == "flow-7"


def test_speech_that_was_detected_is_media_that_came_and_a_reason_why_it_was_not_recognised_is_told() -> None:
    (found,) = facts("media.event", detectedSpeechStart="2031-03-04T12:00:04Z")
    assert (found.fields["event"], found.start) == ("media_started", NOON_MS + 4000)
    (why,) = facts("speech.result", flow={"exitReason": "FLOW_EXIT", "recognitionFailureReason": "noMatchMaxReached"})
    assert why.fields == {"part": "recognition", "outcome": "error", "detail": "noMatchMaxReached"}
    assert facts("speech.result", flow={"exitReason": "FLOW_EXIT"}) == []


def test_packets_that_were_not_valid_count_as_lost() -> None:
    stats = {"receivedPackets": 1000, "invalidPackets": 900, "eventTime": "2031-03-04T12:01:00Z"}
    (found,) = facts("media.quality", mediaEndpointStats=[stats])
    assert (found.fields["grade"], found.fields["discard_pct"]) == ("bad", 90.0)
