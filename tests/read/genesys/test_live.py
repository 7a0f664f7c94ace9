from __future__ import annotations

from typing import Any

from diagnose.read.genesys import analytics, live


def test_a_live_conversation_tells_errors_and_disconnect_reasons() -> None:
    obj = {
        "id": "call-1",
        "participants": [
            {
                "purpose": "agent",
                "calls": [
                    {
                        "id": "s1",
                        "state": "terminated",
                        "connectedTime": "2031-03-04T12:00:00Z",
                        "disconnectedTime": "2031-03-04T12:00:10Z",
                        "disconnectType": "transport.failure",
                        "errorInfo": {"code": "error.x", "status": 500},
                        "disconnectReasons": [{"type": "q850", "code": 41}, {"type": "sip", "code": 500}],
                    }
                ],
            }
        ],
    }
    assert analytics.claims(obj)
    found, answer = analytics.read(obj, "live.json")[0]
    assert (answer.kind, answer.fields) == ("sip.response", {"code": 500, "q850": 41})
    assert found.place.pointer == "/participants/0/calls/0"
    assert found.fields == {
        "type": "transportFailure", "leg": "agent", "code": "error.x", "sip": 500, "q850": 41, "age_s": 10.0,
    }  # fmt: skip
    assert found.entities == {"conversation": "call-1", "session": "s1"}


def statistics(**part: Any) -> dict[str, dict[str, Any]]:
    obj = {"conversationId": "call-1", "mediaStatistics": [part], "preferredRegion": "a", "effectiveRegion": "a"}
    return {d.kind: d.fields for d in live.read(obj, "stats.json")[0]}


def test_media_statistics_count_both_directions() -> None:
    rtp = {"packetsReceived": 900, "packetsSent": 0, "estimatedAverageMos": 4.3, "averageJitter": 3}
    found = statistics(trunk={"type": "external"}, rtp=rtp)
    assert found["media.flow"] == {"leg": "trunk", "direction": "in_only", "received": 900, "sent": 0}
    assert found["media.quality"]["grade"] == "good"


def test_no_selected_pair_is_a_failed_ice_and_a_reconnect_is_a_move() -> None:
    found = statistics(user={"id": "u"}, ice={"selectedPairs": []}, reconnectAttempts=2)
    assert found["ice.state"] == {"state": "failed"}
    assert found["media_server.change"]["by"] == "reconnectAttempts"


def test_a_snapshot_covers_nothing() -> None:
    assert not live.read({"mediaStatistics": []}, "stats.json")[1].covers


def call_resource(**party: Any) -> list[tuple[str, dict[str, Any]]]:
    """What `GET /conversations/calls/{id}` shows: the participants are the calls themselves."""
    obj = {"id": "call-1", "participants": [{"id": "p1", "purpose": "customer", "state": "disconnected", **party}]}
    assert analytics.claims(obj)
    return [(d.kind, d.fields) for d in analytics.read(obj, "calls.json")[0]]


def test_a_participant_may_be_the_call_itself() -> None:
    code = "error.ininedgecontrol.callflow.document.join.media"
    found = call_resource(
        confined=False, disconnectType="error", endTime="2031-03-04T12:00:00Z", errorInfo={"code": code}
    )
    assert found == [
        ("disconnect", {"type": "error", "leg": "customer", "code": code}),
        ("media.event", {"event": "media_timeout", "leg": "customer", "code": code}),
    ]


def test_near_misses_a_transfer_with_410_and_a_code_of_signalling_show_no_failure_of_media() -> None:
    gone = [{"type": "sip", "code": 410}]
    assert [kind for kind, _ in call_resource(disconnectType="transfer", disconnectReasons=gone)] == ["disconnect"]
    code = "error.ininedgecontrol.callflow.document.join"
    assert [kind for kind, _ in call_resource(disconnectType="error", errorInfo={"code": code})] == ["disconnect"]


def test_a_page_of_analytics_is_no_live_conversation() -> None:
    assert not live.claims({"id": "x", "participants": [{"sessions": [], "calls": []}]})
