from __future__ import annotations

from typing import Any

import pytest

from diagnose.model import Draft
from diagnose.read.genesys import analytics
from tests.read.calls import NOON_MS, call, party, session, stat


def moves(*parties: dict[str, Any], kind: str = "media_server.change", **more: Any) -> list[Draft]:
    return [d for d in analytics.read(call(*parties, end=300, **more), "call.json")[0] if d.kind == kind]


def two_sessions(first: dict[str, Any], second: dict[str, Any], start: float = 62) -> dict[str, Any]:
    end = second.pop("end", 200)
    return party(
        "customer",
        session("s1", end=60, **({"edgeId": "edge-a", "mediaEndpointStats": [stat(3000)]} | first)),
        session("s2", start=start, end=end, **({"edgeId": "edge-b"} | second)),
    )


def test_a_new_edge_without_packets_is_a_failed_move() -> None:
    (found,) = moves(two_sessions({}, {"mediaEndpointStats": [stat(0, 200)]}))
    assert found.fields == {
        "old": "edge-a", "new": "edge-b", "outcome": "failed", "leg": "customer", "by": "edgeId", "gap_ms": 2000,
    }  # fmt: skip
    assert found.place.excerpt == "edgeId edge-a -> edge-b, receivedPackets 0"
    assert found.start == NOON_MS + 62_000
    assert found.entities == {"conversation": "call-1", "session": "s2"}


def test_a_new_edge_with_packets_is_a_move_that_worked() -> None:
    assert moves(two_sessions({}, {"mediaEndpointStats": [stat(6900, 200)]}))[0].fields["outcome"] == "ok"


def test_a_new_edge_without_statistics_leaves_the_outcome_open() -> None:
    assert moves(two_sessions({}, {}))[0].fields["outcome"] == "unknown"


@pytest.mark.parametrize("end", ["error", "transportFailure", "timeout"])
def test_a_new_leg_that_breaks_within_a_minute_is_a_failed_move(end: str) -> None:
    second = {"mediaEndpointStats": [stat(900, 80)], "disconnectType": end, "end": 80}
    assert moves(two_sessions({}, second))[0].fields["outcome"] == "failed"


def test_a_new_media_bridge_on_the_same_edge_is_a_move() -> None:
    (found,) = moves(two_sessions({"mediaBridgeId": "m1"}, {"edgeId": "edge-a", "mediaBridgeId": "m2"}))
    assert (found.fields["by"], found.fields["old"], found.fields["new"]) == ("mediaBridgeId", "m1", "m2")
    assert found.entities["edge"] == "edge-a"


def test_a_new_media_server_by_that_name_is_a_move() -> None:
    (found,) = moves(two_sessions({"mediaServer": "n1"}, {"edgeId": "edge-a", "mediaServer": "n2"}))
    assert found.fields["by"] == "mediaServer"


@pytest.mark.parametrize("end", ["transfer", "consultTransfer", "transfer.forward"])
def test_a_transfer_is_no_move(end: str) -> None:
    assert moves(two_sessions({"disconnectType": end}, {})) == []


def test_sessions_that_lie_apart_or_have_another_peer_are_no_move() -> None:
    assert moves(two_sessions({}, {}, start=66)) == []
    assert moves(two_sessions({"peerId": "x"}, {"peerId": "y"})) == []


def test_two_participants_on_two_edges_are_no_move() -> None:
    one = party("customer", session("s1", end=60, edgeId="edge-a"))
    two = party("ivr", session("s2", start=61, end=200, edgeId="edge-b"))
    assert moves(one, two) == []


def test_a_recovery_code_is_told_once_when_the_bridge_changed_too() -> None:
    code = "error.ininedgecontrol.connection.webrtc.endpoint.mediaRecovery"
    first = {"errorCode": code, "disconnectType": "error", "mediaBridgeId": "m1"}
    legs = two_sessions(first, {"edgeId": "edge-a", "mediaBridgeId": "m2"})
    assert len(moves(legs)) == 1
    assert [d.fields["event"] for d in moves(legs, kind="media.event")] == ["media_recovery"]


