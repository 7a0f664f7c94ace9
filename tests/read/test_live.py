from __future__ import annotations

from typing import Any

from diagnose.read import analytics, live


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
    (found,) = analytics.read(obj, "live.json")[0]
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
