from __future__ import annotations

from typing import Any

import pytest

from diagnose.read.genesys import edges

TIME = "2031-03-04T12:00:00Z"
TIME_MS = 1930392000000


def facts(**item: Any) -> list[tuple[str, dict[str, Any]]]:
    assert edges.claims(item)
    return [(d.kind, d.fields) for d in edges.read(item, "x.json")[0]]


@pytest.mark.parametrize(
    ("item", "fields"),
    [
        ({"ifStatus": "DOWN", "currentState": "OK"}, {"state": "down", "note": "OK"}),
        ({"ifStatus": "UP", "currentState": "EXCEPTION"}, {"state": "degraded", "note": "EXCEPTION"}),
    ],
)
def test_an_interface_is_a_link_of_the_wan_when_it_is_used_so(item: dict[str, Any], fields: dict[str, Any]) -> None:
    found = facts(useForWanInterface=True, friendlyName="port 2", **item)
    assert found == [("link.state", {"link": "wan", "interface": "port 2"} | fields)]


def test_an_update_that_ran_is_a_planned_restart_and_one_that_failed_is_none() -> None:
    item = {"status": "SUCCEEDED", "edgeUri": "/api/v2/telephony/providers/edges/e1", "executeStartTime": TIME}
    drafts = edges.read(item, "x.json")[0]
    assert [(d.kind, d.fields.get("reason"), d.entities, d.start) for d in drafts] == [
        ("edge.state", None, {"edge": "e1"}, TIME_MS),
        ("edge.restart", "update", {"edge": "e1"}, TIME_MS),
    ]
    assert [kind for kind, _ in facts(**(item | {"status": "FAILED"}))] == ["edge.state"]


def test_a_phone_none_of_whose_lines_is_reachable_is_unregistered() -> None:
    lines = [{"reachable": False, "reachableStateTime": TIME}, {"reachable": False}]
    status = {"operationalStatus": "DEGRADED", "lineStatuses": lines}
    assert facts(id="p", status=status) == [("sip.registration", {"subject": "phone", "state": "unregistered"})]
    lines[1]["reachable"] = True
    assert facts(id="p", status=status) == []


def test_metrics_of_a_trunk_are_known_and_say_nothing_of_its_state() -> None:
    item = {"trunk": {"id": "t"}, "eventTime": TIME, "calls": {"inboundCallCount": 3}, "qos": {"mismatchCount": 0}}
    drafts, report = edges.read(item, "x.json")
    assert (drafts, report.records, report.skipped) == ([], 1, 0)


def test_a_full_network_port_is_a_degraded_link_and_a_busy_one_is_none() -> None:
    item = {"edge": {"id": "e"}, "eventTime": TIME, "upTimeMsec": 9e9}
    full, busy = ({"networks": [{"ifname": "wan0", "utilizationPct": pct}]} for pct in (97, 80))
    assert (
        "link.state",
        {"link": "wan", "state": "degraded", "interface": "wan0", "note": "utilization 97 %"},
    ) in facts(**item, **full)
    assert "link.state" not in {kind for kind, _ in facts(**item, **busy)}


def test_the_delay_of_the_media_subsystem_inside_another_counts() -> None:
    part = {"processName": "engine", "delayMs": 1, "mediaSubsystem": {"processName": "media", "delayMs": 2000}}
    found = facts(edge={"id": "e"}, eventTime=TIME, upTimeMsec=9e9, subsystems=[part])
    assert ("edge.resource", {"resource": "delay", "state": "exhausted", "note": "media 2000 ms"}) in found