def test_counters_that_begin_anew_in_one_session_are_a_restart() -> None:
    leg = party("customer", session("s1", end=120, mediaEndpointStats=[stat(3000, 60), stat(400, 120)]))
    (found,) = moves(leg)
    assert (found.fields["by"], found.start) == ("mediaEndpointStats", NOON_MS + 120_000)
    assert [d.fields["event"] for d in moves(leg, kind="media.event")] == ["media_restart"]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"disconnectType": "transportFailure"}, "disconnect transportFailure"),
        ({"disconnectType": "timeout"}, "disconnect timeout"),
        ({"mediaEndpointStats": [stat(0)]}, "no packet received"),
        ({"disconnectType": "error", "errorCode": "error.ininedgecontrol.callflow.document.join.media"}, "error code"),
    ],
)
def test_lost_media_is_derived_as_a_media_timeout(fields: dict[str, Any], reason: str) -> None:
    (found,) = moves(party("customer", session("s1", **fields)), kind="media.event")
    assert (found.fields["event"], found.fields["reason"]) == ("media_timeout", reason)


@pytest.mark.parametrize(
    "fields",
    [
        {"disconnectType": "sessionExpired", "mediaEndpointStats": [stat(3000)]},
        {"disconnectType": "timeout", "segmentType": "contacting"},
        {"disconnectType": "peer"},
    ],
)
def test_an_expired_session_with_media_an_unanswered_call_and_a_hang_up_are_no_media_timeout(
    fields: dict[str, Any],
) -> None:
    assert moves(party("customer", session("s1", **fields)), kind="media.event") == []


def test_media_events_and_servers_are_read_as_they_stand() -> None:
    events = [
        {"eventType": "MEDIA_TIMEOUT", "timestamp": "2031-03-04T12:00:20Z", "mediaServer": "n1"},
        {"type": "mediaRestart", "timestamp": "2031-03-04T12:00:25Z", "mediaServer": "n2"},
        {"type": "nothing known"},
        "no event",
    ]
    leg = party("customer", session("s1", mediaEvents=events))
    assert [d.fields["event"] for d in moves(leg, kind="media.event")] == ["media_timeout", "media_restart"]
    (found,) = moves(leg)
    assert (found.fields["old"], found.fields["new"]) == ("n1", "n2")
    assert found.place.pointer == "/participants/0/sessions/0/mediaEvents/1"


def test_a_hand_off_event_tells_its_outcome() -> None:
    events = [{"event": "handoff", "from": "n1", "to": "n2", "result": "FAILED", "timestamp": "2031-03-04T12:00:20Z"}]
    (found,) = moves(party("ivr", session("s1")), mediaEvents=events)
    assert (found.fields["outcome"], found.fields["old"], found.fields["new"]) == ("failed", "n1", "n2")


def broken(number: int, end: float, edge: str = "edge-a", **more: Any) -> dict[str, Any]:
    leg = session(f"s{number}", end=end, edgeId=edge, disconnectType="error", **more)
    return call(party("customer", leg), name=f"call-{number}", end=end)


def restarts(*calls: dict[str, Any]) -> list[Draft]:
    return [d for d in analytics.read(list(calls), "calls.json")[0] if d.fields.get("event") == "media_restart"]


def test_three_calls_of_one_edge_that_break_together_are_a_restart() -> None:
    (found,) = restarts(broken(1, 60), broken(2, 62), broken(3, 64))
    assert found.entities == {"edge": "edge-a"}


def test_two_calls_or_calls_apart_or_of_two_edges_or_with_a_network_code_are_no_restart() -> None:
    assert restarts(broken(1, 60), broken(2, 62)) == []
    assert restarts(broken(1, 60), broken(2, 80), broken(3, 100)) == []
    assert restarts(broken(1, 60), broken(2, 60), broken(3, 60, "edge-b")) == []
    assert restarts(*(broken(n, 60, errorCode="error.x.join.media") for n in range(3))) == []
