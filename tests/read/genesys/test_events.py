from __future__ import annotations

from typing import Any

import pytest

from diagnose.model import Draft
from diagnose.read.genesys import events

TIME = "2031-03-04T12:00:00Z"
TIME_MS = 1930392000000
EDGE_ID = "0a1b2c3d-1111-4222-8333-444455556666"
EDGES = f"v2.telephony.providers.edges.{EDGE_ID}"


def notification(topic: str, **body: Any) -> dict[str, Any]:
    return {"topicName": topic, "version": "2", "eventBody": body, "received": TIME}


def envelope(topic: str, **body: Any) -> dict[str, Any]:
    return {"version": "0", "detail-type": "x", "time": TIME, "detail": {"topicName": topic, "eventBody": body}}


def facts(*items: Any) -> list[Draft]:
    assert events.claims(list(items))
    return events.read(list(items), "events.jsonl")[0]


def plain(**event: Any) -> list[tuple[str, dict[str, Any]]]:
    return [(d.kind, d.fields) for d in facts({"time": TIME} | event)]


def test_an_edge_that_goes_offline_is_known_by_its_topic() -> None:
    (found,) = facts(notification(EDGES, onlineStatus="OFFLINE"))
    assert (found.kind, found.source, found.fields["online"]) == ("edge.state", "events", "offline")
    assert found.entities["edge"] == EDGE_ID
    assert found.start == TIME_MS


def test_metrics_of_an_edge_are_read_as_the_platform_api_gives_them() -> None:
    body = {
        "edge": {"id": EDGE_ID},
        "eventTime": TIME,
        "processors": [{"cpuId": "total", "activeTimePct": 97}],
        "memory": [],
    }
    found = facts(notification(f"{EDGES}.metrics", **body))
    assert ("edge.resource", "edge.api") in {(d.kind, d.source) for d in found}


def test_an_uptime_that_falls_between_two_events_is_a_restart() -> None:
    found = facts(*(
        notification(f"{EDGES}.metrics", edge={"id": EDGE_ID}, eventTime=when, upTimeMsec=up)
        for when, up in ((TIME, 9e7), ("2031-03-04T12:05:00Z", 6e4))
    ))  # fmt: skip
    assert [d.start for d in found if d.kind == "edge.restart"] == [TIME_MS + 240_000]


def test_the_end_of_a_flow_gives_a_disconnect_and_an_exit() -> None:
    found = facts(envelope(
        "v2.detail.events.conversation.c1.flow.end", eventTime=TIME_MS + 5, conversationId="c1", sessionId="s1",
        disconnectType="TRANSPORT_FAILURE", exitReason="FLOW_ERROR_EXIT", flowVersion="3.0", connectedDurationMs=1500,
    ))  # fmt: skip
    by_kind = {d.kind: d for d in found}
    assert by_kind["disconnect"].fields == {"type": "transportFailure", "leg": "bot", "age_s": 1.5}
    assert by_kind["flow.exit"].fields["category"] == "error"
    assert by_kind["flow.exit"].start == TIME_MS + 5


def test_a_conversation_in_a_notification_is_read_as_a_live_one() -> None:
    call = {"id": "s1", "state": "terminated", "disconnectType": "transport.failure"}
    body = {"id": "c1", "participants": [{"purpose": "customer", "calls": [call]}]}
    (found,) = facts(notification("v2.users.u1.conversations.calls", **body))
    assert (found.kind, found.source, found.start) == ("disconnect", "events", TIME_MS)
    assert found.fields == {"type": "transportFailure", "leg": "customer"}
    assert found.entities == {"conversation": "c1", "session": "s1"}


def test_an_event_that_was_delivered_twice_counts_once() -> None:
    event = envelope("v2.detail.events.conversation.c1.customer.end", eventTime=TIME_MS, disconnectType="PEER")
    drafts, report = events.read([event, event], "events.jsonl")
    assert len(drafts) == 1
    assert (report.records, report.skipped, report.why) == (2, 1, "1 delivered twice")


def test_a_failed_data_action_is_a_failed_step_of_a_flow() -> None:
    found, answer = facts(envelope(
        "v2.operations.events.x", eventEntity={"name": "Data action execution failed"}, entityName="lookup",
        errorCode="401", conversationId="c1",
    ))  # fmt: skip
    assert found.fields == {
        "step": "lookup", "outcome": "error", "kind": "data_action", "detail": "Data action execution failed 401",
    }  # fmt: skip
    assert (answer.kind, answer.fields["status"], answer.fields["where"]) == ("http.status", 401, "data_action")


def test_heartbeats_are_records_without_facts() -> None:
    drafts, report = events.read([notification("channel.metadata", message="WebSocket Heartbeat")] * 2, "e")
    assert drafts == []
    assert report.records == 2


def test_a_media_event_without_server_and_session_is_sparse_telemetry() -> None:
    bare = facts(notification("v2.conversation.media.event", conversationId="c1", eventType="media_timeout"))
    full = facts(
        notification("v2.conversation.media.event", conversationId="c1", eventType="media_timeout", mediaServer="n1")
    )
    assert [(d.kind, d.fields.get("event") or d.fields.get("state")) for d in bare] == [
        ("media.event", "media_timeout"), ("telemetry", "sparse"),
    ]  # fmt: skip
    assert [d.kind for d in full] == ["media.event"]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"event": "link_down", "interface": "wan0"},
         ("link.state", {"link": "wan", "state": "down", "interface": "wan0"})),
        ({"event": "WAN link", "state": "up"}, ("link.state", {"link": "wan", "state": "up"})),
        ({"type": "linkFlap", "ifname": "eth1"},
         ("link.state", {"link": "unknown", "state": "flapping", "interface": "eth1"})),
        ({"event": "edge_offline", "edge": "n1"}, ("edge.state", {"online": "offline"})),
        ({"event": "survivability_entered"}, ("survivability.state", {"state": "entered"})),
        ({"event": "survivability", "state": "exited"}, ("survivability.state", {"state": "left"})),
        ({"event": "trunk_down", "trunk": "t1"}, ("trunk.state", {"state": "down"})),
        ({"event": "handoff_failed", "from": "a", "to": "b"},
         ("media_server.change",
          {"old": "a", "new": "b", "outcome": "failed", "leg": "unknown", "by": "handoff event"})),
    ],
)  # fmt: skip
def test_plain_events_are_known_by_their_words(event: dict[str, Any], expected: tuple[str, dict[str, Any]]) -> None:
    assert plain(**event) == [expected]


def test_the_place_of_an_event_is_its_line_where_lines_are_known() -> None:
    drafts, _ = events.read([{"time": TIME, "event": "link_down"}], "events.jsonl", [7])
    assert (drafts[0].place.line, drafts[0].place.pointer) == (7, None)


@pytest.mark.parametrize(
    "obj",
    [
        None,
        [],
        {"timestamp": TIME, "level": "ERROR", "message": "link down", "event": "link_down"},
        {"time": TIME, "event": "lunch"},
        {"event": "link_down"},
    ],
)
def test_log_records_and_unknown_events_are_not_claimed(obj: object) -> None:
    assert not events.claims(obj)


def test_items_that_are_no_objects_are_counted() -> None:
    report = events.read([{"time": TIME, "event": "link_down"}, "x"], "e")[1]
    assert (report.skipped, report.why) == (1, "1 not an object")


def test_operational_events_come_as_a_page_of_a_query_too() -> None:
    item = {
        "eventDefinition": {"id": "d", "name": "AudioHook connection failed"}, "entityName": "hook", "errorCode": "503",
        "dateCreated": TIME, "conversation": {"id": "c1"},
    }  # fmt: skip
    page = {"entities": [item]}
    assert events.claims(page)
    assert [(d.kind, d.fields.get("kind") or d.fields["where"], d.entities) for d in events.read(page, "e")[0]] == [
        ("flow.step", "bot", {"conversation": "c1"}),
        ("http.status", "upgrade", {"conversation": "c1"}),
    ]


def test_a_socket_that_the_platform_closes_tells_why() -> None:
    def kinds(message: str) -> list[str]:
        body = {"topicName": "v2.system.socket_closing", "eventBody": {"message": message}}
        return [draft.kind for draft in events.read([body], "e")[0]]

    assert kinds("closed, since the maximum number of channels was exceeded") == ["ws.close", "quota.state"]
    assert kinds("closed for maintenance") == ["ws.close"]


def test_the_value_of_a_failed_connection_gives_its_status() -> None:
    item = {
        "eventDefinition": {"id": "d", "name": "Audio Connector connection failed"}, "entityName": "Desk",
        "errorCode": "audioconnector.unauthorized", "currentValue": "HTTP 401", "dateCreated": TIME,
    }  # fmt: skip
    step, status = events.read({"entities": [item]}, "e")[0]
    assert step.fields["detail"] == "Audio Connector connection failed audioconnector.unauthorized HTTP 401"
    assert (status.fields["status"], status.fields["where"]) == (401, "upgrade")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("Edge status changed", "OFFLINE", ("edge.state", {"online": "offline"})),
        ("Trunk state changed", "OUT_OF_SERVICE", ("trunk.state", {"state": "out_of_service"})),
        ("Integration state changed", "ERROR", ("integration.state", {"reported": "error"})),
    ],
)
def test_an_operational_event_tells_a_new_state(name: str, value: str, expected: tuple[str, dict[str, Any]]) -> None:
    (found,) = facts(
        notification("v2.operations.events.x", eventEntity={"name": name}, currentValue=value, entityId="e")
    )
    assert (found.kind, found.fields) == expected
